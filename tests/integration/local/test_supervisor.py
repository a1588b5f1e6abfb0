"""The supervisor and its parts as real processes: starts, restarts, kills, and what is said when something is wrong."""

import json
import os
import signal
import socket
import subprocess
import sys

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from nuaikit_local.kafka import MECHANISM, SECURITY_PROTOCOL
from nuaikit_local.layout import UNPRIVILEGED_ID
from nuaikit_local.vault import Vault

from tests.integration.local.conftest import Nuaikit, until

TOPIC = "nuaikit.credit-bank.ledger.v1"


def dsn(nuaikit: Nuaikit, role: str = "credit_bank", database: str | None = None) -> str:
    word = Vault(nuaikit.layout.secrets).need("infrastructure", f"postgres_{role}")
    return f"postgresql://{role}:{word}@127.0.0.1:{nuaikit.ports['POSTGRES']}/{database or role}"


async def execute(nuaikit: Nuaikit, statement: str, **where: str):
    connection = await asyncpg.connect(dsn(nuaikit, **where))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def kafka_access(nuaikit: Nuaikit, user: str = "credit-bank") -> dict[str, str]:
    return {
        "bootstrap_servers": f"127.0.0.1:{nuaikit.ports['KAFKA']}",
        "security_protocol": SECURITY_PROTOCOL,
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": user,
        "sasl_plain_password": Vault(nuaikit.layout.secrets).need("infrastructure", f"kafka_{user}"),
    }


async def send(nuaikit: Nuaikit, value: bytes) -> None:
    async with AIOKafkaProducer(enable_idempotence=True, **kafka_access(nuaikit)) as producer:
        await producer.send_and_wait(TOPIC, value, key=b"learner")


async def received(nuaikit: Nuaikit, count: int) -> list[bytes]:
    values: list[bytes] = []
    async with AIOKafkaConsumer(TOPIC, auto_offset_reset="earliest", **kafka_access(nuaikit)) as consumer:
        while len(values) < count:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                values += [record.value for record in records]
    return values


async def test_data_survives_stops_and_every_kill(nuaikit: Nuaikit):
    said = nuaikit.up("postgres", "kafka", "issuer")
    assert "Ready in" in said
    # The whole platform's first start on a warm cache has 20 s; its servers must leave the services most of it.
    assert json.loads(nuaikit.layout.report.read_text())["ready_s"] < 15
    await execute(nuaikit, "CREATE TABLE kept AS SELECT 'หน่วยกิต' AS word")
    await send(nuaikit, b"first")

    status = nuaikit.status()
    assert {name: part["health"] for name, part in status["parts"].items()} == dict.fromkeys(
        ("postgres", "kafka", "issuer"), "ok"
    )
    assert status["parts"]["postgres"]["version"] == "18.6"
    for part in status["parts"].values():
        assert psutil.pid_exists(part["pid"])
        assert part["address"]

    # PostgreSQL and Kafka are killed together: the supervisor brings both back.
    killed = {part: nuaikit.kill(part) for part in ("postgres", "kafka", "issuer")}
    for part, pid in killed.items():
        nuaikit.until_restarted(part, pid)
    assert await execute(nuaikit, "SELECT word FROM kept") == "หน่วยกิต"
    await send(nuaikit, b"second")

    # The supervisor is killed: the kernel ends its parts, and the next start finds everything.
    nuaikit.kill("supervisor")
    until(lambda: nuaikit.orphans() == [])
    nuaikit.status(code=3)
    nuaikit.up("postgres", "kafka")
    assert await execute(nuaikit, "SELECT word FROM kept") == "หน่วยกิต"
    assert await received(nuaikit, 2) == [b"first", b"second"]

    nuaikit("down")
    assert nuaikit.orphans() == []
    logs = "".join(path.read_text(errors="replace") for path in nuaikit.layout.logs.iterdir())
    secrets = [path.read_text() for path in nuaikit.layout.secrets.rglob("*") if path.is_file()]
    assert not [secret for secret in secrets if secret in logs]


async def test_start_right_after_a_killed_supervisor_waits_for_what_it_left(nuaikit: Nuaikit):
    nuaikit.up("postgres")
    # Stopped processes cannot end by themselves: the worst kind of leftover.
    postmaster = psutil.Process(nuaikit.pid("postgres"))
    frozen = [postmaster, *postmaster.children(recursive=True)]
    for process in frozen:
        process.suspend()
    nuaikit.kill("supervisor")
    nuaikit.up("postgres")
    assert not [process for process in frozen if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert await execute(nuaikit, "SELECT 1") == 1


async def test_service_role_owns_its_database_and_enters_no_other(served: Nuaikit):
    for extension in ("btree_gist", "pg_trgm", "ltree"):
        await execute(served, f"CREATE EXTENSION {extension}")
    sorted_words = await execute(
        served,
        "SELECT string_agg(w, ' ' ORDER BY w COLLATE \"th-x-icu\")"
        " FROM unnest(array['ไก่','กา','เขา','กบ','แก','เก้า','ข']) w",
    )
    assert sorted_words == "กบ กา เก้า แก ไก่ ข เขา"
    for database in ("guidance", "postgres"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await execute(served, "SELECT 1", role="credit_bank", database=database)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(dsn(served).replace(":", ":x", 2).replace("postgresql:x", "postgresql:"))
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert await execute(served, f"SHOW {setting}") == "on"
    addresses = {
        connection.laddr.ip
        for connection in psutil.Process(served.pid("postgres")).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}
    if os.geteuid() == 0:
        assert psutil.Process(served.pid("postgres")).uids().effective == UNPRIVILEGED_ID


def test_second_start_while_one_runs_says_so(served: Nuaikit):
    pid = served.pid("supervisor")
    assert f"Already running (pid {pid})" in served.up("postgres")
    answer = subprocess.run(
        [sys.executable, "-m", "nuaikit_local.supervisor", str(served.layout.home)],
        env=served.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (answer.returncode, "ALREADY_RUNNING" in answer.stderr) == (1, True)
    assert served.status()["supervisor"] == pid


def test_start_while_the_earlier_run_is_stopping_waits_for_it(nuaikit: Nuaikit):
    nuaikit.up("postgres")
    earlier = nuaikit.pid("supervisor")
    postmaster = psutil.Process(nuaikit.pid("postgres"))
    postmaster.suspend()  # it cannot stop, so neither can its supervisor
    os.kill(earlier, signal.SIGTERM)
    until(lambda: json.loads(nuaikit.layout.report.read_text())["phase"] == "stopping")
    program = [sys.executable, "-m", "nuaikit_local", "up", "--parts", "postgres"]
    with subprocess.Popen(program, env=nuaikit.environment, stdout=subprocess.PIPE, text=True) as start:
        assert "Waiting for an earlier run" in start.stdout.readline()
        assert nuaikit.pid("supervisor") == earlier
        postmaster.resume()
        said = start.stdout.read()
        assert start.wait(60) == 0
    assert "Ready in" in said
    assert nuaikit.pid("supervisor") != earlier
    assert nuaikit.status()["parts"]["postgres"]["health"] == "ok"


def test_foreground_stops_in_order_on_ctrl_c_and_with_its_terminal(nuaikit: Nuaikit):
    program = [sys.executable, "-m", "nuaikit_local", "up", "--foreground", "--parts", "postgres"]
    for number, code in ((signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)):
        with subprocess.Popen(program, env=nuaikit.environment, stdout=subprocess.PIPE, text=True) as process:
            assert any("Press Ctrl-C" in line for line in process.stdout)
            process.send_signal(number)
            assert process.wait(60) == code
        until(lambda: nuaikit.orphans() == [])
    assert "database system is shut down" in (nuaikit.layout.logs / "postgres.log").read_text()


def test_taken_port_is_told_before_anything_starts(nuaikit: Nuaikit):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", nuaikit.ports["KAFKA"]))
        taken.listen()
        said = nuaikit.up("postgres", "kafka", code=1)
    assert "PORT_TAKEN" in said
    assert f"พอร์ต {nuaikit.ports['KAFKA']}" in said
    assert "NUAIKIT_PORT_KAFKA" in said
    assert not (nuaikit.layout.postgres / "data").exists()


def test_data_folder_of_another_version_is_refused_and_kept(nuaikit: Nuaikit):
    nuaikit.layout.prepare()
    data = nuaikit.layout.postgres / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    said = nuaikit.up("postgres", code=1)
    assert "POSTGRES_OTHER_VERSION" in said
    assert "PostgreSQL 17" in said
    assert (data / "PG_VERSION").read_text() == "17\n"


def test_storage_of_a_newer_kafka_is_refused(nuaikit: Nuaikit):
    nuaikit.layout.prepare()
    data = nuaikit.layout.kafka / "data"
    data.mkdir()
    (data / "meta.properties").write_text("version=1\n")
    (nuaikit.layout.kafka / "version").write_text("4.10.0")
    assert "KAFKA_OTHER_VERSION" in nuaikit.up("kafka", code=1)


def test_lost_passwords_of_existing_data_are_told(nuaikit: Nuaikit):
    nuaikit.up("postgres")
    nuaikit("down")
    (nuaikit.layout.secrets / "infrastructure" / "postgres_postgres").unlink()
    assert "SECRETS_LOST" in nuaikit.up("postgres", code=1)


def test_interrupted_first_start_is_made_good_by_the_next(nuaikit: Nuaikit):
    program = [sys.executable, "-m", "nuaikit_local", "up", "--foreground", "--parts", "postgres,kafka"]
    with subprocess.Popen(program, env=nuaikit.environment, stdout=subprocess.DEVNULL) as process:
        until(lambda: list(nuaikit.layout.home.glob("initdb-*")))
        process.kill()
    until(lambda: nuaikit.orphans() == [])
    nuaikit.up("postgres")
    assert not list(nuaikit.layout.home.glob("initdb-*"))


def test_service_that_keeps_dying_is_told_and_the_rest_goes_on(nuaikit: Nuaikit, monkeypatch: pytest.MonkeyPatch):
    # A misspelt setting: the service refuses to start, and says which one in its log.
    monkeypatch.setenv("INDICATORS_NO_SUCH_SETTING", "1")
    said = nuaikit.up("postgres", "indicators", code=1)
    assert "indicators" in said
    status = nuaikit.status(code=1)
    assert status["parts"]["postgres"]["health"] == "ok"
    assert status["parts"]["indicators"]["state"] == "failed"


def test_reset_removes_the_data_and_nothing_else(nuaikit: Nuaikit):
    nuaikit.up("postgres")
    (nuaikit.layout.home / "my-own-notes.txt").write_text("ของฉัน")
    assert "FOREIGN_HOME" in nuaikit("reset", "--yes", code=1)
    assert [path.name for path in nuaikit.layout.home.iterdir()] == ["my-own-notes.txt"]


def test_unknown_part_is_refused(nuaikit: Nuaikit):
    assert "UNKNOWN_PART" in nuaikit.up("postgrse", code=1)
    assert "UNKNOWN_PART" in nuaikit("logs", "postgrse", code=1)


def test_logs_are_shown_by_part(served: Nuaikit):
    assert "ready to accept connections" in served("logs", "postgres")
    assert "postgres is ready at" in served("logs")
