"""ExchangeService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import exchange_pb2 as pb
from nuaikit.credit_bank.v1 import exchange_pb2_grpc as pb_grpc

from credit_bank.calendar_th import utc_now
from credit_bank.exchange import use_cases
from credit_bank.exchange.peers import Exchange
from credit_bank.exchange.use_cases import Message, ReceiveMessages


def _message(one: pb.ExchangeMessage) -> Message:
    try:
        signature = bytes.fromhex(one.signature_hex)
    except ValueError:
        raise InvalidField(field="signature_hex", expected="hexadecimal") from None
    return Message(parse_uuid(one.message_id, field="message_id"), one.content, signature)


class ExchangeServicer(pb_grpc.ExchangeServiceServicer):
    """Exchange over gRPC."""

    def __init__(self, pool: Pool, exchange: Exchange | None, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._exchange = exchange
        self._identifier = identifier

    async def ListDeliveries(  # noqa: N802  # named by the contract
        self, request: pb.ListDeliveriesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListDeliveriesResponse:
        """What is stored for other banks."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_deliveries(
            self._pool,
            peer=request.peer,
            state=request.state,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListDeliveriesResponse(
            deliveries=[
                pb.Delivery(
                    message_id=str(one.message_id),
                    peer=one.peer,
                    type=one.type,
                    state=one.state,
                    attempts=one.attempts,
                    stored_at=time_to_pb(one.stored_at),
                    sent_at=None if one.sent_at is None else time_to_pb(one.sent_at),
                    last_answer=one.last_answer,
                )
                for one in page.deliveries
            ],
            next_page_token=page.next_page_token,
        )

    async def ReceiveMessages(  # noqa: N802  # named by the contract
        self, request: pb.ReceiveMessagesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReceiveMessagesResponse:
        """Take messages of another bank."""
        actor = await actor_of(context, self._identifier)
        receipts = await use_cases.receive_messages(
            self._pool,
            self._exchange,
            ReceiveMessages(
                parse_uuid(request.request_id, field="request_id"),
                request.peer,
                tuple(_message(one) for one in request.messages),
            ),
            actor=actor,
            now=utc_now(),
        )
        return pb.ReceiveMessagesResponse(
            receipts=[
                pb.ExchangeReceipt(message_id=str(one.message_id), state=one.state, reason_code=one.reason_code)
                for one in receipts
            ]
        )


def servicer(pool: Pool, exchange: Exchange | None, identifier: Identifier) -> Servicer:
    """ExchangeService, ready to be served."""
    serving = ExchangeServicer(pool, exchange, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ExchangeService"].full_name,
        lambda server: pb_grpc.add_ExchangeServiceServicer_to_server(serving, server),
    )
