"""RecordingService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import evidence_pb2 as pb_files
from nuaikit.credit_bank.v1 import evidence_pb2_grpc as pb_files_grpc
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.recording import use_cases
from credit_bank.recording.changes import ChangeState, CorrectionReason, RevocationReason
from credit_bank.recording.domain import EntryState, ReturnReason
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.wire import (
    STATE_PREFIX,
    change_to_pb,
    digests_stated,
    draft_to_pb,
    entry_to_pb,
    partial_from_pb,
    result_from_pb,
)

NONE = 0
"""Unspecified value of every enum."""


class RecordingServicer(pb_grpc.RecordingServiceServicer):
    """Results over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, files: ObjectStore | None, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._files = files
        self._registry = registry
        self._identifier = identifier
        self._recorder = use_cases.recording_together(pool, registry)
        self._verifier = use_cases.verifying_together(pool)

    async def RecordResults(  # noqa: N802  # named by the contract
        self, request: pb.RecordResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordResultsResponse:
        """Record results."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RecordResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(result_from_pb(result) for result in request.results),
        )
        outcomes = await use_cases.record_results(
            self._pool, self._registry, command, actor=actor, now=utc_now(), together=self._recorder
        )
        return pb.RecordResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def VerifyResults(  # noqa: N802  # named by the contract
        self, request: pb.VerifyResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.VerifyResultsResponse:
        """Verify submitted results."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.VerifyResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(entry_id, field="entry_ids") for entry_id in request.entry_ids),
        )
        outcomes = await use_cases.verify_results(
            self._pool, command, actor=actor, now=utc_now(), files=self._files, together=self._verifier
        )
        return pb.VerifyResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ReturnResults(  # noqa: N802  # named by the contract
        self, request: pb.ReturnResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReturnResultsResponse:
        """Send submitted results back."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ReturnResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(entry_id, field="entry_ids") for entry_id in request.entry_ids),
            wire.enum_from_text(ReturnReason, request.reason_code, field="reason_code"),
        )
        outcomes = await use_cases.return_results(self._pool, command, actor=actor, now=utc_now())
        return pb.ReturnResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def RejectResults(  # noqa: N802  # named by the contract
        self, request: pb.RejectResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RejectResultsResponse:
        """Reject submitted results for good."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RejectResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(entry_id, field="entry_ids") for entry_id in request.entry_ids),
            wire.enum_from_text(ReturnReason, request.reason_code, field="reason_code"),
        )
        outcomes = await use_cases.reject_results(self._pool, command, actor=actor, now=utc_now())
        return pb.RejectResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def DraftResults(  # noqa: N802  # named by the contract
        self, request: pb.DraftResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.DraftResultsResponse:
        """Keep drafts."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.DraftResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.DraftInput(
                    wire.optional_uuid(item, "draft_id"), item.row_version, partial_from_pb(item.result)
                )
                for item in request.drafts
            ),
        )
        outcomes = await use_cases.draft_results(self._pool, command, actor=actor, now=utc_now())
        return pb.DraftResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def SubmitDrafts(  # noqa: N802  # named by the contract
        self, request: pb.SubmitDraftsRequest, context: ServicerContext[Any, Any]
    ) -> pb.SubmitDraftsResponse:
        """Submit drafts."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.SubmitDrafts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(draft_id, field="draft_ids") for draft_id in request.draft_ids),
        )
        outcomes = await use_cases.submit_drafts(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.SubmitDraftsResponse(outcomes=outcomes_to_pb(outcomes))

    async def WithdrawDrafts(  # noqa: N802  # named by the contract
        self, request: pb.WithdrawDraftsRequest, context: ServicerContext[Any, Any]
    ) -> pb.WithdrawDraftsResponse:
        """Give drafts up."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.WithdrawDrafts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(draft_id, field="draft_ids") for draft_id in request.draft_ids),
        )
        outcomes = await use_cases.withdraw_drafts(self._pool, command, actor=actor, now=utc_now())
        return pb.WithdrawDraftsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListDrafts(  # noqa: N802  # named by the contract
        self, request: pb.ListDraftsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListDraftsResponse:
        """A page of the caller's institution's drafts."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_drafts(
            self._pool,
            learner_ids=[parse_uuid(learner_id, field="learner_ids") for learner_id in request.learner_ids],
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListDraftsResponse(
            drafts=[draft_to_pb(draft) for draft in page.drafts], next_page_token=page.next_page_token
        )

    async def ListEntries(  # noqa: N802  # named by the contract
        self, request: pb.ListEntriesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEntriesResponse:
        """A page of the caller's institution's entries."""
        actor = await actor_of(context, self._identifier)
        state = (
            None
            if request.state == NONE
            else wire.enum_from_pb(EntryState, pb.EntryState, request.state, prefix=STATE_PREFIX, field="state")
        )
        page = await use_cases.list_entries(
            self._pool,
            learner_ids=[parse_uuid(learner_id, field="learner_ids") for learner_id in request.learner_ids],
            state=state,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListEntriesResponse(
            entries=[entry_to_pb(entry, page.signatures.get(entry.entry_id, ())) for entry in page.entries],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    async def ProposeCorrections(  # noqa: N802  # named by the contract
        self, request: pb.ProposeCorrectionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ProposeCorrectionsResponse:
        """Propose that verified results be replaced."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ProposeCorrections(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.CorrectionInput(
                    parse_uuid(item.entry_id, field="entry_id"),
                    item.entry_version,
                    result_from_pb(item.result),
                    wire.enum_from_text(CorrectionReason, item.reason_code, field="reason_code"),
                )
                for item in request.corrections
            ),
        )
        outcomes = await use_cases.propose_corrections(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.ProposeCorrectionsResponse(outcomes=outcomes_to_pb(outcomes))

    async def RequestRevocations(  # noqa: N802  # named by the contract
        self, request: pb.RequestRevocationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RequestRevocationsResponse:
        """Ask that verified results be revoked."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RequestRevocations(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(item, field="entry_ids") for item in request.entry_ids),
            wire.enum_from_text(RevocationReason, request.reason_code, field="reason_code"),
        )
        outcomes = await use_cases.request_revocations(self._pool, command, actor=actor, now=utc_now())
        return pb.RequestRevocationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ConfirmEntryChanges(  # noqa: N802  # named by the contract
        self, request: pb.ConfirmEntryChangesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ConfirmEntryChangesResponse:
        """Carry out changes that another person asked for."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ConfirmEntryChanges(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(item, field="change_ids") for item in request.change_ids),
        )
        outcomes = await use_cases.confirm_entry_changes(
            self._pool, self._registry, command, actor=actor, now=utc_now()
        )
        return pb.ConfirmEntryChangesResponse(outcomes=outcomes_to_pb(outcomes))

    async def DeclineEntryChanges(  # noqa: N802  # named by the contract
        self, request: pb.DeclineEntryChangesRequest, context: ServicerContext[Any, Any]
    ) -> pb.DeclineEntryChangesResponse:
        """Refuse changes."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.DeclineEntryChanges(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(item, field="change_ids") for item in request.change_ids),
        )
        outcomes = await use_cases.decline_entry_changes(self._pool, command, actor=actor, now=utc_now())
        return pb.DeclineEntryChangesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ApproveResults(  # noqa: N802  # named by the contract
        self, request: pb.ApproveResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ApproveResultsResponse:
        """Approve verified results as one batch."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ApproveResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(item, field="entry_ids") for item in request.entry_ids),
        )
        outcomes = await use_cases.approve_results(self._pool, command, actor=actor, now=utc_now())
        return pb.ApproveResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListEntryChanges(  # noqa: N802  # named by the contract
        self, request: pb.ListEntryChangesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEntryChangesResponse:
        """A page of the caller's institution's corrections and revocations."""
        actor = await actor_of(context, self._identifier)
        state = (
            None
            if request.state == NONE
            else wire.enum_from_pb(
                ChangeState, pb.EntryChangeState, request.state, prefix="ENTRY_CHANGE_STATE_", field="state"
            )
        )
        page = await use_cases.list_entry_changes(
            self._pool, state=state, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListEntryChangesResponse(
            changes=[change_to_pb(change) for change in page.changes], next_page_token=page.next_page_token
        )

    async def SignAssessments(  # noqa: N802  # named by the contract
        self, request: pb.SignAssessmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.SignAssessmentsResponse:
        """Sign for the caller's side."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.SignAssessments(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.AssessmentInput(
                    parse_uuid(item.entry_id, field="entry_id"), item.is_agreed, item.explanation_th
                )
                for item in request.assessments
            ),
        )
        outcomes = await use_cases.sign_assessments(self._pool, command, actor=actor, now=utc_now())
        return pb.SignAssessmentsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListAssessments(  # noqa: N802  # named by the contract
        self, request: pb.ListAssessmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListAssessmentsResponse:
        """A page of the results that the caller's side assesses."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_assessments(
            self._pool,
            is_waiting_only=request.is_waiting_only,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListAssessmentsResponse(
            entries=[entry_to_pb(entry, page.signatures.get(entry.entry_id, ())) for entry in page.entries],
            next_page_token=page.next_page_token,
        )

    async def ListApprovals(  # noqa: N802  # named by the contract
        self, request: pb.ListApprovalsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListApprovalsResponse:
        """A page of the batches approved at the caller's institution."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_approvals(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListApprovalsResponse(
            approvals=[
                pb.Approval(
                    approval_id=str(item.approval_id),
                    entry_count=item.entry_count,
                    approved_at=time_to_pb(item.approved_at),
                )
                for item in page.approvals
            ],
            next_page_token=page.next_page_token,
        )


class EvidenceServicer(pb_files_grpc.EvidenceServiceServicer):
    """What is known of evidence files over gRPC; their bytes go over HTTP only."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._identifier = identifier

    async def ListEvidenceFiles(  # noqa: N802  # named by the contract
        self, request: pb_files.ListEvidenceFilesRequest, context: ServicerContext[Any, Any]
    ) -> pb_files.ListEvidenceFilesResponse:
        """A page of the caller's institution's files."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_files(
            self._pool,
            sha256_hex=digests_stated(request.sha256_hex),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb_files.ListEvidenceFilesResponse(
            files=[
                pb_files.EvidenceFile(
                    file_id=str(item.file_id),
                    sha256_hex=item.sha256.hex(),
                    size_bytes=item.size_bytes,
                    media_type=item.media_type,
                    stored_at=time_to_pb(item.stored_at),
                )
                for item in page.files
            ],
            next_page_token=page.next_page_token,
        )


def evidence_servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """EvidenceService, ready to be served."""
    serving = EvidenceServicer(pool, identifier)
    return Servicer(
        pb_files.DESCRIPTOR.services_by_name["EvidenceService"].full_name,
        lambda server: pb_files_grpc.add_EvidenceServiceServicer_to_server(serving, server),
    )


def servicer(pool: Pool, registry: Registry, files: ObjectStore | None, identifier: Identifier) -> Servicer:
    """RecordingService, ready to be served."""
    serving = RecordingServicer(pool, registry, files, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["RecordingService"].full_name,
        lambda server: pb_grpc.add_RecordingServiceServicer_to_server(serving, server),
    )
