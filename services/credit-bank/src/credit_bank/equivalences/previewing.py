"""Will it transfer? Answered before anybody asks for it, by the function that judges the lines of cases. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.keys import CodeSystem, CourseKey, key_text
from credit_bank.equivalences.domain import EquivalenceRule, covers_hours, obec_credits_at_most
from credit_bank.equivalences.judging import Assessment, assess, hours_of
from credit_bank.qualifications.domain import Qualification, category_for
from credit_bank.rules.domain import EducationLevel, PolicyBook, Rule, RuleKey


class Verdict(StrEnum):
    """How a target would fare; a committee decides in the end."""

    LIKELY = "LIKELY"
    OBSTACLE = "OBSTACLE"
    INCOMPLETE = "INCOMPLETE"
    NO_RULE = "NO_RULE"


CIRCULAR: Final = "CIRCULAR_TRANSFER"
"""Obstacle of what was itself awarded by a transfer; a case refuses it by the same word."""
_BEST_FIRST: Final = list(Verdict)
POLICY_KEYS: Final = (RuleKey.MIN_GRADE, RuleKey.MIN_HOURS_PCT, RuleKey.MIN_CONTENT_PCT)
"""Policy rules that say something where no equivalence rule does."""


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """Learning that is looked at.

    Attributes:
        point_hundredths: Grade points in 1/100; None: not known yet, or a code that is no number.
        entry_id: Result of a learner; None: only imagined.
        form: Form of education in which it was learned.
        entry_root_id: The result whichever its version; claims rest on it.
        is_transferred: Its issuer awarded its course by a transfer, so that it is no root (CB-I10).
        record: Record of the person in which it stands; None: only imagined, beside whatever he has.
    """

    course: CourseKey
    hours_total: int | None
    point_hundredths: int | None
    entry_id: UUID | None
    form: str
    entry_root_id: UUID | None = None
    is_transferred: bool = False
    record: UUID | None = None


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """How one target would fare.

    Attributes:
        target: None when the catalogue does not have it.
        rule: The rule that covers it; None: no rule, which is said.
        sources: What it would use.
        missing: What the rule needs beside them.
        hours_pct: Share of the target's hours covered; None when hours are unknown.
        obstacles: Codes of what stands against it.
        notes: Codes of what to know beside it.
        policies: Policy rules used.
    """

    key: CourseKey
    target: Course | None
    verdict: Verdict
    rule: EquivalenceRule | None = None
    sources: tuple[PreviewSource, ...] = ()
    missing: tuple[CourseKey, ...] = ()
    hours_pct: int | None = None
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    policies: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Lines by target code, and courses looked at for which there is no rule at all."""

    lines: list[PreviewLine]
    sources_without_rule: list[CourseKey]


@dataclass(frozen=True, slots=True)
class PreviewGround:
    """What a preview rests on.

    Attributes:
        rules: In force on the day: agencies' and those of the receiving institution.
        courses: Targets and sources that the catalogue has.
        qualification: Toward which it should count; None: any.
        within: Broader category by narrower one.
    """

    on: date
    rules: Sequence[EquivalenceRule]
    courses: Mapping[CourseKey, Course]
    policies: PolicyBook
    qualification: Qualification | None
    within: Mapping[str, str]


_LEVELS: Final = {
    (CodeSystem.OVEC, "2"): EducationLevel.VOCATIONAL_CERTIFICATE,
    (CodeSystem.OVEC, "3"): EducationLevel.HIGHER_VOCATIONAL_CERTIFICATE,
    (CodeSystem.OBEC, "1"): EducationLevel.PRIMARY,
    (CodeSystem.OBEC, "2"): EducationLevel.LOWER_SECONDARY,
    (CodeSystem.OBEC, "3"): EducationLevel.UPPER_SECONDARY,
}


def level_of_course(key: CourseKey) -> EducationLevel | None:
    """Level that a course's code states (CB e.1, e.2); None when it states none."""
    place = 1 if key.code_system is CodeSystem.OBEC else 0
    return _LEVELS.get((key.code_system, key.code[place : place + 1]))


def preview(sources: Sequence[PreviewSource], targets: Iterable[CourseKey], ground: PreviewGround) -> Preview:
    """How each target would fare with this learning.

    Args:
        sources: Several results of one course may be among them; the best one is used.
        targets: Asked for by name; every target that a rule reaches from the sources when there is none.
        ground: Rules, courses and policies of the day.
    """
    records = sorted({source.record for source in sources if source.record is not None}) or [None]
    # A case is of one record: results of two never count together, as a case would refuse them.
    helds = [_best_of(source for source in sources if source.record in (None, record)) for record in records]
    by_target: dict[CourseKey, list[EquivalenceRule]] = {}
    for rule in ground.rules:
        by_target.setdefault(rule.facts.target, []).append(rule)
    asked = sorted(set(targets), key=key_text) or sorted(
        (target for target, rules in by_target.items() if any(_reaches(rules, held) for held in helds)), key=key_text
    )
    known = {key for rule in ground.rules for group in rule.facts.source_groups for key in group}
    return Preview(
        lines=[
            min((_line(target, held, by_target.get(target, []), ground) for held in helds), key=_promise)
            for target in asked
        ],
        sources_without_rule=sorted({key for held in helds for key in held} - known, key=key_text),
    )


def _best_of(sources: Iterable[PreviewSource]) -> dict[CourseKey, PreviewSource]:
    held: dict[CourseKey, PreviewSource] = {}
    for source in sources:
        other = held.get(source.course)
        if other is None or _worth(other) < _worth(source):
            held[source.course] = source
    return held


def _worth(source: PreviewSource) -> tuple[bool, int]:
    """What could be used comes before what could not, whatever its grade."""
    return not source.is_transferred, source.point_hundredths or 0


def _reaches(rules: Iterable[EquivalenceRule], held: Mapping[CourseKey, PreviewSource]) -> bool:
    return any(not group.isdisjoint(held) for rule in rules for group in rule.facts.source_groups)


def _line(
    key: CourseKey,
    held: Mapping[CourseKey, PreviewSource],
    rules: Sequence[EquivalenceRule],
    ground: PreviewGround,
) -> PreviewLine:
    target = ground.courses.get(key)
    every = {group for rule in rules for group in rule.facts.source_groups}
    # A target asked for by name whose rules rest on other courses is told with what it would need.
    groups = {group for group in every if not group.isdisjoint(held)} or every
    if target is None or not groups:
        return _no_rule(key, target, held, ground)
    lines = [_by_group(target, group, held, rules, ground) for group in sorted(groups, key=_group_order)]
    return min(lines, key=_promise)


def _promise(line: PreviewLine) -> tuple[int, int, int]:
    """How far a line is from what would transfer; the least is told."""
    return _BEST_FIRST.index(line.verdict), len(line.missing), len(line.obstacles)


def _group_order(group: frozenset[CourseKey]) -> list[str]:
    return sorted(key_text(key) for key in group)


def _by_group(
    target: Course,
    group: frozenset[CourseKey],
    held: Mapping[CourseKey, PreviewSource],
    rules: Sequence[EquivalenceRule],
    ground: PreviewGround,
) -> PreviewLine:
    """How the target would fare with one group of courses that count together."""
    sources = tuple(held[key] for key in sorted(group, key=key_text) if key in held)
    missing = tuple(key for key in sorted(group, key=key_text) if key not in held)
    if missing:
        rule = next(rule for rule in rules if group in rule.facts.source_groups)
        return PreviewLine(
            target.key, target, Verdict.INCOMPLETE, rule, sources, missing, notes=tuple(_status_notes(rule))
        )
    found = assess(rules, sources, target, on=ground.on, least_grade=None)
    assert found.rule is not None, "the group is one of a rule in force"
    is_grade_known = all(source.point_hundredths is not None or source.entry_id for source in sources)
    circular = [CIRCULAR] if any(source.is_transferred for source in sources) else []
    obstacles = [*circular, *_obstacles(found, is_grade_known=is_grade_known), *_misfit(target, ground)]
    notes = [] if is_grade_known else ["GRADE_UNKNOWN"]
    notes += _status_notes(found.rule)
    short = _below_policy(found, sources, target, ground)
    notes += ["HOURS_BELOW_POLICY"] if short else []
    if found.rule.facts.min_content_pct is not None and found.rule.facts.content_pct is None:
        notes.append("CONTENT_JUDGED_BY_COMMITTEE")
    hours = hours_of(sources, target)
    worth = target.facts.credit_hundredths or 0
    if hours is not None and target.facts.unit == "CR_OBEC" and worth > obec_credits_at_most(hours[0]):
        notes.append("CREDITS_ABOVE_HOURS")
    verdict = Verdict.OBSTACLE if obstacles else Verdict.LIKELY
    return PreviewLine(
        target.key,
        target,
        verdict,
        found.rule,
        sources,
        (),
        found.hours_pct,
        tuple(obstacles),
        tuple(notes),
        (short,) if short else (),
    )


def _below_policy(
    found: Assessment, sources: Sequence[PreviewSource], target: Course, ground: PreviewGround
) -> Rule | None:
    """The policy rule that asks for more hours, where the equivalence rule itself names no share; else None."""
    hours = hours_of(sources, target)
    if hours is None or found.rule is None or found.rule.facts.min_hours_pct is not None:
        return None
    forms = {source.form for source in sources}
    level = _level_of(target.key, ground)
    for form in sorted(forms):
        rule = ground.policies.policy(RuleKey.MIN_HOURS_PCT, form=form, level=level, on_date=ground.on)
        if rule is not None and not covers_hours(*hours, min_hours_pct=rule.number):
            return rule
    return None


def _level_of(target: CourseKey, ground: PreviewGround) -> str:
    stated = ground.qualification.level if ground.qualification else None
    return str(stated or level_of_course(target) or "")


def barred(line: PreviewLine, reason: str) -> PreviewLine:
    """The line when something in the learner's accounts stands against it, whatever the rules say."""
    return replace(line, verdict=Verdict.OBSTACLE, obstacles=(*line.obstacles, reason))


def _obstacles(found: Assessment, *, is_grade_known: bool) -> list[str]:
    """What the line check says; a grade that nobody knows yet is no obstacle."""
    if found.obstacle is None or (found.obstacle == "GRADE_TOO_LOW" and not is_grade_known):
        return []
    return [str(found.obstacle)]


def _status_notes(rule: EquivalenceRule) -> list[str]:
    status = rule.facts.provenance.status
    return [] if status == "confirmed" else [f"RULE_{status.upper()}"]


def _misfit(target: Course, ground: PreviewGround) -> list[str]:
    qualification = ground.qualification
    if qualification is None:
        return []
    fits = (
        target.facts.unit == qualification.unit
        and category_for(qualification, target.facts.category, within=ground.within) is not None
    )
    return [] if fits else ["WRONG_QUALIFICATION"]


def _no_rule(
    key: CourseKey, target: Course | None, held: Mapping[CourseKey, PreviewSource], ground: PreviewGround
) -> PreviewLine:
    """No rule covers it: said, with what policy says of learning that no rule covers, form by form."""
    level = _level_of(key, ground)
    notes: list[str] = [] if target is not None else ["TARGET_UNKNOWN"]
    policies: list[Rule] = []
    for form in sorted({source.form for source in held.values()}):
        if ground.policies.policy(RuleKey.MIN_GRADE, form=form, level=level, on_date=ground.on) is None:
            notes.append("NO_ANNOUNCED_RULE")
        told = (ground.policies.policy(rule, form=form, level=level, on_date=ground.on) for rule in POLICY_KEYS)
        policies += [rule for rule in told if rule is not None and rule not in policies]
    misfit = tuple(_misfit(target, ground)) if target else ()
    return PreviewLine(
        key, target, Verdict.NO_RULE, notes=tuple(dict.fromkeys(notes)), policies=tuple(policies), obstacles=misfit
    )
