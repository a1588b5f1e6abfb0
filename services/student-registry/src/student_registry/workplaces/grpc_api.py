"""WorkplaceService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import workplaces_pb2 as pb
from nuaikit.student_registry.v1 import workplaces_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions.grpc_api import optional_uuid
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)
from student_registry.workplaces import use_cases
from student_registry.workplaces.domain import (
    Contact,
    Cooperation,
    CooperationFacts,
    CooperationStatus,
    Workplace,
    WorkplaceFacts,
    WorkplaceKind,
)

_KIND = "WORKPLACE_KIND_"
_STATUS = "COOPERATION_STATUS_"


def _kind_from_pb(number: int, *, field: str) -> WorkplaceKind:
    return enum_from_pb(WorkplaceKind, pb.WorkplaceKind, number, prefix=_KIND, field=field)


def _status_from_pb(number: int, *, field: str) -> CooperationStatus:
    return enum_from_pb(CooperationStatus, pb.CooperationStatus, number, prefix=_STATUS, field=field)


def _facts_from_pb(message: pb.Workplace, *, field: str) -> WorkplaceFacts:
    contact = message.contact
    return WorkplaceFacts(
        reference=message.reference,
        kind=_kind_from_pb(message.kind, field=f"{field}.kind"),
        name_th=message.name_th,
        field_codes=tuple(message.field_codes),
        area_institution_id=optional_uuid(message, "area_institution_id", field=f"{field}.area_institution_id"),
        area_text=message.area_text,
        capacity=message.capacity if message.HasField("capacity") else None,
        offers_th=message.offers_th,
        institution_id=optional_uuid(message, "institution_id", field=f"{field}.institution_id"),
        closed_on=optional_date(message, "closed_on", field=f"{field}.closed_on"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
        contact=Contact(contact.person_name, contact.phone, contact.email, contact.address)
        if message.HasField("contact")
        else None,
    )


def _workplace_to_pb(workplace: Workplace) -> pb.Workplace:
    facts = workplace.facts
    contact = facts.contact
    return pb.Workplace(
        workplace_id=str(workplace.workplace_id),
        reference=facts.reference,
        kind=f"{_KIND}{facts.kind}",
        name_th=facts.name_th,
        field_codes=facts.field_codes,
        area_institution_id=str(facts.area_institution_id) if facts.area_institution_id else None,
        area_text=facts.area_text,
        capacity=facts.capacity,
        offers_th=facts.offers_th,
        institution_id=str(facts.institution_id) if facts.institution_id else None,
        closed_on=date_or_none_to_pb(facts.closed_on),
        provenance=provenance_to_pb(facts.provenance),
        contact=None
        if contact is None
        else pb.WorkplaceContact(
            person_name=contact.person_name, phone=contact.phone, email=contact.email, address=contact.address
        ),
        keeper_institution_id=str(workplace.keeper_institution_id),
    )


def _cooperation_from_pb(message: pb.CooperationStatement, *, field: str) -> CooperationFacts:
    return CooperationFacts(
        workplace_id=parse_uuid(message.workplace_id, field=f"{field}.workplace_id"),
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id"),
        status=_status_from_pb(message.status, field=f"{field}.status"),
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        places=message.places if message.HasField("places") else None,
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _cooperation_to_pb(cooperation: Cooperation) -> pb.Cooperation:
    return pb.Cooperation(
        cooperation_id=str(cooperation.cooperation_id),
        records=[
            pb.CooperationRecord(
                statement=pb.CooperationStatement(
                    workplace_id=str(record.facts.workplace_id),
                    institution_id=str(record.facts.institution_id),
                    status=f"{_STATUS}{record.facts.status}",
                    valid_from=date_to_pb(record.facts.valid_from),
                    places=record.facts.places,
                    provenance=provenance_to_pb(record.facts.provenance),
                ),
                recorded_at=time_to_pb(record.recorded_at),
            )
            for record in cooperation.records
        ],
    )


class WorkplaceServicer(pb_grpc.WorkplaceServiceServicer):
    """The register of workplaces over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def ListOccupationFields(  # noqa: N802  # named by the contract
        self, request: pb.ListOccupationFieldsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListOccupationFieldsResponse:
        """List the fields of occupation."""
        await actor_of(context, self._identifier)
        return pb.ListOccupationFieldsResponse(
            fields=[
                pb.OccupationField(
                    field_code=item.field_code, name_th=item.name_th, provenance=provenance_to_pb(item.provenance)
                )
                for item in await use_cases.list_fields(self._deps)
            ]
        )

    async def RecordWorkplaces(  # noqa: N802  # named by the contract
        self, request: pb.RecordWorkplacesRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordWorkplacesResponse:
        """Add or change entries."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordWorkplaces(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_facts_from_pb(item, field=f"workplaces[{n}]") for n, item in enumerate(request.workplaces)),
        )
        outcomes = await use_cases.record_workplaces(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordWorkplacesResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetWorkplace(  # noqa: N802  # named by the contract
        self, request: pb.GetWorkplaceRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetWorkplaceResponse:
        """Read one entry with its contact."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        workplace = await use_cases.get_workplace(
            self._deps,
            parse_uuid(request.workplace_id, field="workplace_id"),
            purpose=request.purpose,
            actor=actor,
            now=now_utc(),
        )
        return pb.GetWorkplaceResponse(workplace=_workplace_to_pb(workplace))

    async def SearchWorkplaces(  # noqa: N802  # named by the contract
        self, request: pb.SearchWorkplacesRequest, context: ServicerContext[Any, Any]
    ) -> pb.SearchWorkplacesResponse:
        """Search the register."""
        await actor_of(context, self._identifier)
        query = use_cases.SearchWorkplaces(
            text=request.text,
            kinds=tuple(_kind_from_pb(kind, field="kinds") for kind in request.kinds),
            field_codes=tuple(request.field_codes),
            within_institution_id=optional_uuid(request, "within_institution_id", field="within_institution_id"),
            statuses=tuple(_status_from_pb(status, field="statuses") for status in request.statuses),
            cooperating_institution_id=optional_uuid(
                request, "cooperating_institution_id", field="cooperating_institution_id"
            ),
            capacity_min=request.capacity_min,
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page, after = await use_cases.search_workplaces(self._deps, query, now=now_utc())
        return pb.SearchWorkplacesResponse(
            workplaces=[_workplace_to_pb(item) for item in page], next_page_token=str(after) if after else ""
        )

    async def RecordCooperations(  # noqa: N802  # named by the contract
        self, request: pb.RecordCooperationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordCooperationsResponse:
        """State how far cooperation is."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordCooperations(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_cooperation_from_pb(item, field=f"statements[{n}]") for n, item in enumerate(request.statements)),
        )
        outcomes = await use_cases.record_cooperations(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordCooperationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListCooperations(  # noqa: N802  # named by the contract
        self, request: pb.ListCooperationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCooperationsResponse:
        """List cooperations with their history."""
        await actor_of(context, self._identifier)
        page, after = await use_cases.list_cooperations(
            self._deps,
            workplace_id=optional_uuid(request, "workplace_id", field="workplace_id"),
            institution_id=optional_uuid(request, "institution_id", field="institution_id"),
            asked_page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        return pb.ListCooperationsResponse(
            cooperations=[_cooperation_to_pb(item) for item in page], next_page_token=str(after) if after else ""
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """WorkplaceService, ready to be served."""
    serving = WorkplaceServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["WorkplaceService"].full_name,
        lambda server: pb_grpc.add_WorkplaceServiceServicer_to_server(serving, server),
    )
