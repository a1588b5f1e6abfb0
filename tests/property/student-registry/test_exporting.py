"""What is exported reads back as the same statement, and no spreadsheet computes any of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from uuid import UUID

from chassis.sheets import as_csv, as_xlsx, guarded
from chassis.tabular import read_table
from hypothesis import given, settings
from hypothesis import strategies as st
from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.enrolments.domain import checked as checked_enrolment
from student_registry.exporting.domain import COLUMNS, ExportRow, cells
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.importing.domain import RowContext
from student_registry.importing.nuaikit_learners_1 import read_row
from student_registry.learners.domain import PersonName, Registration, Sex, checked_name
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance
from student_registry.text import clean

SCHOOL = UUID(int=7)
CONTEXT = RowContext(SCHOOL, Provenance("test", DataStatus.DEMONSTRATION), are_documents_seen=False)
days = st.dates(date(1900, 1, 1), date(2026, 1, 1))
text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
named = text.filter(lambda value: clean(value) != "")


def holds_person(label: str, name: PersonName) -> bool:
    """Whether a file's label is refused because a person's name or number may be in it."""
    names = [part for part in (name.given, name.family) if len(part) >= 3]
    return sum(map(str.isdigit, label)) >= 9 or any(part in clean(label) for part in names)


@st.composite
def export_rows(draw: st.DrawFn) -> ExportRow:
    """A row as the registry keeps it: everything in it was checked when it came in."""
    name = checked_name(PersonName(draw(text), draw(named), draw(text)))
    birth = draw(st.none() | st.builds(BirthDate, days, st.just(Precision.DAY)))
    if birth is None and draw(st.booleans()):
        birth = BirthDate(date(draw(st.integers(1900, 2020)), 1, 1), Precision.YEAR)
    role, system = draw(st.sampled_from(EnrolmentRole)), draw(st.sampled_from(DeliverySystem))
    label = text.filter(lambda value: not holds_person(value, name))
    labels = draw(st.sampled_from(["M.4", "PWC.1", "", "K.2"])), draw(label), draw(label)
    number = draw(st.none() | st.integers(1, 999))
    facts = EnrolmentFacts(SCHOOL, role, system, *labels, draw(days), None, number_in_class=number)
    enrolment = checked_enrolment(facts)
    return ExportRow(
        enrolment_id=UUID(int=1),
        learner_id=UUID(int=2),
        is_registrar=True,
        name=name,
        birth=birth,
        sex=draw(st.none() | st.sampled_from(Sex)),
        role=role,
        delivery_system=system,
        grade_label=enrolment.grade_label,
        classroom=enrolment.classroom,
        programme_code=enrolment.programme_code,
        valid_from=enrolment.valid_from,
        number_in_class=enrolment.number_in_class,
        student_no=draw(st.from_regex(r"[0-9A-Z]{1,20}", fullmatch=True)),
    )


def stated(row: ExportRow) -> Registration:
    """What the row says when it comes in."""
    labels = row.grade_label, row.classroom, row.programme_code
    facts = EnrolmentFacts(
        SCHOOL, row.role, row.delivery_system, *labels, row.valid_from, None, number_in_class=row.number_in_class
    )
    number = IdentifierFacts(IdentifierKind.STUDENT_NO, row.student_no, institution_id=SCHOOL)
    return Registration(
        row.name, row.birth, row.sex, (number,), SCHOOL, (checked_enrolment(facts),), CONTEXT.provenance
    )


def written(write: Callable[[AsyncIterator[Sequence[str]]], AsyncIterator[bytes]], row: ExportRow) -> bytes:
    """A file of one row."""

    async def rows() -> AsyncIterator[Sequence[str]]:
        yield COLUMNS
        yield cells(row)

    async def whole() -> bytes:
        return b"".join([piece async for piece in write(rows())])

    return asyncio.run(whole())


@settings(deadline=None)
@given(export_rows())
def test_exported_csv_reads_back_as_the_same_statement(row: ExportRow) -> None:
    table = read_table(written(as_csv, row), needed=COLUMNS)
    assert table.faults == ()
    assert read_row(2, table.rows[0].cells, CONTEXT) == stated(row)


@settings(deadline=None)
@given(export_rows())
def test_cells_of_a_csv_file_begin_no_formula(row: ExportRow) -> None:
    assert not any(guarded(cell).startswith(("=", "+", "-", "@", "|", "%", "\t", "\r")) for cell in cells(row))


@settings(deadline=None, max_examples=10)
@given(export_rows())
def test_exported_workbook_reads_back_as_the_same_statement(row: ExportRow) -> None:
    table = read_table(written(as_xlsx, row), needed=COLUMNS)
    assert table.faults == ()
    assert read_row(2, table.rows[0].cells, CONTEXT) == stated(row)
