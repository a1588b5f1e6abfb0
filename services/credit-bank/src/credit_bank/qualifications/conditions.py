"""What an award asks for beside credits in its categories: typed conditions that are data. Pure.

The audit of a qualification reads these (CB c.6); it holds no figure of its own, so that another qualification is
another row and not other code.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from uuid import UUID

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance, provenance_document


class ConditionType(StrEnum):
    """Kinds of conditions (CB c.6)."""

    TOTAL_CREDITS = "TOTAL_CREDITS"
    CATEGORY_CREDITS = "CATEGORY_CREDITS"
    COURSE = "COURSE"
    AVERAGE = "AVERAGE"
    ASSESSMENT = "ASSESSMENT"
    ACTIVITY = "ACTIVITY"
    RESIDENCE = "RESIDENCE"


class Period(StrEnum):
    """How often something is asked for."""

    ONCE = "ONCE"
    TERM = "TERM"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionHead:
    """What every condition has.

    Attributes:
        code: Names the condition inside its qualification, such as `TOTAL`.
        title_th: For people.
        only_for: Delivery of learning to which it is limited, such as `DUAL_VOCATIONAL_TRAINING`; empty: everybody.
        provenance: Of this very figure; it may be assumed where the rest of the qualification is confirmed.
    """

    code: str
    title_th: str
    provenance: Provenance
    only_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalCredits(ConditionHead):
    """Credits in all.

    Attributes:
        min_hundredths: Least credits, 1/100 credit.
        max_hundredths: More than this is told and refuses no award; None: no upper figure.
    """

    min_hundredths: int
    max_hundredths: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCredits(ConditionHead):
    """Credits of one category, or of a part of one.

    Attributes:
        category: Category of the qualification, or, where `within` is set, category of the awarded courses.
        within: Category of the qualification in which these courses count; empty: `category` is one itself.
    """

    category: str
    min_hundredths: int
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseNeeded(ConditionHead):
    """A compulsory course.

    Attributes:
        any_of: One of these must have been awarded.
    """

    any_of: tuple[CourseKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageNeeded(ConditionHead):
    """Least cumulative average, grade points in 1/100, of what counts in the qualification."""

    min_hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentNeeded(ConditionHead):
    """A pass in an assessment without credits, such as reading, thinking and writing.

    Attributes:
        kind: Code of the assessment; results are entries without credits.
        times: Passes needed, one a period; None: the last result of every period of study that is over or has a result,
            and of at least one.
    """

    kind: str
    period: Period = Period.ONCE
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityNeeded(ConditionHead):
    """A pass in an activity without credits.

    Attributes:
        kind: Code of the activity, such as `GUIDANCE`.
        times: As with assessments.
        min_hours_a_week: Told to people; None: none.
    """

    kind: str
    period: Period = Period.TERM
    times: int | None = None
    min_hours_a_week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceNeeded(ConditionHead):
    """Terms of study at the awarding institution."""

    min_terms: int


Condition = (
    TotalCredits | CategoryCredits | CourseNeeded | AverageNeeded | AssessmentNeeded | ActivityNeeded | ResidenceNeeded
)

CLASS_OF: dict[ConditionType, type[Condition]] = {
    ConditionType.TOTAL_CREDITS: TotalCredits,
    ConditionType.CATEGORY_CREDITS: CategoryCredits,
    ConditionType.COURSE: CourseNeeded,
    ConditionType.AVERAGE: AverageNeeded,
    ConditionType.ASSESSMENT: AssessmentNeeded,
    ConditionType.ACTIVITY: ActivityNeeded,
    ConditionType.RESIDENCE: ResidenceNeeded,
}
_TYPE_OF = {cls: kind for kind, cls in CLASS_OF.items()}
_WHOLE_NUMBERS = frozenset({"min_hundredths", "max_hundredths", "times", "min_hours_a_week", "min_terms"})
_HEAD = frozenset(field.name for field in fields(ConditionHead))


def type_of(condition: Condition) -> ConditionType:
    """Its kind."""
    return _TYPE_OF[type(condition)]


def condition_figures(condition: Condition) -> dict[str, Any]:
    """What is special to the kind of condition, as plain values, for the database and for digests."""
    values: dict[str, Any] = {}
    for field in fields(condition):
        if field.name in _HEAD:
            continue
        value = getattr(condition, field.name)
        if isinstance(condition, CourseNeeded):
            value = [_key_values(key) for key in condition.any_of]
        values[field.name] = str(value) if isinstance(value, StrEnum) else value
    return values


def condition_from(kind: ConditionType, head: dict[str, Any], figures: dict[str, Any]) -> Condition:
    """A condition from its head and its figures as kept.

    Raises:
        TypeError, ValueError, KeyError: The figures are not those of the kind.
    """
    values = dict(figures)
    for name, value in values.items():
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if name in _WHOLE_NUMBERS and not is_whole and value is not None:
            raise TypeError(f"{name} is a whole number")
    if kind is ConditionType.COURSE:
        values["any_of"] = tuple(_key_from(key) for key in figures["any_of"])
    if "period" in values:
        values["period"] = Period(values["period"])
    return CLASS_OF[kind](**head, **values)


def condition_document(condition: Condition) -> dict[str, Any]:
    """What makes a condition sent again the same."""
    return {
        "type": str(type_of(condition)),
        "code": condition.code,
        "title_th": condition.title_th,
        "only_for": condition.only_for,
        "figures": condition_figures(condition),
        **provenance_document(condition.provenance),
    }


def _key_values(key: CourseKey) -> dict[str, str | None]:
    return {
        "code_system": str(key.code_system),
        "code": key.code,
        "curriculum_version": key.curriculum_version,
        "owner_institution_id": None if key.owner_institution_id is None else str(key.owner_institution_id),
    }


def _key_from(values: dict[str, Any]) -> CourseKey:
    owner = values.get("owner_institution_id")
    return CourseKey(
        CodeSystem(values["code_system"]), values["code"], values["curriculum_version"], UUID(owner) if owner else None
    )
