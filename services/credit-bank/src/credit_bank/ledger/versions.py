"""One version of a result as the ledger needs it, so that recording may call the ledger and not the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from credit_bank.catalogue.domain import CourseKey
from credit_bank.recording.domain import Entry


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """One version of a result: whose, of which course, what it earned.

    Attributes:
        course_category: Category of the course as it was frozen.
        unit: None for a course without credits.
        earned_hundredths: In 1/100 credit; 0 for a failed course, None for one without credits.
        form: Form of education in which it was learned.
        facts: What recording hashes of it in every journal about it.
    """

    learner_id: UUID
    entry_id: UUID
    entry_root_id: UUID
    issuer_institution_id: UUID
    course_id: UUID
    course: CourseKey
    course_title_th: str
    course_category: str
    unit: str | None
    earned_hundredths: int | None
    facts: Mapping[str, str]
    form: str = "FORMAL"

    @classmethod
    def of(cls, entry: Entry, facts: Mapping[str, str]) -> EntryVersion:
        """An entry with the facts that recording seals of it."""
        return cls(
            learner_id=entry.learner_id,
            entry_id=entry.entry_id,
            entry_root_id=entry.entry_root_id,
            issuer_institution_id=entry.issuer_institution_id,
            course_id=entry.course.course_id,
            course=entry.course.key,
            course_title_th=entry.course.facts.title_th,
            course_category=entry.course.facts.category,
            unit=entry.unit,
            earned_hundredths=entry.earned_hundredths,
            facts=facts,
            form=str(entry.placing.form),
        )

    def credits(self) -> tuple[str, int] | None:
        """Unit and amount; None for a course without credits."""
        return None if self.unit is None or self.earned_hundredths is None else (self.unit, self.earned_hundredths)
