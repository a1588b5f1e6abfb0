"""A screening form and when it may be kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from chassis.errors import InvalidField, ServiceError

from guidance.instruments.definitions import Catalogue
from guidance.instruments.domain import USABLE, ComputedGroup, Instrument, compute_group
from guidance.screenings.errors import (
    AnswerUnknown,
    InformantNotAllowed,
    InstrumentNotUsable,
    InstrumentUnknown,
    ItemRepeated,
    ItemsMissing,
    ItemUnknown,
    ObservedInFuture,
    YearMismatch,
)
from guidance.thai_time import BE_OFFSET

SCREENINGS_MAX = 200
"""Forms that one call may hold."""

YEAR_BE_RANGE = (2500, 2700)
TERMS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Answer:
    """The value chosen for one item."""

    item_no: int
    value: int


@dataclass(frozen=True, slots=True)
class NewScreening:
    """A form as a teacher sends it.

    Attributes:
        year_be: Academic year, Buddhist Era; it begins in May and ends in the next calendar year.
        answers: Never in a repr: they are health data.
        judged_group: The teacher's own judgement; None when not judged.
        client_id: Made by the device, so that a resent form is the same form.
    """

    learner_id: UUID
    instrument_code: str
    instrument_version: str
    informant: str
    year_be: int
    term: int
    observed_on: date
    answers: tuple[Answer, ...] = field(repr=False)
    judged_group: str | None
    client_id: UUID

    @property
    def instrument_key(self) -> tuple[str, str]:
        """Code and version."""
        return self.instrument_code, self.instrument_version


@dataclass(frozen=True, slots=True)
class RecordScreenings:
    """The command: forms of one call."""

    request_id: UUID
    screenings: tuple[NewScreening, ...]


@dataclass(frozen=True, slots=True)
class Screening:
    """A screening as kept, without its answers."""

    screening_id: UUID
    institution_id: UUID
    learner_id: UUID
    instrument_code: str
    instrument_version: str
    instrument_status: str
    norm_version: str | None
    informant: str
    year_be: int
    term: int
    observed_on: date
    answered_item_count: int
    judged_group: str | None
    computed_group: str | None
    submitted_at: datetime

    @property
    def group(self) -> str | None:
        """The group shown: a person's judgement goes before what was computed (GD-R13)."""
        return self.judged_group or self.computed_group

    @property
    def group_source(self) -> str | None:
        """How the group came about; None while there is none."""
        if self.judged_group:
            return "TEACHER_JUDGEMENT"
        return "COMPUTED" if self.computed_group else None


def refusal(form: NewScreening, catalogue: Catalogue, *, today: date) -> ServiceError | None:
    """Why a form cannot be kept, whoever sends it; None when it can.

    Source: guidance.md c3, GD-R1: every item once, no default, no zero fill.
    """
    instrument = catalogue.get(form.instrument_key)
    if instrument is None:
        return InstrumentUnknown(field="instrument_code", code=form.instrument_code, version=form.instrument_version)
    if instrument.status not in USABLE:
        return InstrumentNotUsable(code=form.instrument_code, version=form.instrument_version, status=instrument.status)
    if form.informant not in instrument.informants:
        return InformantNotAllowed(field="informant", informant=form.informant)
    return _period_refusal(form, today=today) or _answers_refusal(form, instrument)


def _period_refusal(form: NewScreening, *, today: date) -> ServiceError | None:
    low, high = YEAR_BE_RANGE
    if not low <= form.year_be <= high:
        return InvalidField(field="year_be", expected=f"{low} to {high}")
    if form.term not in TERMS:
        return InvalidField(field="term", expected="1, 2 or 3")
    if form.observed_on > today:
        return ObservedInFuture(field="observed_on")
    # An academic year begins in May of its number and ends in the calendar year after.
    if form.observed_on.year + BE_OFFSET not in (form.year_be, form.year_be + 1):
        return YearMismatch(field="observed_on", year_be=form.year_be)
    return None


def _answers_refusal(form: NewScreening, instrument: Instrument) -> ServiceError | None:
    counts = Counter(answer.item_no for answer in form.answers)
    unknown = sorted(set(counts) - instrument.item_nos)
    if unknown:
        return ItemUnknown(field="answers", items=_listed(unknown))
    repeated = sorted(item_no for item_no, count in counts.items() if count > 1)
    if repeated:
        return ItemRepeated(field="answers", items=_listed(repeated))
    missing = sorted(instrument.item_nos - set(counts))
    if missing:
        return ItemsMissing(field="answers", items=_listed(missing))
    values = instrument.answer_scale.values
    # The item is named, never the value: an answer is health data.
    wrong = sorted(answer.item_no for answer in form.answers if answer.value not in values)
    return AnswerUnknown(field="answers", items=_listed(wrong)) if wrong else None


def _listed(item_nos: list[int]) -> str:
    return ",".join(str(item_no) for item_no in item_nos[:50])


def computed_group(form: NewScreening, instrument: Instrument) -> ComputedGroup | None:
    """The group that the instrument computes; None while it has no published cut-offs."""
    answers = {answer.item_no: answer.value for answer in form.answers}
    return compute_group(instrument, answers, informant=form.informant)
