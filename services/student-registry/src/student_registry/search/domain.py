"""What is searched for, and what a list shows of a learner. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.calendar_th import today_in_thailand
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.learners.domain import PersonName, Sex
from student_registry.matching.domain import matching_name
from student_registry.search.errors import SearchTextTooLong, SearchTextTooShort
from student_registry.text import clean

TEXT_CHARACTERS_MAX = 60
CONTAINS_CHARACTERS_MIN = 2
"""One letter is in nearly every name."""
TRIGRAM_CHARACTERS = 3
_LIKE_SPECIAL = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


class NameMatch(StrEnum):
    """How a text is compared with names."""

    PREFIX = "PREFIX"
    CONTAINS = "CONTAINS"


class LearnerStatus(StrEnum):
    """Where a person is in education (R-64, R-67)."""

    STUDYING = "STUDYING"
    AT_RISK = "AT_RISK"
    MISSING = "MISSING"
    DROPPED_OUT = "DROPPED_OUT"
    NEVER_ENROLLED = "NEVER_ENROLLED"
    RETURNED = "RETURNED"
    MOVED = "MOVED"
    ON_LEAVE = "ON_LEAVE"
    STRUCK_OFF = "STRUCK_OFF"
    GRADUATED = "GRADUATED"
    DECEASED = "DECEASED"


@dataclass(frozen=True, slots=True)
class NamePatterns:
    """Patterns for LIKE over normalised names.

    Attributes:
        given: Of the given name.
        family: Of the family name.
        is_either: One word was typed: either name may fit. Two words: each has to.
        has_trigram: Some word has three letters, which an index of trigrams needs.
    """

    given: str = field(repr=False)
    family: str = field(repr=False)
    is_either: bool
    has_trigram: bool


@dataclass(frozen=True, slots=True)
class EnrolmentHit:
    """An enrolment as a list shows it; the student number only where the reader's institution gave it."""

    enrolment_id: UUID
    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    number_in_class: int | None
    student_no: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LearnerHit:
    """A learner as a list shows him."""

    learner_id: UUID
    name: PersonName
    sex: Sex | None
    registrar_institution_id: UUID
    enrolments: tuple[EnrolmentHit, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentHeld:
    """An enrolment as it was on a day; `valid_to` is its last day, None: open."""

    enrolment_id: UUID
    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    number_in_class: int | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class NameHeld:
    """A name and when it was the current one of its language.

    Attributes:
        since: First day on which it held; None: not known.
        until: First day on which it did not; None: it holds, or not known.
    """

    language: str
    name: PersonName
    recorded_at: datetime
    ended_at: datetime | None
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it was the name of a day; what is not known of its days is taken from when it was recorded."""
        end = self.until or (today_in_thailand(self.ended_at) if self.ended_at else None)
        return (self.since is None or self.since <= day) and (end is None or day < end)


@dataclass(frozen=True, slots=True)
class StatusHeld:
    """A status and its days; `valid_to` is the first day on which the next one held."""

    status: str
    reason_code: str
    valid_from: date
    valid_to: date | None
    stated_by_institution_id: UUID


@dataclass(frozen=True, slots=True)
class History:
    """A learner as he was: on a day, or over all time."""

    learner_id: UUID
    names: tuple[NameHeld, ...]
    enrolments: tuple[EnrolmentHeld, ...]
    statuses: tuple[StatusHeld, ...]


def names_on(names: Sequence[NameHeld], day: date) -> tuple[NameHeld, ...]:
    """The names of a day, one of each language; of a day before the first was recorded, that first one."""
    found: list[NameHeld] = []
    for language in dict.fromkeys(held.language for held in names):
        of_language = [held for held in names if held.language == language]
        holding = [held for held in of_language if held.holds_on(day)]
        found.append(holding[0] if holding else of_language[0])
    return tuple(found)


def statuses_on(statuses: Sequence[StatusHeld], day: date) -> tuple[StatusHeld, ...]:
    """The status that held on a day, where one did."""
    return tuple(held for held in statuses if held.valid_from <= day)[-1:]


def name_patterns(text: str, match: NameMatch) -> NamePatterns | None:
    """What a typed text looks for; None when nothing was typed.

    Titles, spaces inside a name, dots and look-alike letters count as little here as where people are matched.

    Raises:
        SearchTextTooShort: One letter inside a name.
        SearchTextTooLong: More than sixty letters.
    """
    typed = clean(text)
    if len(typed) > TEXT_CHARACTERS_MAX:
        raise SearchTextTooLong(field="name")
    first, *rest = typed.split(" ")
    if rest and matching_name(f"{first}ก") == "ก":  # a title with a space behind it
        first, *rest = rest
    words = [word for word in (matching_name(first), matching_name("".join(rest))) if word]
    if not words:
        return None
    if match is NameMatch.CONTAINS and min(len(word) for word in words) < CONTAINS_CHARACTERS_MIN:
        raise SearchTextTooShort(field="name")
    before = "%" if match is NameMatch.CONTAINS else ""
    patterns = [f"{before}{word.translate(_LIKE_SPECIAL)}%" for word in words]
    has_trigram = max(len(word) for word in words) >= TRIGRAM_CHARACTERS
    return NamePatterns(patterns[0], patterns[-1], is_either=len(patterns) == 1, has_trigram=has_trigram)
