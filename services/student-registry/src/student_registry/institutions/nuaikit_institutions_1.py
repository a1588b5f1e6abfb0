"""The file layout nuaikit-institutions-1: one row is one institution. Ours, status assumed.

An empty cell says nothing: what is known stays. Parents are named by a code of theirs, of any kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from student_registry.calendar_th import BE_MINUS_CE
from student_registry.importing.domain import DATE_INVALID, VALUE_MISSING, VALUE_UNKNOWN, RowFault
from student_registry.importing.nuaikit_learners_1 import parse_date
from student_registry.institutions.domain import (
    Alias,
    AliasKind,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
    moved,
)
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

NAME = "nuaikit-institutions-1"

LOCAL_ALIAS = "รหัสย่อ"
OFFICIAL_CODE = "รหัสสถานศึกษา 10 หลัก"
SMIS = "รหัส SMIS"
KIND = "ประเภท"
NAME_TH = "ชื่อภาษาไทย"
NAME_EN = "ชื่อภาษาอังกฤษ"
PROVINCE_CODE = "รหัสจังหวัด"
ADMINISTRATION = "รหัสต้นสังกัด"
NETWORK = "รหัสสหวิทยาเขต"
DISTRICT = "รหัสอำเภอ"
GUIDANCE = "รหัสศูนย์แนะแนว"
BRANCH = "รหัสโรงเรียนหลัก"
PROVINCE = "รหัสหน่วยงานจังหวัด"
PARENTS_SINCE = "อยู่ในสังกัดตั้งแต่ (พ.ศ.)"
OPENED_ON = "วันเปิด (พ.ศ.)"
CLOSED_ON = "วันปิด (พ.ศ.)"
MERGED_INTO = "ยุบรวมกับรหัส"

COLUMNS = (
    LOCAL_ALIAS, OFFICIAL_CODE, SMIS, KIND, NAME_TH, NAME_EN, PROVINCE_CODE, ADMINISTRATION, NETWORK, DISTRICT,
    GUIDANCE, BRANCH, PROVINCE, PARENTS_SINCE, OPENED_ON, CLOSED_ON, MERGED_INTO,
)  # fmt: skip
NEEDED = (LOCAL_ALIAS, KIND, NAME_TH)

TREE_COLUMNS: Mapping[Tree, str] = {
    Tree.ADMINISTRATION: ADMINISTRATION,
    Tree.NETWORK: NETWORK,
    Tree.DISTRICT: DISTRICT,
    Tree.GUIDANCE: GUIDANCE,
    Tree.BRANCH: BRANCH,
    Tree.PROVINCE: PROVINCE,
}
KINDS: Mapping[str, InstitutionKind] = {
    "โรงเรียน": InstitutionKind.SCHOOL,
    "โรงเรียนสาขา": InstitutionKind.BRANCH_SCHOOL,
    "วิทยาลัยอาชีวศึกษา": InstitutionKind.COLLEGE,
    "สถาบันอุดมศึกษา": InstitutionKind.UNIVERSITY,
    "ศูนย์การเรียน": InstitutionKind.LEARNING_CENTRE,
    "ครอบครัวโฮมสคูล": InstitutionKind.HOME_SCHOOL,
    "สถานประกอบการ": InstitutionKind.WORKPLACE,
    "โรงพยาบาล": InstitutionKind.HOSPITAL,
    "สพป.": InstitutionKind.AREA_OFFICE_PRIMARY,
    "สพม.": InstitutionKind.AREA_OFFICE_SECONDARY,
    "ศธจ.": InstitutionKind.PROVINCE_OFFICE,
    "หน่วยงานกลาง": InstitutionKind.AGENCY,
    "สหวิทยาเขต": InstitutionKind.SCHOOL_NETWORK,
    "อำเภอ": InstitutionKind.DISTRICT,
    "ศูนย์แนะแนว": InstitutionKind.GUIDANCE_CENTRE,
    "สำนักงานอาชีวศึกษาจังหวัด": InstitutionKind.PROVINCE_VOCATIONAL_OFFICE,
    "ศูนย์การศึกษานอกระบบ": InstitutionKind.NONFORMAL_CENTRE,
}
_WORDS = {kind: word for word, kind in KINDS.items()}
_KINDS = KINDS | {kind.value: kind for kind in InstitutionKind}

COLUMN_OF: Mapping[str, str] = {
    "local_alias": LOCAL_ALIAS,
    "official_code": OFFICIAL_CODE,
    "aliases": SMIS,
    "kind": KIND,
    "name_th": NAME_TH,
    "province_code": PROVINCE_CODE,
    "parent_institution_id": ADMINISTRATION,
    "parents": ADMINISTRATION,
    **{f"parents.{tree}": column for tree, column in TREE_COLUMNS.items()},
    "closed_on": CLOSED_ON,
    "merged_into_institution_id": MERGED_INTO,
}


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """What a row says, codes of others still unresolved; None and empty: nothing.

    Attributes:
        parents: Code of the parent by tree.
        merged_into: Code of the successor.
    """

    number: int
    local_alias: str
    official_code: str | None
    smis: str | None
    kind: InstitutionKind
    name_th: str
    name_en: str | None
    province_code: str | None
    parents: Mapping[Tree, str]
    parents_since: date | None
    opened_on: date | None
    closed_on: date | None
    merged_into: str | None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes by which other rows may name it."""
        return tuple(code for code in (self.local_alias, self.official_code, self.smis) if code)

    @property
    def named(self) -> tuple[str, ...]:
        """Codes of the others that it names."""
        return (*self.parents.values(), *((self.merged_into,) if self.merged_into else ()))


def read_row(number: int, cells: Mapping[str, str]) -> InstitutionRow | list[RowFault]:
    """What a row says, or every fault of it; never raises on any content."""
    faults: list[RowFault] = []

    def text(column: str) -> str:
        return clean(cells.get(column, "")).strip("-–")

    def code(column: str) -> str | None:
        return ascii_digits(text(column)) or None

    def day(column: str) -> date | None:
        value = text(column)
        found = parse_date(value) if value else None
        is_day = found is not None and not value.isdigit()
        if value and not is_day:
            faults.append(RowFault(number, column, text(column)[:40], DATE_INVALID))
        return found[0] if found and is_day else None

    faults += [RowFault(number, column, None, VALUE_MISSING) for column in NEEDED if not text(column)]
    kind = _KINDS.get(text(KIND))
    if text(KIND) and kind is None:
        faults.append(RowFault(number, KIND, text(KIND)[:40], VALUE_UNKNOWN))
    dates = {column: day(column) for column in (PARENTS_SINCE, OPENED_ON, CLOSED_ON)}
    if faults or kind is None:
        return faults
    parents = {tree: found for tree, column in TREE_COLUMNS.items() if (found := code(column))}
    return InstitutionRow(
        number=number,
        local_alias=text(LOCAL_ALIAS),
        official_code=code(OFFICIAL_CODE),
        smis=code(SMIS),
        kind=kind,
        name_th=text(NAME_TH),
        name_en=text(NAME_EN) or None,
        province_code=code(PROVINCE_CODE),
        parents=parents,
        parents_since=dates[PARENTS_SINCE],
        opened_on=dates[OPENED_ON],
        closed_on=dates[CLOSED_ON],
        merged_into=code(MERGED_INTO),
    )


def new_facts(row: InstitutionRow, places: Mapping[str, UUID], provenance: Provenance) -> InstitutionFacts:
    """Facts of an institution that is not known yet.

    Args:
        row: Of the file.
        places: Institutions by the codes that the row names.
        provenance: Of the file.
    """
    since = row.parents_since or row.opened_on
    return InstitutionFacts(
        kind=row.kind,
        name_th=row.name_th,
        name_en=row.name_en,
        official_code=row.official_code,
        local_alias=row.local_alias,
        parent_institution_id=None,
        provenance=provenance,
        parents=tuple(Parent(tree, places[code], since) for tree, code in row.parents.items()),
        aliases=(Alias(AliasKind.SMIS, row.smis, valid_from=row.opened_on),) if row.smis else (),
        province_code=row.province_code,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        merged_into_institution_id=places[row.merged_into] if row.merged_into else None,
    )


def changed_facts(
    row: InstitutionRow, known: Institution, places: Mapping[str, UUID], provenance: Provenance, *, today: date
) -> InstitutionFacts:
    """Facts of a known institution as the row has them; what the row leaves empty stays.

    Raises:
        ParentPeriodInvalid: The parents would overlap.
    """
    facts = known.facts
    since = row.parents_since or provenance.effective_from or today
    parents = facts.parents
    for tree, code in row.parents.items():
        if facts.parent_in(tree, max(since, today)) != places[code]:
            parents = moved(parents, tree, places[code], valid_from=since)
    return replace(
        facts,
        kind=row.kind,
        name_th=row.name_th,
        name_en=row.name_en or facts.name_en,
        official_code=row.official_code or facts.official_code,
        local_alias=row.local_alias,
        parent_institution_id=None,
        provenance=provenance,
        parents=parents,
        aliases=_with_smis(facts.aliases, row, provenance.effective_from or today),
        # That of the official code is worked out anew when the code changes.
        province_code=row.province_code or (None if row.official_code else facts.province_code),
        opened_on=row.opened_on or facts.opened_on,
        closed_on=row.closed_on or facts.closed_on,
        merged_into_institution_id=places[row.merged_into] if row.merged_into else facts.merged_into_institution_id,
    )


def _with_smis(aliases: tuple[Alias, ...], row: InstitutionRow, since: date) -> tuple[Alias, ...]:
    current = next((item for item in aliases if item.kind is AliasKind.SMIS and item.valid_to is None), None)
    if row.smis is None or (current is not None and current.value == row.smis):
        return aliases
    kept = [item for item in aliases if item is not current]
    if current is None:
        return (*kept, Alias(AliasKind.SMIS, row.smis, valid_from=row.opened_on))
    if (current.valid_from or date.min) < since:
        kept.append(replace(current, valid_to=since - timedelta(days=1)))
    return (*kept, Alias(AliasKind.SMIS, row.smis, valid_from=since))


def cells(institution: Institution, aliases: Mapping[UUID, str], *, on_date: date) -> list[str]:
    """The row of an institution in the order of `COLUMNS`; read again it says nothing new.

    Args:
        institution: To write.
        aliases: Local alias of every institution that it names, by id.
        on_date: Day for which the parents hold.
    """
    facts = institution.facts
    smis = next((item.value for item in facts.aliases if item.kind is AliasKind.SMIS and item.holds_on(on_date)), "")
    parents = [item for item in facts.parents if item.holds_on(on_date)]
    of_tree = {item.tree: aliases[item.parent_institution_id] for item in parents}
    begins = [item.valid_from for item in parents]
    # One column cannot hold different first days; then it says none, and what is known stays.
    since = begins[0] if begins and len(set(begins)) == 1 else None
    merged = facts.merged_into_institution_id
    return [
        facts.local_alias,
        facts.official_code or "",
        smis,
        _WORDS[facts.kind],
        facts.name_th,
        facts.name_en or "",
        facts.province_code or "",
        *(of_tree.get(tree, "") for tree in TREE_COLUMNS),
        thai_day(since),
        thai_day(facts.opened_on),
        thai_day(facts.closed_on),
        aliases[merged] if merged else "",
    ]


def thai_day(day: date | None) -> str:
    """A day as files have it, in the Buddhist Era; empty for none."""
    return "" if day is None else f"{day.day:02d}/{day.month:02d}/{day.year + BE_MINUS_CE}"
