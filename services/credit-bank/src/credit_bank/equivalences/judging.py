"""What the published rules say of some learning for a target course: one answer for previews and for cases. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.domain import EquivalenceRule, TransferMode, covers_hours, hours_share_pct


class RejectionReason(StrEnum):
    """Why a line is rejected."""

    CONTENT_INSUFFICIENT = "CONTENT_INSUFFICIENT"
    HOURS_INSUFFICIENT = "HOURS_INSUFFICIENT"
    GRADE_TOO_LOW = "GRADE_TOO_LOW"
    NO_RULE = "NO_RULE"
    ASSESSMENT_FAILED = "ASSESSMENT_FAILED"
    """The assessment on which acceptance depended was not passed."""
    SOURCE_CHANGED = "SOURCE_CHANGED"
    """A source was corrected or revoked before the line was posted."""
    OTHER = "OTHER"


class Judged(Protocol):
    """Learning that is judged: a result of a learner, or one that somebody imagines."""

    @property
    def course(self) -> CourseKey:
        """What was studied."""
        ...

    @property
    def hours_total(self) -> int | None:
        """Hours of its course; None when unknown, never guessed."""
        ...

    @property
    def point_hundredths(self) -> int | None:
        """Grade points in 1/100; None for a code that is no number."""
        ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say about a line before people judge it.

    Attributes:
        rule: The published rule that covers it; None: no rule, which the case says.
        least_grade_hundredths: Least grade points that applied, in 1/100: the rule's, or the policy's where there is no
            rule; None: neither was announced.
        hours_pct: Share of target hours covered, percent; None when hours are unknown.
        obstacle: Why a committee may not accept it; None: it may.
    """

    rule: EquivalenceRule | None
    mode: TransferMode
    least_grade_hundredths: int | None
    hours_pct: int | None
    obstacle: RejectionReason | None


def find_rule(
    rules: Iterable[EquivalenceRule], sources: Sequence[Judged], target: CourseKey, *, on: date
) -> EquivalenceRule | None:
    """The published rule in force on a day that covers exactly these sources for this target.

    Exactly: a source more than a group names would be claimed for nothing. Of several the institution's own rule comes
    before an agency's, and of those the newest version.
    """
    courses = frozenset(source.course for source in sources)
    if len(courses) != len(sources):
        return None
    fitting = [
        rule
        for rule in rules
        if rule.facts.target == target and courses in rule.facts.source_groups and rule.is_in_force_on(on)
    ]
    return max(
        fitting,
        key=lambda rule: (
            rule.owner_institution_id is not None,
            rule.facts.version,
            rule.valid_from or date.min,
            rule.rule_id.int,
        ),
        default=None,
    )


def hours_of(sources: Iterable[Judged], target: Course) -> tuple[int, int] | None:
    """Hours of the sources and of the target; None when any is unknown, as hours are never guessed."""
    hours = [source.hours_total for source in sources]
    known = [value for value in hours if value is not None]
    if target.facts.hours_total is None or len(known) != len(hours):
        return None
    return sum(known), target.facts.hours_total


def assess(
    rules: Iterable[EquivalenceRule],
    sources: Sequence[Judged],
    target: Course,
    *,
    on: date,
    least_grade: int | None,
) -> Assessment:
    """What the published rules say about a line on the day of submission.

    Args:
        rules: Published rules; others than those for `target` do not matter.
        sources: The supporting results.
        target: The course asked for.
        on: Day of submission, whose rules hold for the whole case.
        least_grade: Least grade points, in 1/100, for a line without a rule (R9); None: no announced rule.

    Source: credit-bank.md c.4 I8, d.1 R9, d.5.
    """
    rule = find_rule(rules, sources, target.key, on=on)
    least = rule.facts.min_grade_hundredths if rule else least_grade
    hours = hours_of(sources, target)
    obstacle: RejectionReason | None = None
    # A code that is no number, such as ผ, reaches no least grade above zero.
    if least is not None and any((source.point_hundredths or 0) < least for source in sources):
        obstacle = RejectionReason.GRADE_TOO_LOW
    elif (
        rule is not None
        and rule.facts.min_hours_pct is not None
        and (hours is None or not covers_hours(*hours, min_hours_pct=rule.facts.min_hours_pct))
    ):
        obstacle = RejectionReason.HOURS_INSUFFICIENT
    return Assessment(
        rule=rule,
        mode=rule.facts.mode if rule else usual_mode(sources, target),
        least_grade_hundredths=least,
        hours_pct=None if hours is None else hours_share_pct(*hours),
        obstacle=obstacle,
    )


def usual_mode(sources: Iterable[Judged], target: Course) -> TransferMode:
    """How a line without a rule would be carried over, which says whose mandate it needs.

    Source: credit-bank.md a: transfer is between comparable curricula, equating from another curriculum or level type.
    """
    is_same = all(source.course.code_system == target.key.code_system for source in sources)
    return TransferMode.TRANSFER if is_same else TransferMode.EQUATE
