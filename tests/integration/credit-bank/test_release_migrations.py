"""A bank of the previous release with learners, results and cases in every state is brought up to date and goes on.

The rows are made by this release in a database of its own and carried, column by column, into one that has the schema
of the release before; what only this release knows stays behind. Then the new migrations run as they run in service.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis import migrate
from chassis.pg import create_pool
from credit_bank.audit import audit
from credit_bank.transfers import appealing, ending, files, reading, use_cases
from credit_bank.transfers.domain import CaseState, LineState, RejectionReason, Vote
from credit_bank.transfers.reversing import LineReversal, ReverseLines, reverse_lines

from tests.support import credit_calls as calls
from tests.support.credit_world import World
from tests.support.transfer_calls import decided, opened, posted, review, simple, today, vote

OLD = [item for item in migrate.files("credit_bank") if item.owner == "chassis" or item.name < "0010"]
"""What the previous release had."""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
REFERENCES = """
    SELECT c.relname AS child, p.relname AS parent
      FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid
     WHERE f.contype = 'f'
"""
COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
       AND attgenerated = '' AND attidentity = '' ORDER BY 1
"""


@dataclass
class Carried:
    """What was carried over.

    Attributes:
        rows: Of each table: columns, and the rows as they were.
        cases: Case ids by state.
    """

    dsn: str
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    cases: dict[str, UUID]


async def names(connection: asyncpg.Connection, query: str, *args: Any) -> list[str]:
    return [row[0] for row in await connection.fetch(query, *args)]


async def in_order(connection: asyncpg.Connection) -> list[str]:
    """Tables, each after those to which it refers."""
    refers: dict[str, set[str]] = {table: set() for table in await names(connection, TABLES)}
    for row in await connection.fetch(REFERENCES):
        refers[row["child"]] |= {row["parent"]} - {row["child"]}
    return list(TopologicalSorter(refers).static_order())


async def fill(world: World) -> dict[str, UUID]:
    """Cases in every state of the previous release, and results of all kinds behind them."""
    cases: dict[str, UUID] = {}
    _, _, first = await simple(world)
    cases["SUBMITTED"] = first
    _, _, cases["ACCEPTED_FOR_REVIEW"] = await simple(world)
    await review(world, str(cases["ACCEPTED_FOR_REVIEW"]))
    _, _, cases["UNDER_EVALUATION"] = await simple(world)
    await review(world, str(cases["UNDER_EVALUATION"]))
    await vote(world, str(cases["UNDER_EVALUATION"]), "member-1")
    for state in ("DECIDED", "POSTED"):
        _, _, cases[state] = await opened(
            world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
        )
        await decided(world, str(cases[state]), rejected=["20000-1501"])
    await posted(world, str(cases["POSTED"]))
    return {state: UUID(str(case_id)) for state, case_id in cases.items()}


@pytest.fixture
async def carried(world: World, database: Callable[..., str]) -> Carried:
    """A database of the previous release with the world's rows."""
    cases = await fill(world)
    dsn = database("credit-bank", migrated=False)
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
    new, old = await asyncpg.connect(world.dsn), await asyncpg.connect(dsn)
    try:
        for migration in OLD:
            await old.execute(migration.sql)
        known = set(await names(new, TABLES)) - {"schema_migration"}
        for table in [table for table in await in_order(old) if table in known]:
            # Rows come table by table, not in the order in which a service would write them.
            await old.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            both = sorted({*await names(old, COLUMNS, table)} & {*await names(new, COLUMNS, table)})
            found = [tuple(row) for row in await new.fetch(f"SELECT {', '.join(both)} FROM {table}")]
            await old.copy_records_to_table(table, records=found, columns=both)
            await old.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            rows[table] = (both, found)
        await old.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (owner text NOT NULL, name text NOT NULL,"
            " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, name))"
        )
        await old.executemany(
            "INSERT INTO schema_migration (owner, name, checksum) VALUES ($1, $2, $3)",
            [(item.owner, item.name, item.checksum) for item in OLD],
        )
    finally:
        await new.close()
        await old.close()
    return Carried(dsn, rows, cases)


@pytest.fixture
async def bank(carried: Carried) -> AsyncIterator[Any]:
    """The migrated bank."""
    applied = await migrate.run(carried.dsn, "credit_bank")
    assert applied, "there is something to bring up to date"
    assert await migrate.run(carried.dsn, "credit_bank") == [], "once"
    pool = await create_pool(carried.dsn, size_max=4, application_name="tests")
    yield pool
    await pool.close()


async def drift(pool: Any) -> dict[str, int]:
    report = await audit(pool)
    assert report["learners"] > 0
    assert report["journals"] > 0
    return {name: count for name, count in report.items() if name.startswith("drift") and count}


async def test_nothing_is_lost_and_every_chain_and_balance_stands(carried: Carried, bank: Any) -> None:
    assert {name for name, (_, rows) in carried.rows.items() if rows} >= {
        "entry",
        "journal",
        "journal_line",
        "claim",
        "award",
        "transfer_case",
        "case_line",
        "vote",
        "committee",
        "partnership",
        "equivalence_rule",
    }
    connection = await asyncpg.connect(carried.dsn)
    try:
        for table, (columns, rows) in carried.rows.items():
            there = await connection.fetch(f"SELECT {', '.join(columns)} FROM {table}")
            assert Counter(repr(tuple(row)) for row in there) == Counter(repr(row) for row in rows), table
    finally:
        await connection.close()
    assert await drift(bank) == {}


async def test_cases_of_every_state_go_on(world: World, carried: Carried, bank: Any) -> None:
    now = datetime.now(UTC)
    registrar, chair = world.staff["college-registrar"].actor, world.staff["chair"].actor

    async def case(state: str) -> Any:
        return await reading.get_transfer_case(bank, carried.cases[state], actor=registrar, now=now)

    async def done(outcomes: Any) -> None:
        assert calls.reasons(await outcomes) == [None]

    for state, case_id in carried.cases.items():
        found = await case(state)
        assert (found.state, found.hearing, found.is_entered_by_staff) == (CaseState(state), 1, True)
        page = await files.get_case_file(bank, case_id, actor=registrar, now=now)
        assert "ยื่นคำขอ" in page.html
    await done(
        use_cases.begin_reviews(
            bank, use_cases.BeginReviews(uuid4(), (carried.cases["SUBMITTED"],)), actor=registrar, now=now
        )
    )
    under_way = carried.cases["UNDER_EVALUATION"]
    line = (await case("UNDER_EVALUATION")).lines[0]
    opinion = Vote(line.line_id, is_accepted=True, reason_code=None, reason_th="")
    member = world.staff["member-2"].actor
    await done(use_cases.cast_votes(bank, use_cases.CastVotes(uuid4(), (opinion,)), actor=member, now=now))
    decide = use_cases.DecideCases(uuid4(), (under_way,))
    await done(use_cases.decide_cases(bank, decide, actor=chair, now=now))
    both = use_cases.PostCases(uuid4(), (under_way, carried.cases["DECIDED"]))
    outcomes = await use_cases.post_cases(bank, world.bank_registry, both, actor=registrar, now=now)
    assert calls.reasons(outcomes) == [None, None]

    old = await case("POSTED")
    assert [found.state for found in old.lines] == [LineState.POSTED, LineState.REJECTED]
    letter = await files.get_decision_letter(bank, old.case_id, actor=registrar, now=now)
    assert letter.committee_order_no == "คำสั่งทดสอบที่ 1/2569", "its step names none"
    assert letter.lines[1].reason_code == RejectionReason.CONTENT_INSUFFICIENT
    appeal = appealing.Appeal(old.case_id, (), "ขอทบทวน", today())
    await done(appealing.appeal_cases(bank, appealing.AppealCases(uuid4(), (appeal,)), actor=registrar, now=now))
    assert (await case("POSTED")).state is CaseState.APPEALED
    back = LineReversal(old.lines[0].line_id, "ORDER", "คำสั่งแก้ไข")
    await done(reverse_lines(bank, ReverseLines(uuid4(), (back,)), actor=chair, now=now))
    withdrawal = ending.Withdrawal(carried.cases["ACCEPTED_FOR_REVIEW"], "ผู้เรียนขอถอน")
    await done(ending.withdraw_cases(bank, ending.WithdrawCases(uuid4(), (withdrawal,)), actor=registrar, now=now))
    assert await drift(bank) == {}


async def test_rules_that_met_before_can_end(carried: Carried) -> None:
    connection = await asyncpg.connect(carried.dsn)
    try:
        first = await connection.fetchval("SELECT rule_id FROM equivalence_rule ORDER BY rule_id LIMIT 1")
        twin = uuid4()
        await connection.execute(
            """
            INSERT INTO equivalence_rule
            SELECT (jsonb_populate_record(r, jsonb_build_object('rule_id', $2::uuid, 'signature', sha256('another')))).*
              FROM equivalence_rule r WHERE r.rule_id = $1
            """,
            first,
            twin,
        )
        await connection.execute(
            "INSERT INTO equivalence_rule_source"
            " SELECT (jsonb_populate_record(s, jsonb_build_object('rule_id', $2::uuid))).*"
            " FROM equivalence_rule_source s WHERE s.rule_id = $1",
            first,
            twin,
        )
        await migrate.run(carried.dsn, "credit_bank")
        for rule_id in (twin, first):
            ended = await connection.execute(
                "UPDATE equivalence_rule SET state = 'RETIRED', valid_to = $2 WHERE rule_id = $1", rule_id, today()
            )
            assert ended == "UPDATE 1"
        days = await connection.fetch(
            "SELECT DISTINCT rule_id, upper(days) AS ends FROM equivalence_rule_days WHERE rule_id = ANY($1)",
            [first, twin],
        )
    finally:
        await connection.close()
    assert len(days) == 1, "of two that met, one keeps days, and ends"
    assert days[0]["ends"] == today() + timedelta(days=1)
