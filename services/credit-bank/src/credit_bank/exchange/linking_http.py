"""Links with learners of other banks over HTTP, and drafts of what those banks told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.actors import FreshestActor, UsualPurpose
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.exchange import linking
from credit_bank.exchange.domain import BankLevel
from credit_bank.exchange.inbox import Standing, Told
from credit_bank.exchange.peers import Exchange
from credit_bank.json_models import Body, ListResult


class ReferenceOut(BaseModel):
    """By what another bank would know a learner."""

    peer: str
    level: BankLevel
    learner_ref: str


class ReferencesOut(BaseModel):
    """One for each bank that is told."""

    references: list[ReferenceOut]


class LinkBody(Body):
    """A link to make."""

    peer: Annotated[str, Field(min_length=1, max_length=100)]
    learner_ref: Annotated[str, Field(max_length=64, description="As the learner brings it, 64 hexadecimal digits.")]
    learner_id: UUID
    requested_on: date
    request_reference: Annotated[str, Field(max_length=300, description="Of the request on file; no name.")]

    def to_domain(self) -> linking.NewLink:
        """As the use cases know it."""
        return linking.NewLink(
            self.peer, self.learner_ref, self.learner_id, self.requested_on, self.request_reference.strip()
        )


class LinksBody(Body):
    """Links to make."""

    links: Annotated[list[LinkBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class LinkEndBody(Body):
    """A link to end."""

    link_id: UUID
    reason_th: Annotated[str, Field(max_length=300)]


class LinkEndsBody(Body):
    """Links to end."""

    ends: Annotated[list[LinkEndBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class LinkOut(BaseModel):
    """A link that holds."""

    link_id: UUID
    peer: str
    learner_ref: str
    learner_id: UUID
    requested_on: date
    request_reference: str


class ReceivedOut(BaseModel):
    """A message about a linked learner, and how it stands beside those that came after it."""

    message_id: UUID
    peer: str
    link_id: UUID
    type: str
    seq: int
    standing: Standing
    received_at: datetime
    draft_id: UUID | None
    content: dict[str, Any]

    @classmethod
    def of(cls, told: Told) -> ReceivedOut:
        """As shown."""
        message = told.message
        return cls(
            message_id=message.message_id,
            peer=message.peer,
            link_id=message.link_id,
            type=message.type,
            seq=message.seq,
            standing=told.standing,
            received_at=message.received_at,
            draft_id=message.draft_id,
            content=dict(message.content),
        )


class ReceivedPageOut(BaseModel):
    """A page of what was told; `next_page_token` is empty on the last one."""

    links: list[LinkOut]
    messages: list[ReceivedOut]
    next_page_token: str


class MessageNameBody(Body):
    """What names a message: each bank chooses the ids of its own."""

    peer: Annotated[str, Field(min_length=1, max_length=100)]
    message_id: UUID


class DraftReceivedBody(Body):
    """Messages of which drafts are to be made."""

    messages: Annotated[list[MessageNameBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


def router(pool: Pool, registry: Registry, exchange: Exchange | None, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["exchange"])

    @api.get("/v1/learners/{learner_id}/exchange-references")
    async def list_references(learner_id: UUID, actor: FreshestActor, purpose: UsualPurpose = "") -> ReferencesOut:
        """By what other banks would know a learner, for him to take there."""
        found = await linking.list_references(
            pool, registry, exchange, learner_id, purpose=purpose, actor=actor, now=utc_now()
        )
        return ReferencesOut(
            references=[ReferenceOut(peer=one.peer, level=one.level, learner_ref=one.learner_ref) for one in found]
        )

    @api.post("/v1/exchange/links")
    async def link_learners(body: LinksBody, request_id: RequestId, actor: FreshestActor) -> ListResult:
        """Settle for one's institution, on the learners' requests, whom other banks mean."""
        command = linking.LinkLearners(request_id, tuple(one.to_domain() for one in body.links))
        outcomes = await linking.link_learners(pool, registry, exchange, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/exchange/links/end")
    async def end_links(body: LinkEndsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """End links of one's institution; drafts and results made before stay."""
        command = linking.EndLinks(request_id, tuple(linking.LinkEnd(one.link_id, one.reason_th) for one in body.ends))
        outcomes = await linking.end_links(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/learners/{learner_id}/exchange-messages")
    async def list_received(
        *, learner_id: UUID, actor: FreshestActor, purpose: UsualPurpose = "", page_size: int = 0, page_token: str = ""
    ) -> ReceivedPageOut:
        """What other banks told of a learner whom one's institution linked; results of it are no results here yet."""
        page = await linking.list_received(
            pool,
            registry,
            learner_id,
            purpose=purpose,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return ReceivedPageOut(
            links=[
                LinkOut(
                    link_id=link.link_id,
                    peer=link.peer,
                    learner_ref=link.learner_ref,
                    learner_id=link.learner_id,
                    requested_on=link.requested_on,
                    request_reference=link.request_reference,
                )
                for link in page.links
            ],
            messages=[ReceivedOut.of(one) for one in page.told],
            next_page_token=page.next_page_token,
        )

    @api.post("/v1/exchange/messages/draft")
    async def draft_received(body: DraftReceivedBody, request_id: RequestId, actor: FreshestActor) -> ListResult:
        """Make drafts of results that other banks told and that stand there; people here submit and verify them."""
        names = tuple(linking.MessageName(one.peer, one.message_id) for one in body.messages)
        command = linking.DraftReceived(request_id, names)
        outcomes = await linking.draft_received(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    return api
