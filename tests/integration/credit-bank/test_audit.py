"""The audit finds whatever was changed behind the service's back."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from credit_bank.app import SERVICE
from credit_bank.audit import audit
from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries

from tests.support.credit_world import World, ids_of


async def lived(world: World) -> tuple[UUID, UUID]:
    """A learner with two verified results, one of them counted, and an untouched learner beside."""
    learner_id, other = await world.learner(), await world.learner()
    [[thai, _], _] = await world.results([learner_id, other], ("ท31101", "3"), ("ค31101", "3"))
    command = CountEntries(uuid4(), (CountInput(thai, "M6-OBEC", "2551R60"),))
    ids_of(await count_entries(world.pool, command, actor=world.staff["school-registrar"].actor, now=datetime.now(UTC)))
    return learner_id, thai


async def drift(world: World) -> dict[str, int]:
    return {name: count for name, count in (await audit(world.pool)).items() if name.startswith("drift") and count}


async def tamper(world: World, statement: str, *arguments: Any) -> None:
    """Change a row as someone with the database in his hands would: with triggers and constraints out of the way."""
    async with world.pool.acquire() as connection, connection.transaction():
        for table in ("journal", "journal_line", "entry"):
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await connection.execute(statement, *arguments)
        for table in ("journal", "journal_line", "entry"):
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def test_honest_ledger_has_no_drift_and_is_looked_at_whole(world: World) -> None:
    await lived(world)
    report = await audit(world.pool)
    assert (report["learners"], report["journals"]) == (2, 9)
    assert await drift(world) == {}


FIRST_JOURNAL = "(SELECT journal_id FROM journal WHERE learner_id = $1 ORDER BY seq LIMIT 1)"
MATHS = "learner_id = $1 AND code = 'ค31101'"
ACCOUNTS = "account_id IN (SELECT account_id FROM account WHERE learner_id = $1)"
CHANGES = [
    (f'UPDATE journal SET facts = facts || \'{{"n": "1"}}\' WHERE journal_id = {FIRST_JOURNAL}', {"drift_chains"}),
    (f"UPDATE journal SET effective_on = effective_on - 1 WHERE journal_id = {FIRST_JOURNAL}", {"drift_chains"}),
    (
        f"UPDATE journal SET posted_at = posted_at - interval '1us' WHERE journal_id = {FIRST_JOURNAL}",
        {"drift_chains"},
    ),
    (f"UPDATE journal SET hash = decode(repeat('ab', 32), 'hex') WHERE journal_id = {FIRST_JOURNAL}", {"drift_chains"}),
    (
        f"UPDATE journal_line SET amount_hundredths = amount_hundredths * 2 WHERE journal_id = {FIRST_JOURNAL}",
        {"drift_chains", "drift_balances"},
    ),
    (
        f"UPDATE journal_line SET amount_hundredths = 200 WHERE line_no = 1 AND journal_id = {FIRST_JOURNAL}",
        {"drift_chains", "drift_balances", "drift_sums"},
    ),
    (f"DELETE FROM journal_line WHERE journal_id = {FIRST_JOURNAL}", {"drift_chains", "drift_balances"}),
    (
        f"UPDATE account_bucket SET balance_hundredths = 0 WHERE bucket = 'AVAILABLE' AND {ACCOUNTS}",
        {"drift_balances"},
    ),
    ("UPDATE learner_chain SET last_seq = last_seq + 1 WHERE learner_id = $1", {"drift_heads"}),
    ("UPDATE learner_chain SET head_hash = decode(repeat('00', 32), 'hex') WHERE learner_id = $1", {"drift_heads"}),
    ("UPDATE claim SET state = 'RELEASED' WHERE learner_id = $1", {"drift_postings"}),
    ("UPDATE claim SET entry_root_id = uuidv7() WHERE learner_id = $1", {"drift_claims", "drift_postings"}),
    (f"DELETE FROM award WHERE {ACCOUNTS}", {"drift_awards"}),
    (f"UPDATE entry SET state = 'SUBMITTED' WHERE {MATHS}", {"drift_entries"}),
    (f"UPDATE entry SET grade_code = '007', grade_label = '4' WHERE {MATHS}", {"drift_entries"}),
    (f"UPDATE entry SET earned_hundredths = 50 WHERE {MATHS}", {"drift_entries"}),
    (f"UPDATE entry SET code = 'ค31102' WHERE {MATHS}", {"drift_entries"}),
    (f"UPDATE entry SET year_be = 2567 WHERE {MATHS}", {"drift_entries"}),
]


@pytest.mark.parametrize(
    ("statement", "found"),
    CHANGES,
    ids=[f"{n}-{change[0].split()[0]}-{change[0].split()[1]}" for n, change in enumerate(CHANGES)],
)
async def test_change_behind_the_service_is_found(world: World, statement: str, found: set[str]) -> None:
    learner_id, _ = await lived(world)
    await tamper(world, statement, learner_id)
    told = await drift(world)
    assert set(told) == found
    assert set(told.values()) <= {1, 2}, "the untouched learner shows no drift"


async def test_last_journal_taken_out_is_found_by_the_head(world: World) -> None:
    learner_id, _ = await lived(world)
    newest = "(SELECT journal_id FROM journal WHERE learner_id = $1 ORDER BY seq DESC LIMIT 1)"
    await tamper(world, f"DELETE FROM award WHERE journal_id = {newest}", learner_id)
    await tamper(world, f"DELETE FROM journal_line WHERE journal_id = {newest}", learner_id)
    await tamper(world, f"DELETE FROM journal WHERE journal_id = {newest}", learner_id)
    assert set(await drift(world)) == {"drift_heads", "drift_balances", "drift_claims"}


async def test_program_reports_drift_by_its_exit_code(world: World) -> None:
    """`credit-bank audit` ends with 1 when anything drifts; chassis prints what this composition gives."""
    learner_id, _ = await lived(world)
    checked = SERVICE.compose(world.service._resources).audit
    assert checked is not None
    assert not any(count for name, count in (await checked()).items() if name.startswith("drift"))
    await tamper(world, "UPDATE learner_chain SET last_seq = last_seq + 1 WHERE learner_id = $1", learner_id)
    assert (await checked())["drift_heads"] == 1
