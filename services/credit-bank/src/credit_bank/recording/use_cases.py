"""What is done with results, for transports and other packages to call."""

from credit_bank.recording.approving import ApproveResults, approve_results, list_approvals
from credit_bank.recording.assessing import AssessmentInput, SignAssessments, list_assessments, sign_assessments
from credit_bank.recording.confirming import (
    ConfirmEntryChanges,
    DeclineEntryChanges,
    confirm_entry_changes,
    decline_entry_changes,
)
from credit_bank.recording.drafting import (
    DraftInput,
    DraftPage,
    DraftResults,
    SubmitDrafts,
    WithdrawDrafts,
    draft_results,
    list_drafts,
    submit_drafts,
    withdraw_drafts,
)
from credit_bank.recording.evidence_files import FilePage, list_files, open_file, store_file
from credit_bank.recording.proposing import (
    CorrectionInput,
    ProposeCorrections,
    RequestRevocations,
    list_entry_changes,
    propose_corrections,
    request_revocations,
)
from credit_bank.recording.reading import (
    EntryPage,
    list_entries,
    read_entries,
    read_signatures,
    read_verified_entries,
)
from credit_bank.recording.reviewing import (
    RejectResults,
    ReturnResults,
    Verifier,
    VerifyResults,
    reject_results,
    return_results,
    verify_results,
    verifying_together,
)
from credit_bank.recording.submitting import Recorder, RecordResults, record_results, recording_together

__all__ = [
    "ApproveResults",
    "AssessmentInput",
    "ConfirmEntryChanges",
    "CorrectionInput",
    "DeclineEntryChanges",
    "DraftInput",
    "DraftPage",
    "DraftResults",
    "EntryPage",
    "FilePage",
    "ProposeCorrections",
    "RecordResults",
    "Recorder",
    "RejectResults",
    "RequestRevocations",
    "ReturnResults",
    "SignAssessments",
    "SubmitDrafts",
    "Verifier",
    "VerifyResults",
    "WithdrawDrafts",
    "approve_results",
    "confirm_entry_changes",
    "decline_entry_changes",
    "draft_results",
    "list_approvals",
    "list_assessments",
    "list_drafts",
    "list_entries",
    "list_entry_changes",
    "list_files",
    "open_file",
    "propose_corrections",
    "read_entries",
    "read_signatures",
    "read_verified_entries",
    "record_results",
    "recording_together",
    "reject_results",
    "request_revocations",
    "return_results",
    "sign_assessments",
    "store_file",
    "submit_drafts",
    "verify_results",
    "verifying_together",
    "withdraw_drafts",
]
