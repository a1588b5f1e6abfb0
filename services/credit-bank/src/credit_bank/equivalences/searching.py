"""Searching equivalence rules from either side, and reading what was done with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Pool

from credit_bank import limits
from credit_bank.catalogue.keys import CodeSystem
from credit_bank.equivalences import store
from credit_bank.equivalences.domain import IN_FORCE, EquivalenceRule, RuleDirection, RuleState
from credit_bank.equivalences.errors import RuleUnknown
from credit_bank.equivalences.moving import sight_of

CODES_MAX: Final = 100
TARGET_SYSTEMS: Final = {
    RuleDirection.TO_VOCATIONAL: [str(CodeSystem.OVEC)],
    RuleDirection.TO_SCHOOL: [str(CodeSystem.OBEC)],
}


@dataclass(frozen=True, slots=True)
class RuleSearch:
    """What is looked for.

    Attributes:
        states: Empty: published ones.
        on: Only rules in force on this day; None: whatever their days.
    """

    source_codes: tuple[str, ...] = ()
    target_codes: tuple[str, ...] = ()
    direction: RuleDirection | None = None
    states: tuple[RuleState, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class FoundRules:
    """A page of rules; the token is empty on the last one.

    Attributes:
        codes_without_rule: Codes asked for without any rule at all, whatever the page.
    """

    rules: list[EquivalenceRule]
    next_page_token: str
    codes_without_rule: list[str]


async def search_rules(
    pool: Pool, search: RuleSearch, *, page_size: int = 0, page_token: str = "", actor: Actor
) -> FoundRules:
    """Rules from either side; published ones for everybody, others for those who work on them.

    Raises:
        InvalidField: Page size or token, or more than 100 codes.
    """
    if max(len(search.source_codes), len(search.target_codes)) > CODES_MAX:
        raise InvalidField(field="source_codes", expected=f"at most {CODES_MAX} codes a side")
    limit, after = limits.page_size(page_size), limits.page_after(page_token)
    states, sight = search.states or (RuleState.PUBLISHED,), sight_of(actor)
    async with pool.acquire(timeout=10) as connection:
        rules = await store.search(
            connection,
            states=states,
            sight=sight,
            target_codes=search.target_codes,
            source_codes=search.source_codes,
            target_systems=None if search.direction is None else TARGET_SYSTEMS[search.direction],
            on=search.on,
            after=after,
            limit=limit + 1,
        )
        found = await store.codes_with_rule(
            connection,
            states=states,
            sight=sight,
            target_codes=search.target_codes,
            source_codes=search.source_codes,
            on=search.on,
        )
    asked = [("target", code) for code in search.target_codes] + [("source", code) for code in search.source_codes]
    has_more = len(rules) > limit
    rules = rules[:limit]
    return FoundRules(
        rules=rules,
        next_page_token=str(rules[-1].rule_id) if has_more else "",
        codes_without_rule=sorted({code for side, code in asked if (side, code) not in found}),
    )


@dataclass(frozen=True, slots=True)
class RuleHistory:
    """A rule and what was done with it, oldest first."""

    rule: EquivalenceRule
    steps: list[store.RuleStep]


async def rule_history(pool: Pool, rule_id: UUID, *, actor: Actor) -> RuleHistory:
    """A rule and the steps that brought it where it stands.

    Raises:
        RuleUnknown: There is none, or it is not published and another institution's.
    """
    async with pool.acquire(timeout=10) as connection:
        rule = (await store.read_rules(connection, [rule_id])).get(rule_id)
        sight = sight_of(actor)
        is_seen = rule is not None and (
            rule.state in IN_FORCE or (sight.is_worker and rule.owner_institution_id in (None, sight.institution_id))
        )
        if rule is None or not is_seen:
            raise RuleUnknown(rule_id=rule_id)
        return RuleHistory(rule, await store.steps(connection, rule_id))
