"""Every statement of the service fits its schema."""

import asyncpg
import guidance.access.store
import guidance.activities.store
import guidance.copies.store
import guidance.records.store
import guidance.screenings.store
import pytest

MODULES = (
    guidance.access.store,
    guidance.activities.store,
    guidance.copies.store,
    guidance.records.store,
    guidance.screenings.store,
)
STATEMENTS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if name.startswith("SQL_")
}


@pytest.fixture(scope="module")
async def connection(databases) -> asyncpg.Connection:
    """A migrated database."""
    dsn = databases.create("guidance")
    opened = await asyncpg.connect(dsn)
    yield opened
    await opened.close()
    databases.drop(dsn)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_statement_prepares(connection: asyncpg.Connection, name: str) -> None:
    await connection.prepare(STATEMENTS[name])
