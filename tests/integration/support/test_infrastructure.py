"""Where servers come from: each way in, and that none of them falls back in silence."""

import socket
import threading
import time
from dataclasses import asdict

import asyncpg
import pytest

from tests.support import infrastructure as module
from tests.support.databases import Databases
from tests.support.infrastructure import Infrastructure, NoInfrastructureError


def environment_of(servers: Infrastructure) -> dict[str, str]:
    """The variables that name the session's own servers."""
    named = servers.kafka.settings("TEST_")
    return named | {"TEST_POSTGRES_DSN": servers.postgres_dsn}


async def test_servers_named_by_the_environment_then_used_and_left_clean(infrastructure: Infrastructure):
    with module.start(environment_of(infrastructure)) as servers:
        assert (servers.source, servers.postgres_dsn) == ("environment", infrastructure.postgres_dsn)
        assert asdict(servers.kafka) == asdict(infrastructure.kafka)
        assert servers.session != infrastructure.session
        Databases(servers).create("guidance")
    connection = await asyncpg.connect(infrastructure.postgres_dsn)
    try:
        left = (
            "SELECT datname FROM pg_database WHERE datname ^@ $1 UNION SELECT rolname FROM pg_roles WHERE rolname ^@ $1"
        )
        assert await connection.fetch(left, servers.session) == []
    finally:
        await connection.close()


@pytest.mark.parametrize("only", ["TEST_POSTGRES_DSN", "TEST_KAFKA_BOOTSTRAP"])
def test_one_server_named_and_the_other_not_then_error(only):
    with pytest.raises(NoInfrastructureError, match="belong together"), module.start({only: "somewhere"}):
        pass


def test_unknown_source_then_error():
    given = {"TEST_INFRASTRUCTURE": "cloud"}
    with pytest.raises(NoInfrastructureError, match="environment, containers, local"), module.start(given):
        pass


def test_containers_demanded_and_no_engine_then_error_and_no_other_servers(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    given = {"TEST_INFRASTRUCTURE": "containers"}
    began = time.monotonic()
    with pytest.raises(NoInfrastructureError, match="containers"), module.start(given):
        pass
    assert time.monotonic() - began < 3


def test_engine_that_accepts_and_never_answers_then_given_up_within_three_seconds(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/silent.sock")
    given = {"TEST_INFRASTRUCTURE": "containers"}
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(NoInfrastructureError, match="containers"), module.start(given):
            pass
        assert time.monotonic() - began < 3


def test_two_workers_of_one_session_then_one_set_of_servers_stopped_by_its_starter(
    infrastructure, monkeypatch, tmp_path
):
    monkeypatch.delenv("TEST_INFRASTRUCTURE", raising=False)
    for name, value in environment_of(infrastructure).items():
        monkeypatch.setenv(name, value)
    is_second_in, may_second_leave, is_first_out = threading.Event(), threading.Event(), threading.Event()
    sessions: list[str] = []

    def second() -> None:
        with module.shared(tmp_path) as servers:
            sessions.append(servers.session)
            is_second_in.set()
            may_second_leave.wait(10)
            assert not is_first_out.is_set()

    def first() -> None:
        with module.shared(tmp_path) as servers:
            sessions.append(servers.session)
            worker.start()
            is_second_in.wait(10)
        is_first_out.set()

    worker, starter = threading.Thread(target=second), threading.Thread(target=first)
    starter.start()
    assert is_second_in.wait(10)
    assert not is_first_out.wait(0.2)
    may_second_leave.set()
    assert is_first_out.wait(10)
    worker.join(10)
    assert len(set(sessions)) == 1
    assert not (tmp_path / "infrastructure.json").exists()


def test_notes_for_other_workers_then_readable_by_this_user_only(infrastructure, tmp_path):
    module._write(tmp_path / "notes.json", infrastructure)
    assert (tmp_path / "notes.json").stat().st_mode & 0o777 == 0o600
    assert module._read(tmp_path / "notes.json") == infrastructure
