"""Reading policy rules: what holds for one form and level of education on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from chassis.pg import Connection

from credit_bank.rules import store
from credit_bank.rules.domain import PolicyBook, Rule, RuleKey


async def policy(connection: Connection, key: RuleKey, *, form: str, level: str, on_date: date) -> Rule | None:
    """The rule that holds on a day for one form and level of education.

    Args:
        connection: Connection.
        key: What is asked.
        form: `EducationForm` of the learning that is judged.
        level: `EducationLevel` of the course or qualification for which it is judged.
        on_date: Day of the decision's beginning, such as that of submission.

    Returns:
        The rule with version, source and status, to be kept with the decision. None: no rule was announced for this
        form and level, which is said ("no announced rule"); the rule of another form is never borrowed (R-14).
    """
    return await store.rule_in_force(connection, key, form=form, level=level, on_date=on_date)


async def policy_book(connection: Connection, keys: Iterable[RuleKey]) -> PolicyBook:
    """All versions of some rules, for a call that judges many things by them."""
    return PolicyBook(await store.rules_of(connection, sorted(set(keys))))
