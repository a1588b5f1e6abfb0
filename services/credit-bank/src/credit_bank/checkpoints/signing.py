"""Ed25519 signatures of checkpoints and of what is exchanged with other banks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credit_bank.checkpoints.domain import Checkpoint, document

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name under which its public key is known."""

    key_id: str
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, key_id: str, seed_base64: str) -> Signer:
        """From a setting.

        Raises:
            ValueError: The seed is not 32 bytes in base64.
        """
        try:
            seed = base64.b64decode(seed_base64, validate=True)
        except binascii.Error:
            seed = b""
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a signing key is {SEED_BYTES} bytes in base64")
        return cls(key_id, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, content: Mapping[str, Any]) -> bytes:
        """Over the canonical JSON of `content`."""
        return self.key.sign(rfc8785.dumps(dict(content)))


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether a signature over these bytes is of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


class Fault(StrEnum):
    """What is wrong with a checkpoint."""

    KEY_UNKNOWN = "KEY_UNKNOWN"
    SIGNATURE_WRONG = "SIGNATURE_WRONG"
    CHAIN_BROKEN = "CHAIN_BROKEN"


def find_faults(checkpoints: Sequence[Checkpoint], trusted_keys: Mapping[str, bytes]) -> dict[int, Fault]:
    """By position, what is wrong with checkpoints; empty when each is signed by a known key and follows the one before.

    Args:
        checkpoints: Without a gap, oldest first; the first may follow one that is not here.
        trusted_keys: Public keys by name, known beforehand; none: each checkpoint's own key is taken, which proves no
            more than that the checkpoint is whole.
    """
    faults: dict[int, Fault] = {}
    before: bytes | None = None
    for position, checkpoint in enumerate(checkpoints):
        key = trusted_keys.get(checkpoint.key_id) if trusted_keys else checkpoint.public_key
        if key is None or key != checkpoint.public_key:
            faults[position] = Fault.KEY_UNKNOWN
        elif not is_signed(rfc8785.dumps(dict(document(checkpoint))), checkpoint.signature, key):
            faults[position] = Fault.SIGNATURE_WRONG
        elif before is not None and checkpoint.prev_digest != before:
            faults[position] = Fault.CHAIN_BROKEN
        before = checkpoint.digest
    return faults
