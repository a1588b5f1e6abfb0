"""Moving equivalence rules on: reviewed, published, retired, withdrawn; nobody takes one alone to the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import PermissionMissing, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, Record, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue.errors import DuplicateItem
from credit_bank.catalogue.use_cases import NATIONAL_ROLES, lock_keys
from credit_bank.equivalences import events, store
from credit_bank.equivalences.domain import IN_FORCE, UNDER_WAY, ApprovingBody, EquivalenceRule, RuleState
from credit_bank.equivalences.errors import (
    RuleInvalid,
    RuleNotApproved,
    RuleReasonRequired,
    RuleSameActor,
    RuleStateWrong,
    RuleUnknown,
)
from credit_bank.equivalences.standing import Place, Standing
from credit_bank.equivalences.use_cases import in_force_of, lock_names, meeting_refusal, version_refusal

WORKS_ON_RULES: Final = ("rule.propose", "rule.review", "rule.publish")
"""Permissions of those who see unpublished rules."""
REASON_CHARACTERS_MAX: Final = 2_000

FROM: Final = {
    RuleState.REVIEWED: frozenset({RuleState.DRAFT}),
    RuleState.PUBLISHED: frozenset({RuleState.REVIEWED}),
    RuleState.RETIRED: frozenset({RuleState.PUBLISHED}),
    RuleState.WITHDRAWN: UNDER_WAY,
}
"""From where a rule may go where (CB c.3)."""
NEEDS: Final = {
    RuleState.REVIEWED: ("rule.review",),
    RuleState.PUBLISHED: ("rule.publish",),
    RuleState.RETIRED: ("rule.publish",),
    RuleState.WITHDRAWN: WORKS_ON_RULES,
}
"""One of these permissions is needed."""


@dataclass(frozen=True, slots=True)
class RuleMove:
    """One step of one rule.

    Attributes:
        last_day: Of a rule that is retired; None: today.
        approving_bodies: Told with the review; empty: as the proposal says.
    """

    rule_id: UUID
    to_state: RuleState
    reason_th: str = ""
    last_day: date | None = None
    approving_bodies: tuple[ApprovingBody, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveRules:
    """Steps of rules."""

    request_id: UUID
    moves: tuple[RuleMove, ...]


def works_on_rules(actor: Actor) -> bool:
    """Whether somebody sees rules that are not published yet."""
    return any(actor.may(permission) for permission in WORKS_ON_RULES)


def sight_of(actor: Actor) -> store.Sight:
    """Whose unpublished rules an actor sees."""
    return store.Sight(works_on_rules(actor), actor.institution_id)


async def move_rules(pool: Pool, command: MoveRules, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Review, publish, retire or withdraw rules of the actor's institution, or an agency's own.

    Args:
        pool: Connections.
        command: At most 1,000 steps, one a rule.
        actor: Needs `rule.review` to review, `rule.publish` to publish and retire, any of the three to withdraw.
            Whoever proposed a rule neither reviews nor publishes it.
        now: UTC.

    Raises:
        PermissionMissing: The role works on no rules.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    if not works_on_rules(actor):
        actor.require("rule.review")
    check_size(command.moves, limits.ITEMS_MAX, field="moves")
    rule_ids = {move.rule_id for move in command.moves}
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        named = await store.signatures(connection, rule_ids)
        signatures, targets = {one.signature for one in named.values()}, {one.target for one in named.values()}
        await lock_keys(connection, lock_names(signatures, targets))
        await store.lock_rules(connection, rule_ids)
        target_ids = {one.target_course_id for one in named.values()}
        owner = None if actor.role in NATIONAL_ROLES else actor.institution_id
        moving = _Moving(
            rules=await store.read_rules(connection, rule_ids),
            named=named,
            standing=Standing(await store.standing_rules(connection, target_ids, owner=owner)),
            versions=await store.rule_versions(connection, signatures),
            actor=actor,
            today=thai_date(now),
        )
        for index, move in enumerate(command.moves):
            moving.decide(index, move)
        await store.end_rules(connection, moving.ended)
        await store.move_rules(connection, moving.moved, now=now)
        await store.insert_steps(connection, moving.moved, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=moving.outcomes)
        await outbox.add(
            connection,
            [
                event
                for move in moving.moved
                for event in (
                    events.rule_moved(moving.rules[move.rule_id], last_day=move.last_day, now=now),
                    *([events.rule_changed(moving.rules[move.rule_id])] if move.state is RuleState.PUBLISHED else []),
                )
            ],
        )
    return moving.outcomes


@dataclass(slots=True)
class _Moving:
    """What becomes of each step of a call.

    Attributes:
        rules: As they stand; those that move are replaced by what they become.
        named: Signature and proposer by rule.
        standing: Rules by which may be decided, with those of this call.
        versions: Every version by signature, oldest first.
        ended: Last days of versions that newly published ones take the place of.
    """

    rules: dict[UUID, EquivalenceRule]
    named: dict[UUID, store.Named]
    standing: Standing
    versions: dict[bytes, list[Record]]
    actor: Actor
    today: date
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    moved: list[store.Moved] = field(default_factory=list[store.Moved])
    ended: dict[UUID, date] = field(default_factory=dict[UUID, date])

    def decide(self, index: int, move: RuleMove) -> None:
        """Take one step, or say why not."""
        rule = self.rules.get(move.rule_id)
        if rule is None or not self._is_seen(rule):
            self.outcomes.append(Outcome.failed(index, RuleUnknown(rule_id=move.rule_id)))
            return
        if rule.state is move.to_state:
            self.outcomes.append(Outcome(index, str(rule.rule_id), already_done=True))
            return
        refusal = self._refusal(rule, move)
        if refusal is not None:
            self.outcomes.append(Outcome.failed(index, refusal))
            return
        self._move(rule, move)
        self.outcomes.append(Outcome(index, str(rule.rule_id)))

    def _is_seen(self, rule: EquivalenceRule) -> bool:
        """An agency's rules are moved by agencies, an institution's by itself; others do not exist for the actor."""
        if rule.owner_institution_id is None:
            return self.actor.role in NATIONAL_ROLES
        return self.actor.role not in NATIONAL_ROLES and rule.owner_institution_id == self.actor.institution_id

    def _refusal(self, rule: EquivalenceRule, move: RuleMove) -> ServiceError | None:
        needs = NEEDS.get(move.to_state, ())
        if needs and not any(self.actor.may(permission) for permission in needs):
            return PermissionMissing(permission=needs[-1], role=self.actor.role)
        if any(moved.rule_id == rule.rule_id for moved in self.moved):
            return DuplicateItem(rule_id=rule.rule_id)
        if rule.state not in FROM.get(move.to_state, ()):
            return RuleStateWrong(state=rule.state, wanted=move.to_state)
        is_forward = move.to_state in (RuleState.REVIEWED, RuleState.PUBLISHED)
        return self._forward_refusal(rule, move) if is_forward else self._ending_refusal(rule, move)

    def _forward_refusal(self, rule: EquivalenceRule, move: RuleMove) -> ServiceError | None:
        named = self.named[rule.rule_id]
        if named.proposed_by == self.actor.subject_hash:
            return RuleSameActor(rule_id=rule.rule_id)
        if move.to_state is RuleState.REVIEWED:
            return None
        if not (move.approving_bodies or rule.facts.approving_bodies):
            return RuleNotApproved(rule_id=rule.rule_id)
        published = in_force_of(self.versions.get(named.signature, ()))
        if any(
            self.named[moved.rule_id].signature == named.signature
            for moved in self.moved
            if moved.state is RuleState.PUBLISHED
        ):
            return DuplicateItem(rule_id=rule.rule_id)
        refusal = version_refusal(rule.facts, published[-1]) if published else None
        return refusal or meeting_refusal(self.standing, self._place(rule))

    def _ending_refusal(self, rule: EquivalenceRule, move: RuleMove) -> ServiceError | None:
        if not move.reason_th.strip():
            return RuleReasonRequired(field="reason_th")
        if len(move.reason_th) > REASON_CHARACTERS_MAX:
            return RuleInvalid(field="reason_th", expected=f"at most {REASON_CHARACTERS_MAX} characters")
        if move.to_state is RuleState.WITHDRAWN:
            return None
        last_day = move.last_day or self.today
        # A day that has passed would take the ground from cases that were submitted since.
        if last_day < self.today or last_day > (rule.valid_to or last_day) or last_day < (rule.valid_from or last_day):
            return RuleInvalid(field="last_day", expected="today or later, within the rule's days")
        return None

    def _place(self, rule: EquivalenceRule) -> Place:
        facts, signature = rule.facts, self.named[rule.rule_id].signature
        return Place(rule.rule_id, signature, facts.source_groups, facts.target, rule.valid_from, rule.valid_to)

    def _move(self, rule: EquivalenceRule, move: RuleMove) -> None:
        last_day = None
        if move.to_state is RuleState.RETIRED:
            wanted = move.last_day or self.today
            last_day = min(wanted, self.ended.get(rule.rule_id, wanted))
        bodies = move.approving_bodies if move.approving_bodies and rule.state in UNDER_WAY else None
        if move.to_state is RuleState.PUBLISHED and rule.valid_from is not None:
            for row in in_force_of(self.versions.get(self.named[rule.rule_id].signature, ())):
                if row["valid_to"] is None or row["valid_to"] >= rule.valid_from:
                    self._end(row["rule_id"], rule.valid_from - timedelta(days=1))
        facts = rule.facts if bodies is None else replace(rule.facts, approving_bodies=bodies)
        self.rules[rule.rule_id] = replace(
            rule, state=move.to_state, facts=facts, valid_to=rule.valid_to if last_day is None else last_day
        )
        if move.to_state in IN_FORCE:
            self.standing.put(self._place(self.rules[rule.rule_id]))
        self.moved.append(store.Moved(rule.rule_id, move.to_state, move.reason_th.strip(), last_day, bodies))

    def _end(self, rule_id: UUID, last_day: date) -> None:
        """Let a version give way to the next; one that this call retires for a later day ends with the earlier."""
        self.ended[rule_id] = last_day
        self.standing.end(rule_id, last_day)
        for place, moved in enumerate(self.moved):
            if moved.rule_id == rule_id and moved.last_day is not None and moved.last_day > last_day:
                self.moved[place] = replace(moved, last_day=last_day)
                self.rules[rule_id] = replace(self.rules[rule_id], valid_to=last_day)
