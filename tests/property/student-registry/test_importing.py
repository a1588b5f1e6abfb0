"""The import adapter takes any cell whatever, and what it takes is whole."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.importing.domain import DATE_INVALID, LABEL_FORMAT, VALUE_MISSING, VALUE_UNKNOWN, RowContext
from student_registry.learners.domain import Registration
from student_registry.provenance import DataStatus, Provenance

CONTEXT = RowContext(UUID(int=1), Provenance("test", DataStatus.DEMONSTRATION), are_documents_seen=False)
GOOD = {
    layout.STUDENT_NO: "68001",
    layout.CITIZEN_ID: "1999911111113",
    layout.G_CODE: "",
    layout.TITLE: "นางสาว",
    layout.GIVEN_NAME: "กมลชนก",
    layout.FAMILY_NAME: "ใจดี",
    layout.BIRTH_DATE: "15/06/2552",
    layout.SEX: "ญ",
    layout.ROLE: "หลัก",
    layout.DELIVERY_SYSTEM: "ทวิศึกษา",
    layout.GRADE: "M.4",
    layout.CLASSROOM: "1",
    layout.PROGRAMME: "",
    layout.START_DATE: "16/05/2568",
}
KNOWN = {VALUE_MISSING, VALUE_UNKNOWN, DATE_INVALID, LABEL_FORMAT, "GIVEN_NAME_MISSING", "ENROLMENT_LABEL_TOO_LONG"}
PERSONAL = {layout.TITLE, layout.GIVEN_NAME, layout.FAMILY_NAME, layout.BIRTH_DATE}
CELLS = st.one_of(
    st.text(max_size=80),
    st.sampled_from([*GOOD.values(), "1999911111114", "๒๕๕๒", "31/02/2552", "-", "G644200000001", "0/0/0000", "9999"]),
    st.from_regex(r"[0-9๐-๙]{1,4}[/.-][0-9๐-๙]{1,2}[/.-][0-9๐-๙]{1,4}", fullmatch=True),
    st.from_regex(r"[0-9๐-๙-]{10,20}", fullmatch=True),
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(list(GOOD)), CELLS))
def test_any_cells_give_a_whole_registration_or_faults(cells):
    read = layout.read_row(7, GOOD | cells, CONTEXT)
    if isinstance(read, Registration):
        assert read.name.given
        assert len(read.enrolments) == 1
        assert read.identifiers
        return
    assert read
    for fault in read:
        assert fault.row == 7
        assert fault.column in GOOD
        assert fault.reason in KNOWN or fault.reason.endswith(("_FORMAT", "_CHECK_DIGIT", "_DUMMY"))
        assert fault.column not in PERSONAL or fault.masked_value is None


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=6))
def test_row_without_any_known_column_is_a_row_of_missing_values(cells):
    unknown = {name: value for name, value in cells.items() if name not in GOOD}
    read = layout.read_row(2, unknown, CONTEXT)
    assert isinstance(read, list)
    assert {fault.reason for fault in read} == {VALUE_MISSING}


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text):
    layout.parse_date(text)
