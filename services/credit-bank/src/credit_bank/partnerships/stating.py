"""Stating agreements: what holds at once, what stands beside an agreement until others confirm it, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.catalogue.errors import DuplicateItem
from credit_bank.clients import Registry
from credit_bank.partnerships import store
from credit_bank.partnerships.domain import (
    CONFIRMING,
    TRANSITIONS,
    Committee,
    Confirmation,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    confirmed,
    partnership_document,
    partnership_fault,
    restated,
    speaks_for_another,
)
from credit_bank.partnerships.errors import (
    CommitteeUnknown,
    NotAParty,
    PartnershipEvidenceMissing,
    PartnershipInvalid,
    PartnershipSameActor,
    PartnershipStateWrong,
    PartyUnknown,
)
from credit_bank.partnerships.keeping import Changes, keep, speaker
from credit_bank.people import use_cases as people
from credit_bank.people.domain import Institution


@dataclass(frozen=True, slots=True)
class RegisterPartnerships:
    """Partnerships to register, or new states of known ones."""

    request_id: UUID
    partnerships: tuple[PartnershipFacts, ...]


async def register_partnerships(
    pool: Pool, registry: Registry, command: RegisterPartnerships, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Register agreements of the caller's institution, or move known ones to their next state.

    Who states that an agreement is signed or in force confirms it for his own institution and for no other. It comes
    into force when all parties that are institutions have confirmed (`confirming.confirm_partnerships`, or by stating
    the same here); until then it is SIGNED. Other terms of one that is in force stand beside it until all have
    confirmed them, and it holds as it was agreed meanwhile. Any party may suspend or end it alone. Whatever is stated
    takes the place of terms that were proposed before.

    Args:
        pool: Connections.
        registry: Asked about parties that are not known here.
        command: At most 100 partnerships.
        actor: Needs `partnership.manage` at a party.
        now: UTC.

    Raises:
        PermissionMissing: The role registers no partnerships.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("partnership.manage")
    check_size(command.partnerships, limits.FEW_ITEMS_MAX, field="partnerships")
    speaking = speaker(actor, now=now)
    named = {party for facts in command.partnerships for party in facts.party_institution_ids}
    institutions = await people.find_institutions(pool, registry, named, actor=actor)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        keys = {facts.natural_key for facts in command.partnerships}
        await store.lock_keys(connection, {f"partnership:{key}" for key in keys})
        desk = _Desk(
            speaking=speaking,
            institutions=institutions,
            committees=await store.read_committees(
                connection, {facts.committee_id for facts in command.partnerships if facts.committee_id is not None}
            ),
            known=await store.partnerships_by_key(connection, keys),
        )
        outcomes: list[Outcome] = []
        for index, facts in enumerate(command.partnerships):
            try:
                partnership_id, is_done = desk.take(facts)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            outcomes.append(Outcome(index, str(partnership_id), already_done=is_done))
        told = await keep(connection, desk.changes, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, told)
    return outcomes


@dataclass(slots=True)
class _Desk:
    """What the statements of a call are held against, and what comes of them.

    Attributes:
        speaking: What the caller confirms for his institution.
        institutions: Parties by id; None: nobody could say.
        known: By natural key, each with the hash of what was last stated of what it holds; grows with the call.
        changed: Keys of which this call wrote something.
    """

    speaking: Confirmation
    institutions: Mapping[UUID, Institution] | None
    committees: Mapping[UUID, Committee]
    known: dict[str, tuple[Partnership, bytes]]
    changes: Changes = field(default_factory=Changes)
    changed: set[str] = field(default_factory=set[str])

    def take(self, facts: PartnershipFacts) -> tuple[UUID, bool]:
        """Id of the agreement, and whether all of this was said before.

        Raises:
            ServiceError: Why the statement is refused.
        """
        content = digest(partnership_document(facts))
        key, place = facts.natural_key, self.speaking.institution_id
        before, held = self.known.get(key, (None, b""))
        if before is not None and place in facts.party_institution_ids:
            if held == content:
                is_asked = facts.state in CONFIRMING and place in before.awaited
                return before.partnership_id, not (is_asked and self._confirm(before, content, before.version))
            if before.proposal is not None and digest(partnership_document(before.proposal.facts)) == content:
                is_asked = place in before.proposal.awaited
                return before.partnership_id, not (is_asked and self._confirm(before, held, before.proposal.version))
        self._require_possible(facts)
        _require_change(facts, before)
        if key in self.changed:
            raise DuplicateItem(reference=facts.reference)
        return self._state(facts, before, content), False

    def _confirm(self, before: Partnership, held: bytes, version: int) -> bool:
        """Saying the same as another party confirms it."""
        mine = replace(self.speaking, version=version)
        others = before.confirmations_of(version)
        if speaks_for_another(others, by=mine.institution_id, person=mine.confirmed_by):
            raise PartnershipSameActor(reference=before.facts.reference)
        after = confirmed(before, mine)
        self.changes.confirm(before, after, mine)
        key = before.facts.natural_key
        holds = digest(partnership_document(after.facts)) if after.version != before.version else held
        self.known[key] = (after, holds)
        self.changed.add(key)
        return True

    def _state(self, facts: PartnershipFacts, before: Partnership | None, content: bytes) -> UUID:
        # The order of the parties stays as first registered, since the first is the key of the events.
        parties = facts.party_institution_ids if before is None else before.facts.party_institution_ids
        after = restated(
            uuid7() if before is None else before.partnership_id,
            before,
            replace(facts, party_institution_ids=parties),
            mine=self.speaking,
        )
        mine = None
        if facts.state in CONFIRMING:
            version = after.version if after.proposal is None else after.proposal.version
            mine = replace(self.speaking, version=version)
            others = after.confirmations_of(version)
            if speaks_for_another(others, by=mine.institution_id, person=mine.confirmed_by):
                raise PartnershipSameActor(reference=facts.reference)
        self.changes.state(before, after, mine)
        key = facts.natural_key
        self.known[key] = (after, content if after.proposal is None else self.known[key][1])
        self.changed.add(key)
        return after.partnership_id

    def _require_possible(self, facts: PartnershipFacts) -> None:
        fault = partnership_fault(facts)
        if fault:
            raise PartnershipInvalid(field=fault[0], expected=fault[1])
        if self.speaking.institution_id not in facts.party_institution_ids:
            raise NotAParty(reference=facts.reference)
        if self.institutions is None:
            raise Unavailable("The register of institutions does not answer.")
        for party in facts.party_institution_ids:
            if party not in self.institutions:
                raise PartyUnknown(institution_id=party)
        committee = None if facts.committee_id is None else self.committees.get(facts.committee_id)
        is_served = committee is not None and committee.facts.institution_id in facts.party_institution_ids
        if facts.committee_id is not None and not is_served:
            raise CommitteeUnknown(committee_id=facts.committee_id)


def _require_change(facts: PartnershipFacts, before: Partnership | None) -> None:
    if facts.state in CONFIRMING and not facts.has_evidence:
        raise PartnershipEvidenceMissing(reference=facts.reference)
    if before is None:
        return
    was = before.facts
    if facts.programme is not was.programme:
        raise PartnershipStateWrong("What a partnership is about is fixed.", reference=facts.reference)
    is_over = facts.state is was.state and was.state is PartnershipState.ENDED
    if is_over or (facts.state is not was.state and facts.state not in TRANSITIONS[was.state]):
        raise PartnershipStateWrong(reference=facts.reference, state=was.state, wanted=facts.state)
