"""The catalogue file `nuaikit-courses-1`, ours and assumed: what its columns mean, read and written. Pure.

What is written reads back as the same courses, so that an exported file changes nothing when it is brought in again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from chassis.tabular import ascii_digits

from credit_bank.calendar_th import BE_OFFSET, YEARS_BE
from credit_bank.catalogue.domain import (
    UNIT_OF_SYSTEM,
    Course,
    CourseFacts,
    normalise_code,
    obec_faults,
    ovec_faults,
)
from credit_bank.catalogue.keys import CodeSystem, CourseKey, ProvisionMode, ScopeTag, ScopeTier
from credit_bank.provenance import STATUSES, Provenance

Value = TypeVar("Value")

LAYOUT: Final = "nuaikit-courses-1"

SYSTEM, CODE, CURRICULUM, TITLE = "ระบบรหัส", "รหัสวิชา", "หลักสูตร", "ชื่อวิชา"
TITLE_EN, CREDITS, HOURS, TPN = "ชื่อวิชาภาษาอังกฤษ", "หน่วยกิต", "ชั่วโมงรวม", "ท-ป-น"
CATEGORY, SUBJECT_TYPE, SUBJECT_GROUP = "หมวดวิชา", "ประเภทรายวิชา", "กลุ่มสาระ"
OUTCOMES, FRAMEWORK = "ผลลัพธ์การเรียนรู้", "ระดับกรอบคุณวุฒิ"
VALID_FROM, VALID_TO, SCOPES, MODES = "เปิดเรียนตั้งแต่", "เปิดเรียนถึง", "ขอบเขต", "รูปแบบการจัด"
SOURCE, STATUS, EFFECTIVE_FROM, SOURCE_VERSION = "ที่มา", "สถานะข้อมูล", "มีผลตั้งแต่", "ฉบับของที่มา"
COLUMNS: Final = (
    SYSTEM, CODE, CURRICULUM, TITLE, TITLE_EN, CREDITS, HOURS, TPN, CATEGORY, SUBJECT_TYPE, SUBJECT_GROUP, OUTCOMES,
    FRAMEWORK, VALID_FROM, VALID_TO, SCOPES, MODES, SOURCE, STATUS, EFFECTIVE_FROM, SOURCE_VERSION,
)  # fmt: skip
NEEDED: Final = (SYSTEM, CODE, CURRICULUM, TITLE, CREDITS)
"""Columns without which a file cannot be read."""

COLUMN_OF: Final = {
    "code": CODE,
    "curriculum_version": CURRICULUM,
    "title_th": TITLE,
    "credits": CREDITS,
    "hours_total": HOURS,
    "tpn": TPN,
    "category": CATEGORY,
    "subject_type": SUBJECT_TYPE,
    "subject_group": SUBJECT_GROUP,
    "outcomes": OUTCOMES,
    "framework_level": FRAMEWORK,
    "valid_to": VALID_TO,
    "scopes": SCOPES,
}
"""Column of each field that a fault may name."""

_SYSTEMS: Final = {"สพฐ.": CodeSystem.OBEC, "สอศ.": CodeSystem.OVEC} | {str(system): system for system in CodeSystem}
_AMOUNT = re.compile(r"^\d{1,4}(\.\d{1,2})?$")
_DECIMAL = re.compile(r"\d{1,3}(\.\d)?")
_WHOLE = re.compile(r"(?<![\d.])(\d{1,5})(\.0+)?(?![\d.])")
_THAI_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
NUMBER_DIGITS_MAX: Final = 6
CENTURY_BE: Final = 2_500
"""Of a year of Buddhist Era that is written with two digits."""
MODE_WORDS: Final = {
    "ทวิภาคี": str(ProvisionMode.DUAL_VOCATIONAL_TRAINING),
    "สถานศึกษา": str(ProvisionMode.INSTITUTION),
    "ในสถานศึกษา": str(ProvisionMode.INSTITUTION),
    "สถานประกอบการ": str(ProvisionMode.WORKPLACE),
    "ทางไกล": str(ProvisionMode.DISTANCE),
    "ออนไลน์": str(ProvisionMode.DISTANCE),
}
"""What people write for a mode; only ever offered. ทวิศึกษา is none: it is a learner in two institutions."""
NATIONAL_WORDS: Final = frozenset({"ทั้งประเทศ", "ระดับประเทศ", "ส่วนกลาง"})
OUTCOME_SEPARATOR: Final = " | "


@dataclass(frozen=True, slots=True)
class CourseRowFault:
    """Why a row is not in, or what is odd about it.

    Attributes:
        row: As a spreadsheet shows it; the header is 1.
        column: None when the whole row is at fault.
    """

    row: int
    column: str | None
    value: str | None
    reason: str
    suggestion: str = ""
    is_refused: bool = True


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell without usable value, and a value that would be right where something tells."""

    column: str
    reason: str
    suggestion: str = ""


class _CellInvalid(ValueError):
    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def read_course(
    cells: Mapping[str, str], *, owner: UUID | None, usual: Provenance
) -> tuple[CourseFacts | None, list[CellFault]]:
    """What one row states, and every cell of it that has no usable value.

    Args:
        cells: By column name; columns may be absent.
        owner: Institution whose courses the file holds; None for national ones.
        usual: Source and status of rows that name none.

    Returns:
        No course when even the system of its code is unknown. Cells at fault are read as absent, so that whatever else
        is wrong with the row is found in the same pass.
    """
    faults: list[CellFault] = []

    def of(column: str, read: Callable[[str], Value], default: Value) -> Value:
        text = cells.get(column, "")
        try:
            return read(text) if text else default
        except _CellInvalid as invalid:
            faults.append(CellFault(column, invalid.reason, invalid.suggestion))
            return default

    system = _SYSTEMS.get(cells[SYSTEM])
    if system is None:
        return None, [CellFault(SYSTEM, "CODE_SYSTEM_UNKNOWN", _system_of_code(cells[CODE]))]
    no_number: int | None = None
    no_day: date | None = None
    hundredths = of(CREDITS, _credits, no_number)
    provenance = Provenance(
        cells.get(SOURCE) or usual.source,
        of(STATUS, _status, usual.status),
        of(EFFECTIVE_FROM, _day, no_day) or usual.effective_from,
        cells.get(SOURCE_VERSION) or usual.version,
    )
    no_scopes: tuple[ScopeTag, ...] = ()
    no_modes: tuple[ProvisionMode, ...] = ()
    facts = CourseFacts(
        key=CourseKey(system, normalise_code(system, cells[CODE]), cells[CURRICULUM], owner),
        title_th=cells[TITLE],
        title_en=cells.get(TITLE_EN) or None,
        unit=None if hundredths is None else UNIT_OF_SYSTEM.get(system),
        credit_hundredths=hundredths,
        hours_total=of(HOURS, _number, no_number),
        tpn=ascii_digits(cells.get(TPN, "")) or None,
        category=cells.get(CATEGORY, ""),
        subject_type=cells.get(SUBJECT_TYPE, ""),
        subject_group=cells.get(SUBJECT_GROUP, ""),
        outcomes=tuple(text.strip() for text in cells.get(OUTCOMES, "").split(OUTCOME_SEPARATOR) if text.strip()),
        provenance=provenance,
        valid_from=of(VALID_FROM, _day, no_day),
        valid_to=of(VALID_TO, _day, no_day),
        framework_level=of(FRAMEWORK, _number, no_number),
        scopes=of(SCOPES, _scopes, no_scopes),
        provision_modes=of(MODES, _modes, no_modes),
    )
    return facts, faults


def _system_of_code(code: str) -> str:
    if not list(obec_faults(normalise_code(CodeSystem.OBEC, code), "")):
        return str(CodeSystem.OBEC)
    is_ovec = not list(ovec_faults(normalise_code(CodeSystem.OVEC, code)))
    return str(CodeSystem.OVEC) if is_ovec else " / ".join(CodeSystem)


def _credits(text: str) -> int | None:
    digits = ascii_digits(text)
    if not _AMOUNT.fullmatch(digits):
        meant = _DECIMAL.search(digits.replace(",", "."))
        raise _CellInvalid("CREDIT_STEP", meant[0] if meant else "")
    whole, _, rest = digits.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2]) or None


def _number(text: str) -> int:
    digits = ascii_digits(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= NUMBER_DIGITS_MAX):
        meant = _WHOLE.search(digits)
        raise _CellInvalid("NUMBER_INVALID", meant[1] if meant else "")
    return int(digits)


def _day(text: str) -> date:
    """A day as วว/ดด/พ.ศ., or as a sheet keeps one: ISO and Gregorian. A year of the other era is never guessed."""
    digits = ascii_digits(text)
    thai, kept = _THAI_DAY.fullmatch(digits), _ISO_DAY.fullmatch(digits)
    try:
        if thai and int(thai[3]) in YEARS_BE:
            return date(int(thai[3]) - BE_OFFSET, int(thai[2]), int(thai[1]))
        if kept and int(kept[1]) + BE_OFFSET in YEARS_BE:
            return date(int(kept[1]), int(kept[2]), int(kept[3]))
    except ValueError:
        pass  # no such day
    raise _CellInvalid("DATE_INVALID", _meant_day(digits))


def _meant_day(digits: str) -> str:
    """The day that was probably meant: a year of the other era, or two digits of one of Buddhist Era."""
    numbers = [int(part) for part in re.findall(r"\d+", digits)]
    if len(numbers) != 3:  # noqa: PLR2004  # day, month, year
        return ""
    if _ISO_DAY.fullmatch(digits):
        numbers.reverse()
    day, month, year = numbers
    for year_be in (year, year + BE_OFFSET, year + CENTURY_BE):
        try:
            if year_be in YEARS_BE:
                return _thai_day(date(year_be - BE_OFFSET, month, day))
        except ValueError:
            return ""
    return ""


def _status(text: str) -> str:
    if text not in STATUSES:
        raise _CellInvalid("STATUS_UNKNOWN", " / ".join(STATUSES))
    return text


def _scopes(text: str) -> tuple[ScopeTag, ...]:
    return _each(text, ScopeTag.of, "SCOPE_TAG_SHAPE", _meant_scope)


def _modes(text: str) -> tuple[ProvisionMode, ...]:
    return _each(text, ProvisionMode, "PROVISION_MODE_UNKNOWN", lambda word: MODE_WORDS.get(word, ""))


def _meant_scope(word: str) -> str:
    digits = ascii_digits(word)
    if digits.isascii() and digits.isdigit():
        return f"{ScopeTier.PROVINCE}:{digits}"
    return str(ScopeTier.NATIONAL) if word in NATIONAL_WORDS else ""


def _each(text: str, make: Callable[[str], Value], reason: str, meant: Callable[[str], str]) -> tuple[Value, ...]:
    """Every word of a cell; the offered cell has all of them right, or there is no offer."""
    good: list[Value] = []
    offered: list[str] = []
    for word in text.split():
        try:
            good.append(make(word))
            offered.append(word)
        except ValueError:
            offered.append(meant(word))
    if len(good) < len(offered):
        raise _CellInvalid(reason, " ".join(offered) if all(offered) else "")
    return tuple(good)


def course_cells(course: Course) -> list[str]:
    """A course as cells in the order of `COLUMNS`."""
    facts, provenance = course.facts, course.facts.provenance
    hundredths = facts.credit_hundredths
    return [
        str(facts.key.code_system),
        facts.key.code,
        facts.key.curriculum_version,
        facts.title_th,
        facts.title_en or "",
        "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100 // 10}",
        "" if facts.hours_total is None else str(facts.hours_total),
        facts.tpn or "",
        facts.category,
        facts.subject_type,
        facts.subject_group,
        OUTCOME_SEPARATOR.join(facts.outcomes),
        "" if facts.framework_level is None else str(facts.framework_level),
        _thai_day(facts.valid_from),
        _thai_day(facts.valid_to),
        " ".join(tag.text for tag in facts.scopes),
        " ".join(facts.provision_modes),
        provenance.source,
        provenance.status,
        _thai_day(provenance.effective_from),
        provenance.version or "",
    ]


def _thai_day(day: date | None) -> str:
    return "" if day is None else f"{day.day:02d}/{day.month:02d}/{day.year + BE_OFFSET}"
