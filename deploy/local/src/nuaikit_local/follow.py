"""Show logs, and keep showing what comes."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

POLL_S = 0.3
LAST_BYTES = 16 * 1024


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a log, at most `count` and at most 16 KiB."""
    try:
        with path.open("rb") as log:
            start = _last_start(log)
            lines = log.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return (lines[1:] if start else lines)[-count:]


def _last_start(log: BinaryIO) -> int:
    size = log.seek(0, os.SEEK_END)
    return log.seek(max(0, size - LAST_BYTES))


def follow(paths: Sequence[Path], say: Callable[[Path, str], None], *, keep_on: Callable[[], bool]) -> None:
    """Say every new line of several logs; a log that was emptied by rotation is read from its beginning."""
    offsets = {path: path.stat().st_size if path.exists() else 0 for path in paths}
    while keep_on():
        for path in paths:
            if not path.exists():
                continue
            size = path.stat().st_size
            if size < offsets[path]:
                offsets[path] = 0
            if size > offsets[path]:
                with path.open("rb") as log:
                    log.seek(offsets[path])
                    new = log.read()
                whole, _, rest = new.rpartition(b"\n")
                offsets[path] += len(new) - len(rest)
                for line in whole.decode(errors="replace").splitlines():
                    say(path, line)
        time.sleep(POLL_S)
