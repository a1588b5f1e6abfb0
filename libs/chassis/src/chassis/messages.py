"""Thai sentences for people, looked up by reason at the HTTP edge."""

from __future__ import annotations

import tomllib
from importlib import resources

_COMMON: dict[str, str] = tomllib.loads(resources.files("chassis").joinpath("messages_th.toml").read_text("utf-8"))


class Messages:
    """Sentences of one service over the common ones."""

    def __init__(self, package: str) -> None:
        """Load `messages_th.toml` of `package`, where it has one."""
        own = resources.files(package).joinpath("messages_th.toml")
        self._sentences = _COMMON | (tomllib.loads(own.read_text("utf-8")) if own.is_file() else {})

    def sentence(self, reason: str) -> str:
        """What to tell a person; a reason without a sentence gets the general one."""
        return self._sentences.get(reason, self._sentences["INTERNAL"])

    def reasons(self) -> frozenset[str]:
        """Reasons that have a sentence."""
        return frozenset(self._sentences)
