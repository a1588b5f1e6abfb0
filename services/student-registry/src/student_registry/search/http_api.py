"""HTTP paths of searches. What is looked for is personal, so it comes in bodies: addresses are written to logs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose
from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.enrolments.domain import LABEL_CHARACTERS_MAX, DeliverySystem, EnrolmentRole
from student_registry.json_models import Input
from student_registry.learners.domain import PersonName, Sex
from student_registry.learners.json_models import IdentifierInput
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX
from student_registry.search import use_cases
from student_registry.search.domain import (
    TEXT_CHARACTERS_MAX,
    EnrolmentHeld,
    EnrolmentHit,
    History,
    LearnerHit,
    LearnerStatus,
    NameHeld,
    NameMatch,
    StatusHeld,
)

OptionalPurpose = Annotated[
    str | None, Header(alias="Nuaikit-Purpose", description="Purpose code of the read.", examples=["CLASS_LIST"])
]
Label = Annotated[str, Field(max_length=LABEL_CHARACTERS_MAX)]


class SearchBody(Input):
    """Whom to look for; what is left out is not looked at."""

    name: Annotated[
        str, Field(max_length=TEXT_CHARACTERS_MAX, description="Of given or family name, or both.", examples=["กมล"])
    ] = ""
    match: NameMatch = NameMatch.PREFIX
    student_no: Annotated[str, Field(max_length=64, description="Whole number.", repr=False)] = ""
    institution_id: Annotated[UUID | None, Field(description="The caller's own when absent.")] = None
    grade_label: Annotated[Label, Field(examples=["M.4"])] = ""
    classroom: Annotated[Label, Field(examples=["1"])] = ""
    roles: Annotated[tuple[EnrolmentRole, ...], Field(max_length=len(EnrolmentRole))] = ()
    delivery_systems: Annotated[tuple[DeliverySystem, ...], Field(max_length=len(DeliverySystem))] = ()
    statuses: Annotated[tuple[LearnerStatus, ...], Field(max_length=len(LearnerStatus))] = ()
    on_date: Annotated[date | None, Field(description="Today when absent.")] = None
    page_size: Annotated[int, Field(ge=0, le=PAGE_SIZE_MAX)] = 0
    page_token: UUID | None = None

    def to_query(self, purpose: str) -> use_cases.SearchLearners:
        """As the use case knows it."""
        return use_cases.SearchLearners(
            name=self.name,
            match=self.match,
            student_no=self.student_no,
            institution_id=self.institution_id,
            grade_label=self.grade_label,
            classroom=self.classroom,
            roles=self.roles,
            delivery_systems=self.delivery_systems,
            statuses=self.statuses,
            on_date=self.on_date,
            purpose=purpose,
            page_size=self.page_size,
            after=self.page_token,
        )


class ResolveBody(Input):
    """Numbers to look up, at most 1,000."""

    identifiers: Annotated[list[IdentifierInput], Field(min_length=1, max_length=ITEMS_MAX)]


class MatchJson(BaseModel):
    """A number that leads to a learner."""

    index: Annotated[int, Field(description="Position of the number in the request.")]
    learner_id: UUID


class MatchesJson(BaseModel):
    """Numbers of learners who exist for the caller."""

    matches: list[MatchJson]


class EnrolmentHitJson(BaseModel):
    """An enrolment as a list shows it."""

    enrolment_id: UUID
    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    number_in_class: int | None
    student_no: str

    @classmethod
    def of(cls, enrolment: EnrolmentHit) -> EnrolmentHitJson:
        """As shown."""
        return cls(
            enrolment_id=enrolment.enrolment_id,
            institution_id=enrolment.institution_id,
            role=enrolment.role,
            delivery_system=enrolment.delivery_system,
            grade_label=enrolment.grade_label,
            classroom=enrolment.classroom,
            number_in_class=enrolment.number_in_class,
            student_no=enrolment.student_no,
        )


class NameJson(BaseModel):
    """A name."""

    title_th: str
    given_name_th: str
    family_name_th: str

    @classmethod
    def of(cls, name: PersonName) -> NameJson:
        """As shown."""
        return cls(title_th=name.title, given_name_th=name.given, family_name_th=name.family)


class LearnerHitJson(BaseModel):
    """A learner as a list shows him."""

    learner_id: UUID
    name: NameJson
    sex: Sex | None
    registrar_institution_id: UUID
    enrolments: list[EnrolmentHitJson]
    status: LearnerStatus | None

    @classmethod
    def of(cls, hit: LearnerHit) -> LearnerHitJson:
        """As shown."""
        return cls(
            learner_id=hit.learner_id,
            name=NameJson.of(hit.name),
            sex=hit.sex,
            registrar_institution_id=hit.registrar_institution_id,
            enrolments=[EnrolmentHitJson.of(item) for item in hit.enrolments],
            status=LearnerStatus(hit.status) if hit.status else None,
        )


class HitsPage(BaseModel):
    """A page of learners in Thai dictionary order; no token: the last page."""

    learners: list[LearnerHitJson]
    next_page_token: str | None


class ClassJson(BaseModel):
    """One class by classroom, number in class and name."""

    learners: list[LearnerHitJson]
    is_cut: Annotated[bool, Field(description="The class has more learners than a list shows.")]


class NameHeldJson(BaseModel):
    """A name and when it was the current one of its language."""

    language: str
    name: NameJson
    recorded_at: datetime
    ended_at: datetime | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, held: NameHeld) -> NameHeldJson:
        """As shown."""
        return cls(
            language=held.language,
            name=NameJson.of(held.name),
            recorded_at=held.recorded_at,
            ended_at=held.ended_at,
            since=held.since,
            until=held.until,
        )


class EnrolmentHeldJson(BaseModel):
    """An enrolment as it was."""

    enrolment_id: UUID
    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    number_in_class: int | None
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, held: EnrolmentHeld) -> EnrolmentHeldJson:
        """As shown."""
        return cls(
            enrolment_id=held.enrolment_id,
            institution_id=held.institution_id,
            role=held.role,
            delivery_system=held.delivery_system,
            grade_label=held.grade_label,
            classroom=held.classroom,
            programme_code=held.programme_code,
            number_in_class=held.number_in_class,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
        )


class StatusHeldJson(BaseModel):
    """A status and its days; `valid_to` is the first day of the next one."""

    status: LearnerStatus
    reason_code: str
    valid_from: date
    valid_to: date | None
    stated_by_institution_id: UUID

    @classmethod
    def of(cls, held: StatusHeld) -> StatusHeldJson:
        """As shown."""
        return cls(
            status=LearnerStatus(held.status),
            reason_code=held.reason_code,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
            stated_by_institution_id=held.stated_by_institution_id,
        )


class HistoryJson(BaseModel):
    """A learner as he was on the day asked for, or over all time."""

    learner_id: UUID
    names: list[NameHeldJson]
    enrolments: list[EnrolmentHeldJson]
    statuses: list[StatusHeldJson]

    @classmethod
    def of(cls, history: History) -> HistoryJson:
        """As shown."""
        return cls(
            learner_id=history.learner_id,
            names=[NameHeldJson.of(item) for item in history.names],
            enrolments=[EnrolmentHeldJson.of(item) for item in history.enrolments],
            statuses=[StatusHeldJson.of(item) for item in history.statuses],
        )


def router(deps: Deps) -> APIRouter:
    """Paths of searches."""
    api = APIRouter(prefix="/v1", tags=["search"])

    @api.post("/learner-searches")
    async def search_learners(body: SearchBody, actor: FreshActor, purpose: OptionalPurpose = None) -> HitsPage:
        """Find learners by name, student number, class or status, in Thai dictionary order."""
        hits, after = await use_cases.search_learners(deps, body.to_query(purpose or ""), actor=actor, now=now_utc())
        return HitsPage(
            learners=[LearnerHitJson.of(hit) for hit in hits], next_page_token=str(after) if after else None
        )

    @api.post("/learner-resolutions")
    async def resolve_learners(body: ResolveBody, actor: FreshActor, purpose: Purpose) -> MatchesJson:
        """Find learners by the numbers they have; of others nothing is told."""
        query = use_cases.ResolveLearners(tuple(item.to_domain() for item in body.identifiers), purpose)
        found = await use_cases.resolve_learners(deps, query, actor=actor, now=now_utc())
        return MatchesJson(matches=[MatchJson(index=index, learner_id=learner_id) for index, learner_id in found])

    @api.get("/class-lists")
    async def list_class(
        *,
        grade_label: Annotated[str, Query(min_length=1, max_length=LABEL_CHARACTERS_MAX, examples=["M.4"])],
        actor: FreshActor,
        classroom: Annotated[str, Query(max_length=LABEL_CHARACTERS_MAX, examples=["1"])] = "",
        institution_id: Annotated[UUID | None, Query(description="The caller's own when absent.")] = None,
        on_date: Annotated[date | None, Query(description="Today when absent.")] = None,
        purpose: OptionalPurpose = None,
    ) -> ClassJson:
        """List one class by number in class, then in Thai dictionary order."""
        query = use_cases.ListClass(
            grade_label=grade_label,
            classroom=classroom,
            institution_id=institution_id,
            on_date=on_date,
            purpose=purpose or "",
        )
        hits, is_cut = await use_cases.list_class(deps, query, actor=actor, now=now_utc())
        return ClassJson(learners=[LearnerHitJson.of(hit) for hit in hits], is_cut=is_cut)

    @api.get("/learners/{learner_id}/history")
    async def get_history(
        learner_id: UUID,
        actor: FreshActor,
        purpose: Purpose,
        on_date: Annotated[date | None, Query(description="Everything when absent.")] = None,
    ) -> HistoryJson:
        """Read a learner's names, enrolments and statuses as they were on a day, or all of them."""
        history = await use_cases.get_history(
            deps, learner_id, on_date=on_date, purpose=purpose, actor=actor, now=now_utc()
        )
        return HistoryJson.of(history)

    return api
