"""The probe service of `tests/support/probe.py` on the session's servers."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from chassis.service import Running, running

from tests.support.databases import Databases
from tests.support.kafka import Broker
from tests.support.oidc import OidcIssuer, running_issuer
from tests.support.plumbing import TOPIC
from tests.support.probe import SERVICE, TABLES, Settings
from tests.support.telemetry import RecordedTelemetry


@pytest.fixture(scope="session")
def signing_issuer() -> Iterator[OidcIssuer]:
    """An issuer for tests that only need tokens."""
    with running_issuer() as issuer:
        issuer.clients["probe"] = ("secret", ("act-on-behalf", "note"))
        yield issuer


def settings_of(dsn: str, broker: Broker, prefix: str, issuer: OidcIssuer, **values: Any) -> Settings:
    """Settings of a probe, some of them as the test wants."""
    usual: dict[str, Any] = {
        "database_dsn": dsn,
        "kafka_bootstrap": broker.bootstrap,
        "kafka_security_protocol": broker.security_protocol,
        "kafka_username": broker.username,
        "kafka_password": broker.password,
        "topic_prefix": prefix,
        "oidc_issuer": issuer.url,
        "client_id": "probe",
        "client_secret": "secret",
        "subject_hash_key": "key",
        "grpc_address": "127.0.0.1:0",
        "trace_sample_ratio": 1.0,
    }
    return Settings(**usual | values)


async def _add_tables(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(TABLES)
    await connection.close()


@dataclass
class Served:
    """A probe that serves for the whole session, for tests that leave it as it was."""

    started: Running[Settings]
    telemetry: RecordedTelemetry

    @property
    def http(self) -> str:
        """Its HTTP address."""
        return f"http://127.0.0.1:{self.started.http_port}"


@pytest.fixture(scope="session")
async def served(databases: Databases, broker: Broker, signing_issuer: OidcIssuer) -> AsyncIterator[Served]:
    """One served probe; relay and consumer do not run."""
    dsn = databases.create("chassis")
    await _add_tables(dsn)
    record = RecordedTelemetry()
    settings = settings_of(dsn, broker, "served.", signing_issuer)
    async with running(SERVICE, settings, parts=frozenset({"serve"}), telemetry=record.of("probe")) as started:
        yield Served(started, record)
    record.shutdown()
    databases.drop(dsn)


@pytest.fixture
async def probe_settings(
    database: Callable[..., str], broker: Broker, unique_name: str, signing_issuer: OidcIssuer
) -> Callable[..., Settings]:
    """`probe_settings(name=value)` are settings of probes with one database of their own."""
    dsn = database("chassis")
    await _add_tables(dsn)
    return lambda **values: settings_of(dsn, broker, unique_name, signing_issuer, **values)


Start = Callable[..., AbstractAsyncContextManager[Running[Settings]]]


@pytest.fixture
async def start_probe(probe_settings: Callable[..., Settings], telemetry: RecordedTelemetry, topics: Any) -> Start:
    """`async with start_probe("serve", name="front", peer_address=...) as started:` runs a probe in the test's loop."""
    await topics.create(TOPIC, partitions=2)

    @asynccontextmanager
    async def start(*parts: str, name: str = "probe", **values: Any) -> AsyncIterator[Running[Settings]]:
        settings = probe_settings(**values)
        async with running(
            SERVICE, settings, parts=frozenset(parts or {"serve"}), telemetry=telemetry.of(name)
        ) as started:
            yield started

    return start
