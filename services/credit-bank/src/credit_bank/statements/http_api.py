"""Counting and statements over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.auth import Actor
from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Depends, Header, Query
from pydantic import AwareDatetime, BaseModel, Field

from credit_bank import limits
from credit_bank.actors import freshest_actor
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.counting import expiring
from credit_bank.counting import use_cases as counting
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ListResult
from credit_bank.ledger.domain import decimal_text
from credit_bank.statements import use_cases
from credit_bank.statements.domain import AwardShown, Statement


class CountBody(Body):
    """One entry to count toward one qualification."""

    entry_id: UUID
    qualification_code: Annotated[str, Field(min_length=1, examples=["M6-OBEC"])]
    qualification_version: Annotated[str, Field(min_length=1, examples=["2551R60"])]


class CountEntriesBody(Body):
    """Entries to count."""

    entries: Annotated[list[CountBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class ExpireCreditsBody(Body):
    """Entries whose credits should run out."""

    entry_ids: Annotated[list[UUID], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class BalanceOut(BaseModel):
    """Balance of one bucket in one unit."""

    bucket: str
    amount: AmountOut


class AccountOut(BaseModel):
    """One account; a bank account has no qualification."""

    account_id: UUID
    kind: Literal["BANK", "QUALIFICATION"]
    qualification_code: str
    qualification_version: str
    awarding_institution_id: UUID | None
    balances: list[BalanceOut]
    state: str


class JournalLineOut(BaseModel):
    """One line; the lines of a journal sum to zero per unit."""

    account_id: UUID
    bucket: str
    amount: AmountOut


class JournalOut(BaseModel):
    """What happened, once, for ever."""

    journal_id: UUID
    seq: int
    type: str
    posted_at: datetime
    effective_on: date
    entry_id: UUID | None
    lines: list[JournalLineOut]
    prev_hash_hex: str
    hash_hex: str


class EntryShownOut(BaseModel):
    """A version of a result that journals name: its form, type, level and issuing body among it."""

    entry_id: UUID
    version: int
    issuer_institution_id: UUID
    issuing_body: str
    form: str
    learning_type: str
    level: str
    course: CourseKeyBody
    course_title_th: str
    source_mode: str
    state: str


class AwardShownOut(BaseModel):
    """A course that stands as awarded; the awarding institution is the issuing body."""

    journal_id: UUID
    qualification_code: str
    qualification_version: str
    awarding_institution_id: UUID
    category: str
    form: str
    learning_type: str
    level: str
    course: CourseKeyBody
    course_title_th: str
    credits: AmountOut

    @classmethod
    def of(cls, award: AwardShown) -> AwardShownOut:
        """As shown."""
        return cls(
            journal_id=award.journal_id,
            qualification_code=award.qualification_code,
            qualification_version=award.qualification_version,
            awarding_institution_id=award.awarding_institution_id,
            category=award.category,
            form=award.form,
            learning_type=award.learning_type,
            level=award.level,
            course=CourseKeyBody.of(award.course),
            course_title_th=award.course_title_th,
            credits=_amount(award.hundredths, award.unit),
        )


class StatementOut(BaseModel):
    """A learner's accounts and journals, oldest first."""

    accounts: list[AccountOut]
    journals: list[JournalOut]
    head_hash_hex: str
    entries: list[EntryShownOut]
    next_page_token: str
    awards: list[AwardShownOut]

    @classmethod
    def of(cls, statement: Statement) -> StatementOut:
        """As shown."""
        account_ids = statement.account_ids
        return cls(
            accounts=[
                AccountOut.model_validate(
                    {
                        "account_id": account.account_id,
                        "kind": account.key.kind,
                        "qualification_code": account.key.qualification_code,
                        "qualification_version": account.key.qualification_version,
                        "awarding_institution_id": account.key.awarding_institution_id,
                        "balances": [
                            BalanceOut(bucket=item.bucket, amount=_amount(item.balance_hundredths, item.unit))
                            for item in account.balances
                        ],
                        "state": account.state,
                    }
                )
                for account in statement.accounts
            ],
            journals=[
                JournalOut(
                    journal_id=journal.journal_id,
                    seq=journal.seq,
                    type=journal.type,
                    posted_at=journal.posted_at,
                    effective_on=journal.effective_on,
                    entry_id=journal.entry_id,
                    lines=[
                        JournalLineOut(
                            account_id=account_ids[line.account],
                            bucket=line.bucket,
                            amount=_amount(line.amount_hundredths, line.unit),
                        )
                        for line in journal.lines
                    ],
                    prev_hash_hex=journal.prev_hash.hex(),
                    hash_hex=journal.hash.hex(),
                )
                for journal in statement.journals
            ],
            head_hash_hex=statement.head_hash.hex(),
            entries=[
                EntryShownOut(
                    entry_id=entry.entry_id,
                    version=entry.version,
                    issuer_institution_id=entry.issuer_institution_id,
                    issuing_body=entry.issuing_body,
                    form=entry.form,
                    learning_type=entry.learning_type,
                    level=entry.level,
                    course=CourseKeyBody.of(entry.course),
                    course_title_th=entry.course_title_th,
                    source_mode=entry.source_mode,
                    state=entry.state,
                )
                for entry in statement.entries
            ],
            next_page_token=statement.next_page_token,
            awards=[AwardShownOut.of(award) for award in statement.awards],
        )


def _amount(hundredths: int, unit: str) -> AmountOut:
    return AmountOut(amount=decimal_text(hundredths), unit=unit)


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["ledger"])
    counter = counting.counting_together(pool)

    @api.post("/v1/counts")
    async def count_entries(body: CountEntriesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Count verified entries of the caller's institution toward a qualification that it awards."""
        command = counting.CountEntries(
            request_id,
            tuple(
                counting.CountInput(item.entry_id, item.qualification_code, item.qualification_version)
                for item in body.entries
            ),
        )
        outcomes = await counting.count_entries(pool, command, actor=actor, now=utc_now(), together=counter)
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/expire")
    async def expire_credits(body: ExpireCreditsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Let credits run out, where a rule gives learning a validity; no rule does by default."""
        command = expiring.ExpireCredits(request_id, tuple(body.entry_ids))
        outcomes = await expiring.expire_credits(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/learners/{learner_id}/statement")
    async def get_statement(
        *,
        learner_id: UUID,
        actor: Annotated[Actor, Depends(freshest_actor)],
        as_of: Annotated[AwareDatetime | None, Query(description="As posted until then; absent: now.")] = None,
        effective_on: Annotated[
            date | None,
            Query(description="Of what was posted by then, what counts on that day or before; absent: all."),
        ] = None,
        page_size: Annotated[int, Query(description="Journals, at most 1,000; 0: 1,000.")] = 0,
        page_token: Annotated[str, Query(description="From the answer before.")] = "",
        nuaikit_purpose: Annotated[
            str, Header(description="Purpose code; not needed for the learner's own statement.")
        ] = "",
    ) -> StatementOut:
        """A learner's accounts, balances and journals; whoever else reads leaves an access row."""
        statement = await use_cases.get_statement(
            pool,
            registry,
            learner_id,
            purpose=nuaikit_purpose,
            as_of=as_of,
            effective_on=effective_on,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return StatementOut.of(statement)

    return api
