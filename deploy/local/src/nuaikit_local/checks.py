"""Every check that needs no server: `python -m nuaikit_local.checks [NAME …]` (`make check`).

They run side by side, one per core; what a failed one wrote is shown whole, what a passed one wrote is not.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nuaikit_local.layout import checkout
from nuaikit_local.locks import members

BIN = Path(sys.executable).parent
PYTHON_CODE = ("libs", "services", "deploy", "tests", "bench")

# Distributions whose import name is another; deptry cannot see into editable installs and namespace packages.
MODULE_NAMES = {
    "nuaikit-chassis": "chassis",
    "nuaikit-contracts": "nuaikit",
    "googleapis-common-protos": "google",
    "protobuf": "google",
    "grpcio": "grpc",
    "grpcio-health-checking": "grpc_health",
    "grpcio-reflection": "grpc_reflection",
    "python-calamine": "python_calamine",
    "uuid-utils": "uuid_utils",
}
GENERATED = "nuaikit-contracts"
# Needed though not imported: FastAPI's forms, and what generated code of the contracts imports.
NEEDED_UNSEEN = ("python-multipart", "nuaikit-contracts", "protobuf", "googleapis-common-protos", "grpcio")
# Imported though not declared: FastAPI and pydantic are thin over these and document them as theirs.
PART_OF_ANOTHER = ("starlette", "pydantic_core")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, and the programs it runs one after the other, each in a folder of the checkout."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    folders: tuple[str, ...] = (".",)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a check."""

    check: Check
    is_passed: bool
    seconds: float
    output: str


def checks(root: Path) -> tuple[Check, ...]:
    """All checks, the longest first."""
    code = tuple(place for place in PYTHON_CODE if (root / place).is_dir())
    python = str(BIN / "python")
    names = ",".join(f"{name}={module}" for name, module in MODULE_NAMES.items())
    ignores = f"DEP002={'|'.join(NEEDED_UNSEEN)},DEP003={'|'.join(PART_OF_ANOTHER)}"
    deptry = (str(BIN / "deptry"), "--no-ansi", "src", "-pmnm", names, "-pri", ignores)
    # Contracts are generated: their imports are the generator's.
    folders = tuple(str(place.relative_to(root)) for name, place in members(root).items() if name != GENERATED)
    return (
        Check("types", ((str(BIN / "pyright"),),)),
        Check("manifests", ((python, "-m", "tests.support.manifests"),)),
        Check("contracts", ((python, "-m", "tests.support.contracts", "check"),)),
        Check("layers", ((str(BIN / "lint-imports"),),)),
        Check("dependencies", (deptry,), folders),
        Check("lint", ((str(BIN / "ruff"), "check", *code),)),
        Check("format", ((str(BIN / "ruff"), "format", "--check", *code),)),
        Check("locks", ((python, "-m", "nuaikit_local.locks", "check"),)),
    )


def perform(check: Check, root: Path) -> Outcome:
    """Run one check; every folder and command of it, so that one run shows everything."""
    begun = time.monotonic()
    said: list[str] = []
    codes: list[int] = []
    for folder in check.folders:
        for command in check.commands:
            answer = subprocess.run(  # noqa: S603 - programs of our own environment
                command,
                cwd=root / folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            codes.append(answer.returncode)
            if answer.returncode:
                said.append(f"$ {' '.join(command)}  (in {folder})\n{answer.stdout}")
    return Outcome(check, not any(codes), time.monotonic() - begun, "\n".join(said))


def main() -> int:
    """Run the named checks, or all; gives the exit code."""
    root = checkout()
    known = {check.name: check for check in checks(root)}
    parser = argparse.ArgumentParser(prog="python -m nuaikit_local.checks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    names = parser.parse_args().names or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no check is called {', '.join(unknown)}; known: {', '.join(known)}")
    console = Console()
    table = Table("check", "result", "seconds")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        running = [pool.submit(perform, known[name], root) for name in names]
        outcomes = [done.result() for done in as_completed(running)]
    for outcome in outcomes:
        if not outcome.is_passed:
            console.rule(outcome.check.name)
            console.print(outcome.output, markup=False, highlight=False, soft_wrap=True)
        result = "[green]passed[/]" if outcome.is_passed else "[red]failed[/]"
        table.add_row(outcome.check.name, result, f"{outcome.seconds:.1f}")
    console.print(table)
    return 0 if all(outcome.is_passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
