"""What is over cannot be made as if it were not, whoever writes to the database."""

from datetime import UTC, datetime

import asyncpg
import pytest

ENDED = {
    "consent": ("withdrawn_at = now(), withdrawn_by = 'LEARNER', withdrawn_hash = repeat('0', 64)", "withdrawn_at"),
    "share_grant": ("ended_at = now(), ended_by = repeat('0', 64)", "ended_at"),
    "import_round": (
        "stage = 'CONFIRMED', confirmed_at = now(), confirmed_by = repeat('0', 64), learner_count = 1",
        "learner_count",
    ),
}


@pytest.fixture
async def connection(database):
    opened = await asyncpg.connect(database("student-registry"))
    yield opened
    await opened.close()


async def insert_any(connection, table):
    """A row with something in every column that needs it; what it refers to is not looked at here."""
    for row in await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'f'", table
    ):
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['conname']}")
    columns = await connection.fetch(
        "SELECT column_name AS name, data_type AS kind FROM information_schema.columns "
        "WHERE table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER' "
        "AND is_identity = 'NO'",
        table,
    )
    known = {
        "scope": "TRANSCRIPT", "need": "LEARNER", "stage": "OPEN", "data_status": "demonstration", "kind": "JUNE_10",
        "academic_year_be": 2569,
    }  # fmt: skip
    usual = {
        "uuid": "00000000-0000-0000-0000-000000000001",
        "date": datetime.now(UTC).date(),
        "timestamp with time zone": datetime.now(UTC),
        "integer": 1,
    }
    names = [column["name"] for column in columns]
    values = [known.get(column["name"], usual.get(column["kind"], "x")) for column in columns]
    places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", *values)


@pytest.mark.parametrize("table", ENDED)
async def test_what_is_over_stays_as_it_was(connection, table):
    ends, column = ENDED[table]
    await insert_any(connection, table)
    await connection.execute(f"UPDATE {table} SET {ends}")
    with pytest.raises(asyncpg.PostgresError):
        await connection.execute(f"UPDATE {table} SET {column} = DEFAULT")
    with pytest.raises(asyncpg.PostgresError):
        await connection.execute(f"DELETE FROM {table}")
