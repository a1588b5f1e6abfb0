"""What can never be right about an equivalence rule, and what only its hours tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from chassis.errors import ServiceError

from credit_bank.calendar_th import YEARS_BE, term_period
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.domain import RuleFacts, TransferMode, covers_hours, obec_credits_at_most
from credit_bank.equivalences.errors import RuleCreditsAboveHours, RuleHoursNotReached, RuleInvalid

GROUPS_MAX: Final = 50
GROUP_COURSES_MAX: Final = 20
"""Alternatives of a rule, and courses that count together in one."""
BODIES_MAX: Final = 20
GRADE_MAX: Final = 400
HOURS_PCT_MAX: Final = 1_000
PCT_MAX: Final = 100
SUMMER_TERM: Final = 3
"""Last term of an academic year."""


def days_of(facts: RuleFacts) -> tuple[date | None, date | None]:
    """First and last day of a rule, of its academic years where it names them."""
    first, last = facts.provenance.effective_from, None
    if facts.first_year_be is not None:
        first = term_period(facts.first_year_be, 1).first
    if facts.last_year_be is not None:
        last = term_period(facts.last_year_be, SUMMER_TERM).last
    return first, last


def keys_of(facts: RuleFacts) -> set[CourseKey]:
    """Every course that a rule names."""
    return {facts.target, *(key for group in facts.source_groups for key in group)}


def rule_refusal(facts: RuleFacts, courses: Mapping[CourseKey, Course]) -> ServiceError | None:
    """Why a rule can never be published."""
    missing = sorted(key.code for key in keys_of(facts) if key not in courses)
    fault = _shape_fault(facts) or _figure_fault(facts)
    if fault:
        return RuleInvalid(field=fault[0], expected=fault[1])
    if missing:
        return CourseUnknown(codes=",".join(missing))
    if courses[facts.target].facts.credit_hundredths is None:
        return RuleInvalid(field="target", expected="a course with credits")
    return None


def _shape_fault(facts: RuleFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about what a rule names."""
    groups = facts.source_groups
    if not 0 < len(groups) <= GROUPS_MAX or not all(0 < len(group) <= GROUP_COURSES_MAX for group in groups):
        return "source_groups", f"1 to {GROUPS_MAX} groups of 1 to {GROUP_COURSES_MAX} courses"
    if len(set(groups)) != len(groups) or any(facts.target in group for group in groups):
        return "source_groups", "each group once, of courses other than the target"
    if facts.mode is TransferMode.RPL:
        return "mode", "TRANSFER or EQUATE; prior learning is judged by assessment, not by courses"
    if facts.version < 1:
        return "version", "1 or more"
    bodies = facts.approving_bodies
    if len(bodies) > BODIES_MAX or not all(body.body_th and body.reference for body in bodies):
        return "approving_bodies", f"at most {BODIES_MAX}, each with name and reference"
    return None


def _figure_fault(facts: RuleFacts) -> tuple[str, str] | None:
    """Field and expectation of a figure that can never be right."""
    years = [year for year in (facts.first_year_be, facts.last_year_be) if year is not None]
    checks = (
        (0 <= facts.min_grade_hundredths <= GRADE_MAX, "min_grade_hundredths", f"0 to {GRADE_MAX}"),
        (_is_within(facts.min_hours_pct, 1, HOURS_PCT_MAX), "min_hours_pct", f"1 to {HOURS_PCT_MAX}"),
        (_is_within(facts.min_content_pct, 1, PCT_MAX), "min_content_pct", f"1 to {PCT_MAX}"),
        (
            _is_within(facts.content_pct, facts.min_content_pct or 0, PCT_MAX),
            "content_pct",
            "not below min_content_pct, at most 100",
        ),
        (
            all(year in YEARS_BE for year in years) and years == sorted(years),
            "first_year_be",
            "academic years in Buddhist Era, the first not after the last",
        ),
        (
            facts.first_year_be is None or facts.provenance.effective_from is None,
            "first_year_be",
            "a first academic year or a first day, not both",
        ),
    )
    fault = next(((field, expected) for is_good, field, expected in checks if not is_good), None)
    if fault is None:
        first, last = days_of(facts)
        if first is not None and last is not None and last < first:
            return "last_year_be", "a year that ends after the first day"
    return fault


def _is_within(value: int | None, least: int, most: int) -> bool:
    return value is None or least <= value <= most


def hours_refusal(facts: RuleFacts, courses: Mapping[CourseKey, Course]) -> ServiceError | None:
    """Why no result could ever pass a source group by its hours; groups with unknown hours are left to people.

    Source: credit-bank.md d.5, hours test and example 3.
    """
    target = courses[facts.target].facts
    for group in facts.source_groups:
        known = [courses[key].facts.hours_total for key in group]
        hours = [value for value in known if value is not None]
        if len(hours) != len(known):
            continue
        codes = ",".join(sorted(key.code for key in group))
        if (
            facts.min_hours_pct is not None
            and target.hours_total is not None
            and not covers_hours(sum(hours), target.hours_total, min_hours_pct=facts.min_hours_pct)
        ):
            return RuleHoursNotReached(codes=codes, hours=sum(hours), target_hours=target.hours_total)
        if target.unit == "CR_OBEC" and (target.credit_hundredths or 0) > obec_credits_at_most(sum(hours)):
            return RuleCreditsAboveHours(
                codes=codes, hours=sum(hours), most_hundredths=obec_credits_at_most(sum(hours))
            )
    return None
