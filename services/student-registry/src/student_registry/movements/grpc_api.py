"""MovementService: contract messages to commands and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import Outcome, outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import enrolments_pb2
from nuaikit.student_registry.v1 import movements_pb2 as pb
from nuaikit.student_registry.v1 import movements_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem
from student_registry.movements import use_cases
from student_registry.movements.domain import (
    Acceptance,
    Movement,
    MovementInput,
    MovementState,
    PapersSeen,
    Release,
    Stop,
)
from student_registry.oversight import Scope
from student_registry.wire import date_or_none_to_pb, enum_from_pb, provenance_from_pb, required_date

_STATE = "MOVEMENT_STATE_"


def _input_from_pb(message: pb.MovementInput, *, field: str) -> MovementInput:
    return MovementInput(
        learner_id=parse_uuid(message.learner_id, field=f"{field}.learner_id"),
        to_institution_id=parse_uuid(message.to_institution_id, field=f"{field}.to_institution_id")
        if message.HasField("to_institution_id")
        else None,
        requested_on=required_date(message, "requested_on", field=f"{field}.requested_on"),
        is_mid_term=message.is_mid_term,
        reason_code=message.reason_code,
        papers=tuple(message.papers),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _papers_from_pb(message: pb.MovementPapersInput, *, field: str) -> PapersSeen:
    return PapersSeen(
        parse_uuid(message.movement_id, field=f"{field}.movement_id"),
        tuple(message.papers),
        required_date(message, "seen_on", field=f"{field}.seen_on"),
    )


def _release_from_pb(message: pb.MovementRelease, *, field: str) -> Release:
    return Release(
        parse_uuid(message.movement_id, field=f"{field}.movement_id"),
        parse_uuid(message.to_institution_id, field=f"{field}.to_institution_id")
        if message.HasField("to_institution_id")
        else None,
        required_date(message, "last_day", field=f"{field}.last_day"),
    )


def _acceptance_from_pb(message: pb.MovementAcceptance, *, field: str) -> Acceptance:
    return Acceptance(
        movement_id=parse_uuid(message.movement_id, field=f"{field}.movement_id"),
        first_day=required_date(message, "first_day", field=f"{field}.first_day"),
        delivery_system=enum_from_pb(
            DeliverySystem,
            enrolments_pb2.DeliverySystem,
            message.delivery_system,
            prefix="DELIVERY_SYSTEM_",
            field=f"{field}.delivery_system",
        ),
        grade_label=message.grade_label,
        classroom=message.classroom,
        programme_code=message.programme_code,
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _stop_from_pb(message: pb.MovementStop, *, field: str) -> Stop:
    return Stop(parse_uuid(message.movement_id, field=f"{field}.movement_id"), message.reason_code)


def movement_to_pb(movement: Movement, *, today: date) -> pb.Movement:
    """As the contracts carry it."""
    return pb.Movement(
        movement_id=str(movement.movement_id),
        learner_id=str(movement.learner_id),
        from_institution_id=str(movement.from_institution_id),
        to_institution_id=str(movement.to_institution_id) if movement.to_institution_id else None,
        state=f"{_STATE}{movement.state}",
        requested_on=date_to_pb(movement.requested_on),
        is_mid_term=movement.is_mid_term,
        reason_code=movement.reason_code,
        due_on=date_or_none_to_pb(movement.due_on),
        last_day=date_or_none_to_pb(movement.last_day),
        first_day=date_or_none_to_pb(movement.first_day),
        papers=sorted(movement.papers),
        changed_at=time_to_pb(movement.changed_at),
        is_late=movement.is_late(today),
    )


class MovementServicer(pb_grpc.MovementServiceServicer):
    """Moves over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def RequestMovements(  # noqa: N802  # named by the contract
        self, request: pb.RequestMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RequestMovementsResponse:
        """Ask for moves."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RequestMovements(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_input_from_pb(item, field=f"movements[{n}]") for n, item in enumerate(request.movements)),
        )
        outcomes = await use_cases.request_movements(self._deps, command, actor=actor, now=now_utc())
        return pb.RequestMovementsResponse(outcomes=outcomes_to_pb(outcomes))

    async def RecordMovementPapers(  # noqa: N802  # named by the contract
        self, request: pb.RecordMovementPapersRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordMovementPapersResponse:
        """Note papers that were seen."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordPapers(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_papers_from_pb(item, field=f"items[{n}]") for n, item in enumerate(request.items)),
        )
        outcomes = await use_cases.record_papers(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordMovementPapersResponse(outcomes=outcomes_to_pb(outcomes))

    async def ReleaseMovements(  # noqa: N802  # named by the contract
        self, request: pb.ReleaseMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReleaseMovementsResponse:
        """Let learners go."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.ReleaseMovements(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_release_from_pb(item, field=f"items[{n}]") for n, item in enumerate(request.items)),
        )
        outcomes = await use_cases.release_movements(self._deps, command, actor=actor, now=now_utc())
        return pb.ReleaseMovementsResponse(outcomes=outcomes_to_pb(outcomes))

    async def AcceptMovements(  # noqa: N802  # named by the contract
        self, request: pb.AcceptMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.AcceptMovementsResponse:
        """Take released learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.AcceptMovements(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_acceptance_from_pb(item, field=f"items[{n}]") for n, item in enumerate(request.items)),
        )
        outcomes = await use_cases.accept_movements(self._deps, command, actor=actor, now=now_utc())
        return pb.AcceptMovementsResponse(outcomes=outcomes_to_pb(outcomes))

    async def CancelMovements(  # noqa: N802  # named by the contract
        self, request: pb.CancelMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.CancelMovementsResponse:
        """Call moves off."""
        outcomes = await self._stop(request, MovementState.CANCELLED, context)
        return pb.CancelMovementsResponse(outcomes=outcomes_to_pb(outcomes))

    async def RefuseMovements(  # noqa: N802  # named by the contract
        self, request: pb.RefuseMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RefuseMovementsResponse:
        """Refuse released learners."""
        outcomes = await self._stop(request, MovementState.REFUSED, context)
        return pb.RefuseMovementsResponse(outcomes=outcomes_to_pb(outcomes))

    async def _stop(
        self,
        request: pb.CancelMovementsRequest | pb.RefuseMovementsRequest,
        state: MovementState,
        context: ServicerContext[Any, Any],
    ) -> list[Outcome]:
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.StopMovements(
            parse_uuid(request.request_id, field="request_id"),
            state,
            tuple(_stop_from_pb(item, field=f"items[{n}]") for n, item in enumerate(request.items)),
        )
        return await use_cases.stop_movements(self._deps, command, actor=actor, now=now_utc())

    async def ListMovements(  # noqa: N802  # named by the contract
        self, request: pb.ListMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListMovementsResponse:
        """List moves."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        institution_id = request.institution_id if request.HasField("institution_id") else ""
        query = use_cases.ListMovements(
            scope=Scope(
                parse_uuid(institution_id, field="institution_id") if institution_id else None,
                request.is_subtree,
                request.tree,
            ),
            purpose=request.purpose,
            states=tuple(
                enum_from_pb(MovementState, pb.MovementState, item, prefix=_STATE, field="states")
                for item in request.states
            ),
            is_late_only=request.is_late_only,
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        now = now_utc()
        page = await use_cases.list_movements(self._deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return pb.ListMovementsResponse(
            movements=[movement_to_pb(item, today=today) for item in page.movements],
            next_page_token=str(page.after) if page.after else "",
            total=page.total,
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """MovementService, ready to be served."""
    serving = MovementServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["MovementService"].full_name,
        lambda server: pb_grpc.add_MovementServiceServicer_to_server(serving, server),
    )
