"""The base of the stand-in images: a small Debian of this machine's own release, from this machine's own mirror.

A closed network reaches packages through mirrors and certificate authorities that only its machines know. So the base
takes over what this machine uses (apt sources and options, certificates, pip's index) at build time; none of it is
written in the repository.
"""

import configparser
import os
import platform
import re
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from docker import DockerClient

# psql is what testcontainers waits with; python3 and venv make it the base of our service images too.
PACKAGES = ("ca-certificates", "postgresql-client", "python3", "python3-venv")
CERTIFICATES = Path("/usr/local/share/ca-certificates")
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
APT_OPTIONS = re.compile(r'^Acquire::(?:https?::|Check-|Retries|ForceIPv)[^ ]* "[^"]+";$')
PIP_SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy")
BUILD_SECONDS_MAX = 600


class BaseError(RuntimeError):
    """The base could not be made; the message holds the end of the tool's output."""


def release() -> str:
    """Code name of this machine's Debian or Ubuntu release, such as `bookworm`.

    Raises:
        BaseError: It is neither.
    """
    system = platform.freedesktop_os_release()
    if not {"debian", "ubuntu"} & {system["ID"], *system.get("ID_LIKE", "").split()}:
        raise BaseError(f"stand-in images are made on Debian or Ubuntu; this is {system['ID']}")
    return system["VERSION_CODENAME"]


def build(client: DockerClient, name: str, *, say: Callable[[str], None]) -> None:
    """Make the base and import it under `name`.

    Raises:
        BaseError: `mmdebstrap` failed.
    """
    began = time.monotonic()
    # Packages are unpacked in memory where there is room: dpkg's many small writes cost half the time on a disk.
    fast = "/dev/shm" if _free_mib(Path("/dev/shm")) > 2048 else None  # noqa: S108 - a parent folder for mkdtemp
    with tempfile.TemporaryDirectory(prefix="nuaikit-base-", dir=fast) as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        archive = folder / "base.tar"
        command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", *_options(folder)]
        answer = subprocess.run(
            [*command, release(), str(archive), *sources(folder, release())],
            env=os.environ | {"TMPDIR": scratch},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS_MAX,
            check=False,
        )
        if answer.returncode != 0:
            raise BaseError(f"mmdebstrap failed:\n{answer.stderr[-3000:]}")
        repository, _, tag = name.partition(":")
        client.api.import_image(str(archive), repository=repository, tag=tag, changes=_environment())
    say(f"image {name}: Debian {release()} from this machine's mirror, {time.monotonic() - began:.1f} s")


def _free_mib(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize // (1024 * 1024)


def _options(folder: Path) -> Iterator[str]:
    """Options of mmdebstrap: smaller, faster, and with this machine's certificates, apt options and pip index."""
    yield "--dpkgopt=force-unsafe-io"
    for path in ("doc", "man", "locale", "info"):
        yield f"--dpkgopt=path-exclude=/usr/share/{path}/*"
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, timeout=30, check=True).stdout
    for line in filter(APT_OPTIONS.match, dump.splitlines()):
        yield f"--aptopt={line}"
    certificates = sorted(CERTIFICATES.rglob("*.crt")) if CERTIFICATES.is_dir() else []
    if certificates:
        # As single files: the package rebuilds the bundle from these and would overwrite a copied bundle.
        names = " ".join(shlex.quote(str(file)) for file in certificates)
        yield f"--customize-hook=copy-in {names} {CERTIFICATES}"
        yield '--customize-hook=chroot "$1" update-ca-certificates'
    pip = folder / "pip.conf"
    pip.write_text(_pip_settings(), encoding="utf-8")
    yield f"--customize-hook=copy-in {shlex.quote(str(pip))} /etc"


def sources(folder: Path, code_name: str, *, apt: Path = Path("/etc/apt")) -> Iterator[str]:
    """This machine's apt sources of its own release, each as a file; third parties' sources are left out.

    A third party's key would be missing inside the image, where `apt-get update` would then fail.

    Args:
        folder: Where the files are written.
        code_name: The release, such as `bookworm`.
        apt: apt's configuration folder.
    """
    suites = re.compile(rf"(?:\s|^){re.escape(code_name)}(?:-(?:updates|security|backports))?(?:\s|$)")
    foreign_key = re.compile(r"(?i)signed-by[:=](?!.*(?:debian|ubuntu)-archive)")
    number = 0
    for file in (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))):
        if file.suffix not in {".list", ".sources"} or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8")
        for part in text.splitlines() if file.suffix == ".list" else re.split(r"\n\s*\n", text):
            if suites.search(part) and not part.lstrip().startswith("#") and not foreign_key.search(part):
                number += 1
                copy = folder / f"source-{number}{file.suffix}"
                copy.write_text(part + "\n", encoding="utf-8")
                yield str(copy)


def _pip_settings() -> str:
    """pip's index, proxy and trusted hosts of this machine as one file; the certificates come from the system."""
    found: dict[str, str] = {}
    for file in (Path("/etc/pip.conf"), Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"):
        parser = configparser.RawConfigParser()
        parser.read(file, encoding="utf-8")
        if parser.has_section("global"):
            found |= {name: value for name, value in parser.items("global") if name in PIP_SETTINGS}
    for name in PIP_SETTINGS:
        if value := os.environ.get(f"PIP_{name.replace('-', '_').upper()}"):
            found[name] = value
    return "[global]\n" + "".join(f"{name} = {value}\n" for name, value in sorted(found.items()))


def _environment() -> list[str]:
    """Image settings: programs with a certificate bundle of their own use the system's."""
    variables = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
    return [f"ENV {name}={SYSTEM_BUNDLE}" for name in variables] + ["ENV LANG=C.UTF-8"]
