"""What every part of the runtime can do, so that starting, watching and stopping are written once."""

from typing import Protocol

from nuaikit_local.processes import Command


class NotReady(Exception):
    """The part does not answer yet; ask again."""


class Part(Protocol):
    """One process the runtime starts.

    Attributes:
        name: Name people type; also the name of its log.
        needs_to_prepare: Parts that must be ready before it is prepared.
        needs: Parts that must be ready before its process starts.
        stop_rank: Lower ranks stop first; equal ranks together.
        ports: What it listens on, by the setting's name (`POSTGRES`, `KAFKA_CONTROLLER`); checked before it starts.
        version: Version people see.
        ready_within_s: How long a start may take before it counts as failed.
    """

    name: str
    needs_to_prepare: tuple[str, ...]
    needs: tuple[str, ...]
    stop_rank: int
    ports: dict[str, int]
    version: str
    ready_within_s: float

    @property
    def address(self) -> str:
        """Where to reach it: `host:port` or a URL."""
        ...

    async def prepare(self) -> None:
        """Make everything its process needs; safe to repeat, safe to interrupt."""
        ...

    def command(self) -> Command:
        """How to start it; called after `prepare`."""
        ...

    async def probe(self) -> None:
        """Return when it does its work.

        Raises:
            NotReady: It does not yet.
            Problem: It never will, as things are.
        """
        ...

    async def complete(self) -> None:
        """Bring its content up to date once it answers: roles, topics; safe to repeat.

        Raises:
            NotReady: Something passing was in the way; it is asked again.
            Problem: It cannot be done, as things are.
        """
        ...
