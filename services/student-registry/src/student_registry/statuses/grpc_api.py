"""StatusService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import statuses_pb2 as pb
from nuaikit.student_registry.v1 import statuses_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.oversight import Scope
from student_registry.statuses import use_cases
from student_registry.statuses.domain import (
    ActivityInput,
    LearnerStatus,
    OutsideActivity,
    Statement,
    StatusInput,
    StatusWithdrawal,
)
from student_registry.wire import enum_from_pb, optional_date, provenance_from_pb, provenance_to_pb, required_date

_STATUS = "LEARNER_STATUS_"
_ACTIVITY = "OUTSIDE_ACTIVITY_"


def scope_from_pb(message: Any) -> Scope:
    """The scope of a list request, which has `institution_id`, `is_subtree` and `tree`.

    Raises:
        InvalidField: The institution id is no UUID.
    """
    institution_id = message.institution_id if message.HasField("institution_id") else ""
    return Scope(
        institution_id=parse_uuid(institution_id, field="institution_id") if institution_id else None,
        is_subtree=message.is_subtree,
        tree=message.tree,
    )


def _status_from_pb(message: pb.StatusInput, *, field: str) -> StatusInput:
    return StatusInput(
        learner_id=parse_uuid(message.learner_id, field=f"{field}.learner_id"),
        status=enum_from_pb(LearnerStatus, pb.LearnerStatus, message.status, prefix=_STATUS, field=f"{field}.status"),
        reason_code=message.reason_code,
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        confirmed_on=required_date(message, "confirmed_on", field=f"{field}.confirmed_on"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _withdrawal_from_pb(message: pb.StatusWithdrawal, *, field: str) -> StatusWithdrawal:
    return StatusWithdrawal(
        learner_status_id=parse_uuid(message.learner_status_id, field=f"{field}.learner_status_id"),
        confirmed_on=required_date(message, "confirmed_on", field=f"{field}.confirmed_on"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _activity_from_pb(message: pb.ActivityInput, *, field: str) -> ActivityInput:
    return ActivityInput(
        learner_id=parse_uuid(message.learner_id, field=f"{field}.learner_id"),
        activity=enum_from_pb(
            OutsideActivity, pb.OutsideActivity, message.activity, prefix=_ACTIVITY, field=f"{field}.activity"
        ),
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        confirmed_on=required_date(message, "confirmed_on", field=f"{field}.confirmed_on"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def statement_to_pb(statement: Statement, *, is_withdrawn: bool = False) -> pb.StatusStatement:
    """As the contracts carry it."""
    return pb.StatusStatement(
        learner_status_id=str(statement.learner_status_id),
        learner_id=str(statement.learner_id),
        status=f"{_STATUS}{statement.status}" if statement.status else None,
        reason_code=statement.reason_code,
        valid_from=date_to_pb(statement.valid_from),
        confirmed_on=date_to_pb(statement.confirmed_on),
        stated_by_institution_id=str(statement.stated_by_institution_id),
        withdraws_learner_status_id=str(statement.withdraws) if statement.withdraws else None,
        is_withdrawn=is_withdrawn,
        recorded_at=time_to_pb(statement.recorded_at),
        provenance=provenance_to_pb(statement.provenance),
    )


class StatusServicer(pb_grpc.StatusServiceServicer):
    """Statuses over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def RecordStatuses(  # noqa: N802  # named by the contract
        self, request: pb.RecordStatusesRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordStatusesResponse:
        """State where learners are in education."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordStatuses(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_status_from_pb(item, field=f"statuses[{n}]") for n, item in enumerate(request.statuses)),
        )
        outcomes = await use_cases.record_statuses(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordStatusesResponse(outcomes=outcomes_to_pb(outcomes))

    async def WithdrawStatuses(  # noqa: N802  # named by the contract
        self, request: pb.WithdrawStatusesRequest, context: ServicerContext[Any, Any]
    ) -> pb.WithdrawStatusesResponse:
        """Take statements back."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.WithdrawStatuses(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_withdrawal_from_pb(item, field=f"withdrawals[{n}]") for n, item in enumerate(request.withdrawals)),
        )
        outcomes = await use_cases.withdraw_statuses(self._deps, command, actor=actor, now=now_utc())
        return pb.WithdrawStatusesResponse(outcomes=outcomes_to_pb(outcomes))

    async def RecordActivities(  # noqa: N802  # named by the contract
        self, request: pb.RecordActivitiesRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordActivitiesResponse:
        """State what learners do outside school."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordActivities(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_activity_from_pb(item, field=f"activities[{n}]") for n, item in enumerate(request.activities)),
        )
        outcomes = await use_cases.record_activities(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordActivitiesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListLearnersByStatus(  # noqa: N802  # named by the contract
        self, request: pb.ListLearnersByStatusRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLearnersByStatusResponse:
        """List learners by the status that holds."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ListByStatus(
            scope=scope_from_pb(request),
            purpose=request.purpose,
            statuses=tuple(
                enum_from_pb(LearnerStatus, pb.LearnerStatus, item, prefix=_STATUS, field="statuses")
                for item in request.statuses
            ),
            classroom=request.classroom,
            on_date=optional_date(request, "on_date", field="on_date"),
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page = await use_cases.list_by_status(self._deps, query, actor=actor, now=now_utc())
        return pb.ListLearnersByStatusResponse(
            learners=[
                pb.LearnerByStatus(
                    statement=statement_to_pb(item.statement),
                    institution_id=str(item.institution_id),
                    grade_label=item.grade_label,
                    classroom=item.classroom,
                )
                for item in page.learners
            ],
            next_page_token=str(page.after) if page.after else "",
            total=page.total,
        )

    async def ListStatusHistory(  # noqa: N802  # named by the contract
        self, request: pb.ListStatusHistoryRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListStatusHistoryResponse:
        """List all that was stated about one learner."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        history = await use_cases.list_history(
            self._deps, learner_id, purpose=request.purpose, actor=actor, now=now_utc()
        )
        return pb.ListStatusHistoryResponse(
            statements=[
                statement_to_pb(item, is_withdrawn=item.learner_status_id in history.withdrawn)
                for item in history.statements
            ],
            activities=[
                pb.ActivityStatement(
                    outside_activity_id=str(item.outside_activity_id),
                    activity=f"{_ACTIVITY}{item.activity}",
                    valid_from=date_to_pb(item.valid_from),
                    confirmed_on=date_to_pb(item.confirmed_on),
                    stated_by_institution_id=str(item.stated_by_institution_id),
                    recorded_at=time_to_pb(item.recorded_at),
                    provenance=provenance_to_pb(item.provenance),
                )
                for item in history.activities
            ],
        )

    async def ListNeet(  # noqa: N802  # named by the contract
        self, request: pb.ListNeetRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListNeetResponse:
        """Compute who is neither in education nor in work nor in training."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        found = await use_cases.list_neet(
            self._deps,
            [parse_uuid(item, field="learner_ids") for item in request.learner_ids],
            on_date=optional_date(request, "on_date", field="on_date"),
            purpose=request.purpose,
            actor=actor,
            now=now_utc(),
        )
        return pb.ListNeetResponse(
            learners=[pb.Neet(learner_id=str(key), state=f"NEET_STATE_{state}") for key, state in found.items()]
        )

    async def ListStatusRules(  # noqa: N802  # named by the contract
        self, request: pb.ListStatusRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListStatusRulesResponse:
        """List statuses, reasons and what may follow what."""
        del request
        await actor_of(context, self._identifier)
        rules = await use_cases.list_rules(self._deps)
        return pb.ListStatusRulesResponse(
            statuses=[
                pb.StatusRule(
                    status=f"{_STATUS}{kind.status}",
                    name_th=kind.name_th,
                    needs_reason=kind.needs_reason,
                    default_reason_code=kind.default_reason_code or None,
                    is_out_of_education=kind.is_out_of_education,
                    may_become=[f"{_STATUS}{item}" for item in LearnerStatus if item in kind.becomes],
                    may_be_first=kind.may_be_first,
                    provenance=provenance_to_pb(kind.provenance),
                )
                for kind in rules.kinds.values()
            ],
            reasons=[
                pb.StatusReason(
                    reason_code=reason.reason_code,
                    name_th=reason.name_th,
                    statuses=[f"{_STATUS}{item}" for item in LearnerStatus if item in reason.statuses],
                    provenance=provenance_to_pb(reason.provenance),
                )
                for reason in rules.reasons.values()
            ],
        )

    async def ListCodes(  # noqa: N802  # named by the contract
        self, request: pb.ListCodesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCodesResponse:
        """List the codes of a named list."""
        await actor_of(context, self._identifier)
        codes = await use_cases.list_codes(self._deps, request.list, now=now_utc())
        return pb.ListCodesResponse(
            codes=[
                pb.Code(code=item.code, name_th=item.name_th, provenance=provenance_to_pb(item.provenance))
                for item in codes
            ]
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """StatusService, ready to be served."""
    serving = StatusServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["StatusService"].full_name,
        lambda server: pb_grpc.add_StatusServiceServicer_to_server(serving, server),
    )
