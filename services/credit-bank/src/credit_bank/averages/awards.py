"""Grades of what stands as awarded. Pure; the audit and the averages both read them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from credit_bank.averages.domain import GradedRow
from credit_bank.catalogue.domain import CourseKey
from credit_bank.recording.domain import Entry
from credit_bank.transcripts.domain import graded


@dataclass(frozen=True, slots=True)
class StandingRow:
    """An award that stands in an account, with the posting that made it.

    Attributes:
        learner_id: In whose record it stands.
        entry_id: Of an own result, in the version that was counted; None for what a transfer awarded.
        line_id: Line of the transfer case; None for an own result.
        form: Form of the learning for which it was awarded.
        level: Of the qualification; empty where it states none.
        source_roots: Results on which the line rests.
        source_entry_ids: Of these, the versions on which it was decided.
    """

    account_id: UUID
    learner_id: UUID
    journal_id: UUID
    entry_id: UUID | None
    line_id: UUID | None
    category: str
    unit: str
    hundredths: int
    course: CourseKey
    course_category: str
    subject_group: str
    mode: str
    form: str
    level: str
    source_roots: tuple[UUID, ...]
    source_entry_ids: tuple[UUID, ...]

    @property
    def judged_entry_ids(self) -> tuple[UUID, ...]:
        """Versions of results for which it was awarded."""
        return self.source_entry_ids if self.entry_id is None else (self.entry_id,)


def award_row(row: StandingRow, judged: Mapping[UUID, Entry]) -> GradedRow | None:
    """The grade with which an award counts: its own, or the one that its sources carry over; None without one.

    It is the grade of the versions for which it was awarded. A correction or revocation of a source flags what a
    transfer awarded, and changes nothing of it until its institution has decided (CB c.2, docs/decisions/0011).

    Several sources carry their mean, weighted by credits and cut to 1/100 (assumed: credit-bank.md f.4 says no more
    than that TRANSFER carries the grade).

    Args:
        row: The award.
        judged: Results by id of version, whatever became of them.
    """
    sources = [judged[entry_id] for entry_id in row.judged_entry_ids if entry_id in judged]
    if row.line_id is None:
        return graded(sources[0]) if sources else None
    points = [entry.grade.point_hundredths for entry in sources]
    weights = [entry.attempted_hundredths or 0 for entry in sources]
    if (
        len(sources) < len(row.judged_entry_ids)
        or not points
        or any(point is None for point in points)
        or not sum(weights)
    ):
        return None
    total = sum((point or 0) * weight for point, weight in zip(points, weights, strict=True))
    return replace(
        graded(sources[0]),
        course=row.course,
        unit=row.unit,
        credit_hundredths=row.hundredths,
        point_hundredths=total // sum(weights),
        subject_group=row.subject_group,
        mode=row.mode,
        form=row.form,
        level=row.level,
        is_posted=True,
    )
