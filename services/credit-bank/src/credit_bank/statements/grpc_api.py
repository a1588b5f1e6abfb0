"""LedgerService: contract messages to commands and back."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.averages import use_cases as averages
from credit_bank.calendar_th import utc_now
from credit_bank.checkpoints import use_cases as checkpoints
from credit_bank.clients import Registry
from credit_bank.counting import expiring
from credit_bank.counting import use_cases as counting
from credit_bank.ledger.flags import FlagSubject
from credit_bank.reviews import use_cases as reviews
from credit_bank.statements import use_cases
from credit_bank.statements.wire import averages_to_pb, checkpoint_to_pb, flag_to_pb, statement_to_pb


class LedgerServicer(pb_grpc.LedgerServiceServicer):
    """Counting, statements and what belongs to them over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier
        self._counter = counting.counting_together(pool)

    async def CountEntries(  # noqa: N802  # named by the contract
        self, request: pb.CountEntriesRequest, context: ServicerContext[Any, Any]
    ) -> pb.CountEntriesResponse:
        """Count verified entries toward a qualification."""
        actor = await actor_of(context, self._identifier)
        command = counting.CountEntries(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                counting.CountInput(
                    parse_uuid(item.entry_id, field="entry_id"), item.qualification_code, item.qualification_version
                )
                for item in request.entries
            ),
        )
        outcomes = await counting.count_entries(self._pool, command, actor=actor, now=utc_now(), together=self._counter)
        return pb.CountEntriesResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetStatement(  # noqa: N802  # named by the contract
        self, request: pb.GetStatementRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetStatementResponse:
        """A learner's accounts and journals."""
        actor = await freshest_actor_of(context, self._identifier)
        statement = await use_cases.get_statement(
            self._pool,
            self._registry,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            as_of=request.as_of.ToDatetime(tzinfo=UTC) if request.HasField("as_of") else None,
            effective_on=wire.optional_date(request, "effective_on"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return statement_to_pb(statement)

    async def GetAverages(  # noqa: N802  # named by the contract
        self, request: pb.GetAveragesRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetAveragesResponse:
        """Averages of a learner's verified results."""
        actor = await freshest_actor_of(context, self._identifier)
        report = await averages.get_averages(
            self._pool,
            self._registry,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            document_kind=request.document_kind,
            as_of=request.as_of.ToDatetime(tzinfo=UTC) if request.HasField("as_of") else None,
            actor=actor,
            now=utc_now(),
        )
        return averages_to_pb(report)

    async def ExpireCredits(  # noqa: N802  # named by the contract
        self, request: pb.ExpireCreditsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ExpireCreditsResponse:
        """Let credits run out where a rule says so."""
        actor = await actor_of(context, self._identifier)
        command = expiring.ExpireCredits(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(text, field="entry_ids") for text in request.entry_ids),
        )
        outcomes = await expiring.expire_credits(self._pool, command, actor=actor, now=utc_now())
        return pb.ExpireCreditsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListReviewFlags(  # noqa: N802  # named by the contract
        self, request: pb.ListReviewFlagsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListReviewFlagsResponse:
        """What rests on changed results."""
        actor = await actor_of(context, self._identifier)
        page = await reviews.list_flags(
            self._pool,
            with_resolved=request.with_resolved,
            subject=wire.enum_from_text(FlagSubject, request.subject, field="subject") if request.subject else None,
            learner_ids=[parse_uuid(text, field="learner_ids") for text in request.learner_ids],
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListReviewFlagsResponse(
            flags=[flag_to_pb(flag) for flag in page.flags], next_page_token=page.next_page_token, total=page.total
        )

    async def ResolveReviewFlags(  # noqa: N802  # named by the contract
        self, request: pb.ResolveReviewFlagsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ResolveReviewFlagsResponse:
        """Decide that things stand as they are."""
        actor = await actor_of(context, self._identifier)
        command = reviews.ResolveFlags(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(text, field="flag_ids") for text in request.flag_ids),
            wire.enum_from_text(reviews.KeepReason, request.reason_code, field="reason_code"),
        )
        outcomes = await reviews.resolve_flags(self._pool, command, actor=actor, now=utc_now())
        return pb.ResolveReviewFlagsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListCheckpoints(  # noqa: N802  # named by the contract
        self, request: pb.ListCheckpointsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCheckpointsResponse:
        """Signed daily checkpoints."""
        actor = await actor_of(context, self._identifier)
        page = await checkpoints.list_checkpoints(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListCheckpointsResponse(
            checkpoints=[checkpoint_to_pb(one) for one in page.checkpoints], next_page_token=page.next_page_token
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """LedgerService, ready to be served."""
    serving = LedgerServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["LedgerService"].full_name,
        lambda server: pb_grpc.add_LedgerServiceServicer_to_server(serving, server),
    )
