"""Policy rules: keys, forms, levels, and what a rule says. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from credit_bank.provenance import Provenance


class EducationForm(StrEnum):
    """Form of education (R-01): ในระบบ, นอกระบบ, ตามอัธยาศัย."""

    FORMAL = "FORMAL"
    NONFORMAL = "NONFORMAL"
    INFORMAL = "INFORMAL"


class EducationLevel(StrEnum):
    """Level of education (R-01), as far as the bank judges something by it."""

    PRIMARY = "PRIMARY"
    LOWER_SECONDARY = "LOWER_SECONDARY"
    UPPER_SECONDARY = "UPPER_SECONDARY"
    VOCATIONAL_CERTIFICATE = "VOCATIONAL_CERTIFICATE"
    HIGHER_VOCATIONAL_CERTIFICATE = "HIGHER_VOCATIONAL_CERTIFICATE"


class RuleKey(StrEnum):
    """What is read from rules by name; the shape of each value is said here.

    `MIN_GRADE`: least grade points of a source result, 1/100. `MAX_SHARE`, `WARN_SHARE`: largest share of a
    qualification's total that may be transferred, and the one above which people are warned, percent. `SLA_DAYS`:
    calendar days for a decision from the complete file. `PAUSE_COUNT_MAX`, `PAUSE_DAYS_MAX`: pauses of that clock, and
    days of all of them. `APPEAL_DAYS`: days after a decision within which it may be appealed. `MIN_HOURS_PCT`,
    `MIN_CONTENT_PCT`: least share of the target's hours and content, percent, where an equivalence rule names none.
    `VALIDITY_DAYS`: days for which learning counts; null: for ever. `COUNTS_IN_GPA`: {mode: whether a transferred grade
    is in the average}. `ROUNDING`: {document kind: HALF_UP or TRUNCATE}. `RETAKE`: REPLACE, BEST or ALL.
    `REMEDIAL_GRADE_MAX`: grade points after remedial work, 1/100. `FEE_SATANG`: fee of a request. `IDENTITY_STATES`:
    [identity states that may be posted for].
    """

    MIN_GRADE = "MIN_GRADE"
    MAX_SHARE = "MAX_SHARE"
    WARN_SHARE = "WARN_SHARE"
    SLA_DAYS = "SLA_DAYS"
    PAUSE_COUNT_MAX = "PAUSE_COUNT_MAX"
    PAUSE_DAYS_MAX = "PAUSE_DAYS_MAX"
    APPEAL_DAYS = "APPEAL_DAYS"
    MIN_HOURS_PCT = "MIN_HOURS_PCT"
    MIN_CONTENT_PCT = "MIN_CONTENT_PCT"
    VALIDITY_DAYS = "VALIDITY_DAYS"
    COUNTS_IN_GPA = "COUNTS_IN_GPA"
    ROUNDING = "ROUNDING"
    RETAKE = "RETAKE"
    REMEDIAL_GRADE_MAX = "REMEDIAL_GRADE_MAX"
    FEE_SATANG = "FEE_SATANG"
    IDENTITY_STATES = "IDENTITY_STATES"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in one of its versions.

    Attributes:
        key: A `RuleKey`, or a word of its own for a row that is shown and decides nothing.
        reference: Row of credit-bank.md d.1-d.3 it stands for, such as `R9`.
        title_th: What it says, for people.
        value: As its key says; None: announced or assumed to be without limit, or nothing to compute with.
        forms: Forms of education for which it holds; no other form borrows it.
        levels: Levels of education for which it holds.
        provenance: Source, status, first day and version.
    """

    rule_id: UUID
    key: str
    reference: str
    title_th: str
    value: Any
    forms: frozenset[EducationForm]
    levels: frozenset[EducationLevel]
    provenance: Provenance

    @property
    def version(self) -> str:
        """Version by which a decision names the rule."""
        return self.provenance.version or ""

    @property
    def number(self) -> int:
        """The value of a rule that is a figure."""
        assert isinstance(self.value, int)
        return self.value

    @property
    def table(self) -> Mapping[str, Any]:
        """The value of a rule that is a table."""
        return cast("dict[str, Any]", self.value)

    @property
    def words(self) -> frozenset[str]:
        """The value of a rule that is a set of codes."""
        return frozenset(cast("list[str]", self.value))

    def named(self) -> str:
        """As kept beside a decision that rests on it: `MIN_GRADE R9 2569.1 assumed`."""
        return f"{self.key} {self.reference} {self.version} {self.provenance.status}"


def in_force(rules: Iterable[Rule], key: str, *, form: str, level: str, on_date: date) -> Rule | None:
    """The rule that holds on a day for one form and level; None: none was announced or assumed for it.

    Of several the one that began last; one without first day holds since always. Another form's or level's rule is
    never borrowed (R-14).
    """
    fitting = [
        rule
        for rule in rules
        if rule.key == key
        and form in rule.forms
        and level in rule.levels
        and (rule.provenance.effective_from or date.min) <= on_date
    ]
    return max(fitting, key=lambda rule: (rule.provenance.effective_from or date.min, rule.rule_id.int), default=None)


class PolicyBook:
    """Every version of some rules, read once in a transaction and asked many times."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Keep `rules`."""
        self._by_key: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_key.setdefault(rule.key, []).append(rule)

    def policy(self, key: str, *, form: str, level: str, on_date: date) -> Rule | None:
        """The rule in force; None: no announced rule."""
        return in_force(self._by_key.get(key, ()), key, form=form, level=level, on_date=on_date)
