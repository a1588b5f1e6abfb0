"""Facts of a profile: their kinds, values, rules, and how complete a profile is. Pure.

Source: credit-bank.md f.1 (what a transcript needs), e.8 (what is sensitive); seeds.md R-47, R-62, R-70, R-72, R-78.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidField

from student_registry.learners.domain import PersonName, checked_name
from student_registry.learners.versions import FactKind
from student_registry.profiles.errors import (
    AddressIncomplete,
    EmailFormat,
    PhoneFormat,
    PhotoFormat,
    PhotoTooLarge,
    ProfilePeriodInvalid,
    ProfileTextTooLong,
    ProfileValueMissing,
    SchoolingInvalid,
)
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus
from student_registry.text import ascii_digits, clean

TEXT_CHARACTERS_MAX = 300
PHOTO_BYTES_MAX = 512 * 1024

_SEPARATORS = str.maketrans("", "", " -().\u2010\u2011\u2012\u2013\u2212")
_PHONE = re.compile(r"0[0-9]{8,9}|\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_EMAIL_CHARACTERS_MAX = 254
_POSTAL_CODE = re.compile(r"([1-9][0-9]{4})?")
_IMAGES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


class ProfileKind(StrEnum):
    """Kinds of facts."""

    NATIONALITY = "NATIONALITY"
    RELIGION = "RELIGION"
    DISABILITY = "DISABILITY"
    ETHNICITY = "ETHNICITY"
    LANGUAGE = "LANGUAGE"
    SUPPORT_NEED = "SUPPORT_NEED"
    SPECIAL_TARGET = "SPECIAL_TARGET"
    VULNERABLE_GROUP = "VULNERABLE_GROUP"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    FATHER = "FATHER"
    MOTHER = "MOTHER"
    GUARDIAN = "GUARDIAN"
    SCHOOLING = "SCHOOLING"
    PHOTO = "PHOTO"


RESTRICTED_KINDS = frozenset(
    {
        ProfileKind.NATIONALITY,
        ProfileKind.RELIGION,
        ProfileKind.DISABILITY,
        ProfileKind.ETHNICITY,
        ProfileKind.LANGUAGE,
        ProfileKind.SUPPORT_NEED,
        ProfileKind.SPECIAL_TARGET,
        ProfileKind.VULNERABLE_GROUP,
    }
)
"""Kinds with a permission of their own, of which every read leaves a row. Each has the code list of its name."""

CONTACT_KINDS = frozenset({ProfileKind.PHONE, ProfileKind.EMAIL, ProfileKind.ADDRESS})
FAMILY_KINDS = frozenset({ProfileKind.FATHER, ProfileKind.MOTHER, ProfileKind.GUARDIAN})
SINGLE_KINDS = frozenset(
    {ProfileKind.NATIONALITY, ProfileKind.RELIGION, ProfileKind.FATHER, ProfileKind.MOTHER, ProfileKind.PHOTO}
)
"""Kinds of which a learner has one at a time; another takes its place. Groups and needs are many (R-72)."""


class EndReason(StrEnum):
    """Why a fact ended."""

    REPLACED = "REPLACED"
    OVER = "OVER"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of the list of the fact's kind, and what there is to say about it."""

    code: str = field(repr=False)
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reach:
    """A telephone number or e-mail address, and whose or when, such as ที่ทำงาน."""

    value: str = field(repr=False)
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives."""

    line: str = field(repr=False)
    subdistrict: str = field(default="", repr=False)
    district: str = field(default="", repr=False)
    province: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Relative:
    """Father, mother or guardian.

    Attributes:
        relation_code: Of GUARDIAN_RELATION, of a guardian only: a father who is the guardian is stated twice.
        standing_code: Of LEGAL_STANDING; empty: not stated.
    """

    title: str = field(repr=False)
    given: str = field(repr=False)
    family: str = field(repr=False)
    relation_code: str = field(default="", repr=False)
    standing_code: str = field(default="", repr=False)
    lives_with_learner: bool | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Schooling:
    """What a transcript says of coming to an institution and leaving it (CB f.1).

    Attributes:
        previous_institution_id: None where the school before is not registered here.
        previous_school: Its name as on paper.
        leaving_reason_code: Of ENROLMENT_END_REASON.
    """

    institution_id: UUID
    admitted_on: date
    previous_institution_id: UUID | None = None
    previous_school: str = field(default="", repr=False)
    previous_grade: str = field(default="", repr=False)
    left_on: date | None = None
    leaving_reason_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph without its bytes."""

    sha256: str = field(repr=False)
    media_type: str
    byte_size: int
    taken_on: date | None = None


Value = Coded | Reach | Address | Relative | Schooling | Photo

VALUE_TYPES: Mapping[ProfileKind, type[Value]] = {
    **dict.fromkeys(RESTRICTED_KINDS, Coded),
    ProfileKind.PHONE: Reach,
    ProfileKind.EMAIL: Reach,
    ProfileKind.ADDRESS: Address,
    **dict.fromkeys(FAMILY_KINDS, Relative),
    ProfileKind.SCHOOLING: Schooling,
    ProfileKind.PHOTO: Photo,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as somebody states it.

    Attributes:
        about_fact_id: The relative whose contact data these are; None: the learner's own.
        valid_from: First day; None: not known.
        valid_to: Last day; None: open.
        confirmed_on: Of contact data: day on which they were confirmed; None: today.
        replaces_fact_id: Fact that was wrong or gives way.
    """

    learner_id: UUID
    kind: ProfileKind
    value: Value
    source: str
    status: DataStatus
    about_fact_id: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    confirmed_on: date | None = None
    replaces_fact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Who recorded or ended a fact, when and from what; no institution: the learner himself."""

    at: datetime
    role: str
    institution_id: UUID | None
    source: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it is kept."""

    fact_id: UUID
    stated: Stated
    recorded: Made
    ended: Made | None = None
    end_reason: EndReason | None = None

    @property
    def kind(self) -> ProfileKind:
        """Kind of the fact."""
        return self.stated.kind

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day, as far as is known now."""
        if self.end_reason in (EndReason.REPLACED, EndReason.WRONG):
            return False
        first, last = self.stated.valid_from, self.stated.valid_to
        return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a statement does to what is known: at most one fact is known already, the others give way."""

    known: Fact | None
    gives_way: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """What there is of a learner, without a single value."""

    kinds: frozenset[ProfileKind]
    has_identifier: bool
    has_birth_day: bool
    has_sex: bool
    contact_confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete a profile is: 0 to 100, and the items that are missing, heaviest first."""

    score: int
    missing: tuple[str, ...]


def checked(stated: Stated, *, today: date) -> Stated:
    """The fact in the form in which it is stored.

    Raises:
        ProfileValueMissing: Its value is of another kind, or a photograph without its bytes.
        ProfilePeriodInvalid: Its days are the wrong way round, or contact data were confirmed in the future.
        InvalidField: No source.
        Invalid: What is wrong with the value.
    """
    if not isinstance(stated.value, VALUE_TYPES[stated.kind]):
        raise ProfileValueMissing(field="value", kind=stated.kind)
    if not 1 <= len(stated.source) <= SOURCE_CHARACTERS_MAX:
        raise InvalidField(field="source", expected=f"1 to {SOURCE_CHARACTERS_MAX} characters")
    if stated.valid_from and stated.valid_to and stated.valid_to < stated.valid_from:
        raise ProfilePeriodInvalid(field="valid_to")
    is_contact = stated.kind in CONTACT_KINDS
    if stated.confirmed_on is not None and (not is_contact or stated.confirmed_on > today):
        raise ProfilePeriodInvalid(field="confirmed_on")
    if stated.about_fact_id is not None and not is_contact:
        raise InvalidField(field="about_fact_id", expected="nothing: only contact data are of a relative")
    return replace(
        stated,
        value=_checked_value(stated.kind, stated.value),
        confirmed_on=(stated.confirmed_on or today) if is_contact else None,
    )


def _checked_value(kind: ProfileKind, value: Value) -> Value:
    match value:
        case Coded():
            return Coded(value.code, _text(value.detail))
        case Reach():
            number = phone(value.value) if kind is ProfileKind.PHONE else email(value.value)
            return Reach(number, _text(value.label))
        case Address():
            return _checked_address(value)
        case Relative():
            name = checked_name(PersonName(value.title, value.given, value.family))
            relation = value.relation_code if kind is ProfileKind.GUARDIAN else ""
            if kind is ProfileKind.GUARDIAN and not relation:
                raise InvalidField(field="relation_code", expected="a code of GUARDIAN_RELATION")
            return replace(value, title=name.title, given=name.given, family=name.family, relation_code=relation)
        case Schooling():
            return _checked_schooling(value)
        case Photo():
            return value


def _checked_address(value: Address) -> Address:
    stored = Address(
        *[
            _text(part)
            for part in (value.line, value.subdistrict, value.district, value.province, ascii_digits(value.postal_code))
        ],
        label=_text(value.label),
    )
    if not stored.line or not stored.province or not _POSTAL_CODE.fullmatch(stored.postal_code):
        raise AddressIncomplete(field="address")
    return stored


def _checked_schooling(value: Schooling) -> Schooling:
    is_left = value.left_on is not None
    if is_left != bool(value.leaving_reason_code) or (value.left_on is not None and value.left_on < value.admitted_on):
        raise SchoolingInvalid(field="left_on")
    return replace(value, previous_school=_text(value.previous_school), previous_grade=_text(value.previous_grade))


def _text(text: str) -> str:
    stored = clean(text)
    if len(stored) > TEXT_CHARACTERS_MAX:
        raise ProfileTextTooLong(field="value", limit=TEXT_CHARACTERS_MAX)
    return stored


def phone(text: str) -> str:
    """A telephone number as digits: Thai digits, spaces, dashes and brackets are accepted.

    Raises:
        PhoneFormat: Not 9 or 10 digits after 0, nor an international number.
    """
    number = ascii_digits(clean(text)).translate(_SEPARATORS)
    if not _PHONE.fullmatch(number):
        raise PhoneFormat(field="phone")
    return number


def email(text: str) -> str:
    """An e-mail address; what follows the at sign in small letters.

    Raises:
        EmailFormat: It is none.
    """
    name, at, domain = clean(text).rpartition("@")
    address = name + at + domain.lower()
    if len(address) > _EMAIL_CHARACTERS_MAX or not _EMAIL.fullmatch(address):
        raise EmailFormat(field="email")
    return address


def photo_of(content: bytes, *, taken_on: date | None) -> Photo:
    """What is kept of a photograph beside its bytes; what it is shows in its first bytes, not in what is said of it.

    Raises:
        PhotoTooLarge: More than 512 KiB.
        PhotoFormat: Neither JPEG, PNG nor WebP.
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise PhotoTooLarge(field="photo", limit=PHOTO_BYTES_MAX)
    media_type = next((name for start, name in _IMAGES if content.startswith(start)), None)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        media_type = "image/webp"
    if media_type is None:
        raise PhotoFormat(field="photo")
    return Photo(hashlib.sha256(content).hexdigest(), media_type, len(content), taken_on)


def codes_needed(stated: Stated) -> dict[str, str]:
    """Codes that a fact names, by their list; an empty one is not needed."""
    match stated.value:
        case Coded():
            named = {stated.kind.value: stated.value.code}
        case Relative():
            named = {"GUARDIAN_RELATION": stated.value.relation_code, "LEGAL_STANDING": stated.value.standing_code}
            return {name: code for name, code in named.items() if code}
        case Schooling():
            named = {"ENROLMENT_END_REASON": stated.value.leaving_reason_code}
            return {name: code for name, code in named.items() if code}
        case _:
            named = {}
    return named


def decide(stated: Stated, held: Iterable[Fact]) -> Decision:
    """What a checked statement does to the facts of the same learner that have not ended.

    The same fact is known already. A kind of which there is one at a time gives way, and so does what the statement
    says it replaces, and an earlier statement of the same stay at the same institution.
    """
    rivals = [item for item in held if item.kind is stated.kind and item.ended is None]
    known = next((item for item in rivals if _is_same(stated, item.stated)), None)
    gives_way = tuple(
        item
        for item in rivals
        if item is not known
        and (
            stated.kind in SINGLE_KINDS or item.fact_id == stated.replaces_fact_id or _is_same_stay(stated, item.stated)
        )
    )
    return Decision(known, gives_way)


def _is_same(one: Stated, other: Stated) -> bool:
    return (
        one.value == other.value
        and one.about_fact_id == other.about_fact_id
        and one.valid_from in (None, other.valid_from)
        and one.valid_to in (None, other.valid_to)
    )


def _is_same_stay(one: Stated, other: Stated) -> bool:
    if not isinstance(one.value, Schooling) or not isinstance(other.value, Schooling):
        return False
    return (one.value.institution_id, one.value.admitted_on) == (other.value.institution_id, other.value.admitted_on)


def profile_on(facts: Iterable[Fact], day: date) -> list[Fact]:
    """What holds on a day, of everything that was ever recorded, in the order in which it is shown.

    Contact data of a relative whose row was replaced are those of the row that took its place; they are left out when
    the relative is none any more.
    """
    every = list(facts)
    successor = {item.stated.replaces_fact_id: item.fact_id for item in every if item.stated.replaces_fact_id}
    holding = {item.fact_id for item in every if item.holds_on(day)}
    shown: list[Fact] = []
    for item in every:
        if item.fact_id not in holding:
            continue
        about = item.stated.about_fact_id
        while about is not None and about not in holding and about in successor:
            about = successor[about]
        if about is None or about in holding:
            shown.append(replace(item, stated=replace(item.stated, about_fact_id=about)))
    return list(order_of_facts(shown))


def told_of(kinds: Collection[ProfileKind]) -> list[FactKind]:
    """What others are told when facts of these kinds change: nothing that gives a restricted one away."""
    told = {
        FactKind.CONTACT if kind in CONTACT_KINDS else FactKind.GUARDIAN if kind in FAMILY_KINDS else FactKind.PROFILE
        for kind in kinds
    }
    return sorted(told)


def is_stale(confirmed_on: date | None, *, today: date, days: int) -> bool:
    """Whether contact data were never confirmed, or longer ago than the rule allows."""
    return confirmed_on is None or confirmed_on < today - timedelta(days=days)


def completeness(presence: Presence, *, weights: Mapping[str, int], today: date, stale_days: int) -> Completeness:
    """How complete a profile is, by the weights of the rule; an item without a weight does not count.

    Args:
        presence: What there is.
        weights: Positive weights by item of PROFILE_ITEM.
        today: Day for which it is computed.
        stale_days: After how many days contact data must be confirmed again.

    Source: seeds.md R-78 (validation, completeness score, "last confirmed" date).
    """
    there = {
        "IDENTIFIER": presence.has_identifier,
        "BIRTH_DATE": presence.has_birth_day,
        "SEX": presence.has_sex,
        "CONTACT_FRESH": not is_stale(presence.contact_confirmed_on, today=today, days=stale_days),
        **{kind.value: kind in presence.kinds for kind in ProfileKind},
    }
    missing = sorted((item for item in weights if not there.get(item, False)), key=lambda item: (-weights[item], item))
    total = sum(weights.values())
    have = total - sum(weights[item] for item in missing)
    return Completeness(have * 100 // total if total else 100, tuple(missing))


def weights_of(words: Iterable[str]) -> dict[str, int]:
    """Weights of the rule PROFILE_WEIGHTS, written `ITEM=15 …`."""
    pairs = (word.partition("=") for word in words)
    return {item: int(weight) for item, _, weight in pairs}


def order_of_facts(facts: Iterable[Fact]) -> Sequence[Fact]:
    """Facts by kind, as the kinds are listed, the newest first."""
    kinds = list(ProfileKind)
    newest = sorted(facts, key=lambda item: item.recorded.at, reverse=True)
    return sorted(newest, key=lambda item: kinds.index(item.kind))
