"""Rows read as columns are rows read one by one, and a definition of anything is a layout or refused."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from student_registry.importing import nuaikit_census_1 as census
from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.importing.domain import RowContext
from student_registry.importing.errors import LayoutDefinitionInvalid
from student_registry.importing.mapping import mapped
from student_registry.learners.domain import Registration
from student_registry.provenance import DataStatus, Provenance
from student_registry.text import clean

CONTEXT = RowContext(UUID(int=1), Provenance("test", DataStatus.DEMONSTRATION), are_documents_seen=False)
TODAY = date(2026, 11, 21)
GOOD = dict(
    zip(
        layout.COLUMNS,
        ("68001", "1999911111113", "", "นางสาว", "กมลชนก", "ใจดี", "15/06/2552", "ญ", "หลัก", "ทวิศึกษา", "M.4", "1", "7",
         "", "16/05/2568", ""),
        strict=True,
    )
)  # fmt: skip
WORDS = [
    *GOOD.values(), "1999911111114", "6000000000000", "1-9999-11111-11-3", "๑๙๙๙๙๑๑๑๑๑๑๑๓", "๒๕๕๒", "31/02/2552", "-",
    "G644200000001", "g644200000001", "9999", "ม.4", "ปวช.๑", "นอกระบบ", "ร่วมเรียน", "ชาย", "2026-05-16 00:00:00", " 1 ",
    "15/06/2700", "1/1/1899", "กํา", "ก\u200bา", "๖๘๐๐๑", "68/001", "a1",
]  # fmt: skip
CELLS = st.one_of(st.sampled_from(WORDS), st.text(max_size=30), st.text("0123456789๐๑๒-/. G", max_size=15))
ROWS = st.lists(st.dictionaries(st.sampled_from(layout.COLUMNS), CELLS, max_size=4), min_size=1, max_size=8)


@settings(max_examples=1_300)
@given(ROWS)
def test_row_that_is_plainly_right_means_what_the_row_by_itself_means(changes):
    rows = [GOOD | change for change in changes]
    columns = {name: [row[name] for row in rows] for name in layout.COLUMNS}
    read, others = layout.read_columns(range(2, 2 + len(rows)), columns, TODAY)
    assert sorted([*(number - 2 for number in read.numbers), *others]) == list(range(len(rows)))
    for at, number in enumerate(read.numbers):
        alone = layout.read_row(number, rows[number - 2], CONTEXT)
        assert isinstance(alone, Registration), rows[number - 2]
        (enrolment,) = alone.enrolments
        numbers = {item.kind.value: item.value for item in alone.identifiers}
        assert numbers.get("CITIZEN_ID", "") == read.citizen_ids[at]
        assert numbers.get("G_CODE", "") == read.g_codes[at]
        assert numbers["STUDENT_NO"] == read.student_nos[at]
        assert (alone.name.title, alone.name.given, alone.name.family) == (
            read.titles[at],
            read.given_names[at],
            read.family_names[at],
        )
        birth = (alone.birth.value, alone.birth.precision.value) if alone.birth else None
        assert birth == read.births[at]
        assert alone.sex == read.sexes[at]
        assert (enrolment.role, enrolment.delivery_system) == (read.roles[at], read.delivery_systems[at])
        assert (enrolment.grade_label, enrolment.classroom, enrolment.programme_code) == (
            read.grades[at],
            read.classrooms[at],
            read.programmes[at],
        )
        assert enrolment.valid_from == read.starts[at]
        assert enrolment.number_in_class == read.numbers_in_class[at]


def test_usual_row_is_plainly_right():
    columns = {name: [value] for name, value in GOOD.items()}
    assert list(layout.read_columns([2], columns, TODAY)[1]) == []


@given(st.dictionaries(st.sampled_from(census.COLUMNS), CELLS))
def test_any_census_row_is_a_person_or_faults(cells):
    read = census.read_row(2, cells, CONTEXT)
    if isinstance(read, Registration):
        assert (read.enrolments, bool(read.birth), bool(read.name.given)) == ((), True, True)
        assert census.keys(read)
    else:
        assert read
        personal = {layout.TITLE, layout.GIVEN_NAME, layout.FAMILY_NAME, layout.BIRTH_DATE}
        assert all(fault.masked_value is None for fault in read if fault.column in personal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
RULES = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {},
        optional={
            "source": st.text(max_size=5),
            "constant": st.text(max_size=5),
            "values": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3) | JSON,
            "date_format": st.sampled_from(["DD/MM/YYYY", "YYYYMMDD", "x"]) | JSON,
        },
    ),
)


@given(st.dictionaries(st.sampled_from([*layout.COLUMNS, "x"]), RULES), st.lists(CELLS, max_size=4))
def test_any_definition_is_a_layout_or_refused_and_never_fails_on_a_cell(definition, cells):
    needed = {name: {"source": name} for name in layout.LAYOUT.needed}
    try:
        found = mapped(needed | definition, layout.LAYOUT, columns=layout.COLUMNS)
    except LayoutDefinitionInvalid:
        return
    theirs = found.translated(dict.fromkeys(found.needed, cells))
    assert {len(column) for column in theirs.values()} == {len(cells)}
    assert {found.source_of(name) for name in theirs}


@pytest.mark.parametrize(
    ("date_format", "text", "ours"),
    [
        ("YYYYMMDD", "25520615", "15/06/2552"),
        ("YYYYMMDD", "๒๕๕๒๐๖๑๕", "15/06/2552"),
        ("MM/DD/YYYY", "06/15/2009", "15/06/2009"),
        ("YYYY-MM-DD", "2009-06-15T00:00:00", "15/06/2009"),
        ("DDMMYYYY", "15062552", "15/06/2552"),
        ("DD/MM/YYYY", "ไม่ทราบ", "ไม่ทราบ"),
    ],
)
def test_days_of_other_owners_become_ours(date_format, text, ours):
    definition = {name: {"source": name} for name in layout.LAYOUT.needed}
    definition[layout.BIRTH_DATE] = {"source": "DOB", "date_format": date_format}
    found = mapped(definition, layout.LAYOUT, columns=layout.COLUMNS)
    columns = {name: [""] for name in layout.LAYOUT.needed} | {"DOB": [text]}
    assert found.translated(columns)[layout.BIRTH_DATE] == [clean(ours)]
