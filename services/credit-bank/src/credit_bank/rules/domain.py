"""Policy rules: keys, forms, levels, and what a rule says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID

from credit_bank.provenance import Provenance, provenance_document


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
    qualification's total that may be transferred, and the one above which people are warned, percent; of the largest
    also a table by mode, `{"ALL": 75, "RPL": 30}` (CB-I7). `SLA_DAYS`: calendar days for a decision from the complete
    file. `PAUSE_COUNT_MAX`, `PAUSE_DAYS_MAX`: pauses of that clock, and days of all of them. `APPEAL_DAYS`: days after
    a decision within which it may be appealed. `MIN_HOURS_PCT`, `MIN_CONTENT_PCT`: least share of the target's hours
    and content, percent, where an equivalence rule names none.
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
        is_repeal: From its first day no rule holds: what was announced was withdrawn and nothing came instead.
    """

    rule_id: UUID
    key: str
    reference: str
    title_th: str
    value: Any
    forms: frozenset[EducationForm]
    levels: frozenset[EducationLevel]
    provenance: Provenance
    is_repeal: bool = False

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

    Of several the one that began last; one without first day holds since always. Where that one is a repeal, none
    holds. Another form's or level's rule is never borrowed (R-14).
    """
    fitting = [
        rule
        for rule in rules
        if rule.key == key
        and form in rule.forms
        and level in rule.levels
        and (rule.provenance.effective_from or date.min) <= on_date
    ]
    last = max(fitting, key=lambda rule: (rule.provenance.effective_from or date.min, rule.rule_id.int), default=None)
    return None if last is None or last.is_repeal else last


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


# ---- publishing -----------------------------------------------------------------------------------------------------

_FIGURES: Final = {
    RuleKey.MIN_GRADE: (0, 400),
    RuleKey.MAX_SHARE: (0, 100),
    RuleKey.WARN_SHARE: (0, 100),
    RuleKey.SLA_DAYS: (1, 3_660),
    RuleKey.PAUSE_COUNT_MAX: (0, 100),
    RuleKey.PAUSE_DAYS_MAX: (0, 3_660),
    RuleKey.APPEAL_DAYS: (1, 3_660),
    RuleKey.MIN_HOURS_PCT: (0, 1_000),
    RuleKey.MIN_CONTENT_PCT: (0, 100),
    RuleKey.VALIDITY_DAYS: (1, 36_600),
    RuleKey.REMEDIAL_GRADE_MAX: (0, 400),
    RuleKey.FEE_SATANG: (0, 100_000_000),
}
"""Least and largest value of the keys that are figures."""
_MAY_BE_NONE: Final = {RuleKey.MAX_SHARE, RuleKey.WARN_SHARE, RuleKey.VALIDITY_DAYS}
_KEY_SHAPE = re.compile(r"^[A-Z0-9_]{2,60}$")
CHARACTERS_MAX: Final = 1_000


def rule_fault(rule: Rule) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a rule; None for a good one."""
    if not _KEY_SHAPE.fullmatch(rule.key):
        return "key", "2 to 60 capitals, digits and underscores"
    if not 0 < len(rule.reference) <= CHARACTERS_MAX or not 0 < len(rule.title_th) <= CHARACTERS_MAX:
        return "reference", f"reference and title of 1 to {CHARACTERS_MAX} characters"
    if not rule.forms or not rule.levels:
        return "forms", "forms and levels, each listed"
    if not rule.version:
        return "provenance.version", "a version by which decisions name the rule"
    if rule.is_repeal:
        is_dated = rule.provenance.effective_from is not None and rule.value is None
        return None if is_dated else ("is_repeal", "a first day and no value")
    expected = _expected_value(rule)
    return ("value", expected) if expected else None


_SHARE_WORDS: Final = frozenset({"ALL", "TRANSFER", "EQUATE", "RPL"})
"""Over what a largest share may be said: all modes together, or one."""


def _is_share_table(value: Any) -> bool:
    """Whether a value is a table of largest shares by mode."""
    if not isinstance(value, dict) or not value:
        return False
    table = cast("dict[str, Any]", value)
    least, most = _FIGURES[RuleKey.MAX_SHARE]
    are_shares = all(type(share) is int and least <= share <= most for share in table.values())
    return are_shares and table.keys() <= _SHARE_WORDS


def _expected_value(rule: Rule) -> str:
    """What the value would have to be; empty for a good one. A key that decides nothing may say anything."""
    value = rule.value
    if rule.key in _FIGURES:
        least, most = _FIGURES[RuleKey(rule.key)]
        if (value is None and rule.key in _MAY_BE_NONE) or (rule.key == RuleKey.MAX_SHARE and _is_share_table(value)):
            return ""
        is_good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if is_good else f"a whole number from {least} to {most}"
    if rule.key == RuleKey.RETAKE:
        return "" if value in ("REPLACE", "BEST", "ALL") else "REPLACE, BEST or ALL"
    if rule.key == RuleKey.IDENTITY_STATES:
        is_good = isinstance(value, list) and set(rule.words) <= {"VERIFIED", "UNVERIFIED"}
        return "" if is_good else "a list of VERIFIED, UNVERIFIED"
    if rule.key in (RuleKey.ROUNDING, RuleKey.COUNTS_IN_GPA):
        words = ("HALF_UP", "TRUNCATE") if rule.key == RuleKey.ROUNDING else (True, False)
        is_good = isinstance(value, dict) and all(item in words for item in rule.table.values())
        return "" if is_good else f"a table of {words[0]} or {words[1]}"
    return ""


def rule_document(rule: Rule) -> dict[str, Any]:
    """What makes a version sent again the same."""
    return {
        "key": rule.key,
        "reference": rule.reference,
        "title_th": rule.title_th,
        "value": rule.value,
        "forms": sorted(rule.forms),
        "levels": sorted(rule.levels),
        **provenance_document(rule.provenance),
        # What was published before repeals were known keeps its digest.
        **({"is_repeal": True} if rule.is_repeal else {}),
    }


def meets(one: Rule, other: Rule) -> bool:
    """Whether two rules would begin on one day for the same question, so that none of them could be chosen."""
    return (
        one.key == other.key
        and one.provenance.effective_from == other.provenance.effective_from
        and not one.forms.isdisjoint(other.forms)
        and not one.levels.isdisjoint(other.levels)
    )
