"""The catalogue file `nuaikit-courses-1`, ours and assumed: what its columns mean, read and written. Pure.

What is written reads back as the same courses, so that an exported file changes nothing when it is brought in again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.tabular import ascii_digits

from credit_bank.calendar_th import BE_OFFSET
from credit_bank.catalogue.domain import UNIT_OF_SYSTEM, Course, CourseFacts, normalise_code
from credit_bank.catalogue.keys import CodeSystem, CourseKey, ProvisionMode, ScopeTag
from credit_bank.provenance import STATUSES, Provenance

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
_THAI_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
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


class CellInvalid(ValueError):
    """A cell has no usable value."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep which column and why."""
        super().__init__(column)
        self.column = column
        self.reason = reason


def read_course(cells: Mapping[str, str], *, owner: UUID | None, usual: Provenance) -> CourseFacts:
    """What one row states.

    Args:
        cells: By column name; columns may be absent.
        owner: Institution whose courses the file holds; None for national ones.
        usual: Source and status of rows that name none.

    Raises:
        CellInvalid: A cell has no usable value.
    """
    system = _SYSTEMS.get(cells[SYSTEM])
    if system is None:
        raise CellInvalid(SYSTEM, "CODE_SYSTEM_UNKNOWN")
    hundredths = _credits(cells[CREDITS])
    key = CourseKey(system, normalise_code(system, cells[CODE]), cells[CURRICULUM], owner)
    return CourseFacts(
        key=key,
        title_th=cells[TITLE],
        title_en=cells.get(TITLE_EN) or None,
        unit=None if hundredths is None else UNIT_OF_SYSTEM.get(system),
        credit_hundredths=hundredths,
        hours_total=_number(cells, HOURS),
        tpn=ascii_digits(cells.get(TPN, "")) or None,
        category=cells.get(CATEGORY, ""),
        subject_type=cells.get(SUBJECT_TYPE, ""),
        subject_group=cells.get(SUBJECT_GROUP, ""),
        outcomes=tuple(text.strip() for text in cells.get(OUTCOMES, "").split(OUTCOME_SEPARATOR) if text.strip()),
        provenance=_provenance(cells, usual),
        valid_from=_day(cells, VALID_FROM),
        valid_to=_day(cells, VALID_TO),
        framework_level=_number(cells, FRAMEWORK),
        scopes=tuple(_each(cells, SCOPES, ScopeTag.of)),
        provision_modes=tuple(_each(cells, MODES, ProvisionMode)),
    )


def _credits(text: str) -> int | None:
    digits = ascii_digits(text)
    if not digits:
        return None
    if not _AMOUNT.match(digits):
        raise CellInvalid(CREDITS, "CREDIT_STEP")
    whole, _, rest = digits.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2]) or None


def _number(cells: Mapping[str, str], column: str) -> int | None:
    digits = ascii_digits(cells.get(column, ""))
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) < 7):  # noqa: PLR2004  # below a million
        raise CellInvalid(column, "NUMBER_INVALID")
    return int(digits) if digits else None


def _day(cells: Mapping[str, str], column: str) -> date | None:
    text = ascii_digits(cells.get(column, ""))
    if not text:
        return None
    thai = _THAI_DAY.match(text)
    try:
        return date(int(thai[3]) - BE_OFFSET, int(thai[2]), int(thai[1])) if thai else date.fromisoformat(text)
    except ValueError:
        raise CellInvalid(column, "DATE_INVALID") from None


def _each(cells: Mapping[str, str], column: str, make: Any) -> list[Any]:
    try:
        return [make(word) for word in cells.get(column, "").split()]
    except ValueError:
        raise CellInvalid(column, "SCOPE_TAG_SHAPE" if column == SCOPES else "PROVISION_MODE_UNKNOWN") from None


def _provenance(cells: Mapping[str, str], usual: Provenance) -> Provenance:
    status = cells.get(STATUS) or usual.status
    if status not in STATUSES:
        raise CellInvalid(STATUS, "STATUS_UNKNOWN")
    return Provenance(
        cells.get(SOURCE) or usual.source,
        status,
        _day(cells, EFFECTIVE_FROM) or usual.effective_from,
        cells.get(SOURCE_VERSION) or usual.version,
    )


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
