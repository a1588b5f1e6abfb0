"""The images of our own services: built as released, run as hardened as on Kubernetes."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import asyncpg
from docker import DockerClient
from docker.errors import BuildError, ContainerError

from tests.support.containers import servers
from tests.support.containers.engine import Engine
from tests.support.containers.images import REPOSITORY, ImageError, Images
from tests.support.databases import with_database

ROOT = Path(__file__).resolve().parents[3]
BUILDS_AT_ONCE = 2
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 40
ASK_READY = "import urllib.request as http; http.urlopen('http://127.0.0.1:8080/readyz', timeout=3)"

DOCKERFILE = "deploy/images/Dockerfile"
SERVICES = tuple(
    sorted(folder.name for folder in (ROOT / "services").iterdir() if (folder / "pyproject.toml").exists())
)

# What deploy/k8s gives every pod: no root, no capability, nothing written but /tmp.
HARDENED: dict[str, Any] = {
    "user": "10001",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "tmpfs": {"/tmp": "rw,noexec,nosuid,size=64m"},  # noqa: S108 - a path inside the container
    "mem_limit": "512m",
}


class ServiceImageError(AssertionError):
    """A service image does not do what it must; the message holds its output."""


def default_base() -> str:
    """The base image that the Dockerfile itself names."""
    first = (ROOT / DOCKERFILE).read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("ARG BASE_IMAGE=").strip()


def check(engine: Engine, images: Images, *, say: Callable[[str], None]) -> None:
    """Build each service's image and run it: help, a refused start without settings, migrations twice, serving.

    Raises:
        ServiceImageError: One does not build, or does not run as it must; every such one is named.
    """
    client = engine.client()
    failures: list[str] = []
    try:
        with ThreadPoolExecutor(BUILDS_AT_ONCE) as builds, servers.postgres(images.postgres) as (dsn, inside):
            built = {SERVICES[0]: builds.submit(_build, engine, SERVICES[0], images, say)}
            wait(built.values())  # alone: what its builder keeps is the others' start
            built |= {service: builds.submit(_build, engine, service, images, say) for service in SERVICES[1:]}
            for service, image in built.items():
                try:
                    name = image.result()
                    began = time.monotonic()
                    _check_one(client, service, name, dsn=dsn, postgres=inside)
                except (ImageError, ServiceImageError) as error:
                    failures.append(str(error))  # the others are worth knowing too
                else:
                    say(f"service {service}: read-only, no capability, uid 10001: {time.monotonic() - began:.1f} s")
    finally:
        client.close()
    if failures:
        raise ServiceImageError("\n".join(failures))


def _build(engine: Engine, service: str, images: Images, say: Callable[[str], None]) -> str:
    """Build one image with a connection of its own, as several build at once."""
    began = time.monotonic()
    name = f"{REPOSITORY}/{service}:checked"
    arguments = {"SERVICE": service} | ({"BASE_IMAGE": images.python} if images.python else {})
    client = engine.client(timeout_s=600)
    try:
        client.images.build(path=str(ROOT), dockerfile=DOCKERFILE, buildargs=arguments, tag=name, rm=True, forcerm=True)
        size_mib = client.images.get(name).attrs["Size"] // (1024 * 1024)
    except BuildError as error:
        log = "".join(line.get("stream", "") for line in error.build_log if isinstance(line, dict))
        raise ImageError(f"{service}: {error.msg}\n{log[-3000:]}") from error
    finally:
        client.close()
    say(f"image {name}: {size_mib} MiB, {time.monotonic() - began:.1f} s")
    return name


def _check_one(client: DockerClient, service: str, image: str, *, dsn: str, postgres: str) -> None:
    """Run one image.

    Args:
        dsn: PostgreSQL as seen from here.
        postgres: `host:port` of the same server as seen from a container.
    """
    package = service.replace("-", "_")
    _expect(service in _run(client, image, ["--help"]), service, "--help does not name the service")
    identity = _run(client, image, ["-c", "import os; print(os.getuid(), os.geteuid())"], entrypoint="python3")
    _expect(identity.split() == ["10001", "10001"], service, f"runs as {identity}")
    refusal = _run(client, image, ["serve"], exit_code=2)
    _expect("settings" in refusal, service, f"a start without settings says: {refusal}")
    environment = _settings(package)
    if resources.files(package).joinpath("migrations").is_dir():
        own = asyncio.run(_database(dsn, package))
        environment |= {f"{package.upper()}_DATABASE_DSN": _at(own, postgres)}
        first = _run(client, image, ["migrate"], environment=environment)
        again = _run(client, image, ["migrate"], environment=environment)
        _expect(len(json.loads(first)["applied"]) > 0, service, f"the first migrate says: {first}")
        _expect(json.loads(again)["applied"] == [], service, f"the second migrate says: {again}")
    _serve(client, service, image, environment | {f"{package.upper()}_HTTP_ADDRESS": "0.0.0.0:8080"})


def _serve(client: DockerClient, service: str, image: str, environment: dict[str, str]) -> None:
    """Start it, ask it whether it is ready, and stop it as Kubernetes does."""
    container = client.containers.run(image, ["serve"], environment=environment, detach=True, **HARDENED)
    try:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while container.exec_run(["python3", "-c", ASK_READY]).exit_code != 0:
            container.reload()
            is_up = container.status == "running" and time.monotonic() < deadline
            _expect(is_up, service, f"`serve` does not become ready:\n{container.logs().decode()[-3000:]}")
        container.stop(timeout=STOP_SECONDS_MAX)
        code = container.wait()["StatusCode"]
        _expect(code == 0, service, f"SIGTERM ends it with {code}:\n{container.logs().decode()[-3000:]}")
    finally:
        container.remove(force=True)


def _expect(holds: bool, service: str, sentence: str) -> None:
    if not holds:
        raise ServiceImageError(f"{service}: {sentence}")


def _run(
    client: DockerClient,
    image: str,
    arguments: list[str],
    *,
    entrypoint: str | None = None,
    environment: dict[str, str] | None = None,
    exit_code: int = 0,
) -> str:
    """Run a hardened container to its end and give what it wrote, logs only when it failed as expected."""
    is_failure_wanted = exit_code != 0
    try:
        output = client.containers.run(
            image,
            arguments,
            entrypoint=entrypoint,
            environment=environment or {},
            stdout=True,
            stderr=False,
            remove=True,
            **HARDENED,
        )
    except ContainerError as error:
        text = (error.stderr or b"").decode(errors="replace")
        if is_failure_wanted and error.exit_status == exit_code:
            return text
        raise ServiceImageError(f"{image} {arguments}: exit code {error.exit_status}\n{text[-3000:]}") from error
    if is_failure_wanted:
        raise ServiceImageError(f"{image} {arguments}: ended well, exit code {exit_code} expected")
    return output.decode()


async def _database(dsn: str, package: str) -> str:
    """A role and a database of a service, as on a cluster."""
    password = secrets.token_hex(16)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"CREATE ROLE {package} LOGIN PASSWORD '{password}'")
        await connection.execute(f"CREATE DATABASE {package} OWNER {package}")
    finally:
        await connection.close()
    return with_database(dsn, package, user=package, password=password)


def _at(dsn: str, place: str) -> str:
    """The same connection to another `host:port`."""
    signed, _, rest = dsn.partition("@")
    return f"{signed}@{place}/{rest.partition('/')[2]}"


def _settings(package: str) -> dict[str, str]:
    """Values that fit each setting without a default; `migrate` reads all settings and uses the database alone."""
    settings = import_module(f"{package}.config").Settings
    prefix = settings.model_config["env_prefix"]
    values: dict[str, str] = {}
    for name, field in settings.model_fields.items():
        if field.is_required():
            if name.endswith(("_url", "issuer")):
                value = "http://localhost:9"
            elif name.endswith(("_address", "bootstrap")):
                value = "localhost:9"
            else:
                value = base64.b64encode(secrets.token_bytes(32)).decode()
            values[f"{prefix}{name}".upper()] = value
    return values
