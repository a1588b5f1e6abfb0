"""What is kept beside entries: files, approvals, reports of imports. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from credit_bank.recording.layouts import RowFault


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


class ImportState(StrEnum):
    """State of a file of results."""

    RUNNING = "RUNNING"
    """Taken; its rows are being recorded."""
    DONE = "DONE"
    FAILED = "FAILED"
    """It was set aside, with a reason; rows that are in stay in, and the file is sent again."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file, or how far it is.

    Attributes:
        encoding: `utf-8`, `cp874` or `xlsx`.
        row_count: Rows of the file, the header not among them.
        rows_done: Rows of which is known what became of them.
        accepted: Rows that are in, those known before among them.
        fault_count: How many faults there are.
        rows: The first of them.
    """

    import_id: UUID
    institution_id: UUID
    layout: str
    encoding: str
    state: ImportState
    is_dry_run: bool
    row_count: int
    rows_done: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: datetime
    reason: str = ""
    fault_count: int = 0
    rows: tuple[RowFault, ...] = ()
