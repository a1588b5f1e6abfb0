"""A move of a learner, step by step. Pure.

`MOVE_OUT_REQUESTED → RELEASED → ACCEPTED`; called off by the institution that is left until he is accepted, refused by
the one he was released to. Source: credit-bank.md e.7, R-72c; limits and which paper each step needs are rule data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.domain import DeliverySystem
from student_registry.movements.errors import (
    MovementDateInvalid,
    MovementDestinationInvalid,
    MovementPapersMissing,
    MovementStateWrong,
)
from student_registry.provenance import Provenance


class MovementState(StrEnum):
    """How far a move is."""

    MOVE_OUT_REQUESTED = "MOVE_OUT_REQUESTED"
    RELEASED = "RELEASED"
    ACCEPTED = "ACCEPTED"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"


OPEN = frozenset({MovementState.MOVE_OUT_REQUESTED, MovementState.RELEASED})


@dataclass(frozen=True, slots=True)
class MovementRules:
    """Limits and papers of the steps, as they hold on a day.

    Attributes:
        release_days: From the request until the release is late.
        accept_days: From the release until the acceptance is late.
    """

    version: str
    release_days: int
    accept_days: int
    release_papers: frozenset[str]
    accept_papers: frozenset[str]
    mid_term_papers: frozenset[str]


@dataclass(frozen=True, slots=True)
class MovementInput:
    """A move to ask for.

    Attributes:
        to_institution_id: None while it is not known.
        requested_on: Day of the guardian's request, or of the learner's own where he is of age.
        papers: Kinds of papers that were seen; never the papers themselves.
    """

    learner_id: UUID
    to_institution_id: UUID | None
    requested_on: date
    is_mid_term: bool
    reason_code: str
    papers: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PapersSeen:
    """Papers of a move that were seen on a day."""

    movement_id: UUID
    papers: tuple[str, ...]
    seen_on: date


@dataclass(frozen=True, slots=True)
class Release:
    """The institution that is left lets the learner go."""

    movement_id: UUID
    to_institution_id: UUID | None
    last_day: date


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The institution he goes to takes the learner."""

    movement_id: UUID
    first_day: date
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Stop:
    """A move that ends without hand-over."""

    movement_id: UUID
    reason_code: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A move as kept.

    Attributes:
        due_on: Day by which the next step is due; None when there is none.
    """

    movement_id: UUID
    learner_id: UUID
    from_institution_id: UUID
    to_institution_id: UUID | None
    state: MovementState
    old_enrolment_id: UUID
    new_enrolment_id: UUID | None
    requested_on: date
    is_mid_term: bool
    reason_code: str
    due_on: date | None
    last_day: date | None
    first_day: date | None
    rule_version: str
    provenance: Provenance
    changed_at: datetime
    papers: frozenset[str] = frozenset()

    def is_late(self, day: date) -> bool:
        """Whether the next step is past its limit on a day."""
        return self.due_on is not None and self.due_on < day


def requested(
    stated: MovementInput,
    *,
    movement_id: UUID,
    from_institution_id: UUID,
    old_enrolment_id: UUID,
    rules: MovementRules,
    today: date,
    now: datetime,
) -> Movement:
    """A move as it begins.

    Raises:
        MovementDateInvalid: The request lies in the future.
        MovementDestinationInvalid: He would move to where he is.
    """
    if stated.requested_on > today:
        raise MovementDateInvalid(field="requested_on")
    if stated.to_institution_id == from_institution_id:
        raise MovementDestinationInvalid(field="to_institution_id")
    return Movement(
        movement_id=movement_id,
        learner_id=stated.learner_id,
        from_institution_id=from_institution_id,
        to_institution_id=stated.to_institution_id,
        state=MovementState.MOVE_OUT_REQUESTED,
        old_enrolment_id=old_enrolment_id,
        new_enrolment_id=None,
        requested_on=stated.requested_on,
        is_mid_term=stated.is_mid_term,
        reason_code=stated.reason_code,
        due_on=stated.requested_on + timedelta(days=rules.release_days),
        last_day=None,
        first_day=None,
        rule_version=rules.version,
        provenance=stated.provenance,
        changed_at=now,
        papers=frozenset(stated.papers),
    )


def is_same_request(movement: Movement, stated: MovementInput) -> bool:
    """Whether an open move is the one that is asked for."""
    return (movement.requested_on, movement.to_institution_id, movement.reason_code) == (
        stated.requested_on,
        stated.to_institution_id,
        stated.reason_code,
    )


def released(movement: Movement, release: Release, rules: MovementRules, *, today: date, now: datetime) -> Movement:
    """A move after its release; the same move when it was released just so already.

    Raises:
        MovementStateWrong: It is not asked for any more.
        MovementDestinationInvalid: No place to go to, the place he leaves, or another than was asked for.
        MovementPapersMissing: Papers are missing.
    """
    to = release.to_institution_id or movement.to_institution_id
    if movement.state is MovementState.RELEASED and (movement.to_institution_id, movement.last_day) == (
        to,
        release.last_day,
    ):
        return movement
    _require(movement, MovementState.MOVE_OUT_REQUESTED)
    if to is None or to == movement.from_institution_id or movement.to_institution_id not in (None, to):
        raise MovementDestinationInvalid(field="to_institution_id")
    _require_papers(movement, rules.release_papers)
    return replace(
        movement,
        state=MovementState.RELEASED,
        to_institution_id=to,
        last_day=release.last_day,
        due_on=today + timedelta(days=rules.accept_days),
        rule_version=rules.version,
        changed_at=now,
    )


def accepted(
    movement: Movement, acceptance: Acceptance, rules: MovementRules, *, new_enrolment_id: UUID, now: datetime
) -> Movement:
    """A move after the learner was taken; the same move when he was taken on that day already.

    Raises:
        MovementStateWrong: It is not released.
        MovementDateInvalid: The first day does not lie after the last day at the old institution.
        MovementPapersMissing: Papers are missing.
    """
    if movement.state is MovementState.ACCEPTED and movement.first_day == acceptance.first_day:
        return movement
    _require(movement, MovementState.RELEASED)
    if movement.last_day is None or acceptance.first_day <= movement.last_day:
        raise MovementDateInvalid(field="first_day")
    needed = rules.accept_papers | (rules.mid_term_papers if movement.is_mid_term else frozenset[str]())
    _require_papers(movement, needed)
    return replace(
        movement,
        state=MovementState.ACCEPTED,
        new_enrolment_id=new_enrolment_id,
        first_day=acceptance.first_day,
        due_on=None,
        rule_version=rules.version,
        changed_at=now,
    )


def stopped(movement: Movement, stop: Stop, state: MovementState, *, now: datetime) -> Movement:
    """A move that was called off or refused; the same move when it was already.

    Raises:
        MovementStateWrong: He was accepted, or the move has ended another way; refusing needs a release first.
    """
    if movement.state is state and movement.reason_code == stop.reason_code:
        return movement
    if state is MovementState.REFUSED:
        _require(movement, MovementState.RELEASED)
    elif movement.state not in OPEN:
        raise MovementStateWrong(state=movement.state)
    return replace(movement, state=state, reason_code=stop.reason_code, due_on=None, changed_at=now)


def _require(movement: Movement, state: MovementState) -> None:
    if movement.state is not state:
        raise MovementStateWrong(state=movement.state)


def _require_papers(movement: Movement, needed: Iterable[str]) -> None:
    missing = sorted(set(needed) - movement.papers)
    if missing:
        raise MovementPapersMissing(missing=" ".join(missing))
