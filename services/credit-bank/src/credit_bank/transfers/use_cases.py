"""The steps of a transfer case, each one transaction over many cases, for transports and other packages to call."""

from credit_bank.transfers.deciding import DecideCases, decide_cases
from credit_bank.transfers.posting import PostCases, post_cases
from credit_bank.transfers.reviewing import VOTES_MAX, BeginReviews, CastVotes, begin_reviews, cast_votes
from credit_bank.transfers.steps import CASES_MAX
from credit_bank.transfers.submitting import LINES_MAX, SOURCES_MAX, OpenTransferCases, open_transfer_cases

__all__ = [
    "CASES_MAX",
    "LINES_MAX",
    "SOURCES_MAX",
    "VOTES_MAX",
    "BeginReviews",
    "CastVotes",
    "DecideCases",
    "OpenTransferCases",
    "PostCases",
    "begin_reviews",
    "cast_votes",
    "decide_cases",
    "open_transfer_cases",
    "post_cases",
]
