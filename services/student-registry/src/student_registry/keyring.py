"""Keeps identifiers unreadable at rest: sealed values to show, keyed hashes to look up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chassis.idempotency import fingerprint
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32
_INDEX_KEY_BYTES_MIN = 16


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
    """AES-256-GCM for values, HMAC-SHA-256 for look-ups; the keys of the two never meet, and each has versions.

    Several versions are configured at once while keys are rotated: values are sealed and indexed with the current one,
    opened and looked up with any. `resealing.reseal` moves what is left of the older ones, which may then be removed.
    """

    def __init__(
        self,
        keys: Mapping[int, bytes],
        *,
        current: int,
        index_keys: Mapping[int, bytes],
        current_index: int,
    ) -> None:
        """Seal with key `current` and index with `current_index`; open and look up with any."""
        if current not in keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise KeyUnusableError("identifier keys are 32 bytes each, and the current version is among them")
        if current_index not in index_keys or any(len(key) < _INDEX_KEY_BYTES_MIN for key in index_keys.values()):
            raise KeyUnusableError("index keys have 16 characters or more, and the current version is among them")
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._index_keys = dict(index_keys)
        self.version = current
        self.index_version = current_index

    @classmethod
    def of(
        cls,
        key: str,
        *,
        version: int,
        previous: str | None,
        index_key: str,
        index_version: int = 1,
        previous_index_keys: str | None = None,
    ) -> Keyring:
        """Read the keys as settings hold them.

        Raises:
            KeyUnusableError: A key is malformed, or a version occurs twice.
        """
        keys = {version: _decode(key)}
        for number, text in _versions(previous, taken=keys):
            keys[number] = _decode(text)
        index_keys = {index_version: index_key.encode()}
        for number, text in _versions(previous_index_keys, taken=index_keys):
            index_keys[number] = text.encode()
        return cls(keys, current=version, index_keys=index_keys, current_index=index_version)

    @property
    def is_reindexing(self) -> bool:
        """Whether a value may lie under the index of another key than the current one."""
        return len(self._index_keys) > 1

    def seal(self, value: str, *, context: bytes) -> Sealed:
        """Encrypt a value; `context` (the row it belongs to) is bound to it, so a swapped ciphertext does not open."""
        return self.seal_bytes(value.encode(), context=context)

    def seal_bytes(self, value: bytes, *, context: bytes) -> Sealed:
        """Encrypt bytes, such as a photograph, in the same way."""
        nonce = os.urandom(_NONCE_BYTES)
        return Sealed(nonce + self._ciphers[self.version].encrypt(nonce, value, context), self.version)

    def open(self, sealed: Sealed, *, context: bytes) -> str:
        """Decrypt a value.

        Raises:
            SealBrokenError: It does not open.
        """
        try:
            return self.open_bytes(sealed, context=context).decode()
        except UnicodeDecodeError as exc:
            raise SealBrokenError(f"key version {sealed.key_version}") from exc

    def open_bytes(self, sealed: Sealed, *, context: bytes) -> bytes:
        """Decrypt bytes.

        Raises:
            SealBrokenError: They do not open.
        """
        nonce, body = sealed.ciphertext[:_NONCE_BYTES], sealed.ciphertext[_NONCE_BYTES:]
        try:
            return self._ciphers[sealed.key_version].decrypt(nonce, body, context)
        except (InvalidTag, KeyError, ValueError) as exc:
            raise SealBrokenError(f"key version {sealed.key_version}") from exc

    def blind_index(self, *parts: str) -> bytes:
        """Keyed hash under which a value is kept: the same for the same parts, and nothing without the key."""
        return self._index(self.index_version, parts)

    def blind_indexes(self, *parts: str) -> list[bytes]:
        """Every keyed hash under which a value may be found, that of the current key first."""
        others = sorted(version for version in self._index_keys if version != self.index_version)
        return [self._index(version, parts) for version in (self.index_version, *others)]

    def _index(self, version: int, parts: Sequence[str]) -> bytes:
        return hmac.new(self._index_keys[version], "\x1f".join(parts).encode(), hashlib.sha256).digest()

    def fingerprint(self, command: object) -> bytes:
        """Fingerprint of a command that holds identifiers, keyed: a plain hash of 13 digits could be guessed.

        A request repeated after the index key was changed is refused as other content, never done twice.
        """
        key = self._index_keys[self.index_version]
        return hmac.new(key, b"command" + fingerprint(command), hashlib.sha256).digest()


def _versions(text: str | None, *, taken: Mapping[int, bytes]) -> Iterator[tuple[int, str]]:
    """`version:key, …` as settings hold older keys.

    Raises:
        KeyUnusableError: It is written otherwise, or a version occurs twice.
    """
    for part in (text or "").split(","):
        if not part.strip():
            continue
        number, _, key = part.partition(":")
        if not number.strip().isdigit() or int(number) in taken:
            raise KeyUnusableError("previous keys are `version:key` with versions of their own")
        yield int(number), key.strip()


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise KeyUnusableError("an identifier key is not base64") from None
    if len(key) != _KEY_BYTES:
        raise KeyUnusableError("an identifier key is not 32 bytes long")
    return key
