"""Proposing equivalence rules: drafts by which nobody may decide yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, Record, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.keys import CourseKey
from credit_bank.catalogue.use_cases import lock_keys, owner_of
from credit_bank.equivalences import events, store
from credit_bank.equivalences.checks import days_of, hours_refusal, keys_of, rule_refusal
from credit_bank.equivalences.domain import (
    EquivalenceRule,
    RuleFacts,
    RuleState,
    rule_content_document,
    rule_signature_document,
)


@dataclass(frozen=True, slots=True)
class ProposeRules:
    """Rules to propose; their versions are counted here."""

    request_id: UUID
    rules: tuple[RuleFacts, ...]


async def propose_rules(pool: Pool, command: ProposeRules, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Keep proposals as drafts of the actor's institution, or of everybody for an agency.

    What is proposed or in force already with the same content is known and not proposed again.

    Args:
        pool: Connections.
        command: At most 1,000 rules.
        actor: Needs `rule.propose`.
        now: UTC.

    Raises:
        PermissionMissing: The role proposes no rules.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.propose")
    check_size(command.rules, limits.ITEMS_MAX, field="rules")
    owner = owner_of(actor)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        signatures = [digest(rule_signature_document(facts, owner)) for facts in command.rules]
        await lock_keys(connection, {f"rule:{signature.hex()}" for signature in signatures})
        courses = await catalogue.find_courses(connection, {key for facts in command.rules for key in keys_of(facts)})
        versions = await store.rule_versions(connection, signatures)
        proposals = _Proposals(owner, versions, courses)
        for index, (facts, signature) in enumerate(zip(command.rules, signatures, strict=True)):
            proposals.decide(index, facts, signature)
        await store.insert_rules(
            connection,
            proposals.new,
            courses={key: course.course_id for key, course in courses.items()},
            proposed_by=actor.subject_hash,
            now=now,
        )
        steps = [store.Moved(new.rule.rule_id, RuleState.DRAFT, "") for new in proposals.new]
        await store.insert_steps(connection, steps, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=proposals.outcomes)
        await outbox.add(connection, [events.rule_moved(new.rule, last_day=None, now=now) for new in proposals.new])
    return proposals.outcomes


class _Proposals:
    """What becomes of each proposal of a call."""

    def __init__(
        self, owner: UUID | None, versions: Mapping[bytes, Sequence[Record]], courses: Mapping[CourseKey, Course]
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.new: list[store.NewRule] = []
        self._owner = owner
        self._courses = courses
        self._newest = {signature: rows[-1]["version"] for signature, rows in versions.items()}
        self._known = {
            (signature, bytes(row["content_hash"])): row["rule_id"]
            for signature, rows in versions.items()
            for row in rows
            if RuleState(row["state"]) not in (RuleState.WITHDRAWN, RuleState.RETIRED)
        }

    def decide(self, index: int, facts: RuleFacts, signature: bytes) -> None:
        """Keep a proposal, or say why not."""
        facts = replace(facts, version=self._newest.get(signature, 0) + 1)
        content = digest(rule_content_document(facts))
        known = self._known.get((signature, content))
        if known is not None:
            self.outcomes.append(Outcome(index, str(known), already_done=True))
            return
        refusal: ServiceError | None = rule_refusal(facts, self._courses) or hours_refusal(facts, self._courses)
        if refusal is not None:
            self.outcomes.append(Outcome.failed(index, refusal))
            return
        rule = EquivalenceRule(uuid7(), self._owner, facts, *days_of(facts), RuleState.DRAFT)
        self._newest[signature] = facts.version
        self._known[(signature, content)] = rule.rule_id
        self.new.append(store.NewRule(rule, signature, content))
        self.outcomes.append(Outcome(index, str(rule.rule_id)))
