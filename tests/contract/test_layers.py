"""What import contracts cannot say: who may send to Kafka, whose store is whose, and what a domain may know."""

import ast
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
        if owner.partition(".")[0] in SERVICES and (not last or last.startswith(".")):
            assert name.startswith(owner), f"{name} imports {imported}"


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
