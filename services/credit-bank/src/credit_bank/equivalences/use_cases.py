"""Entering announced equivalence rules and reading the rules in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, Record, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.errors import DuplicateItem
from credit_bank.catalogue.keys import CourseKey, key_text
from credit_bank.catalogue.use_cases import lock_keys, owner_of
from credit_bank.equivalences import events, store
from credit_bank.equivalences.checks import days_of, keys_of, rule_refusal
from credit_bank.equivalences.domain import (
    IN_FORCE,
    EquivalenceRule,
    RuleFacts,
    RuleState,
    rule_content_document,
    rule_signature_document,
)
from credit_bank.equivalences.errors import (
    RuleExistsDifferent,
    RuleMeetsAnother,
    RuleNotApproved,
    RuleVersionNeedsDate,
    RuleVersionOutdated,
)
from credit_bank.equivalences.standing import Place, Standing


@dataclass(frozen=True, slots=True)
class PublishRules:
    """Announced equivalence rules to enter."""

    request_id: UUID
    rules: tuple[RuleFacts, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page of rules; the token is empty on the last one."""

    rules: list[EquivalenceRule]
    next_page_token: str


async def publish_rules(pool: Pool, command: PublishRules, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Enter rules that were announced or decided elsewhere. A higher version takes the place of the one before.

    Their source says who decided them. What a committee here works out goes by `propose_rules` and `move_rules`, where
    nobody takes it alone to the end.

    Args:
        pool: Connections.
        command: At most 1,000 rules.
        actor: Needs `rule.publish`; agencies' rules hold everywhere, a college's own rules there.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no rules.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.publish")
    check_size(command.rules, limits.ITEMS_MAX, field="rules")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        publishing = _RulePublishing(owner_of(actor))
        signatures = [publishing.signature(facts) for facts in command.rules]
        await lock_keys(connection, lock_names(signatures, (facts.target for facts in command.rules)))
        courses = await catalogue.find_courses(connection, {key for facts in command.rules for key in keys_of(facts)})
        target_ids = [courses[facts.target].course_id for facts in command.rules if facts.target in courses]
        publishing.standing = Standing(await store.standing_rules(connection, target_ids, owner=owner_of(actor)))
        versions = await store.rule_versions(connection, signatures)
        for index, (facts, signature) in enumerate(zip(command.rules, signatures, strict=True)):
            publishing.decide(index, facts, signature, courses=courses, versions=versions.get(signature, []))
        await store.end_rules(connection, publishing.ended)
        await store.insert_rules(
            connection,
            publishing.new,
            courses={key: course.course_id for key, course in courses.items()},
            proposed_by="",
            now=now,
        )
        steps = [store.Moved(new.rule.rule_id, RuleState.PUBLISHED, "") for new in publishing.new]
        await store.insert_steps(connection, steps, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=publishing.outcomes)
        await outbox.add(connection, [events.rule_changed(new.rule) for new in publishing.new])
    return publishing.outcomes


class _RulePublishing:
    """What becomes of each rule of a call."""

    def __init__(self, owner: UUID | None) -> None:
        self.outcomes: list[Outcome] = []
        self.new: list[store.NewRule] = []
        self.ended: dict[UUID, date] = {}
        self.standing = Standing(())
        self._owner = owner
        self._seen: dict[bytes, tuple[int, bytes, UUID]] = {}

    def signature(self, facts: RuleFacts) -> bytes:
        """What the versions of one rule share."""
        return digest(rule_signature_document(facts, self._owner))

    def decide(
        self,
        index: int,
        facts: RuleFacts,
        signature: bytes,
        *,
        courses: Mapping[CourseKey, Course],
        versions: Sequence[Record],
    ) -> None:
        """Publish a rule, or say why not."""
        content = digest(rule_content_document(facts))
        same = next((row for row in in_force_of(versions) if row["version"] == facts.version), None)
        seen = self._seen.get(signature)
        if same is not None and same["content_hash"] == content:
            self.outcomes.append(Outcome(index, str(same["rule_id"]), already_done=True))
        elif seen is not None and seen[:2] == (facts.version, content):
            self.outcomes.append(Outcome(index, str(seen[2]), already_done=True))
        else:
            refusal = DuplicateItem() if seen is not None else self._refusal(facts, signature, courses, versions)
            if refusal is not None:
                self.outcomes.append(Outcome.failed(index, refusal))
                return
            self._publish(index, facts, signature, content, versions)

    def _refusal(
        self, facts: RuleFacts, signature: bytes, courses: Mapping[CourseKey, Course], versions: Sequence[Record]
    ) -> ServiceError | None:
        refusal = rule_refusal(facts, courses)
        if refusal is not None:
            return refusal
        # An institution enters by one person only what a body of people has decided before.
        if self._owner is not None and not facts.approving_bodies:
            return RuleNotApproved()
        published = in_force_of(versions)
        if published and facts.version < published[-1]["version"]:
            return RuleVersionOutdated(version=facts.version, newest=published[-1]["version"])
        if any(row["version"] == facts.version for row in versions):
            return RuleExistsDifferent(version=facts.version)
        refusal = version_refusal(facts, published[-1]) if published else None
        return refusal or meeting_refusal(self.standing, place_of(uuid7(), signature, facts))

    def _publish(
        self, index: int, facts: RuleFacts, signature: bytes, content: bytes, versions: Sequence[Record]
    ) -> None:
        rule = EquivalenceRule(uuid7(), self._owner, facts, *days_of(facts))
        published = in_force_of(versions)
        if published and rule.valid_from is not None:
            last_day = rule.valid_from - timedelta(days=1)
            self.ended[published[-1]["rule_id"]] = last_day
            self.standing.end(published[-1]["rule_id"], last_day)
        self.standing.put(place_of(rule.rule_id, signature, facts))
        self._seen[signature] = (facts.version, content, rule.rule_id)
        self.new.append(store.NewRule(rule, signature, content))
        self.outcomes.append(Outcome(index, str(rule.rule_id)))


def lock_names(signatures: Iterable[bytes], targets: Iterable[CourseKey]) -> set[str]:
    """What is held while rules are published: their versions, and their targets, for which rules may meet."""
    return {f"rule:{signature.hex()}" for signature in signatures} | {
        f"rule-target:{key_text(target)}" for target in targets
    }


def place_of(rule_id: UUID, signature: bytes, facts: RuleFacts) -> Place:
    """What a rule would answer, and when."""
    return Place(rule_id, signature, facts.source_groups, facts.target, *days_of(facts))


def meeting_refusal(standing: Standing, place: Place) -> RuleMeetsAnother | None:
    """Why a rule cannot stand beside those that do."""
    other = standing.met_by(place)
    if other is None:
        return None
    return RuleMeetsAnother(rule_id=other.rule_id, first_day=other.first or "", last_day=other.last or "")


def in_force_of(versions: Sequence[Record]) -> list[Record]:
    """Those of a rule's versions by which may be decided, oldest first."""
    return [row for row in versions if RuleState(row["state"]) in IN_FORCE]


def version_refusal(facts: RuleFacts, newest: Record) -> ServiceError | None:
    """Why a version cannot follow the newest published one."""
    begins, begun = days_of(facts)[0], newest["valid_from"]
    if facts.version < newest["version"]:
        return RuleVersionOutdated(version=facts.version, newest=newest["version"])
    if begins is None or (begun is not None and begins <= begun):
        return RuleVersionNeedsDate(version=facts.version)
    return None


async def list_rules(
    pool: Pool,
    *,
    target_code: str,
    source_code: str,
    on: date | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> RulePage:
    """A page of the rules in force on a day, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        rules = await store.page_rules(
            connection,
            target_code=target_code,
            source_code=source_code,
            on=on or thai_date(now),
            after=after,
            limit=limit + 1,
        )
    has_more = len(rules) > limit
    rules = rules[:limit]
    return RulePage(rules, str(rules[-1].rule_id) if has_more else "")


async def rules_for(
    connection: Connection, target_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day for these targets: agencies' rules and the institution's own."""
    return await store.rules_for_targets(connection, target_course_ids, on=on, institution_id=institution_id)


async def rules_from(
    connection: Connection, source_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day that use one of these courses: agencies' rules and the institution's own."""
    return await store.rules_for_sources(connection, source_course_ids, on=on, institution_id=institution_id)
