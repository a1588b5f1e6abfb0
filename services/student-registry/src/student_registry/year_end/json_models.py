"""JSON shapes of year ends and leavers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from student_registry.json_models import Input, ProvenanceJson
from student_registry.limits import ITEMS_MAX
from student_registry.year_end.domain import Decision, Destination, Leaver, Line, RunFigures, RunState
from student_registry.year_end.use_cases import PLAN_ITEMS_MAX

YEAR_BE_MIN, YEAR_BE_MAX = 2500, 2700
YearBe = Annotated[int, Field(ge=YEAR_BE_MIN, le=YEAR_BE_MAX, examples=[2568])]
CodeText = Annotated[str, Field(max_length=60)]


class HeldBackJson(Input):
    """Somebody who stays in his grade."""

    learner_id: UUID
    reason_code: Annotated[CodeText, Field(examples=["NOT_PASSED"])]


class DestinationJson(Input):
    """Where a leaver is expected."""

    learner_id: UUID
    kind: Annotated[CodeText, Field(examples=["INSTITUTION", "WORK", "UNKNOWN"])]
    institution_id: Annotated[UUID | None, Field(description="For kind INSTITUTION only.")] = None

    def to_domain(self) -> tuple[UUID, Destination]:
        """As the use case knows it."""
        return self.learner_id, Destination(self.kind, self.institution_id)


class PlanYearEndBody(Input):
    """A year end to plan."""

    year_be: Annotated[YearBe, Field(description="Academic year that ends, Buddhist Era.")]
    last_day: date
    first_day: Annotated[date, Field(description="First day of the year that follows.")]
    held_back: Annotated[tuple[HeldBackJson, ...], Field(max_length=PLAN_ITEMS_MAX)] = ()
    destinations: Annotated[tuple[DestinationJson, ...], Field(max_length=PLAN_ITEMS_MAX)] = ()
    provenance: ProvenanceJson


class SetDestinationsBody(Input):
    """Where leavers of a year are expected."""

    year_be: YearBe
    destinations: Annotated[list[DestinationJson], Field(min_length=1, max_length=ITEMS_MAX)]


class RunJson(BaseModel):
    """Figures of a plan or run."""

    year_end_run_id: UUID
    institution_id: UUID
    year_be: int
    last_day: date
    first_day: date
    state: RunState
    counts: dict[Decision, int]
    lines_left: Annotated[int, Field(description="Lines not carried out yet.")]
    planned_at: datetime

    @classmethod
    def of(cls, figures: RunFigures) -> RunJson:
        """As shown."""
        run = figures.run
        return cls(
            year_end_run_id=run.year_end_run_id,
            institution_id=run.institution_id,
            year_be=run.year_be,
            last_day=run.last_day,
            first_day=run.first_day,
            state=run.state,
            counts={decision: figures.counts.get(decision, 0) for decision in Decision},
            lines_left=figures.lines_left,
            planned_at=run.planned_at,
        )


class LineJson(BaseModel):
    """What becomes of one enrolment."""

    line_no: int
    learner_id: UUID
    enrolment_id: UUID
    decision: Decision
    reason_code: str
    grade_label: str
    next_grade_label: str
    destination_kind: str
    destination_institution_id: UUID | None
    is_applied: bool

    @classmethod
    def of(cls, line: Line) -> LineJson:
        """As shown."""
        return cls(
            line_no=line.line_no,
            learner_id=line.learner_id,
            enrolment_id=line.enrolment_id,
            decision=line.decision,
            reason_code=line.reason_code,
            grade_label=line.grade_label,
            next_grade_label=line.next_grade_label,
            destination_kind=line.destination.kind if line.destination else "",
            destination_institution_id=line.destination.institution_id if line.destination else None,
            is_applied=line.is_applied,
        )


class RunPage(BaseModel):
    """A run with a page of its lines; no token: the last page."""

    run: RunJson
    lines: list[LineJson]
    next_page_token: str | None


class LeaverJson(BaseModel):
    """Somebody who finished a last grade."""

    leaver_id: UUID
    learner_id: UUID
    from_institution_id: UUID
    grade_label: str
    last_day: date
    destination_kind: str
    destination_institution_id: UUID | None
    arrived_institution_id: Annotated[UUID | None, Field(description="Where he is enrolled on the day.")]
    is_missing: bool

    @classmethod
    def of(cls, leaver: Leaver) -> LeaverJson:
        """As shown."""
        return cls(
            leaver_id=leaver.leaver_id,
            learner_id=leaver.learner_id,
            from_institution_id=leaver.from_institution_id,
            grade_label=leaver.grade_label,
            last_day=leaver.last_day,
            destination_kind=leaver.destination.kind,
            destination_institution_id=leaver.destination.institution_id,
            arrived_institution_id=leaver.arrived_institution_id,
            is_missing=leaver.is_missing,
        )


class LeaversPage(BaseModel):
    """A page of leavers by Thai name; no token: the last page."""

    leavers: list[LeaverJson]
    next_page_token: str | None
    total: int
    arrive_by: Annotated[date, Field(description="First day on which somebody can count as not arrived.")]
