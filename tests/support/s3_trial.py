"""Tries the evidence store against a real S3 server on this machine, and tells what was seen.

    go install github.com/versity/versitygw/cmd/versitygw@latest
    python -m tests.support.s3_trial PATH/versitygw

The server is no part of the test runs, since not every machine has a Go compiler; the trial is repeated when obstore or
`recording/object_store.py` changes. Its figures are in docs/credit-bank-evidence-store.md.
"""

import argparse
import asyncio
import contextlib
import hashlib
import io
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from chassis.errors import Unavailable
from credit_bank.config import Settings
from credit_bank.recording.object_store import FileDamaged, ObjectStore

STARTED_WITHIN_S = 20.0
KEY_ID = "trial"
BIG_BYTES = 12 * 1024 * 1024
"""More than two pieces of an upload in parts."""


def settings(port: int, bucket: str, secret: str) -> Settings:
    """Settings of a credit bank whose evidence files are in a bucket of the server."""
    return Settings(
        database_dsn="postgresql://nobody@localhost/none",  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
        kafka_bootstrap="localhost:9092",
        oidc_issuer="https://issuer.example",
        subject_hash_key="key",  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
        registry_address="localhost:9101",
        evidence_store_url=f"s3://{bucket}/credit-bank",
        evidence_s3_endpoint=f"http://127.0.0.1:{port}",
        evidence_s3_region="us-east-1",
        evidence_s3_access_key_id=KEY_ID,
        evidence_s3_secret_access_key=secret,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
    )


def store(port: int, bucket: str, secret: str) -> ObjectStore:
    """The store of these settings."""
    made = ObjectStore.of(settings(port, bucket, secret))
    assert made is not None
    return made


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def server(program: Path, folder: Path, port: int, secret: str) -> AsyncIterator[None]:
    """The server, on loopback, with a folder for its buckets."""
    arguments = ("--port", f"127.0.0.1:{port}", "--quiet", "posix", str(folder))
    environment = os.environ | {"ROOT_ACCESS_KEY_ID": KEY_ID, "ROOT_SECRET_ACCESS_KEY": secret}
    process = await asyncio.create_subprocess_exec(str(program), *arguments, env=environment)
    try:
        await listening(port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def listening(port: int) -> None:
    """Wait until somebody answers at a port."""
    async with asyncio.timeout(STARTED_WITHIN_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


async def outcome(ask: Awaitable[Any]) -> str:
    """What a call came to, in a word."""
    try:
        return str(await ask)
    except (Unavailable, FileDamaged) as exc:
        return type(exc).__name__


async def trial(program: Path) -> list[tuple[str, str, str]]:
    """What was tried, what must be seen, what was seen."""
    seen: list[tuple[str, str, str]] = []
    secret, port = secrets.token_hex(16), free_port()
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "evidence").mkdir()
        async with server(program, Path(name), port, secret):
            await _steps(port, secret, seen)
        good = store(port, "evidence", secret)
        gone = good.is_whole(uuid4(), uuid4(), sha256=b"x" * 32)
        await _note(seen, "read while the server is away", "Unavailable", gone)
    return seen


async def _note(seen: list[tuple[str, str, str]], what: str, wanted: str, ask: Awaitable[Any]) -> None:
    begun = time.monotonic()
    found = await outcome(ask)
    seen.append((f"{what} ({(time.monotonic() - begun) * 1000:.0f} ms)", wanted, found))


async def _steps(port: int, secret: str, seen: list[tuple[str, str, str]]) -> None:
    good, place, small, big = store(port, "evidence", secret), uuid4(), uuid4(), uuid4()
    little, much = b"%PDF-1.7 small", os.urandom(BIG_BYTES)

    async def note(what: str, wanted: str, ask: Awaitable[Any]) -> None:
        await _note(seen, what, wanted, ask)

    def digest(content: bytes) -> bytes:
        return hashlib.sha256(content).digest()

    async def listed(when: Callable[[], datetime]) -> int:
        return sum([len(found) async for found in good.older_than(when())])

    await note("put a small file", "None", good.put(place, small, io.BytesIO(little)))
    await note("put a file in several parts (12 MiB)", "None", good.put(place, big, io.BytesIO(much)))
    await note("read the small one", "True", good.is_whole(place, small, sha256=digest(little)))
    await note("read the large one", "True", good.is_whole(place, big, sha256=digest(much)))
    await note("put the same again", "None", good.put(place, small, io.BytesIO(little)))
    await note("read it again", "True", good.is_whole(place, small, sha256=digest(little)))
    await note("read with another digest", "False", good.is_whole(place, small, sha256=digest(much)))
    await note("read one that is not there", "False", good.is_whole(place, uuid4(), sha256=digest(little)))
    await note("list what is old", "2", listed(lambda: datetime.now(UTC) + timedelta(seconds=5)))
    await note("list nothing that is young", "0", listed(lambda: datetime.now(UTC) - timedelta(hours=1)))
    await note("remove", "None", good.delete(place, small))
    await note("read the removed one", "False", good.is_whole(place, small, sha256=digest(little)))
    await note("remove it again", "None", good.delete(place, small))
    denied = store(port, "evidence", "wrong")
    await note("put with a wrong secret", "Unavailable", denied.put(place, uuid4(), io.BytesIO(little)))
    await note("read with a wrong secret", "Unavailable", denied.is_whole(place, big, sha256=digest(much)))
    absent = store(port, "nowhere", secret)
    await note("put into a bucket that is not there", "Unavailable", absent.put(place, uuid4(), io.BytesIO(little)))
    await note("read from one", "Unavailable", absent.is_whole(place, big, sha256=digest(much)))


def main() -> int:
    """Run the trial and print it as a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("program", type=Path, help="the server's program")
    seen = asyncio.run(trial(parser.parse_args().program))
    for what, wanted, found in seen:
        sys.stdout.write(f"| {what} | {wanted} | {found if found == wanted else f'**{found}**'} |\n")
    return 0 if all(wanted == found for _, wanted, found in seen) else 1


if __name__ == "__main__":
    sys.exit(main())
