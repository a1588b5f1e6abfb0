# polars leaves some of its types open; what it returns is annotated where it is used.
# pyright: reportUnknownMemberType=false
"""Adapter of the layout nuaikit-learners-1: one row is one learner's enrolment at the importing institution.

The layout is ours (status assumed: no owner of a national file has confirmed one). Columns stand in any order; others
are ignored. Accepted beside the canonical spelling: Thai digits everywhere, hyphens in citizen IDs, small g in G-codes,
years in either era, ISO dates from spreadsheets, ชาย and หญิง for ช and ญ, ม.4 for M.4 and ปวช.1 for PWC.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

import polars as pl
from chassis.errors import ServiceError

from student_registry.calendar_th import gregorian_year
from student_registry.enrolments.domain import (
    LABEL_CHARACTERS_MAX,
    NUMBER_IN_CLASS_MAX,
    DeliverySystem,
    EnrolmentFacts,
    EnrolmentRole,
)
from student_registry.enrolments.domain import checked as checked_enrolment
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind, VerificationState, mask
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.importing.domain import (
    DATE_INVALID,
    LABEL_FORMAT,
    NUMBER_INVALID,
    VALUE_MISSING,
    VALUE_UNKNOWN,
    Columns,
    Layout,
    RowContext,
    RowFault,
)
from student_registry.learners.domain import (
    BIRTH_YEAR_MIN,
    NAME_CHARACTERS_MAX,
    PersonName,
    Registration,
    Sex,
    checked_name,
)
from student_registry.matching.domain import BirthDate, Precision
from student_registry.text import ascii_digits, clean

T = TypeVar("T")

STUDENT_NO = "เลขประจำตัวนักเรียน"
CITIZEN_ID = "เลขประจำตัวประชาชน"
G_CODE = "รหัส G"
TITLE = "คำนำหน้า"
GIVEN_NAME = "ชื่อ"
FAMILY_NAME = "นามสกุล"
BIRTH_DATE = "วันเกิด (พ.ศ.)"
SEX = "เพศ"
ROLE = "บทบาท"
DELIVERY_SYSTEM = "ระบบการศึกษา"
GRADE = "ชั้น"
CLASSROOM = "ห้อง"
NUMBER_IN_CLASS = "เลขที่"
PROGRAMME = "หลักสูตร"
START_DATE = "วันเริ่มเรียน (พ.ศ.)"
END_DATE = "วันสิ้นสุดเรียน (พ.ศ.)"
COLUMNS = (
    STUDENT_NO, CITIZEN_ID, G_CODE, TITLE, GIVEN_NAME, FAMILY_NAME, BIRTH_DATE, SEX, ROLE, DELIVERY_SYSTEM, GRADE,
    CLASSROOM, NUMBER_IN_CLASS, PROGRAMME, START_DATE, END_DATE,
)  # fmt: skip

SEXES = {"ช": Sex.MALE, "ชาย": Sex.MALE, "ญ": Sex.FEMALE, "หญิง": Sex.FEMALE}
ROLES = {
    "หลัก": EnrolmentRole.PRIMARY,
    "ร่วม": EnrolmentRole.PARTNER,
    "ร่วมเรียน": EnrolmentRole.HOSTING,
    "ระยะสั้น": EnrolmentRole.SHORT_COURSE,
}
DELIVERY_SYSTEMS = {
    "ในระบบ": DeliverySystem.FORMAL,
    "นอกระบบ": DeliverySystem.NONFORMAL,
    "ตามอัธยาศัย": DeliverySystem.INFORMAL,
    "โฮมสคูล": DeliverySystem.HOME_SCHOOL,
    "ทวิศึกษา": DeliverySystem.DUAL_EDUCATION,
}
_GRADES = (("ปวช", "PWC"), ("ปวส", "PWS"), ("ม", "M"), ("ป", "P"), ("อ", "K"))
_GRADE_TH = re.compile(r"(ปวช|ปวส|ม|ป|อ)\.? ?([1-6])")
_NUMBER_IN_CLASS = re.compile(r"[0-9]{1,4}")
_YEAR = re.compile(r"[0-9]{4}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?: 00:00:00)?")

_NUMBERS = frozenset({STUDENT_NO, CITIZEN_ID, G_CODE})
_SHOWN_CHARACTERS_MAX = 60
_LABEL = re.compile(r"[A-Za-z0-9./ -]{1,20}")
_DATE_LIKE = re.compile(r"[0-9๐-๙./ -]{1,20}")
_THAI_LETTER = re.compile(r"[\u0e01-\u0e5b]")
_NUMBER_DIGITS_MIN = 9
_NAME_CHARACTERS_MIN = 3
_WORDS = frozenset({*SEXES, *ROLES, *DELIVERY_SYSTEMS})


def masked(column: str, value: str) -> str | None:
    """A cell as it may be shown: numbers by their ending, labels that look like labels, names and birth dates never.

    A row whose cells slipped by one column has a name where a role belongs, so the column alone does not decide.
    """
    if column in _NUMBERS:
        return mask(value)[:_SHOWN_CHARACTERS_MAX] or None
    if column in {SEX, ROLE, DELIVERY_SYSTEM}:
        return value if value in _WORDS or len(value) == 1 else None
    if _holds_number(value):
        return None
    if column in {GRADE, CLASSROOM, PROGRAMME}:
        return value if _LABEL.fullmatch(value) or _GRADE_TH.fullmatch(value) else None
    return value if column in {START_DATE, END_DATE} and _DATE_LIKE.fullmatch(value) else None


def _holds_number(label: str) -> bool:
    """Whether a label has so many digits that a person's number may be among them; a date has eight."""
    return sum(character.isdigit() for character in label) >= _NUMBER_DIGITS_MIN


def _names_somebody(label: str, names: Sequence[str]) -> bool:
    """Whether a label holds the person's name, as when the cells of a row slipped by one column.

    Labels go into events, which nobody may ever find a person's name or number in.
    """
    return any(len(name) >= _NAME_CHARACTERS_MIN and name in label for name in names)


def parse_date(text: str) -> tuple[date, Precision] | None:
    """A date as files have it, in either era; a year alone is a date of precision YEAR. None: no date.

    29 February is valid in the leap years of the Gregorian calendar: 29/02/2551 is 29 February 2008.
    """
    plain = ascii_digits(clean(text))
    if _YEAR.fullmatch(plain):
        parts = (plain, "1", "1")
        precision = Precision.YEAR
    else:
        day_first, year_first = _DAY_FIRST.fullmatch(plain), _YEAR_FIRST.fullmatch(plain)
        if day_first:
            parts = (day_first[3], day_first[2], day_first[1])
        elif year_first:
            parts = (year_first[1], year_first[2], year_first[3])
        else:
            return None
        precision = Precision.DAY
    try:
        return date(gregorian_year(int(parts[0])), int(parts[1]), int(parts[2])), precision
    except ValueError:
        return None


def number_in_class(text: str) -> int | None:
    """A place in the class list; 0: none is stated. None: no such number."""
    plain = ascii_digits(clean(text)).strip("-–")  # a dash stands for "none" in school files
    if not plain:
        return 0
    number = int(plain) if _NUMBER_IN_CLASS.fullmatch(plain) else 0
    return number if 1 <= number <= NUMBER_IN_CLASS_MAX else None


def grade_label(text: str) -> str:
    """A grade label: ม.4 and ม4 become M.4, ปวช.1 becomes PWC.1; others stay as they are."""
    plain = ascii_digits(clean(text))
    thai = _GRADE_TH.fullmatch(plain)
    return f"{dict(_GRADES)[thai[1]]}.{thai[2]}" if thai else plain


class _Row:
    """One row while it is read: values, and faults as they are found."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.faults: list[RowFault] = []
        self._cells = cells

    def text(self, column: str) -> str:
        return clean(self._cells.get(column, ""))

    def fault(self, column: str | None, reason: str) -> None:
        value = masked(column, self.text(column)) if column else None
        self.faults.append(RowFault(self.number, column, value, reason))

    def needed(self, column: str) -> str:
        value = self.text(column)
        if not value:
            self.fault(column, VALUE_MISSING)
        return value

    def identifier(self, column: str, facts: IdentifierFacts) -> IdentifierFacts | None:
        try:
            return checked_identifier(facts)
        except ServiceError as error:
            self.fault(column, error.reason)
            return None

    def whole_day(self, column: str) -> date | None:
        """A day where one is stated; a year alone is none."""
        text = self.text(column)
        found = parse_date(text) if text else None
        if found is not None and found[1] is Precision.DAY:
            return found[0]
        if text:
            self.fault(column, DATE_INVALID)
        return None

    def day(self, column: str, text: str) -> tuple[date, Precision] | None:
        found = parse_date(text)
        if found is None:
            self.fault(column, DATE_INVALID)
        return found


def read_row(number: int, cells: Mapping[str, str], context: RowContext) -> Registration | list[RowFault]:
    """What a row says, or every fault of it; never raises on any content."""
    row = _Row(number, cells)
    name = _name(row)
    identifiers = _identifiers(row, context)
    birth = _birth(row)
    sex_text = row.text(SEX)
    if sex_text and sex_text not in SEXES:
        row.fault(SEX, VALUE_UNKNOWN)
    enrolment = _enrolment(row, context)
    if row.faults or name is None or enrolment is None:
        return row.faults
    return Registration(
        name=name,
        birth=birth,
        sex=SEXES.get(sex_text),
        identifiers=identifiers,
        registrar_institution_id=context.institution_id,
        enrolments=(enrolment,),
        provenance=context.provenance,
    )


def _name(row: _Row) -> PersonName | None:
    given = row.needed(GIVEN_NAME)
    if not given:
        return None
    try:
        return checked_name(PersonName(row.text(TITLE), given, row.text(FAMILY_NAME)))
    except ServiceError as error:
        row.fault(GIVEN_NAME, error.reason)
        return None


def _identifiers(row: _Row, context: RowContext) -> tuple[IdentifierFacts, ...]:
    seen = VerificationState.VERIFIED if context.are_documents_seen else VerificationState.UNVERIFIED
    found: list[IdentifierFacts | None] = []
    for column, kind in ((CITIZEN_ID, IdentifierKind.CITIZEN_ID), (G_CODE, IdentifierKind.G_CODE)):
        value = row.text(column)
        # A dash stands for "none" in school files.
        if value.strip("-–"):
            found.append(row.identifier(column, IdentifierFacts(kind, value, state=seen)))
    number = row.needed(STUDENT_NO)
    if number:
        facts = IdentifierFacts(IdentifierKind.STUDENT_NO, number, institution_id=context.institution_id)
        found.append(row.identifier(STUDENT_NO, facts))
    return tuple(item for item in found if item is not None)


def _birth(row: _Row) -> BirthDate | None:
    text = row.text(BIRTH_DATE)
    found = row.day(BIRTH_DATE, text) if text else None
    return BirthDate(*found) if found else None


def _enrolment(row: _Row, context: RowContext) -> EnrolmentFacts | None:
    role_text = row.needed(ROLE)
    row.needed(START_DATE)
    system_text = row.text(DELIVERY_SYSTEM)
    role = ROLES.get(role_text)
    if role_text and role is None:
        row.fault(ROLE, VALUE_UNKNOWN)
    if system_text and system_text not in DELIVERY_SYSTEMS:
        row.fault(DELIVERY_SYSTEM, VALUE_UNKNOWN)
    number = number_in_class(row.text(NUMBER_IN_CLASS))
    if number is None:
        row.fault(NUMBER_IN_CLASS, NUMBER_INVALID)
    start = row.whole_day(START_DATE)
    end = row.whole_day(END_DATE)
    if role is None or start is None:
        return None
    names = (row.text(GIVEN_NAME), row.text(FAMILY_NAME))
    for column in (GRADE, CLASSROOM, PROGRAMME):
        if _holds_number(row.text(column)) or _names_somebody(row.text(column), names):
            row.fault(column, LABEL_FORMAT)
    facts = EnrolmentFacts(
        institution_id=context.institution_id,
        role=role,
        delivery_system=DELIVERY_SYSTEMS.get(system_text, DeliverySystem.FORMAL),
        grade_label=grade_label(row.text(GRADE)),
        classroom=row.text(CLASSROOM),
        programme_code=row.text(PROGRAMME),
        valid_from=start,
        valid_to=end,
        number_in_class=number or None,
    )
    try:
        return checked_enrolment(facts)
    except ServiceError as error:
        row.fault(GRADE, error.reason)
        return None


def keys(registration: Registration) -> Sequence[tuple[str, str]]:
    """Column and number of everything in a row that names one person."""
    columns = {
        IdentifierKind.STUDENT_NO: STUDENT_NO,
        IdentifierKind.CITIZEN_ID: CITIZEN_ID,
        IdentifierKind.G_CODE: G_CODE,
    }
    return [(columns[item.kind], item.value) for item in registration.identifiers]


def _citizen_ids(values: Sequence[str]) -> list[str | None]:
    """Checked citizen IDs, empty where there is none; None where `read_row` must look."""
    number = pl.col("id")
    total = pl.sum_horizontal(
        [number.str.slice(place, 1).cast(pl.Int32, strict=False) * (13 - place) for place in range(12)]
    )
    frame = pl.DataFrame({"id": values}, schema={"id": pl.String}).with_columns(
        pl.when(number == "")
        .then(pl.lit(""))
        .when(
            number.str.contains(r"^[1-8][0-9]{12}$")
            & ~number.str.ends_with("000000000000")
            & ((11 - total % 11) % 10 == number.str.slice(12, 1).cast(pl.Int32, strict=False))
        )
        .then(number)
        .alias("id")
    )
    return frame["id"].to_list()


_G_CODE_PLAIN = re.compile(r"G[0-9]{12}")
_STUDENT_NO_PLAIN = re.compile(r"[0-9A-Z]{1,20}")


def _plain_name(text: str) -> str | None:
    name = clean(text)
    return name if len(name) <= NAME_CHARACTERS_MAX else None


def _plain_given(text: str) -> str | None:
    return _plain_name(text) or None


def _plain_label(text: str) -> str | None:
    label = ascii_digits(clean(text))
    is_plain = len(label) <= LABEL_CHARACTERS_MAX and not _holds_number(label) and not _THAI_LETTER.search(label)
    return label if is_plain else None


def _plain_grade(text: str) -> str | None:
    return _plain_label(grade_label(text))


def _of(values: Mapping[str, str], text: str, *, default: str | None = None) -> str | None:
    plain = clean(text)
    return values.get(plain) if plain else default


def _each(values: Sequence[str], rule: Callable[[str], T]) -> list[T]:
    """A rule for a whole column: applied once to each value that occurs."""
    found = {value: rule(value) for value in set(values)}
    return [found[value] for value in values]


def read_columns(
    numbers: Sequence[int], columns: Mapping[str, Sequence[str]], today: date
) -> tuple[Columns, Sequence[int]]:
    """The rows that are plainly right, column by column, and the places of the others; see `Layout.read_columns`.

    Every rule is the one of `read_row`, applied once to each value that occurs in its column; citizen IDs, of which
    each is another, are summed as a column. Birth dates that no learner can have are left to `read_row` and beyond.
    """
    size = len(numbers)

    def column(name: str) -> Sequence[str]:
        return columns.get(name) or [""] * size

    def birth(text: str) -> tuple[date, str] | str | None:
        found = parse_date(text) if clean(text) else ""
        if not found:
            return found
        return (found[0], found[1].value) if found[0].year >= BIRTH_YEAR_MIN and found[0] <= today else None

    def start(text: str) -> date | None:
        found = parse_date(text)
        return found[0] if found and found[1] is Precision.DAY else None

    read: list[Sequence[object]] = [
        numbers,
        _each(column(STUDENT_NO), lambda text: text if _STUDENT_NO_PLAIN.fullmatch(text) else None),
        _citizen_ids(column(CITIZEN_ID)),
        _each(column(G_CODE), lambda text: text if not text or _G_CODE_PLAIN.fullmatch(text) else None),
        _each(column(TITLE), _plain_name),
        _each(column(GIVEN_NAME), _plain_given),
        _each(column(FAMILY_NAME), _plain_name),
        _each(column(BIRTH_DATE), birth),
        _each(column(SEX), lambda text: _of(SEXES, text, default="")),
        _each(column(ROLE), lambda text: _of(ROLES, text)),
        _each(column(DELIVERY_SYSTEM), lambda text: _of(DELIVERY_SYSTEMS, text, default=DeliverySystem.FORMAL)),
        _each(column(GRADE), _plain_grade),
        _each(column(CLASSROOM), _plain_label),
        _each(column(PROGRAMME), _plain_label),
        _each(column(START_DATE), start),
        _each(column(NUMBER_IN_CLASS), number_in_class),
        _each(column(END_DATE), lambda text: None if clean(text) else ""),
    ]
    labels = list(zip(*(_each(column(name), clean) for name in (GRADE, CLASSROOM, PROGRAMME)), strict=True))

    def names_somebody(place: int) -> bool:
        names = (str(read[5][place]), str(read[6][place]))
        return any(_names_somebody(label, names) for label in labels[place])

    others = [place for place, row in enumerate(zip(*read, strict=True)) if None in row or names_somebody(place)]
    if others:
        apart = set(others)
        read = [[value for place, value in enumerate(values) if place not in apart] for values in read]
    read[7] = [value or None for value in read[7]]
    read[8] = [value or None for value in read[8]]
    read[15] = [value or None for value in read[15]]
    return Columns(*cast("list[Any]", read[:-1])), others


LAYOUT = Layout(
    name="nuaikit-learners-1",
    needed=(STUDENT_NO, GIVEN_NAME, ROLE, START_DATE),
    read_row=read_row,
    masked=masked,
    column_of={
        "citizen_id": CITIZEN_ID,
        "g_code": G_CODE,
        "student_no": STUDENT_NO,
        "given_name": GIVEN_NAME,
        "birth_date": BIRTH_DATE,
        "role": ROLE,
        "valid_from": START_DATE,
        "valid_to": END_DATE,
        "grade_label": GRADE,
        "number_in_class": NUMBER_IN_CLASS,
    },
    keys=keys,
    key_columns=(STUDENT_NO, CITIZEN_ID, G_CODE),
    read_columns=read_columns,
)
