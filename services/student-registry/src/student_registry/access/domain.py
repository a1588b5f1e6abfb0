"""Grounds of reads and the rows that tell of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from student_registry.access.errors import GroundInvalid
from student_registry.provenance import Provenance

_GROUND_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class GroundKind(StrEnum):
    """What allowed a read."""

    OWN_INSTITUTION = "OWN_INSTITUTION"
    PARTNERSHIP = "PARTNERSHIP"
    CASE = "CASE"
    GRANT = "GRANT"
    ISSUER = "ISSUER"
    """A result or document that the institution once gave out, and may have to give out again."""
    AUDIT = "AUDIT"
    OVERSIGHT = "OVERSIGHT"


STATED_GROUNDS = frozenset({GroundKind.PARTNERSHIP, GroundKind.CASE, GroundKind.GRANT, GroundKind.ISSUER})
"""Grounds that a service may state; the others follow from who reads."""


class Resource(StrEnum):
    """What was read."""

    IDENTITY = "identity"
    ACCESS_LOG = "access_log"
    CONSENTS = "consents"
    DATA_REQUESTS = "data_requests"
    DATA_COPY = "data_copy"
    PROFILE = "profile"
    RESTRICTED_PROFILE = "restricted_profile"


@dataclass(frozen=True, slots=True)
class Ground:
    """What allowed a read, and the partnership, case or grant by which it did."""

    kind: GroundKind
    ground_id: str | None = None


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One read of one learner's data."""

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    institution_id: UUID | None
    role: str
    resource: str
    purpose: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """One processing activity as the record of processing states it (PDPA s.39)."""

    activity_code: str
    name_th: str
    purpose_th: str
    legal_basis_th: str
    subjects_th: str
    data_th: str
    recipients_th: str
    retention_th: str
    protection_th: str
    is_sensitive: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Visible:
    """How a learner is seen by a caller.

    Attributes:
        is_registrar: The caller's institution keeps the learner's record; its own reads leave no row.
    """

    learner_id: UUID
    is_registrar: bool


def stated_ground(ground: str, ground_id: str) -> Ground | None:
    """The ground a caller states; None when he states none.

    Raises:
        GroundInvalid: Not one that can be stated, or without its id.
    """
    if not ground and not ground_id:
        return None
    if ground not in STATED_GROUNDS or not _GROUND_ID.fullmatch(ground_id):
        raise GroundInvalid(field="ground")
    return Ground(GroundKind(ground), ground_id)
