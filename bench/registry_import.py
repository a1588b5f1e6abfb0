"""Importing a learner file beside COPY of every row that it writes, in the same run (performance.md T10).

    TEST_POSTGRES_DSN=... python -m bench registry_import [--rows 100000]

A: the file on disk is taken, kept sealed, checked whole, and applied part by part by the worker: validated, matched,
encrypted, with names, identifiers, enrolments, history and outbox, committed part by part: any process can go on.
B: binary COPY of exactly those rows, values already encrypted, into tables with the same indexes and no foreign keys.

Prints both, their ratio, what encryption and matching took of A, and the memory of the importing process.
"""

import argparse
import asyncio
import base64
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Pool, create_pool, transaction
from student_registry.deps import Deps
from student_registry.importing import bulk, running, store, use_cases
from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.keyring import Keyring
from student_registry.learners.use_cases import REGISTER
from student_registry.provenance import DataStatus, Provenance

from tests.support.databases import Databases
from tests.support.infrastructure import start

TABLES = (
    "learner", "learner_name", "learner_identifier", "enrolment", "enrolment_history", "outbox_sequence", "outbox",
)  # fmt: skip
GIVEN = ["กมลชนก", "ขวัญข้าว", "คุณานนต์", "จิรายุ", "ฉัตรชัย", "ชลธิชา", "ญาณิศา", "ณัฐวุฒิ", "ธนภัทร", "ปวีณา", "พิมพ์ชนก", "ศุภกร"]
SYLLABLES = ["กาญ", "จันทร์", "ชัย", "ทอง", "บุญ", "พงษ์", "รัตน์", "วงศ์", "ศรี", "สุข", "แสง", "อินทร์"]
LINES_AT_ONCE = 10_000
SQL_COLUMNS = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


def citizen_id(number: int) -> str:
    """A synthetic citizen ID of the registration offices 9000 to 9999; its check digit is right."""
    digits = f"1{9000 + number // 10_000_000:04d}{number % 10_000_000:07d}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
    return f"{digits}{(11 - total % 11) % 10}"


def write_file(file: BinaryIO, rows: int) -> int:
    """A learner file of one institution; its size."""
    file.write((",".join(layout.COLUMNS) + "\n").encode())
    lines: list[str] = []
    for number in range(rows):
        family = SYLLABLES[number % 12] + SYLLABLES[number // 12 % 12] + SYLLABLES[number // 144 % 12]
        birth = f"{number % 28 + 1:02d}/{number // 28 % 12 + 1:02d}/{2550 + number // 336 % 12}"
        lines.append(
            f"{number + 1},{citizen_id(number)},,เด็กชาย,{GIVEN[number % len(GIVEN)]},{family},{birth},ช,หลัก,ในระบบ,"
            f"ม.{number % 6 + 1},{number // 6 % 12 + 1},{number // 72 % 40 + 1},,16/05/2569,\n"
        )
        if len(lines) == LINES_AT_ONCE:
            file.write("".join(lines).encode())
            lines.clear()
    file.write("".join(lines).encode())
    return file.tell()


class Clock:
    """Seconds spent inside some functions."""

    def __init__(self) -> None:
        """Nothing spent yet."""
        self.spent: dict[str, float] = {}

    def note(self, name: str, seconds: float) -> None:
        """Add."""
        self.spent[name] = self.spent.get(name, 0.0) + seconds

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, watched."""

        def watched(*args: Any, **more: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*args, **more)
            finally:
                self.note(name, time.perf_counter() - begun)

        return watched

    def timed_async(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same coroutine function, watched from call to answer."""

        async def watched(*args: Any, **more: Any) -> Any:
            begun = time.perf_counter()
            try:
                return await work(*args, **more)
            finally:
                self.note(name, time.perf_counter() - begun)

        return watched


def watch(clock: Clock) -> None:
    """Watch the steps that are shown apart."""
    bulk.identifiers.sealed = clock.timed("encryption", bulk.identifiers.sealed)
    bulk.numbers_of = clock.timed("matching: keyed hashes", bulk.numbers_of)
    bulk.identifiers.known = clock.timed_async("matching: look-up", bulk.identifiers.known)
    bulk.outbox.add_first = clock.timed_async("outbox", bulk.outbox.add_first)
    copy = store.copy

    async def watched(connection: Any, table: str, columns: Any, records: Any) -> None:
        begun = time.perf_counter()
        await copy(connection, table, columns, records)
        clock.note(f"COPY {table}", time.perf_counter() - begun)

    store.copy = watched


async def prepared(dsn: str) -> tuple[Deps, Actor]:
    """A registry with one institution and somebody who registers its learners."""
    pool = await create_pool(dsn, size_max=4, application_name="bench")
    institution_id = uuid4()
    await pool.execute(
        "INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, registered_at) "
        "VALUES ($1, 'SCHOOL', 'โรงเรียนตัวอย่าง', 'bench', 'bench', 'demonstration', now())",
        institution_id,
    )
    key = base64.b64encode(os.urandom(32)).decode()
    deps = Deps(
        pool=pool,
        keyring=Keyring.of(key, version=1, previous=None, index_key="index key of the bench"),
        subject_hash_key=b"subject hash key of the bench",
        bootstrap_subject_hash=None,
        import_rows_max=10_000_000,
        import_inline_bytes_max=0,
    )
    actor = Actor(
        subject_hash="0" * 64,
        role="school_registrar",
        institution_id=institution_id,
        assignment_id=None,
        classroom="",
        permissions=frozenset({REGISTER}),
        permission_version="bench",
    )
    return deps, actor


async def imported(deps: Deps, actor: Actor, file: BinaryIO) -> dict[str, float]:
    """Seconds of each stage of the import."""
    command = use_cases.ImportLearners(
        request_id=uuid4(),
        institution_id=actor.at(),
        layout=layout.LAYOUT.name,
        file=file,
        encoding=None,
        is_dry_run=False,
        provenance=Provenance("bench", DataStatus.DEMONSTRATION),
    )
    spent: dict[str, float] = {}
    begun = time.perf_counter()
    report = await use_cases.import_learners(deps, command, actor=actor, now=datetime.now(UTC))
    spent["take and keep sealed"] = time.perf_counter() - begun
    lease = uuid7()
    async with transaction(deps.pool) as connection:
        await store.take(connection, lease=lease, keep=running.LEASE)
        job = await store.read(connection, report.import_id)
    assert job is not None, "it was taken"
    begun = time.perf_counter()
    await running.check_step(deps, job, lease=lease, now=datetime.now(UTC))
    spent["check whole"] = time.perf_counter() - begun
    begun = time.perf_counter()
    await running.advance(deps, report.import_id, lease=lease)
    spent["apply"] = time.perf_counter() - begun
    done = await use_cases.get_import(deps, report.import_id, actor=actor)
    assert done.accepted == done.row_count, f"{done.rejected} rejected"
    return spent


async def copied(pool: Pool) -> dict[str, tuple[int, float]]:
    """Rows and seconds of COPY into a twin of each table."""
    found: dict[str, tuple[int, float]] = {}
    async with pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        for table in TABLES:
            columns = [row["attname"] for row in await connection.fetch(SQL_COLUMNS, table)]
            await connection.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING ALL)")
            with tempfile.TemporaryFile() as rows:
                await connection.copy_from_table(
                    table if table != "outbox" else "outbox_default", columns=columns, output=rows, format="binary"
                )
                rows.seek(0)
                begun = time.perf_counter()
                status = await connection.copy_to_table(
                    f"twin_{table}", columns=columns, source=rows, format="binary", timeout=3_600
                )
                found[table] = (int(status.split()[-1]), time.perf_counter() - begun)
    return found


def resident_mib() -> float:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 2**20


async def compare(dsn: str, rows: int) -> None:
    """Import, then copy, and print both."""
    deps, actor = await prepared(dsn)
    clock = Clock()
    with tempfile.TemporaryFile() as file:
        size = write_file(file, rows)
        before = resident_mib()
        watch(clock)
        load = os.getloadavg()[0]
        spent = await imported(deps, actor, file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yardstick = await copied(deps.pool)
    await deps.pool.close()
    total, base = sum(spent.values()), sum(seconds for _, seconds in yardstick.values())
    print(f"{rows} learners, {size / 2**20:.0f} MiB of CSV; PostgreSQL and import on one machine, load {load:.1f}")
    print(f"A import          {total:8.1f} s  {rows / total:9.0f} learners/s")
    for name, seconds in spent.items():
        print(f"    {name:24s}{seconds:8.1f} s  {seconds / rows * 1e6:7.1f} us/learner")
    print("  of which, while applying:")
    for name, seconds in clock.spent.items():
        print(f"    {name:24s}{seconds:8.1f} s  {seconds / rows * 1e6:7.1f} us/learner")
    print(f"B COPY            {base:8.1f} s  {rows / base:9.0f} learners/s")
    for table, (count, seconds) in yardstick.items():
        print(f"    {table:24s}{seconds:8.1f} s  {count} rows")
    apart = sum(seconds for name, seconds in clock.spent.items() if name.startswith(("encryption", "matching")))
    print(f"ratio A / B       {total / base:8.2f}  (target 2.5 or less)")
    print(f"without encryption and matching {(total - apart) / base:.2f}")
    print(f"memory            {before:8.0f} MiB before, {peak:.0f} MiB at most")


def main() -> None:
    """Run on the test infrastructure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            asyncio.run(compare(databases.create("student-registry"), options.rows))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
