"""Evidence files: taking them in, giving them out to those who may, and checking that they are still the same."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import PermissionMissing, PurposeMissing, Unavailable
from chassis.ids import uuid7
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.access import use_cases as access
from credit_bank.access.domain import Admittance, Ground, Read
from credit_bank.calendar_th import thai_date
from credit_bank.people.merges import families
from credit_bank.recording import store_files
from credit_bank.recording.domain import Entry, Evidence
from credit_bank.recording.errors import (
    EvidenceChanged,
    EvidenceFileActive,
    EvidenceFileTooLarge,
    EvidenceFileTypeRefused,
    EvidenceFileUnknown,
)
from credit_bank.recording.kept import EvidenceFile, Supported
from credit_bank.recording.object_store import PIECE_BYTES, FileDamaged, ObjectStore
from credit_bank.recording.sniffing import HEAD_BYTES, TAIL_BYTES, ActiveContent, media_type_of

RESOURCE: Final = "evidence"
CHECKED_AT_ONCE_MAX: Final = 4
STAFF: Final = ("credit.record", "credit.verify", "credit.read")
"""Permissions of which one is needed to see files of one's own institution."""
READERS: Final = ("credit.read", "transcript.read")
"""Permissions of which one is needed, with a ground, to see files of another institution."""


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A file to keep; its content is named by its digest, so that the same request is the same bytes."""

    request_id: UUID
    sha256: bytes


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of files; the token is empty on the last one."""

    files: list[EvidenceFile]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class _Measured:
    sha256: bytes
    size_bytes: int
    media_type: str


def _measure(file: BinaryIO, bytes_max: int) -> _Measured:
    """Digest, size and type of a file, read once in pieces.

    Raises:
        EvidenceFileTooLarge: It is larger than one file may be.
        EvidenceFileTypeRefused: Its bytes are of no type that is taken, or were cut off.
        EvidenceFileActive: A PDF with scripts, programs or other files inside.
    """
    file.seek(0)
    digest, active = hashlib.sha256(), ActiveContent()
    size, head, tail = 0, b"", b""
    while piece := file.read(PIECE_BYTES):
        size += len(piece)
        if size > bytes_max:
            raise EvidenceFileTooLarge(limit_bytes=bytes_max)
        head = (head + piece)[:HEAD_BYTES] if len(head) < HEAD_BYTES else head
        tail = (tail + piece)[-TAIL_BYTES:]
        digest.update(piece)
        active.feed(piece)
    media_type = media_type_of(head, tail, size)
    if media_type is None:
        raise EvidenceFileTypeRefused
    if media_type == "application/pdf" and active.is_found:
        raise EvidenceFileActive
    file.seek(0)
    return _Measured(digest.digest(), size, media_type)


async def store_file(
    pool: Pool, files: ObjectStore | None, file: BinaryIO, *, request_id: UUID, actor: Actor, now: datetime
) -> EvidenceFile:
    """Keep a file for results of the caller's institution; the same bytes again are the same file.

    The bytes go to the store first and the row after them, so that a row never names bytes that are not there; bytes
    without a row, after a crash, are reachable by nobody. A file sent again is as young as its last sending, so that
    who names it soon after finds it; one that was swept comes back under a new id, also for an answered request.

    Args:
        pool: Connections.
        files: Where bytes go; None: no store is set.
        file: Seekable; it is read in pieces, and its name and claimed type are not asked.
        request_id: The caller's id.
        actor: Needs `credit.record` at an institution.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        EvidenceFileTooLarge: Larger than one file may be; likewise `EvidenceFileTypeRefused`, `EvidenceFileActive`.
        Unavailable: There is no store, or it does not answer.
        RequestMismatch: The request id was used for other bytes.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    if files is None:
        raise Unavailable("No store of evidence files is set.")
    measured = await asyncio.to_thread(_measure, file, files.bytes_max)
    content = idempotency.fingerprint(StoreFile(request_id, measured.sha256))
    while True:
        async with pool.acquire(timeout=10) as connection:
            known = await store_files.find_files(connection, [(institution_id, measured.sha256)])
        made = None
        if not known:
            made = EvidenceFile(uuid7(), institution_id, measured.sha256, measured.size_bytes, measured.media_type, now)
            await files.put(institution_id, made.file_id, file)
        async with transaction(pool) as connection:
            answer = await idempotency.claim(connection, request_id, caller=actor.caller, content=content)
            if made is not None:
                standing = await store_files.keep_file(connection, made, stored_by=actor.subject_hash)
            else:
                standing = await store_files.renew_file(connection, institution_id, measured.sha256, now=now)
            if answer is None and standing is not None:
                text = str(standing.file_id).encode()
                await idempotency.finish(connection, request_id, caller=actor.caller, answer=text)
            elif answer is None:
                await idempotency.release(connection, request_id, caller=actor.caller)
        if standing is not None:
            break
        # It was swept since it was looked for; now its bytes are needed.
    if made is not None and made.file_id != standing.file_id:
        # Somebody was faster with the same bytes; ours are nobody's.
        await files.delete(institution_id, made.file_id)
    return standing


async def open_file(
    pool: Pool,
    files: ObjectStore | None,
    file_id: UUID,
    *,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> tuple[EvidenceFile, AsyncIterator[bytes]]:
    """A file and its bytes, for those who may see it; whoever else looks leaves an access row.

    May: staff of the institution that keeps it; the learner whose result it supports; whoever assesses that result
    together with the institution; and institutions that are tied to the learner by a case or a partnership.

    Args:
        pool: Connections.
        files: Where bytes are.
        file_id: Which.
        purpose: Purpose code; needed of other institutions.
        actor: Who asks.
        now: UTC.

    Raises:
        NotFound: There is no such file for the caller.
        PurposeMissing: Another institution states none.
        Unavailable: The store, or for other institutions the registry, does not answer.
    """
    async with transaction(pool) as connection:
        file = await store_files.read_file(connection, file_id)
        if file is None:
            raise EvidenceFileUnknown
        is_staff = actor.institution_id == file.institution_id and any(map(actor.may, STAFF))
        if not is_staff:
            supported = await store_files.supported_by(connection, file)
            admitted = await _admit(connection, supported, actor=actor, now=now)
            if any(read.ground is not Ground.SELF for read in admitted):
                if not purpose:
                    raise PurposeMissing
                if not actor.is_fresh:
                    raise Unavailable("The registry does not answer, and a read across institutions needs it.")
                reads = [replace(read, purpose=purpose) for read in admitted]
                await access.record_reads(connection, reads, actor=actor, now=now)
    if files is None:
        raise Unavailable("No store of evidence files is set.")
    pieces = files.pieces(file.institution_id, file.file_id, sha256=file.sha256)
    try:
        first = await anext(pieces)
    except FileDamaged:
        raise EvidenceChanged(file_id=file_id) from None
    return file, _from(first, pieces)


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _admit(connection: Connection, supported: Sequence[Supported], *, actor: Actor, now: datetime) -> list[Read]:
    """On which grounds the caller may see a file, by the learners whose results it supports.

    Raises:
        EvidenceFileUnknown: On none.
    """
    learners = sorted({item.learner_id for item in supported})
    if actor.learner_id is not None and actor.institution_id is None and actor.may("own.read"):
        family = (await families(connection, [actor.learner_id]))[actor.learner_id]
        if {actor.learner_id, *family.members} & set(learners):
            return [Read(actor.learner_id, RESOURCE, "", Ground.SELF)]
        raise EvidenceFileUnknown
    assessed = {item.learner_id for item in supported if actor.institution_id in item.assessor_institution_ids}
    if assessed and actor.may("credit.assess"):
        return [Read(learner_id, RESOURCE, "", Ground.ASSESSMENT) for learner_id in sorted(assessed)]
    if not any(map(actor.may, READERS)) or actor.institution_id is None:
        raise EvidenceFileUnknown
    found: Mapping[UUID, Admittance] = await access.find_grounds(
        connection, learners, actor=actor, grants={}, today=thai_date(now)
    )
    open_to = {learner: ground for learner, ground in found.items() if not ground.is_own_rows_only}
    if not open_to:
        raise EvidenceFileUnknown
    return [Read(learner, RESOURCE, "", ground.ground, ground.ground_id) for learner, ground in open_to.items()]


async def list_files(
    pool: Pool, *, sha256_hex: Sequence[str], page_size: int = 0, page_token: str = "", actor: Actor
) -> FilePage:
    """A page of the files of the caller's institution, oldest first.

    Raises:
        PermissionMissing: The role sees no results.
        InvalidField: Page size or token.
    """
    if not any(map(actor.may, STAFF)):
        raise PermissionMissing(permission="credit.read", role=actor.role)
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    digests = [bytes.fromhex(text) for text in sha256_hex]
    async with transaction(pool) as connection:
        found = await store_files.page(connection, actor.at(), digests=digests, after=after, limit=limit + 1)
    has_more = len(found) > limit
    found = found[:limit]
    return FilePage(found, str(found[-1].file_id) if has_more else "")


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """Digests, by institution, whose files were found whole; `is_away` when the store could not say."""

    whole: frozenset[tuple[UUID, str]]
    is_away: bool

    def missing(self, entry: Entry) -> str | None:
        """The first digest of an entry whose file is not there as it was; None when all are."""
        digests = [item.sha256_hex for item in entry.evidence if item.sha256_hex]
        return next((item for item in digests if (entry.issuer_institution_id, item) not in self.whole), None)


async def check_files(
    pool: Pool, files: ObjectStore | None, institution_id: UUID, evidence: Iterable[Evidence]
) -> CheckedFiles:
    """Read every file of an institution that evidence names, and compare. Call it before any transaction is open."""
    wanted = {(institution_id, bytes.fromhex(item.sha256_hex)) for item in evidence if item.sha256_hex}
    if not wanted:
        return CheckedFiles(frozenset(), is_away=False)
    if files is None:
        return CheckedFiles(frozenset(), is_away=True)
    async with pool.acquire(timeout=10) as connection:
        known = await store_files.find_files(connection, wanted)
    gate = asyncio.Semaphore(CHECKED_AT_ONCE_MAX)

    async def look(file: EvidenceFile) -> bool:
        async with gate:
            return await files.is_whole(file.institution_id, file.file_id, sha256=file.sha256)

    try:
        found = await asyncio.gather(*(look(file) for file in known.values()))
    except Unavailable:
        return CheckedFiles(frozenset(), is_away=True)
    whole = frozenset(
        (file.institution_id, file.sha256.hex())
        for file, is_whole in zip(known.values(), found, strict=True)
        if is_whole
    )
    return CheckedFiles(whole, is_away=False)
