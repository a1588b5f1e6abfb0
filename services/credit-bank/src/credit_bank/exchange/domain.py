"""What one bank tells another. Pure.

The contract is docs/credit-bank-exchange.md. It is ours and assumed: no national interface was published (R-05, R-08).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

CONTRACT: Final = "nuaikit-credit-bank-exchange-1"
TYPES: Final = (
    "credit.verified",
    "credit.superseded",
    "credit.revoked",
    "transfer.posted",
    "transfer.reversed",
    "qualification.redeemed",
    "qualification.redemption_reversed",
)
"""Journals that are told; what is pending, counted or proposed is nobody else's business."""
NEEDED: Final = ("contract", "message_id", "bank", "learner_ref", "seq", "type", "posted_at")

REFERENCE_SHAPE: Final = re.compile(r"^[0-9a-f]{64}$")

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)

_NAMESPACE: Final = UUID("5f0a3c57-5d1b-4b9e-9d43-7d1ad2b0a6c1")


class BankLevel(StrEnum):
    """Levels of the four-level design (CB d.1 R5)."""

    CENTRAL = "CENTRAL"
    LEVEL = "LEVEL"
    PROVINCE = "PROVINCE"
    INSTITUTION = "INSTITUTION"


@dataclass(frozen=True, slots=True)
class Told:
    """A journal with the result it is about, as it is read for telling.

    Attributes:
        entry: Facts of the result; None for what is about no result.
        lines: Bucket, unit and amount.
    """

    journal_id: UUID
    learner_id: UUID
    seq: int
    type: str
    posted_at: datetime
    effective_on: date
    facts: Mapping[str, str]
    hash: bytes
    entry: Mapping[str, Any] | None
    lines: tuple[Mapping[str, str], ...]


def message_id(peer: str, journal_id: UUID) -> UUID:
    """The same message always has the same id, so that sending again changes nothing."""
    return uuid5(_NAMESPACE, f"{peer}/{journal_id}")


def learner_ref(learner_id: UUID, key: bytes) -> str:
    """Reference of a learner between two banks: a keyed hash, so that neither learns the other's ids or a number."""
    return hmac.new(key, learner_id.bytes, hashlib.sha256).hexdigest()


def content_of(told: Told, *, bank: str, peer: str, key: bytes) -> dict[str, Any]:
    """A message as plain values; canonical JSON of it is what is signed. No name, number or birth date."""
    return {
        "contract": CONTRACT,
        "message_id": str(message_id(peer, told.journal_id)),
        "bank": bank,
        "learner_ref": learner_ref(told.learner_id, key),
        "seq": told.seq,
        "type": told.type,
        "posted_at": told.posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "effective_on": told.effective_on.isoformat(),
        "hash": told.hash.hex(),
        "facts": dict(told.facts),
        "lines": [dict(line) for line in told.lines],
        **({} if told.entry is None else {"entry": dict(told.entry)}),
    }


def content_fault(content: object, *, bank: str, message: UUID) -> str:
    """Why a message of another bank cannot be taken; empty for a good one."""
    if not isinstance(content, dict) or any(name not in content for name in NEEDED):
        return "CONTENT_INVALID"
    values: dict[str, Any] = content  # pyright: ignore[reportUnknownVariableType]  # JSON of another bank
    if values["contract"] != CONTRACT:
        return "CONTRACT_UNKNOWN"
    if values["message_id"] != str(message) or values["bank"] != bank:
        return "CONTENT_INVALID"
    seq, reference = values["seq"], values["learner_ref"]
    if not isinstance(seq, int) or isinstance(seq, bool) or not REFERENCE_SHAPE.fullmatch(str(reference)):
        return "CONTENT_INVALID"
    return "" if values["type"] in TYPES else "TYPE_UNKNOWN"


def next_wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain: doubled each time, an hour at most."""
    return min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), LONGEST_WAIT)
