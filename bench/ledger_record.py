"""Recording through the whole service beside the raw statements of the same effect (performance.md T1-T4).

    TEST_POSTGRES_DSN=... python -m bench ledger_record [--seconds 2] [--rounds 3] [--learners 1000] [--callers 32]

A: raw. One connection, batches of 1,000, one transaction a batch: entries, evidence, journals with lines, balances and
   chain heads, the outbox, a request id with its answer a result. The arrays are made before the clock runs. Nothing is
   checked, signed in, or read.
A100: the same with a request id a hundred results, as batches of 100 leave it.
M: the same as A with the arrays made by the clock: hashes of content and chain, messages, identifiers. What any program
   of this language pays that has this effect.
B: one result a call over HTTP, by several callers at once: token, assignment, scope, idempotency, validation, tracing.
C: 100 results a call over gRPC.   D: the same over HTTP.
E: plain interactive transactions, as such a service is usually written: per result begin, request id, lock, read,
   insert row by row, update the balance, insert the event, keep the answer, commit; several connections, no HTTP.
F: as B, but all results are of ten learners.

B, C, D and F act as as many recorders of one school as there are callers, so that nothing depends on all being one
person; callers are a process of their own. Every trace is recorded, of which a service by default records 5 %. The
service runs on the loop of its own program; A, M and E run on it too.

Sides alternate in short slices, order turned each round, after two rounds that do not count. Processor times are those
of the service's process (A, M, E: of the program) and of PostgreSQL's, where they can be seen. Afterwards the ledger is
audited, and what every side says it wrote is counted in the tables: nothing lost, nothing twice.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from chassis import idempotency, outbox
from chassis.ids import uuid7
from chassis.outcomes import Outcome, outcomes_to_answer
from chassis.pg import Connection, Pool, create_pool, transaction
from chassis.service import spare_what_stays
from credit_bank.audit import audit
from credit_bank.ledger import store as ledger_store
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import link
from credit_bank.ledger.domain import Head
from credit_bank.recording import events, journals
from credit_bank.recording import store as recording_store
from credit_bank.recording.domain import Entry
from uvicorn.loops.auto import auto_loop_factory

from tests.support.credit_calls import record, result
from tests.support.credit_world import World, credit_world
from tests.support.databases import Databases
from tests.support.infrastructure import start
from tests.support.telemetry import RecordedTelemetry

BATCH = 100
RAW_BATCH = 1_000
TOKEN_S = 7_200
TICKS = os.sysconf("SC_CLK_TCK")

SQL_REQUESTS = """
    INSERT INTO request (caller, request_id, fingerprint, answer)
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[])
"""
SQL_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


class Captured:
    """Stands in for a connection and keeps what would be executed."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.statements: list[tuple[str, tuple[Any, ...]]] = []

    async def execute(self, query: str, *arguments: Any) -> None:
        """Keep it."""
        self.statements.append((query, arguments))


class Raw:
    """A: the statements with their arrays."""

    def __init__(self, connection: Connection, sample: Entry, *, per_request: int) -> None:
        """`sample` is an entry as the service recorded it; copies of it under other ids are written.

        Args:
            connection: The only one.
            sample: Recorded before.
            per_request: Results under one request id.
        """
        self._connection = connection
        self._sample = sample
        self._per_request = per_request
        self._heads: dict[UUID, Head] = {}
        self._learners = [uuid4() for _ in range(RAW_BATCH)]
        self._attempt = 0
        self.accepted = 0
        self.ready: list[tuple[str, tuple[Any, ...]]] = []

    async def begin(self) -> None:
        """Chain rows of its own learners."""
        async with self._connection.transaction():
            await ledger.lock_learners(self._connection, self._learners)

    async def prepare(self) -> None:
        """Make the next batch."""
        captured: Any = Captured()
        now = datetime.now(UTC)
        self._attempt += 1
        entries: list[Entry] = []
        posted: list[Any] = []
        for learner_id in self._learners:
            entry_id = uuid7()
            entry = replace(
                self._sample,
                entry_id=entry_id,
                entry_root_id=entry_id,
                learner_id=learner_id,
                year_be=2500 + self._attempt % 180,
                term=1 + self._attempt % 3,
            )
            journal = link(
                journals.recorded(entry), self._heads.get(learner_id, Head()), journal_id=uuid7(), posted_at=now
            )
            self._heads[learner_id] = Head(journal.seq, journal.hash)
            entries.append(entry)
            posted.append(journal)
        self._prepare_requests(captured, entries)
        await recording_store.insert_entries(captured, entries)
        await ledger_store.insert_journals(captured, posted)
        told = [events.credit_recorded(entry, journal) for entry, journal in zip(entries, posted, strict=True)]
        await outbox.add(captured, told)
        self.ready = captured.statements

    def _prepare_requests(self, captured: Any, entries: Sequence[Entry]) -> None:
        shares = [entries[first : first + self._per_request] for first in range(0, len(entries), self._per_request)]
        answers = [
            outcomes_to_answer([Outcome(index, str(entry.entry_id)) for index, entry in enumerate(share)])
            for share in shares
        ]
        contents = [idempotency.fingerprint([str(entry.entry_id) for entry in share]) for share in shares]
        ids = [uuid4() for _ in shares]
        captured.statements.append((SQL_REQUESTS, (["raw"] * len(ids), ids, contents, answers)))

    async def write(self) -> int:
        """One transaction."""
        async with self._connection.transaction():
            for query, arguments in self.ready:
                await self._connection.execute(query, *arguments)
        self.accepted += RAW_BATCH
        return RAW_BATCH


class Plain:
    """E: one result, one interactive transaction, one row at a time."""

    def __init__(self, pool: Pool, sample: Entry, *, learners: int) -> None:
        """Own learners."""
        self._pool = pool
        self._sample = sample
        self._learners = itertools.cycle([uuid4() for _ in range(learners)])
        self._attempt = itertools.count()
        self._round = learners
        self.accepted = 0

    async def record(self) -> int:
        """As written by hand: each step a round trip."""
        number = next(self._attempt)
        learner_id, entry_id, now = next(self._learners), uuid7(), datetime.now(UTC)
        year_be, term = 2500 + (number // self._round) % 180, 1 + (number // self._round) % 3
        entry = replace(
            self._sample, entry_id=entry_id, entry_root_id=entry_id, learner_id=learner_id, year_be=year_be, term=term
        )
        content = idempotency.fingerprint([str(entry_id)])
        async with transaction(self._pool) as connection:
            await idempotency.claim(connection, entry_id, caller="plain", content=content)
            await connection.execute(
                "INSERT INTO learner_chain (learner_id, last_seq, head_hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
                learner_id,
                bytes(32),
            )
            chain = await connection.fetchrow(
                "SELECT last_seq, head_hash FROM learner_chain WHERE learner_id = $1 FOR UPDATE", learner_id
            )
            await connection.fetchrow("SELECT 1 FROM course WHERE course_id = $1", entry.course.course_id)
            await connection.fetchrow(
                "SELECT entry_id, content_hash FROM entry WHERE learner_id = $1 AND issuer_institution_id = $2"
                " AND code_system = $3 AND code = $4 AND year_be = $5 AND term = $6 AND attempt = $7"
                " AND state IN ('SUBMITTED', 'RETURNED', 'VERIFIED')",
                *entry.natural_key,
            )
            await self._insert(connection, entry)
            journal = link(
                journals.recorded(entry),
                Head(chain["last_seq"], chain["head_hash"]),
                journal_id=uuid7(),
                posted_at=now,
            )
            account_id = await connection.fetchval(
                "SELECT account_id FROM account WHERE learner_id = $1 AND kind = 'BANK'", learner_id
            )
            if account_id is None:
                account_id = uuid7()
                await connection.execute(
                    "INSERT INTO account (account_id, learner_id, kind, qualification_code, qualification_version)"
                    " VALUES ($1, $2, 'BANK', '', '')",
                    account_id,
                    learner_id,
                )
            await connection.execute(
                "INSERT INTO journal (journal_id, learner_id, seq, type, posted_at, effective_on, entry_id, facts,"
                " prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                journal.journal_id,
                learner_id,
                journal.seq,
                journal.type,
                now,
                journal.effective_on,
                entry_id,
                dict(journal.facts),
                journal.prev_hash,
                journal.hash,
            )
            # The balance trigger looks at a statement, so a pair of lines is the least that can be written at once.
            await connection.execute(
                "INSERT INTO journal_line (journal_id, line_no, account_id, bucket, unit, amount_hundredths)"
                " VALUES ($1, 0, $2, $3, $4, $5), ($1, 1, $2, $6, $4, $7)",
                journal.journal_id,
                account_id,
                journal.lines[0].bucket,
                journal.lines[0].unit,
                journal.lines[0].amount_hundredths,
                journal.lines[1].bucket,
                journal.lines[1].amount_hundredths,
            )
            for line in journal.lines:
                changed = await connection.fetchval(
                    "UPDATE account_bucket SET balance_hundredths = balance_hundredths + $4"
                    " WHERE account_id = $1 AND bucket = $2 AND unit = $3 RETURNING true",
                    account_id,
                    line.bucket,
                    line.unit,
                    line.amount_hundredths,
                )
                if not changed:
                    await connection.execute(
                        "INSERT INTO account_bucket VALUES ($1, $2, $3, $4)",
                        account_id,
                        line.bucket,
                        line.unit,
                        line.amount_hundredths,
                    )
            await connection.execute(
                "UPDATE learner_chain SET last_seq = $2, head_hash = $3 WHERE learner_id = $1",
                learner_id,
                journal.seq,
                journal.hash,
            )
            answer = outcomes_to_answer([Outcome(0, str(entry_id))])
            await idempotency.finish(connection, entry_id, caller="plain", answer=answer)
            await outbox.add(connection, [events.credit_recorded(entry, journal)])
        self.accepted += 1
        return 1

    async def _insert(self, connection: Connection, entry: Entry) -> None:
        row = recording_store.row_of(entry) | {"outcomes": list(entry.course.facts.outcomes)}
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await connection.execute(f"INSERT INTO entry ({', '.join(row)}) VALUES ({places})", *row.values())
        for number, item in enumerate(entry.evidence):
            await connection.execute(
                "INSERT INTO evidence (entry_id, evidence_no, kind, document_no, issuing_body, issued_on, result_text)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                entry.entry_id,
                number,
                item.kind,
                item.document_no,
                item.issuing_body,
                item.issued_on,
                item.result_text,
            )


class Callers:
    """The process of the callers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Of a process that waits for its first line."""
        self._process = process
        self.accepted = 0

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        await self._process.stdin.drain()

    async def send(self, side: str, *, seconds: float, callers: int) -> tuple[int, float, list[float]]:
        """Results, how long they took together, and each call."""
        await self.tell({"side": side, "seconds": seconds, "callers": callers})
        assert self._process.stdout is not None
        answer = await self._process.stdout.readline()
        assert answer, "the callers ended; what they say stands above"
        told = json.loads(answer)
        self.accepted += told["done"]
        return told["done"], told["took"], told["spent"]


@contextlib.asynccontextmanager
async def callers_of(world: World, learners: Sequence[UUID], count: int) -> Any:
    """Callers, with recorders to call as."""
    people: list[dict[str, str]] = []
    for number in range(count):
        name = f"recorder-{number}"
        person = await world.employ(name, "school_recorder", world.school)
        token = world.issuer.person(name, exp=int(time.time()) + TOKEN_S)
        people.append(person.headers | {"Authorization": f"Bearer {token}"})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench._callers",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    callers = Callers(process)
    await callers.tell(
        {
            "http_port": world.service.http_port,
            "grpc_port": world.service.grpc_port,
            "people": people,
            "learners": [str(one) for one in learners],
        }
    )
    try:
        yield callers
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@dataclass(frozen=True)
class Slice:
    """What a side did in a slice; processor times in seconds, of PostgreSQL None where they cannot be seen."""

    done: int
    took: float
    here: float
    database: float | None

    @property
    def rate(self) -> float:
        """Results a second."""
        return self.done / self.took


class Clock:
    """Processor time of this process and of the database's backends."""

    def __init__(self, world: World) -> None:
        """Look at the backends of the world's database."""
        self._world = world

    async def read(self) -> tuple[float, dict[int, float] | None]:
        """This process, and each backend; None when they are not ours to see."""
        rows = await self._world.fetch(SQL_BACKENDS)
        try:
            return time.process_time(), {row["pid"]: _ticks(row["pid"]) / TICKS for row in rows}
        except (OSError, ValueError):
            return time.process_time(), None


def _ticks(pid: int) -> int:
    """User and system time of a PostgreSQL process of this machine."""
    name, _, rest = Path(f"/proc/{pid}/stat").read_text("ascii").partition(") ")
    if "postgres" not in name:
        raise ValueError(pid)  # a container's number, and somebody else here
    fields = rest.split()
    return int(fields[11]) + int(fields[12])


Work = Callable[[], Awaitable[int]]


class Sides:
    """All of them."""

    def __init__(self, world: World, options: argparse.Namespace) -> None:
        """Measure the world's service."""
        self._world = world
        self._options = options
        self._clock = Clock(world)
        self.slices: dict[str, list[Slice]] = {}
        self.spent: dict[str, list[float]] = {}

    async def batches(self, name: str, raw: Raw, *, is_making_counted: bool = False) -> None:
        """Batches by one connection, with or without the making of their arrays."""
        done, took, here = 0, 0.0, 0.0
        _, before = await self._clock.read()
        while took < self._options.seconds:
            if not is_making_counted:
                await raw.prepare()
            begun, worked = time.perf_counter(), time.process_time()
            if is_making_counted:
                await raw.prepare()
            done += await raw.write()
            took += time.perf_counter() - begun
            here += time.process_time() - worked
        _, after = await self._clock.read()
        self._keep(name, done, took, here, _grown(before, after))

    async def called(self, name: str, callers: Callers, side: str, count: int) -> None:
        """By callers of the service."""
        worked, before = await self._clock.read()
        done, took, spent = await callers.send(side, seconds=self._options.seconds, callers=count)
        stopped, after = await self._clock.read()
        self.spent.setdefault(name, []).extend(spent)
        self._keep(name, done, took, stopped - worked, _grown(before, after))

    async def plainly(self, name: str, work: Work, count: int) -> None:
        """By tasks of this process."""
        worked, before = await self._clock.read()
        begun = time.perf_counter()

        async def one() -> int:
            mine = 0
            while time.perf_counter() - begun < self._options.seconds:
                mine += await work()
            return mine

        done = sum(await asyncio.gather(*(one() for _ in range(count))))
        took = time.perf_counter() - begun
        stopped, after = await self._clock.read()
        self._keep(name, done, took, stopped - worked, _grown(before, after))

    def _keep(self, name: str, done: int, took: float, here: float, database: float | None) -> None:
        self.slices.setdefault(name, []).append(Slice(done, took, here, database))


def _grown(before: dict[int, float] | None, after: dict[int, float] | None) -> float | None:
    if before is None or after is None:
        return None
    return sum(spent - before.get(pid, 0.0) for pid, spent in after.items())


async def compare(databases: Databases, options: argparse.Namespace) -> None:
    """All sides in turn, then what they left."""
    async with AsyncExitStack() as stack:
        telemetry = RecordedTelemetry()
        world = await stack.enter_async_context(credit_world(databases.create, telemetry))
        learners = [await world.learner() for _ in range(options.learners)]
        [first] = await record(world, result(learners[0], attempt=1, year_be=2569, term=2))
        sample_id = UUID(first.id or "")
        own = await create_pool(world.dsn, size_max=4, application_name="bench")
        stack.push_async_callback(own.close)
        connection = await stack.enter_async_context(own.acquire())
        sample = (await recording_store.read_entries(connection, [sample_id]))[sample_id]
        raw, raw_100 = Raw(connection, sample, per_request=1), Raw(connection, sample, per_request=BATCH)
        await raw.begin()
        await raw_100.begin()
        plain = Plain(world.pool, sample, learners=options.learners)
        callers: Callers = await stack.enter_async_context(callers_of(world, learners, options.callers))
        spare_what_stays()
        sides = Sides(world, options)
        turns: dict[str, Callable[[], Awaitable[None]]] = {
            "A": lambda: sides.batches("A", raw),
            "A100": lambda: sides.batches("A100", raw_100),
            "M": lambda: sides.batches("M", raw, is_making_counted=True),
            "B": lambda: sides.called("B", callers, "single", options.callers),
            "C": lambda: sides.called("C", callers, "batch_grpc", 4),
            "D": lambda: sides.called("D", callers, "batch_http", 4),
            "E": lambda: sides.plainly("E", plain.record, 4),
            "F": lambda: sides.called("F", callers, "hot", options.callers),
        }
        for is_planned_anew in (True, False):  # connections, plans and caches are there before anything counts
            for turn in turns.values():
                await turn()
            if is_planned_anew:
                await world.execute("VACUUM ANALYZE")
        sides.slices, sides.spent = {}, {}
        for number in range(options.rounds):
            for turn in list(turns.values())[:: 1 if number % 2 == 0 else -1]:
                telemetry.clear()  # a service sends its spans away; kept ones would be walked by each collection
                await turn()
        _report(sides, options)
        await _check(world, 1 + raw.accepted + raw_100.accepted + plain.accepted + callers.accepted)


def _report(sides: Sides, options: argparse.Namespace) -> None:
    names = {
        "A": f"raw statements, {RAW_BATCH} a batch, a request id each",
        "A100": f"raw statements, {RAW_BATCH} a batch, a request id a {BATCH}",
        "M": "raw statements and the making of their arrays",
        "B": f"single over HTTP, {options.callers} callers",
        "C": f"{BATCH} a call over gRPC, 4 callers",
        "D": f"{BATCH} a call over HTTP, 4 callers",
        "E": "plain interactive transactions, 4 connections",
        "F": f"single over HTTP, {options.callers} callers, 10 learners",
    }
    for name, found in sides.slices.items():
        done = sum(one.done for one in found)
        here = 1_000 * sum(one.here for one in found) / done
        databases = [one.database for one in found if one.database is not None]
        there = f"{1_000 * sum(databases) / done:.3f}" if len(databases) == len(found) else "unseen"
        calls = sorted(sides.spent.get(name, []))
        more = f"; p50 {_at(calls, 0.5):.1f} ms, p99 {_at(calls, 0.99):.1f} ms" if calls else ""
        print(
            f"{name:4} {names[name]:48} {statistics.median(one.rate for one in found):7.0f} results/s;"
            f" processor {here:.3f} ms, database {there} ms{more}"
        )
    for label, over, under, goal in (
        ("single over HTTP / raw", "B", "A", 0.35),
        ("batch over gRPC / raw", "C", "A100", 0.85),
        ("batch over HTTP / raw", "D", "A100", 0.85),
        ("hot / spread", "F", "B", 1.0),
        ("batch over gRPC / plain", "C", "E", 4.0),
        ("single over HTTP / plain", "B", "E", 4.0),
        ("single over HTTP / raw and making", "B", "M", None),
        ("batch over gRPC / raw and making", "C", "M", None),
        ("batch over HTTP / raw and making", "D", "M", None),
    ):
        ratios = [a.rate / b.rate for a, b in zip(sides.slices[over], sides.slices[under], strict=True)]
        middle = statistics.median(ratios)
        said = "" if goal is None else f", goal {goal:.2f} {'reached' if middle >= goal else 'MISSED'}"
        print(f"{label:34} {middle:6.2f} ({min(ratios):.2f} to {max(ratios):.2f}){said}")
    print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} processors")


def _at(calls: Sequence[float], share: float) -> float:
    """Milliseconds under which a share of sorted calls stays."""
    return 1_000 * calls[min(len(calls) - 1, int(len(calls) * share))]


async def _check(world: World, accepted: int) -> None:
    report = await audit(world.pool)
    kept = await world.fetchval(
        "SELECT count(*) FROM entry e JOIN journal j ON j.entry_id = e.entry_id AND j.type = 'credit.recorded'"
    )
    told = await world.fetchval("SELECT count(*) FROM outbox WHERE type LIKE '%CreditRecorded'")
    drift = {name: count for name, count in report.items() if name.startswith("drift") and count}
    whole = "none lost, none twice" if kept == accepted == told else "BROKEN"
    print(
        f"accepted {accepted}, kept {kept}, told {told}: {whole};"
        f" journals {report['journals']}, audit {drift or 'without drift'}"
    )


def main() -> None:
    """Run on the test infrastructure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--learners", type=int, default=1_000)
    parser.add_argument("--callers", type=int, default=32)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
                runner.run(compare(databases, options))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
