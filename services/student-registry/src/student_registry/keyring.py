"""Keeps identifiers unreadable at rest: sealed values to show, keyed hashes to look up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from chassis.idempotency import fingerprint
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyUnusableError(Exception):
    """A key of the settings is not base64 of 32 bytes, or a version occurs twice."""


class SealBrokenError(Exception):
    """A sealed value does not open: changed, moved to another row, or sealed with a key that is not here."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted value: nonce and ciphertext, and the version of the key that opens it."""

    ciphertext: bytes
    key_version: int


class Keyring:
    """AES-256-GCM for values, HMAC-SHA-256 for look-ups; the two keys never meet."""

    def __init__(self, keys: Mapping[int, bytes], *, current: int, index_key: bytes) -> None:
        """Seal with key `current`, open with any of `keys`."""
        if current not in keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise KeyUnusableError("identifier keys are 32 bytes each, and the current version is among them")
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._current = current
        self._index_key = index_key

    @classmethod
    def of(cls, key: str, *, version: int, previous: str | None, index_key: str) -> Keyring:
        """Read the keys as settings hold them.

        Raises:
            KeyUnusableError: A key is malformed, or a version occurs twice.
        """
        keys = {version: _decode(key)}
        for part in (previous or "").split(","):
            if not part.strip():
                continue
            number, _, text = part.partition(":")
            if not number.strip().isdigit() or int(number) in keys:
                raise KeyUnusableError("previous keys are `version:base64` with versions of their own")
            keys[int(number)] = _decode(text)
        return cls(keys, current=version, index_key=index_key.encode())

    def seal(self, value: str, *, context: bytes) -> Sealed:
        """Encrypt a value; `context` (the row it belongs to) is bound to it, so a swapped ciphertext does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        return Sealed(nonce + self._ciphers[self._current].encrypt(nonce, value.encode(), context), self._current)

    def open(self, sealed: Sealed, *, context: bytes) -> str:
        """Decrypt a value.

        Raises:
            SealBrokenError: It does not open.
        """
        nonce, body = sealed.ciphertext[:_NONCE_BYTES], sealed.ciphertext[_NONCE_BYTES:]
        try:
            return self._ciphers[sealed.key_version].decrypt(nonce, body, context).decode()
        except (InvalidTag, KeyError, ValueError) as exc:
            raise SealBrokenError(f"key version {sealed.key_version}") from exc

    def blind_index(self, *parts: str) -> bytes:
        """Keyed hash under which a value is found: the same for the same parts, and nothing without the key."""
        return hmac.new(self._index_key, "\x1f".join(parts).encode(), hashlib.sha256).digest()

    def fingerprint(self, command: object) -> bytes:
        """Fingerprint of a command that holds identifiers, keyed: a plain hash of 13 digits could be guessed."""
        return hmac.new(self._index_key, b"command" + fingerprint(command), hashlib.sha256).digest()


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise KeyUnusableError("an identifier key is not base64") from None
    if len(key) != _KEY_BYTES:
        raise KeyUnusableError("an identifier key is not 32 bytes long")
    return key
