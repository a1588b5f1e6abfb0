"""Flags on what rests on a result that was corrected or revoked (CB-I15): raised here, settled by whoever decides.

Other packages come in through this door; the statements are in `store_flags`.
"""

from __future__ import annotations

from uuid import UUID

from chassis.ids import uuid7

from credit_bank.ledger.domain import Decider, Flag, FlagKind, FlagSubject, Resolution
from credit_bank.ledger.store_flags import (
    open_flags_of_accounts,
    open_flags_of_lines,
    open_flags_of_transcripts,
    page_of_flags,
    raise_flags,
    read_flags,
    settle,
)

__all__ = [
    "Decider",
    "Flag",
    "FlagKind",
    "FlagSubject",
    "Resolution",
    "new_flag_id",
    "open_flags_of_accounts",
    "open_flags_of_lines",
    "open_flags_of_transcripts",
    "page_of_flags",
    "raise_flags",
    "read_flags",
    "settle",
]


def new_flag_id() -> UUID:
    """Id of a flag that is about to be raised."""
    return uuid7()
