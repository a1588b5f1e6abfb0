"""Reading and publishing policy rules: what holds for one form and level of education on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import PermissionMissing, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.canonical import digest
from credit_bank.catalogue.use_cases import NATIONAL_ROLES
from credit_bank.rules import events, store
from credit_bank.rules.domain import PolicyBook, Rule, RuleKey, meets, rule_document, rule_fault
from credit_bank.rules.errors import PolicyRuleExistsDifferent, PolicyRuleInvalid, PolicyRuleMeetsAnother


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


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """What is asked of the rules."""

    key: str
    form: str
    level: str


@dataclass(frozen=True, slots=True)
class PolicyRulePage:
    """A page of rules; the token is empty on the last one."""

    rules: list[Rule]
    next_page_token: str


async def list_policy_rules(
    pool: Pool,
    *,
    key: str,
    form: str,
    level: str,
    on: date | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> PolicyRulePage:
    """A page of the rules, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit, after = limits.page_size(page_size), limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        rules = await store.page_rules(connection, key=key, form=form, level=level, on=on, after=after, limit=limit + 1)
    has_more = len(rules) > limit
    rules = rules[:limit]
    return PolicyRulePage(rules, str(rules[-1].rule_id) if has_more else "")


async def find_policy_rules(
    pool: Pool, questions: Sequence[PolicyQuestion], *, on: date | None, actor: Actor, now: datetime
) -> list[Rule | None]:
    """The rule that answers each question; None: no announced rule.

    Raises:
        TooManyItems: More than 100 questions.
        InvalidField: None at all.
    """
    del actor  # being somebody is all that is needed
    check_size(questions, limits.FEW_ITEMS_MAX, field="questions")
    day = on or thai_date(now)
    async with pool.acquire(timeout=10) as connection:
        book = PolicyBook(await store.rules_of(connection, sorted({question.key for question in questions})))
    return [book.policy(question.key, form=question.form, level=question.level, on_date=day) for question in questions]


@dataclass(frozen=True, slots=True)
class PublishPolicyRules:
    """Rules to publish; their ids are made here."""

    request_id: UUID
    rules: tuple[Rule, ...]


async def publish_policy_rules(
    pool: Pool, command: PublishPolicyRules, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Publish new versions of rules; what was published stays and holds for the days before.

    Args:
        pool: Connections.
        command: At most 100 rules.
        actor: Needs `rule.publish` for an agency.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no rules for everybody.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.publish")
    if actor.role not in NATIONAL_ROLES:
        raise PermissionMissing(permission="rule.publish", role=actor.role)
    check_size(command.rules, limits.FEW_ITEMS_MAX, field="rules")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        keys = sorted({rule.key for rule in command.rules})
        await store.lock_keys(connection, keys)
        known = await store.rules_of(connection, keys)
        outcomes: list[Outcome] = []
        new: list[Rule] = []
        for index, rule in enumerate(command.rules):
            decided = _decide(rule, [*known, *new])
            if isinstance(decided, ServiceError):
                outcomes.append(Outcome.failed(index, decided))
            elif decided is not None:
                outcomes.append(Outcome(index, str(decided.rule_id), already_done=True))
            else:
                new.append(replace(rule, rule_id=uuid7()))
                outcomes.append(Outcome(index, str(new[-1].rule_id)))
        await store.insert_rules(connection, new, published_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.rule_published(rule) for rule in new])
    return outcomes


def _decide(rule: Rule, known: Iterable[Rule]) -> Rule | ServiceError | None:
    """The same rule when it is known, why it cannot be published, or None when it can."""
    fault = rule_fault(rule)
    if fault:
        return PolicyRuleInvalid(field=fault[0], expected=fault[1])
    for other in known:
        if (other.key, other.reference, other.version) == (rule.key, rule.reference, rule.version):
            if digest(rule_document(other)) == digest(rule_document(rule)):
                return other
            return PolicyRuleExistsDifferent(key=rule.key, version=rule.version)
        if meets(rule, other):
            return PolicyRuleMeetsAnother(key=rule.key, reference=other.reference)
    return None
