"""One read of a learner's guidance data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField, PurposeMissing
from chassis.ids import uuid7

PURPOSE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
"""A code, never a sentence: people's words do not belong into the log."""

PAGE_DEFAULT = 100
PAGE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Who read what of whom, when, why, and what allowed it.

    Attributes:
        institution_id: None for the learner's own reads.
        service: Service through which the read came; None when the person called directly.
        ground: OWN_INSTITUTION, SELF or AUDIT.
    """

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    subject_hash: str
    institution_id: UUID | None
    role: str
    service: str | None
    resource: str
    purpose: str
    ground: str


def access_row(actor: Actor, learner_id: UUID, *, resource: str, purpose: str, ground: str, now: datetime) -> AccessRow:
    """The row that tells of a read by `actor`."""
    return AccessRow(
        access_id=uuid7(),
        learner_id=learner_id,
        read_at=now,
        subject_hash=actor.subject_hash,
        institution_id=actor.institution_id,
        role=actor.role,
        service=actor.service,
        resource=resource,
        purpose=purpose,
        ground=ground,
    )


def checked_purpose(purpose: str) -> str:
    """The purpose code of a read.

    Raises:
        PurposeMissing: None was stated.
        InvalidField: It is not a code.
    """
    if not purpose:
        raise PurposeMissing
    if not PURPOSE.fullmatch(purpose):
        raise InvalidField(field="purpose", expected="a code of letters, digits, dot, dash and underscore")
    return purpose
