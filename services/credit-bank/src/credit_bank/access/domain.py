"""Reads of individuals: what allows them, and what is kept of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Ground(StrEnum):
    """What allows a read of a learner's credits."""

    OWN_INSTITUTION = "OWN_INSTITUTION"
    PARTNERSHIP = "PARTNERSHIP"
    CASE = "CASE"
    GRANT = "GRANT"
    ASSESSMENT = "ASSESSMENT"
    SELF = "SELF"
    AUDIT = "AUDIT"


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties an institution to a learner today, by its own copies of the facts.

    Attributes:
        is_at_home: The learner has an enrolment there as primary or hosted learner.
        is_enrolled: The learner has any enrolment there.
        is_issuer: It issued a result of the learner.
        partnership_id: A partnership in force that covers the learner; None: none.
        case_id: A transfer case of the learner there that has not ended; for a committee's member one of that
            committee.
    """

    is_at_home: bool = False
    is_enrolled: bool = False
    is_issuer: bool = False
    partnership_id: UUID | None = None
    case_id: UUID | None = None

    @classmethod
    def of_all(cls, ties: Iterable[Ties]) -> Ties:
        """What ties an institution to a person by any of his records."""
        each = list(ties)
        return cls(
            is_at_home=any(item.is_at_home for item in each),
            is_enrolled=any(item.is_enrolled for item in each),
            is_issuer=any(item.is_issuer for item in each),
            partnership_id=next((item.partnership_id for item in each if item.partnership_id), None),
            case_id=next((item.case_id for item in each if item.case_id), None),
        )


@dataclass(frozen=True, slots=True)
class Admittance:
    """A ground with its object, and how much it opens.

    Attributes:
        ground_id: The partnership, case or grant.
        is_own_rows_only: Only results that the institution itself issued. An institution that once issued a result and
            no longer teaches the learner keeps its own rows in sight, not what others record from then on.
    """

    ground: Ground
    ground_id: UUID | None = None
    is_own_rows_only: bool = False


def choose_ground(ties: Ties, *, grant_id: UUID | None, is_committee: bool) -> Admittance | None:
    """The ground on which an institution reads, the most telling first; None: the learner does not exist for it.

    A partner's learner is read on the partnership, which is what the learner shall see. A committee's member sees the
    learners of that committee's cases and nobody on any other ground (CB b).
    """
    by_case = Admittance(Ground.CASE, ties.case_id) if ties.case_id else None
    if is_committee:
        return by_case
    own = Admittance(Ground.OWN_INSTITUTION)
    in_order = (
        own if ties.is_at_home else None,
        Admittance(Ground.PARTNERSHIP, ties.partnership_id) if ties.partnership_id else None,
        own if ties.is_enrolled else None,
        by_case,
        Admittance(Ground.GRANT, grant_id) if grant_id else None,
        Admittance(Ground.OWN_INSTITUTION, is_own_rows_only=True) if ties.is_issuer else None,
    )
    return next((ground for ground in in_order if ground), None)


@dataclass(frozen=True, slots=True)
class Read:
    """One read of one learner's data, as the use case that reads states it.

    Attributes:
        resource: What is read: `transcript`, `statement`, `transfer case`.
        purpose: Purpose code.
        ground_id: The partnership, case or grant, where there is one.
    """

    learner_id: UUID
    resource: str
    purpose: str
    ground: Ground
    ground_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One read as it was kept, for the learner to see; who read is named by role and institution.

    Attributes:
        institution_id: On whose behalf; None for the learner's own reads.
    """

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    institution_id: UUID | None
    role: str
    resource: str
    purpose: str
    ground: str
    ground_id: UUID | None


@dataclass(frozen=True, slots=True)
class AccessPage:
    """A page of reads, newest first.

    Attributes:
        next_page_token: Empty on the last page.
    """

    records: list[AccessRecord]
    next_page_token: str
