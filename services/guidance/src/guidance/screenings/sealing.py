"""Seals answers at rest, and compares forms without making answers guessable."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from uuid import UUID

from chassis.sealing import KEY_BYTES, Cipher, derive_key

from guidance.screenings.domain import Answer


class AnswerKeyError(ValueError):
    """The answer key is not base64 of 32 bytes."""


class Sealer:
    """AES-256-GCM bound to the screening's id, and a keyed digest of content.

    The digest is keyed because nine answers of two options have only 512 combinations: a plain hash of a form would
    give its answers to whoever reads the database.
    """

    def __init__(self, key_base64: str, *, key_id: str) -> None:
        """Seal under a key named `key_id`.

        Raises:
            AnswerKeyError: The key does not have 32 bytes.
        """
        try:
            key = base64.b64decode(key_base64, validate=True)
        except binascii.Error as exc:
            raise AnswerKeyError("the answer key is not base64") from exc
        if len(key) != KEY_BYTES:
            raise AnswerKeyError(f"the answer key has {len(key)} bytes, not {KEY_BYTES}")
        self.key_id = key_id
        self._cipher = Cipher(key, purpose=b"nuaikit guidance answers: seal")
        self._mac_key = derive_key(key, purpose=b"nuaikit guidance answers: compare")

    def seal(self, answers: tuple[Answer, ...], *, screening_id: UUID) -> bytes:
        """Answers as they are kept: nonce and ciphertext."""
        plain = json.dumps([[answer.item_no, answer.value] for answer in answers], separators=(",", ":")).encode()
        return self._cipher.close(plain, place=screening_id.bytes)

    def open(self, sealed: bytes, *, screening_id: UUID) -> tuple[Answer, ...]:
        """Answers as they were given.

        Raises:
            SealBrokenError: Another key, another screening, or changed bytes.
        """
        plain = self._cipher.open(sealed, place=screening_id.bytes)
        return tuple(Answer(item_no, value) for item_no, value in json.loads(plain))

    def mac(self, content: bytes) -> bytes:
        """HMAC-SHA-256 of content that holds answers."""
        return hmac.new(self._mac_key, content, hashlib.sha256).digest()
