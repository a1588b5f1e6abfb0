"""Content that lies where others could read it, such as a column or a cookie: encrypted and bound to its place."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class SealBrokenError(Exception):
    """Sealed content does not open: it was changed or moved, or the secret is another by now."""


def derive_key(secret: bytes, *, purpose: bytes) -> bytes:
    """A key for one purpose alone (HKDF-SHA-256): whoever has it can make neither the secret nor another key of it.

    Args:
        secret: With at least 32 random bytes.
        purpose: Names what the key is for; what was made under one name is lost under another.
    """
    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)


class Cipher:
    """AES-256-GCM under a key made for one purpose."""

    def __init__(self, secret: bytes, *, purpose: bytes) -> None:
        """Seal under the key that `derive_key` makes."""
        self._cipher = AESGCM(derive_key(secret, purpose=purpose))

    def close(self, content: bytes, *, place: bytes) -> bytes:
        """Content as it is kept: nonce and ciphertext.

        Args:
            content: What nobody else shall read.
            place: Where it belongs; elsewhere it does not open.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, place)

    def open(self, sealed: bytes, *, place: bytes) -> bytes:
        """Content as it was closed.

        Raises:
            SealBrokenError: It does not open.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            # Bytes cut off within the nonce are a value that cannot be, and no less broken.
            raise SealBrokenError from None
