"""JSON shapes of moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from student_registry.enrolments.domain import DeliverySystem
from student_registry.enrolments.json_models import Label
from student_registry.json_models import Input, ProvenanceJson
from student_registry.limits import ITEMS_MAX
from student_registry.movements.domain import (
    Acceptance,
    Movement,
    MovementInput,
    MovementState,
    PapersSeen,
    Release,
    Stop,
)

PAPERS_MAX = 20
CodeText = Annotated[str, Field(max_length=60)]
Papers = Annotated[tuple[CodeText, ...], Field(max_length=PAPERS_MAX, examples=[["GUARDIAN_REQUEST", "ID_COPIES"]])]


class MovementInputJson(Input):
    """A move to ask for."""

    learner_id: UUID
    to_institution_id: Annotated[UUID | None, Field(description="Absent while it is not known.")] = None
    requested_on: Annotated[date, Field(description="Day of the guardian's request.")]
    is_mid_term: bool = False
    reason_code: Annotated[CodeText, Field(examples=["FAMILY_MOVED"])]
    papers: Papers = ()
    provenance: ProvenanceJson

    def to_domain(self) -> MovementInput:
        """As the use case knows it."""
        return MovementInput(
            learner_id=self.learner_id,
            to_institution_id=self.to_institution_id,
            requested_on=self.requested_on,
            is_mid_term=self.is_mid_term,
            reason_code=self.reason_code,
            papers=self.papers,
            provenance=self.provenance.to_domain(),
        )


class RequestMovementsBody(Input):
    """Moves to ask for."""

    movements: Annotated[list[MovementInputJson], Field(min_length=1, max_length=ITEMS_MAX)]


class PapersSeenJson(Input):
    """Papers of a move that were seen."""

    movement_id: UUID
    papers: Papers
    seen_on: date

    def to_domain(self) -> PapersSeen:
        """As the use case knows it."""
        return PapersSeen(self.movement_id, self.papers, self.seen_on)


class RecordPapersBody(Input):
    """Papers to note: kinds, never files."""

    items: Annotated[list[PapersSeenJson], Field(min_length=1, max_length=ITEMS_MAX)]


class ReleaseJson(Input):
    """A learner whom the old institution lets go."""

    movement_id: UUID
    to_institution_id: Annotated[UUID | None, Field(description="Needed where the request did not name it.")] = None
    last_day: date

    def to_domain(self) -> Release:
        """As the use case knows it."""
        return Release(self.movement_id, self.to_institution_id, self.last_day)


class ReleaseMovementsBody(Input):
    """Releases."""

    items: Annotated[list[ReleaseJson], Field(min_length=1, max_length=ITEMS_MAX)]


class AcceptanceJson(Input):
    """A learner whom the new institution takes."""

    movement_id: UUID
    first_day: date
    delivery_system: DeliverySystem = DeliverySystem.FORMAL
    grade_label: Annotated[Label, Field(examples=["M.4"])]
    classroom: Label = ""
    programme_code: Label = ""
    provenance: ProvenanceJson

    def to_domain(self) -> Acceptance:
        """As the use case knows it."""
        return Acceptance(
            movement_id=self.movement_id,
            first_day=self.first_day,
            delivery_system=self.delivery_system,
            grade_label=self.grade_label,
            classroom=self.classroom,
            programme_code=self.programme_code,
            provenance=self.provenance.to_domain(),
        )


class AcceptMovementsBody(Input):
    """Acceptances."""

    items: Annotated[list[AcceptanceJson], Field(min_length=1, max_length=ITEMS_MAX)]


class StopJson(Input):
    """A move that ends without hand-over."""

    movement_id: UUID
    reason_code: Annotated[CodeText, Field(examples=["WITHDRAWN"])]

    def to_domain(self) -> Stop:
        """As the use case knows it."""
        return Stop(self.movement_id, self.reason_code)


class StopMovementsBody(Input):
    """Moves to call off or to refuse."""

    items: Annotated[list[StopJson], Field(min_length=1, max_length=ITEMS_MAX)]


class MovementJson(BaseModel):
    """One move."""

    movement_id: UUID
    learner_id: UUID
    from_institution_id: UUID
    to_institution_id: UUID | None
    state: MovementState
    requested_on: date
    is_mid_term: bool
    reason_code: str
    due_on: Annotated[date | None, Field(description="Day by which the next step is due.")]
    last_day: date | None
    first_day: date | None
    papers: list[str]
    changed_at: datetime
    is_late: bool

    @classmethod
    def of(cls, movement: Movement, *, today: date) -> MovementJson:
        """As shown."""
        return cls(
            movement_id=movement.movement_id,
            learner_id=movement.learner_id,
            from_institution_id=movement.from_institution_id,
            to_institution_id=movement.to_institution_id,
            state=movement.state,
            requested_on=movement.requested_on,
            is_mid_term=movement.is_mid_term,
            reason_code=movement.reason_code,
            due_on=movement.due_on,
            last_day=movement.last_day,
            first_day=movement.first_day,
            papers=sorted(movement.papers),
            changed_at=movement.changed_at,
            is_late=movement.is_late(today),
        )


class MovementsPage(BaseModel):
    """A page of moves, oldest limit first; no token: the last page."""

    movements: list[MovementJson]
    next_page_token: str | None
    total: int
