"""What import contracts cannot say: who may send to Kafka, whose store is whose, and what a domain may know."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.schema import ROOT

SERVICES = {path.name for path in (ROOT / "services").glob("*/src/*") if (path / "__init__.py").exists()}
# A domain refuses with errors and reads the actor that its use case was given; everything else it knows is its own.
DOMAIN_MAY_USE = ("chassis.errors", "chassis.outcomes", "chassis.auth", "chassis.ids")
REACHES_OUT = {"store", "use_cases", "http_api", "grpc_api", "events", "consumers", "clients", "app", "config"}


def modules() -> dict[str, Path]:
    """Every module of the services, by its dotted name."""
    found: dict[str, Path] = {}
    for path in (ROOT / "services").glob("*/src/**/*.py"):
        parts = path.relative_to(ROOT / "services").parts[2:]
        found[".".join(parts).removesuffix(".py").removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports; of `from a import b` both `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", sorted(name for name in MODULES if name.rpartition(".")[2] == "domain"))
def test_domain_knows_only_the_standard_library_and_its_own(name: str) -> None:
    service = name.partition(".")[0]
    for imported in imports(MODULES[name]):
        root = imported.partition(".")[0]
        if root == service:
            assert not set(imported.split(".")) & REACHES_OUT, f"{name} imports {imported}"
        else:
            assert root in sys.stdlib_module_names or imported.startswith(DOMAIN_MAY_USE), f"{name} imports {imported}"


@pytest.mark.parametrize("name", sorted(name for name in MODULES if name.count(".") > 1))
def test_package_calls_another_through_its_use_cases_and_never_its_store(name: str) -> None:
    """Modules of the service itself (consumers, actors, audit, app) belong to no package and may use any store."""
    for imported in imports(MODULES[name]):
        owner, _, last = imported.rpartition(".store")
        is_store = not last or last[0] == "." or (last[0] == "_" and imported in MODULES)
        if owner.count(".") and owner.partition(".")[0] in SERVICES and is_store:
            assert name.startswith(f"{owner}."), f"{name} imports {imported}"


SQL = re.compile(
    r"""\b(
        SELECT\s+(DISTINCT\b|[\w.*(']+\s*(,|\bAS\b|\bFROM\b|$)|FROM\b|\w+\() | INSERT\s+INTO\s+\w | DELETE\s+FROM\s+\w
        | UPDATE\s+\w+(\s+(AS\s+)?\w+)?\s+SET\b | WITH\s+(RECURSIVE\s+)?\w+\s+AS\s*(MATERIALIZED\s*)?\(
        | (SET|RESET)\s+(LOCAL|SESSION)\b | (LEFT|INNER|CROSS)\s+JOIN\b | ON\s+CONFLICT\b | FOR\s+(NO\s+KEY\s+)?UPDATE\b
        | (CREATE|ALTER|DROP|TRUNCATE|LOCK)\s+(UNLOGGED\s+|TEMP\s+)?(TABLE|INDEX|VIEW|SCHEMA)\b
    )""",
    re.VERBOSE,
)
"""What only SQL says, in capitals as the house writes it."""
OTHER_DATABASES = {"student_registry.oneroster.reading": "a scratch file of its own, which SQLite keeps for one import"}


def statements(source: str) -> list[int]:
    """Lines of string constants that are SQL, in whole or in part; docstrings are prose."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node.lineno for node in ast.walk(tree) if id(node) not in prose and SQL.search(_text(node))]


def _text(node: ast.AST) -> str:
    """What a string says, with a word for each part that is filled in; empty: no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("name", sorted(MODULES.keys() - OTHER_DATABASES.keys()))
def test_sql_is_in_store_modules_only(name: str) -> None:
    last = name.rpartition(".")[2]
    if last != "store" and not last.startswith("store_"):
        assert statements(MODULES[name].read_text("utf-8")) == [], f"{name} holds SQL"


@pytest.mark.parametrize("name", sorted(OTHER_DATABASES))
def test_other_databases_are_still_there(name: str) -> None:
    assert statements(MODULES[name].read_text("utf-8")), f"{name} needs no exception any more"


@pytest.mark.parametrize(
    "source",
    [
        '''X = "SELECT entry_id FROM entry"''',
        '''X = """\n    SELECT count(*) FROM entry"""''',
        '''X = "SELECT pg_advisory_xact_lock($1)"''',
        '''X = f"{Y} LEFT JOIN account USING (account_id)"''',
        '''X = f"UPDATE {Y} m SET learner_id = $1"''',
        '''X = "UPDATE entry e SET state = $1"''',
        '''X = "INSERT INTO entry (a) VALUES ($1)"''',
        '''X = "WITH moved AS (DELETE FROM entry RETURNING true) SELECT true"''',
        """def f(connection):\n    return connection.execute("SET LOCAL lock_timeout = 1")""",
    ],
)
def test_statements_are_found(source: str) -> None:
    assert statements(source)


@pytest.mark.parametrize(
    "source",
    [
        '''"""Rows that SELECT count(*) FROM entry would show; UPDATE entry SET nothing."""''',
        '''def f():\n    """SELECT 1."""''',
        '''X = 1\n"""What INSERT INTO entry would do."""''',
        '''X = "เลือก (SELECT) แล้วปรับปรุง (UPDATE) ระเบียน"''',
        '''X = "select a school from the list, then update it"''',
        '''X = "ACCOUNT_REDEEMED"''',
    ],
)
def test_prose_is_no_statement(source: str) -> None:
    assert not statements(source)


def test_only_the_outbox_sends_to_kafka() -> None:
    senders = [
        path.relative_to(ROOT)
        for place in ("libs", "services")
        for path in (ROOT / place).rglob("*.py")
        if "AIOKafkaProducer" in path.read_text("utf-8")
    ]
    assert [str(path) for path in senders] == ["libs/chassis/src/chassis/outbox.py"]


def test_chassis_has_no_domain_noun() -> None:
    """Plumbing that speaks of learners belongs in a service (style.md 4.2)."""
    nouns = ("student", "credit", "transcript", "screening", "homeroom")
    offenders = [
        f"{path.name}: {noun}"
        for path in (ROOT / "libs/chassis/src/chassis").glob("*.py")
        for noun in nouns
        if noun in path.read_text("utf-8").lower().replace("credential", "")
    ]
    assert offenders == []
