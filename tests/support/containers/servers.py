"""PostgreSQL and Kafka through testcontainers, from the published images or from our stand-ins."""

import io
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from docker.errors import ImageNotFound
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from tests.support.kafka import Broker

START_SECONDS_MAX = 90
KAFKA_PORT = 9092
START_SCRIPT = "/tmp/start-kafka.sh"  # noqa: S108 - a path inside the container

# The same cluster settings as deploy/local, so that order and collation mean the same on every path.
INITDB_ARGUMENTS = "--locale-provider=icu --icu-locale=th-TH --locale=C.UTF-8 --data-checksums"

# The same broker rules as deploy/local where a test could see the difference.
KAFKA_SETTINGS = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_LISTENERS": f"CLIENT://:{KAFKA_PORT},BROKER://:9093,CONTROLLER://:9094",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "2",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_HEAP_OPTS": "-Xms256m -Xmx512m",
    "KAFKA_JVM_PERFORMANCE_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}


@contextmanager
def started(postgres_image: str, kafka_image: str) -> Iterator[tuple[str, Broker]]:
    """Run both servers for the length of a `with` block.

    Returns:
        A superuser's connection to PostgreSQL's maintenance database, and the broker.
    """
    # Kafka first: its Java starts while PostgreSQL initialises.
    _configure()
    with KafkaBrokerContainer(kafka_image).running() as kafka, postgres(postgres_image) as (dsn, _):
        kafka.wait_until_started()
        yield dsn, Broker(kafka.address())


@contextmanager
def postgres(image: str) -> Iterator[tuple[str, str]]:
    """Run PostgreSQL for the length of a `with` block.

    Returns:
        A superuser's connection from this machine, and `host:port` as other containers of this engine see it.
    """
    _configure()
    container = PostgresContainer(
        image, username="postgres", password=secrets.token_urlsafe(24), dbname="postgres", driver=None
    )
    container.with_env("POSTGRES_INITDB_ARGS", INITDB_ARGUMENTS)
    container.with_command(["postgres", "-c", "max_connections=200", "-c", "shared_buffers=256MB"])
    with container:
        inside = container.get_docker_client().bridge_ip(container.get_wrapped_container().id)
        yield container.get_connection_url(), f"{inside}:5432"


def _configure() -> None:
    """Settings of testcontainers that depend on the engine; what the environment says stays.

    The reaper (Ryuk) is an image of its own, and waiting for its pull would hang where no registry answers. A machine
    that is itself a container gets the bridge address from testcontainers; where the engine's bridge is in this very
    network namespace, published ports on localhost are right.
    """
    try:
        DockerClient().client.images.get(testcontainers_config.ryuk_image)
    except ImageNotFound:
        testcontainers_config.ryuk_disabled = True
    is_beside_engine = Path("/.dockerenv").exists() and Path("/sys/class/net/docker0").exists()
    if testcontainers_config.connection_mode_override is None and is_beside_engine:
        testcontainers_config.connection_mode_override = ConnectionMode.docker_host


class KafkaBrokerContainer(DockerContainer):
    """One broker of an image laid out like `apache/kafka`, reachable from this machine.

    A broker tells its clients its own address, and the port on this machine is known only when the container runs. So
    the container first waits for a script that has the address in it. (testcontainers' own `KafkaContainer` does the
    same, but for Confluent's image only.)
    """

    def __init__(self, image: str) -> None:
        super().__init__(image)
        self.with_exposed_ports(KAFKA_PORT)
        self.with_command(["sh", "-c", f"while [ ! -f {START_SCRIPT} ]; do sleep 0.1; done; exec bash {START_SCRIPT}"])
        for name, value in KAFKA_SETTINGS.items():
            self.with_env(name, value)

    def address(self) -> str:
        """`host:port` on this machine."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(KAFKA_PORT)}"

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Run the container for the length of a `with` block; the broker itself becomes ready meanwhile."""
        with self:
            advertised = f"CLIENT://{self.address()},BROKER://localhost:9093"
            script = f"export KAFKA_ADVERTISED_LISTENERS={advertised}\nexec /etc/kafka/docker/run\n".encode()
            with io.BytesIO() as archive:
                with tarfile.open(fileobj=archive, mode="w") as tar:
                    entry = tarfile.TarInfo(START_SCRIPT.removeprefix("/"))
                    entry.size, entry.mode = len(script), 0o755
                    tar.addfile(entry, io.BytesIO(script))
                self.get_wrapped_container().put_archive("/", archive.getvalue())
            yield self

    def wait_until_started(self) -> None:
        """Wait for the broker's own word that it serves.

        Raises:
            RuntimeError: It ended, or did not say so in time; the end of its log is in the message.
        """
        strategy = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(START_SECONDS_MAX)
        try:
            strategy.wait_until_ready(self)
        except (RuntimeError, TimeoutError) as error:
            log = self.get_wrapped_container().logs(tail=30).decode(errors="replace")
            raise RuntimeError(f"{self.image} does not start:\n{log}") from error
