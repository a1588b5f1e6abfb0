"""DataRequestService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import requests_pb2 as pb
from nuaikit.student_registry.v1 import requests_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.requests import copying, use_cases
from student_registry.requests.domain import DataRequest, FactKind, RequestKind, RequestState
from student_registry.wire import enum_from_pb, optional_date, optional_enum_from_pb


def fact_kind_of(text: str) -> FactKind:
    """A kind of fact.

    Raises:
        InvalidField: Not one of the list.
    """
    try:
        return FactKind(text)
    except ValueError:
        raise InvalidField(field="fact_kinds", expected=f"of {', '.join(FactKind)}") from None


def request_to_pb(request: DataRequest) -> pb.DataRequest:
    """As the contracts carry it."""
    return pb.DataRequest(
        data_request_id=str(request.data_request_id),
        learner_id=str(request.learner_id),
        kind=f"DATA_REQUEST_KIND_{request.kind}",
        state=f"DATA_REQUEST_STATE_{request.state}",
        institution_id=str(request.institution_id),
        fact_kinds=list(request.fact_kinds),
        details=request.details,
        received_on=date_to_pb(request.received_on),
        due_on=date_to_pb(request.due_on),
        rule_version=request.rule_version,
        reason_code=request.reason_code,
        closed_at=None if request.closed_at is None else time_to_pb(request.closed_at),
        is_overdue=request.is_overdue_on(today_in_thailand(now_utc())),
    )


class DataRequestServicer(pb_grpc.DataRequestServiceServicer):
    """Data requests over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def OpenDataRequest(  # noqa: N802  # named by the contract
        self, request: pb.OpenDataRequestRequest, context: ServicerContext[Any, Any]
    ) -> pb.OpenDataRequestResponse:
        """Open a data request."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.OpenDataRequest(
            request_id=parse_uuid(request.request_id, field="request_id"),
            learner_id=parse_uuid(request.learner_id, field="learner_id"),
            kind=enum_from_pb(RequestKind, pb.DataRequestKind, request.kind, prefix="DATA_REQUEST_KIND_", field="kind"),
            fact_kinds=tuple(fact_kind_of(kind) for kind in request.fact_kinds),
            details=request.details,
            received_on=optional_date(request, "received_on", field="received_on"),
        )
        found = await use_cases.open_data_request(self._deps, command, actor=actor, now=now_utc())
        return pb.OpenDataRequestResponse(data_request=request_to_pb(found))

    async def BeginDataRequest(  # noqa: N802  # named by the contract
        self, request: pb.BeginDataRequestRequest, context: ServicerContext[Any, Any]
    ) -> pb.BeginDataRequestResponse:
        """Take a data request in hand."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.BeginDataRequest(
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.data_request_id, field="data_request_id"),
        )
        found = await use_cases.begin_data_request(self._deps, command, actor=actor, now=now_utc())
        return pb.BeginDataRequestResponse(data_request=request_to_pb(found))

    async def CloseDataRequest(  # noqa: N802  # named by the contract
        self, request: pb.CloseDataRequestRequest, context: ServicerContext[Any, Any]
    ) -> pb.CloseDataRequestResponse:
        """Answer or refuse a data request."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.CloseDataRequest(
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.data_request_id, field="data_request_id"),
            request.reason_code,
        )
        found = await use_cases.close_data_request(self._deps, command, actor=actor, now=now_utc())
        return pb.CloseDataRequestResponse(data_request=request_to_pb(found))

    async def ListDataRequests(  # noqa: N802  # named by the contract
        self, request: pb.ListDataRequestsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListDataRequestsResponse:
        """List data requests."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ListDataRequests(
            states=tuple(
                enum_from_pb(RequestState, pb.DataRequestState, state, prefix="DATA_REQUEST_STATE_", field="states")
                for state in request.states
            ),
            kind=optional_enum_from_pb(
                RequestKind, pb.DataRequestKind, request.kind, prefix="DATA_REQUEST_KIND_", field="kind"
            ),
            due_by=optional_date(request, "due_by", field="due_by"),
            is_overdue=request.is_overdue,
            learner_id=parse_uuid(request.learner_id, field="learner_id") if request.learner_id else None,
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page = await use_cases.list_data_requests(self._deps, query, actor=actor, now=now_utc())
        return pb.ListDataRequestsResponse(
            data_requests=[request_to_pb(found) for found in page.requests],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def GetDataCopy(  # noqa: N802  # named by the contract
        self, request: pb.GetDataCopyRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetDataCopyResponse:
        """Give a copy of a learner's data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        asked = parse_uuid(request.data_request_id, field="data_request_id") if request.data_request_id else None
        return pb.GetDataCopyResponse(json=await copying.get_data_copy(self._deps, asked, actor=actor, now=now_utc()))

    async def LiftRestriction(  # noqa: N802  # named by the contract
        self, request: pb.LiftRestrictionRequest, context: ServicerContext[Any, Any]
    ) -> pb.LiftRestrictionResponse:
        """End the restriction of a learner's data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.LiftRestriction(
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.learner_id, field="learner_id"),
            request.reason_code,
        )
        is_lifted = await use_cases.lift_restriction(self._deps, command, actor=actor, now=now_utc())
        return pb.LiftRestrictionResponse(is_lifted=is_lifted)


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """DataRequestService, ready to be served."""
    serving = DataRequestServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["DataRequestService"].full_name,
        lambda server: pb_grpc.add_DataRequestServiceServicer_to_server(serving, server),
    )
