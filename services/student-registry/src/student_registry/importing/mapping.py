"""Layouts of other owners' files as data: which of their columns is which of ours, how days and codes are written.

A definition is checked when it is published, so that a file finds nothing but bad rows. Where a column's owner has not
confirmed its meaning, the layout's status is `assumed`. Pure.

Source: seeds.md R-69 (student data of the main agencies linked).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from student_registry.importing.domain import Layout
from student_registry.importing.errors import LayoutDefinitionInvalid
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

LAYOUT_NAME = r"^[a-z0-9][a-z0-9-]{1,59}$"
COLUMNS_MAX = 60
VALUES_MAX = 500
DATE_FORMATS = {
    "DD/MM/YYYY": re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"),
    "MM/DD/YYYY": re.compile(r"(?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"),
    "YYYY-MM-DD": re.compile(r"(?P<y>[0-9]{4})[/.-](?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})(?:[ T][0-9:.]*)?"),
    "YYYYMMDD": re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    "DDMMYYYY": re.compile(r"(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})"),
}
"""How another owner may write a day; the era is seen by the year, as everywhere."""

_KEYS = frozenset({"source", "constant", "values", "date_format"})


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """Where a column of ours comes from.

    Attributes:
        source: Their column; None: every row has `constant`.
        values: Their codes and our words; what is not among them stays, and is refused if it is none of ours.
        date_format: A key of `DATE_FORMATS`; None: as in our own files.
    """

    column: str
    source: str | None
    constant: str
    values: Mapping[str, str]
    date_format: str | None

    def cell(self, text: str) -> str:
        """Our cell for theirs."""
        plain = clean(text)
        if self.values:
            plain = self.values.get(plain, plain)
        if self.date_format and plain:
            found = DATE_FORMATS[self.date_format].fullmatch(ascii_digits(plain))
            return f"{found['d']}/{found['m']}/{found['y']}" if found else plain
        return plain


@dataclass(frozen=True, slots=True)
class Mapped:
    """All columns of a definition."""

    columns: tuple[MappedColumn, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """Their columns that must be in the header."""
        return tuple(dict.fromkeys(item.source for item in self.columns if item.source is not None))

    def translated(self, named: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        """Their columns as ours; each value that occurs is translated once."""
        size = len(next(iter(named.values()), ()))
        found: dict[str, Sequence[str]] = {}
        for item in self.columns:
            if item.source is None:
                found[item.column] = [item.constant] * size
                continue
            theirs = named[item.source]
            ours = {value: item.cell(value) for value in set(theirs)}
            found[item.column] = [ours[value] for value in theirs]
        return found

    def source_of(self, column: str) -> str:
        """Their name of a column of ours; our own where every row has the same."""
        return next((item.source for item in self.columns if item.column == column and item.source), column)


@dataclass(frozen=True, slots=True)
class PublishedLayout:
    """A layout as data.

    Attributes:
        base: Layout of ours that its rows become.
        definition: Our columns and where each comes from; see `mapping.mapped`.
        provenance: With version and first day.
    """

    name: str
    base: str
    definition: Mapping[str, Any]
    provenance: Provenance


def mapped(definition: Mapping[str, Any], base: Layout, *, columns: Sequence[str]) -> Mapped:
    """A definition as it is used: `{our column: {"source": …, "values": {…}, "date_format": …} | {"constant": …}}`.

    Args:
        definition: As published.
        base: The layout of ours that it leads to.
        columns: Every column of that layout.

    Raises:
        LayoutDefinitionInvalid: It names a column that is not ours, leaves out one that is needed, or is malformed.
    """
    if not 0 < len(definition) <= COLUMNS_MAX:
        raise LayoutDefinitionInvalid(field="definition")
    found = tuple(_column(name, rule, columns=columns) for name, rule in definition.items())
    missing = [name for name in base.needed if name not in definition]
    if missing:
        raise LayoutDefinitionInvalid(field=missing[0])
    return Mapped(found)


def _column(name: str, rule: object, *, columns: Sequence[str]) -> MappedColumn:
    if name not in columns or not isinstance(rule, dict):
        raise LayoutDefinitionInvalid(field=name)
    parts = cast("dict[str, Any]", rule)
    source, constant, date_format = parts.get("source"), parts.get("constant"), parts.get("date_format")
    values: object = parts.get("values") or dict[str, Any]()
    is_source = isinstance(source, str) and bool(clean(source))
    is_constant = isinstance(constant, str) and bool(clean(constant))
    if date_format and not (isinstance(date_format, str) and date_format in DATE_FORMATS):
        raise LayoutDefinitionInvalid(field=name)
    if parts.keys() - _KEYS or is_source == is_constant:
        raise LayoutDefinitionInvalid(field=name)
    if not isinstance(values, dict) or len(cast("dict[str, Any]", values)) > VALUES_MAX:
        raise LayoutDefinitionInvalid(field=name)
    pairs = {clean(str(key)): clean(str(value)) for key, value in cast("dict[str, Any]", values).items()}
    return MappedColumn(
        name, clean(str(source)) if is_source else None, clean(str(constant)) if is_constant else "", pairs, date_format
    )
