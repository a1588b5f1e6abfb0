"""LedgerService: contract messages to commands and back."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.counting import use_cases as counting
from credit_bank.ledger.domain import Journal
from credit_bank.statements import use_cases
from credit_bank.statements.domain import AccountBalances, Statement


def statement_to_pb(statement: Statement) -> pb.GetStatementResponse:
    """A statement as the contracts carry it."""
    return pb.GetStatementResponse(
        accounts=[_account_to_pb(account) for account in statement.accounts],
        journals=[_journal_to_pb(journal, statement) for journal in statement.journals],
        head_hash_hex=statement.head_hash.hex(),
    )


def _account_to_pb(account: AccountBalances) -> pb.Account:
    key = account.key
    return pb.Account(
        account_id=str(account.account_id),
        kind=f"ACCOUNT_KIND_{key.kind}",
        qualification_code=key.qualification_code,
        qualification_version=key.qualification_version,
        awarding_institution_id="" if key.awarding_institution_id is None else str(key.awarding_institution_id),
        balances=[
            pb.BucketBalance(bucket=item.bucket, amount=wire.amount_to_pb(item.balance_hundredths, item.unit))
            for item in account.balances
        ],
    )


def _journal_to_pb(journal: Journal, statement: Statement) -> pb.Journal:
    account_ids = statement.account_ids
    return pb.Journal(
        journal_id=str(journal.journal_id),
        seq=journal.seq,
        type=journal.type,
        posted_at=time_to_pb(journal.posted_at),
        effective_on=date_to_pb(journal.effective_on),
        entry_id=None if journal.entry_id is None else str(journal.entry_id),
        lines=[
            pb.JournalLine(
                account_id=str(account_ids[line.account]),
                bucket=line.bucket,
                amount=wire.amount_to_pb(line.amount_hundredths, line.unit),
            )
            for line in journal.lines
        ],
        prev_hash_hex=journal.prev_hash.hex(),
        hash_hex=journal.hash.hex(),
    )


class LedgerServicer(pb_grpc.LedgerServiceServicer):
    """Counting and statements over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

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
        outcomes = await counting.count_entries(self._pool, command, actor=actor, now=utc_now())
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
            actor=actor,
            now=utc_now(),
        )
        return statement_to_pb(statement)


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """LedgerService, ready to be served."""
    serving = LedgerServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["LedgerService"].full_name,
        lambda server: pb_grpc.add_LedgerServiceServicer_to_server(serving, server),
    )
