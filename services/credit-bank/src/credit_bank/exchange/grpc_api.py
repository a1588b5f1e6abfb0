"""ExchangeService: contract messages to commands and back."""

from __future__ import annotations

import json
from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import exchange_pb2 as pb
from nuaikit.credit_bank.v1 import exchange_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.exchange import linking, use_cases
from credit_bank.exchange.inbox import Told
from credit_bank.exchange.peers import Exchange
from credit_bank.exchange.use_cases import Message, ReceiveMessages


def _message(one: pb.ExchangeMessage) -> Message:
    try:
        signature = bytes.fromhex(one.signature_hex)
    except ValueError:
        raise InvalidField(field="signature_hex", expected="hexadecimal") from None
    return Message(parse_uuid(one.message_id, field="message_id"), one.content, signature)


def received_to_pb(told: Told) -> pb.ReceivedMessage:
    """As the contracts carry it."""
    message = told.message
    return pb.ReceivedMessage(
        message_id=str(message.message_id),
        peer=message.peer,
        link_id=str(message.link_id),
        type=message.type,
        seq=message.seq,
        standing=str(told.standing),
        received_at=time_to_pb(message.received_at),
        draft_id="" if message.draft_id is None else str(message.draft_id),
        content_json=json.dumps(message.content, ensure_ascii=False, sort_keys=True),
    )


class ExchangeServicer(pb_grpc.ExchangeServiceServicer):
    """Exchange over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, exchange: Exchange | None, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
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

    async def ResendDeliveries(  # noqa: N802  # named by the contract
        self, request: pb.ResendDeliveriesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ResendDeliveriesResponse:
        """Send again what another bank refused."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ResendDeliveries(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(one, field="message_ids") for one in request.message_ids),
        )
        outcomes = await use_cases.resend_deliveries(self._pool, command, actor=actor, now=utc_now())
        return pb.ResendDeliveriesResponse(outcomes=outcomes_to_pb(outcomes))

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

    async def ListLearnerReferences(  # noqa: N802  # named by the contract
        self, request: pb.ListLearnerReferencesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLearnerReferencesResponse:
        """References of a learner for other banks."""
        actor = await freshest_actor_of(context, self._identifier)
        found = await linking.list_references(
            self._pool,
            self._registry,
            self._exchange,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListLearnerReferencesResponse(
            references=[
                pb.LearnerReference(peer=one.peer, level=str(one.level), learner_ref=one.learner_ref) for one in found
            ]
        )

    async def LinkLearners(  # noqa: N802  # named by the contract
        self, request: pb.LinkLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.LinkLearnersResponse:
        """Settle whom other banks mean."""
        actor = await freshest_actor_of(context, self._identifier)
        links = tuple(
            linking.NewLink(
                one.peer,
                one.learner_ref,
                parse_uuid(one.learner_id, field="learner_id"),
                wire.required_date(one, "requested_on"),
                one.request_reference.strip(),
            )
            for one in request.links
        )
        command = linking.LinkLearners(parse_uuid(request.request_id, field="request_id"), links)
        outcomes = await linking.link_learners(
            self._pool, self._registry, self._exchange, command, actor=actor, now=utc_now()
        )
        return pb.LinkLearnersResponse(outcomes=outcomes_to_pb(outcomes))

    async def EndLearnerLinks(  # noqa: N802  # named by the contract
        self, request: pb.EndLearnerLinksRequest, context: ServicerContext[Any, Any]
    ) -> pb.EndLearnerLinksResponse:
        """End links."""
        actor = await actor_of(context, self._identifier)
        command = linking.EndLinks(
            parse_uuid(request.request_id, field="request_id"),
            tuple(linking.LinkEnd(parse_uuid(one.link_id, field="link_id"), one.reason_th) for one in request.ends),
        )
        outcomes = await linking.end_links(self._pool, command, actor=actor, now=utc_now())
        return pb.EndLearnerLinksResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListReceivedMessages(  # noqa: N802  # named by the contract
        self, request: pb.ListReceivedMessagesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListReceivedMessagesResponse:
        """What other banks told of a linked learner."""
        actor = await freshest_actor_of(context, self._identifier)
        page = await linking.list_received(
            self._pool,
            self._registry,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListReceivedMessagesResponse(
            links=[
                pb.LearnerLink(
                    link_id=str(link.link_id),
                    peer=link.peer,
                    learner_ref=link.learner_ref,
                    learner_id=str(link.learner_id),
                    requested_on=date_to_pb(link.requested_on),
                    request_reference=link.request_reference,
                )
                for link in page.links
            ],
            messages=[received_to_pb(one) for one in page.told],
            next_page_token=page.next_page_token,
        )

    async def DraftReceivedResults(  # noqa: N802  # named by the contract
        self, request: pb.DraftReceivedResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.DraftReceivedResultsResponse:
        """Make drafts of results that other banks told."""
        actor = await freshest_actor_of(context, self._identifier)
        names = [linking.MessageName("", parse_uuid(one, field="message_ids")) for one in request.message_ids]
        names += [
            linking.MessageName(one.peer, parse_uuid(one.message_id, field="messages")) for one in request.messages
        ]
        command = linking.DraftReceived(parse_uuid(request.request_id, field="request_id"), tuple(names))
        outcomes = await linking.draft_received(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.DraftReceivedResultsResponse(outcomes=outcomes_to_pb(outcomes))


def servicer(pool: Pool, registry: Registry, exchange: Exchange | None, identifier: Identifier) -> Servicer:
    """ExchangeService, ready to be served."""
    serving = ExchangeServicer(pool, registry, exchange, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ExchangeService"].full_name,
        lambda server: pb_grpc.add_ExchangeServiceServicer_to_server(serving, server),
    )
