"""Keeps what files say unreadable at rest, for as long as it is kept at all.

The key is made of the service's own secret for keyed hashes, for this use alone: nothing that is kept for longer than
a month rests on it, and a file whose secret was changed meanwhile is sent again.
"""

from __future__ import annotations

import os
import zlib
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12


class SealBrokenError(Exception):
    """Sealed content does not open: it was changed or moved, or the service's secret is another by now."""


class Seal:
    """AES-256-GCM over packed content, bound to the place where it is kept."""

    def __init__(self, secret: bytes) -> None:
        """Seal under a key that is made of `secret`."""
        key = HKDF(SHA256(), length=32, salt=None, info=b"nuaikit credit-bank result imports 1").derive(secret)
        self._cipher = AESGCM(key)

    def close(self, content: bytes, *, import_id: UUID, what: str, number: int) -> bytes:
        """Content as it is kept."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, zlib.compress(content, 1), _place(import_id, what, number))

    def open(self, sealed: bytes, *, import_id: UUID, what: str, number: int) -> bytes:
        """Content as it was closed.

        Raises:
            SealBrokenError: It does not open.
        """
        try:
            packed = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(import_id, what, number))
        except InvalidTag:
            raise SealBrokenError from None
        return zlib.decompress(packed)


def _place(import_id: UUID, what: str, number: int) -> bytes:
    return f"result_import:{import_id}:{what}:{number}".encode()
