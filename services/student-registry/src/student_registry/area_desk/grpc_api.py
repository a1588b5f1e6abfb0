"""AreaDeskService: contract messages to queries and back."""

from __future__ import annotations

from typing import Any, Protocol

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import area_desk_pb2 as pb
from nuaikit.student_registry.v1 import area_desk_pb2_grpc as pb_grpc

from student_registry.area_desk import use_cases
from student_registry.area_desk.domain import Family, SchoolRound, Stage, StaleSchool
from student_registry.area_desk.use_cases import Page
from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.matching.grpc_api import candidate_to_pb
from student_registry.wire import date_or_none_to_pb, optional_date


class _Paged(Protocol):
    """A request for a page."""

    page_size: int
    page_token: str


def page_of(request: _Paged, *, purpose: str = "") -> Page:
    """The page asked for.

    Raises:
        InvalidField: The token is none.
    """
    after = parse_uuid(request.page_token, field="page_token") if request.page_token else None
    return Page(request.page_size, after, purpose)


def stage_of(text: str) -> Stage:
    """A stage of a round.

    Raises:
        InvalidField: Not one of them.
    """
    try:
        return Stage(text)
    except ValueError:
        raise InvalidField(field="stages", expected=f"of {', '.join(Stage)}") from None


def round_to_pb(school: SchoolRound) -> pb.RoundStageOfSchool:
    """As the contracts carry it."""
    return pb.RoundStageOfSchool(
        institution_id=str(school.institution_id),
        name_th=school.name_th,
        stage=school.stage,
        round_id=str(school.round_id) if school.round_id else None,
        learner_count=school.learner_count,
        reached_at=time_to_pb(school.reached_at) if school.reached_at else None,
    )


def family_to_pb(family: Family) -> pb.HomeSchoolFamily:
    """As the contracts carry it."""
    return pb.HomeSchoolFamily(
        institution_id=str(family.institution_id),
        name_th=family.name_th,
        homes=[
            pb.Home(institution_id=str(home.institution_id), name_th=home.name_th, learners=home.learners)
            for home in family.homes
        ],
    )


def stale_to_pb(item: StaleSchool) -> pb.StaleSchool:
    """As the contracts carry it."""
    school = item.school
    return pb.StaleSchool(
        institution_id=str(school.institution_id),
        name_th=school.name_th,
        last_import_on=date_or_none_to_pb(school.last_import_on),
        learners=school.learners,
        stale_contacts=school.stale_contacts,
        reasons=list(item.reasons),
    )


class AreaDeskServicer(pb_grpc.AreaDeskServiceServicer):
    """The area desk over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def GetAreaDesk(  # noqa: N802  # named by the contract
        self, request: pb.GetAreaDeskRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetAreaDeskResponse:
        """Count what waits."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        desk = await use_cases.get_desk(self._deps, year_be=request.academic_year_be, actor=actor, now=now_utc())
        return pb.GetAreaDeskResponse(
            waiting_g_codes=desk.waiting_g_codes,
            identity_conflicts=desk.identity_conflicts,
            conflicting_identifiers=desk.conflicting_identifiers,
            late_movements=desk.late_movements,
            rounds=[pb.RoundStageCount(kind=item.kind, stage=item.stage, schools=item.schools) for item in desk.rounds],
            academic_year_be=desk.academic_year_be,
            home_school_families=desk.families,
            homes=desk.homes,
            home_school_learners=desk.home_school_learners,
            stale_schools=desk.stale_schools,
            schools=desk.schools,
        )

    async def ListWaitingGCodes(  # noqa: N802  # named by the contract
        self, request: pb.ListWaitingGCodesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListWaitingGCodesResponse:
        """List G-codes to approve."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_waiting_g_codes(
            self._deps, page_of(request, purpose=request.purpose), actor=actor, now=now_utc()
        )
        return pb.ListWaitingGCodesResponse(
            g_codes=[
                pb.WaitingGCode(
                    identifier_id=str(item.identifier_id),
                    learner_id=str(item.learner_id),
                    registrar_institution_id=str(item.registrar_institution_id),
                    masked_value=item.masked_value,
                    recorded_at=time_to_pb(item.recorded_at),
                )
                for item in page.g_codes
            ],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ApproveGCodes(  # noqa: N802  # named by the contract
        self, request: pb.ApproveGCodesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ApproveGCodesResponse:
        """Approve G-codes."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = identifiers.ApproveGCodes(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(item, field="identifier_ids") for item in request.identifier_ids),
        )
        outcomes = await identifiers.approve(self._deps, command, actor=actor, now=now_utc())
        return pb.ApproveGCodesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListIdentityConflicts(  # noqa: N802  # named by the contract
        self, request: pb.ListIdentityConflictsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListIdentityConflictsResponse:
        """List pairs who may be one person."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_identity_conflicts(
            self._deps,
            page_of(request),
            institution_id=parse_uuid(request.institution_id, field="institution_id")
            if request.institution_id
            else None,
            actor=actor,
            now=now_utc(),
        )
        return pb.ListIdentityConflictsResponse(
            candidates=[candidate_to_pb(item) for item in page.candidates],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ListConflictingIdentifiers(  # noqa: N802  # named by the contract
        self, request: pb.ListConflictingIdentifiersRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListConflictingIdentifiersResponse:
        """List identifiers that contradict what is known."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_conflicting_identifiers(
            self._deps, page_of(request, purpose=request.purpose), actor=actor, now=now_utc()
        )
        return pb.ListConflictingIdentifiersResponse(
            identifiers=[
                pb.ConflictingIdentifier(
                    identifier_id=str(item.identifier_id),
                    learner_id=str(item.learner_id),
                    registrar_institution_id=str(item.registrar_institution_id),
                    kind=item.kind,
                    last4=item.last4,
                    recorded_at=time_to_pb(item.recorded_at),
                )
                for item in page.identifiers
            ],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ListLateMovements(  # noqa: N802  # named by the contract
        self, request: pb.ListLateMovementsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLateMovementsResponse:
        """List moves past their limit."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        now = now_utc()
        page = await use_cases.list_late_movements(
            self._deps, page_of(request, purpose=request.purpose), actor=actor, now=now
        )
        today = today_in_thailand(now)
        return pb.ListLateMovementsResponse(
            movements=[
                pb.LateMovement(
                    movement_id=str(item.movement_id),
                    learner_id=str(item.learner_id),
                    from_institution_id=str(item.from_institution_id),
                    to_institution_id=str(item.to_institution_id) if item.to_institution_id else None,
                    state=item.state,
                    due_on=date_to_pb(item.due_on),
                    days_late=(today - item.due_on).days,
                )
                for item in page.movements
                if item.due_on is not None
            ],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ListRoundStages(  # noqa: N802  # named by the contract
        self, request: pb.ListRoundStagesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListRoundStagesResponse:
        """List schools with the stage of a round."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_round_stages(
            self._deps,
            page_of(request),
            year_be=request.academic_year_be,
            kind=request.kind,
            stages=[stage_of(text) for text in request.stages],
            actor=actor,
            now=now_utc(),
        )
        return pb.ListRoundStagesResponse(
            schools=[round_to_pb(school) for school in page.schools],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ListHomeSchoolFamilies(  # noqa: N802  # named by the contract
        self, request: pb.ListHomeSchoolFamiliesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListHomeSchoolFamiliesResponse:
        """List home-school families."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_home_school_families(
            self._deps,
            page_of(request),
            on_date=optional_date(request, "on_date", field="on_date"),
            actor=actor,
            now=now_utc(),
        )
        return pb.ListHomeSchoolFamiliesResponse(
            families=[family_to_pb(family) for family in page.families],
            next_page_token=str(page.after or ""),
            total_families=page.total_families,
            total_homes=page.total_homes,
        )

    async def ListStaleSchools(  # noqa: N802  # named by the contract
        self, request: pb.ListStaleSchoolsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListStaleSchoolsResponse:
        """List schools with old data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        page = await use_cases.list_stale_schools(self._deps, page_of(request), actor=actor, now=now_utc())
        return pb.ListStaleSchoolsResponse(
            schools=[stale_to_pb(item) for item in page.schools],
            next_page_token=str(page.after or ""),
            total=page.total,
            import_days=page.rules.import_days,
            contacts_pct=page.rules.contacts_pct,
            rule_version=page.rules.version,
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """AreaDeskService, ready to be served."""
    serving = AreaDeskServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["AreaDeskService"].full_name,
        lambda server: pb_grpc.add_AreaDeskServiceServicer_to_server(serving, server),
    )
