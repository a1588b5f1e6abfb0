"""Apache Kafka 4.3 as a process: KRaft, one broker that is its own controller, SCRAM for clients.

Durability of one broker: `acks=all` with one replica means the leader's log alone. So that an acknowledged record
survives not only a killed broker (the page cache does that) but a power cut, every append is flushed before it is
acknowledged (`log.flush.interval.messages=1`). What one broker cannot give is survival of its disk: that is what three
brokers with `min.insync.replicas=2` are for on a cluster, and the outbox keeps published rows for three days.
"""

import asyncio
import base64
import os
import re
import shutil
import signal
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from nuaikit_local import java, processes
from nuaikit_local.artifacts import Artifacts
from nuaikit_local.jars import KAFKA_VERSION
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady
from nuaikit_local.problems import Problem, disk_space_told
from nuaikit_local.processes import LOOPBACK, Command
from nuaikit_local.topics import ensure_topics, read_topics
from nuaikit_local.vault import Vault, write_private

ADMIN = "admin"
SCRAM_ITERATIONS = 8192
SECURITY_PROTOCOL = "SASL_PLAINTEXT"  # loopback only; on a cluster it is SASL_SSL
MECHANISM = "SCRAM-SHA-512"
PROBE_GROUP = "nuaikit-probe"
PROBE_TIMEOUT_MS = 5000
FORMAT_TIMEOUT_S = 120.0

# Measured for a broker of this load (architecture.md 3); the serial collector and the C1 compiler start fastest.
JAVA_OPTIONS = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": f"CLIENT:{SECURITY_PROTOCOL},CONTROLLER:{SECURITY_PROTOCOL}",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENT",
    "sasl.mechanism.inter.broker.protocol": MECHANISM,
    "sasl.mechanism.controller.protocol": "PLAIN",  # SCRAM users live in the metadata the controller must first serve
    "listener.name.client.sasl.enabled.mechanisms": MECHANISM,
    "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
    # Topics come from proto/topics.toml alone: a misspelt name is an error, not a new topic.
    "auto.create.topics.enable": "false",
    "log.retention.ms": "-1",
    "log.flush.interval.messages": "1",
    "unclean.leader.election.enable": "false",
    # A laptop that stays shut for months must not forget how far its consumers read (minutes; a year).
    "offsets.retention.minutes": "525600",
    # One broker: one replica of everything, and few partitions of what Kafka keeps for itself.
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    # A new group waits for further members by default (3 s); here they start together anyway.
    "group.initial.rebalance.delay.ms": "0",
    "log.cleaner.dedupe.buffer.size": "16777216",  # allocated at once, 128 MiB by default; only offsets are compacted
    "num.network.threads": "2",
    "num.io.threads": "4",
}

# Warnings, and what tells a start from a stop; at "info" one start writes a quarter of a megabyte.
LOG_SETTINGS = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSS}{UTC}Z %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
logger.recovery.name = org.apache.kafka.storage.internals.log.LogManager
logger.recovery.level = info
"""


class Kafka:
    """The broker of one state folder."""

    name = "kafka"
    needs_to_prepare: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stop_rank = 1
    version = KAFKA_VERSION
    ready_within_s = 120.0  # recovery after a kill reads the unflushed segments

    def __init__(
        self,
        layout: Layout,
        artifacts: Artifacts,
        vault: Vault,
        *,
        port: int,
        controller_port: int,
        services: tuple[str, ...],
    ) -> None:
        """Describe the broker.

        Args:
            layout: State folder.
            artifacts: Where the jars are.
            vault: Where passwords are.
            port: Client port on loopback.
            controller_port: Port of the controller listener, loopback too.
            services: Names that each get a SCRAM user when the storage is formatted.
        """
        self.ports = {"KAFKA": port, "KAFKA_CONTROLLER": controller_port}
        self._layout = layout
        self._artifacts = artifacts
        self._vault = vault
        self._services = services
        self._settings = layout.kafka / "server.properties"
        self._java = Path()

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{LOOPBACK}:{self.ports['KAFKA']}"

    @property
    def data(self) -> Path:
        """The folder of metadata and logs."""
        return self._layout.kafka / "data"

    def password(self, user: str) -> str:
        """The SCRAM password of a user that was made when the storage was formatted."""
        return self._vault.need("infrastructure", f"kafka_{user}")

    async def prepare(self) -> None:
        """Write the configuration, and format the storage the first time.

        Raises:
            Problem: `JAVA_UNUSABLE`, `SECRETS_LOST`, `KAFKA_OTHER_VERSION`, `KAFKA_FORMAT_FAILED`, `NO_DISK_SPACE`.
        """
        found = await asyncio.to_thread(java.find)
        self._java = found.path
        fresh = not (self.data / "meta.properties").exists()
        if not fresh:
            self._check_version()
        with disk_space_told(self._layout.home):
            for user in (ADMIN, "controller", *self._services):
                _ = self._vault.get("infrastructure", f"kafka_{user}") if fresh else self.password(user)
            (self._layout.kafka / "log4j2.properties").write_text(LOG_SETTINGS, encoding="utf-8")
            self._write_java_arguments()
            if fresh:
                await self._format()
            self._write_settings(self.data)

    def _check_version(self) -> None:
        """Kafka reads what an older one wrote; never what a newer one did."""
        try:
            found = (self._layout.kafka / "version").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return  # the folder was formatted and the kill came before the note; it is ours
        if _ordered(found) > _ordered(KAFKA_VERSION):
            raise Problem("KAFKA_OTHER_VERSION", folder=self.data, found=found, needed=KAFKA_VERSION)

    def _write_java_arguments(self) -> None:
        """Keep the long class path off the command line, where it would drown everything else in `ps`."""
        class_path = os.pathsep.join(str(jar) for jar in self._artifacts.kafka_jars)
        arguments = (*JAVA_OPTIONS, "-Dlog4j2.configurationFile=log4j2.properties", "-cp", class_path)
        lines = ('"{}"'.format(argument.replace("\\", "\\\\")) for argument in arguments)
        write_private(self._layout.kafka / "java.arguments", "\n".join(lines) + "\n")

    def _write_settings(self, data: Path) -> None:
        controller = f"{LOOPBACK}:{self.ports['KAFKA_CONTROLLER']}"
        login = 'org.apache.kafka.common.security.{} required username="{}" password="{}"{};'
        broker_login = login.format("scram.ScramLoginModule", ADMIN, self.password(ADMIN), "")
        word = self.password("controller")
        controller_login = login.format("plain.PlainLoginModule", "controller", word, f' user_controller="{word}"')
        settings = SETTINGS | {
            "listeners": f"CLIENT://{self.address},CONTROLLER://{controller}",
            "advertised.listeners": f"CLIENT://{self.address}",
            "controller.quorum.voters": f"1@{controller}",
            "listener.name.client.scram-sha-512.sasl.jaas.config": broker_login,
            "listener.name.controller.plain.sasl.jaas.config": controller_login,
            # Relative to the folder it runs in: the setting is a list, so a comma in the path would split it, and Java
            # reads such files as Latin-1, so a Thai path would name another folder.
            "log.dirs": data.name,
        }
        write_private(self._settings, "".join(f"{name}={value}\n" for name, value in settings.items()))

    async def _format(self) -> None:
        """Format beside the final place and rename: an interrupted one leaves no half storage."""
        scratch = self._layout.kafka / "format"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)  # no meta.properties in it: nothing was ever stored there
        self._write_settings(scratch)
        users = [
            f"{MECHANISM}=[name={user},iterations={SCRAM_ITERATIONS},password={self.password(user)}]"
            for user in (ADMIN, *self._services)
        ]
        arguments = ["format", "--cluster-id", cluster_id(), "--config", self._settings.name]
        arguments += [word for user in users for word in ("--add-scram", user)]
        # The tool reads arguments from a file, one a line: passwords never stand on a command line.
        write_private(self._layout.kafka / "format.arguments", "\n".join(arguments) + "\n")
        try:
            await self._run_tool("kafka.tools.StorageTool", "@format.arguments")
            scratch.rename(self.data)
            (self._layout.kafka / "version").write_text(KAFKA_VERSION, encoding="ascii")
        finally:
            (self._layout.kafka / "format.arguments").unlink(missing_ok=True)

    async def _run_tool(self, *arguments: str) -> None:
        tool = replace(self._java_command(*arguments), stop_signals=((signal.SIGKILL, 1.0),))
        try:
            code, output = await processes.run(self.name, tool, self._layout, seconds=FORMAT_TIMEOUT_S)
        except TimeoutError as error:
            raise Problem("KAFKA_FORMAT_FAILED", detail=f"no answer within {FORMAT_TIMEOUT_S:.0f} s") from error
        if code != 0:
            raise Problem("KAFKA_FORMAT_FAILED", detail=_without_passwords(output).strip()[-2000:])

    def _java_command(self, *arguments: str) -> Command:
        return Command(
            argv=(str(self._java), "@java.arguments", *arguments),
            env={"LC_ALL": "C.UTF-8"},  # in another locale Java cannot open a jar below a Thai folder
            cwd=self._layout.kafka,
            stop_signals=((signal.SIGTERM, 30.0),),
        )

    def command(self) -> Command:
        """Run the broker; SIGTERM is its controlled shutdown."""
        return self._java_command("kafka.Kafka", self._settings.name)

    @asynccontextmanager
    async def admin(self) -> AsyncGenerator[AIOKafkaAdminClient]:
        """An admin client, signed in, for a moment.

        Raises:
            NotReady: The broker does not answer as it should yet.
        """
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, self.ports["KAFKA"])  # first: aiokafka logs refusals
            writer.close()
            client = AIOKafkaAdminClient(
                bootstrap_servers=self.address,
                security_protocol=SECURITY_PROTOCOL,
                sasl_mechanism=MECHANISM,
                sasl_plain_username=ADMIN,
                sasl_plain_password=self.password(ADMIN),
                request_timeout_ms=PROBE_TIMEOUT_MS,
            )
            try:
                await client.start()
                yield client
            finally:
                await client.close()
        except (OSError, KafkaError, TimeoutError) as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error

    async def probe(self) -> None:
        """Sign in and find the group coordinator, which is there later than the port.

        Raises:
            NotReady: Not listening, or no coordinator yet.
        """
        async with self.admin() as client:
            await client.find_coordinator(PROBE_GROUP)
            await client.list_consumer_group_offsets(PROBE_GROUP)

    async def complete(self) -> None:
        """Create and verify the topics."""
        async with self.admin() as client:
            await ensure_topics(client, read_topics())


def cluster_id() -> str:
    """A random id as Kafka writes it: 16 bytes, URL-safe base64, never beginning like an option."""
    while True:  # one in 64 begins with "-"
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _without_passwords(text: str) -> str:
    """The tool repeats its arguments in some errors."""
    return re.sub(r"password=[^\],\s]+", "password=***", text)
