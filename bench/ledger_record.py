"""Recording through the whole service beside the raw statements of the same effect (performance.md T1, T2, T6).

    TEST_POSTGRES_DSN=... python -m bench ledger_record [--seconds 2] [--rounds 3] [--learners 300] [--callers 16]

A: raw. One connection, batches of 1,000: entries, evidence, journals with lines and balances, the outbox, prepared
   arrays, one transaction a batch. Nothing is checked, signed in, or read.
B: one result a call over HTTP, by several callers at once: token, assignment, scope, idempotency, validation, tracing.
C: 100 results a call over gRPC.   D: the same over HTTP.
E: plain interactive transactions, as such a service is usually written: per result begin, lock, read, insert row by
   row, update the balance, insert the event, commit; several connections, and no HTTP at all.
F: posts to ten learners only, G: to all of them, by the same number of callers: hot accounts beside spread ones.

B, C and D act as as many recorders of one school as there are callers, so that nothing depends on all being one person.
Service and callers share one process and one event loop: B, C and D pay for their callers too, A and E do not. F and G
post once to every learner before the clock runs, so that neither makes accounts in it.

Sides alternate in short slices, order turned each round. Afterwards the ledger is audited, and what every side says it
wrote is counted in the tables: nothing lost, nothing twice.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from chassis import outbox
from chassis.ids import uuid7
from chassis.pg import Connection, create_pool, transaction
from credit_bank.audit import audit
from credit_bank.ledger import store as ledger_store
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import link
from credit_bank.ledger.domain import ISSUED, PENDING, AccountKey, Head, JournalDraft, move
from credit_bank.recording import events, journals
from credit_bank.recording import store as recording_store
from credit_bank.recording.domain import Entry
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from tests.support.credit_calls import result_json, result_pb
from tests.support.credit_world import Person, World, credit_world
from tests.support.databases import Databases
from tests.support.infrastructure import start
from tests.support.telemetry import RecordedTelemetry

BATCH = 100
RAW_BATCH = 1_000
CODES = ("ท31101", "ค31101", "พ31101", "พ31102", "ศ31101")
TERMS = ((2568, 1), (2568, 2), (2569, 1))
HOT = 10
Work = Callable[[], Awaitable[int]]


class Captured:
    """Stands in for a connection and keeps what would be executed."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.statements: list[tuple[str, tuple[Any, ...]]] = []

    async def execute(self, query: str, *arguments: Any) -> None:
        """Keep it."""
        self.statements.append((query, arguments))

    async def fetchval(self, query: str, *_arguments: Any) -> Any:
        """What the outbox asks for."""
        del query
        return datetime.now(UTC)


class Raw:
    """A: the statements with their arrays, made before the clock runs."""

    def __init__(self, connection: Connection, sample: Entry) -> None:
        """`sample` is an entry as the service recorded it; copies of it under other ids are written."""
        self._connection = connection
        self._sample = sample
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
        """The next batch."""
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
        await recording_store.insert_entries(captured, entries)
        await ledger_store.insert_journals(captured, posted)
        told = [events.credit_recorded(entry, journal) for entry, journal in zip(entries, posted, strict=True)]
        await outbox.add(captured, told)
        self.ready = captured.statements

    async def write(self) -> int:
        """One transaction."""
        async with self._connection.transaction():
            for query, arguments in self.ready:
                await self._connection.execute(query, *arguments)
        self.accepted += RAW_BATCH
        return RAW_BATCH


class Plain:
    """E: one result, one interactive transaction, one row at a time."""

    def __init__(self, pool: Any, sample: Entry) -> None:
        """Own learners."""
        self._pool = pool
        self._sample = sample
        self._learners = itertools.cycle([uuid4() for _ in range(RAW_BATCH)])
        self._attempt = itertools.count()
        self.accepted = 0

    async def record(self) -> int:
        """As written by hand: each step a round trip."""
        number = next(self._attempt)
        learner_id, entry_id, now = next(self._learners), uuid7(), datetime.now(UTC)
        year_be, term = 2500 + (number // RAW_BATCH) % 180, 1 + (number // RAW_BATCH) % 3
        entry = replace(
            self._sample, entry_id=entry_id, entry_root_id=entry_id, learner_id=learner_id, year_be=year_be, term=term
        )
        async with transaction(self._pool) as connection:
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
                "SELECT 1 FROM entry WHERE learner_id = $1 AND code = $2 AND year_be = $3 AND term = $4",
                learner_id,
                entry.course.key.code,
                year_be,
                term,
            )
            await recording_store.insert_entries(connection, [entry])
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
            await outbox.add(connection, [events.credit_recorded(entry, journal)])
        self.accepted += 1
        return 1


class Line:
    """One kept connection, by hand: a client library would cost more than the service."""

    def __init__(self, port: int) -> None:
        """Not connected yet."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer; a line that was quiet too long is opened anew, under the same request id."""
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        message = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{head}"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        for _ in range(2):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
            reader, writer = self._streams
            try:
                writer.write(message)
                answer = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                self._streams = None
                continue
            lines = answer.decode("latin-1").split("\r\n")
            size = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
            return int(lines[0].split()[1]), await reader.readexactly(size)
        raise ConnectionError("the service hung up twice")


class Through:
    """B, C, D: the service, with results that nobody sent before."""

    def __init__(self, world: World, learners: list[UUID], people: list[Person]) -> None:
        """Learners who are enrolled in every term, and who records them."""
        self._world = world
        self._people = itertools.cycle(people)
        self._fresh: Iterator[tuple[int, tuple[int, int], str, UUID]] = iter(
            itertools.product(range(1, 100), TERMS, CODES, learners)
        )
        self._stub = pb_grpc.RecordingServiceStub(world.channel)
        self._lines: list[Line] = []
        self.accepted = 0
        self.spent: list[float] = []

    def _next(self) -> tuple[UUID, str, dict[str, int]]:
        attempt, (year_be, term), code, learner_id = next(self._fresh)
        return learner_id, code, {"year_be": year_be, "term": term, "attempt": attempt}

    async def single(self) -> int:
        """B."""
        return await self._post(1)

    async def batch_http(self) -> int:
        """D."""
        return await self._post(BATCH)

    async def _post(self, count: int) -> int:
        results = [result_json(learner, code, **more) for learner, code, more in (self._next() for _ in range(count))]
        headers = next(self._people).headers | {"Idempotency-Key": str(uuid4())}
        body = json.dumps({"results": results}, ensure_ascii=False).encode("utf-8")
        line = self._lines.pop() if self._lines else Line(self._world.service.http_port)
        begun = time.perf_counter()
        status, answer = await line.post("/v1/entries", body, headers)
        self.spent.append(time.perf_counter() - begun)
        self._lines.append(line)
        assert status == HTTPStatus.OK, answer
        problems = [item["problem"] for item in json.loads(answer)["results"] if item["problem"]]
        assert not problems, problems[0]
        self.accepted += count
        return count

    async def batch_grpc(self) -> int:
        """C."""
        results = [result_pb(learner, code, **more) for learner, code, more in (self._next() for _ in range(BATCH))]
        request = pb.RecordResultsRequest(request_id=str(uuid4()), results=results)
        metadata = next(self._people).metadata
        begun = time.perf_counter()
        answer = await self._stub.RecordResults(request, metadata=metadata)
        self.spent.append(time.perf_counter() - begun)
        assert not any(outcome.HasField("problem") for outcome in answer.outcomes)
        self.accepted += BATCH
        return BATCH


class Posting:
    """F, G: `append_journals` in transactions of its own, to some learners."""

    def __init__(self, pool: Any, learners: list[UUID]) -> None:
        """One journal a transaction."""
        self._pool = pool
        self._learners = itertools.cycle(learners)

    async def post(self) -> int:
        """A deposit."""
        learner_id, now = next(self._learners), datetime.now(UTC)
        lines = move(AccountKey.bank(learner_id), ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=100)
        draft = JournalDraft(learner_id, "credit.recorded", now.date(), entry_id=uuid7(), lines=lines)
        async with transaction(self._pool) as connection:
            await ledger.lock_learners(connection, [learner_id])
            await ledger.append_journals(connection, [draft], now=now)
        return 1


async def rate(work: Work, *, seconds: float, callers: int = 1, prepare: Work | None = None) -> float:
    """Results a second by some callers; preparing is not counted."""
    done, spent = 0, 0.0
    if prepare is not None:
        while spent < seconds:
            await prepare()
            begun = time.perf_counter()
            done += await work()
            spent += time.perf_counter() - begun
        return done / spent
    begun = time.perf_counter()

    async def caller() -> int:
        mine = 0
        while time.perf_counter() - begun < seconds:
            mine += await work()
        return mine

    done = sum(await asyncio.gather(*(caller() for _ in range(callers))))
    return done / (time.perf_counter() - begun)


async def compare(databases: Databases, options: argparse.Namespace) -> None:
    """All sides in turn, then what they left."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(credit_world(databases.create, RecordedTelemetry()))
        learners = [await world.learner() for _ in range(options.learners)]
        people = [
            await world.employ(f"recorder-{number}", "school_recorder", world.school)
            for number in range(options.callers)
        ]
        through = Through(world, learners, people)
        await through.single()
        sample_id = await world.fetchval("SELECT entry_id FROM entry LIMIT 1")
        async with world.pool.acquire() as connection:
            sample = (await recording_store.read_entries(connection, [sample_id]))[sample_id]
        own = await create_pool(world.dsn, size_max=options.callers, application_name="bench")
        stack.push_async_callback(own.close)
        raw_connection = await stack.enter_async_context(own.acquire())
        raw = Raw(raw_connection, sample)
        await raw.begin()

        async def prepare() -> int:
            await raw.prepare()
            return 0

        spread = [uuid4() for _ in range(1_000)]
        plain, hot, cool = Plain(world.pool, sample), Posting(world.pool, spread[:HOT]), Posting(world.pool, spread)
        for learner_id in spread:
            await Posting(world.pool, [learner_id]).post()
        latencies: dict[str, list[float]] = {}

        async def timed(name: str, work: Work, callers: int) -> float:
            through.spent = []
            found = await rate(work, seconds=options.seconds, callers=callers)
            latencies.setdefault(name, []).extend(through.spent)
            return found

        sides: dict[str, Callable[[], Awaitable[float]]] = {
            "A": lambda: rate(raw.write, seconds=options.seconds, prepare=prepare),
            "B": lambda: timed("B", through.single, options.callers),
            "C": lambda: timed("C", through.batch_grpc, 4),
            "D": lambda: timed("D", through.batch_http, 4),
            "E": lambda: rate(plain.record, seconds=options.seconds, callers=4),
            "F": lambda: rate(hot.post, seconds=options.seconds, callers=4),
            "G": lambda: rate(cool.post, seconds=options.seconds, callers=4),
        }
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(options.rounds):
            for name in list(sides)[:: 1 if number % 2 == 0 else -1]:
                rates[name].append(await sides[name]())
        _report(rates, latencies, options)
        await _check(world, through.accepted + raw.accepted + plain.accepted)


def _report(rates: dict[str, list[float]], latencies: dict[str, list[float]], options: argparse.Namespace) -> None:
    names = {
        "A": f"raw statements, {RAW_BATCH} a batch",
        "B": f"single over HTTP, {options.callers} callers",
        "C": f"{BATCH} a call over gRPC, 4 callers",
        "D": f"{BATCH} a call over HTTP, 4 callers",
        "E": "plain interactive transactions, 4 connections",
        "F": f"single posts, {HOT} hot accounts",
        "G": "single posts, 1,000 accounts",
    }
    for name, found in rates.items():
        more = ""
        if latencies.get(name):
            sorted_ = sorted(latencies[name])
            p50, p99 = sorted_[len(sorted_) // 2], sorted_[min(len(sorted_) - 1, int(len(sorted_) * 0.99))]
            more = f"   p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"
        print(f"{name} {names[name]:46} {statistics.median(found):9.0f} results/s{more}")
    for label, over, under, goal in (
        ("single over HTTP / raw", "B", "A", 0.35),
        ("batch over gRPC / raw", "C", "A", 0.85),
        ("batch over HTTP / raw", "D", "A", 0.85),
        ("hot / spread", "F", "G", 1.0),
        ("batch over gRPC / plain", "C", "E", 4.0),
        ("single over HTTP / plain", "B", "E", 4.0),
    ):
        ratios = [a / b for a, b in zip(rates[over], rates[under], strict=True)]
        middle = statistics.median(ratios)
        print(
            f"{label:26} {middle:6.2f} ({min(ratios):.2f} to {max(ratios):.2f}), goal {goal:.2f}"
            f" {'reached' if middle >= goal else 'MISSED'}"
        )


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
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--callers", type=int, default=16)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            asyncio.run(compare(databases, options))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
