"""The committed snapshot of each schema is what the migrations make, and is itself a schema."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from chassis import migrate

from tests.support.schema import ROOT, services, snapshot

SERVICES = services()


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_make_the_committed_schema(service: str, database: Callable[..., str]) -> None:
    path = SERVICES[service]
    assert path.exists(), f"run `python -m tests.support.schema write {service}`"
    made = await snapshot(database(service), service)
    assert made == path.read_text("utf-8"), f"run `python -m tests.support.schema write {service}`"


@pytest.mark.parametrize("service", SERVICES)
async def test_snapshot_makes_the_same_schema_again(service: str, database: Callable[..., str]) -> None:
    """What the snapshot leaves out would not be there afterwards."""
    text = await snapshot(database(service), service)
    empty = database(service, migrated=False)
    connection = await asyncpg.connect(empty)
    await connection.execute(text)
    await connection.close()
    assert await snapshot(empty, service) == text


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_run_once_in_steps_and_again_without_effect(
    service: str, database: Callable[..., str]
) -> None:
    dsn, package = database(service, migrated=False), service.replace("-", "_")
    names = [f"{file.owner}/{file.name}" for file in migrate.files(package)]
    first = await migrate.run(dsn, package, step="pre")
    second = await migrate.run(dsn, package, step="all")
    assert sorted([*first, *second]) == sorted(names)
    assert await migrate.run(dsn, package) == []


def test_every_service_with_a_database_has_migrations() -> None:
    with_settings = {
        path.parents[2].name
        for path in (ROOT / "services").glob("*/src/*/config.py")
        if "BaseServiceSettings" in Path(path).read_text("utf-8")
    }
    assert with_settings == set(SERVICES)
