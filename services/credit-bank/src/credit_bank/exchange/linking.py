"""Settling whom another bank means, and making drafts of results that it told.

A learner gets his reference here and takes it to the other bank, or brings one from there. An institution that may read
him links it on his dated request. From then on it sees what that bank told of him, and its recorder may turn a result
into a draft, which goes the way of every draft: submitted by people here, verified by a second person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, NotFound, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.exchange import events, store_inbox
from credit_bank.exchange.domain import REFERENCE_SHAPE, BankLevel, learner_ref
from credit_bank.exchange.errors import (
    ExchangeOff,
    LinkInvalid,
    LinkUnknown,
    MessageAmbiguous,
    MessageNoResult,
    MessageUnknown,
    PeerUnknown,
    ReferenceLinked,
)
from credit_bank.exchange.inbox import Received, Standing, Told, draft_of, standings
from credit_bank.exchange.peers import Exchange
from credit_bank.exchange.store_inbox import Link
from credit_bank.people.merges import families
from credit_bank.recording.drafting import new_drafts
from credit_bank.statements.use_cases import admit_to_person, require_reader

RESOURCE: Final = "exchange messages"
REFERENCES: Final = "exchange references"
PURPOSE: Final = "RECORDING"
"""What drafting reads a learner for."""
TEXT_CHARACTERS_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Reference:
    """By what another bank would know a learner of ours."""

    peer: str
    level: BankLevel
    learner_ref: str


async def list_references(
    pool: Pool,
    registry: Registry,
    exchange: Exchange | None,
    learner_id: UUID,
    *,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> list[Reference]:
    """References of a learner for each bank that is told of him, for him to take there.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        exchange: This bank among others; None: off.
        learner_id: Whose.
        purpose: Purpose code; not needed of the learner himself.
        actor: The learner (`own.read`), or one with `credit.read` and a ground.
        now: UTC.

    Raises:
        ExchangeOff: No peers are configured.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the learner's statement.
    """
    require_reader(actor)
    if exchange is None:
        raise ExchangeOff
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    async with transaction(pool) as connection:
        family = (await families(connection, [learner_id]))[learner_id]
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, REFERENCES, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    # Each record of a merged learner has a chain of its own, and is told under a reference of its own.
    return [
        Reference(peer.name, peer.level, learner_ref(member, peer.learner_key))
        for peer in exchange.peers.values()
        if peer.url
        for member in dict.fromkeys((learner_id, *family.members))
    ]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to make.

    Attributes:
        learner_ref: As the learner brings it from the other bank, 64 hexadecimal digits.
        requested_on: Day of his request.
        request_reference: By what the request is found on file; no name.
    """

    peer: str
    learner_ref: str
    learner_id: UUID
    requested_on: date
    request_reference: str


@dataclass(frozen=True, slots=True)
class LinkLearners:
    """Links to make."""

    request_id: UUID
    links: tuple[NewLink, ...]


async def link_learners(
    pool: Pool, registry: Registry, exchange: Exchange | None, command: LinkLearners, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Settle for the caller's institution which learners other banks mean.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        exchange: This bank among others; None: off.
        command: At most 100 links.
        actor: Needs `credit.verify`, and must be allowed to read each learner.
        now: UTC.

    Raises:
        PermissionMissing: The role settles no identities of results.
        ExchangeOff: No peers are configured.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
        Unavailable: The registry does not answer.
    """
    actor.require("credit.verify")
    if exchange is None:
        raise ExchangeOff
    institution_id = actor.at()
    check_size(command.links, limits.FEW_ITEMS_MAX, field="links")
    content = idempotency.fingerprint(command)
    async with pool.acquire(timeout=10) as connection:
        answer = await settled.answered(connection, command.request_id, caller=actor.caller, content=content)
    if answer is not None:
        return outcomes_from_answer(answer)
    # Grants are asked for before the transaction, since the registry may be asked.
    learner_ids = sorted({item.learner_id for item in command.links})
    grants = await access.ask_grants(pool, registry, learner_ids, actor=actor, now=now)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        grounds = await access.find_open(connection, learner_ids, actor=actor, grants=grants, now=now)
        refused = _refused(command.links, exchange, grounds, today=thai_date(now))
        refs = [(item.peer, item.learner_ref) for item in command.links]
        await store_inbox.lock(connection, [f"{peer}/{reference}" for peer, reference in refs])
        known = await store_inbox.open_links(connection, refs)
        kin = await families(connection, learner_ids)
        outcomes: list[Outcome] = []
        new: list[Link] = []
        for index, item in enumerate(command.links):
            members = {*kin[item.learner_id].members, item.learner_id}
            same = [link for link in (*known, *new) if (link.peer, link.learner_ref) == refs[index]]
            refusal = refused.get(index)
            if refusal is None and any(link.learner_id not in members for link in same):
                refusal = ReferenceLinked(peer=item.peer)
            own = next((link for link in same if link.institution_id == institution_id), None)
            if refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
            elif own is not None:
                outcomes.append(Outcome(index, str(own.link_id), already_done=True))
            else:
                new.append(_made(item, institution_id, now=now))
                outcomes.append(Outcome(index, str(new[-1].link_id)))
        await store_inbox.insert_links(
            connection, new, institution_id=institution_id, linked_by=actor.subject_hash, now=now
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.link_changed(link, is_ended=False, now=now) for link in new])
    return outcomes


def _refused(
    links: Sequence[NewLink], exchange: Exchange, grounds: Collection[UUID], *, today: date
) -> dict[int, ServiceError]:
    """Links that cannot be made whatever is linked already, such as of a learner who does not exist for the caller."""
    refused: dict[int, ServiceError] = {}
    for index, item in enumerate(links):
        try:
            _check(item, exchange, today=today)
        except (LinkInvalid, PeerUnknown) as refusal:
            refused[index] = refusal
        else:
            if item.learner_id not in grounds:
                refused[index] = NotFound()
    return refused


def _made(item: NewLink, institution_id: UUID, *, now: datetime) -> Link:
    return Link(
        link_id=uuid7(),
        peer=item.peer,
        learner_ref=item.learner_ref,
        institution_id=institution_id,
        learner_id=item.learner_id,
        requested_on=item.requested_on,
        request_reference=item.request_reference,
        linked_at=now,
    )


def _check(item: NewLink, exchange: Exchange, *, today: date) -> None:
    """Refuse what can never be right about a link.

    Raises:
        PeerUnknown: No such bank is configured.
        LinkInvalid: A field has no usable value.
    """
    if item.peer not in exchange.peers:
        raise PeerUnknown(field="peer", peer=item.peer)
    if not REFERENCE_SHAPE.fullmatch(item.learner_ref):
        raise LinkInvalid(field="learner_ref", expected="64 hexadecimal digits")
    if item.requested_on > today:
        raise LinkInvalid(field="requested_on", expected="today or earlier")
    if not 0 < len(item.request_reference) <= TEXT_CHARACTERS_MAX:
        raise LinkInvalid(field="request_reference", expected="by what the request is found on file")


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """A link that was wrong, or that the learner takes back."""

    link_id: UUID
    reason_th: str


@dataclass(frozen=True, slots=True)
class EndLinks:
    """Links to end."""

    request_id: UUID
    ends: tuple[LinkEnd, ...]


async def end_links(pool: Pool, command: EndLinks, *, actor: Actor, now: datetime) -> list[Outcome]:
    """End links of the caller's institution; drafts and results made before stay, and are mended where they are.

    Args:
        pool: Connections.
        command: At most 100 links.
        actor: Needs `credit.verify`.
        now: UTC.

    Raises:
        PermissionMissing: The role settles no identities of results.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.verify")
    institution_id = actor.at()
    check_size(command.ends, limits.FEW_ITEMS_MAX, field="ends")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        await store_inbox.lock(connection, [f"link {item.link_id}" for item in command.ends])
        known = await store_inbox.read_links(connection, [item.link_id for item in command.ends], institution_id)
        outcomes: list[Outcome] = []
        ended: dict[UUID, str] = {}
        for index, item in enumerate(command.ends):
            link = known.get(item.link_id)
            if link is None:
                outcomes.append(Outcome.failed(index, LinkUnknown(link_id=item.link_id)))
            elif link.is_ended or item.link_id in ended:
                outcomes.append(Outcome(index, str(item.link_id), already_done=True))
            elif not 0 < len(item.reason_th.strip()) <= TEXT_CHARACTERS_MAX:
                outcomes.append(Outcome.failed(index, LinkInvalid(field="reason_th", expected="a reason")))
            else:
                ended[item.link_id] = item.reason_th.strip()
                outcomes.append(Outcome(index, str(item.link_id)))
        await store_inbox.end_links(connection, list(ended.items()), ended_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.link_changed(known[link_id], is_ended=True, now=now) for link_id in ended])
    return outcomes


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """A page of what was told; the token is empty on the last one."""

    links: list[Link]
    told: list[Told]
    next_page_token: str


async def list_received(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    *,
    purpose: str,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> ReceivedPage:
    """What other banks told of a learner whom the caller's institution linked, in the order of his chains there.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose.
        purpose: Purpose code.
        page_size: 1 to 1,000; 0: 100.
        page_token: Of the answer before.
        actor: Needs `credit.read` with a ground.
        now: UTC.

    Raises:
        InvalidField: Page size or token.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the learner's statement.
    """
    actor.require("credit.read")
    institution_id = actor.at()
    limit = limits.page_size(page_size)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        members = [learner_id, *(await families(connection, [learner_id]))[learner_id].members]
        links = await store_inbox.links_of(connection, institution_id, members)
        told = standings(await store_inbox.received_of(connection, institution_id, members))
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    names = [f"{one.message.peer}/{one.message.message_id}" for one in told]
    if page_token and page_token not in names:
        raise InvalidField(field="page_token", expected="a token of an answer before")
    start = names.index(page_token) + 1 if page_token else 0
    page = told[start : start + limit]
    return ReceivedPage(links, page, names[start + limit - 1] if len(told) > start + limit else "")


@dataclass(frozen=True, slots=True)
class MessageName:
    """What names a message: each bank chooses the ids of its own.

    Attributes:
        peer: Name of the bank; empty: the only one that told a message of this id.
    """

    peer: str
    message_id: UUID


@dataclass(frozen=True, slots=True)
class DraftReceived:
    """Messages of which drafts are to be made."""

    request_id: UUID
    messages: tuple[MessageName, ...]


async def draft_received(
    pool: Pool, registry: Registry, command: DraftReceived, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Make drafts of results that other banks told and that stand there now; nothing is posted by it.

    A draft shows what the message says: it is a read of the learner, allowed on the grounds of any other, and kept. A
    link outlives an enrolment or a grant; the right to read does not.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        command: At most 100 messages about learners whom the caller's institution linked and may read.
        actor: Needs `credit.record`; the drafts are those of his institution.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
        Unavailable: A learner is read across institutions and the registry does not answer.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    check_size(command.messages, limits.FEW_ITEMS_MAX, field="messages")
    content = idempotency.fingerprint(command)
    message_ids = [name.message_id for name in command.messages]
    async with pool.acquire(timeout=10) as connection:
        answer = await settled.answered(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        seen = await store_inbox.received_beside(connection, institution_id, message_ids)
    learner_ids = sorted({message.learner_id for message in seen})
    grants = await access.ask_grants(pool, registry, learner_ids, actor=actor, now=now)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        await store_inbox.lock(
            connection,
            [f"message {one.peer}/{one.message_id}" for one in seen if one.message_id in set(message_ids)],
        )
        grounds = await access.find_open(connection, learner_ids, actor=actor, grants=grants, now=now)
        beside = standings(await store_inbox.received_beside(connection, institution_id, message_ids))
        asked = _sorted_out(command.messages, [one for one in beside if one.message.learner_id in grounds])
        drafts, told_of = await new_drafts(
            connection, [draft_of(message) for message in asked.ready.values()], actor=actor, now=now
        )
        made = {name: draft.draft_id for name, draft in zip(asked.ready, drafts, strict=True)}
        await store_inbox.insert_drafts(
            connection,
            [(draft_id, name.peer, name.message_id) for name, draft_id in made.items()],
            institution_id=institution_id,
            now=now,
        )
        shown = sorted({message.learner_id for message in asked.ready.values()})
        reads = [
            Read(learner_id, RESOURCE, PURPOSE, grounds[learner_id].ground, grounds[learner_id].ground_id)
            for learner_id in shown
        ]
        await access.record_reads(connection, reads, actor=actor, now=now)
        outcomes = asked.outcomes(made)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, told_of)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Asked:
    """Messages that were named.

    Attributes:
        ready: Those of which a draft is to be made.
        places: By place in the call what is known before drafting: its outcome, or the name of the draft that becomes
            its outcome.
    """

    ready: dict[MessageName, Received]
    places: list[Outcome | MessageName]

    def outcomes(self, made: Mapping[MessageName, UUID]) -> list[Outcome]:
        """Outcomes in the order of the call; a message named twice is drafted once."""
        first: dict[MessageName, int] = {}
        found: list[Outcome] = []
        for index, place in enumerate(self.places):
            if isinstance(place, Outcome):
                found.append(place)
            else:
                is_again = first.setdefault(place, index) != index
                found.append(Outcome(index, str(made[place]), already_done=is_again))
        return found


def _sorted_out(names: Sequence[MessageName], told: Sequence[Told]) -> _Asked:
    """Messages of which a draft may be made, and what became of the others."""
    by_id: dict[UUID, list[Told]] = {}
    for one in told:
        by_id.setdefault(one.message.message_id, []).append(one)
    asked = _Asked({}, [])
    for index, name in enumerate(names):
        found = [one for one in by_id.get(name.message_id, ()) if name.peer in ("", one.message.peer)]
        place: Outcome | MessageName
        if not found:
            place = Outcome.failed(index, MessageUnknown(message_id=name.message_id))
        elif len(found) > 1:
            place = Outcome.failed(index, MessageAmbiguous(field="peer", message_id=name.message_id))
        elif found[0].message.draft_id is not None:
            place = Outcome(index, str(found[0].message.draft_id), already_done=True)
        elif found[0].standing is not Standing.STANDS:
            place = Outcome.failed(index, MessageNoResult(message_id=name.message_id, standing=found[0].standing))
        else:
            message = found[0].message
            place = MessageName(message.peer, message.message_id)
            asked.ready[place] = message
        asked.places.append(place)
    return asked
