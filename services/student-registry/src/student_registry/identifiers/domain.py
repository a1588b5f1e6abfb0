"""Rules of citizen IDs, G-codes, passports, student numbers and transcript series. Pure.

Source: credit-bank.md e.4 (citizen ID; algorithm re-run against python-stdnum), e.5 (G-code), e.6 (the others).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.identifiers.errors import (
    CitizenIdCheckDigit,
    CitizenIdDummy,
    CitizenIdFormat,
    GCodeFormat,
    PassportFormat,
    StudentNoFormat,
    TranscriptSeriesFormat,
    VocationalStudentNoFormat,
)
from student_registry.text import ascii_digits, clean

SHOWN_CHARACTERS_MAX = 4
_DOT = "•"

_SEPARATORS = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2212")
_CITIZEN_ID = re.compile(r"[1-8][0-9]{12}")
_DUMMY = re.compile(r"[0-9]0{12}")
_G_CODE = re.compile(r"G[0-9]{12}")
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}")
_COUNTRY = re.compile(r"[A-Z]{3}")
_STUDENT_NO = re.compile(r"[0-9A-Z\u0e01-\u0e2e][0-9A-Z\u0e01-\u0e2e./-]{0,19}")
_VOCATIONAL_STUDENT_NO = re.compile(r"[0-9]{11}")
_TRANSCRIPT_SERIES = re.compile(r"[0-9A-Z\u0e01-\u0e2e.]{1,15}/[0-9A-Z\u0e01-\u0e2e.]{1,15}")


class IdentifierKind(StrEnum):
    """Kinds of identifiers."""

    CITIZEN_ID = "CITIZEN_ID"
    G_CODE = "G_CODE"
    PASSPORT = "PASSPORT"
    STUDENT_NO = "STUDENT_NO"
    VOCATIONAL_STUDENT_NO = "VOCATIONAL_STUDENT_NO"
    TRANSCRIPT_SERIES = "TRANSCRIPT_SERIES"


MATCHING_ORDER = (
    IdentifierKind.CITIZEN_ID,
    IdentifierKind.G_CODE,
    IdentifierKind.PASSPORT,
    IdentifierKind.TRANSCRIPT_SERIES,
    IdentifierKind.VOCATIONAL_STUDENT_NO,
    IdentifierKind.STUDENT_NO,
)
"""In which order identifiers decide who a person is (CB e.7); the last three inside one institution only."""

IDENTITY_KINDS = frozenset({IdentifierKind.CITIZEN_ID, IdentifierKind.G_CODE, IdentifierKind.PASSPORT})
"""Kinds that say who a person is, wherever he is."""

INSTITUTION_KINDS = frozenset(IdentifierKind) - IDENTITY_KINDS
"""Kinds that one institution gives: the same number of another institution is another identifier."""

REUSED_KINDS = frozenset({IdentifierKind.STUDENT_NO, IdentifierKind.VOCATIONAL_STUDENT_NO})
"""Kinds whose numbers an institution may give to somebody else later; every other number stays one learner's."""

SINGLE_KINDS = frozenset({IdentifierKind.CITIZEN_ID, IdentifierKind.G_CODE})
"""Kinds of which a person has one at a time; passports are renewed and student numbers differ by institution."""


class VerificationState(StrEnum):
    """Whether an identifier was checked against a document; weakest first."""

    CONFLICT = "CONFLICT"
    UNVERIFIED = "UNVERIFIED"
    VERIFIED = "VERIFIED"


class Basis(StrEnum):
    """On what a state of an identifier rests."""

    DOCUMENT = "DOCUMENT"
    AREA_APPROVAL = "AREA_APPROVAL"
    REVIEW = "REVIEW"
    CONTRADICTION = "CONTRADICTION"


@dataclass(frozen=True, slots=True)
class StateStated:
    """Who stated the state of an identifier, when and on what.

    Attributes:
        institution_id: For which institution; None: for none.
    """

    basis: Basis
    stated_at: datetime
    role: str
    institution_id: UUID | None


@dataclass(frozen=True, slots=True)
class IdentifierFacts:
    """An identifier as stated.

    Attributes:
        value: The number as typed, or as `checked` made it.
        country: ISO 3166 alpha-3, of a passport only.
        institution_id: Institution that gave it, of student numbers and transcripts only.
    """

    kind: IdentifierKind
    value: str = field(repr=False)
    country: str | None = None
    institution_id: UUID | None = None
    state: VerificationState = VerificationState.UNVERIFIED

    @property
    def index_parts(self) -> tuple[str, ...]:
        """What the blind index is made of: the same number of another country or school is another identifier."""
        return (self.kind.value, self.country or str(self.institution_id or ""), self.value)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as it is kept; its value is sealed and not part of it.

    Attributes:
        valid_to: Day on which it ended, no longer valid on it; None: valid.
        length: Number of characters, for masking.
        last4: What may be shown of it.
        stated: Who stated its state, where somebody did; None: it is as it was typed.
    """

    identifier_id: UUID
    learner_id: UUID
    kind: IdentifierKind
    blind_index: bytes = field(repr=False)
    length: int
    last4: str = field(repr=False)
    country: str | None
    institution_id: UUID | None
    state: VerificationState
    valid_from: date
    valid_to: date | None
    stated: StateStated | None = None

    @property
    def is_personal(self) -> bool:
        """Whether it says who the person is everywhere; a student number does so in one institution only."""
        return self.kind in IDENTITY_KINDS

    @property
    def is_lasting(self) -> bool:
        """Whether it stays this learner's after it ended; a student number may be given to somebody else."""
        return self.kind not in REUSED_KINDS

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def holds_from(self, day: date) -> bool:
        """Whether it holds on `day` or on some day after it."""
        return self.valid_to is None or self.valid_to > day

    @property
    def masked(self) -> str:
        """At most the last four characters, and never more than half."""
        return masked(self.length, self.last4)


@dataclass(frozen=True, slots=True)
class WaitingGCode:
    """A G-code that no area office has approved yet (CB e.5)."""

    identifier_id: UUID
    learner_id: UUID
    registrar_institution_id: UUID
    masked_value: str = field(repr=False)
    recorded_at: datetime


def masked(length: int, ending: str) -> str:
    """A number of that length of which only the ending is shown."""
    return _DOT * (length - len(ending)) + ending


def last4(value: str) -> str:
    """What may be shown of a number: its last four characters, fewer of a short one."""
    return value[len(value) - min(SHOWN_CHARACTERS_MAX, len(value) // 2) :]


def mask(text: str) -> str:
    """A number, right or wrong, as it may be shown."""
    compact = clean(text)
    shown = last4(compact)
    return _DOT * (len(compact) - len(shown)) + shown


def checked(facts: IdentifierFacts) -> IdentifierFacts:
    """The identifier in its one written form: ASCII digits, no separators, capital letters.

    Raises:
        CitizenIdFormat: Not 13 digits, or the first is 0 or 9.
        CitizenIdDummy: A filler of zeros.
        CitizenIdCheckDigit: The check digit does not fit.
        GCodeFormat: Not G and twelve digits.
        PassportFormat: Not a passport number with a country.
        StudentNoFormat: Not a student number with an institution.
        VocationalStudentNoFormat: Not eleven digits with an institution.
        TranscriptSeriesFormat: Not a series and a number with an institution.
    """
    text = ascii_digits(clean(facts.value))
    kind = facts.kind
    is_placed = facts.institution_id is not None
    if kind is IdentifierKind.CITIZEN_ID:
        value = citizen_id(text)
    elif kind is IdentifierKind.G_CODE:
        value = g_code(text)
    elif kind is IdentifierKind.PASSPORT:
        value = text.translate(_SEPARATORS).upper()
        if not _PASSPORT.fullmatch(value) or not _COUNTRY.fullmatch(facts.country or ""):
            raise PassportFormat(field="passport")
    elif kind is IdentifierKind.STUDENT_NO:
        value = student_no(text)
        if not is_placed:
            raise StudentNoFormat(field="student_no")
    elif kind is IdentifierKind.VOCATIONAL_STUDENT_NO:
        value = text.translate(_SEPARATORS)
        if not is_placed or not _VOCATIONAL_STUDENT_NO.fullmatch(value):
            raise VocationalStudentNoFormat(field="vocational_student_no")
    else:
        value = transcript_series(text)
        if not is_placed:
            raise TranscriptSeriesFormat(field="transcript_series")
    return IdentifierFacts(
        kind,
        value,
        facts.country if kind is IdentifierKind.PASSPORT else None,
        facts.institution_id if kind in INSTITUTION_KINDS else None,
        facts.state,
    )


def check_digit(first_twelve: str) -> int:
    """Check digit of a citizen ID: (11 - sum(d_i * (13 - i)) mod 11) mod 10.

    The checksum is a typing aid and proves no identity: residues 0 and 10 share check digit 1, and the third digit has
    weight 11, so that any error in it passes.

    Args:
        first_twelve: Twelve ASCII digits.

    Source: credit-bank.md e.4.
    """
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(first_twelve))
    return (11 - total % 11) % 10


def citizen_id(text: str) -> str:
    """A citizen ID as 13 ASCII digits; spaces, hyphens and Thai digits are accepted.

    Raises:
        CitizenIdFormat: Not 13 digits, or the first is 0 or 9.
        CitizenIdDummy: One digit and twelve zeros, which passes the sum for 6.
        CitizenIdCheckDigit: The check digit does not fit.

    Source: credit-bank.md e.4.
    """
    digits = ascii_digits(clean(text)).translate(_SEPARATORS)
    if not _CITIZEN_ID.fullmatch(digits):
        raise CitizenIdFormat(field="citizen_id")
    if _DUMMY.fullmatch(digits):
        raise CitizenIdDummy(field="citizen_id")
    if check_digit(digits[:12]) != int(digits[12]):
        raise CitizenIdCheckDigit(field="citizen_id")
    return digits


def g_code(text: str) -> str:
    """A G-code: `G`, year BE, province, running number; a small g is accepted. It has no check digit.

    Raises:
        GCodeFormat: Not G and twelve digits.

    Source: credit-bank.md e.5.
    """
    code = ascii_digits(clean(text)).translate(_SEPARATORS).upper()
    if not _G_CODE.fullmatch(code):
        raise GCodeFormat(field="g_code")
    return code


def student_no(text: str) -> str:
    """A student number as its school writes it, letters as capitals.

    Raises:
        StudentNoFormat: Empty, too long, or with other characters.

    Source: credit-bank.md e.6; the allowed characters are an assumption.
    """
    number = ascii_digits(clean(text)).upper()
    if not _STUDENT_NO.fullmatch(number):
        raise StudentNoFormat(field="student_no")
    return number


def transcript_series(text: str) -> str:
    """Series and number of a transcript as `series/number`, as they are printed: leading zeros are kept.

    Raises:
        TranscriptSeriesFormat: Not two parts of 1 to 15 letters and digits.

    Source: credit-bank.md e.6 (issuer, series_no and doc_no are unique); the allowed characters are an assumption.
    """
    series = ascii_digits(clean(text)).replace(" ", "").upper()
    if not _TRANSCRIPT_SERIES.fullmatch(series):
        raise TranscriptSeriesFormat(field="transcript_series")
    return series


def identity_state(identifiers: Iterable[Identifier], *, on_date: date) -> VerificationState:
    """Strongest state among the valid identifiers that prove identity; a conflict is never outweighed."""
    states = {item.state for item in identifiers if item.is_personal and item.is_valid_on(on_date)}
    if VerificationState.CONFLICT in states:
        return VerificationState.CONFLICT
    return VerificationState.VERIFIED if VerificationState.VERIFIED in states else VerificationState.UNVERIFIED
