"""What is done with results, for transports and other packages to call."""

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
from credit_bank.recording.reading import EntryPage, list_entries, read_entries, read_verified_entries
from credit_bank.recording.reviewing import (
    RejectResults,
    ReturnResults,
    VerifyResults,
    reject_results,
    return_results,
    verify_results,
)
from credit_bank.recording.submitting import RecordResults, record_results

__all__ = [
    "DraftInput",
    "DraftPage",
    "DraftResults",
    "EntryPage",
    "RecordResults",
    "RejectResults",
    "ReturnResults",
    "SubmitDrafts",
    "VerifyResults",
    "WithdrawDrafts",
    "draft_results",
    "list_drafts",
    "list_entries",
    "read_entries",
    "read_verified_entries",
    "record_results",
    "reject_results",
    "return_results",
    "submit_drafts",
    "verify_results",
    "withdraw_drafts",
]
