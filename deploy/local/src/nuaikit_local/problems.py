"""What can go wrong on a person's machine, each with a way on, in English and Thai.

Code raises `Problem(reason, **facts)`; the sentences live in `problems.toml`, so that a translator never edits Python.
"""

import errno
import functools
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sentences:
    """The four sentences of one reason: what happened and what to do now, in English (`en`) and Thai (`th`)."""

    en: str
    th: str
    way_en: str
    way_th: str


@functools.cache
def catalogue() -> dict[str, Sentences]:
    """Read every reason with its sentences from `problems.toml`."""
    text = resources.files("nuaikit_local").joinpath("problems.toml").read_text(encoding="utf-8")
    return {reason: Sentences(**sentences) for reason, sentences in tomllib.loads(text).items()}


class Problem(Exception):
    """A state of the machine that stops the runtime and that the person can mend.

    Attributes:
        reason: Key of `problems.toml`, for scripts and tests.
        facts: What fills the sentences' placeholders (a port, a folder, a version); never a secret.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        super().__init__(f"{reason}: {self.sentences.en}")

    @property
    def sentences(self) -> Sentences:
        """The sentences with this problem's facts filled in."""
        text = catalogue()[self.reason]
        return Sentences(
            en=text.en.format(**self.facts),
            th=text.th.format(**self.facts),
            way_en=text.way_en.format(**self.facts),
            way_th=text.way_th.format(**self.facts),
        )


@contextmanager
def disk_space_told(folder: Path) -> Generator[None]:
    """Turn "no space left" and "quota exceeded" inside the block into the problem that names the folder.

    Raises:
        Problem: `NO_DISK_SPACE`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Problem("NO_DISK_SPACE", folder=folder, needed_mib="?", free_mib=0) from error
        raise
