"""Fixtures on real PostgreSQL and real Kafka; where those come from stands in `tests/support/infrastructure.py`.

Asked for by name, started on first use: a run of unit tests alone starts nothing.
"""

import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support import kafka
from tests.support.databases import Databases, blocking, spare_the_disk
from tests.support.infrastructure import Infrastructure, shared
from tests.support.kafka import Broker, Record, Topics
from tests.support.telemetry import LogLines, RecordedTelemetry, captured_logs


def has_browser() -> bool:
    """Whether this machine has a Chromium; nothing of ours needs one but the tests that look at pages."""
    named = os.environ.get("CHROMIUM")
    return Path(named).exists() if named else shutil.which("chromium") is not None


# In CI a missing browser is an error of its own fixture; elsewhere those tests are left out, and the header says so.
collect_ignore = [] if has_browser() or os.environ.get("CI") else ["browser"]


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start.

    A shell without job control starts what runs in its background with SIGINT ignored, and every child inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> list[str]:
    """Say what this session leaves out."""
    if collect_ignore:
        return [
            "left out: tests/browser, as there is no Chromium (`apt-get install chromium`, or name one with CHROMIUM)"
        ]
    return []


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    """The session's servers: one PostgreSQL, one Kafka, shared by all workers of a session."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker has a folder of its own in the session's
    with shared(folder) as servers:
        blocking(kafka.wait_until_ready(servers.kafka))
        if servers.source != "environment":
            blocking(spare_the_disk(servers.postgres_dsn))
        yield servers


@pytest.fixture(scope="session")
def databases(infrastructure: Infrastructure) -> Databases:
    """Makes databases; most tests want `database`."""
    return Databases(infrastructure)


@pytest.fixture
def database(databases: Databases) -> Iterator[Callable[..., str]]:
    """`database("credit-bank")` gives the connection of a migrated database that this test alone uses.

    `database("credit-bank", migrated=False)` is empty. Call it as often as the test needs databases.
    """
    made: list[str] = []

    def create(service: str, *, migrated: bool = True) -> str:
        made.append(databases.create(service, migrated=migrated))
        return made[-1]

    yield create
    for dsn in made:
        databases.drop(dsn)


@pytest.fixture(scope="session")
def broker(infrastructure: Infrastructure) -> Broker:
    """The session's Kafka: `broker.options()` for aiokafka, `broker.settings("CREDIT_BANK_")` for a service."""
    return infrastructure.kafka


@pytest.fixture
def unique_name() -> str:
    """A short name that no other test has: the prefix of topics and groups (`TOPIC_PREFIX`, `CONSUMER_GROUP`)."""
    return f"t{uuid4().hex[:10]}."


@pytest.fixture
async def topics(broker: Broker, unique_name: str) -> AsyncIterator[Topics]:
    """`await topics.create("nuaikit.credit-bank.ledger.v1")` makes it under this test's prefix, `topics.prefix`."""
    made = Topics(broker, unique_name)
    yield made
    await made.remove()


@pytest.fixture
def expect_events(broker: Broker) -> Callable[..., AbstractAsyncContextManager[list[Record]]]:
    """`async with expect_events(topic, count=2) as events:` records what the block publishes.

    Its rules stand in `tests/support/kafka.py`.
    """

    def expect(
        *names: str, count: int = 1, timeout_s: float = kafka.EVENTS_SECONDS_MAX
    ) -> AbstractAsyncContextManager[list[Record]]:
        return kafka.expect_events(broker, *names, count=count, timeout_s=timeout_s)

    return expect


@pytest.fixture
def telemetry() -> Iterator[RecordedTelemetry]:
    """Spans and metrics of the services in this test: `telemetry.of("credit-bank")` is what a service is given."""
    record = RecordedTelemetry()
    yield record
    record.shutdown()


@pytest.fixture
def logs() -> Iterator[LogLines]:
    """Log lines of this test, in the services' own format."""
    with captured_logs() as lines:
        yield lines
