"""Over HTTP: corrections and revocations, joint assessments, approvals."""

from __future__ import annotations

from typing import Annotated

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import ListResult
from credit_bank.recording import use_cases
from credit_bank.recording.changes import ChangeState
from credit_bank.recording.http_models import (
    ApprovalOut,
    ApprovalPageOut,
    AssessmentPageOut,
    ChangeIdsBody,
    ChangeOut,
    ChangePageOut,
    EntryOut,
    ProposeCorrectionsBody,
    RequestRevocationsBody,
    SignAssessmentsBody,
    VerifyResultsBody,
)
from credit_bank.recording.object_store import ObjectStore


def router(pool: Pool, registry: Registry, files: ObjectStore | None, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["recording"])
    _add_changes(api, pool, registry, files, messages)
    _add_assessments(api, pool, messages)
    _add_approvals(api, pool, messages)
    return api


def _add_changes(api: APIRouter, pool: Pool, registry: Registry, files: ObjectStore | None, messages: Messages) -> None:
    @api.post("/v1/entries/corrections")
    async def propose_corrections(
        body: ProposeCorrectionsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Propose that verified results be replaced by corrected versions; another person confirms."""
        command = use_cases.ProposeCorrections(request_id, tuple(item.to_domain() for item in body.corrections))
        outcomes = await use_cases.propose_corrections(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/revocations")
    async def request_revocations(
        body: RequestRevocationsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Ask that verified results be revoked; registrar and director are needed."""
        command = use_cases.RequestRevocations(request_id, tuple(body.entry_ids), body.reason_code)
        outcomes = await use_cases.request_revocations(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entry-changes/confirm")
    async def confirm_entry_changes(body: ChangeIdsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Carry out corrections and revocations that another person asked for."""
        command = use_cases.ConfirmEntryChanges(request_id, tuple(body.change_ids))
        outcomes = await use_cases.confirm_entry_changes(
            pool, registry, command, actor=actor, now=utc_now(), files=files
        )
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entry-changes/decline")
    async def decline_entry_changes(body: ChangeIdsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Refuse corrections and revocations; the entries stay as they are."""
        command = use_cases.DeclineEntryChanges(request_id, tuple(body.change_ids))
        outcomes = await use_cases.decline_entry_changes(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/entry-changes")
    async def list_entry_changes(
        actor: CurrentActor, state: ChangeState | None = None, page_size: int = 0, page_token: str = ""
    ) -> ChangePageOut:
        """A page of the corrections and revocations at the caller's institution."""
        page = await use_cases.list_entry_changes(
            pool, state=state, page_size=page_size, page_token=page_token, actor=actor
        )
        return ChangePageOut(
            changes=[ChangeOut.of(change) for change in page.changes], next_page_token=page.next_page_token
        )


def _add_assessments(api: APIRouter, pool: Pool, messages: Messages) -> None:
    @api.post("/v1/assessments")
    async def sign_assessments(body: SignAssessmentsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Sign, for the caller's institution or workplace, results that it assesses together with the issuer."""
        command = use_cases.SignAssessments(
            request_id,
            tuple(
                use_cases.AssessmentInput(item.entry_id, item.is_agreed, item.explanation_th)
                for item in body.assessments
            ),
        )
        outcomes = await use_cases.sign_assessments(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/assessments")
    async def list_assessments(
        actor: CurrentActor,
        is_waiting_only: Annotated[bool, Query(description="Only those that wait for the caller's side.")] = False,
        page_size: int = 0,
        page_token: str = "",
    ) -> AssessmentPageOut:
        """A page of the results that the caller's institution or workplace assesses; each learner sees the look."""
        page = await use_cases.list_assessments(
            pool,
            is_waiting_only=is_waiting_only,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return AssessmentPageOut(
            entries=[EntryOut.of(entry, page.signatures.get(entry.entry_id, ())) for entry in page.entries],
            next_page_token=page.next_page_token,
        )


def _add_approvals(api: APIRouter, pool: Pool, messages: Messages) -> None:
    @api.post("/v1/entries/approve")
    async def approve_results(body: VerifyResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Approve verified results as one batch."""
        command = use_cases.ApproveResults(request_id, tuple(body.entry_ids))
        outcomes = await use_cases.approve_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/approvals")
    async def list_approvals(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> ApprovalPageOut:
        """A page of the batches that were approved at the caller's institution."""
        page = await use_cases.list_approvals(pool, page_size=page_size, page_token=page_token, actor=actor)
        return ApprovalPageOut(
            approvals=[
                ApprovalOut(approval_id=item.approval_id, entry_count=item.entry_count, approved_at=item.approved_at)
                for item in page.approvals
            ],
            next_page_token=page.next_page_token,
        )
