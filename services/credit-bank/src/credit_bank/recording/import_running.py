"""Recording the rows of a file part by part until all are done.

A part is recorded under a request id made of the import's, and only then marked as done: whoever finds it recorded and
not marked, after a process died, records it again and gets the first answer. Of a part some of whose learners only the
registry knows, while it is away, those rows are left. A lease keeps two from working on one file.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from chassis.auth import Actor
from chassis.errors import ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome
from chassis.pg import Pool, transaction
from chassis.working import is_outage, keep_working

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.recording import store_imports
from credit_bank.recording.import_rows import PartRow, fault_of, part_from_bytes, part_to_bytes
from credit_bank.recording.kept import ImportState
from credit_bank.recording.layouts import LAYOUTS, RowFault
from credit_bank.recording.sealing import Seal, SealBrokenError
from credit_bank.recording.store_imports import Job
from credit_bank.recording.submitting import RecordResults, record_results

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=120)
"""Longer than a part of 1,000 results takes on a slow day."""
LOOK_EVERY_S: Final = 1.0
UNREADABLE: Final = "FILE_UNREADABLE"
"""What was kept of it was sealed under another secret."""
_AWAY: Final = "The registry does not answer about some learners of the file."
TRY_AGAIN_S: Final = 15
"""After which a file goes on whose learners only the registry can tell about, while the registry is away."""


class LeaseLostError(Exception):
    """Another process works on the file by now."""


def sealed_part(seal: Seal, import_id: UUID, number: int, rows: Sequence[PartRow]) -> tuple[int, bytes]:
    """A part as it is kept."""
    return number, seal.close(part_to_bytes(rows), import_id=import_id, what="part", number=number)


def sealed_cells(seal: Seal, import_id: UUID, number: int, cells: Sequence[str]) -> tuple[int, bytes]:
    """Cells of a rejected row as they are kept."""
    content = json.dumps(list(cells), ensure_ascii=False).encode()
    return number, seal.close(content, import_id=import_id, what="row", number=number)


def opened_cells(seal: Seal, import_id: UUID, number: int, sealed: bytes) -> list[str]:
    """Cells of a rejected row.

    Raises:
        SealBrokenError: They were kept under another secret.
    """
    return json.loads(seal.open(sealed, import_id=import_id, what="row", number=number))


async def advance(
    pool: Pool,
    registry: Registry,
    seal: Seal,
    import_id: UUID,
    *,
    lease: UUID,
    stopping: asyncio.Event | None = None,
) -> None:
    """Record the parts of a file that `lease` holds until all are done, or until a stop.

    Raises:
        LeaseLostError: Another process works on it.
        Unavailable: Only the registry can tell about some learners, and it does not answer.
    """
    while stopping is None or not stopping.is_set():
        async with transaction(pool) as connection:
            job = await store_imports.extend(connection, import_id, lease=lease, keep=LEASE)
            if job is None:
                raise LeaseLostError
            sealed = await store_imports.read_part(connection, import_id, job.next_part)
            if sealed is None:
                await store_imports.end(connection, import_id, ImportState.DONE, now=utc_now())
                log.info("Imported a file of results", extra={"fields": {"import_id": str(import_id)}})
                return
        try:
            content = seal.open(sealed, import_id=import_id, what="part", number=job.next_part)
        except SealBrokenError:
            log.exception("A file of results cannot be read any more", extra={"fields": {"import_id": str(import_id)}})
            async with transaction(pool) as connection:
                await store_imports.end(connection, import_id, ImportState.FAILED, now=utc_now(), reason=UNREADABLE)
            return
        await _record(pool, registry, seal, job, part_from_bytes(content), lease=lease)
    async with transaction(pool) as connection:
        await store_imports.release(connection, import_id, lease=lease, after_s=0)


async def _record(
    pool: Pool, registry: Registry, seal: Seal, job: Job, rows: Sequence[PartRow], *, lease: UUID
) -> None:
    results = tuple(item.result for row in rows for item in row.results)
    # A rehearsal is rolled back with its request id, and must not meet the answer of another.
    request_id = uuid7() if job.is_dry_run else uuid5(job.import_id, f"part {job.next_part}")
    outcomes = await record_results(
        pool,
        registry,
        RecordResults(request_id, results),
        actor=_actor(job),
        now=utc_now(),
        is_rehearsal=job.is_dry_run,
    )
    mine = _by_row(rows, outcomes)
    waiting = [row for row, told in zip(rows, mine, strict=True) if any(map(_is_unavailable, told))]
    if waiting and job.is_dry_run:
        raise Unavailable(_AWAY)
    faults: list[RowFault] = []
    rejected: list[tuple[int, bytes]] = []
    accepted = known = refused = 0
    layout = LAYOUTS[job.layout]
    for row, told in zip(rows, mine, strict=True):
        if any(map(_is_unavailable, told)):
            continue
        found = [
            fault_of(layout, row.number, item, outcome.problem)
            for item, outcome in zip(row.results, told, strict=True)
            if outcome.problem is not None
        ]
        faults += found
        if found and not row.is_faulted:
            refused += 1
            rejected.append(sealed_cells(seal, job.import_id, row.number, row.cells))
        elif not row.is_faulted:
            accepted += 1
            known += _is_known(told)
    async with transaction(pool) as connection:
        counts = (len(rows) - len(waiting), accepted, known, refused)
        if not await store_imports.add_done(
            connection, job.import_id, lease=lease, part=job.next_part, counts=counts, is_whole=not waiting
        ):
            raise LeaseLostError
        await store_imports.insert_faults(connection, job.import_id, faults)
        await store_imports.insert_rejected(connection, job.import_id, rejected, now=utc_now())
        if waiting:
            # What is in is counted now: the next time it would be taken for known before.
            _, sealed = sealed_part(seal, job.import_id, job.next_part, waiting)
            await store_imports.cut_part(connection, job.import_id, job.next_part, sealed)
        else:
            await store_imports.drop_part(connection, job.import_id, job.next_part)
    if waiting:
        raise Unavailable(_AWAY)


def _by_row(rows: Sequence[PartRow], outcomes: Sequence[Outcome]) -> list[Sequence[Outcome]]:
    """Outcomes of each row's results."""
    found: list[Sequence[Outcome]] = []
    place = 0
    for row in rows:
        found.append(outcomes[place : place + len(row.results)])
        place += len(row.results)
    return found


def _is_unavailable(outcome: Outcome) -> bool:
    return outcome.problem is not None and outcome.problem.kind == Unavailable.kind


def _is_known(outcomes: Sequence[Outcome]) -> bool:
    return all(outcome.already_done for outcome in outcomes)


def _actor(job: Job) -> Actor:
    """Who sent the file, with what he might do when it was taken."""
    return Actor(
        subject_hash=job.subject_hash,
        role=job.role,
        institution_id=job.institution_id,
        assignment_id=job.assignment_id,
        classroom="",
        permissions=frozenset({"credit.record"}),
        permission_version="",
        is_fresh=False,
    )


# ---- the work -------------------------------------------------------------------------------------------------------


async def work(pool: Pool, registry: Registry, seal: Seal, stopping: asyncio.Event) -> None:
    """Take files that nobody works on, one after the other, until a stop."""
    await keep_working(
        lambda: work_once(pool, registry, seal, stopping), stopping, name="files of results", every_s=LOOK_EVERY_S
    )


async def work_once(pool: Pool, registry: Registry, seal: Seal, stopping: asyncio.Event | None = None) -> bool:
    """Work one file off; False: there was none.

    One that cannot be recorded is set aside with its reason for whoever sent it, and others have their turn; what of it
    is in stays in.
    """
    lease = uuid7()
    async with transaction(pool) as connection:
        import_id = await store_imports.take(connection, lease=lease, keep=LEASE)
        if import_id is None:
            await store_imports.forget_old(connection)
    if import_id is None:
        return False
    try:
        await advance(pool, registry, seal, import_id, lease=lease, stopping=stopping)
    except LeaseLostError:
        log.info("Another process works on the file")
    except Exception as exc:
        if is_outage(exc):
            async with transaction(pool) as connection:
                await store_imports.release(connection, import_id, lease=lease, after_s=TRY_AGAIN_S)
            raise
        log.exception("A file of results is set aside", extra={"fields": {"import_id": str(import_id)}})
        reason = exc.reason if isinstance(exc, ServiceError) else ServiceError.reason
        async with transaction(pool) as connection:
            # Not where another process has gone on with it meanwhile.
            if await store_imports.extend(connection, import_id, lease=lease, keep=LEASE) is not None:
                await store_imports.end(connection, import_id, ImportState.FAILED, now=utc_now(), reason=reason)
    return True
