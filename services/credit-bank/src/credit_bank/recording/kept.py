"""What is kept beside entries: files, approvals, reports of imports. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that supports results; it has no name."""

    file_id: UUID
    institution_id: UUID
    sha256: bytes
    size_bytes: int
    media_type: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Supported:
    """A learner whose result a file supports, and who assesses that result."""

    learner_id: UUID
    assessor_institution_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """Results that a director approved together."""

    approval_id: UUID
    entry_count: int
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class KeptImport:
    """What became of a file.

    Attributes:
        faults: Row, column, masked value and reason of the first faults.
    """

    import_id: UUID
    layout: str
    encoding: str
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: datetime
    faults: Sequence[Sequence[Any]]
