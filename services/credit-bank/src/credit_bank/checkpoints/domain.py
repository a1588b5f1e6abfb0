"""What a checkpoint says and how it is signed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

NO_DIGEST: Final = bytes(32)
"""What the first checkpoint names as the one before."""

_DOMAIN: Final = b"nuaikit-credit-bank-checkpoint-1\n"


class HeadsDigest:
    """SHA-256 over the digest before and the ends of all chains in the order of learner ids, taken one by one."""

    def __init__(self, prev_digest: bytes) -> None:
        """Begin behind another checkpoint."""
        self._hash = hashlib.sha256(_DOMAIN + prev_digest)
        self.learners = 0
        self.journals = 0

    def add(self, learner_id: UUID, seq: int, head_hash: bytes) -> None:
        """The next chain: its learner, how many journals it has, and the hash of the last."""
        self._hash.update(learner_id.bytes + seq.to_bytes(8, "big") + head_hash)
        self.learners += 1
        self.journals += seq

    def digest(self) -> bytes:
        """Of all that was added."""
        return self._hash.digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where all chains ended at one moment, signed.

    Attributes:
        day: In Thailand.
        made_at: UTC.
        digest: Over the ends of all chains and `prev_digest`.
        public_key: Ed25519, 32 bytes; says nothing by itself, trust comes from knowing it beforehand.
        signature: Ed25519 over the canonical JSON of `document`; empty before it is signed.
    """

    day: date
    made_at: datetime
    learner_count: int
    journal_count: int
    digest: bytes
    prev_digest: bytes
    key_id: str
    public_key: bytes
    signature: bytes = b""

    def signed(self, signature: bytes) -> Checkpoint:
        """The same with its signature."""
        return replace(self, signature=signature)


def document(checkpoint: Checkpoint) -> Mapping[str, Any]:
    """What is signed: strings and integers only, so that its canonical JSON is the same everywhere."""
    return {
        "type": "nuaikit.credit-bank.checkpoint.1",
        "day": checkpoint.day.isoformat(),
        "made_at": checkpoint.made_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "learner_count": checkpoint.learner_count,
        "journal_count": checkpoint.journal_count,
        "digest": checkpoint.digest.hex(),
        "prev_digest": checkpoint.prev_digest.hex(),
        "key_id": checkpoint.key_id,
        "public_key": checkpoint.public_key.hex(),
    }
