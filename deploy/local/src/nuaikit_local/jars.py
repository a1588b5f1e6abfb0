"""The committed list of jars: coordinates, sha256 and size; versions and hashes, never an address.

The list is data (`jars.lock.toml`). `nuaikit artifacts lock` makes it anew; nothing else writes it.
"""

import functools
import platform
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath

from nuaikit_local.problems import Problem

POSTGRES_VERSION = "18.6.0"
KAFKA_VERSION = "4.3.1"

# The part of a Maven coordinate that names the machine, by what Python calls it.
POSTGRES_MACHINES = {"x86_64": "linux-amd64", "aarch64": "linux-arm64v8"}

LOCK_FILE = "jars.lock.toml"


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One locked jar.

    Attributes:
        group: Maven group, dotted.
        artifact: Maven artifact.
        version: Exact version.
        sha256: Lower-case hex digest of the file.
        size_bytes: Length of the file.
    """

    group: str
    artifact: str
    version: str
    sha256: str
    size_bytes: int

    @property
    def coordinate(self) -> str:
        """`group:artifact:version`, as people and Maven write it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def path(self) -> PurePosixPath:
        """The path inside a Maven repository tree, which is also the path inside our cache."""
        return PurePosixPath(*self.group.split("."), self.artifact, self.version, f"{self.artifact}-{self.version}.jar")


def postgres_set() -> str:
    """The name of the jar set that holds PostgreSQL for this machine.

    Raises:
        Problem: `UNSUPPORTED_MACHINE` anywhere but on 64-bit Intel/AMD or ARM Linux.
    """
    machine = POSTGRES_MACHINES.get(platform.machine())
    if machine is None or platform.system() != "Linux":
        raise Problem("UNSUPPORTED_MACHINE", machine=f"{platform.system()} {platform.machine()}")
    return f"postgres-{machine}"


@functools.cache
def locked_jars() -> dict[str, tuple[Jar, ...]]:
    """Read the committed list: set name to its jars."""
    return read_lock(resources.files("nuaikit_local").joinpath(LOCK_FILE).read_text(encoding="utf-8"))


def read_lock(text: str) -> dict[str, tuple[Jar, ...]]:
    """Parse a jar list.

    Args:
        text: TOML: a table per set, in it `"group:artifact:version" = { sha256 = …, size = … }`.
    """
    return {
        name: tuple(
            Jar(*coordinate.split(":"), sha256=entry["sha256"], size_bytes=entry["size"])
            for coordinate, entry in entries.items()
        )
        for name, entries in tomllib.loads(text).items()
    }


def write_lock(path: Path, sets: dict[str, tuple[Jar, ...]]) -> None:
    """Write a jar list in the order given, one jar a line."""
    lines = [
        "# Every jar of the one-machine runtime with its hash; made by `nuaikit artifacts lock`, never edited by hand.",
        "# A jar that differs is refused. No address: any Maven repository or mirror may serve them.",
    ]
    for name, jars in sets.items():
        lines += ["", f"[{name}]"]
        lines += [f'"{jar.coordinate}" = {{ sha256 = "{jar.sha256}", size = {jar.size_bytes} }}' for jar in jars]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
