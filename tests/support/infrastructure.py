"""Real PostgreSQL 18 and real Kafka for one test session, wherever the tests run.

Where the servers come from, in this order; `TEST_INFRASTRUCTURE` names one and makes any failure of it an error:

- `environment`: `TEST_POSTGRES_DSN` (a superuser) and `TEST_KAFKA_BOOTSTRAP`, and for a broker that asks who comes
  `TEST_KAFKA_USERNAME`, `TEST_KAFKA_PASSWORD`, `TEST_KAFKA_SECURITY_PROTOCOL`
- `containers`: testcontainers, when an engine answers and has, or can pull, both images (`TEST_POSTGRES_IMAGE`,
  `TEST_KAFKA_IMAGE`)
- `local`: the one-machine runtime of deploy/local

Nothing here skips: a session without servers is an error, in CI and everywhere.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import docker
from docker import DockerClient
from docker.errors import DockerException, ImageNotFound
from requests import RequestException

from tests.support.kafka import Broker

ENGINE_ANSWER_SECONDS_MAX = 2
REGISTRY_ANSWER_SECONDS_MAX = 10
PULL_SILENCE_SECONDS_MAX = 30

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"


class NoInfrastructureError(RuntimeError):
    """The named source of servers does not give any."""


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """Where the session's servers are.

    Attributes:
        source: `environment`, `containers` or `local`.
        postgres_dsn: A superuser's connection to the maintenance database.
        kafka: The broker and how to sign in.
        session: Names made in this session begin with it, so that sessions may share servers.
    """

    source: str
    postgres_dsn: str = field(repr=False)
    kafka: Broker
    session: str


@contextmanager
def shared(folder: Path) -> Iterator[Infrastructure]:
    """One set of servers for all processes that name the same folder (the workers of one session).

    The first process starts them and writes where they are; each holds a shared kernel lock while it uses them, and
    the first stops them when it alone is left. Kernel locks end with their process, so a killed worker blocks nobody.
    """
    notes = folder / "infrastructure.json"
    with ExitStack() as stack:
        users = stack.enter_context((folder / "infrastructure.users").open("a", encoding="utf-8"))
        owner: ExitStack | None = None
        with _locked(folder / "infrastructure.lock"):
            if notes.exists():
                servers = _read(notes)
            else:
                owner = ExitStack()
                servers = owner.enter_context(start())
                _write(notes, servers)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield servers
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if owner is not None:
                with _locked(folder / "infrastructure.lock"):
                    fcntl.flock(users, fcntl.LOCK_EX)
                    notes.unlink()
                    owner.close()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(notes: Path) -> Infrastructure:
    content = json.loads(notes.read_text(encoding="utf-8"))
    return Infrastructure(**content | {"kafka": Broker(**content["kafka"])})


def _write(notes: Path, servers: Infrastructure) -> None:
    notes.touch(mode=0o600)  # it holds passwords
    notes.write_text(json.dumps(asdict(servers)), encoding="utf-8")


@contextmanager
def start(environment: Mapping[str, str] = os.environ) -> Iterator[Infrastructure]:
    """Start servers, or find them, for the length of a `with` block.

    Raises:
        NoInfrastructureError: `TEST_INFRASTRUCTURE` names a source that does not give any.
    """
    session = f"test_{uuid4().hex[:8]}"
    sources: dict[str, Callable[[Mapping[str, str], ExitStack], tuple[str, Broker] | None]] = {
        "environment": _from_environment,
        "containers": _from_containers,
        "local": _from_local_runtime,
    }
    named = environment.get("TEST_INFRASTRUCTURE")
    if named is not None and named not in sources:
        raise NoInfrastructureError(f"TEST_INFRASTRUCTURE={named}; known: {', '.join(sources)}")
    with ExitStack() as stack:
        for source in [named] if named else sources:
            if found := sources[source](environment, stack):
                servers = Infrastructure(source, *found, session=session)
                if source == "environment":
                    # These servers outlive the session. Imported late: databases need this module.
                    databases = import_module("tests.support.databases").Databases(servers)
                    stack.callback(databases.drop_everything)
                yield servers
                return
        raise NoInfrastructureError(f"no PostgreSQL and Kafka from: {named}")


def _from_environment(environment: Mapping[str, str], _stack: ExitStack) -> tuple[str, Broker] | None:
    dsn, bootstrap = environment.get("TEST_POSTGRES_DSN"), environment.get("TEST_KAFKA_BOOTSTRAP")
    if dsn is None and bootstrap is None:
        return None
    if dsn is None or bootstrap is None:
        raise NoInfrastructureError("TEST_POSTGRES_DSN and TEST_KAFKA_BOOTSTRAP belong together; only one is set")
    username = environment.get("TEST_KAFKA_USERNAME")
    usual = "SASL_PLAINTEXT" if username else "PLAINTEXT"
    access = Broker(
        bootstrap=bootstrap,
        security_protocol=environment.get("TEST_KAFKA_SECURITY_PROTOCOL", usual),
        username=username,
        password=environment.get("TEST_KAFKA_PASSWORD"),
    )
    return dsn, access


def _from_local_runtime(_environment: Mapping[str, str], stack: ExitStack) -> tuple[str, Broker]:
    # Imported late: it is the heaviest of the three, and the others must work where it cannot.
    runtime = import_module("nuaikit_local.runtime")
    found = stack.enter_context(runtime.start_infrastructure())
    access = Broker(
        bootstrap=found.kafka_bootstrap,
        security_protocol=found.kafka_security_protocol,
        username=found.kafka_username,
        password=found.kafka_password,
    )
    return found.admin_dsn, access


def image_names(environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Names of the PostgreSQL and the Kafka image."""
    return environment.get("TEST_POSTGRES_IMAGE", POSTGRES_IMAGE), environment.get("TEST_KAFKA_IMAGE", KAFKA_IMAGE)


def _from_containers(environment: Mapping[str, str], stack: ExitStack) -> tuple[str, Broker] | None:
    names = image_names(environment)
    try:
        client = docker.from_env(timeout=ENGINE_ANSWER_SECONDS_MAX)
    except (DockerException, OSError):
        return None  # no engine answers
    try:
        if not all(image_available(client, name) for name in names):
            return None
    finally:
        client.close()
    servers = import_module("tests.support.containers.servers")
    return stack.enter_context(servers.started(*names))


def image_available(client: DockerClient, name: str) -> bool:
    """Whether the engine has an image, or could pull it just now.

    The registry is asked first and has little time to answer, and a pull may not stay silent for long: an engine
    without a way out would otherwise hold up the tests for minutes.
    """
    usual_s = client.api.timeout
    try:
        client.images.get(name)
    except ImageNotFound:
        try:
            client.api.timeout = REGISTRY_ANSWER_SECONDS_MAX
            client.images.get_registry_data(name)
            client.api.timeout = PULL_SILENCE_SECONDS_MAX
            client.images.pull(name)
        except (DockerException, RequestException, OSError):
            return False
        finally:
            client.api.timeout = usual_s
    return True
