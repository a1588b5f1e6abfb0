"""Policy rules as cases use them: those of the form of what was learned and the level for which it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from credit_bank.rules.domain import EducationForm, EducationLevel, PolicyBook, Rule, RuleKey

CASE_KEYS = frozenset(
    {
        RuleKey.MIN_GRADE,
        RuleKey.MAX_SHARE,
        RuleKey.WARN_SHARE,
        RuleKey.SLA_DAYS,
        RuleKey.PAUSE_COUNT_MAX,
        RuleKey.PAUSE_DAYS_MAX,
        RuleKey.APPEAL_DAYS,
        RuleKey.IDENTITY_STATES,
    }
)
"""Rules that cases read."""

_LEVELS = {
    "P6": EducationLevel.PRIMARY,
    "M3": EducationLevel.LOWER_SECONDARY,
    "M6": EducationLevel.UPPER_SECONDARY,
    "PWC": EducationLevel.VOCATIONAL_CERTIFICATE,
    "PWS": EducationLevel.HIGHER_VOCATIONAL_CERTIFICATE,
}


def level_of(qualification_code: str) -> str:
    """Level of education of a qualification by its code, such as `PWC-2562`; empty: none for which rules exist."""
    return str(_LEVELS.get(qualification_code.partition("-")[0], ""))


def form_of(forms: Iterable[str]) -> str:
    """The form by whose rules several results are judged together: the one farthest from formal study.

    A formal rule is never borrowed for what was learned otherwise (R-14).
    """
    found = set(forms)
    for form in (EducationForm.INFORMAL, EducationForm.NONFORMAL):
        if form in found:
            return str(form)
    return str(EducationForm.FORMAL)


def named(key: RuleKey, rule: Rule | None) -> str:
    """A rule as kept beside a decision, or that none was announced."""
    return rule.named() if rule else f"{key} no announced rule"


def figure(rule: Rule | None) -> int | None:
    """The figure of a rule; None where there is no rule, or it says that there is no limit."""
    return None if rule is None or rule.value is None else rule.number


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """What holds for a case from its submission on.

    Attributes:
        due_on: Day by which it should be decided; None: no announced rule.
        pause_count_max: How often its clock may stop; None: no limit.
        pause_days_max: For how many days in all; None: no limit.
        rules: The rules, each with version and status.
    """

    form: str
    level: str
    due_on: date | None
    pause_count_max: int | None
    pause_days_max: int | None
    rules: tuple[str, ...]


class CasePolicies:
    """The rules in force on a day, asked for many cases."""

    def __init__(self, book: PolicyBook, day: date) -> None:
        """Read `book` as of `day`."""
        self._book = book
        self._day = day

    def rule(self, key: RuleKey, *, form: str, level: str) -> Rule | None:
        """One rule; None: no announced rule."""
        return self._book.policy(key, form=form, level=level, on_date=self._day)

    def of_case(self, *, form: str, level: str) -> CasePolicy:
        """Clock and pauses of a case that is submitted on the day."""
        keys = (RuleKey.SLA_DAYS, RuleKey.PAUSE_COUNT_MAX, RuleKey.PAUSE_DAYS_MAX)
        found = {key: self.rule(key, form=form, level=level) for key in keys}
        sla_days = figure(found[RuleKey.SLA_DAYS])
        return CasePolicy(
            form=form,
            level=level,
            due_on=None if sla_days is None else self._day + timedelta(days=sla_days),
            pause_count_max=figure(found[RuleKey.PAUSE_COUNT_MAX]),
            pause_days_max=figure(found[RuleKey.PAUSE_DAYS_MAX]),
            rules=tuple(named(key, rule) for key, rule in found.items()),
        )

    def appeal_until(self, *, form: str, level: str) -> tuple[date | None, str]:
        """Last day of an appeal against a decision of the day, and the rule that says so."""
        rule = self.rule(RuleKey.APPEAL_DAYS, form=form, level=level)
        days = figure(rule)
        return (None if days is None else self._day + timedelta(days=days)), named(RuleKey.APPEAL_DAYS, rule)

    def identity_states(self, *, form: str, level: str) -> frozenset[str]:
        """What the registry must say of a learner before anything is posted; without a rule only verified ones pass."""
        rule = self.rule(RuleKey.IDENTITY_STATES, form=form, level=level)
        return frozenset({"VERIFIED"}) if rule is None else rule.words
