"""Bytes of evidence files in an object store: a local folder, or any S3, by setting.

Keys are made of ids of ours only, so that nothing a sender wrote is ever part of a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final
from uuid import UUID

import obstore
from chassis.errors import Unavailable
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from credit_bank.config import Settings

PIECE_BYTES: Final = 256 * 1024
"""How much of a file is held at a time while it is read."""

RETRIES_MAX: Final = 3
FOLDER: Final = "evidence"
LISTED_AT_ONCE: Final = 1_000


class FileDamaged(Exception):  # tells what the file is
    """The bytes in the store are not those that were put there."""


class ObjectStore:
    """Where the bytes are."""

    def __init__(self, store: Any, *, bytes_max: int) -> None:
        """Keep them in `store`, files of at most `bytes_max` bytes."""
        self._store = store
        self.bytes_max = bytes_max

    @classmethod
    def of(cls, settings: Settings) -> ObjectStore | None:
        """The store that the settings name; None when they name none."""
        url = settings.evidence_store_url
        if url is None:
            return None
        if url.startswith("file://"):
            return cls(LocalStore(url.removeprefix("file://"), mkdir=True), bytes_max=settings.evidence_bytes_max)
        secret = settings.evidence_s3_secret_access_key
        stated = {
            "endpoint": settings.evidence_s3_endpoint,
            "region": settings.evidence_s3_region,
            "access_key_id": settings.evidence_s3_access_key_id,
            "secret_access_key": None if secret is None else secret.get_secret_value(),
        }
        config: Any = {name: value for name, value in stated.items() if value is not None}
        is_plain = (settings.evidence_s3_endpoint or "").startswith("http://")
        store = from_url(
            url, config=config, client_options={"allow_http": is_plain}, retry_config={"max_retries": RETRIES_MAX}
        )
        return cls(store, bytes_max=settings.evidence_bytes_max)

    async def put(self, institution_id: UUID, file_id: UUID, file: BinaryIO) -> None:
        """Keep a file, read piece by piece from its present position.

        Raises:
            Unavailable: The store does not take it.
        """
        try:
            await obstore.put_async(self._store, _key(institution_id, file_id), file, chunk_size=5 * 1024 * 1024)
        except (BaseError, OSError):
            raise Unavailable("The store of evidence files does not answer.") from None

    async def delete(self, institution_id: UUID, file_id: UUID) -> None:
        """Take back a file that became none; a store that is away keeps it, which harms nobody."""
        try:
            await obstore.delete_async(self._store, _key(institution_id, file_id))
        except (BaseError, OSError):
            return

    async def pieces(self, institution_id: UUID, file_id: UUID, *, sha256: bytes) -> AsyncIterator[bytes]:
        """The bytes, the last piece only when all of them are those that were put there.

        Raises:
            FileDamaged: They are not, or they are gone.
            Unavailable: The store does not answer.
        """
        seen = hashlib.sha256()
        held = b""
        try:
            found = await obstore.get_async(self._store, _key(institution_id, file_id))
            async for piece in found.stream(min_chunk_size=PIECE_BYTES):
                if held:
                    yield held
                held = bytes(piece)
                seen.update(held)
        except FileNotFoundError:
            # A bucket that is not there is no file that was lost: nobody's evidence was changed.
            await self._look(institution_id)
            raise FileDamaged from None
        except (BaseError, OSError):
            raise Unavailable("The store of evidence files does not answer.") from None
        if seen.digest() != sha256:
            raise FileDamaged
        yield held

    def _list(self, prefix: str, *, at_once: int) -> AsyncIterator[Sequence[Any]]:
        return obstore.list(self._store, prefix=prefix, chunk_size=at_once)  # pyright: ignore[reportUnknownMemberType]  # of its other return type

    async def _look(self, institution_id: UUID) -> None:
        """Ask whether the store itself is there.

        Raises:
            Unavailable: It is not.
        """
        try:
            async for _ in self._list(f"{FOLDER}/{institution_id}", at_once=1):
                return
        except (BaseError, OSError):
            raise Unavailable("The store of evidence files is not there.") from None

    async def older_than(self, when: datetime) -> AsyncIterator[list[tuple[UUID, UUID]]]:
        """Institution and file of everything that was put before an instant, some at a time.

        What is not named like a file of ours is somebody else's and is left out.

        Raises:
            Unavailable: The store does not answer.
        """
        try:
            async for found in self._list(FOLDER, at_once=LISTED_AT_ONCE):
                old = [_of_key(item["path"]) for item in found if item["last_modified"] < when]
                yield [item for item in old if item is not None]
        except (BaseError, OSError):
            raise Unavailable("The store of evidence files does not answer.") from None

    async def is_whole(self, institution_id: UUID, file_id: UUID, *, sha256: bytes) -> bool:
        """Whether the store still has exactly these bytes.

        Raises:
            Unavailable: The store does not answer.
        """
        try:
            async for _ in self.pieces(institution_id, file_id, sha256=sha256):
                pass
        except FileDamaged:
            return False
        return True


def _key(institution_id: UUID, file_id: UUID) -> str:
    return f"{FOLDER}/{institution_id}/{file_id}"


def _of_key(key: str) -> tuple[UUID, UUID] | None:
    parts = key.split("/")[-2:]
    try:
        institution_id, file_id = (UUID(part) for part in parts)
    except ValueError:
        return None
    return institution_id, file_id
