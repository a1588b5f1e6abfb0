"""The program of a service: how it starts, what it says when it cannot, and how it stops."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import grpc
import httpx
import pytest
from chassis import migrate
from chassis.service import CannotStartError, main, running
from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr

from tests.support.kafka import Broker, eventually, read_all
from tests.support.oidc import OidcIssuer
from tests.support.platform import free_port
from tests.support.plumbing import TOPIC
from tests.support.probe import NAME, SERVICE, TABLES, Settings
from tests.support.telemetry import LogLines


class Program:
    """The probe as a process."""

    def __init__(self, environment: dict[str, str], http_port: int, grpc_port: int) -> None:
        self.environment, self.http_port, self.grpc_port = environment, http_port, grpc_port
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it serves HTTP."""
        return f"http://127.0.0.1:{self.http_port}"

    async def run(self, *arguments: str, timeout_s: float = 30, **changed: str | None) -> tuple[int, str, str]:
        """Run a command to its end: exit code, output, log."""
        process = await self._spawn(arguments, changed)
        async with asyncio.timeout(timeout_s):
            out, log = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), log.decode()

    async def _spawn(self, arguments: tuple[str, ...], changed: dict[str, str | None]) -> asyncio.subprocess.Process:
        wanted = self.environment | {name: value for name, value in changed.items() if value is not None}
        for name, value in changed.items():
            if value is None:
                wanted.pop(name, None)
        usual = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.probe",
            *arguments,
            env=usual | wanted,
            cwd=Path(__file__).parents[3],
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @asynccontextmanager
    async def started(self, command: str, **changed: str | None) -> AsyncIterator[asyncio.subprocess.Process]:
        """The process, ready, for the length of a block."""
        process = await self._spawn((command,), changed)
        try:
            await eventually(self.is_ready, timeout_s=30, what=f"{command} to be ready")
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def is_ready(self) -> bool:
        """Whether it answers so."""
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
async def program(database: Callable[..., str], broker: Broker, signing_issuer: OidcIssuer, topics: Any) -> Program:
    """The probe's program, with a migrated database of its own."""
    dsn = database("chassis")
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLES)
    await connection.close()
    await topics.create(TOPIC, partitions=2)
    http_port, grpc_port = free_port(), free_port()
    environment = {
        "PROBE_DATABASE_DSN": dsn,
        "PROBE_HTTP_ADDRESS": f"127.0.0.1:{http_port}",
        "PROBE_GRPC_ADDRESS": f"127.0.0.1:{grpc_port}",
        "PROBE_OIDC_ISSUER": signing_issuer.url,
        "PROBE_SUBJECT_HASH_KEY": "key",
        "PROBE_TOPIC_PREFIX": topics.prefix,
        **broker.settings("PROBE_"),
    }
    return Program(environment, http_port, grpc_port)


def lines(log: str) -> list[dict[str, Any]]:
    """Log lines as objects; anything that is none fails the test."""
    return [json.loads(line) for line in log.splitlines()]


async def test_stopped_program_answers_its_calls_in_flight_and_takes_no_new_ones(program: Program) -> None:
    async with (
        program.started("all") as process,
        httpx.AsyncClient(base_url=program.url, timeout=20) as client,
        grpc.aio.insecure_channel(f"127.0.0.1:{program.grpc_port}") as channel,
    ):
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=NAME))
        assert (await health.read()).status == health_pb2.HealthCheckResponse.SERVING
        gate = channel.unary_unary(f"/{NAME}/Gate", StringValue.SerializeToString, Int64Value.FromString)
        in_flight = [
            asyncio.ensure_future(client.get("/v1/gates/open")),
            asyncio.ensure_future(gate(StringValue(value="open"), timeout=20)),
        ]
        connection = await asyncpg.connect(program.environment["PROBE_DATABASE_DSN"])

        async def are_in_flight() -> bool:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'probe' AND query LIKE '%gate%'"
            return await connection.fetchval(asked) >= 1

        await eventually(are_in_flight, timeout_s=10, what="the calls to be in flight")
        process.send_signal(signal.SIGTERM)
        assert (await health.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        health.cancel()  # a watch is a call in flight too

        async def takes_no_more() -> bool:
            return not await program.is_ready()

        await eventually(takes_no_more, timeout_s=10, what="the address to be closed")
        assert not any(call.done() for call in in_flight)
        await connection.execute("INSERT INTO gate VALUES ('open')")
        answer, value = await asyncio.gather(*in_flight)
        assert answer.json() == {"gate": "open"}
        assert value.value == 1
        await connection.close()
        async with asyncio.timeout(20):
            _out, log = await process.communicate()
    assert process.returncode == 0
    assert lines(log.decode())[-1]["message"] == "Stopped"
    assert lines(log.decode())[-1]["cancelled"] == 0


async def test_whole_program_relays_and_applies_what_it_states(
    program: Program, signing_issuer: OidcIssuer, broker: Broker
) -> None:
    dsn = program.environment["PROBE_DATABASE_DSN"]
    async with program.started("all") as process, httpx.AsyncClient(base_url=program.url) as client:
        for _ in range(3):
            sent = {"Authorization": f"Bearer {signing_issuer.person('x')}", "Idempotency-Key": str(uuid4())}
            assert (await client.post("/v1/notes", json={"key": "a"}, headers=sent)).status_code == 200
        connection = await asyncpg.connect(dsn)

        async def are_applied() -> bool:
            return await connection.fetchval("SELECT count(*) FROM effect") == 3

        await eventually(are_applied, timeout_s=20, what="three effects")
        await connection.close()
        process.terminate()
        async with asyncio.timeout(20):
            await process.communicate()
        assert process.returncode == 0
    topic = program.environment["PROBE_TOPIC_PREFIX"] + TOPIC
    assert len(await read_all(broker, topic)) == 3


async def test_taken_port_ends_the_program_with_its_address(program: Program) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", program.grpc_port))
        other.listen()
        code, _out, log = await program.run("all")
    assert code == 1
    told = lines(log)
    assert next(line for line in told if line["message"] == "Could not start")["reason"] == (
        f"cannot listen on 127.0.0.1:{program.grpc_port}"
    )


@pytest.mark.parametrize("setting", ["http_address", "grpc_address"])
async def test_taken_port_is_an_error_that_names_it(start_probe: Any, setting: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(CannotStartError, match=f"cannot listen on {address}"):
            async with start_probe("serve", **{setting: address}):
                pass


@pytest.mark.parametrize("part", ["relay", "consume"])
async def test_worker_serves_its_health_and_nothing_else(start_probe: Any, part: str) -> None:
    async with (
        start_probe(part) as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{started.http_port}") as client,
    ):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.post("/v1/notes", json={"key": "a"})).status_code == 404
        assert started.grpc_port == 0


async def test_database_that_lets_nobody_in_ends_the_start_with_a_reason(
    start_probe: Any, probe_settings: Callable[..., Settings], logs: LogLines
) -> None:
    dsn = probe_settings().database_dsn.get_secret_value()
    nowhere = f"postgresql://somebody:hunter2@127.0.0.1:{free_port()}/x"
    for wrong, reason in ((nowhere, "ConnectionRefusedError"), (dsn.replace("@", "hunter2@"), "InvalidPasswordError")):
        with pytest.raises(CannotStartError, match=reason) as caught:
            async with start_probe("serve", database_dsn=wrong):
                pass
        assert "hunter2" not in str(caught.value) + "".join(logs.texts)


async def test_old_schema_ends_the_start_and_migrating_mends_it(start_probe: Any, database: Callable[..., str]) -> None:
    dsn = database("chassis", migrated=False)
    with pytest.raises(CannotStartError, match=r"run `migrate` first: 0001_pre_chassis\.sql"):
        async with start_probe("serve", database_dsn=dsn):
            pass
    assert await migrate.run(dsn, "chassis") == [
        "chassis/0001_pre_chassis.sql",
        "chassis/0002_pre_adopted_positions.sql",
    ]
    async with start_probe("serve", database_dsn=dsn):
        pass


@pytest.fixture
def command(
    probe_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Awaitable[tuple[int, str]]]]:
    """`await command("audit")` runs a command of the program in a thread: exit code and output."""
    settings = probe_settings()
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is not None:
            monkeypatch.setenv(f"PROBE_{name.upper()}", str(text))
    root = logging.getLogger()
    kept = root.handlers[:], root.level

    async def run(*arguments: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, SERVICE, arguments)
        return code, capsys.readouterr().out

    yield run
    root.handlers[:], _ = kept
    root.setLevel(kept[1])


async def test_audit_reports_and_fails_on_drift(command: Any, probe_settings: Callable[..., Settings]) -> None:
    assert await command("audit") == (0, '{"drift_notes": 0, "notes": 1}\n')
    connection = await asyncpg.connect(probe_settings().database_dsn.get_secret_value())
    await connection.execute("INSERT INTO gate VALUES ('drift')")
    await connection.close()
    assert await command("audit") == (1, '{"drift_notes": 1, "notes": 1}\n')


async def test_commands_that_run_once_say_what_they_did(command: Any) -> None:
    assert await command("migrate") == (0, '{"applied": []}\n')
    assert await command("migrate", "--step", "pre") == (0, '{"applied": []}\n')
    assert await command("consume", "--replay-parked") == (0, '{"applied": 0, "still_parked": 0}\n')


async def test_collector_that_is_away_costs_neither_start_nor_stop(probe_settings: Callable[..., Settings]) -> None:
    settings = probe_settings(otlp_endpoint=f"http://127.0.0.1:{free_port()}")
    begin = time.monotonic()
    async with (
        running(SERVICE, settings, parts=frozenset({"serve"})) as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{started.http_port}") as client,
    ):
        assert (await client.get("/v1/fail/missing")).status_code == 404
    assert time.monotonic() - begin < 8


async def test_database_that_goes_and_comes_back_shows_in_readiness_and_not_in_liveness(
    start_probe: Any, probe_settings: Callable[..., Settings], infrastructure: Any
) -> None:
    name = probe_settings().database_dsn.get_secret_value().rpartition("/")[2]
    admin = await asyncpg.connect(infrastructure.postgres_dsn)
    async with (
        start_probe("serve", "relay", "consume") as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{started.http_port}", timeout=20) as client,
    ):
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)

        async def says(status: int, reasons: list[str]) -> bool:
            answer = await client.get("/readyz")
            return (answer.status_code, answer.json()["reasons"]) == (status, reasons)

        away = ["DATABASE_UNAVAILABLE"]
        await eventually(lambda: says(503, away), timeout_s=20, what="the database to be missed")
        assert (await client.get("/livez")).status_code == 200
        asked = await client.get("/v1/gates/x")
        assert (asked.status_code, asked.json()["reason"]) == (503, "UNAVAILABLE")
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await eventually(lambda: says(200, []), timeout_s=20, what="the database to be back")
        assert not started.failed.is_set()
    await admin.close()


async def test_chore_runs_beside_the_relay_and_a_failure_of_it_ends_nothing(
    probe_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0

    async def chore() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise ValueError("the first one fails")

    async def is_done() -> bool:
        return done > 2

    def compose(resources: Any) -> Any:
        return replace(SERVICE.compose(resources), chore=chore)

    monkeypatch.setattr("chassis.service.CHORE_EVERY_S", 0.01)
    with_chore = replace(SERVICE, compose=compose)
    async with running(with_chore, probe_settings(), parts=frozenset({"serve"})):
        assert done == 0
    async with running(with_chore, probe_settings(), parts=frozenset({"relay"})) as started:
        await eventually(is_done, timeout_s=10, what="the chore to be done again")
        assert not started.failed.is_set()
