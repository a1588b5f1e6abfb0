"""Drafts of rules for committees to judge, made from families of codes (candidates.toml). Pure but for its own file.

Only courses of the catalogue are named, and only groups whose hours suffice: what could never pass is not proposed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from importlib import resources
from itertools import combinations
from typing import Any, Final

from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.keys import CodeSystem, CourseKey, key_text
from credit_bank.equivalences.checks import GROUPS_MAX
from credit_bank.equivalences.domain import RuleFacts, TransferMode, covers_hours, obec_credits_at_most
from credit_bank.provenance import Provenance

_DATA: Final[dict[str, Any]] = tomllib.loads(
    resources.files("credit_bank.equivalences").joinpath("candidates.toml").read_text("utf-8")
)
UPPER_SECONDARY: Final = "3"
"""Second sign of a school code of upper secondary (CB e.1)."""
CORE_FAMILY: Final = "20000-"


def candidate_rules(courses: Iterable[Course]) -> list[RuleFacts]:
    """A draft for every national target course that a family reaches, its alternatives by code.

    Single courses whose hours suffice are alternatives; of those that do not, pairs of one letter that do (d.5, example
    4). Courses of which hours are unknown are left to people.
    """
    national = sorted(
        (course for course in courses if course.key.owner_institution_id is None and course.facts.hours_total),
        key=lambda course: key_text(course.key),
    )
    drafts = [(target, _sources_of(target, national)) for target in national]
    return [
        _draft(target, groups)
        for target, sources in drafts
        if (groups := _groups(target, sources)) and target.facts.credit_hundredths
    ]


def _sources_of(target: Course, courses: Sequence[Course]) -> list[Course]:
    """Courses of the families that lead to a target."""
    code, facts = target.key.code, target.facts
    if target.key.code_system is CodeSystem.OVEC:
        letters = ""
        if code.startswith(CORE_FAMILY) and facts.category == "CORE":
            letters = next((row["letters"] for row in _DATA["core"] if row["tail"] == code[6:8]), "")
        elif facts.category == _DATA["free"]["category"]:
            letters = _DATA["free"]["letters"]
        return [
            course
            for course in courses
            if course.key.code_system is CodeSystem.OBEC
            and course.facts.credit_hundredths
            and course.key.code[0] in letters
            and course.key.code[1:2] == UPPER_SECONDARY
        ]
    return [
        course
        for course in courses
        if course.key.code_system is CodeSystem.OVEC
        and facts.subject_type
        and _DATA["back"].get(course.facts.category) == facts.subject_type
    ]


def _groups(target: Course, sources: Sequence[Course]) -> list[frozenset[CourseKey]]:
    alone = [course for course in sources if _suffices(target, [course])]
    short = [course for course in sources if course not in alone]
    pairs = [
        pair
        for pair in combinations(short, 2)
        if pair[0].key.code[0] == pair[1].key.code[0] and _suffices(target, pair)
    ]
    groups = [frozenset({course.key}) for course in alone] + [
        frozenset(course.key for course in pair) for pair in pairs
    ]
    return groups[:GROUPS_MAX]


def _suffices(target: Course, group: Sequence[Course]) -> bool:
    hours = sum(course.facts.hours_total or 0 for course in group)
    if not covers_hours(hours, target.facts.hours_total or 0, min_hours_pct=_DATA["min_hours_pct"]):
        return False
    is_school = target.facts.unit == "CR_OBEC"
    return not is_school or (target.facts.credit_hundredths or 0) <= obec_credits_at_most(hours)


def _draft(target: Course, groups: Sequence[frozenset[CourseKey]]) -> RuleFacts:
    return RuleFacts(
        source_groups=tuple(groups),
        target=target.key,
        mode=TransferMode.EQUATE,
        min_grade_hundredths=_DATA["min_grade_hundredths"][target.facts.unit or "CR_OVEC"],
        min_hours_pct=_DATA["min_hours_pct"],
        version=1,
        provenance=Provenance(_DATA["source"], _DATA["status"], None, _DATA["version"]),
        min_content_pct=_DATA["min_content_pct"],
    )
