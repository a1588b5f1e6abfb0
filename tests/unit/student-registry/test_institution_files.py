"""Rows of the files of institutions and staff: any content, and a round trip."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from student_registry.institutions import nuaikit_institutions_1 as layout
from student_registry.institutions import nuaikit_staff_1 as staff
from student_registry.institutions.domain import (
    Institution,
    InstitutionKind,
    Tree,
    checked,
    codes_after,
    other_codes,
)
from student_registry.institutions.files import in_order
from student_registry.provenance import DataStatus, Provenance

SOURCE = Provenance("file", DataStatus.ASSUMED)
TODAY = date(2026, 11, 21)
AREA = UUID(int=7)
CELLS = {
    layout.LOCAL_ALIAS: "ban-nongpho", layout.OFFICIAL_CODE: "๑๐๗๐๐๑๒๓๔๕", layout.SMIS: "70010002",
    layout.KIND: "โรงเรียน", layout.NAME_TH: "โรงเรียนบ้านหนองโพตัวอย่าง", layout.NETWORK: "net-1",
    layout.OPENED_ON: "๑/๗/๒๔๘๐", layout.PARENTS_SINCE: "16/05/2560",
}  # fmt: skip


def test_row_says_what_its_cells_say():
    row = layout.read_row(2, CELLS)
    facts = checked(layout.new_facts(row, {"net-1": AREA}, SOURCE))
    assert (facts.kind, facts.official_code, facts.province_code) == (InstitutionKind.SCHOOL, "1070012345", "70")
    assert facts.opened_on == date(1937, 7, 1)
    assert facts.parent_in(Tree.NETWORK, date(2017, 5, 16)) == AREA
    assert facts.parent_in(Tree.NETWORK, date(2017, 5, 15)) is None


def test_every_fault_of_a_row_is_told():
    faults = layout.read_row(3, {layout.KIND: "วัด", layout.CLOSED_ON: "32/01/2560", layout.OPENED_ON: "2560"})
    assert {(fault.column, fault.reason) for fault in faults} == {
        (layout.LOCAL_ALIAS, "VALUE_MISSING"), (layout.NAME_TH, "VALUE_MISSING"), (layout.KIND, "VALUE_UNKNOWN"),
        (layout.CLOSED_ON, "DATE_INVALID"), (layout.OPENED_ON, "DATE_INVALID"),
    }  # fmt: skip


def test_what_is_written_reads_as_what_is_known():
    first = checked(layout.new_facts(layout.read_row(2, CELLS), {"net-1": AREA}, SOURCE))
    codes = codes_after(first, None, since=date.min, is_correction=False)
    known = Institution(UUID(int=1), replace(first, aliases=other_codes(codes)), codes)
    written = dict(zip(layout.COLUMNS, layout.cells(known, {AREA: "net-1"}, on_date=TODAY), strict=True))
    row = layout.read_row(2, written)
    again = checked(layout.changed_facts(row, known, {"net-1": AREA}, SOURCE, today=TODAY))
    assert again == known.facts


def test_new_smis_code_ends_the_old_one_and_empty_cells_say_nothing():
    first = checked(layout.new_facts(layout.read_row(2, CELLS), {"net-1": AREA}, SOURCE))
    known = Institution(UUID(int=1), first, codes_after(first, None, since=date.min, is_correction=False))
    bare = {layout.LOCAL_ALIAS: "ban-nongpho", layout.KIND: "SCHOOL", layout.NAME_TH: "ชื่อใหม่", layout.SMIS: "70010003"}
    facts = layout.changed_facts(layout.read_row(2, bare), known, {}, SOURCE, today=TODAY)
    assert (facts.official_code, facts.opened_on, facts.parents) == (
        first.official_code,
        first.opened_on,
        first.parents,
    )
    assert [(code.value, code.valid_to) for code in facts.aliases] == [
        ("70010002", date(2026, 11, 20)), ("70010003", None),
    ]  # fmt: skip


def test_rows_come_after_those_they_name_and_circles_last():
    def row(number, alias, parent=None):
        cells = CELLS | {
            layout.LOCAL_ALIAS: alias,
            layout.NETWORK: parent or "",
            layout.OFFICIAL_CODE: "",
            layout.SMIS: "",
        }
        return layout.read_row(number, cells)

    rows = [row(2, "c", "b"), row(3, "b", "a"), row(4, "a"), row(5, "x", "y"), row(6, "y", "x"), row(7, "s", "s")]
    assert [item.local_alias for item in in_order(rows)] == ["a", "s", "b", "c", "x", "y"]


ANY_CELLS = st.dictionaries(st.sampled_from([*layout.COLUMNS, *staff.COLUMNS]), st.text(max_size=30))


@given(ANY_CELLS, st.booleans())
def test_any_cells_are_read_or_refused_and_accounts_never_shown(cells, is_mutated):
    if is_mutated:
        cells = CELLS | cells
    for read in (layout.read_row, staff.read_row):
        found = read(2, cells)
        if isinstance(found, list):
            assert found
            assert all(fault.row == 2 for fault in found)
    account = {staff.SUBJECT: "khun-krue-somchai", staff.VALID_FROM: "khun-krue-somchai"} | {
        name: value for name, value in cells.items() if name not in {staff.SUBJECT, staff.VALID_FROM}
    }
    assert "khun-krue-somchai" not in repr(staff.read_row(2, account))
