"""Exchange over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import Base64Bytes, BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.exchange import use_cases
from credit_bank.exchange.peers import Exchange
from credit_bank.exchange.use_cases import MESSAGES_MAX, Message, ReceiveMessages
from credit_bank.json_models import Body, ListResult


class MessageBody(Body):
    """One message of another bank."""

    message_id: UUID
    content_base64: Base64Bytes
    signature_hex: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class MessagesBody(Body):
    """Messages to take."""

    peer: Annotated[str, Field(min_length=1, max_length=100)]
    messages: Annotated[list[MessageBody], Field(min_length=1, max_length=MESSAGES_MAX)]


class ReceiptOut(BaseModel):
    """What became of one message."""

    message_id: UUID
    state: Literal["STORED", "KNOWN", "REFUSED"]
    reason_code: str


class ReceiptsOut(BaseModel):
    """Receipts, in the order of the request."""

    receipts: list[ReceiptOut]


class DeliveryOut(BaseModel):
    """Something stored for another bank."""

    message_id: UUID
    peer: str
    type: str
    state: str
    attempts: int
    stored_at: datetime
    sent_at: datetime | None
    last_answer: str


class DeliveriesOut(BaseModel):
    """A page of deliveries, oldest first."""

    deliveries: list[DeliveryOut]
    next_page_token: str


class ResendBody(Body):
    """Refused deliveries to send again."""

    message_ids: Annotated[list[UUID], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


def router(pool: Pool, exchange: Exchange | None, texts: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["exchange"])

    @api.post("/v1/exchange/messages")
    async def receive_messages(body: MessagesBody, request_id: RequestId, actor: CurrentActor) -> ReceiptsOut:
        """Take messages of another bank; the same message again changes nothing."""
        messages = tuple(
            Message(one.message_id, bytes(one.content_base64), bytes.fromhex(one.signature_hex))
            for one in body.messages
        )
        command = ReceiveMessages(request_id, body.peer, messages)
        receipts = await use_cases.receive_messages(pool, exchange, command, actor=actor, now=utc_now())
        return ReceiptsOut.model_validate(
            {
                "receipts": [
                    {"message_id": one.message_id, "state": one.state, "reason_code": one.reason_code}
                    for one in receipts
                ]
            }
        )

    @api.post("/v1/exchange/deliveries/resend")
    async def resend_deliveries(body: ResendBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Send again what another bank refused, after somebody has looked."""
        command = use_cases.ResendDeliveries(request_id, tuple(body.message_ids))
        outcomes = await use_cases.resend_deliveries(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, texts))

    @api.get("/v1/exchange/deliveries")
    async def list_deliveries(
        *, actor: CurrentActor, peer: str = "", state: str = "", page_size: int = 0, page_token: str = ""
    ) -> DeliveriesOut:
        """What is stored for other banks and how far it came."""
        page = await use_cases.list_deliveries(
            pool, peer=peer, state=state, page_size=page_size, page_token=page_token, actor=actor
        )
        return DeliveriesOut(
            deliveries=[
                DeliveryOut(
                    message_id=one.message_id,
                    peer=one.peer,
                    type=one.type,
                    state=one.state,
                    attempts=one.attempts,
                    stored_at=one.stored_at,
                    sent_at=one.sent_at,
                    last_answer=one.last_answer,
                )
                for one in page.deliveries
            ],
            next_page_token=page.next_page_token,
        )

    return api
