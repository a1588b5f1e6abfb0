"""What calls do to agreements, gathered while their items are judged and written at their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import PermissionMissing
from chassis.pg import Connection

from credit_bank.canonical import digest
from credit_bank.partnerships import events, store
from credit_bank.partnerships.domain import (
    Confirmation,
    Partnership,
    ProposalOutcome,
    partnership_document,
)


def speaker(actor: Actor, *, now: datetime) -> Confirmation:
    """What somebody confirms for his institution, of the first version of something new.

    Raises:
        PermissionMissing: The caller acts for no institution, or under no assignment.
    """
    if actor.assignment_id is None:
        raise PermissionMissing(permission="assignment", role=actor.role)
    return Confirmation(actor.at(), 1, actor.assignment_id, now, confirmed_by=actor.subject_hash)


@dataclass(slots=True)
class Changes:
    """What is to be written and told.

    Attributes:
        stated: New agreements, and new versions that hold as they were stated.
        proposed: Agreements with other terms newly beside them.
        ended: Agreements as they were, of whose proposed terms something became.
        confirmed: Each with the confirmation.
        in_force: In force by the last confirmation.
        agreed: Of these, those whose proposed terms hold now.
    """

    stated: list[Partnership] = field(default_factory=list[Partnership])
    proposed: list[Partnership] = field(default_factory=list[Partnership])
    ended: list[tuple[Partnership, ProposalOutcome]] = field(default_factory=list[tuple[Partnership, ProposalOutcome]])
    confirmed: list[tuple[Partnership, Confirmation]] = field(default_factory=list[tuple[Partnership, Confirmation]])
    in_force: list[Partnership] = field(default_factory=list[Partnership])
    agreed: list[Partnership] = field(default_factory=list[Partnership])

    def state(self, before: Partnership | None, after: Partnership, mine: Confirmation | None) -> None:
        """A party stated it; terms that were proposed before give way.

        Args:
            before: As it was; None: it is new.
            after: As it is now.
            mine: What that confirms; None: nothing.
        """
        if before is not None and before.proposal is not None:
            self.ended.append((before, ProposalOutcome.REPLACED))
        (self.stated if after.proposal is None else self.proposed).append(after)
        if mine is not None:
            self.confirmed.append((after, mine))

    def confirm(self, before: Partnership, after: Partnership, mine: Confirmation) -> None:
        """A party confirmed it, or the terms beside it."""
        self.confirmed.append((after, mine))
        if before.proposal is not None and after.proposal is None:
            self.ended.append((before, ProposalOutcome.AGREED))
            self.agreed.append(after)
            self.in_force.append(after)
        elif after.facts.state is not before.facts.state:
            self.in_force.append(after)

    def take_back(self, before: Partnership) -> None:
        """A party took the terms beside it back."""
        self.ended.append((before, ProposalOutcome.TAKEN_BACK))


async def keep(connection: Connection, changes: Changes, *, actor: Actor, now: datetime) -> list[NewEvent]:
    """Write what calls did, and give the events that tell of it.

    Args:
        connection: Inside a transaction that holds the keys of the agreements.
        changes: In any order of agreements; at most one of each kind of one agreement.
        actor: Who did it, for his institution.
        now: UTC.
    """
    await store.end_proposals(
        connection,
        [(one.partnership_id, one.proposal.version, outcome) for one, outcome in changes.ended if one.proposal],
        institution_id=actor.at(),
        ended_by=actor.subject_hash,
        now=now,
    )
    await store.keep_partnerships(connection, _with_hashes([*changes.stated, *changes.agreed]), now=now)
    versions = [(one.partnership_id, one.version, one.stated_facts) for one in changes.stated]
    versions += [
        (one.partnership_id, one.proposal.version, one.proposal.facts) for one in changes.proposed if one.proposal
    ]
    await store.insert_versions(connection, versions, changed_by=actor.subject_hash, now=now)
    await store.insert_proposals(
        connection,
        [
            (one.partnership_id, one.proposal.version, one.proposal.proposed_for)
            for one in changes.proposed
            if one.proposal
        ],
    )
    await store.keep_confirmations(
        connection,
        [(one.partnership_id, mine) for one, mine in changes.confirmed],
        in_force=[one.partnership_id for one in changes.in_force],
        now=now,
    )
    by = actor.at()
    told = [
        events.proposal_changed(one, one.proposal, str(outcome), by=by)
        for one, outcome in changes.ended
        if one.proposal and outcome is not ProposalOutcome.AGREED
    ]
    told += [events.partnership_changed(one) for one in changes.stated]
    told += [
        events.proposal_changed(one, one.proposal, events.PROPOSED, by=by) for one in changes.proposed if one.proposal
    ]
    told += [events.partnership_confirmed(one, mine) for one, mine in changes.confirmed]
    return told + [events.partnership_changed(one) for one in changes.in_force]


def _with_hashes(partnerships: Sequence[Partnership]) -> list[tuple[Partnership, bytes]]:
    return [(one, digest(partnership_document(one.stated_facts))) for one in partnerships]


def has_confirmed(confirmations: Sequence[Confirmation], institution_id: UUID) -> bool:
    """Whether somebody of the institution said so; what is assumed can still be confirmed."""
    return any(one.institution_id == institution_id and one.assignment_id is not None for one in confirmations)
