"""Keeps what files say unreadable at rest, for as long as it is kept at all.

The key is made of the service's own secret for keyed hashes, for this use alone: nothing that is kept for longer than
a month rests on it, and a file whose secret was changed meanwhile is sent again.
"""

from __future__ import annotations

import zlib
from uuid import UUID

from chassis.sealing import Cipher, SealBrokenError

__all__ = ["Seal", "SealBrokenError"]


class Seal:
    """Packed content, sealed and bound to the place where it is kept."""

    def __init__(self, secret: bytes) -> None:
        """Seal under a key that is made of `secret`."""
        self._cipher = Cipher(secret, purpose=b"nuaikit credit-bank result imports 1")

    def close(self, content: bytes, *, import_id: UUID, what: str, number: int) -> bytes:
        """Content as it is kept."""
        return self._cipher.close(zlib.compress(content, 1), place=_place(import_id, what, number))

    def open(self, sealed: bytes, *, import_id: UUID, what: str, number: int) -> bytes:
        """Content as it was closed.

        Raises:
            SealBrokenError: It does not open.
        """
        return zlib.decompress(self._cipher.open(sealed, place=_place(import_id, what, number)))


def _place(import_id: UUID, what: str, number: int) -> bytes:
    return f"result_import:{import_id}:{what}:{number}".encode()
