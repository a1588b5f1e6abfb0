"""Whether two statements can be about one person. Pure.

An identifier decides who a person is; name and birth date only contradict it. Nobody is ever matched by a name alone.

Source: credit-bank.md e.7 (deterministic key; name normalisation; partial birth dates); that a contradiction is a
review and not a merge is e.7, where it begins (how different is different) is an assumption of this service.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from student_registry.text import clean

_TITLES = ("เด็กหญิง", "เด็กชาย", "นางสาว", "ด.ช.", "ด.ญ.", "น.ส.", "นาย", "นาง", "ดช.", "ดญ.", "นส.")
_TYPING_SLIP_CHARACTERS_MIN = 4
_PASSES_MAX = 20


class Precision(StrEnum):
    """How precise a birth date is."""

    DAY = "DAY"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date; with precision YEAR only the year of `value` means anything (its day is 1 January)."""

    value: date = field(repr=False)
    precision: Precision

    def agrees_with(self, other: BirthDate) -> bool:
        """Whether both can be the same day."""
        if Precision.YEAR in (self.precision, other.precision):
            return self.value.year == other.value.year
        return self.value == other.value


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared: normalised names and the birth date."""

    given: str = field(repr=False)
    family: str = field(repr=False)
    birth: BirthDate | None = None


def matching_name(name: str) -> str:
    """A name for comparison only: no title, no spaces, dots or dashes, one spelling of what looks the same.

    Applying it twice gives the same as once.
    """
    form = name
    for _ in range(_PASSES_MAX):
        folded = clean(unicodedata.normalize("NFKC", form).casefold())
        kept = "".join(character for character in _without_title(folded) if character not in " .-'’")
        if kept == form:
            break
        form = kept
    return form


def _without_title(name: str) -> str:
    for title in _TITLES:
        rest = name.removeprefix(title).strip()
        # A name that is nothing but a title keeps it: an empty name would equal every other empty one.
        if rest != name and rest:
            return rest
    return name


def can_be_same(one: Person, other: Person) -> bool:
    """Whether name and birth date leave it possible that both are one person.

    Birth dates that contradict each other say no. So do two names of which both parts differ. When one part differs (a
    marriage, a new given name), the birth date must speak for it. A single typing slip is no difference.
    """
    is_birth_known = one.birth is not None and other.birth is not None
    if one.birth is not None and other.birth is not None and not one.birth.agrees_with(other.birth):
        return False
    is_given_same = _is_near(one.given, other.given)
    is_family_same = _is_near(one.family, other.family)
    if is_given_same and is_family_same:
        return True
    return (is_given_same or is_family_same) and is_birth_known


def _is_near(one: str, other: str) -> bool:
    """Equal, or one letter added, left out or exchanged in a name long enough for it to be a slip."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _TYPING_SLIP_CHARACTERS_MIN or len(long) - len(short) > 1:
        return False
    place = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        return short[place + 1 :] == long[place + 1 :]
    return short[place:] == long[place + 1 :]
