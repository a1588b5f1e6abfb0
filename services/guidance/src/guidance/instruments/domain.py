"""What an instrument asks, how it may be answered, and when a group may be computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

GROUPS = frozenset({"NORMAL", "RISK", "PROBLEM"})
INFORMANTS = frozenset({"TEACHER", "GUARDIAN", "SELF"})
STATUSES = frozenset({"DRAFT", "PROVISIONAL", "ACTIVE", "RETIRED"})
USABLE = frozenset({"PROVISIONAL", "ACTIVE"})
MARKS = {"V": "confirmed", "S": "assumed", "D": "assumed", "U": "assumed"}
"""Marks of the domain brief and the rule status each stands for (architecture.md 8)."""


class DefinitionError(Exception):
    """An instrument definition contradicts itself or claims more than its source gives."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an instrument.

    Attributes:
        no: Number, from 1 without gaps.
        mark: Mark of the domain brief: V, S, D or U.
        status: `confirmed` or `assumed`.
    """

    no: int
    domain: str
    text_th: str
    text_en: str
    mark: str
    status: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer an item; its value is what is kept."""

    value: int
    text_th: str
    text_en: str


@dataclass(frozen=True, slots=True)
class AnswerScale:
    """How every item of an instrument is answered."""

    mark: str
    status: str
    source: str
    options: tuple[Option, ...]

    @property
    def values(self) -> frozenset[int]:
        """Values that an answer may have."""
        return frozenset(option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Band:
    """Totals from `total_min` to `total_max`, both included, and the group they stand for."""

    total_min: int
    total_max: int
    group: str


@dataclass(frozen=True, slots=True)
class NormSet:
    """Published cut-offs for one informant; the total is the sum of the values chosen."""

    version: str
    informant: str
    source: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one instrument, as data."""

    code: str
    version: str
    title_th: str
    title_en: str
    status: str
    effective_from: date
    informants: frozenset[str]
    licence_status: str
    licence_note: str
    source: str
    citation: str
    notice_th: str
    tested_with_th: str
    answer_scale: AnswerScale
    items: tuple[Item, ...]
    norm_sets: tuple[NormSet, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str]:
        """Code and version."""
        return self.code, self.version

    @property
    def item_nos(self) -> frozenset[int]:
        """Numbers of its items."""
        return frozenset(item.no for item in self.items)


@dataclass(frozen=True, slots=True)
class ComputedGroup:
    """A group that the server computed, and the norms it used."""

    group: str
    norm_version: str


def check(instrument: Instrument) -> Instrument:
    """Give the instrument back when it claims no more than its source gives.

    An instrument that is not confirmed may ask and keep, but has no norms; an active one rests on no unconfirmed item
    or scale (guidance.md d: never ship a [U] figure as an active norm).

    Raises:
        DefinitionError: It contradicts itself, or a group could be computed from what nobody confirmed.
    """
    name = f"{instrument.code} {instrument.version}"
    _check_shape(instrument, name)
    if instrument.status != "ACTIVE" and instrument.norm_sets:
        raise DefinitionError(f"{name}: only an ACTIVE instrument has norm sets")
    if instrument.status == "ACTIVE":
        unconfirmed = [item.no for item in instrument.items if item.mark == "U"]
        if unconfirmed or instrument.answer_scale.mark == "U":
            raise DefinitionError(f"{name}: ACTIVE with an unconfirmed answer scale or items {unconfirmed}")
    for norms in instrument.norm_sets:
        _check_norms(instrument, norms, name)
    return instrument


def _check_shape(instrument: Instrument, name: str) -> None:
    if instrument.status not in STATUSES or not instrument.informants <= INFORMANTS or not instrument.informants:
        raise DefinitionError(f"{name}: unknown status or informant")
    if [item.no for item in instrument.items] != list(range(1, len(instrument.items) + 1)):
        raise DefinitionError(f"{name}: items are not numbered from 1 without gaps")
    if (
        len(instrument.answer_scale.values) != len(instrument.answer_scale.options)
        or not instrument.answer_scale.options
    ):
        raise DefinitionError(f"{name}: answer options are missing or share a value")
    for marked in (*instrument.items, instrument.answer_scale):
        if MARKS.get(marked.mark) != marked.status:
            raise DefinitionError(f"{name}: a mark and its status do not agree")


def _check_norms(instrument: Instrument, norms: NormSet, name: str) -> None:
    if norms.informant not in instrument.informants:
        raise DefinitionError(f"{name}: norms of an informant that the instrument does not have")
    values = instrument.answer_scale.values
    expected = min(values) * len(instrument.items)
    for band in norms.bands:
        if band.total_min != expected or band.total_max < band.total_min or band.group not in GROUPS:
            raise DefinitionError(f"{name}: the bands of norm set {norms.version} leave gaps or overlap")
        expected = band.total_max + 1
    if expected != max(values) * len(instrument.items) + 1:
        raise DefinitionError(f"{name}: the bands of norm set {norms.version} do not end at the greatest total")


def compute_group(instrument: Instrument, answers: Mapping[int, int], *, informant: str) -> ComputedGroup | None:
    """The group that published cut-offs give, or None while there are none.

    Args:
        instrument: A checked definition.
        answers: Value by item number; complete, since a missing answer never counts as 0 (GD-R1).
        informant: Who answered.

    Source: guidance.md d, d1: no computed group appears while cut-offs are empty.
    """
    assert set(answers) == instrument.item_nos, "incomplete answers are refused before anything is computed"
    if instrument.status != "ACTIVE":
        return None
    total = sum(answers.values())
    for norms in instrument.norm_sets:
        if norms.informant == informant:
            for band in norms.bands:
                if band.total_min <= total <= band.total_max:
                    return ComputedGroup(band.group, norms.version)
    return None
