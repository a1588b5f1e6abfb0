"""Where things lie: the state folder of one checkout, the cache shared by all checkouts of a user, and who owns what.

As an ordinary user the state is `.nuaikit/` of the checkout and the cache follows XDG. PostgreSQL refuses to run as
root, so root keeps state and cache under `/var`, where the unprivileged id that runs PostgreSQL can reach them
(`/root` and a checkout inside it usually cannot be reached).
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from nuaikit_local.problems import Problem

HOME_VARIABLE = "NUAIKIT_HOME"
CACHE_VARIABLE = "NUAIKIT_CACHE"

# An id no distribution hands out: systemd documents 60578-61183 as unused, and it is below 65536, so it exists inside
# the default user namespaces of containers too. `nobody` would share its files with every other tool that uses it.
UNPRIVILEGED_ID = 60818

# A fresh PostgreSQL and Kafka take about 100 MiB, their write-ahead log and segments grow to several hundred.
FREE_SPACE_FIRST_START_MIB = 1024
FREE_SPACE_MIB = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """The uid and gid a process takes before it starts its program."""

    uid: int
    gid: int


def postgres_identity() -> Identity | None:
    """The id PostgreSQL runs under; None when it is simply the user's own."""
    return Identity(UNPRIVILEGED_ID, UNPRIVILEGED_ID) if os.geteuid() == 0 else None


def checkout() -> Path:
    """The checkout this package is installed from, found by the topic definition it carries."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "proto" / "topics.toml").is_file():
            return folder
    raise Problem("NO_CHECKOUT", folder=Path(__file__).parent)


def default_home() -> Path:
    """The state folder: `NUAIKIT_HOME`, else `.nuaikit/` of the checkout, or a folder under /var for root."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    root = checkout()
    if os.geteuid() == 0:
        return Path("/var/lib/nuaikit") / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return root / ".nuaikit"


def default_cache() -> Path:
    """The folder of downloaded artifacts, shared by all checkouts of one user."""
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/nuaikit")
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "nuaikit"


def initdb_identity() -> Identity | None:
    """The id initdb runs under for root: it insists on an account with a name, and every system has `nobody`.

    What it makes then goes to `postgres_identity`, which shares its files with no other program.

    Raises:
        Problem: `NO_ACCOUNT` when the user's own id has no name (a container started with a bare number).
    """
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError as error:
            raise Problem("NO_ACCOUNT", uid=os.geteuid()) from error
        return None
    nobody = pwd.getpwnam("nobody")
    return Identity(nobody.pw_uid, nobody.pw_gid)


@dataclass(frozen=True, slots=True)
class Layout:
    """Every path under one state folder."""

    home: Path

    @property
    def lock(self) -> Path:
        """Held by the running supervisor (a kernel lock: it cannot outlive its holder)."""
        return self.home / "lock"

    @property
    def report(self) -> Path:
        """What the supervisor last said about each part."""
        return self.home / "state.json"

    @property
    def settings(self) -> Path:
        """What this state folder remembers between starts: ports and versions."""
        return self.home / "settings.json"

    @property
    def secrets(self) -> Path:
        """Passwords and keys made at first start; one folder per reader."""
        return self.home / "secrets"

    @property
    def processes(self) -> Path:
        """One file per started process: pid and start time."""
        return self.home / "processes"

    @property
    def logs(self) -> Path:
        """One log per part."""
        return self.home / "logs"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's configuration and its data folder."""
        return self.home / "postgres"

    @property
    def kafka(self) -> Path:
        """Kafka's configuration and its data folder."""
        return self.home / "kafka"

    @property
    def issuer(self) -> Path:
        """The sign-in issuer's signing key and hashed passwords."""
        return self.home / "issuer"

    def prepare(self) -> None:
        """Make the folders and check that they can be used.

        Raises:
            Problem: `HOME_PERMISSIONS` when another user owns the folder or it cannot be written,
                `SECRETS_EXPOSED` when others may read the secrets, `HOME_UNREACHABLE` when the id that runs
                PostgreSQL cannot enter it, `CANNOT_CHANGE_USER`, `NO_DISK_SPACE`.
        """
        identity = postgres_identity()
        try:
            # PostgreSQL's id must pass through; nobody can list. As a user, nobody else even passes.
            self.home.mkdir(mode=0o711 if identity else 0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Problem("HOME_PERMISSIONS", folder=self.home, detail=error.strerror) from error
        self._check_owner()
        self._check_secrets()
        if identity:
            self.home.chmod(0o711)
            check_reachable(self.home, identity)
        for folder in (self.secrets, self.processes, self.logs, self.kafka, self.issuer):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.postgres.mkdir(mode=0o700, exist_ok=True)
        if identity:
            try:
                os.chown(self.postgres, identity.uid, identity.gid)
            except OSError as error:  # a container whose root has no other user ids, or no right to give files away
                raise Problem("CANNOT_CHANGE_USER", uid=identity.uid, detail=error.strerror) from error
        self._check_space()

    def _check_owner(self) -> None:
        status = self.home.stat()
        if status.st_uid != os.geteuid():
            raise Problem("HOME_PERMISSIONS", folder=self.home, detail=f"uid {status.st_uid} owns it")
        if not os.access(self.home, os.R_OK | os.W_OK | os.X_OK):
            raise Problem("HOME_PERMISSIONS", folder=self.home, detail=f"mode {stat.S_IMODE(status.st_mode):o}")

    def _check_secrets(self) -> None:
        if self.secrets.exists() and stat.S_IMODE(self.secrets.stat().st_mode) & 0o077:
            raise Problem("SECRETS_EXPOSED", folder=self.secrets)

    def _check_space(self) -> None:
        first = not (self.postgres / "data").exists()
        needed_mib = FREE_SPACE_FIRST_START_MIB if first else FREE_SPACE_MIB
        check_space(self.home, needed_mib)


def check_space(folder: Path, needed_mib: int) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        Problem: `NO_DISK_SPACE`.
    """
    free_mib = shutil.disk_usage(folder).free // (1024 * 1024)
    if free_mib < needed_mib:
        raise Problem("NO_DISK_SPACE", folder=folder, needed_mib=needed_mib, free_mib=free_mib)


def check_reachable(folder: Path, identity: Identity) -> None:
    """Check that the unprivileged id may pass every folder down to this one.

    Raises:
        Problem: `HOME_UNREACHABLE`, naming the folder that stops it.
    """
    for step in (*reversed(folder.parents), folder):
        status = step.stat()
        passable = status.st_mode & (stat.S_IXUSR if status.st_uid == identity.uid else stat.S_IXOTH)
        if not passable:
            raise Problem("HOME_UNREACHABLE", folder=folder, blocker=step, uid=identity.uid)
