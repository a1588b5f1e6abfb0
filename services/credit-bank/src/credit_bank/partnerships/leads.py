"""Organisations that lead the credit bank at a level (R-09): named by order, for a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, NotFound, PermissionMissing, ServiceError
from chassis.ids import date_to_pb, uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool, Record
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.canonical import digest
from credit_bank.catalogue.events import TOPIC
from credit_bank.partnerships import store, store_leads
from credit_bank.partnerships.domain import NAME_CHARACTERS_MAX, Tier
from credit_bank.partnerships.errors import LeadExistsDifferent, LeadInvalid
from credit_bank.provenance import Provenance, provenance_document
from credit_bank.wire import date_or_none_to_pb

NAMES_LEADS_OF_LEVELS: Final = "exchange.manage"
"""Permission of the agencies that run the bank of a level."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """Who leads, as an order says it.

    Attributes:
        scope: What it leads inside the level, such as a province's code; empty: all of it.
        valid_to: Last day; None: open.
    """

    tier: Tier
    scope: str
    institution_id: UUID
    order_no: str
    valid_from: date
    valid_to: date | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Lead:
    """A registered lead organisation."""

    lead_id: UUID
    facts: LeadFacts


@dataclass(frozen=True, slots=True)
class RegisterLeads:
    """Lead organisations to register."""

    request_id: UUID
    leads: tuple[LeadFacts, ...]


async def register_leads(pool: Pool, command: RegisterLeads, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Name lead organisations.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `committee.manage` and names his own institution; for a level above, also `exchange.manage`.
        now: UTC.

    Raises:
        PermissionMissing: The role names none.
        InvalidField, TooManyItems: None, or more than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("committee.manage")
    check_size(command.leads, limits.FEW_ITEMS_MAX, field="leads")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        keys = [(str(facts.tier), facts.scope, facts.order_no) for facts in command.leads]
        await store.lock_keys(connection, {f"lead:{'|'.join(key)}" for key in keys})
        rows = await store_leads.by_order(connection, keys)
        known = {(row["tier"], row["scope"], row["order_no"]): (row["lead_id"], row["content_hash"]) for row in rows}
        outcomes: list[Outcome] = []
        new: list[tuple[Lead, bytes]] = []
        for index, (facts, key) in enumerate(zip(command.leads, keys, strict=True)):
            content = digest(_document(facts))
            try:
                _require(facts, actor)
                same = known.get(key)
                if same is not None and same[1] != content:
                    raise LeadExistsDifferent(order_no=facts.order_no)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if same is not None:
                outcomes.append(Outcome(index, str(same[0]), already_done=True))
                continue
            lead = Lead(uuid7(), facts)
            known[key] = (lead.lead_id, content)
            new.append((lead, content))
            outcomes.append(Outcome(index, str(lead.lead_id)))
        await _insert(connection, new, actor=actor, now=now)
        return outcomes, [_changed(lead) for lead, _ in new]

    return await run(pool, command, work, actor=actor)


def _require(facts: LeadFacts, actor: Actor) -> None:
    # Nobody declares himself the lead of others: above an institution whoever runs the bank of the level says so.
    if facts.tier is not Tier.INSTITUTION and not actor.may(NAMES_LEADS_OF_LEVELS):
        raise PermissionMissing(permission=NAMES_LEADS_OF_LEVELS, role=actor.role)
    if facts.tier is Tier.INSTITUTION and facts.institution_id != actor.institution_id:
        raise NotFound
    if not 0 < len(facts.order_no) <= NAME_CHARACTERS_MAX or len(facts.scope) > NAME_CHARACTERS_MAX:
        raise LeadInvalid(field="order_no", expected="the number of the order")
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        raise LeadInvalid(field="valid_to", expected="a day not before valid_from")


def _document(facts: LeadFacts) -> dict[str, Any]:
    return {
        "institution_id": str(facts.institution_id),
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": None if facts.valid_to is None else facts.valid_to.isoformat(),
        "provenance": provenance_document(facts.provenance),
    }


async def _insert(connection: Connection, leads: Sequence[tuple[Lead, bytes]], *, actor: Actor, now: datetime) -> None:
    facts = [lead.facts for lead, _ in leads]
    await store_leads.insert(
        connection,
        [lead.lead_id for lead, _ in leads],
        [str(item.tier) for item in facts],
        [item.scope for item in facts],
        [item.institution_id for item in facts],
        [item.order_no for item in facts],
        [item.valid_from for item in facts],
        [item.valid_to for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.version for item in facts],
        [content for _, content in leads],
        now,
        actor.subject_hash,
    )


def _changed(lead: Lead) -> NewEvent:
    facts = lead.facts
    message = events_pb2.LeadOrganisationChanged(
        lead_id=str(lead.lead_id),
        tier=str(facts.tier),
        scope=facts.scope,
        institution_id=str(facts.institution_id),
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
    )
    return NewEvent(TOPIC, str(facts.institution_id), message)


async def list_leads(
    pool: Pool, *, tier: str = "", on_date: date | None = None, actor: Actor, now: datetime
) -> list[Lead]:
    """Lead organisations in force on a day, for whoever has a role here.

    Raises:
        PermissionMissing: The caller has none.
        InvalidField: The level is unknown.
    """
    if not actor.permissions:
        raise PermissionMissing(permission="any", role=actor.role)
    if tier and tier not in set(Tier):
        raise InvalidField(field="tier", expected=f"one of {', '.join(Tier)}")
    async with pool.acquire(timeout=10) as connection:
        rows = await store_leads.on_day(connection, tier, on_date or thai_date(now))
    return [_lead(row) for row in rows]


def _lead(row: Record) -> Lead:
    facts = LeadFacts(
        tier=Tier(row["tier"]),
        scope=row["scope"],
        institution_id=row["institution_id"],
        order_no=row["order_no"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        provenance=Provenance(row["source"], row["status"], row["valid_from"], row["source_version"]),
    )
    return Lead(row["lead_id"], facts)
