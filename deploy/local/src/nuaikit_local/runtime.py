"""PostgreSQL and Kafka for a program: started by a call, stopped by a call, in a folder of their own.

For tests and tools. `nuaikit up` uses the same parts through `supervisor`, which also watches and restarts them.

    with start_infrastructure() as servers:
        connection = await asyncpg.connect(servers.admin_dsn)
"""

import asyncio
import atexit
import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nuaikit_local import artifacts, processes
from nuaikit_local.artifacts import Progress
from nuaikit_local.kafka import ADMIN, SECURITY_PROTOCOL, Kafka
from nuaikit_local.layout import Layout, postgres_identity
from nuaikit_local.parts import Part
from nuaikit_local.postgres import Postgres
from nuaikit_local.processes import Running
from nuaikit_local.stack import Board, Timing, held, start_part, stop_order, together
from nuaikit_local.vault import Vault

INFRASTRUCTURE = ("postgres", "kafka")
TEMPORARY = "nuaikit-temporary-"
OWNER = ".owner"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the started servers are and how to sign in.

    Attributes:
        admin_dsn: PostgreSQL superuser, maintenance database `postgres`; None when PostgreSQL was not asked for.
        kafka_bootstrap: `host:port`; None when Kafka was not asked for, like the other Kafka fields.
        kafka_username: SCRAM-SHA-512 user that may do everything.
        kafka_password: Its password.
        kafka_security_protocol: `SASL_PLAINTEXT`.
        timings: How long each part took to start.
        pids: Process of each part, for tests that kill it.
    """

    admin_dsn: str | None
    kafka_bootstrap: str | None
    kafka_username: str | None
    kafka_password: str | None
    kafka_security_protocol: str | None
    timings: dict[str, Timing]
    pids: dict[str, int]


class Runtime:
    """Infrastructure parts in one state folder, without a supervisor.

    Its event loop runs in a thread of its own that lives exactly as long as the parts do: the kernel's parent-death
    signal counts the death of the *thread* that started a process, so no short-lived worker may start one.
    """

    def __init__(
        self,
        home: Path,
        *,
        ports: Sequence[int] | None = None,
        parts: Sequence[str] = INFRASTRUCTURE,
        services: tuple[str, ...] = (),
    ) -> None:
        """Describe the runtime.

        Args:
            home: State folder; made when absent, kept when it stops.
            ports: PostgreSQL's, Kafka's and Kafka's controller's port; free ones when None.
            parts: Which of `postgres` and `kafka`.
            services: Names that get a role, a database and a SCRAM user each.
        """
        self._layout = Layout(home.absolute())
        self._ports = ports
        self._names = tuple(parts)
        self._services = services
        self._parts: list[Part] = []
        self._running: dict[str, Running] = {}
        self._resources = ExitStack()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nuaikit-runtime", daemon=True)

    def start(self, *, progress: Progress | None = None) -> Endpoints:
        """Start the parts and wait until they do their work.

        Raises:
            Problem: What stopped it; nothing keeps running then.
        """
        self._layout.prepare()
        self._resources.enter_context(held(self._layout))
        self._thread.start()
        try:
            found = artifacts.ensure(progress=progress)
            self._parts = self._describe(found)
            timings = self._call(self._start())
        except BaseException:
            self.stop()
            raise
        return self._endpoints(timings)

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the parts in order; safe to call twice.

        Args:
            at_once: Without writing what is in memory, when the state folder is thrown away.
        """
        if self._thread.is_alive():
            self._call(self._stop(at_once=at_once))
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._resources.close()

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _describe(self, found: artifacts.Artifacts) -> list[Part]:
        postgres_port, kafka_port, controller_port = self._ports or processes.free_ports(3)
        vault = Vault(self._layout.secrets)
        everything: dict[str, Part] = {
            "postgres": Postgres(self._layout, found, vault, port=postgres_port, services=self._services),
            "kafka": Kafka(
                self._layout, found, vault, port=kafka_port, controller_port=controller_port, services=self._services
            ),
        }
        return [everything[name] for name in self._names]

    async def _start(self) -> dict[str, Timing]:
        await processes.end_leftovers(self._layout)

        def remember(running: Running) -> None:
            self._running[running.name] = running

        board = Board()
        return await together(
            {part.name: start_part(part, self._layout, board, started=remember) for part in self._parts}
        )

    async def _stop(self, *, at_once: bool) -> None:
        for group in stop_order([part for part in self._parts if part.name in self._running]):
            await asyncio.gather(*(self._running.pop(part.name).stop(at_once=at_once) for part in group))
        await processes.end_leftovers(self._layout)

    def _endpoints(self, timings: dict[str, Timing]) -> Endpoints:
        by_name = {part.name: part for part in self._parts}
        postgres, kafka = by_name.get("postgres"), by_name.get("kafka")
        return Endpoints(
            admin_dsn=postgres.admin_dsn if isinstance(postgres, Postgres) else None,
            kafka_bootstrap=kafka.address if isinstance(kafka, Kafka) else None,
            kafka_username=ADMIN if isinstance(kafka, Kafka) else None,
            kafka_password=kafka.password(ADMIN) if isinstance(kafka, Kafka) else None,
            kafka_security_protocol=SECURITY_PROTOCOL if isinstance(kafka, Kafka) else None,
            timings=timings,
            pids={name: running.pid for name, running in self._running.items()},
        )


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A state folder for the length of a `with` block, removed at its end.

    It lies where the id running PostgreSQL can reach it, which a test's 0700 folder is not for root. Folders of killed
    programs are removed on the way: each has a lock file beside it that its program holds.
    """
    parent = Path("/var/lib/nuaikit") if postgres_identity() else Path(tempfile.gettempdir())
    parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    for owner in parent.glob(f"{TEMPORARY}*{OWNER}"):
        _remove_if_abandoned(owner)
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=OWNER, dir=parent)
    folder = Path(name.removesuffix(OWNER))
    with os.fdopen(descriptor, "w") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        # Made after its lock is held: whoever looks for abandoned ones in between finds no folder and leaves it alone.
        folder.mkdir(mode=0o711 if postgres_identity() else 0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(name).unlink(missing_ok=True)


_until_exit = ExitStack()
atexit.register(_until_exit.close)


def temporary_home() -> Path:
    """A state folder as of `temporary_folder`, removed when this program ends; removing it earlier does no harm."""
    return _until_exit.enter_context(temporary_folder())


def _remove_if_abandoned(owner: Path) -> None:
    """Remove a temporary folder whose program is gone, and the lock file beside it."""
    folder = Path(str(owner).removesuffix(OWNER))
    try:
        if not folder.is_dir() or owner.stat().st_uid != os.geteuid():
            return
        with owner.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            owner.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):
        return  # in use, or removed by another program at the same time


@contextmanager
def start_infrastructure(
    home: Path | None = None, *, parts: Sequence[str] = INFRASTRUCTURE, progress: Progress | None = None
) -> Generator[Endpoints]:
    """Run PostgreSQL and Kafka on free ports for the length of a `with` block.

    Safe in any thread and inside a running event loop. They end when the block ends, and also when this process is
    killed.

    Args:
        home: State folder to use and keep; a temporary one, removed at the end, when None.
        parts: Which of `postgres` and `kafka`.
        progress: Told about downloads.

    Raises:
        Problem: What stopped the start.
    """
    with ExitStack() as stack:
        folder = home or stack.enter_context(temporary_folder())
        runtime = Runtime(folder, parts=parts)
        # A broker with a thousand topics takes half a minute to stop in order, for data that is removed next.
        stack.callback(runtime.stop, at_once=home is None)
        yield runtime.start(progress=progress)
