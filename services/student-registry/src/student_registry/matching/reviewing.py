"""Pairs of learners who may be one person, and what people decide about them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from student_registry.identifiers.domain import Identifier
from student_registry.matching.domain import BirthDate
from student_registry.matching.errors import AlreadyDecided, SamePerson
from student_registry.matching.scoring import Contribution


class State(StrEnum):
    """Where a pair stands."""

    OPEN = "OPEN"
    LATER = "LATER"
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"


class Origin(StrEnum):
    """How a pair came into the queue."""

    PROBABLE = "PROBABLE"
    REPORTED = "REPORTED"
    IDENTIFIERS = "IDENTIFIERS"


WAITING = (State.OPEN, State.LATER)
DECISIONS = (State.SAME, State.DIFFERENT, State.LATER)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair in the queue; its learners in the order of their ids."""

    candidate_id: UUID
    low_learner_id: UUID
    high_learner_id: UUID
    origin: Origin
    score: int
    is_strong: bool
    weights_version: str
    contributions: tuple[Contribution, ...]
    state: State
    found_at: datetime
    decided_at: datetime | None = None

    @property
    def pair(self) -> tuple[UUID, UUID]:
        """Its two learners."""
        return self.low_learner_id, self.high_learner_id


@dataclass(frozen=True, slots=True)
class Compared:
    """One learner of a pair as a reviewer sees him."""

    learner_id: UUID
    title: str = field(repr=False)
    given: str = field(repr=False)
    family: str = field(repr=False)
    birth: BirthDate | None = field(repr=False)
    sex: str | None = field(repr=False)
    registrar_institution_id: UUID
    institution_ids: tuple[UUID, ...]
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """A pair in the order in which it is kept.

    Raises:
        SamePerson: There is only one.
    """
    if one == other:
        raise SamePerson(field="other_learner_id")
    return (one, other) if one < other else (other, one)


def check_step(before: State, after: State) -> bool:
    """Whether a decision changes anything.

    A pair once found to be one person or two is decided anew only through `LATER`, which says that the first decision
    is withdrawn, so that two reviewers do not turn each other's decision round unseen.

    Raises:
        AlreadyDecided: Somebody decided otherwise.
    """
    if before is after:
        return False
    if before in (State.SAME, State.DIFFERENT) and after is not State.LATER:
        raise AlreadyDecided(field="state", state=before)
    return True
