"""The posting core on real PostgreSQL: what the database itself refuses, and what happens when many post at once."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import credit_bank
import pytest
from chassis.ids import uuid7
from chassis.pg import Pool, create_pool, transaction
from credit_bank.audit import audit
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from credit_bank.ledger.domain import (
    AVAILABLE,
    GENESIS,
    ISSUED,
    PENDING,
    AccountKey,
    Award,
    Claim,
    ClaimState,
    Journal,
    JournalDraft,
    counted,
    move,
)
from credit_bank.ledger.errors import CourseAlreadyAwarded, EntryAlreadyClaimed

DAY = date(2026, 11, 21)
SCHOOL = uuid4()
M6 = ("M6-OBEC", "2551R60", SCHOOL)


@pytest.fixture
async def pool(database: Callable[..., str]) -> AsyncIterator[Pool]:
    made = await create_pool(database("credit-bank"), size_max=16, application_name="tests")
    yield made
    await made.close()


def now() -> datetime:
    return datetime.now(UTC)


def deposit(learner_id: UUID, hundredths: int = 100) -> JournalDraft:
    lines = move(AccountKey.bank(learner_id), ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=hundredths)
    return JournalDraft(learner_id, "credit.recorded", DAY, entry_id=uuid7(), lines=lines, facts={"credits": "1.0"})


async def post(pool: Pool, *drafts: JournalDraft) -> list[Journal]:
    async with transaction(pool) as connection:
        await ledger.lock_learners(connection, [draft.learner_id for draft in drafts])
        return await ledger.append_journals(connection, drafts, now=now())


async def balance(pool: Pool, learner_id: UUID, bucket: str) -> int:
    found = await pool.fetchval(
        "SELECT balance_hundredths FROM account_bucket JOIN account USING (account_id)"
        " WHERE learner_id = $1 AND bucket = $2",
        learner_id,
        bucket,
    )
    return found or 0


async def is_sound(pool: Pool) -> bool:
    report = await audit(pool)
    # These tests post journals without the entries and claims that use cases write beside them.
    return not any(report[name] for name in ("drift_chains", "drift_heads", "drift_sums", "drift_balances"))


# ---- what the database refuses ----


@pytest.mark.parametrize("table", ["journal", "journal_line", "evidence", "vote", "access_log", "course_version"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {}"])
async def test_history_takes_no_change(pool: Pool, table: str, statement: str) -> None:
    column = await pool.fetchval(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND ordinal_position = 1", table
    )
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute(statement.format(table, column, column))


async def test_journal_that_does_not_sum_to_zero_is_refused_by_the_database_too(pool: Pool) -> None:
    learner_id = uuid4()
    [journal] = await post(pool, deposit(learner_id))
    account_id = await pool.fetchval("SELECT account_id FROM account")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await pool.execute(
            "INSERT INTO journal_line (journal_id, line_no, account_id, bucket, unit, amount_hundredths)"
            " VALUES ($1, 2, $2, 'PENDING', 'CR_OBEC', 100), ($1, 3, $2, 'ISSUED', 'CR_OVEC', -100)",
            journal.journal_id,
            account_id,
        )
    assert refusal.value.constraint_name == "journal_balanced"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("'PENDING', 'CR_OBEC', -50", "account_bucket_not_negative"),
        ("'ISSUED', 'CR_OBEC', 50", "account_bucket_issued"),
        ("'SAVINGS', 'CR_OBEC', 50", "account_bucket_bucket_check"),
        ("'PENDING', 'HOURS', 50", "account_bucket_unit_check"),
    ],
)
async def test_balance_that_cannot_be_is_refused(pool: Pool, values: str, constraint: str) -> None:
    await post(pool, JournalDraft(uuid4(), "x", DAY))
    await post(pool, deposit(uuid4()))
    account_id = await pool.fetchval("SELECT account_id FROM account")
    await pool.execute("DELETE FROM account_bucket")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await pool.execute(f"INSERT INTO account_bucket VALUES ('{account_id}', {values})")
    assert refusal.value.constraint_name == constraint


async def test_amount_out_of_step_is_refused_by_the_database_too(pool: Pool) -> None:
    [journal] = await post(pool, deposit(uuid4()))
    account_id = await pool.fetchval("SELECT account_id FROM account")
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await pool.execute(
            "INSERT INTO journal_line"
            " VALUES ($1, 2, $2, 'PENDING', 'CR_OBEC', 25), ($1, 3, $2, 'ISSUED', 'CR_OBEC', -25)",
            journal.journal_id,
            account_id,
        )
    assert refusal.value.constraint_name == "journal_line_step"


async def test_overdraft_is_refused_and_nothing_of_its_call_stays(pool: Pool) -> None:
    learner_id, other = uuid4(), uuid4()
    bank = AccountKey.bank(learner_id)
    lines = move(bank, PENDING, AVAILABLE, unit="CR_OBEC", amount_hundredths=150)
    await post(pool, deposit(learner_id))
    with pytest.raises(asyncpg.CheckViolationError):
        await post(pool, deposit(other), JournalDraft(learner_id, "credit.verified", DAY, lines=lines))
    assert await pool.fetchval("SELECT count(*) FROM journal") == 1
    assert await pool.fetchval("SELECT count(*) FROM learner_chain") == 1
    assert await is_sound(pool)


async def test_posting_without_the_learners_lock_is_a_fault(pool: Pool) -> None:
    with pytest.raises(AssertionError, match="lock_learners"):
        async with transaction(pool) as connection:
            await ledger.append_journals(connection, [deposit(uuid4())], now=now())


async def test_claims_and_awards_are_once_even_for_those_who_did_not_look(pool: Pool) -> None:
    learner_id, course_id = uuid4(), uuid4()
    account = AccountKey.qualification(learner_id, *M6)
    await pool.execute(
        "INSERT INTO course VALUES ($1, 1, 'OBEC', 'ท31101', 'X', NULL, 'ภาษาไทย', NULL, NULL, NULL, NULL, NULL, '',"
        " '', '', '{}', 'tests', 'demonstration', NULL, NULL, $2, now())",
        course_id,
        GENESIS,
    )
    claim = Claim(uuid4(), account, ClaimState.COUNTED, target_course_id=course_id)
    [journal] = await post(pool, JournalDraft(learner_id, "credit.counted", DAY))
    async with transaction(pool) as connection:
        assert await ledger.reserve_claims(connection, [[claim]], now=now()) == [None]
        await ledger.record_awards(connection, [Award(account, course_id, journal.journal_id)])
    from credit_bank.ledger import store  # noqa: PLC0415  # past the use case on purpose

    with pytest.raises(EntryAlreadyClaimed):
        async with transaction(pool) as connection:
            await store.insert_claims(connection, [claim], now=now())
    with pytest.raises(CourseAlreadyAwarded):
        async with transaction(pool) as connection:
            await ledger.record_awards(connection, [Award(account, course_id, journal.journal_id)])
    async with transaction(pool) as connection:
        assert await ledger.awarded_courses(connection, [(account, course_id), (account, uuid4())]) == {
            (account, course_id)
        }
        assert list(await ledger.counted_before(connection, [claim])) == [claim]


async def test_group_of_claims_is_claimed_whole_or_not_at_all(pool: Pool) -> None:
    learner_id = uuid4()
    account = AccountKey.qualification(learner_id, *M6)
    taken, free, other = uuid4(), uuid4(), uuid4()

    def reserved(entry_id: UUID, line_id: UUID) -> Claim:
        return Claim(entry_id, account, ClaimState.RESERVED, line_id)

    lines = [uuid4() for _ in range(4)]
    async with transaction(pool) as connection:
        await ledger.lock_learners(connection, [learner_id])
        found = await ledger.reserve_claims(
            connection,
            [
                [reserved(taken, lines[0])],
                [reserved(free, lines[1]), reserved(taken, lines[1])],
                [reserved(free, lines[2])],
                [reserved(other, lines[3]), reserved(other, lines[3])],
                [],
            ],
            now=now(),
        )
        assert [refusal.reason if refusal else None for refusal in found] == [
            None,
            "ENTRY_ALREADY_CLAIMED",
            None,
            "ENTRY_ALREADY_CLAIMED",
            None,
        ]
    assert await pool.fetchval("SELECT count(*) FROM claim") == 2
    async with transaction(pool) as connection:
        assert await ledger.release_claims(connection, [lines[0]], now=now()) == 1
        assert await ledger.activate_claims(connection, [lines[2], lines[0]], now=now()) == 1
        assert await ledger.reserve_claims(connection, [[reserved(taken, lines[1])]], now=now()) == [None]
    states = await pool.fetch("SELECT state FROM claim ORDER BY claim_id")
    assert [row["state"] for row in states] == ["RELEASED", "POSTED", "RESERVED"]


# ---- many at once ----


async def test_forty_posts_for_one_learner_make_one_chain_without_a_gap(pool: Pool) -> None:
    learner_id = uuid4()
    await asyncio.gather(*(post(pool, deposit(learner_id)) for _ in range(40)))
    async with transaction(pool) as connection:
        chain = await ledger.journals_of(connection, [learner_id])
    assert [journal.seq for journal in chain] == list(range(1, 41))
    assert first_break(chain) is None
    assert await balance(pool, learner_id, PENDING) == 4_000
    assert await pool.fetchval("SELECT count(*) FROM account") == 1
    assert await is_sound(pool)


async def test_calls_over_the_same_learners_in_any_order_never_block_each_other_for_ever(pool: Pool) -> None:
    learners = [uuid4() for _ in range(6)]
    calls = [[deposit(learners[(n * step) % 6]) for n in range(6)] for step in (1, 5, 1, 5, 1, 5, 1, 5)]
    await asyncio.gather(*(post(pool, *drafts) for drafts in calls * 3))
    assert await pool.fetchval("SELECT count(*) FROM journal") == 6 * 8 * 3
    assert await is_sound(pool)


async def test_only_one_of_many_spends_what_is_there_once(pool: Pool) -> None:
    learner_id = uuid4()
    await post(pool, deposit(learner_id))
    lines = move(AccountKey.bank(learner_id), PENDING, AVAILABLE, unit="CR_OBEC", amount_hundredths=100)
    answers = await asyncio.gather(
        *(post(pool, JournalDraft(learner_id, "credit.verified", DAY, lines=lines)) for _ in range(20)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert sum(isinstance(answer, asyncpg.CheckViolationError) for answer in answers) == 19
    assert await balance(pool, learner_id, AVAILABLE) == 100
    assert await is_sound(pool)


async def test_only_one_of_many_claims_an_entry(pool: Pool) -> None:
    learner_id, entry_id = uuid4(), uuid4()
    account = AccountKey.qualification(learner_id, *M6)

    async def claim() -> str | None:
        async with transaction(pool) as connection:
            await ledger.lock_learners(connection, [learner_id])
            wanted = Claim(entry_id, account, ClaimState.RESERVED, uuid4())
            [refusal] = await ledger.reserve_claims(connection, [[wanted]], now=now())
        return refusal.reason if refusal else None

    answers = await asyncio.gather(*(claim() for _ in range(40)))
    assert sorted(str(answer) for answer in answers) == ["ENTRY_ALREADY_CLAIMED"] * 39 + ["None"]


async def test_thousand_journals_in_one_call_are_chained_per_learner(pool: Pool) -> None:
    learners = [uuid4() for _ in range(50)]
    bank_and_m6 = [
        JournalDraft(
            learner_id,
            "credit.counted",
            DAY,
            lines=(
                *move(AccountKey.bank(learner_id), ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=50),
                *move(
                    AccountKey.qualification(learner_id, *M6),
                    ISSUED,
                    counted("BASIC"),
                    unit="CR_OBEC",
                    amount_hundredths=100,
                ),
            ),
        )
        for _ in range(20)
        for learner_id in learners
    ]
    journals = await post(pool, *bank_and_m6)
    assert len(journals) == 1_000
    assert {await balance(pool, learner_id, counted("BASIC")) for learner_id in learners} == {2_000}
    assert await is_sound(pool)


# ---- every statement prepares ----


def statements() -> Iterator[tuple[str, str]]:
    for module in pkgutil.walk_packages(credit_bank.__path__, "credit_bank."):
        if not module.name.endswith("__main__"):
            held = vars(importlib.import_module(module.name))
            yield from (
                (f"{module.name}.{name}", value)
                for name, value in held.items()
                if name.startswith("SQL_") and isinstance(value, str)
            )


async def test_every_statement_prepares_on_the_schema(pool: Pool) -> None:
    async with pool.acquire() as connection:
        for name, statement in statements():
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as exc:
                pytest.fail(f"{name}: {exc}")


def test_statements_name_their_columns() -> None:
    assert [
        name for name, statement in statements() if "SELECT *" in statement.replace("SELECT * FROM unnest", "")
    ] == []
