"""YearEndService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import year_end_pb2 as pb
from nuaikit.student_registry.v1 import year_end_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.oversight import Scope
from student_registry.wire import enum_from_pb, optional_date, provenance_from_pb, required_date
from student_registry.year_end import use_cases
from student_registry.year_end.domain import Decision, Destination, Leaver, Line, RunFigures
from student_registry.year_end.http_api import LINE_NO_MAX
from student_registry.year_end.json_models import YEAR_BE_MAX, YEAR_BE_MIN

_DECISION = "YEAR_END_DECISION_"


def _year_be(year: int) -> int:
    if not YEAR_BE_MIN <= year <= YEAR_BE_MAX:
        raise InvalidField(field="year_be", expected=f"{YEAR_BE_MIN} to {YEAR_BE_MAX}")
    return year


def _destination_from_pb(message: pb.Destination, *, field: str) -> tuple[Any, Destination]:
    institution_id = message.institution_id if message.HasField("institution_id") else ""
    return parse_uuid(message.learner_id, field=f"{field}.learner_id"), Destination(
        message.kind,
        parse_uuid(institution_id, field=f"{field}.institution_id") if institution_id else None,
    )


def run_to_pb(figures: RunFigures) -> pb.YearEndRun:
    """As the contracts carry it."""
    run = figures.run
    return pb.YearEndRun(
        year_end_run_id=str(run.year_end_run_id),
        institution_id=str(run.institution_id),
        year_be=run.year_be,
        last_day=date_to_pb(run.last_day),
        first_day=date_to_pb(run.first_day),
        state=f"YEAR_END_STATE_{run.state}",
        counts=[
            pb.YearEndCount(decision=f"{_DECISION}{decision}", lines=figures.counts.get(decision, 0))
            for decision in Decision
        ],
        lines_left=figures.lines_left,
        planned_at=time_to_pb(run.planned_at),
    )


def line_to_pb(line: Line) -> pb.YearEndLine:
    """As the contracts carry it."""
    place = line.destination
    return pb.YearEndLine(
        line_no=line.line_no,
        learner_id=str(line.learner_id),
        enrolment_id=str(line.enrolment_id),
        decision=f"{_DECISION}{line.decision}",
        reason_code=line.reason_code,
        grade_label=line.grade_label,
        next_grade_label=line.next_grade_label,
        destination_kind=place.kind if place else "",
        destination_institution_id=str(place.institution_id) if place and place.institution_id else None,
        is_applied=line.is_applied,
    )


def leaver_to_pb(leaver: Leaver) -> pb.Leaver:
    """As the contracts carry it."""
    place, arrived = leaver.destination.institution_id, leaver.arrived_institution_id
    return pb.Leaver(
        leaver_id=str(leaver.leaver_id),
        learner_id=str(leaver.learner_id),
        from_institution_id=str(leaver.from_institution_id),
        grade_label=leaver.grade_label,
        last_day=date_to_pb(leaver.last_day),
        destination_kind=leaver.destination.kind,
        destination_institution_id=str(place) if place else None,
        arrived_institution_id=str(arrived) if arrived else None,
        is_missing=leaver.is_missing,
    )


class YearEndServicer(pb_grpc.YearEndServiceServicer):
    """Year ends over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def PlanYearEnd(  # noqa: N802  # named by the contract
        self, request: pb.PlanYearEndRequest, context: ServicerContext[Any, Any]
    ) -> pb.PlanYearEndResponse:
        """Plan a year end without effect."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.PlanYearEnd(
            request_id=parse_uuid(request.request_id, field="request_id"),
            year_be=_year_be(request.year_be),
            last_day=required_date(request, "last_day", field="last_day"),
            first_day=required_date(request, "first_day", field="first_day"),
            held_back=tuple(
                (parse_uuid(item.learner_id, field=f"held_back[{n}].learner_id"), item.reason_code)
                for n, item in enumerate(request.held_back)
            ),
            destinations=tuple(
                _destination_from_pb(item, field=f"destinations[{n}]") for n, item in enumerate(request.destinations)
            ),
            provenance=provenance_from_pb(request, field="provenance"),
        )
        figures = await use_cases.plan_year_end(self._deps, command, actor=actor, now=now_utc())
        return pb.PlanYearEndResponse(run=run_to_pb(figures))

    async def GetYearEnd(  # noqa: N802  # named by the contract
        self, request: pb.GetYearEndRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetYearEndResponse:
        """Read a plan or run."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        token = request.page_token or "0"
        if not token.isascii() or not token.isdigit() or int(token) > LINE_NO_MAX:
            raise InvalidField(field="page_token", expected="the token of the page before")
        figures, lines, after = await use_cases.get_year_end(
            self._deps,
            parse_uuid(request.year_end_run_id, field="year_end_run_id"),
            decisions=[
                enum_from_pb(Decision, pb.YearEndDecision, item, prefix=_DECISION, field="decisions")
                for item in request.decisions
            ],
            size=request.page_size,
            after=int(token),
            actor=actor,
        )
        return pb.GetYearEndResponse(
            run=run_to_pb(figures),
            lines=[line_to_pb(line) for line in lines],
            next_page_token="" if after is None else str(after),
        )

    async def ApplyYearEnd(  # noqa: N802  # named by the contract
        self, request: pb.ApplyYearEndRequest, context: ServicerContext[Any, Any]
    ) -> pb.ApplyYearEndResponse:
        """Carry a plan out."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        figures = await use_cases.apply_year_end(
            self._deps,
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.year_end_run_id, field="year_end_run_id"),
            actor=actor,
            now=now_utc(),
        )
        return pb.ApplyYearEndResponse(run=run_to_pb(figures))

    async def UndoYearEnd(  # noqa: N802  # named by the contract
        self, request: pb.UndoYearEndRequest, context: ServicerContext[Any, Any]
    ) -> pb.UndoYearEndResponse:
        """Take a run back."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        figures = await use_cases.undo_year_end(
            self._deps,
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.year_end_run_id, field="year_end_run_id"),
            actor=actor,
            now=now_utc(),
        )
        return pb.UndoYearEndResponse(run=run_to_pb(figures))

    async def SetDestinations(  # noqa: N802  # named by the contract
        self, request: pb.SetDestinationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.SetDestinationsResponse:
        """State where leavers are expected."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.SetDestinations(
            parse_uuid(request.request_id, field="request_id"),
            _year_be(request.year_be),
            tuple(
                _destination_from_pb(item, field=f"destinations[{n}]") for n, item in enumerate(request.destinations)
            ),
        )
        outcomes = await use_cases.set_destinations(self._deps, command, actor=actor, now=now_utc())
        return pb.SetDestinationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListLeavers(  # noqa: N802  # named by the contract
        self, request: pb.ListLeaversRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLeaversResponse:
        """List leavers."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        institution_id = request.institution_id if request.HasField("institution_id") else ""
        query = use_cases.ListLeavers(
            scope=Scope(
                parse_uuid(institution_id, field="institution_id") if institution_id else None,
                request.is_subtree,
                request.tree,
            ),
            year_be=_year_be(request.year_be),
            purpose=request.purpose,
            is_expected_there=request.is_expected_there,
            is_not_arrived_only=request.is_not_arrived_only,
            on_date=optional_date(request, "on_date", field="on_date"),
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page = await use_cases.list_leavers(self._deps, query, actor=actor, now=now_utc())
        return pb.ListLeaversResponse(
            leavers=[leaver_to_pb(item) for item in page.leavers],
            next_page_token=str(page.after) if page.after else "",
            total=page.total,
            arrive_by=date_to_pb(page.arrive_by),
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """YearEndService, ready to be served."""
    serving = YearEndServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["YearEndService"].full_name,
        lambda server: pb_grpc.add_YearEndServiceServicer_to_server(serving, server),
    )
