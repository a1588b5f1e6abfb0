"""Working on imports: the check of a file, then part by part until all is settled.

Every step is one transaction that also says what comes next, so a process that ends leaves the import at a place where
the next one goes on; the state lies in the database, and a lease keeps two from working on one import. The check is one
step: a file is checked whole or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import tempfile
import zlib
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import Invalid
from chassis.ids import uuid7
from chassis.lifecycle import pause
from chassis.outcomes import Outcome
from chassis.pg import Connection, is_transient, transaction
from chassis.telemetry import describe_exception

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.identifiers import use_cases as identifiers
from student_registry.importing import bulk, census, layouts, store
from student_registry.importing.adapters import Adapter, cells_at
from student_registry.importing.checking import Check, Part, Rejected, Repeats, by_row, opened, without
from student_registry.importing.domain import Compared, Difference, ImportState, RowContext, RowFault, changes_of
from student_registry.importing.rounds import reference_date
from student_registry.importing.store import Job
from student_registry.keyring import Sealed
from student_registry.learners.domain import Registration
from student_registry.learners.use_cases import CHANGE_IDENTIFIER, CONSTRAINTS, REGISTER, register_all
from student_registry.races import LostRace, rerun_on
from student_registry.statuses.use_cases import RECORD

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
HEARTBEAT_S = 10.0
POLL_S = 1.0
PIECE_BYTES = 1024 * 1024
CHUNK_ROWS = 1_000
"""Rows of one transaction where each must be decided beside what is known."""


class LeaseLostError(Exception):
    """Another process works on the import by now."""


class NoRollback(Exception):  # no error: it ends a transaction that is only for looking
    """Raised to undo a savepoint."""


def actor_of(job: Job, adapter: Adapter) -> Actor:
    """Who sent the file, with what he might do with it when it was taken."""
    permissions = {REGISTER, *([CHANGE_IDENTIFIER] if job.are_documents_seen else [])}
    if not adapter.layout.has_enrolments:
        permissions.add(RECORD)  # a census states who is in no school
    return Actor(
        subject_hash=job.imported_by,
        role=job.imported_by_role,
        institution_id=job.institution_id,
        assignment_id=None,
        classroom="",
        permissions=frozenset(permissions),
        permission_version=job.permission_version,
    )


def context_of(job: Job) -> RowContext:
    """What every row of the import has in common."""
    return RowContext(job.institution_id, job.provenance, job.are_documents_seen)


# sealed content ----------------------------------------------------------------------------------------------------


def _place(import_id: UUID, what: str, number: int) -> bytes:
    return f"learner_import:{import_id}:{what}:{number}".encode()


def seal_piece(deps: Deps, import_id: UUID, number: int, data: bytes) -> Sealed:
    """A piece of the file as it is kept."""
    return deps.keyring.seal_bytes(zlib.compress(data, 1), context=_place(import_id, "file", number))


def _seal_part(deps: Deps, import_id: UUID, number: int, part: Part) -> Sealed:
    text = json.dumps([list(part.numbers), part.columns], ensure_ascii=False, separators=(",", ":"))
    return deps.keyring.seal_bytes(zlib.compress(text.encode(), 1), context=_place(import_id, "part", number))


def _open_part(deps: Deps, import_id: UUID, number: int, sealed: Sealed) -> Part:
    data = deps.keyring.open_bytes(sealed, context=_place(import_id, "part", number))
    numbers, columns = json.loads(zlib.decompress(data))
    return Part(numbers, columns)


def _seal_rejected(deps: Deps, import_id: UUID, items: Iterable[Rejected]) -> list[tuple[int, Sealed]]:
    return [
        (
            item.number,
            deps.keyring.seal_bytes(
                json.dumps(list(item.cells), ensure_ascii=False).encode(),
                context=_place(import_id, "rejected", item.number),
            ),
        )
        for item in items
    ]


def open_rejected(deps: Deps, import_id: UUID, number: int, sealed: Sealed) -> list[str]:
    """Cells of a rejected row."""
    return json.loads(deps.keyring.open_bytes(sealed, context=_place(import_id, "rejected", number)))


# the check ---------------------------------------------------------------------------------------------------------


async def check_file(
    deps: Deps,
    connection: Connection,
    job: Job,
    file: BinaryIO,
    *,
    lease: UUID,
    adapter: Adapter,
    now: datetime,
    told: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Check a file whole and keep its good rows and its faults, in the caller's transaction.

    Raises:
        LeaseLostError: Another process checks it.
        Invalid: It cannot be read, has no rows, or too many.
    """
    context = context_of(job)
    own = await layouts.own_codes(connection, adapter, job.institution_id, on_date=today_in_thailand(job.imported_at))
    table = await asyncio.to_thread(opened, file, adapter, encoding=job.declared_encoding, own=own)
    check = Check(table, adapter, context, today=today_in_thailand(now), rows_max=deps.import_rows_max)
    parts = check.parts()
    spans: list[tuple[int, int]] = []
    rejected_rows = 0
    # Reading and checking is work of the processor: the loop must go on serving others.
    while (found := await asyncio.to_thread(next, parts, None)) is not None:
        number = len(spans) + 1
        rejected_rows += len(found.rejected)
        await store.insert_faults(connection, job.import_id, found.faults)
        await store.add_rejected(
            connection, job.import_id, _seal_rejected(deps, job.import_id, by_row(found.rejected).values())
        )
        sealed = await asyncio.to_thread(_seal_part, deps, job.import_id, number, found.part)
        await store.add_part(connection, job.import_id, number, sealed, row_count=len(found.part.numbers))
        spans.append((found.part.numbers[0], found.part.numbers[-1]) if found.part.numbers else (0, -1))
        told(check.row_count)
    rejected_rows += await _reject_repeated(
        deps, connection, job, adapter, header=check.format.header, spans=spans, suspects=check.suspects()
    )
    state = ImportState.COMPARING if job.is_dry_run or job.is_held else ImportState.APPLYING
    if not await store.set_checked(
        connection,
        job.import_id,
        lease=lease,
        state=state,
        row_count=check.row_count,
        rejected=rejected_rows,
        ignored=check.ignored,
    ):
        raise LeaseLostError
    await store.drop_pieces(connection, job.import_id)


async def _reject_repeated(
    deps: Deps,
    connection: Connection,
    job: Job,
    adapter: Adapter,
    *,
    header: Sequence[str],
    spans: Sequence[tuple[int, int]],
    suspects: frozenset[int],
) -> int:
    """Refuse rows about somebody whom an earlier row names; how many there were."""
    repeats = Repeats(adapter, header, context_of(job))
    rejected_rows = 0
    for number, (first, last) in enumerate(spans, start=1):
        if not any(first <= row <= last for row in suspects):
            continue
        sealed = await store.part(connection, job.import_id, number)
        assert sealed is not None, "the part was kept in this transaction"
        part = _open_part(deps, job.import_id, number, sealed)
        faults, rejected = await asyncio.to_thread(repeats.of, part, suspects)
        await store.insert_faults(connection, job.import_id, faults)
        await store.add_rejected(connection, job.import_id, _seal_rejected(deps, job.import_id, rejected))
        rejected_rows += len(rejected)
    return rejected_rows


@contextlib.asynccontextmanager
async def _fetched(deps: Deps, import_id: UUID) -> AsyncGenerator[BinaryIO]:
    """The file as it was sent, in a temporary one without a name."""
    with tempfile.TemporaryFile() as file:
        number = 1
        while True:
            async with deps.pool.acquire(timeout=10) as connection:
                sealed = await store.piece(connection, import_id, number)
            if sealed is None:
                break
            data = deps.keyring.open_bytes(sealed, context=_place(import_id, "file", number))
            await asyncio.to_thread(file.write, zlib.decompress(data))
            number += 1
        yield cast("BinaryIO", file)


async def check_step(deps: Deps, job: Job, *, lease: UUID, now: datetime) -> None:
    """Check the whole file, and keep its good rows, its faults and its rejected rows."""
    rows_done = 0

    def told(rows: int) -> None:
        nonlocal rows_done
        rows_done = rows

    async def beat() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            async with transaction(deps.pool) as connection:
                await store.extend(connection, job.import_id, lease=lease, keep=LEASE, rows_done=rows_done)

    async with _fetched(deps, job.import_id) as file:
        heart = asyncio.create_task(beat())
        try:
            async with transaction(deps.pool) as connection:
                adapter = await layouts.find(connection, job.layout, on_date=today_in_thailand(job.imported_at))
                await check_file(deps, connection, job, file, lease=lease, adapter=adapter, now=now, told=told)
        finally:
            heart.cancel()


# part by part ------------------------------------------------------------------------------------------------------


async def part_step(deps: Deps, import_id: UUID, *, lease: UUID, now: datetime) -> None:
    """Compare or apply one part, or end the import after its last."""

    async def work() -> None:
        async with transaction(deps.pool) as connection:
            job = await store.lock(connection, import_id, lease=lease)
            if job is None:
                raise LeaseLostError
            if job.state not in (ImportState.COMPARING, ImportState.APPLYING):
                return
            sealed = await store.part(connection, import_id, job.next_part)
            if sealed is None:
                await _end(connection, job)
                return
            part = await asyncio.to_thread(_open_part, deps, import_id, job.next_part, sealed)
            if part.numbers:
                refused = await store.refused_rows(connection, import_id, first=part.numbers[0], last=part.numbers[-1])
                part = without(part, refused)
            await _settle(deps, connection, job, part, lease=lease, now=now)

    await rerun_on(CONSTRAINTS | store.CONSTRAINTS, work)


async def _end(connection: Connection, job: Job) -> None:
    """What follows the last part."""
    if job.state is ImportState.COMPARING and job.is_held:
        day = await reference_date(connection, job.round_id) if job.round_id else today_in_thailand(job.imported_at)
        await store.add_missing(connection, job.import_id, job.institution_id, on_date=day)
        await store.set_state(connection, job.import_id, ImportState.READY)
        return
    await store.drop_parts(connection, job.import_id)
    await store.set_state(connection, job.import_id, ImportState.DONE)
    log.info("Imported a learner file", extra={"fields": {"import_id": str(job.import_id), "layout": job.layout}})


async def _settle(deps: Deps, connection: Connection, job: Job, part: Part, *, lease: UUID, now: datetime) -> None:
    """Do one part: its effect or only its comparison, its refusals, its count."""
    adapter = await layouts.find(connection, job.layout, on_date=today_in_thailand(job.imported_at))
    columns = adapter.canonical(job.header, part.columns)
    outcomes: list[Outcome] = []
    is_comparing = job.state is ImportState.COMPARING
    registrations: list[Registration] = []
    if part.numbers and is_comparing:
        with contextlib.suppress(NoRollback):
            async with connection.transaction():
                outcomes, registrations = await _register(
                    deps, connection, job, adapter, part, columns=columns, now=now, is_bulk=False
                )
                raise NoRollback
        if job.is_held:
            await store.add_differences(
                connection, job.import_id, await _compared(deps, connection, part, outcomes, registrations)
            )
    elif part.numbers:
        outcomes, _ = await _register(deps, connection, job, adapter, part, columns=columns, now=now, is_bulk=True)
    faults: list[RowFault] = []
    rejected: list[Rejected] = []
    for place, outcome in enumerate(outcomes):
        if outcome.problem is not None:
            number = part.numbers[place]
            cells = cells_at(columns, place)
            faults.append(adapter.refused(number, cells, field=outcome.problem.field, reason=outcome.problem.reason))
            rejected.append(Rejected(number, [column[place] for column in part.columns]))
    await store.insert_faults(connection, job.import_id, faults)
    await store.add_rejected(connection, job.import_id, _seal_rejected(deps, job.import_id, rejected))
    known = sum(outcome.problem is None and outcome.already_done for outcome in outcomes)
    accepted = len(outcomes) - known - len(rejected)
    if not is_comparing:
        await store.drop_part(connection, job.import_id, job.next_part)
    await store.add_done(connection, job.import_id, lease=lease, counts=(accepted, known, len(rejected)), keep=LEASE)


async def _register(
    deps: Deps,
    connection: Connection,
    job: Job,
    adapter: Adapter,
    part: Part,
    *,
    columns: dict[str, Sequence[str]],
    now: datetime,
    is_bulk: bool,
) -> tuple[list[Outcome], list[Registration]]:
    """Register the rows of a part; the outcome of each, by its place.

    Raises:
        LostRace: Others registered the same people at the same time.
    """
    actor, context = actor_of(job, adapter), context_of(job)
    await store.plan_anew(connection)

    def registration_of(place: int) -> Registration:
        read = adapter.read_row(part.numbers[place], cells_at(columns, place), context)
        assert not isinstance(read, list), "the row was found right when the file was checked"
        return read

    if not adapter.layout.has_enrolments:
        stated = [registration_of(place) for place in range(len(part.numbers))]
        cells = [cells_at(columns, place) for place in range(len(part.numbers))]
        return await census.register(deps, connection, stated, cells, actor=actor, now=now), stated
    if is_bulk and not (job.are_documents_seen or deps.keyring.is_reindexing):
        plain, others = await asyncio.to_thread(adapter.read_columns, part.numbers, columns, today_in_thailand(now))
        if plain is not None:
            apart = set(others)
            places = [place for place in range(len(part.numbers)) if place not in apart]
            settled = await bulk.register_columns(
                deps,
                connection,
                plain,
                lambda place: registration_of(places[place]),
                context=context,
                actor=actor,
                now=now,
            )
            outcomes = dict(zip(places, settled, strict=True))
            odd = sorted(apart)
            more = await register_all(deps, connection, [registration_of(place) for place in odd], actor=actor, now=now)
            outcomes |= {odd[outcome.index]: outcome for outcome in more}
            return [outcomes[place] for place in range(len(part.numbers))], []
    stated = [registration_of(place) for place in range(len(part.numbers))]
    found: list[Outcome] = []
    for start in range(0, len(stated), CHUNK_ROWS):
        found += await register_all(deps, connection, stated[start : start + CHUNK_ROWS], actor=actor, now=now)
    return found, stated


async def _compared(
    deps: Deps,
    connection: Connection,
    part: Part,
    outcomes: Sequence[Outcome],
    registrations: Sequence[Registration],
) -> list[Compared]:
    """What each row is beside what is known; asked after the trial was undone."""
    ids = {place: UUID(item.id) for place, item in enumerate(outcomes) if item.problem is None and item.id}
    there = await store.existing(connection, list(ids.values()))
    changed = [ids[place] for place in ids if ids[place] in there and not outcomes[place].already_done]
    enrolled = await enrolments.of_learners(connection, changed)
    held = await identifiers.of_learners(connection, changed)
    found: list[Compared] = []
    for place, learner_id in ids.items():
        number = part.numbers[place]
        if learner_id not in there:
            found.append(Compared(Difference.NEW, number, None))
        elif outcomes[place].already_done:
            found.append(Compared(Difference.UNCHANGED, number, learner_id))
        else:
            stated = registrations[place]
            indexes = {item.blind_index for item in held[learner_id]}
            is_new = any(identifiers.blind_index(deps, facts) not in indexes for facts in stated.identifiers)
            changes = changes_of(stated, enrolled[learner_id], has_new_identifier=is_new)
            found.append(Compared(Difference.CHANGED, number, learner_id, tuple(changes)))
    return found


# the work ----------------------------------------------------------------------------------------------------------


async def advance(deps: Deps, import_id: UUID, *, lease: UUID, stopping: asyncio.Event | None = None) -> None:
    """Work on an import that `lease` holds until it is settled, or until a stop.

    Raises:
        LeaseLostError: Another process works on it.
        LostRace: Others registered the same people at the same time, several times over.
    """
    while stopping is None or not stopping.is_set():
        async with deps.pool.acquire(timeout=10) as connection:
            job = await store.read(connection, import_id)
        if job is None or job.state in (ImportState.DONE, ImportState.FAILED, ImportState.READY):
            return
        try:
            if job.state is ImportState.CHECKING:
                await check_step(deps, job, lease=lease, now=now_utc())
            else:
                await part_step(deps, import_id, lease=lease, now=now_utc())
        except Invalid as error:
            async with transaction(deps.pool) as connection:
                await store.drop_pieces(connection, import_id)
                await store.set_state(connection, import_id, ImportState.FAILED, failure_reason=error.reason)
    async with transaction(deps.pool) as connection:
        await store.release(connection, import_id, lease=lease)


async def work(deps: Deps, stopping: asyncio.Event) -> None:
    """Take imports that nobody works on, one after the other, until a stop; beside the relay."""
    while not stopping.is_set():
        lease = uuid7()
        import_id: UUID | None = None
        try:
            async with transaction(deps.pool) as connection:
                for lost in await store.give_up(connection):
                    log.error("An import was given up", extra={"fields": {"import_id": str(lost)}})
                import_id = await store.take(connection, lease=lease, keep=LEASE)
                if import_id is None:
                    await store.forget_rejected(connection)
            if import_id is not None:
                await advance(deps, import_id, lease=lease, stopping=stopping)
                continue
        except LeaseLostError:
            log.info("Another process works on the import", extra={"fields": {"import_id": str(import_id)}})
        except Exception as exc:
            if not (is_transient(exc) or isinstance(exc, LostRace)):
                log.exception("A step of an import failed", extra={"fields": {"import_id": str(import_id)}})
            else:
                log.warning("An import waits", extra={"fields": describe_exception(exc)})
            await _give_back(deps, import_id, lease=lease)
        await pause(stopping, POLL_S)


async def _give_back(deps: Deps, import_id: UUID | None, *, lease: UUID) -> None:
    """Let the next try begin soon; where the database is away, the lease ends by itself."""
    if import_id is None:
        return
    with contextlib.suppress(Exception):
        async with transaction(deps.pool) as connection:
            await store.release(connection, import_id, lease=lease)
