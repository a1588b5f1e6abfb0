"""Reads of individuals: what is kept of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Read:
    """One read of one learner's data, as the use case that reads states it.

    Attributes:
        resource: What is read: `transcript`, `statement`, `transfer case`, `entries`.
        purpose: Purpose code.
        ground: OWN_INSTITUTION, PARTNERSHIP, CASE, GRANT, SELF or AUDIT.
        ground_id: The partnership, case or grant, where there is one.
    """

    learner_id: UUID
    resource: str
    purpose: str
    ground: str
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
