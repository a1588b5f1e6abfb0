"""Whether two learners can become one, and what becomes of the facts that both have. Pure.

Source: credit-bank.md e.7 (one primary enrolment at a time; a contradiction is a review); that a fact which both have
stays where it is while the merge lasts is a decision of this service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.domain import Enrolment, EnrolmentRole
from student_registry.identifiers.domain import Identifier, IdentifierKind
from student_registry.matching.errors import (
    AlreadyMerged,
    EnrolmentsCollide,
    PrimaryEnrolmentsOverlap,
    ReasonCodeInvalid,
    SamePerson,
    TwoCitizenIds,
)

_REASON_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_DOCUMENT_NO = re.compile(r"[\w./ -]{0,60}")


class Side(StrEnum):
    """Of the two learners of a merge."""

    SURVIVING = "SURVIVING"
    MERGED = "MERGED"


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge as it is kept."""

    merge_id: UUID
    surviving_learner_id: UUID
    merged_learner_id: UUID
    reason_code: str
    document_no: str
    ended_identifier_id: UUID | None
    ended_on: date | None
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a learner can be merged, read while he is locked."""

    learner_id: UUID
    is_merged: bool
    identifiers: tuple[Identifier, ...]
    enrolments: tuple[Enrolment, ...]

    @property
    def citizen_id(self) -> Identifier | None:
        """His valid citizen ID."""
        valid = (item for item in self.identifiers if item.kind is IdentifierKind.CITIZEN_ID and item.valid_to is None)
        return next(valid, None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge does beside moving facts.

    Attributes:
        parked: Enrolments of the merged learner that the surviving one has too: they stay, and are not seen meanwhile.
        ended: The citizen ID that was found to be wrong.
    """

    parked: frozenset[UUID]
    ended: Identifier | None


def check_reason(code: str, *, document_no: str = "") -> None:
    """Refuse free text, which could carry a person's data.

    Raises:
        ReasonCodeInvalid: Not a code, or a document number that is none.
    """
    if not _REASON_CODE.fullmatch(code):
        raise ReasonCodeInvalid(field="reason_code")
    if not _DOCUMENT_NO.fullmatch(document_no):
        raise ReasonCodeInvalid(field="document_no")


def plan(surviving: Facts, merged: Facts, *, right_citizen_id: Side | None) -> Plan:
    """What merging does.

    Args:
        surviving: Under whose id the person is known afterwards.
        merged: Who leads to him afterwards.
        right_citizen_id: Whose citizen ID is right, needed where both have one.

    Raises:
        SamePerson: They are one already.
        AlreadyMerged: One of them stands for nobody any more.
        TwoCitizenIds: Both have a valid citizen ID, and it was not said which is right.
        PrimaryEnrolmentsOverlap: Both are enrolled somewhere as their first institution at one time.
        EnrolmentsCollide: Both have such an enrolment at one institution at one time.
    """
    if surviving.learner_id == merged.learner_id:
        raise SamePerson(field="merged_learner_id")
    for side, facts in ((Side.SURVIVING, surviving), (Side.MERGED, merged)):
        if facts.is_merged:
            raise AlreadyMerged(field=f"{side.lower()}_learner_id")
    return Plan(
        parked=_parked(surviving.enrolments, merged.enrolments),
        ended=_ended(surviving, merged, right_citizen_id=right_citizen_id),
    )


def _ended(surviving: Facts, merged: Facts, *, right_citizen_id: Side | None) -> Identifier | None:
    if surviving.citizen_id is None or merged.citizen_id is None:
        return None
    if right_citizen_id is None:
        raise TwoCitizenIds(field="right_citizen_id")
    return merged.citizen_id if right_citizen_id is Side.SURVIVING else surviving.citizen_id


def _parked(surviving: Iterable[Enrolment], merged: Iterable[Enrolment]) -> frozenset[UUID]:
    """Enrolments that both have; the others must not contradict each other."""
    kept = list(surviving)
    known = {item.facts.natural_key for item in kept}
    parked = frozenset(item.enrolment_id for item in merged if item.facts.natural_key in known)
    for item in merged:
        if item.enrolment_id in parked:
            continue
        for other in kept:
            if not other.facts.overlaps(item.facts):
                continue
            if EnrolmentRole.PRIMARY is item.facts.role is other.facts.role:
                raise PrimaryEnrolmentsOverlap(field="merged_learner_id", enrolment_id=item.enrolment_id)
            is_same_place = other.facts.natural_key[:3] == item.facts.natural_key[:3]
            if is_same_place and item.facts.role is not EnrolmentRole.SHORT_COURSE:
                raise EnrolmentsCollide(field="merged_learner_id", enrolment_id=item.enrolment_id)
    return parked
