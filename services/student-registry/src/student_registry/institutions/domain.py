"""Institutions: their codes, their parents in several trees, and how they change. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from student_registry.institutions.errors import (
    AffiliationUnknown,
    AliasFormat,
    InstitutionNameMissing,
    InstitutionPeriodInvalid,
    LocalAliasFormat,
    OfficialCodeFormat,
    ParentPeriodInvalid,
    ProvinceCodeFormat,
)
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

NAME_CHARACTERS_MAX = 300
ALIAS_CHARACTERS_MAX = 64
_ONE_DAY = timedelta(days=1)
_OFFICIAL_CODE = re.compile(r"[0-9]{10}")
_LOCAL_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
_PROVINCE_CODE = re.compile(r"[0-9]{2}")
_AFFILIATION, _PROVINCE = slice(0, 2), slice(2, 4)


class InstitutionKind(StrEnum):
    """What an institution is."""

    SCHOOL = "SCHOOL"
    COLLEGE = "COLLEGE"
    AREA_OFFICE_PRIMARY = "AREA_OFFICE_PRIMARY"
    AREA_OFFICE_SECONDARY = "AREA_OFFICE_SECONDARY"
    HOME_SCHOOL = "HOME_SCHOOL"
    UNIVERSITY = "UNIVERSITY"
    AGENCY = "AGENCY"
    LEARNING_CENTRE = "LEARNING_CENTRE"
    WORKPLACE = "WORKPLACE"
    HOSPITAL = "HOSPITAL"
    PROVINCE_OFFICE = "PROVINCE_OFFICE"
    SCHOOL_NETWORK = "SCHOOL_NETWORK"
    DISTRICT = "DISTRICT"
    GUIDANCE_CENTRE = "GUIDANCE_CENTRE"
    PROVINCE_VOCATIONAL_OFFICE = "PROVINCE_VOCATIONAL_OFFICE"
    NONFORMAL_CENTRE = "NONFORMAL_CENTRE"
    BRANCH_SCHOOL = "BRANCH_SCHOOL"


class Tree(StrEnum):
    """A hierarchy in which institutions stand; an institution has at most one parent in each on a day."""

    ADMINISTRATION = "administration"
    NETWORK = "network"
    DISTRICT = "district"
    GUIDANCE = "guidance"
    BRANCH = "branch"
    PROVINCE = "province"


class AliasKind(StrEnum):
    """What a code of an institution is."""

    OFFICIAL_CODE = "OFFICIAL_CODE"
    LOCAL = "LOCAL"
    SMIS = "SMIS"
    AREA_OFFICE_CODE = "AREA_OFFICE_CODE"
    OTHER = "OTHER"


class ChangeKind(StrEnum):
    """Why an institution's facts become others."""

    REGISTERED = "REGISTERED"
    CHANGED = "CHANGED"
    CORRECTED = "CORRECTED"


_EXPECTED: Mapping[AliasKind, re.Pattern[str]] = {
    AliasKind.OFFICIAL_CODE: _OFFICIAL_CODE,
    AliasKind.LOCAL: _LOCAL_ALIAS,
    AliasKind.SMIS: re.compile(r"[0-9]{8}"),  # assumed: eight digits are known, their structure is not (e.3)
}


@dataclass(frozen=True, slots=True)
class Alias:
    """A code under which an institution is, or was, known.

    Attributes:
        register: Who gave it, for the kind OTHER; empty for the others.
        valid_from: First day; None: since always, as far as is known.
        valid_to: Last day; None: open.
    """

    kind: AliasKind
    value: str
    register: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def is_expected_form(self) -> bool:
        """Whether it looks as codes of its kind are expected to; what is not known looks right."""
        pattern = _EXPECTED.get(self.kind)
        return pattern is None or pattern.fullmatch(self.value) is not None

    def holds_on(self, day: date) -> bool:
        """Whether it is the institution's code on that day."""
        return _holds(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class Parent:
    """One parent of an institution in one tree, from a day to a day."""

    tree: Tree
    parent_institution_id: UUID
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is the parent on that day."""
        return _holds(self.valid_from, self.valid_to, day)

    def overlaps(self, other: Parent) -> bool:
        """Whether both hold on some day."""
        return _first(self.valid_from, other.valid_from) <= _last(self.valid_to, other.valid_to)


def _holds(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def _first(*days: date | None) -> date:
    return max(day or date.min for day in days)


def _last(*days: date | None) -> date:
    return min(day or date.max for day in days)


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    """What is stated about an institution.

    Attributes:
        official_code: Ten digits: affiliation, province, institution; None while unknown, never invented.
        local_alias: Unique in this installation; names the institution in files while the official code is unknown.
        parent_institution_id: Parent in the administration on the day asked for; when registering it may stand for an
            entry of `parents` that begins with the provenance.
        parents: Every parent, ended ones too, by tree and first day.
        aliases: Codes other than the two above, ended ones too.
        province_code: Two digits; those of the official code where that is known.
        opened_on: First day; None: not known.
        closed_on: Last day; None: open.
    """

    kind: InstitutionKind
    name_th: str
    name_en: str | None
    official_code: str | None
    local_alias: str
    parent_institution_id: UUID | None
    provenance: Provenance
    parents: tuple[Parent, ...] = ()
    aliases: tuple[Alias, ...] = ()
    province_code: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    merged_into_institution_id: UUID | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code under which the institution is found."""
        return (self.local_alias,) if self.official_code is None else (self.local_alias, self.official_code)

    @property
    def affiliation_code(self) -> str | None:
        """First two digits of the official code."""
        return None if self.official_code is None else self.official_code[_AFFILIATION]

    def parent_in(self, tree: Tree, day: date) -> UUID | None:
        """Its parent in a tree on a day."""
        found = (item for item in self.parents if item.tree is tree and item.holds_on(day))
        return next((item.parent_institution_id for item in found), None)


@dataclass(frozen=True, slots=True)
class Institution:
    """A registered institution.

    Attributes:
        codes: Every code with its days, the official code and the local alias among them.
        revision: Counts its states.
    """

    institution_id: UUID
    facts: InstitutionFacts
    codes: tuple[Alias, ...] = ()
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Meaning of the first two digits of an official code; the name is None where the brief does not give it."""

    affiliation_code: str
    name_th: str | None
    name_en: str | None
    partner_kinds: tuple[InstitutionKind, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change of an institution, as it is kept."""

    change_id: UUID
    kind: ChangeKind
    recorded_at: datetime
    provenance: Provenance
    before: dict[str, object] | None
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class ClosedInstitution:
    """What still hangs on an institution that was closed."""

    institution_id: UUID
    open_enrolments: int
    open_assignments: int
    open_children: int


def checked(facts: InstitutionFacts) -> InstitutionFacts:
    """The facts as they are stored: cleaned text, ASCII digits, the parent among the parents.

    The official code has no check digit and the structure of SMIS codes is not confirmed, so beyond the shape of the
    one nothing is checked by pattern: the register itself is what validates a code.

    Raises:
        InstitutionNameMissing: No name, or one too long.
        OfficialCodeFormat: Not ten digits.
        LocalAliasFormat: Not an alias.
        AliasFormat: An empty or too long code, or one of another register that is not named.
        ProvinceCodeFormat: Not two digits, or not those of the official code.
        InstitutionPeriodInvalid: Closed before it was opened, or merged without being closed.
        ParentPeriodInvalid: Two parents in one tree on one day, or a last day before the first.

    Source: credit-bank.md e.3.
    """
    name_th, alias = clean(facts.name_th), clean(facts.local_alias)
    name_en = clean(facts.name_en) if facts.name_en else None
    code = ascii_digits(clean(facts.official_code)) if facts.official_code else None
    if not name_th or len(name_th) > NAME_CHARACTERS_MAX or len(name_en or "") > NAME_CHARACTERS_MAX:
        raise InstitutionNameMissing(field="name_th")
    if code is not None and not _OFFICIAL_CODE.fullmatch(code):
        raise OfficialCodeFormat(field="official_code")
    if not _LOCAL_ALIAS.fullmatch(alias):
        raise LocalAliasFormat(field="local_alias")
    if facts.closed_on is not None and facts.opened_on is not None and facts.closed_on < facts.opened_on:
        raise InstitutionPeriodInvalid(field="closed_on")
    if facts.merged_into_institution_id is not None and facts.closed_on is None:
        raise InstitutionPeriodInvalid(field="merged_into_institution_id")
    return replace(
        facts,
        name_th=name_th,
        name_en=name_en or None,
        official_code=code,
        local_alias=alias,
        province_code=_checked_province(facts.province_code, code),
        parents=_checked_parents(facts),
        aliases=tuple(sorted({_checked_alias(item) for item in facts.aliases}, key=_alias_order)),
    )


def check_affiliation(facts: InstitutionFacts, affiliations: Container[str]) -> None:
    """Refuse an official code of no known affiliation.

    Raises:
        AffiliationUnknown: The first two digits are of no affiliation.
    """
    if facts.affiliation_code is not None and facts.affiliation_code not in affiliations:
        raise AffiliationUnknown(field="official_code", affiliation_code=facts.affiliation_code)


def _checked_province(stated: str | None, official_code: str | None) -> str | None:
    province = ascii_digits(clean(stated)) if stated else None
    of_code = official_code[_PROVINCE] if official_code else None
    if province is not None and (not _PROVINCE_CODE.fullmatch(province) or province != (of_code or province)):
        raise ProvinceCodeFormat(field="province_code")
    return of_code or province


def _checked_alias(alias: Alias) -> Alias:
    value, register = ascii_digits(clean(alias.value)), clean(alias.register)
    is_backward = alias.valid_from is not None and alias.valid_to is not None and alias.valid_to < alias.valid_from
    is_long = max(len(value), len(register)) > ALIAS_CHARACTERS_MAX
    is_current = alias.kind in (AliasKind.OFFICIAL_CODE, AliasKind.LOCAL) and alias.valid_to is None
    # The code of today has its own field: stated twice it could be two.
    if not value or is_long or (alias.kind is AliasKind.OTHER) != bool(register) or is_backward or is_current:
        raise AliasFormat(field="aliases")
    return replace(alias, value=value, register=register)


def _alias_order(alias: Alias) -> tuple[str, str, str, date]:
    return alias.kind, alias.register, alias.value, alias.valid_from or date.min


def _checked_parents(facts: InstitutionFacts) -> tuple[Parent, ...]:
    parents = set(facts.parents)
    if facts.parent_institution_id is not None and not any(item.tree is Tree.ADMINISTRATION for item in parents):
        begin = facts.provenance.effective_from
        parents.add(Parent(Tree.ADMINISTRATION, facts.parent_institution_id, begin))
    return in_order(parents)


def in_order(parents: Iterable[Parent]) -> tuple[Parent, ...]:
    """Parents by tree and first day.

    Raises:
        ParentPeriodInvalid: Two of one tree hold on one day, or a last day lies before the first.
    """
    ordered = sorted(parents, key=lambda item: (item.tree, item.valid_from or date.min, item.parent_institution_id))
    for item in ordered:
        if item.valid_from is not None and item.valid_to is not None and item.valid_to < item.valid_from:
            raise ParentPeriodInvalid(field="parents", tree=item.tree)
    for one, next_one in pairwise(ordered):
        if one.tree is next_one.tree and one.overlaps(next_one):
            raise ParentPeriodInvalid(field="parents", tree=one.tree)
    return tuple(ordered)


def is_same(stated: InstitutionFacts, known: InstitutionFacts, *, today: date) -> bool:
    """Whether a statement says nothing that is not known: what it leaves out is not denied.

    Where a fact was read may be stated anew without being another fact.
    """
    optional = ("province_code", "opened_on", "closed_on", "merged_into_institution_id")
    return (
        (stated.kind, stated.name_th, stated.name_en, stated.official_code, stated.local_alias)
        == (known.kind, known.name_th, known.name_en, known.official_code, known.local_alias)
        and stated.parent_in(Tree.ADMINISTRATION, today) == known.parent_in(Tree.ADMINISTRATION, today)
        and all(getattr(stated, name) in {None, getattr(known, name)} for name in optional)
        and set(stated.aliases) <= set(known.aliases)
        and all(_is_told(parent, known.parents) for parent in stated.parents)
    )


def _is_told(parent: Parent, known: Iterable[Parent]) -> bool:
    # A parent stated without a first day is the one known by its day.
    return any(
        item.tree is parent.tree
        and item.parent_institution_id == parent.parent_institution_id
        and item.valid_to == parent.valid_to
        and parent.valid_from in {None, item.valid_from}
        for item in known
    )


def moved(
    parents: Sequence[Parent], tree: Tree, parent_institution_id: UUID | None, *, valid_from: date
) -> tuple[Parent, ...]:
    """The parents after a move: until the day before as it was, from the day on another one or none."""
    eve = valid_from - _ONE_DAY
    earlier = [
        replace(item, valid_to=_last(item.valid_to, eve))
        for item in parents
        if item.tree is tree and (item.valid_from or date.min) < valid_from
    ]
    if parent_institution_id is not None:
        goes_on = earlier and (earlier[-1].parent_institution_id, earlier[-1].valid_to) == (parent_institution_id, eve)
        if goes_on:
            earlier[-1] = replace(earlier[-1], valid_to=None)
        else:
            earlier.append(Parent(tree, parent_institution_id, valid_from))
    return in_order([*(item for item in parents if item.tree is not tree), *earlier])


def circle(institution_id: UUID, parents: Iterable[Parent], above: Mapping[UUID, Sequence[Parent]]) -> Tree | None:
    """The tree in which an institution with these parents would stand above itself on some day; None: in no tree.

    Args:
        institution_id: Whose parents they are.
        parents: As they shall be.
        above: Parents of everything that stands above any of `parents`.
    """
    for parent in parents:
        ways = [(parent.parent_institution_id, parent.valid_from or date.min, parent.valid_to or date.max)]
        seen: set[tuple[UUID, date, date]] = set()
        while ways:
            way = ways.pop()
            place, begin, end = way
            if place == institution_id:
                return parent.tree
            if way in seen:
                continue
            seen.add(way)
            for item in above.get(place, ()):
                common = _first(begin, item.valid_from), _last(end, item.valid_to)
                if item.tree is parent.tree and common[0] <= common[1]:
                    ways.append((item.parent_institution_id, *common))
    return None


def codes_after(
    facts: InstitutionFacts, known: Institution | None, *, since: date, is_correction: bool
) -> tuple[Alias, ...]:
    """Every code of an institution when it has these facts, with its days.

    A code that is replaced ends the day before, save in a correction, where it never held. A code that was not known
    before holds since the institution was opened: that we learned of it late does not make it new.
    """
    codes = set(facts.aliases)
    for kind, value in ((AliasKind.OFFICIAL_CODE, facts.official_code), (AliasKind.LOCAL, facts.local_alias)):
        before = next((item for item in _current(known.codes if known else ()) if item.kind is kind), None)
        if before is not None and before.value == value:
            codes.add(before)
            continue
        if before is not None and not is_correction and (before.valid_from or date.min) < since:
            codes.add(replace(before, valid_to=since - _ONE_DAY))
        if value is not None:
            begin = facts.opened_on if before is None else before.valid_from if is_correction else since
            codes.add(Alias(kind, value, valid_from=begin))
    return tuple(sorted(codes, key=_alias_order))


def _current(codes: Iterable[Alias]) -> list[Alias]:
    return [item for item in codes if item.valid_to is None and item.kind in {AliasKind.OFFICIAL_CODE, AliasKind.LOCAL}]


def other_codes(codes: Iterable[Alias]) -> tuple[Alias, ...]:
    """The codes without the official code and the local alias of today."""
    listed = list(codes)
    current = _current(listed)
    return tuple(sorted((item for item in listed if item not in current), key=_alias_order))


def snapshot(institution: Institution) -> dict[str, object]:
    """An institution as its history keeps it: JSON values."""
    facts = institution.facts
    return {
        "revision": institution.revision,
        "kind": facts.kind.value,
        "name_th": facts.name_th,
        "name_en": facts.name_en,
        "official_code": facts.official_code,
        "local_alias": facts.local_alias,
        "province_code": facts.province_code,
        "opened_on": _text(facts.opened_on),
        "closed_on": _text(facts.closed_on),
        "merged_into_institution_id": _text(facts.merged_into_institution_id),
        "parents": [
            {
                "tree": item.tree.value,
                "parent_institution_id": str(item.parent_institution_id),
                "valid_from": _text(item.valid_from),
                "valid_to": _text(item.valid_to),
            }
            for item in facts.parents
        ],
        "codes": [
            {
                "kind": item.kind.value,
                "value": item.value,
                "register": item.register,
                "valid_from": _text(item.valid_from),
                "valid_to": _text(item.valid_to),
            }
            for item in institution.codes
        ],
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
