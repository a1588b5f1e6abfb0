"""Files of institutions and of staff assignments, in and out.

A file is read and checked whole first, then applied in chunks, each a transaction; what was done stays done, and the
file sent again says nothing new. Institutions named as parents in the same file come before those they are parents of.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.outcomes import Outcome
from chassis.pg import Connection, Pool, transaction
from chassis.tabular import Table, read_table

from student_registry.assignments.domain import AssignmentFacts
from student_registry.assignments.use_cases import CONSTRAINTS as ASSIGNMENT_CONSTRAINTS
from student_registry.assignments.use_cases import MANAGE as MANAGE_STAFF
from student_registry.assignments.use_cases import assign_all, list_assignments
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.importing.domain import DUPLICATE_ROW, RowFault
from student_registry.importing.errors import LayoutUnknown, TooManyRows
from student_registry.institutions import nuaikit_institutions_1 as institution_layout
from student_registry.institutions import nuaikit_staff_1 as staff_layout
from student_registry.institutions import store
from student_registry.institutions.changing import StatedChange, change_all
from student_registry.institutions.domain import ChangeKind, Institution, InstitutionFacts, InstitutionKind, Tree
from student_registry.institutions.errors import InstitutionCodeUnknown, InstitutionConflict
from student_registry.institutions.nuaikit_institutions_1 import InstitutionRow
from student_registry.institutions.nuaikit_staff_1 import StaffRow
from student_registry.institutions.use_cases import MANAGE, register_all
from student_registry.provenance import Provenance
from student_registry.races import LostRace, rerun_on

log = logging.getLogger(__name__)

CHUNK_ROWS = 500
FAULTS_SHOWN_MAX = 10_000
PAGE_ROWS = 1_000


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=_Numbered)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import.

    Attributes:
        content: The file; its digest stands for it in the fingerprint.
        encoding: `utf-8` or `cp874` when the sender says so; None: detected.
    """

    request_id: UUID
    layout: str
    content: bytes = field(repr=False)
    encoding: str | None
    is_dry_run: bool
    provenance: Provenance

    def fingerprint(self) -> bytes:
        """Fingerprint of the command, with the digest of the file in its place."""
        digest = hashlib.sha256(self.content).hexdigest()
        return idempotency.fingerprint(
            ["ImportFile", self.layout, digest, self.encoding, self.is_dry_run, self.provenance]
        )


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file.

    Attributes:
        accepted: Rows that added or changed something, or would have in a dry run.
        already_known: Rows that said nothing new.
        rejected: Rows that were refused, each with at least one fault.
        faults: In the order of the rows, at most 10,000.
    """

    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    faults: tuple[RowFault, ...]


@dataclass(slots=True)
class _Tally:
    """What has become of the rows so far."""

    faults: list[RowFault] = field(default_factory=list[RowFault])
    accepted: int = 0
    already_known: int = 0

    def add(self, rows: Sequence[_Numbered], outcomes: Sequence[Outcome], columns: Mapping[str, str]) -> None:
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.problem is not None:
                tree = outcome.problem.metadata.get("tree")
                column = columns.get(f"parents.{tree}" if tree else outcome.problem.field or "")
                self.faults.append(RowFault(row.number, column, None, outcome.problem.reason))
            elif outcome.already_done:
                self.already_known += 1
            else:
                self.accepted += 1

    def report(self, command: ImportFile, table: Table) -> FileReport:
        rejected = len({fault.row for fault in self.faults})
        return FileReport(
            layout=command.layout,
            encoding=table.encoding,
            is_dry_run=command.is_dry_run,
            row_count=self.accepted + self.already_known + rejected,
            accepted=self.accepted,
            already_known=self.already_known,
            rejected=rejected,
            faults=tuple(sorted(self.faults, key=lambda fault: fault.row)[:FAULTS_SHOWN_MAX]),
        )


async def import_institutions(deps: Deps, command: ImportFile, *, actor: Actor, now: datetime) -> FileReport:
    """Add and change institutions by a file of the layout nuaikit-institutions-1.

    Raises:
        PermissionMissing: The actor may not manage institutions.
        LayoutUnknown: Another layout.
        TooManyRows: More rows than one file may have.
        RequestMismatch: The request id was used with other content.
        Invalid: What `chassis.tabular` refuses.
    """
    actor.require(MANAGE)
    if command.layout != institution_layout.NAME:
        raise LayoutUnknown(field="layout", layout=command.layout)

    async def apply(table: Table) -> _Tally:
        rows, tally = _rows(table, institution_layout.read_row)
        rows = _first_of_each(rows, tally, key=lambda row: row.local_alias, column=institution_layout.LOCAL_ALIAS)

        async def chunk(connection: Connection, part: Sequence[InstitutionRow]) -> list[Outcome]:
            return await _apply_institutions(connection, part, command.provenance, actor=actor, now=now)

        ordered = in_order(rows)
        outcomes = await _in_chunks(
            deps, _parts(ordered), chunk, is_dry_run=command.is_dry_run, constraints=store.CONSTRAINTS
        )
        tally.add(ordered, outcomes, institution_layout.COLUMN_OF)
        return tally

    return await _import(deps, command, institution_layout.NEEDED, apply, actor=actor)


async def import_staff(deps: Deps, command: ImportFile, *, actor: Actor, now: datetime) -> FileReport:
    """Assign people, and end assignments, by a file of the layout nuaikit-staff-1.

    Raises:
        PermissionMissing: The actor may not manage staff.
        LayoutUnknown: Another layout.
        TooManyRows: More rows than one file may have.
        RequestMismatch: The request id was used with other content.
        Invalid: What `chassis.tabular` refuses.
    """
    actor.require(MANAGE_STAFF)
    if command.layout != staff_layout.NAME:
        raise LayoutUnknown(field="layout", layout=command.layout)

    async def apply(table: Table) -> _Tally:
        rows, tally = _rows(table, staff_layout.read_row)
        rows = _first_of_each(
            rows,
            tally,
            key=lambda row: (row.subject, row.institution_code, row.role, row.classroom, row.valid_from),
            column=staff_layout.SUBJECT,
        )

        async def chunk(connection: Connection, part: Sequence[StaffRow]) -> list[Outcome]:
            return await _apply_staff(deps, connection, part, command.provenance, actor=actor, now=now)

        parts = [rows[place : place + CHUNK_ROWS] for place in range(0, len(rows), CHUNK_ROWS)]
        outcomes = await _in_chunks(
            deps, parts, chunk, is_dry_run=command.is_dry_run, constraints=ASSIGNMENT_CONSTRAINTS
        )
        tally.add(rows, outcomes, staff_layout.COLUMN_OF)
        return tally

    return await _import(deps, command, staff_layout.NEEDED, apply, actor=actor)


async def _import(
    deps: Deps,
    command: ImportFile,
    needed: Sequence[str],
    apply: Callable[[Table], Awaitable[_Tally]],
    *,
    actor: Actor,
) -> FileReport:
    """Read, check and apply a file once; a repeated request gets its report again."""
    content = command.fingerprint()
    # Only asked: the id is claimed with the report, since a process that dies between must leave it free.
    async with _without_effect(deps.pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
    if answer is not None:
        return _from_answer(answer)
    table = await asyncio.to_thread(read_table, command.content, needed=needed, encoding=command.encoding)
    if len(table.rows) > deps.import_rows_max:
        raise TooManyRows(limit=deps.import_rows_max, got=len(table.rows))
    report = (await apply(table)).report(command, table)
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return _from_answer(answer)
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=_to_answer(report))
    counts = {name: getattr(report, name) for name in ("row_count", "accepted", "already_known", "rejected")}
    told = counts | {"layout": report.layout, "is_dry_run": report.is_dry_run, "request_id": str(command.request_id)}
    log.info("Imported a file", extra={"fields": told})
    return report


@contextlib.asynccontextmanager
async def _without_effect(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection with a transaction that is always rolled back: to ask, and for a dry run."""
    async with pool.acquire(timeout=10) as connection:
        dry = connection.transaction()
        await dry.start()
        try:
            yield connection
        finally:
            await dry.rollback()


def _rows(table: Table, read_row: Callable[[int, Mapping[str, str]], R | list[RowFault]]) -> tuple[list[R], _Tally]:
    """The rows that are right by themselves, and the faults of the others."""
    tally = _Tally([RowFault(fault.row, fault.column, None, fault.reason) for fault in table.faults])
    rows: list[R] = []
    for line in table.rows:
        row = read_row(line.number, line.cells)
        if isinstance(row, list):
            tally.faults += row
        else:
            rows.append(row)
    return rows, tally


def _first_of_each(rows: Sequence[R], tally: _Tally, *, key: Callable[[R], object], column: str) -> list[R]:
    """The rows that name something for the first time; a fault for each later one."""
    seen: set[object] = set()
    kept: list[R] = []
    for row in rows:
        if key(row) in seen:
            tally.faults.append(RowFault(row.number, column, None, DUPLICATE_ROW))
            continue
        seen.add(key(row))
        kept.append(row)
    return kept


def in_order(rows: Sequence[InstitutionRow]) -> list[InstitutionRow]:
    """The rows so that each comes after those it names; those in a circle come last, where they are refused."""
    by_code = {code: row for row in rows for code in row.codes}
    waits = {row.number: {by_code[code].number for code in row.named if code in by_code} - {row.number} for row in rows}
    ordered: list[InstitutionRow] = []
    left = list(rows)
    done: set[int] = set()
    while left:
        ready = [row for row in left if waits[row.number] <= done] or left
        ordered += ready
        done |= {row.number for row in ready}
        left = [row for row in left if row.number not in done]
    return ordered


def _parts(rows: Sequence[InstitutionRow]) -> list[list[InstitutionRow]]:
    """Chunks in which no row stands beside one that it names: that one must be there before."""
    parts: list[list[InstitutionRow]] = []
    codes: set[str] = set()
    for row in rows:
        if not parts or len(parts[-1]) == CHUNK_ROWS or codes.intersection(row.named):
            parts.append([])
            codes = set()
        parts[-1].append(row)
        codes.update(row.codes)
    return parts


async def _in_chunks(
    deps: Deps,
    parts: Sequence[Sequence[R]],
    apply: Callable[[Connection, Sequence[R]], Awaitable[list[Outcome]]],
    *,
    is_dry_run: bool,
    constraints: frozenset[str],
) -> list[Outcome]:
    """Outcomes of all rows; of a dry run in one transaction that is rolled back, else in one for each chunk."""

    async def try_all() -> list[Outcome]:
        async with _without_effect(deps.pool) as connection:
            return [outcome for part in parts for outcome in await apply(connection, part)]

    if is_dry_run:
        return await rerun_on(constraints, try_all)
    outcomes: list[Outcome] = []
    for part in parts:

        async def do_part(part: Sequence[R] = part) -> list[Outcome]:
            async with transaction(deps.pool) as connection:
                return await apply(connection, part)

        outcomes += await rerun_on(constraints, do_part)
    return outcomes


async def _places(connection: Connection, codes: set[str], *, today: date) -> dict[str, UUID]:
    """Institutions by code; a code that two registers gave to two institutions names none."""
    found: dict[str, set[UUID]] = {}
    for item in await store.find_by_codes(connection, sorted(codes), on_date=today):
        for code in item.codes:
            if code.value in codes and (code.holds_on(today) or code.valid_to is None):
                found.setdefault(code.value, set()).add(item.institution_id)
    return {code: ids.copy().pop() for code, ids in found.items() if len(ids) == 1}


async def _apply_institutions(
    connection: Connection, rows: Sequence[InstitutionRow], provenance: Provenance, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Add the institutions of a chunk that are not known, and change those that are."""
    today = today_in_thailand(now)
    places = await _places(connection, {code for row in rows for code in row.named}, today=today)
    aliases = [row.local_alias for row in rows]
    known = {item.facts.local_alias: item for item in await store.find_by_codes(connection, aliases, on_date=today)}
    outcomes: dict[int, Outcome] = {}
    new: dict[int, InstitutionFacts] = {}
    changed: dict[int, StatedChange] = {}
    for index, row in enumerate(rows):
        before = known.get(row.local_alias)
        try:
            _check_named(row, places)
            if before is None:
                new[index] = institution_layout.new_facts(row, places, provenance)
                continue
            facts = institution_layout.changed_facts(row, before, places, provenance, today=today)
            changed[index] = StatedChange(before.institution_id, None, ChangeKind.CHANGED, facts)
        except ServiceError as error:
            outcomes[index] = Outcome.failed(index, error)
    if new:
        found = await register_all(connection, list(new.values()), actor=actor, now=now)
        outcomes |= dict(zip(new, found, strict=True))
        await _check_still_new(connection, [rows[index].local_alias for index in new], found, today=today)
    if changed:
        found, _ = await change_all(connection, list(changed.values()), actor=actor, now=now)
        outcomes |= dict(zip(changed, found, strict=True))
    return [outcomes[index] for index in range(len(rows))]


async def _check_still_new(
    connection: Connection, aliases: Sequence[str], outcomes: Sequence[Outcome], *, today: date
) -> None:
    """Notice that somebody added one of these institutions since we looked: its row changes it, and is no conflict.

    Raises:
        LostRace: Somebody did; who looks again finds it known.
    """
    refused = [
        alias
        for alias, outcome in zip(aliases, outcomes, strict=True)
        if outcome.problem is not None and outcome.problem.reason == InstitutionConflict.reason
    ]
    if refused:
        known = {item.facts.local_alias for item in await store.find_by_codes(connection, refused, on_date=today)}
        if known.intersection(refused):
            raise LostRace


def _check_named(row: InstitutionRow, places: Mapping[str, UUID]) -> None:
    for tree, code in row.parents.items():
        if code not in places:
            raise InstitutionCodeUnknown(field=f"parents.{tree}")
    if row.merged_into is not None and row.merged_into not in places:
        raise InstitutionCodeUnknown(field="merged_into_institution_id")


async def _apply_staff(
    deps: Deps,
    connection: Connection,
    rows: Sequence[StaffRow],
    provenance: Provenance,
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Assign the people of a chunk."""
    places = await _places(connection, {row.institution_code for row in rows}, today=today_in_thailand(now))
    outcomes: dict[int, Outcome] = {}
    facts: dict[int, AssignmentFacts] = {}
    for index, row in enumerate(rows):
        if row.institution_code not in places:
            outcomes[index] = Outcome.failed(index, InstitutionCodeUnknown(field="institution_id"))
            continue
        facts[index] = AssignmentFacts(
            subject=row.subject,
            institution_id=places[row.institution_code],
            role=row.role,
            classroom=row.classroom,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            provenance=provenance,
        )
    if facts:
        found = await assign_all(deps, connection, list(facts.values()), actor=actor, now=now)
        in_request_order = sorted(found, key=lambda outcome: outcome.index)
        outcomes |= dict(zip(facts, in_request_order, strict=True))
    return [outcomes[index] for index in range(len(rows))]


def _to_answer(report: FileReport) -> bytes:
    return json.dumps(asdict(report), ensure_ascii=False).encode()


def _from_answer(answer: bytes) -> FileReport:
    kept = json.loads(answer)
    return FileReport(**kept | {"faults": tuple(RowFault(**fault) for fault in kept["faults"])})


@dataclass(frozen=True, slots=True)
class ExportInstitutions:
    """Which institutions to write.

    Attributes:
        within_institution_id: Only it and everything below it in the administration; None: all.
        on_date: Day for which parents and codes hold; None: today.
    """

    kinds: tuple[InstitutionKind, ...] = ()
    within_institution_id: UUID | None = None
    on_date: date | None = None


async def institution_pages(deps: Deps, query: ExportInstitutions, *, now: datetime) -> AsyncGenerator[list[list[str]]]:
    """Rows of institutions in the layout nuaikit-institutions-1, page by page in Thai dictionary order."""
    on_date = query.on_date or today_in_thailand(now)

    async def rows_of(connection: Connection, page: Sequence[Institution]) -> list[list[str]]:
        named = {parent.parent_institution_id for item in page for parent in item.facts.parents}
        named |= {
            item.facts.merged_into_institution_id for item in page if item.facts.merged_into_institution_id is not None
        }
        others = await store.by_ids(connection, sorted(named), on_date=on_date)
        aliases = {item.institution_id: item.facts.local_alias for item in others}
        return [institution_layout.cells(item, aliases, on_date=on_date) for item in page]

    async for rows in _pages(deps, query, rows_of, on_date=on_date):
        yield rows


async def staff_pages(
    deps: Deps, query: ExportInstitutions, *, actor: Actor, now: datetime
) -> AsyncGenerator[list[list[str]]]:
    """Rows of the assignments that hold on a day, page by page in the order of their institutions.

    Raises:
        PermissionMissing: The actor may not manage staff.
    """
    actor.require(MANAGE_STAFF)
    on_date = query.on_date or today_in_thailand(now)

    async def rows_of(connection: Connection, page: Sequence[Institution]) -> list[list[str]]:
        aliases = {item.institution_id: item.facts.local_alias for item in page}
        found = await list_assignments(connection, list(aliases), on_date=on_date)
        return [staff_layout.cells(item, aliases[item.institution_id]) for item in found]

    async for rows in _pages(deps, query, rows_of, on_date=on_date):
        yield rows


async def _pages(
    deps: Deps,
    query: ExportInstitutions,
    rows_of: Callable[[Connection, Sequence[Institution]], Awaitable[list[list[str]]]],
    *,
    on_date: date,
) -> AsyncGenerator[list[list[str]]]:
    """Rows of each page of institutions; no connection is held while a slow reader takes them."""
    within: list[UUID] | None = None
    if query.within_institution_id is not None:
        async with deps.pool.acquire() as connection:
            top = query.within_institution_id
            within = await store.subtree(connection, top, tree=Tree.ADMINISTRATION, on_date=on_date)
    after: UUID | None = None
    while True:
        async with transaction(deps.pool) as connection:
            page = await store.list_page(
                connection,
                kinds=query.kinds,
                parent_institution_id=None,
                tree=Tree.ADMINISTRATION,
                on_date=on_date,
                codes=(),
                within=within,
                text="",
                province_code="",
                is_open_only=False,
                after=after,
                limit=PAGE_ROWS,
            )
            rows = await rows_of(connection, page)
        yield rows
        if len(page) < PAGE_ROWS:
            return
        after = page[-1].institution_id


async def sheet_rows(header: Sequence[str], pages: AsyncIterable[list[list[str]]]) -> AsyncGenerator[Sequence[str]]:
    """Pages as rows of a file, the header first."""
    yield header
    async for page in pages:
        for row in page:
            yield row
