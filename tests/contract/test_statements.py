"""Every statement that a package keeps is one that PostgreSQL takes on the migrated schema.

And none of them needs what a pooled connection without its reset query does not have: LISTEN, a session setting, a
session lock, a temporary table (chassis.pg.ServiceConnection).
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from chassis.pg import set_codecs

from tests.support.schema import ROOT, services

PACKAGES = {service: service.replace("-", "_") for service in services()}
OWN_CONNECTION = {"chassis.outbox.SQL_LOCK"}  # the relay's own, never a pooled one


def statements(package: str) -> Iterator[tuple[str, str]]:
    """Name and text of each `SQL_` constant defined in a package."""
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        source = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
        defined = {
            target.id
            for node in source.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for name in sorted(defined):
            value = getattr(module, name)
            if name.removeprefix("_").startswith("SQL_") and isinstance(value, str):
                yield f"{info.name}.{name}", value


ALL = {name: text for package in ("chassis", *PACKAGES.values()) for name, text in statements(package)}


@pytest.mark.parametrize("service", PACKAGES)
async def test_every_statement_prepares_on_the_migrated_schema(service: str, database: Callable[..., str]) -> None:
    wanted = dict(statements("chassis")) | dict(statements(PACKAGES[service]))
    connection = await asyncpg.connect(database(service))
    await set_codecs(connection)
    failed: dict[str, str] = {}
    for name, text in wanted.items():
        try:
            await connection.prepare(text)
        except asyncpg.PostgresError as exc:
            failed[name] = f"{type(exc).__name__}: {exc}"
    await connection.close()
    assert failed == {}
    assert len(wanted) > len(dict(statements("chassis"))), f"{service} keeps its statements as SQL_ constants"


SESSION_STATE = re.compile(
    r"^\s*(UN)?LISTEN\b|^\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b)|;\s*SET\s+(?!LOCAL\b)|\bpg_(try_)?advisory_lock(_shared)?\s*\("
    r"|CREATE\s+TEMP(ORARY)?\s+TABLE(?![^;]*ON\s+COMMIT\s+DROP)"
    r"|^\s*(PREPARE|DISCARD|DECLARE)\b|set_config\s*\([^)]*,\s*false\s*\)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", sorted(set(ALL) - OWN_CONNECTION))
def test_statement_leaves_nothing_behind_on_its_connection(name: str) -> None:
    assert not SESSION_STATE.search(ALL[name])


def test_code_leaves_nothing_behind_on_a_pooled_connection() -> None:
    """The same for texts outside constants, and for listeners."""
    offenders: list[str] = []
    for path in sorted([*(ROOT / "services").glob("*/src/**/*.py"), *(ROOT / "libs/chassis/src").rglob("*.py")]):
        tree = ast.parse(path.read_text("utf-8"))
        documents = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("add_listener", "add_query_logger"):
                offenders.append(f"{path}:{node.lineno} {node.attr}")
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if id(node) not in documents and SESSION_STATE.search(text):
                offenders.append(f"{path}:{getattr(node, 'lineno', 0)} {text.strip()[:60]}")
    allowed = {"libs/chassis/src/chassis/outbox.py", "libs/chassis/src/chassis/migrate.py"}  # connections of their own
    assert [line for line in offenders if str(Path(line.split(":")[0]).relative_to(ROOT)) not in allowed] == []


@pytest.mark.parametrize(
    "text",
    [
        "LISTEN x",
        "SET search_path = x",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(1)",
        "CREATE TEMP TABLE x (y int)",
        "SELECT set_config('a', 'b', false)",
        "PREPARE x AS SELECT 1",
    ],
)
def test_guard_knows_what_leaves_something_behind(text: str) -> None:
    assert SESSION_STATE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "SET LOCAL lock_timeout = '1s'",
        "UPDATE x\n   SET y = 1",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT set_config('a', 'b', true)",
        "CREATE TEMP TABLE x (y int) ON COMMIT DROP",
    ],
)
def test_guard_lets_through_what_ends_with_its_transaction(text: str) -> None:
    assert not SESSION_STATE.search(text)
