"""Migrations: once each, in order, whatever else runs, and never an edited one."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from chassis import migrate
from chassis.migrate import MigrationError
from chassis.pg import ServiceConnection, translate_unique

from tests.support.plumbing import opened

CHASSIS = ["chassis/0001_pre_chassis.sql", "chassis/0002_pre_adopted_positions.sql"]
"""What every service's database has first."""
FILES = {
    "0001_pre_first.sql": "CREATE TABLE first (id int PRIMARY KEY CONSTRAINT positive CHECK (id > 0));",
    "0002_pre_index.sql": "-- no-transaction\nCREATE INDEX CONCURRENTLY first_id ON first (id);",
    "0003_post_second.sql": "ALTER TABLE first ADD COLUMN second text;",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unique_name: str) -> tuple[str, Path]:
    """A package with migrations of its own."""
    name = f"migrated_{unique_name.strip('.')}"
    folder = tmp_path / name / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / name / "__init__.py").touch()
    for file, text in FILES.items():
        (folder / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return name, folder


async def test_steps_run_once_each_and_in_order(package: tuple[str, Path], database: Callable[..., str]) -> None:
    name, _folder = package
    dsn = database("chassis", migrated=False)
    pre = await migrate.run(dsn, name, step="pre")
    assert pre == [*CHASSIS, f"{name}/0001_pre_first.sql", f"{name}/0002_pre_index.sql"]
    async with opened(dsn) as pool:
        assert await migrate.missing(pool, name) == [], "code of this release runs before its post step"
        assert await migrate.missing(pool, name, step="all") == ["0003_post_second.sql"]
    assert await migrate.run(dsn, name) == [f"{name}/0003_post_second.sql"]
    assert await migrate.run(dsn, name) == []


async def test_two_at_once_run_each_file_once(package: tuple[str, Path], database: Callable[..., str]) -> None:
    name, _folder = package
    dsn = database("chassis", migrated=False)
    done = await asyncio.gather(*[migrate.run(dsn, name) for _ in range(4)])
    assert sorted(len(one) for one in done) == [0, 0, 0, len(CHASSIS) + 3]


async def test_file_that_fails_leaves_nothing_and_is_run_again(
    package: tuple[str, Path], database: Callable[..., str]
) -> None:
    name, folder = package
    dsn = database("chassis", migrated=False)
    broken = folder / "0004_post_broken.sql"
    broken.write_text("CREATE TABLE half (id int); SELECT 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate.run(dsn, name)
    broken.write_text("CREATE TABLE half (id int);")
    assert await migrate.run(dsn, name) == [f"{name}/0004_post_broken.sql"]


async def test_edited_file_is_refused(package: tuple[str, Path], database: Callable[..., str]) -> None:
    name, folder = package
    dsn = database("chassis", migrated=False)
    await migrate.run(dsn, name)
    (folder / "0001_pre_first.sql").write_text("CREATE TABLE other (id int);")
    with pytest.raises(MigrationError, match="edited"):
        await migrate.run(dsn, name)


async def test_file_of_a_newer_release_does_not_disturb_the_old_one(
    package: tuple[str, Path], database: Callable[..., str]
) -> None:
    name, folder = package
    dsn = database("chassis", migrated=False)
    await migrate.run(dsn, name)
    (folder / "0003_post_second.sql").unlink()
    async with opened(dsn) as pool:
        assert await migrate.missing(pool, name, step="all") == []


def test_misnamed_file_is_refused(package: tuple[str, Path]) -> None:
    name, folder = package
    (folder / "4_later.sql").write_text("")
    with pytest.raises(MigrationError, match="4_later"):
        migrate.files(name)


async def test_pooled_session_is_in_utc_and_asks_nothing_at_release(database: Callable[..., str]) -> None:
    async with opened(database("chassis"), size_max=1) as pool, pool.acquire() as connection:
        assert isinstance(connection._con, ServiceConnection)
        assert connection.get_reset_query() == ""
        assert await connection.fetchval("SHOW TimeZone") == "UTC"
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "15s"
        assert await connection.fetchval("""SELECT '{"a": [1, "ก"]}'::jsonb""") == {"a": [1, "ก"]}


async def test_constraint_stands_for_its_refusal_and_another_is_a_fault(database: Callable[..., str]) -> None:
    async with opened(database("chassis")) as pool:
        await pool.execute("CREATE TABLE one (id int CONSTRAINT one_key UNIQUE); INSERT INTO one VALUES (1)")
        with pytest.raises(asyncpg.UniqueViolationError) as caught:
            await pool.execute("INSERT INTO one VALUES (1)")
    with pytest.raises(MigrationError):
        translate_unique(caught.value, {"one_key": MigrationError})  # type: ignore[dict-item]  # any refusal will do
    with pytest.raises(asyncpg.UniqueViolationError):
        translate_unique(caught.value, {})
