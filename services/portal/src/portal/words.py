"""Words for codes."""

from __future__ import annotations

import tomllib
from importlib import resources

_WORDS: dict[str, dict[str, str]] = tomllib.loads(
    resources.files("portal").joinpath("words_th.toml").read_text("utf-8")
)


def word(code: str, kind: str) -> str:
    """What people say for a code; the code itself when there is no word for it."""
    return _WORDS[kind].get(code, code)


def has_word(code: str, kind: str) -> bool:
    """Whether there is a word for the code."""
    return code in _WORDS[kind]
