"""Results over HTTP: recording, drafts, the second person, files."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import ListResult
from credit_bank.recording import changes_http, evidence_http, imports_http, use_cases
from credit_bank.recording.domain import EntryState
from credit_bank.recording.http_models import (
    DraftIdsBody,
    DraftOut,
    DraftPageOut,
    DraftResultsBody,
    EntryOut,
    EntryPageOut,
    RecordResultsBody,
    ReturnResultsBody,
    VerifyResultsBody,
)
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.sealing import Seal


def router(pool: Pool, registry: Registry, files: ObjectStore | None, seal: Seal, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["recording"])
    recorder, verifier = use_cases.recording_together(pool, registry), use_cases.verifying_together(pool)

    @api.post("/v1/entries")
    async def record_results(body: RecordResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Record results of the caller's institution; they wait for a second person."""
        command = use_cases.RecordResults(request_id, tuple(result.to_domain() for result in body.results))
        outcomes = await use_cases.record_results(
            pool, registry, command, actor=actor, now=utc_now(), together=recorder
        )
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/verify")
    async def verify_results(body: VerifyResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Verify submitted results; whoever recorded one does not verify it."""
        command = use_cases.VerifyResults(request_id, tuple(body.entry_ids))
        outcomes = await use_cases.verify_results(
            pool, command, actor=actor, now=utc_now(), files=files, together=verifier
        )
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/return")
    async def return_results(body: ReturnResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Send submitted results back to the recorder with a reason."""
        command = use_cases.ReturnResults(request_id, tuple(body.entry_ids), body.reason_code)
        outcomes = await use_cases.return_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/reject")
    async def reject_results(body: ReturnResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Reject submitted results for good, with a reason."""
        command = use_cases.RejectResults(request_id, tuple(body.entry_ids), body.reason_code)
        outcomes = await use_cases.reject_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/entries")
    async def list_entries(
        actor: CurrentActor,
        learner_id: Annotated[tuple[UUID, ...], Query()] = (),
        state: EntryState | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> EntryPageOut:
        """A page of the entries that the caller's institution issued."""
        page = await use_cases.list_entries(
            pool, learner_ids=learner_id, state=state, page_size=page_size, page_token=page_token, actor=actor
        )
        return EntryPageOut(
            entries=[EntryOut.of(entry, page.signatures.get(entry.entry_id, ())) for entry in page.entries],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    _add_drafts(api, pool, registry, messages)
    api.include_router(changes_http.router(pool, registry, files, messages))
    api.include_router(imports_http.router(pool, registry, seal, messages))
    api.include_router(evidence_http.router(pool, files))
    return api


def _add_drafts(api: APIRouter, pool: Pool, registry: Registry, messages: Messages) -> None:
    @api.post("/v1/drafts")
    async def draft_results(body: DraftResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Keep drafts, new ones and next versions; nothing is posted for them."""
        command = use_cases.DraftResults(request_id, tuple(item.to_domain() for item in body.drafts))
        outcomes = await use_cases.draft_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/drafts/submit")
    async def submit_drafts(body: DraftIdsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Submit drafts: each becomes an entry."""
        command = use_cases.SubmitDrafts(request_id, tuple(body.draft_ids))
        outcomes = await use_cases.submit_drafts(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/drafts/withdraw")
    async def withdraw_drafts(body: DraftIdsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Give drafts up."""
        command = use_cases.WithdrawDrafts(request_id, tuple(body.draft_ids))
        outcomes = await use_cases.withdraw_drafts(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/drafts")
    async def list_drafts(
        actor: CurrentActor,
        learner_id: Annotated[tuple[UUID, ...], Query()] = (),
        page_size: int = 0,
        page_token: str = "",
    ) -> DraftPageOut:
        """A page of the drafts that are being written at the caller's institution."""
        page = await use_cases.list_drafts(
            pool, learner_ids=learner_id, page_size=page_size, page_token=page_token, actor=actor
        )
        return DraftPageOut(drafts=[DraftOut.of(draft) for draft in page.drafts], next_page_token=page.next_page_token)
