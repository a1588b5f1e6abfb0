"""Courses and their codes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.keys import (
    CREDIT_STEP_HUNDREDTHS,
    CodeSystem,
    CourseKey,
    ProvisionMode,
    ScopeTag,
    ScopeTier,
)
from credit_bank.provenance import Provenance, provenance_document

__all__ = ["UNIT_OF_SYSTEM", "CodeSystem", "Course", "CourseFacts", "CourseFault", "CourseKey", "normalise_code"]

CREDIT_HUNDREDTHS_MAX: Final = 9_990
"""Most credits of one course, 1/100 credit (CB c.1: four digits, one after the point)."""
HOURS_MAX: Final = 10_000
OUTCOMES_MAX: Final = 200
CHARACTERS_MAX: Final = 500
"""Longest title or code; outcomes may be ten times as long."""


UNIT_OF_SYSTEM: Final = {CodeSystem.OBEC: "CR_OBEC", CodeSystem.OVEC: "CR_OVEC"}
"""Unit of a system's credits; short courses and external tests post none (R-20)."""


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is published about a course.

    Attributes:
        unit: `CR_OBEC` or `CR_OVEC`; None for a course without credits.
        credit_hundredths: Credits in 1/100; None for a course without credits.
        hours_total: None when unknown, never guessed.
        tpn: Theory-practice-credit figures such as `0-2-1`; None where there are none.
        category: Category in its qualification, such as BASIC or CORE; may be empty.
        subject_type: National subject type 01 to 08; may be empty.
        subject_group: National subject group 01 to 10; may be empty.
        valid_from: First day on which it may be studied; None: since always.
        valid_to: Last day; None: open.
        framework_level: Level of the national qualifications framework, 1 to 8; None when unknown.
        scopes: For which tiers of the credit bank it is meant; none: for its owner alone.
        provision_modes: How it may be taught; none: in the institution.
    """

    key: CourseKey
    title_th: str
    title_en: str | None
    unit: str | None
    credit_hundredths: int | None
    hours_total: int | None
    tpn: str | None
    category: str
    subject_type: str
    subject_group: str
    outcomes: tuple[str, ...]
    provenance: Provenance
    valid_from: date | None = None
    valid_to: date | None = None
    framework_level: int | None = None
    scopes: tuple[ScopeTag, ...] = ()
    provision_modes: tuple[ProvisionMode, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A course in one of its versions."""

    course_id: UUID
    version: int
    facts: CourseFacts

    @property
    def key(self) -> CourseKey:
        """Its key."""
        return self.facts.key


@dataclass(frozen=True, slots=True)
class CourseApproval:
    """That a board or agency approved one version of a course (R-27).

    Attributes:
        body_th: Who approved; never a person's name.
        reference: Number or name of the minutes or order.
    """

    approval_id: UUID
    course_id: UUID
    course_version: int
    body_th: str
    reference: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class CourseFault:
    """One thing wrong with a course.

    Attributes:
        reason: Machine-readable; the Thai sentence explains it.
        suggestion: A value that would be right, offered and never put in by itself; empty when there is none.
        is_refused: Whether the course cannot be published like this; otherwise it is only odd.
    """

    reason: str
    field: str
    suggestion: str = ""
    is_refused: bool = True


def course_document(facts: CourseFacts) -> dict[str, Any]:
    """Facts of a course as plain values: what is compared, hashed and kept of each version."""
    key, provenance = facts.key, facts.provenance
    # What was published before these were known keeps its digest.
    added = {
        name: value
        for name, value in (
            ("valid_from", None if facts.valid_from is None else facts.valid_from.isoformat()),
            ("valid_to", None if facts.valid_to is None else facts.valid_to.isoformat()),
            ("framework_level", facts.framework_level),
            ("scopes", [tag.text for tag in facts.scopes] or None),
            ("provision_modes", [str(mode) for mode in facts.provision_modes] or None),
        )
        if value is not None
    }
    return {
        "code_system": str(key.code_system),
        "code": key.code,
        "curriculum_version": key.curriculum_version,
        "owner_institution_id": None if key.owner_institution_id is None else str(key.owner_institution_id),
        "title_th": facts.title_th,
        "title_en": facts.title_en,
        "unit": facts.unit,
        "credit_hundredths": facts.credit_hundredths,
        "hours_total": facts.hours_total,
        "tpn": facts.tpn,
        "category": facts.category,
        "subject_type": facts.subject_type,
        "subject_group": facts.subject_group,
        "outcomes": list(facts.outcomes),
        **provenance_document(provenance),
        **added,
    }


# ---- codes ----------------------------------------------------------------------------------------------------------

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_OBEC_SHAPE = re.compile(r"^[ก-ฮ]\d{5}$")
_OBEC_LATIN = re.compile(r"^([A-Za-z])(\d{5})$")
_OVEC_SHAPE = re.compile(r"^\d{5}-\d{4}$")
_OVEC_RUN_TOGETHER = re.compile(r"^\d{9}$")
_TPN_SHAPE = re.compile(r"^(\d+|\*)-(\d+|\*)-(\d+|\*)$")
_TPN_PARTS = re.compile(r"\d+|\*")
_PROVINCE_SHAPE = re.compile(r"^[1-9]\d$")
_LEVEL_SHAPE = re.compile(r"^[A-Z_]{2,60}$")
_CATEGORY_SHAPE = re.compile(r"^[A-Z_]{0,40}$")

_OBEC_LETTER_OF_LATIN: Final = {"T": "ท", "K": "ค", "M": "ค", "W": "ว", "S": "ส", "P": "พ", "E": "อ"}
"""Thai letter that a Latin one probably stands for; only ever suggested. Source: assumption."""

ACTIVITY_TYPE: Final = "08"
"""Subject type of learner development activities: pass or fail, no credit."""

_TYPE_DIGIT: Final = {"01": "1", "02": "2"}
"""Fourth character of an OBEC code by subject type (CB e.1)."""


def normalise_code(code_system: CodeSystem, code: str) -> str:
    """A code as it is kept: NFC, ASCII digits, and without what the system's codes never hold (CB e)."""
    text = unicodedata.normalize("NFC", code).translate(_THAI_DIGITS).translate(_DASHES)
    if code_system is CodeSystem.OBEC:
        return re.sub(r"[\s.\-]", "", text)
    if code_system is CodeSystem.OVEC:
        return re.sub(r"[\s.]", "", text)
    return " ".join(text.split())


def obec_faults(code: str, subject_type: str) -> Iterator[CourseFault]:
    """What is wrong with an OBEC subject code (CB e.1).

    Args:
        code: Normalised.
        subject_type: National subject type; its agreement with the code is checked where both say something.
    """
    latin = _OBEC_LATIN.fullmatch(code)
    if latin:
        letter = _OBEC_LETTER_OF_LATIN.get(latin[1].upper())
        yield CourseFault("OBEC_CODE_LETTER", "code", f"{letter}{latin[2]}" if letter else "")
        return
    if not _OBEC_SHAPE.fullmatch(code):
        yield CourseFault("OBEC_CODE_SHAPE", "code")
        return
    letter, level, year, kind, sequence = code[0], code[1], code[2], code[3], code[4:]
    if level not in "123":
        # Older codes wrote upper secondary as the fourth stage.
        yield CourseFault("OBEC_CODE_LEVEL", "code", f"{letter}3{code[2:]}" if level == "4" else "")
    elif year not in ("0123456" if level == "1" else "0123"):
        # Years of the secondary stages were counted through: ม.4 as the fourth.
        is_counted_through = level == "3" and year in "456"
        yield CourseFault("OBEC_CODE_YEAR", "code", f"{letter}3{int(year) - 3}{code[3:]}" if is_counted_through else "")
    if letter == "ก" or subject_type == ACTIVITY_TYPE:
        # Activity codes such as ก31901 follow local habit; only their type is held to (CB e.1).
        if subject_type != ACTIVITY_TYPE:
            yield CourseFault("ACTIVITY_CODE_TYPE", "subject_type", ACTIVITY_TYPE)
        return
    if kind not in "12":
        meant = _TYPE_DIGIT.get(subject_type)
        yield CourseFault("OBEC_CODE_TYPE", "code", f"{code[:3]}{meant}{sequence}" if meant else "")
    elif subject_type in _TYPE_DIGIT and _TYPE_DIGIT[subject_type] != kind:
        yield CourseFault("SUBJECT_TYPE_MISMATCH", "subject_type", {"1": "01", "2": "02"}[kind])
    if sequence == "00":
        yield CourseFault("OBEC_CODE_SEQUENCE", "code", f"{code[:4]}01")


OVEC_LEVEL_DIGIT: Final = {"PWC": "2", "PWS": "3"}
"""First digit of an OVEC code by the beginning of its curriculum: ปวช. and ปวส. (CB e.2)."""


def ovec_faults(code: str, curriculum_version: str = "") -> Iterator[CourseFault]:
    """What is wrong with an OVEC course code (CB e.2).

    Args:
        code: Normalised.
        curriculum_version: Tells which level is probably meant.
    """
    if not _OVEC_SHAPE.fullmatch(code):
        yield CourseFault(
            "OVEC_CODE_SHAPE", "code", f"{code[:5]}-{code[5:]}" if _OVEC_RUN_TOGETHER.fullmatch(code) else ""
        )
    elif code[0] not in "23":
        meant = OVEC_LEVEL_DIGIT.get(curriculum_version[:3])
        yield CourseFault("OVEC_CODE_LEVEL", "code", f"{meant}{code[1:]}" if meant else "")


def course_faults(facts: CourseFacts) -> list[CourseFault]:
    """Everything that is wrong with a course, first things first; empty for a good one."""
    return [*_code_faults(facts), *_credit_faults(facts), *_text_faults(facts), *_placing_faults(facts)]


def _code_faults(facts: CourseFacts) -> Iterator[CourseFault]:
    key = facts.key
    if not key.code or len(key.code) > CHARACTERS_MAX:
        yield CourseFault("CODE_MISSING", "code")
    elif key.code_system is CodeSystem.OBEC:
        yield from obec_faults(key.code, facts.subject_type)
    elif key.code_system is CodeSystem.OVEC:
        yield from ovec_faults(key.code, key.curriculum_version)
    if not key.curriculum_version or len(key.curriculum_version) > CHARACTERS_MAX:
        yield CourseFault("CURRICULUM_VERSION_MISSING", "curriculum_version", _usual_curricula(key))


_CURRICULA: Final = {"OBEC": "OBEC-2551R60", "2": "PWC-2562 / PWC-2567", "3": "PWS-2563 / PWS-2567"}
"""Curricula that are taught, by system or by the first digit of an OVEC code (CB a)."""


def _usual_curricula(key: CourseKey) -> str:
    return _CURRICULA.get(key.code[:1] if key.code_system is CodeSystem.OVEC else key.code_system, "")


def _credit_faults(facts: CourseFacts) -> Iterator[CourseFault]:
    unit = UNIT_OF_SYSTEM.get(facts.key.code_system)
    if facts.credit_hundredths is not None:
        if facts.subject_type == ACTIVITY_TYPE or unit is None:
            yield CourseFault("COURSE_HAS_NO_CREDITS", "credits")
        elif facts.unit != unit:
            yield CourseFault("UNIT_NOT_OF_SYSTEM", "credits", unit)
        elif not 0 < facts.credit_hundredths <= CREDIT_HUNDREDTHS_MAX or (
            facts.credit_hundredths % CREDIT_STEP_HUNDREDTHS[unit]
        ):
            step = CREDIT_STEP_HUNDREDTHS[unit]
            lower = min(facts.credit_hundredths, CREDIT_HUNDREDTHS_MAX) // step * step
            yield CourseFault("CREDIT_STEP", "credits", amount_text(lower) if lower > 0 else "")
    elif unit is not None and facts.subject_type != ACTIVITY_TYPE:
        figures = _TPN_SHAPE.fullmatch(facts.tpn or "")
        yield CourseFault("CREDITS_MISSING", "credits", figures[3] if figures and figures[3] != "*" else "")
    if facts.hours_total is not None and not 0 < facts.hours_total <= HOURS_MAX:
        yield CourseFault("HOURS_OUT_OF_RANGE", "hours_total", usual_hours(facts))
    if facts.tpn is not None:
        yield from _tpn_faults(facts.tpn, facts.credit_hundredths)


def _tpn_faults(tpn: str, credit_hundredths: int | None) -> Iterator[CourseFault]:
    figures = _TPN_SHAPE.fullmatch(tpn)
    if not figures:
        parts = _TPN_PARTS.findall(tpn)
        yield CourseFault("TPN_SHAPE", "tpn", "-".join(parts) if len(parts) == 3 else "")  # noqa: PLR2004  # t, p, n
    elif figures[3] != "*" and credit_hundredths is not None and int(figures[3]) * 100 != credit_hundredths:
        # Only the credits are held to: how theory and practice make them differs, and asterisks exist (CB d.3).
        meant = f"{figures[1]}-{figures[2]}-{credit_hundredths // 100}"
        yield CourseFault("TPN_NOT_CREDITS", "tpn", meant if credit_hundredths % 100 == 0 else "")


def _text_faults(facts: CourseFacts) -> Iterator[CourseFault]:
    if not facts.title_th or len(facts.title_th) > CHARACTERS_MAX:
        yield CourseFault("TITLE_MISSING", "title_th")
    if not _CATEGORY_SHAPE.fullmatch(facts.category):
        meant = re.sub(r"[^A-Z]+", "_", facts.category.upper()).strip("_")
        yield CourseFault("CATEGORY_SHAPE", "category", meant[:40])
    if facts.subject_type and facts.subject_type not in {f"{number:02d}" for number in range(1, 9)}:
        yield CourseFault("SUBJECT_TYPE_UNKNOWN", "subject_type", _two_digits(facts.subject_type, 8))
    if facts.subject_group and facts.subject_group not in {f"{number:02d}" for number in range(1, 11)}:
        yield CourseFault("SUBJECT_GROUP_UNKNOWN", "subject_group", _two_digits(facts.subject_group, 10))
    if len(facts.outcomes) > OUTCOMES_MAX or any(len(outcome) > 10 * CHARACTERS_MAX for outcome in facts.outcomes):
        yield CourseFault("OUTCOMES_TOO_LONG", "outcomes")


def _placing_faults(facts: CourseFacts) -> Iterator[CourseFault]:
    if facts.framework_level is not None and facts.framework_level not in FRAMEWORK_LEVELS:
        yield CourseFault("FRAMEWORK_LEVEL_UNKNOWN", "framework_level")
    if facts.valid_from is not None and facts.valid_to is not None and facts.valid_to < facts.valid_from:
        yield CourseFault("VALIDITY_ORDER", "valid_to")
    for tag in facts.scopes:
        shape = {ScopeTier.PROVINCE: _PROVINCE_SHAPE, ScopeTier.LEVEL: _LEVEL_SHAPE}.get(tag.tier)
        if (shape is None) != (not tag.code) or (shape is not None and not shape.fullmatch(tag.code)):
            yield CourseFault("SCOPE_TAG_SHAPE", "scopes", str(ScopeTier.NATIONAL) if shape is None else "")


def amount_text(hundredths: int) -> str:
    """Credits as people write them."""
    return f"{hundredths // 100}.{hundredths % 100 // 10}"


def _two_digits(text: str, largest: int) -> str:
    digits = text.translate(_THAI_DIGITS).strip()
    return f"{int(digits):02d}" if digits.isdigit() and 0 < int(digits) <= largest else ""


OVEC_TERM_WEEKS: Final = 18
"""Weeks of a term (CB-O1)."""
OBEC_HOURS_A_CREDIT: Final = 40
"""Class hours of 1.0 CR_OBEC (CB-S1)."""
FRAMEWORK_LEVELS: Final = range(1, 9)
"""Levels of the national qualifications framework."""


def tpn_figures(tpn: str | None) -> tuple[int, int, int] | None:
    """Theory and practice hours a week and credits; None where one is an asterisk or the shape is wrong."""
    figures = _TPN_SHAPE.fullmatch(tpn or "")
    if not figures or "*" in figures.groups():
        return None
    theory, practice, worth = (int(figure) for figure in figures.groups())
    return theory, practice, worth


def usual_hours(facts: CourseFacts) -> str:
    """Hours that t-p-n or credits would make, to be offered; empty when nothing tells."""
    figures = tpn_figures(facts.tpn)
    if figures is not None:
        return str((figures[0] + figures[1]) * OVEC_TERM_WEEKS)
    if facts.unit == "CR_OBEC" and facts.credit_hundredths:
        return str(facts.credit_hundredths * OBEC_HOURS_A_CREDIT // 100)
    return ""
