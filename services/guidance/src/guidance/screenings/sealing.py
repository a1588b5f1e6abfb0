"""Seals answers at rest, and compares forms without making answers guessable."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from guidance.screenings.domain import Answer

KEY_BYTES = 32
_NONCE_BYTES = 12


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
        self._cipher = AESGCM(_derive(key, b"nuaikit guidance answers: seal"))
        self._mac_key = _derive(key, b"nuaikit guidance answers: compare")

    def seal(self, answers: tuple[Answer, ...], *, screening_id: UUID) -> bytes:
        """Answers as they are kept: nonce and ciphertext."""
        plain = json.dumps([[answer.item_no, answer.value] for answer in answers], separators=(",", ":")).encode()
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, screening_id.bytes)

    def open(self, sealed: bytes, *, screening_id: UUID) -> tuple[Answer, ...]:
        """Answers as they were given.

        Raises:
            cryptography.exceptions.InvalidTag: Another key, another screening, or changed bytes.
        """
        plain = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], screening_id.bytes)
        return tuple(Answer(item_no, value) for item_no, value in json.loads(plain))

    def mac(self, content: bytes) -> bytes:
        """HMAC-SHA-256 of content that holds answers."""
        return hmac.new(self._mac_key, content, hashlib.sha256).digest()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
