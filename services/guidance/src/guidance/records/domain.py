"""What a learner's guidance record holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guidance.activities.domain import Activity
from guidance.screenings.domain import Screening

ROWS_MAX = 1_000
"""Rows of each kind that a record shows; three years of a learner are about 75 (credit-bank.md g)."""


@dataclass(frozen=True, slots=True)
class Credits:
    """An amount in 1/100 credit of one unit; the units are never added."""

    credit_hundredths: int
    unit: str


@dataclass(frozen=True, slots=True)
class RecognisedLearning:
    """Learning that the credit bank verified, counted or posted.

    Attributes:
        source_id: Entry, or line of a transfer case when posted.
        credits: None for short courses.
        qualification_code: Empty for the bank account.
        institution_name_th: None while the institution's event is on its way.
    """

    kind: str
    source_id: UUID
    qualification_code: str
    learner_id: UUID
    course_code: str
    course_title_th: str
    credits: Credits | None
    institution_id: UUID
    recognised_at: datetime
    institution_name_th: str | None = None


@dataclass(frozen=True, slots=True)
class GuidanceRecord:
    """One learner's record, newest first in each part; screenings without answers."""

    learner_id: UUID
    recognised_learning: list[RecognisedLearning]
    screenings: list[Screening]
    activities: list[Activity]
