"""What is odd about a course and may be right all the same: told with what would be usual, never refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from credit_bank.catalogue.domain import (
    ACTIVITY_TYPE,
    OVEC_LEVEL_DIGIT,
    CourseFacts,
    CourseFault,
    course_faults,
    tpn_figures,
    usual_hours,
)
from credit_bank.catalogue.keys import CodeSystem

CORE_TAILS: Final = frozenset({"11", "12", "13", "14", "15", "16"})
"""First two digits of the tail in the core family 20000 (CB e.2)."""
PRACTICE_CATEGORIES: Final = frozenset({"PRACTICUM", "PROJECT"})


def tpn_fits(theory: int, practice: int, worth: int) -> bool:
    """Whether credits are what theory and practice make, in a laboratory (halves) or a workshop (thirds).

    Source: credit-bank.md d.3, t-p-n arithmetic.
    """
    return worth in (theory + Fraction(practice, 2), theory + Fraction(practice, 3))


def course_oddities(facts: CourseFacts) -> list[CourseFault]:
    """Everything that is odd about a course, first things first."""
    return [
        *_odd_tpn(facts),
        *_odd_hours(facts),
        *(_odd_ovec_code(facts) if facts.key.code_system is CodeSystem.OVEC else ()),
        *_missing(facts),
    ]


def all_faults(facts: CourseFacts) -> list[CourseFault]:
    """What refuses a course, then what is odd about it."""
    return [*course_faults(facts), *course_oddities(facts)]


def _odd(reason: str, field: str, suggestion: str = "") -> CourseFault:
    return CourseFault(reason, field, suggestion, is_refused=False)


def _odd_tpn(facts: CourseFacts) -> Iterator[CourseFault]:
    figures = tpn_figures(facts.tpn)
    if figures is None or tpn_fits(*figures):
        return
    theory, practice, _ = figures
    whole = [theory + Fraction(practice, parts) for parts in (2, 3)]
    usual = sorted({int(value) for value in whole if value.denominator == 1 and value > 0})
    yield _odd("TPN_ARITHMETIC", "tpn", " / ".join(f"{theory}-{practice}-{value}" for value in usual))


def _odd_hours(facts: CourseFacts) -> Iterator[CourseFault]:
    usual = usual_hours(facts)
    if facts.hours_total is None:
        if facts.subject_type != ACTIVITY_TYPE:
            yield _odd("HOURS_MISSING", "hours_total", usual)
    elif usual and int(usual) != facts.hours_total:
        yield _odd("HOURS_UNUSUAL", "hours_total", usual)


def _odd_ovec_code(facts: CourseFacts) -> Iterator[CourseFault]:
    code, tail = facts.key.code, facts.key.code[6:]
    meant = OVEC_LEVEL_DIGIT.get(facts.key.curriculum_version[:3])
    if meant is not None and code[:1] in "23" and code[:1] != meant:
        yield _odd("OVEC_CODE_NOT_OF_CURRICULUM", "code")
    if code.startswith("20000-") and facts.category == "CORE" and tail[:2] not in CORE_TAILS:
        yield _odd("OVEC_CORE_TAIL", "code")
    if tail[:1] == "8" and facts.category not in PRACTICE_CATEGORIES:
        yield _odd("OVEC_PRACTICE_TAIL", "category", "PRACTICUM / PROJECT")


def _missing(facts: CourseFacts) -> Iterator[CourseFault]:
    if not facts.outcomes and facts.subject_type != ACTIVITY_TYPE:
        yield _odd("OUTCOMES_MISSING", "outcomes")
    if facts.framework_level is None and facts.key.code_system in (CodeSystem.SHORT, CodeSystem.EXT):
        yield _odd("FRAMEWORK_LEVEL_MISSING", "framework_level")
