"""HTTP paths of the area desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from student_registry.area_desk import use_cases
from student_registry.area_desk.domain import Stage, StaleReason
from student_registry.area_desk.use_cases import Page
from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.json_models import Input, ListResult
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX
from student_registry.matching.http_api import CandidateJson

_Size = Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)]
_YearBe = Annotated[int, Query(ge=0, le=2700, description="Academic year, Buddhist Era; 0: the present one.")]


class StageCountJson(BaseModel):
    """How many schools are at a stage of a round."""

    kind: str
    stage: Stage
    schools: int


class DeskJson(BaseModel):
    """How much waits, and how many there are."""

    waiting_g_codes: int
    identity_conflicts: int
    conflicting_identifiers: int
    late_movements: int
    rounds: list[StageCountJson]
    academic_year_be: int
    home_school_families: int
    homes: int
    home_school_learners: int
    stale_schools: int
    schools: int


class WaitingGCodeJson(BaseModel):
    """A G-code that waits for approval."""

    identifier_id: UUID
    learner_id: UUID
    registrar_institution_id: UUID
    masked_value: str
    recorded_at: datetime


class WaitingGCodesPage(BaseModel):
    """A page of G-codes, the oldest first; no token: the last page."""

    g_codes: list[WaitingGCodeJson]
    next_page_token: str | None
    total: int


class ApproveGCodesBody(Input):
    """G-codes to approve, at most 1,000."""

    identifier_ids: Annotated[list[UUID], Field(min_length=1, max_length=ITEMS_MAX)]


class ConflictsPage(BaseModel):
    """A page of pairs who may be one person, the most alike first; no token: the last page."""

    candidates: list[CandidateJson]
    next_page_token: str | None
    total: int


class ConflictingIdentifierJson(BaseModel):
    """An identifier that contradicts what is known of its learner."""

    identifier_id: UUID
    learner_id: UUID
    registrar_institution_id: UUID
    kind: str
    last4: str
    recorded_at: datetime


class ConflictingIdentifiersPage(BaseModel):
    """A page of identifiers, the oldest first; no token: the last page."""

    identifiers: list[ConflictingIdentifierJson]
    next_page_token: str | None
    total: int


class LateMovementJson(BaseModel):
    """A move past its limit."""

    movement_id: UUID
    learner_id: UUID
    from_institution_id: UUID
    to_institution_id: UUID | None
    state: str
    due_on: date
    days_late: int


class LateMovementsPage(BaseModel):
    """A page of moves past their limit, the longest first; no token: the last page."""

    movements: list[LateMovementJson]
    next_page_token: str | None
    total: int


class SchoolRoundJson(BaseModel):
    """A school with its round."""

    institution_id: UUID
    name_th: str
    stage: Stage
    round_id: UUID | None
    learner_count: int | None
    reached_at: datetime | None


class RoundStagesPage(BaseModel):
    """A page of schools in Thai dictionary order; no token: the last page."""

    schools: list[SchoolRoundJson]
    next_page_token: str | None
    total: int


class HomeJson(BaseModel):
    """One home (บ้านเรียน)."""

    institution_id: UUID
    name_th: str
    learners: int


class FamilyJson(BaseModel):
    """A home-school family with its homes."""

    institution_id: UUID
    name_th: str
    homes: list[HomeJson]


class FamiliesPage(BaseModel):
    """A page of families in Thai dictionary order; no token: the last page."""

    families: list[FamilyJson]
    next_page_token: str | None
    total_families: int
    total_homes: int


class StaleSchoolJson(BaseModel):
    """A school with old data, and why."""

    institution_id: UUID
    name_th: str
    last_import_on: date | None
    learners: int
    stale_contacts: int
    reasons: list[StaleReason]


class StaleSchoolsPage(BaseModel):
    """A page of schools with old data, and the rules by which they are old; no token: the last page."""

    schools: list[StaleSchoolJson]
    next_page_token: str | None
    total: int
    import_days: int
    contacts_pct: int
    rule_version: str


def _token(after: UUID | None) -> str | None:
    return str(after) if after else None


def router(deps: Deps) -> APIRouter:
    """Paths of the area desk."""
    api = APIRouter(prefix="/v1/area-desk", tags=["area desk"])

    @api.get("")
    async def get_area_desk(actor: FreshActor, academic_year_be: _YearBe = 0) -> DeskJson:
        """Count what waits on the desk of one's own office."""
        desk = await use_cases.get_desk(deps, year_be=academic_year_be, actor=actor, now=now_utc())
        return DeskJson(
            waiting_g_codes=desk.waiting_g_codes,
            identity_conflicts=desk.identity_conflicts,
            conflicting_identifiers=desk.conflicting_identifiers,
            late_movements=desk.late_movements,
            rounds=[StageCountJson(kind=item.kind, stage=item.stage, schools=item.schools) for item in desk.rounds],
            academic_year_be=desk.academic_year_be,
            home_school_families=desk.families,
            homes=desk.homes,
            home_school_learners=desk.home_school_learners,
            stale_schools=desk.stale_schools,
            schools=desk.schools,
        )

    _add_identities(api, deps)
    _add_work(api, deps)
    _add_schools(api, deps)
    return api


def _add_identities(api: APIRouter, deps: Deps) -> None:
    @api.get("/g-codes")
    async def list_waiting_g_codes(
        actor: FreshActor, purpose: Purpose, page_size: _Size = 0, page_token: UUID | None = None
    ) -> WaitingGCodesPage:
        """List G-codes that wait for the area's approval."""
        page = await use_cases.list_waiting_g_codes(
            deps, Page(page_size, page_token, purpose), actor=actor, now=now_utc()
        )
        return WaitingGCodesPage(
            g_codes=[
                WaitingGCodeJson(
                    identifier_id=item.identifier_id,
                    learner_id=item.learner_id,
                    registrar_institution_id=item.registrar_institution_id,
                    masked_value=item.masked_value,
                    recorded_at=item.recorded_at,
                )
                for item in page.g_codes
            ],
            next_page_token=_token(page.after),
            total=page.total,
        )

    @api.post("/g-codes/approve")
    async def approve_g_codes(
        body: ApproveGCodesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Approve G-codes."""
        command = identifiers.ApproveGCodes(request_id, tuple(body.identifier_ids))
        outcomes = await identifiers.approve(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/identity-conflicts")
    async def list_identity_conflicts(
        actor: FreshActor,
        institution_id: UUID | None = None,
        page_size: _Size = 0,
        page_token: UUID | None = None,
    ) -> ConflictsPage:
        """List pairs of learners who may be one person."""
        page = await use_cases.list_identity_conflicts(
            deps, Page(page_size, page_token), institution_id=institution_id, actor=actor, now=now_utc()
        )
        return ConflictsPage(
            candidates=[CandidateJson.of(item) for item in page.candidates],
            next_page_token=_token(page.after),
            total=page.total,
        )

    @api.get("/conflicting-identifiers")
    async def list_conflicting_identifiers(
        actor: FreshActor, purpose: Purpose, page_size: _Size = 0, page_token: UUID | None = None
    ) -> ConflictingIdentifiersPage:
        """List identifiers that contradict what is known of their learner."""
        page = await use_cases.list_conflicting_identifiers(
            deps, Page(page_size, page_token, purpose), actor=actor, now=now_utc()
        )
        return ConflictingIdentifiersPage(
            identifiers=[
                ConflictingIdentifierJson(
                    identifier_id=item.identifier_id,
                    learner_id=item.learner_id,
                    registrar_institution_id=item.registrar_institution_id,
                    kind=item.kind,
                    last4=item.last4,
                    recorded_at=item.recorded_at,
                )
                for item in page.identifiers
            ],
            next_page_token=_token(page.after),
            total=page.total,
        )


def _add_work(api: APIRouter, deps: Deps) -> None:
    @api.get("/late-movements")
    async def list_late_movements(
        actor: FreshActor, purpose: Purpose, page_size: _Size = 0, page_token: UUID | None = None
    ) -> LateMovementsPage:
        """List moves past their limit."""
        now = now_utc()
        page = await use_cases.list_late_movements(deps, Page(page_size, page_token, purpose), actor=actor, now=now)
        today = today_in_thailand(now)
        return LateMovementsPage(
            movements=[
                LateMovementJson(
                    movement_id=item.movement_id,
                    learner_id=item.learner_id,
                    from_institution_id=item.from_institution_id,
                    to_institution_id=item.to_institution_id,
                    state=item.state,
                    due_on=item.due_on,
                    days_late=(today - item.due_on).days,
                )
                for item in page.movements
                if item.due_on is not None
            ],
            next_page_token=_token(page.after),
            total=page.total,
        )

    @api.get("/round-stages")
    async def list_round_stages(
        *,
        actor: FreshActor,
        kind: Annotated[str, Query(max_length=40, examples=["JUNE_10"])],
        academic_year_be: _YearBe = 0,
        stage: Annotated[list[Stage] | None, Query()] = None,
        page_size: _Size = 0,
        page_token: UUID | None = None,
    ) -> RoundStagesPage:
        """List schools with the stage of one round, those that have not begun too."""
        page = await use_cases.list_round_stages(
            deps,
            Page(page_size, page_token),
            year_be=academic_year_be,
            kind=kind,
            stages=stage or (),
            actor=actor,
            now=now_utc(),
        )
        return RoundStagesPage(
            schools=[
                SchoolRoundJson(
                    institution_id=item.institution_id,
                    name_th=item.name_th,
                    stage=item.stage,
                    round_id=item.round_id,
                    learner_count=item.learner_count,
                    reached_at=item.reached_at,
                )
                for item in page.schools
            ],
            next_page_token=_token(page.after),
            total=page.total,
        )


def _add_schools(api: APIRouter, deps: Deps) -> None:
    @api.get("/home-school-families")
    async def list_home_school_families(
        actor: FreshActor,
        on_date: Annotated[date | None, Query(description="Today when absent.")] = None,
        page_size: _Size = 0,
        page_token: UUID | None = None,
    ) -> FamiliesPage:
        """List home-school families with their homes, counted apart."""
        page = await use_cases.list_home_school_families(
            deps, Page(page_size, page_token), on_date=on_date, actor=actor, now=now_utc()
        )
        return FamiliesPage(
            families=[
                FamilyJson(
                    institution_id=family.institution_id,
                    name_th=family.name_th,
                    homes=[
                        HomeJson(institution_id=home.institution_id, name_th=home.name_th, learners=home.learners)
                        for home in family.homes
                    ],
                )
                for family in page.families
            ],
            next_page_token=_token(page.after),
            total_families=page.total_families,
            total_homes=page.total_homes,
        )

    @api.get("/stale-schools")
    async def list_stale_schools(
        actor: FreshActor, page_size: _Size = 0, page_token: UUID | None = None
    ) -> StaleSchoolsPage:
        """List schools whose last import or whose learners' contact data are old."""
        page = await use_cases.list_stale_schools(deps, Page(page_size, page_token), actor=actor, now=now_utc())
        return StaleSchoolsPage(
            schools=[
                StaleSchoolJson(
                    institution_id=item.school.institution_id,
                    name_th=item.school.name_th,
                    last_import_on=item.school.last_import_on,
                    learners=item.school.learners,
                    stale_contacts=item.school.stale_contacts,
                    reasons=list(item.reasons),
                )
                for item in page.schools
            ],
            next_page_token=_token(page.after),
            total=page.total,
            import_days=page.rules.import_days,
            contacts_pct=page.rules.contacts_pct,
            rule_version=page.rules.version,
        )
