"""Runs ordered SQL files once each: `NNNN_{pre|post}_what.sql`.

`pre` files suit the code that runs now, `post` files the code after it. Each file is one transaction, kept with its
checksum and never edited after release; `-- no-transaction` on the first line is for concurrent indexes.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import asyncpg

from chassis.pg import Connection, Pool

Step = Literal["pre", "post", "all"]

_NAME = re.compile(r"^\d{4}_(pre|post)_[a-z0-9_]+\.sql$")
_LOCK_KEY = 0x6E75_6169_6B69_7401
"""Advisory lock of the runner: two migrate jobs wait for each other."""

_LOCK_POLL_S = 0.2

_SQL_HISTORY = """
    CREATE TABLE IF NOT EXISTS schema_migration (
        owner text NOT NULL, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, name))
"""


class MigrationError(Exception):
    """A migration file is misnamed, was edited after it ran, or is missing while the database has it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    owner: str
    name: str
    sql: str

    @property
    def step(self) -> str:
        """`pre` or `post`."""
        return self.name.split("_")[1]

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def files(package: str) -> list[Migration]:
    """Migrations of the plumbing and of `package`, in the order they run.

    Raises:
        MigrationError: A file is misnamed.
    """
    found: list[Migration] = []
    for owner in dict.fromkeys(("chassis", package)):
        folder = resources.files(owner).joinpath("migrations")
        names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
        for name in names:
            if not _NAME.fullmatch(name):
                raise MigrationError(f"{owner}: {name} is not NNNN_pre_what.sql or NNNN_post_what.sql")
            found.append(Migration(owner, name, folder.joinpath(name).read_text("utf-8")))
    return found


async def run(dsn: str, package: str, *, step: Step = "all") -> list[str]:
    """Apply what is missing.

    Returns:
        Names of the files applied now.

    Raises:
        MigrationError: The history does not fit the files.
    """
    connection = await asyncpg.connect(dsn, server_settings={"application_name": f"{package}-migrate"})
    try:
        # Asked for again and again: a session that waits inside a statement would be what an index built concurrently
        # by the other runner waits for.
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK_KEY):  # noqa: ASYNC110  # a lock of another process is no event
            await asyncio.sleep(_LOCK_POLL_S)
        await connection.execute(_SQL_HISTORY)
        pending = _pending(files(package), await _applied(connection))
        applied: list[str] = []
        for migration in pending:
            if step in ("all", migration.step):
                await _apply(connection, migration)
                applied.append(f"{migration.owner}/{migration.name}")
        return applied
    finally:
        await connection.close()


async def missing(pool: Pool, package: str, *, step: Step = "pre") -> list[str]:
    """Names of the `step` files that the database lacks; empty when the schema suits this code."""
    async with pool.acquire() as connection:
        if await connection.fetchval("SELECT to_regclass('schema_migration') IS NULL"):
            return [migration.name for migration in files(package)]
        pending = _pending(files(package), await _applied(connection))
    return [migration.name for migration in pending if step in ("all", migration.step)]


async def _applied(connection: Connection) -> dict[tuple[str, str], str]:
    rows = await connection.fetch("SELECT owner, name, checksum FROM schema_migration")
    return {(row["owner"], row["name"]): row["checksum"] for row in rows}


def _pending(migrations: Sequence[Migration], applied: dict[tuple[str, str], str]) -> list[Migration]:
    # A name that only the database knows is a newer release's: old code must go on running beside it.
    for migration in migrations:
        kept = applied.get((migration.owner, migration.name))
        if kept is not None and kept != migration.checksum:
            raise MigrationError(f"{migration.owner}/{migration.name} was edited after it ran")
    return [migration for migration in migrations if (migration.owner, migration.name) not in applied]


async def _apply(connection: Connection, migration: Migration) -> None:
    record = "INSERT INTO schema_migration (owner, name, checksum) VALUES ($1, $2, $3)"
    values = (migration.owner, migration.name, migration.checksum)
    if migration.sql.startswith("-- no-transaction"):
        await connection.execute(migration.sql)
        await connection.execute(record, *values)
        return
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(record, *values)
