"""The five services and an issuer as processes of a test, on the session's PostgreSQL and Kafka.

The end-to-end tests speak to them as clients do; a journey may kill one and start it again at the same address.
"""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from nuaikit_local import issuer_store
from nuaikit_local.accounts import read_directory
from nuaikit_local.definitions import DEFINITIONS, Definition
from nuaikit_local.processes import free_ports
from nuaikit_local.scenario.platform import Addresses, Platform
from nuaikit_local.topics import read_topics
from nuaikit_local.vault import Vault, key_base64

from tests.support.http import tls
from tests.support.kafka import Broker, eventually

LOOPBACK = "127.0.0.1"
START_SECONDS_MAX = 120  # six programs start at once, on a machine that may have other work
STOP_SECONDS_MAX = 40


def free_port() -> int:
    """A port that nobody listens on now."""
    return free_ports(1)[0]


@dataclass
class RunningPlatform:
    """What one module's tests share.

    Attributes:
        folder: State of the issuer, logs of the processes.
        dsns: Each service's own database, by service name.
        client: Signed-in access, as the scenario has it.
    """

    folder: Path
    dsns: Mapping[str, str]
    ports: Mapping[str, int]
    environments: Mapping[str, Mapping[str, str]]
    client: Platform
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    def http(self, name: str) -> str:
        """Base URL of a part."""
        return f"http://{LOOPBACK}:{self.ports[name]}"

    async def start(self, name: str) -> None:
        """Start one part and wait until it is ready."""
        command = (
            [
                sys.executable,
                "-m",
                "nuaikit_local.issuer",
                str(self.folder / "issuer"),
                str(self.ports[name]),
                self.http("portal"),
            ]
            if name == "issuer"
            else [sys.executable, "-m", name.replace("-", "_"), "all"]
        )
        environment = {**os.environ, **self.environments.get(name, {})}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=log, stderr=log, cwd=self.folder
            )
        await eventually(lambda: self._is_ready(name), timeout_s=START_SECONDS_MAX, what=f"{name} to be ready")

    async def _is_ready(self, name: str) -> bool:
        code = self.processes[name].returncode
        if code is not None:
            tail = (self.folder / f"{name}.log").read_text(encoding="utf-8")[-3_000:]
            raise AssertionError(f"{name} ended with {code}:\n{tail}")
        try:
            async with httpx.AsyncClient(verify=tls(), trust_env=False, timeout=2) as client:
                return (await client.get(f"{self.http(name)}/readyz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def end(self, name: str, *, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End one part and wait until it is gone."""
        process = self.processes.pop(name)
        process.send_signal(with_signal)
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()

    async def end_all(self) -> None:
        """End what still runs."""
        for name in list(self.processes):
            await self.end(name)


@asynccontextmanager
async def running_platform(
    folder: Path, database: Callable[[str], str], broker: Broker, create_topics: Callable[..., object], prefix: str
) -> AsyncIterator[RunningPlatform]:
    """Start everything in `folder`; end everything at the end.

    Args:
        folder: An empty folder.
        database: Gives a migrated database of a service.
        broker: The session's Kafka.
        create_topics: Makes topics under `prefix`, awaitable.
        prefix: Of topics and consumer groups.
    """
    await create_topics(*[topic.name for topic in read_topics()], partitions=3)  # type: ignore[misc]  # awaitable by contract
    (folder / "issuer").mkdir()
    (folder / "secrets").mkdir()
    vault = Vault(folder / "secrets")
    issuer_store.prepare(folder / "issuer", read_directory(), vault)
    names = ["issuer", *[definition.name for definition in DEFINITIONS]]
    ports = {name: free_port() for name in names} | {
        f"{definition.name}-grpc": free_port() for definition in DEFINITIONS if definition.has_grpc
    }
    dsns = {definition.name: database(definition.name) for definition in DEFINITIONS if definition.has_database}
    shared_key = key_base64()
    environments = {
        definition.name: _environment(
            definition, ports, dsns=dsns, broker=broker, vault=vault, prefix=prefix, shared_key=shared_key
        )
        for definition in DEFINITIONS
    }
    client = Platform(
        _addresses(ports),
        vault.get(issuer_store.PASSWORD_READER, "password"),
        {"demo-college-system": vault.get(issuer_store.CLIENT_READER, "demo-college-system")},
    )
    async with client:
        platform = RunningPlatform(folder, dsns, ports, environments, client)
        try:
            await asyncio.gather(*[platform.start(name) for name in names])
            yield platform
        finally:
            await platform.end_all()


def _addresses(ports: Mapping[str, int]) -> Addresses:
    return Addresses(
        issuer=f"http://{LOOPBACK}:{ports['issuer']}",
        registry_http=f"http://{LOOPBACK}:{ports['student-registry']}",
        registry_grpc=f"{LOOPBACK}:{ports['student-registry-grpc']}",
        bank_http=f"http://{LOOPBACK}:{ports['credit-bank']}",
        bank_grpc=f"{LOOPBACK}:{ports['credit-bank-grpc']}",
        guidance_http=f"http://{LOOPBACK}:{ports['guidance']}",
        guidance_grpc=f"{LOOPBACK}:{ports['guidance-grpc']}",
        indicators_http=f"http://{LOOPBACK}:{ports['indicators']}",
        portal_http=f"http://{LOOPBACK}:{ports['portal']}",
    )


def _environment(
    definition: Definition,
    ports: Mapping[str, int],
    *,
    dsns: Mapping[str, str],
    broker: Broker,
    vault: Vault,
    prefix: str,
    shared_key: str,
) -> dict[str, str]:
    own = definition.prefix
    peers = {
        name: f"{LOOPBACK}:{ports[port.removesuffix('_GRPC').lower().replace('_', '-') + '-grpc']}"
        for name, port in definition.peers.items()
    }
    settings = {
        "HTTP_ADDRESS": f"{LOOPBACK}:{ports[definition.name]}",
        "OIDC_ISSUER": f"http://{LOOPBACK}:{ports['issuer']}",
        "CLIENT_ID": definition.name,
        "CLIENT_SECRET": vault.get(issuer_store.CLIENT_READER, definition.name),
        **{key.upper(): key_base64() for key in definition.keys},
        **peers,
        **definition.settings,
    }
    if definition.has_grpc:
        settings["GRPC_ADDRESS"] = f"{LOOPBACK}:{ports[f'{definition.name}-grpc']}"
    if definition.has_database:
        settings |= {
            "SUBJECT_HASH_KEY": shared_key,
            "DATABASE_DSN": dsns[definition.name],
            "TOPIC_PREFIX": prefix,
            "CONSUMER_GROUP": f"{prefix}{definition.name}-{secrets.token_hex(2)}",
            "TRACE_SAMPLE_RATIO": "1",
        }
    else:
        settings |= {
            "PUBLIC_URL": f"http://{LOOPBACK}:{ports['portal']}",
            "INDICATORS_URL": f"http://{LOOPBACK}:{ports['indicators']}",
        }
    environment = {own + name: value for name, value in settings.items()}
    return environment | (broker.settings(own) if definition.has_database else {})
