"""Posting through the use case beside the raw statement of the same effect, in alternating slices (performance.md 7).

    TEST_POSTGRES_DSN=... python bench/ledger_post.py [--seconds 2] [--rounds 3] [--batch 1000]

A: one connection, `SQL_INSERT_JOURNALS` with arrays prepared beforehand: accounts, journals, lines, balances, heads.
B: `lock_learners` and `append_journals` for the same journals: locks, heads, canonical JSON and hashes included.
Both commit. Prints posts a second of both, the ratio, and whether the ledger is sound afterwards.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
from chassis.ids import uuid7
from chassis.pg import Connection, create_pool, transaction
from credit_bank.audit import audit
from credit_bank.ledger import store
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import link
from credit_bank.ledger.domain import ISSUED, PENDING, AccountKey, Head, Journal, JournalDraft, move

from tests.support.databases import Databases
from tests.support.infrastructure import start

DAY = date(2026, 11, 21)
Batch = Callable[[], Awaitable[int]]


def draft(learner_id: UUID) -> JournalDraft:
    """One deposit of 1.0."""
    lines = move(AccountKey.bank(learner_id), ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=100)
    return JournalDraft(learner_id, "credit.recorded", DAY, entry_id=uuid7(), lines=lines, facts={"credits": "1.0"})


class Raw:
    """Journals linked before the clock runs; what is timed is the statement and its commit."""

    def __init__(self, connection: Connection, learners: list[UUID]) -> None:
        """Own learners, so that the chains of both sides stay whole."""
        self._connection = connection
        self._learners = learners
        self._heads: dict[UUID, Head] = {}
        self.ready: list[Journal] = []

    def prepare(self) -> None:
        """Link the next batch."""
        self.ready = []
        now = datetime.now(UTC)  # one call posts at one instant
        for learner_id in self._learners:
            head = self._heads.get(learner_id, Head())
            journal = link(draft(learner_id), head, journal_id=uuid7(), posted_at=now)
            self._heads[learner_id] = Head(journal.seq, journal.hash)
            self.ready.append(journal)

    async def post(self) -> int:
        """Write it."""
        async with self._connection.transaction():
            await store.insert_journals(self._connection, self.ready)
        return len(self.ready)


async def slice_of(post: Batch, seconds: float, prepare: Callable[[], None] = lambda: None) -> float:
    """Posts a second of the time spent in `post`."""
    done, spent = 0, 0.0
    while spent < seconds:
        prepare()
        begun = time.perf_counter()
        done += await post()
        spent += time.perf_counter() - begun
    return done / spent


async def compare(dsn: str, *, seconds: float, rounds: int, batch: int) -> None:
    """Alternate both sides, order flipped each round."""
    pool = await create_pool(dsn, size_max=2, application_name="bench")
    raw_learners, learners = [uuid4() for _ in range(batch)], [uuid4() for _ in range(batch)]

    async def through_use_case() -> int:
        drafts = [draft(learner_id) for learner_id in learners]
        async with transaction(pool) as connection:
            await ledger.lock_learners(connection, learners)
            await ledger.append_journals(connection, drafts, now=datetime.now(UTC))
        return batch

    connection = await asyncpg.connect(dsn)
    async with connection.transaction():
        await ledger.lock_learners(connection, raw_learners)
    raw = Raw(connection, raw_learners)
    rates: dict[str, list[float]] = {"A": [], "B": []}
    for number in range(rounds):
        for side in ("AB", "BA")[number % 2]:
            rate = await (
                slice_of(raw.post, seconds, raw.prepare) if side == "A" else slice_of(through_use_case, seconds)
            )
            rates[side].append(rate)
    await connection.close()
    report = await audit(pool)
    await pool.close()
    ratios = [b / a for a, b in zip(rates["A"], rates["B"], strict=True)]
    print(f"A raw statement  {statistics.median(rates['A']):9.0f} posts/s")
    print(f"B use case       {statistics.median(rates['B']):9.0f} posts/s")
    print(f"ratio            {statistics.median(ratios):9.2f} ({min(ratios):.2f} to {max(ratios):.2f}), batch {batch}")
    sound = all(report[name] == 0 for name in ("drift_chains", "drift_heads", "drift_sums", "drift_balances"))
    print(f"journals {report['journals']}, chains, heads, sums and balances {'sound' if sound else 'BROKEN'}")


def main() -> None:
    """Run on the test infrastructure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=1_000)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            dsn = databases.create("credit-bank")
            asyncio.run(compare(dsn, seconds=options.seconds, rounds=options.rounds, batch=options.batch))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
