"""A Docker engine: the one that answers, else one of our own that leaves nothing behind.

Our own engine is Debian's `dockerd`, started by hand with its own data folder, socket and pid file under one state
folder. No service manager knows it and no other client finds it by accident.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import docker
from docker.errors import DockerException

from tests.support.containers import firewall

STATE = Path("/var/lib/nuaikit/test-containers")
KEY = Path("/etc/docker/key.json")  # dockerd makes it wherever its other files are
ANSWER_SECONDS_MAX = 3
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60

# What our own engine and the stand-in base are made with; each is a small Debian package. `docker-cli` and
# `docker-buildx` became packages of their own in Debian 13; `ip` removes the bridge.
PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker-cli",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
}


class NoEngineError(RuntimeError):
    """No engine answers and none can be started here; the message says why."""


class LeftBehindError(RuntimeError):
    """Something of our engine could not be removed; the message names it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that answers.

    Attributes:
        host: Its address as in `DOCKER_HOST`.
        is_ours: Started by this program, now or by an earlier run with `--keep`.
    """

    host: str
    is_ours: bool

    def client(self, *, timeout_s: int = 300) -> docker.DockerClient:
        """A connection to this engine; long calls such as a build need a long timeout."""
        return docker.DockerClient(base_url=self.host, timeout=timeout_s)

    def environment(self) -> dict[str, str]:
        """What makes clients and testcontainers use this engine, and its own configuration where it is ours.

        A machine that is itself a container (`/.dockerenv`) makes testcontainers connect to the bridge address; with
        an engine in the same network namespace the published ports on localhost are right.
        """
        variables = {"DOCKER_HOST": self.host}
        if self.is_ours:
            variables |= {
                "DOCKER_CONFIG": str(STATE / "client"),
                "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
                "TESTCONTAINERS_RYUK_DISABLED": "true",
            }
        return variables


@contextmanager
def running(*, keep: bool, say: Callable[[str], None]) -> Iterator[Engine]:
    """Give an engine that answers; start one when none does, and remove it at the end.

    Args:
        keep: Leave our own engine and its images for the next run.
        say: Told what happens, one line each.

    Raises:
        NoEngineError: None answers and none can be started here.
    """
    if host := answering():
        say(f"engine: {host} answers, using it")
        yield Engine(host, is_ours=False)
        return
    with _alone():
        engine = _kept(say) or _start(say)
        try:
            yield engine
        finally:
            if not engine.is_ours:
                say("engine: left running, it is the system's own")
            elif keep:
                say(f"engine: kept; use it with DOCKER_HOST={engine.host}, remove it with --remove")
            else:
                remove(say)


def answering() -> str | None:
    """The address of an engine that answers now: `DOCKER_HOST`, else the usual socket."""
    named = os.environ.get("DOCKER_HOST")
    candidates = [named] if named else ["unix:///var/run/docker.sock", f"unix://{Path.home()}/.docker/run/docker.sock"]
    return next((host for host in candidates if _answers(host)), None)


def _answers(host: str) -> bool:
    try:
        client = docker.DockerClient(base_url=host, timeout=ANSWER_SECONDS_MAX)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (DockerException, OSError):
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the state folder for one run.

    Raises:
        NoEngineError: Not root, or another run holds it.
    """
    if os.geteuid() != 0:
        raise NoEngineError(
            "no Docker engine answers, and starting one needs root (network bridge, mounts, cgroups). "
            "Start Docker, or set DOCKER_HOST, or run this as root. `make test` needs neither."
        )
    STATE.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (STATE / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NoEngineError(f"another run uses {STATE}; wait for it to end") from None
        yield


def remove_kept(say: Callable[[str], None]) -> None:
    """Remove what a run with `--keep` left, or a run that was killed.

    Raises:
        NoEngineError: Not root, or a run is going on.
    """
    with _alone():
        remove(say)


def install_programs(say: Callable[[str], None]) -> None:
    """Install the Debian packages of missing programs.

    Raises:
        NoEngineError: Something is missing and this is no Debian or Ubuntu machine with apt, or apt fails.
    """
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise NoEngineError(f"missing: {', '.join(missing)}; installed here only through apt on Debian or Ubuntu")
    if os.geteuid() != 0:
        raise NoEngineError(f"missing: {', '.join(missing)}; installing them needs root")
    say(f"installing through apt: {' '.join(missing)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *_available(missing)]):
        answer = subprocess.run(
            ["apt-get", "-q", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if answer.returncode != 0:
            raise NoEngineError(f"apt-get {arguments[0]} failed:\n{answer.stdout[-2000:]}{answer.stderr[-2000:]}")


def _available(packages: list[str]) -> list[str]:
    """Leave out what this release does not have, and add BuildKit's client where it is a package of its own."""
    if "docker-cli" in packages:
        packages = [*packages, "docker-buildx"]
    known = subprocess.run(["apt-cache", "pkgnames", "docker-"], capture_output=True, text=True, timeout=60, check=True)
    names = set(known.stdout.split())
    return [name for name in packages if not name.startswith("docker-") or name in names]


def _kept(say: Callable[[str], None]) -> Engine | None:
    """Our engine of an earlier run, when it still answers; the leftovers of a killed one are removed."""
    engine = Engine(f"unix://{STATE / 'docker.sock'}", is_ours=True)
    if _answers(engine.host):
        say(f"engine: {engine.host}, kept by an earlier run")
        return engine
    if (STATE / "before.json").exists():
        say("engine: removing what a killed run left")
        remove(say, data=False)
    return None


def _start(say: Callable[[str], None]) -> Engine:
    """Start `dockerd` and wait until it answers.

    Raises:
        NoEngineError: It ended or did not answer in time; the end of its log is in the message.
    """
    install_programs(say)
    if host := answering():
        # On a machine with a service manager, installing the package may have started the system's own engine.
        return Engine(host, is_ours=False)
    began = time.monotonic()
    remembered = {"network": asdict(firewall.remember()), "had_key": KEY.exists()}
    (STATE / "before.json").write_text(json.dumps(remembered), encoding="utf-8")
    socket = STATE / "docker.sock"
    with (STATE / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(
            [
                "dockerd",
                f"--data-root={STATE / 'data'}",
                f"--exec-root={STATE / 'exec'}",
                f"--pidfile={STATE / 'dockerd.pid'}",
                f"--host=unix://{socket}",
                "--group=root",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C must reach us first, while containers can still be removed
        )
    while not _answers(f"unix://{socket}"):
        if process.poll() is not None or time.monotonic() - began > START_SECONDS_MAX:
            tail = (STATE / "dockerd.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            remove(say)
            raise NoEngineError(f"dockerd did not start on this machine:\n{tail}")
        time.sleep(0.1)
    say(f"engine: started in {time.monotonic() - began:.1f} s, unix://{socket}")
    return Engine(f"unix://{socket}", is_ours=True)


def remove(say: Callable[[str], None], *, data: bool = True) -> None:
    """Stop our engine and remove everything it made, also after a run that was killed.

    Args:
        data: Remove the images too.

    Raises:
        LeftBehindError: Something is still there.
    """
    began = time.monotonic()
    engine = Engine(f"unix://{STATE / 'docker.sock'}", is_ours=True)
    if _answers(engine.host):
        _remove_containers(engine)
    _stop_daemon()
    _end_shims()
    _unmount()
    for name in ("exec", "client", *(("data",) if data else ())):
        shutil.rmtree(STATE / name, ignore_errors=True)
    for name in ("docker.sock", "dockerd.pid", "dockerd.log"):
        (STATE / name).unlink(missing_ok=True)
    _remove_control_groups()
    left = [
        str(path) for path in STATE.iterdir() if path.name not in {"lock", "before.json", *(() if data else ("data",))}
    ]
    before = STATE / "before.json"
    if before.exists():
        remembered = json.loads(before.read_text(encoding="utf-8"))
        network = firewall.Network(**remembered["network"])
        firewall.undo(network)
        left += firewall.left(network)
        if not remembered["had_key"]:
            KEY.unlink(missing_ok=True)
        before.unlink()
    say(f"engine: removed in {time.monotonic() - began:.1f} s")
    if left:
        raise LeftBehindError(f"not removed: {', '.join(left)}")


def _remove_containers(engine: Engine) -> None:
    client = engine.client(timeout_s=60)
    for container in client.containers.list(all=True):
        container.remove(force=True, v=True)
    client.close()


def _stop_daemon() -> None:
    """End dockerd by its pid, first asking; a pid that another program has by now is left alone.

    Asked once only: at the third SIGTERM dockerd gives up cleaning after itself.
    """
    file = STATE / "dockerd.pid"
    if not file.exists():
        return
    pid = int(file.read_text(encoding="ascii"))
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _is_dockerd(pid):
            return
        os.kill(pid, number)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while _is_dockerd(pid) and time.monotonic() < deadline:
            _reap(pid)
            time.sleep(0.1)


def _end_shims() -> None:
    """Kill the container processes of a dockerd that was killed itself; its shims and their children outlive it."""
    parents: dict[int, list[int]] = {}
    shims: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it ended while we read
        parents.setdefault(parent, []).append(int(folder.name))
        if b"containerd-shim" in command.split(b"\0")[0] and str(STATE).encode() in command:
            shims.append(int(folder.name))
    doomed = list(shims)
    for pid in doomed:  # grows while it is walked: children of children
        doomed.extend(parents.get(pid, []))
    for pid in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _is_dockerd(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip() == "dockerd"
    except OSError:
        return False


def _reap(pid: int) -> None:
    """Collect it when it is our child, so that it does not stay as a zombie that looks alive."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _unmount() -> None:
    """Unmount what is still mounted under the state folder, innermost first.

    dockerd mounts its data folder on itself, and one that was killed leaves more. A mount may go away by itself while
    we look (its parent was unmounted too), so what counts is that none is left.
    """
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    points = [line.split()[1] for line in lines if line.split()[1].startswith(f"{STATE}/")]
    for point in sorted(points, key=len, reverse=True):
        subprocess.run(["umount", "--lazy", point], check=False, capture_output=True, timeout=10)


def _remove_control_groups() -> None:
    """Remove the empty groups named `docker`, innermost first; what another engine uses is not empty and stays."""
    for group in (*Path("/sys/fs/cgroup").glob("*/docker"), Path("/sys/fs/cgroup/docker")):
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
