"""The locks of Python packages: made with uv, checked without asking the world.

`python -m nuaikit_local.locks make` brings them up to the `pyproject.toml` files and keeps every pin that still fits;
`make --upgrade` moves all of them to what is newest. `check` fails when a lock no longer satisfies the `pyproject.toml`
files, and only then: a release somewhere in the world changes nothing.

Locks hold versions and hashes, never addresses, so that any package mirror can serve them (architecture.md 3).
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nuaikit_local.layout import checkout

ROOT_LOCK = "requirements.lock"
BUILD_TOOLS = "deploy/images/build-tools"
INSTALLER = "deploy/local/installer"
OLDEST_PYTHON = "3.11"
DEV_GROUP = "dev"


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package.

    Attributes:
        name: Canonical name.
        version: Exact version.
        hash_count: How many files of it may be installed.
    """

    name: str
    version: str
    hash_count: int


def read_pins(text: str) -> dict[str, Pin]:
    """Parse a lock: a line `name==version ; marker`, then one indented `--hash=` line for each file."""
    pins: dict[str, Pin] = {}
    for block in re.split(r"\n(?=\S)", text):
        if found := re.match(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", block):
            name = canonicalize_name(found["name"])
            pins[name] = Pin(name, found["version"], block.count("--hash=sha256:"))
    return pins


def members(root: Path) -> dict[str, Path]:
    """Our own packages: canonical name to folder."""
    places = (*root.glob("libs/*"), *root.glob("services/*"), root / "deploy" / "local")
    found = [place for place in places if (place / "pyproject.toml").is_file()]
    return {canonicalize_name(project(place)["project"]["name"]): place for place in sorted(found)}


def project(place: Path) -> dict[str, Any]:
    """A folder's `pyproject.toml`."""
    return tomllib.loads((place / "pyproject.toml").read_text(encoding="utf-8"))


def direct(place: Path, own: dict[str, Path]) -> Iterator[Requirement]:
    """What a member needs, its own neighbours replaced by what those need."""
    for line in project(place)["project"]["dependencies"]:
        requirement = Requirement(line)
        neighbour = own.get(canonicalize_name(requirement.name))
        if neighbour is None:
            yield requirement
        else:
            yield from direct(neighbour, own)


def unmet(needed: Iterable[Requirement], pins: dict[str, Pin]) -> Iterator[str]:
    """What a lock lacks for these requirements and everything they need in turn on this machine.

    What a package needs in turn is read from the installed package, which is the locked one after an installation.
    """
    seen: set[tuple[str, str]] = set()
    left = [(requirement, "pyproject.toml") for requirement in needed]
    while left:
        requirement, source = left.pop()
        name = canonicalize_name(requirement.name)
        pin = pins.get(name)
        if pin is None:
            yield f"{source} needs {requirement}, which is not locked"
            continue
        if not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{source} needs {requirement}, locked is {pin.version}"
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                left += [(found, name) for found in required_by(name, extra)]


def required_by(name: str, extra: str) -> Iterator[Requirement]:
    """What an installed package needs here, for one of its extras (`""`: always)."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    environment = {name: str(value) for name, value in default_environment().items()} | {"extra": extra}
    for line in lines:
        requirement = Requirement(line)
        if requirement.marker is None:
            if not extra:
                yield requirement
        elif requirement.marker.evaluate(environment):
            yield requirement


def check(root: Path) -> list[str]:
    """Everything that is wrong with the locks; empty when nothing is."""
    own = members(root)
    group = project(root).get("dependency-groups", {}).get(DEV_GROUP, [])
    everything = [requirement for place in own.values() for requirement in direct(place, own)]
    locks = {ROOT_LOCK: everything + [Requirement(line) for line in group]}
    locks |= {f"{_relative(place, root)}/{ROOT_LOCK}": list(direct(place, own)) for place in services(root)}
    backends = [Requirement(line) for place in own.values() for line in project(place)["build-system"]["requires"]]
    locks[f"{BUILD_TOOLS}.lock"] = backends
    locks[f"{INSTALLER}.lock"] = [Requirement("uv"), Requirement("editables")]
    whole = read_pins(_read(root / ROOT_LOCK))
    problems: list[str] = []
    for lock, needed in locks.items():
        text = _read(root / lock)
        pins = read_pins(text)
        problems += sorted({f"{lock}: {said}" for said in unmet(needed, pins)})
        problems += [f"{lock}: {pin.name} has no hash" for pin in pins.values() if not pin.hash_count]
        problems += [f"{lock}: {line.strip()} names an address" for line in text.splitlines() if "://" in line]
        problems += [
            f"{lock}: {pin.name} {pin.version}, but {ROOT_LOCK} has {whole[pin.name].version}"
            for pin in pins.values()
            if pin.name in whole and whole[pin.name].version != pin.version
        ]
    return problems


def services(root: Path) -> list[Path]:
    """The services' folders; each has a lock of its own for its image."""
    return sorted(path.parent for path in root.glob("services/*/pyproject.toml"))


def make(root: Path, *, upgrade: bool) -> None:
    """Write every lock; the whole first, then the parts with the whole's versions."""
    own = members(root)
    files = [f"{_relative(place, root)}/pyproject.toml" for place in own.values()]
    compile_lock(root, [*files, "--group", f"pyproject.toml:{DEV_GROUP}"], ROOT_LOCK, own, upgrade=upgrade)
    same = ["--constraints", ROOT_LOCK]
    for place in services(root):
        folder = _relative(place, root)
        compile_lock(root, [f"{folder}/pyproject.toml", *same], f"{folder}/{ROOT_LOCK}", own, upgrade=upgrade)
    for name in (BUILD_TOOLS, INSTALLER):
        compile_lock(root, [f"{name}.in", *same], f"{name}.lock", own, upgrade=upgrade)


def compile_lock(root: Path, sources: list[str], lock: str, own: dict[str, Path], *, upgrade: bool) -> None:
    """Resolve for every platform and every supported Python; uv keeps the pins of the file it writes to."""
    uv = Path(sys.executable).with_name("uv")
    program = str(uv) if uv.exists() else shutil.which("uv")
    if program is None:
        raise FileNotFoundError("uv is not installed; run `make .venv`")
    options = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--python-version", OLDEST_PYTHON]
    options += [word for name in own for word in ("--no-emit-package", name)]
    options += ["--upgrade"] if upgrade else []
    subprocess.run([program, "pip", "compile", "--quiet", *options, *sources, "-o", lock], cwd=root, check=True)  # noqa: S603 - our own program


def _relative(place: Path, root: Path) -> str:
    return place.relative_to(root).as_posix()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """`make [--upgrade]` or `check`."""
    parser = argparse.ArgumentParser(prog="python -m nuaikit_local.locks")
    parser.add_argument("command", choices=["make", "check"])
    parser.add_argument("--upgrade", action="store_true", help="move every pin to what is newest")
    given = parser.parse_args()
    root = checkout()
    if given.command == "make":
        make(root, upgrade=given.upgrade)
        return 0
    problems = check(root)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write("Run `make lock` and commit what it changes.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
