"""What was recorded of a learner over time, and what a correction does to it. Pure.

A correction never overwrites: the version before stays, with the days on which it held, or the mark that it never did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidField

from student_registry.learners.domain import PersonName, Sex, check_birth, checked_name
from student_registry.learners.errors import (
    CorrectionMissing,
    NameDayInvalid,
    NameLanguageInvalid,
    NameRepeated,
    ThaiNameNeeded,
)
from student_registry.matching.domain import BirthDate
from student_registry.provenance import SOURCE_CHARACTERS_MAX

THAI = "th"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")


class FactKind(StrEnum):
    """Kinds of facts that others are told of, never their values."""

    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    CONTACT = "CONTACT"
    GUARDIAN = "GUARDIAN"
    PROFILE = "PROFILE"
    REGISTRAR = "REGISTRAR"


@dataclass(frozen=True, slots=True)
class NameChange:
    """A name in one language as it is from now on.

    Attributes:
        language: ISO 639 code, a script may follow.
        name: None: the learner has no name in that language any more.
        valid_from: First day on which it holds; None: not known.
    """

    language: str
    name: PersonName | None = field(repr=False)
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Facts of one learner that change; what is None stays as it is."""

    learner_id: UUID
    reason_code: str
    source: str
    names: tuple[NameChange, ...] = ()
    birth: BirthDate | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who recorded a fact, when, why and from what.

    Attributes:
        role: Empty: at registration.
        reason_code: Empty: at registration.
    """

    recorded_at: datetime
    role: str
    institution_id: UUID | None
    reason_code: str
    source: str


@dataclass(frozen=True, slots=True)
class NameVersion:
    """A name that was recorded once.

    Attributes:
        since: First day on which it held; None: not known.
        until: First day on which it did not hold any more; None: it holds, or never did.
        was_wrong: It was recorded in error and never held.
        replaced_at: When another took its place; None: the current one.
    """

    name_id: UUID
    language: str
    name: PersonName = field(repr=False)
    since: date | None
    until: date | None
    was_wrong: bool
    recorded: Recorded
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class FactsVersion:
    """Birth date and sex as they were recorded at one time; `replaced_at` is None for the current ones."""

    birth: BirthDate | None = field(repr=False)
    sex: Sex | None = field(repr=False)
    recorded: Recorded
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class IdentityVersions:
    """What was ever recorded of a learner, the newest first."""

    names: list[NameVersion]
    facts: list[FactsVersion]


@dataclass(frozen=True, slots=True)
class CurrentName:
    """The current name of a learner in one language."""

    name_id: UUID
    name: PersonName = field(repr=False)
    since: date | None


@dataclass(frozen=True, slots=True)
class Current:
    """What is known of a learner before a correction."""

    learner_id: UUID
    names: Mapping[str, CurrentName] = field(repr=False)
    birth: BirthDate | None = field(repr=False)
    sex: Sex | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndedName:
    """A current name that gives way: `until` is the first day on which it did not hold any more."""

    name_id: UUID
    until: date | None
    was_wrong: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction does.

    Attributes:
        kinds: What others are told of; empty: it was so already.
        ended: Names that give way.
        added: New names with their language and first day.
        birth: Birth date from now on.
        sex: Sex from now on.
    """

    learner_id: UUID
    kinds: tuple[FactKind, ...]
    ended: tuple[EndedName, ...]
    added: tuple[tuple[str, PersonName, date | None], ...] = field(repr=False)
    birth: BirthDate | None = field(repr=False)
    sex: Sex | None = field(repr=False)

    @property
    def changes_facts(self) -> bool:
        """Whether birth date or sex change."""
        return FactKind.BIRTH_DATE in self.kinds or FactKind.SEX in self.kinds


def checked_correction(correction: Correction, *, today: date) -> Correction:
    """The correction in the form in which it is stored, as far as it can be checked by itself.

    Raises:
        CorrectionMissing: It changes nothing at all.
        NameRepeated: It has two names in one language.
        NameLanguageInvalid: A language is no code.
        ThaiNameNeeded: It takes the Thai name away.
        GivenNameMissing: A name without a given name, or too long.
        NameDayInvalid: A name holds from a day in the future.
        BirthDateInvalid: The birth date lies in the future or before 1900.
        InvalidField: No reason or source.
    """
    if not correction.names and correction.birth is None and correction.sex is None:
        raise CorrectionMissing
    if not correction.reason_code:
        raise InvalidField(field="reason_code", expected="a code of LEARNER_CHANGE_REASON")
    if not 1 <= len(correction.source) <= SOURCE_CHARACTERS_MAX:
        raise InvalidField(field="source", expected=f"1 to {SOURCE_CHARACTERS_MAX} characters")
    languages = [item.language for item in correction.names]
    if len(set(languages)) != len(languages):
        raise NameRepeated(field="names")
    check_birth(correction.birth, today=today)
    names = tuple(_checked_change(item, today=today) for item in correction.names)
    return replace(correction, names=names)


def checked_other_names(names: Sequence[tuple[str, PersonName]]) -> tuple[tuple[str, PersonName], ...]:
    """Names beside the Thai one, clean.

    Raises:
        NameLanguageInvalid: A language is no code, or Thai.
        NameRepeated: Two names are in one language.
        GivenNameMissing: One has no given name.
        InvalidField: One is too long.
    """
    languages = [language for language, _ in names]
    if any(not _LANGUAGE.fullmatch(language) or language == THAI for language in languages):
        raise NameLanguageInvalid(field="language")
    if len(set(languages)) != len(languages):
        raise NameRepeated(field="other_names")
    return tuple((language, checked_name(name)) for language, name in names)


def _checked_change(change: NameChange, *, today: date) -> NameChange:
    if not _LANGUAGE.fullmatch(change.language):
        raise NameLanguageInvalid(field="language")
    if change.valid_from is not None and change.valid_from > today:
        raise NameDayInvalid(field="valid_from")
    if change.name is None:
        if change.language == THAI:
            raise ThaiNameNeeded(field="names")
        return change
    return NameChange(change.language, checked_name(change.name), change.valid_from)


def decide(current: Current, correction: Correction, *, is_error: bool) -> Change:
    """What a checked correction does to what is known.

    Args:
        current: The learner, locked.
        correction: Checked by `checked_correction`.
        is_error: Whether what was recorded before was never right; otherwise it held until the change.

    Raises:
        NameDayInvalid: A new name holds from a day on which the one before did not yet.
    """
    kinds: list[FactKind] = []
    ended: list[EndedName] = []
    added: list[tuple[str, PersonName, date | None]] = []
    for change in correction.names:
        old = current.names.get(change.language)
        if (old.name if old else None) == change.name:
            continue
        if FactKind.NAME not in kinds:
            kinds.append(FactKind.NAME)
        if old is not None:
            ended.append(_ended(old, change, is_error=is_error))
        if change.name is not None:
            # A name that was only written wrongly holds since the day of the wrong one.
            since = old.since if is_error and old and change.valid_from is None else change.valid_from
            added.append((change.language, change.name, since))
    if correction.birth is not None and correction.birth != current.birth:
        kinds.append(FactKind.BIRTH_DATE)
    if correction.sex is not None and correction.sex is not current.sex:
        kinds.append(FactKind.SEX)
    return Change(
        learner_id=current.learner_id,
        kinds=tuple(kinds),
        ended=tuple(ended),
        added=tuple(added),
        birth=correction.birth or current.birth,
        sex=correction.sex or current.sex,
    )


def _ended(old: CurrentName, change: NameChange, *, is_error: bool) -> EndedName:
    if is_error:
        return EndedName(old.name_id, None, was_wrong=True)
    if old.since is not None and change.valid_from is not None and change.valid_from < old.since:
        raise NameDayInvalid(field="valid_from")
    return EndedName(old.name_id, change.valid_from, was_wrong=False)
