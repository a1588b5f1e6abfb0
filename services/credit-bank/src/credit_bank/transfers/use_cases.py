"""The steps of a transfer case, each one transaction over many cases, for transports and other packages to call."""

from credit_bank.transfers.appealing import Appeal, AppealCases, appeal_cases
from credit_bank.transfers.assessing import RecordLineAssessments, record_assessments
from credit_bank.transfers.deciding import DecideCases, decide_cases
from credit_bank.transfers.drafts import DraftInput, SaveDrafts, SubmitDrafts, list_drafts, save_drafts, submit_drafts
from credit_bank.transfers.ending import CloseCases, Withdrawal, WithdrawCases, close_cases, withdraw_cases
from credit_bank.transfers.interests import (
    AssignCommittees,
    Assignment,
    Declaration,
    DeclareInterests,
    assign_committees,
    declare_interests,
)
from credit_bank.transfers.posting import PostCases, Poster, post_cases, posting_together
from credit_bank.transfers.reversing import (
    FlagDecision,
    LineReversal,
    ResolveLineFlags,
    ReverseLines,
    resolve_line_flags,
    reverse_lines,
)
from credit_bank.transfers.reviewing import VOTES_MAX, BeginReviews, CastVotes, begin_reviews, cast_votes
from credit_bank.transfers.steps import CASES_MAX
from credit_bank.transfers.store_steps import AssessmentResult
from credit_bank.transfers.submitting import LINES_MAX, SOURCES_MAX, OpenTransferCases, open_transfer_cases
from credit_bank.transfers.waiting import (
    Answer,
    AnswerInformation,
    Question,
    RequestInformation,
    answer_information,
    request_information,
)

__all__ = [
    "CASES_MAX",
    "LINES_MAX",
    "SOURCES_MAX",
    "VOTES_MAX",
    "Answer",
    "AnswerInformation",
    "Appeal",
    "AppealCases",
    "AssessmentResult",
    "AssignCommittees",
    "Assignment",
    "BeginReviews",
    "CastVotes",
    "CloseCases",
    "DecideCases",
    "Declaration",
    "DeclareInterests",
    "DraftInput",
    "FlagDecision",
    "LineReversal",
    "OpenTransferCases",
    "PostCases",
    "Poster",
    "Question",
    "RecordLineAssessments",
    "RequestInformation",
    "ResolveLineFlags",
    "ReverseLines",
    "SaveDrafts",
    "SubmitDrafts",
    "WithdrawCases",
    "Withdrawal",
    "answer_information",
    "appeal_cases",
    "assign_committees",
    "begin_reviews",
    "cast_votes",
    "close_cases",
    "decide_cases",
    "declare_interests",
    "list_drafts",
    "open_transfer_cases",
    "post_cases",
    "posting_together",
    "record_assessments",
    "request_information",
    "resolve_line_flags",
    "reverse_lines",
    "save_drafts",
    "submit_drafts",
    "withdraw_cases",
]
