"""Which results stand for which assessment or activity; rules that are data (kinds.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from credit_bank.recording.domain import Entry


@dataclass(frozen=True, slots=True)
class Kind:
    """How results of one assessment or activity are told.

    Attributes:
        codes: Codes of courses.
        categories: Categories of courses, in these code systems; none named: in any.
    """

    codes: frozenset[str]
    categories: frozenset[str]
    code_systems: frozenset[str]

    def fits(self, entry: Entry) -> bool:
        """Whether a result is one of this kind."""
        key, category = entry.course.key, entry.course.facts.category
        if key.code in self.codes:
            return True
        return category in self.categories and (not self.code_systems or str(key.code_system) in self.code_systems)


_DATA = tomllib.loads(resources.files("credit_bank.awarding").joinpath("kinds.toml").read_text("utf-8"))

KINDS: Mapping[str, Kind] = {
    name: Kind(
        frozenset(kind.get("codes", ())),
        frozenset(kind.get("categories", ())),
        frozenset(kind.get("category_code_systems", ())),
    )
    for name, kind in _DATA["kind"].items()
}


def kinds_of(entry: Entry) -> frozenset[str]:
    """Assessments and activities for which a result without credits stands; without a row, by its own code."""
    named = {name for name, kind in KINDS.items() if kind.fits(entry)}
    return frozenset(named | {entry.course.key.code})
