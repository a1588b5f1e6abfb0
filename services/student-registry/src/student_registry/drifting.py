"""Going through everything that is sealed, page by page, for the audit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.deps import Deps
from student_registry.keyring import SealBrokenError

PAGE_ROWS = 1_000


class ReadPage(Protocol):
    """Reads the rows after an id, in the order of their ids, which stand in their first column."""

    def __call__(self, connection: Connection, *, after: UUID, limit: int) -> Awaitable[Sequence[Record]]:
        """A page, empty after the last row."""
        ...


async def looked_through(
    deps: Deps,
    connection: Connection,
    read_page: ReadPage,
    fits: Callable[[Deps, Record], bool],
    *,
    page_rows: int = PAGE_ROWS,
) -> tuple[int, int]:
    """How many rows were looked at, and how many do not open, or do not fit what is kept beside them."""
    looked_at = drifted = 0
    after = UUID(int=0)
    while page := await read_page(connection, after=after, limit=page_rows):
        for row in page:
            looked_at += 1
            drifted += not _opens_and_fits(deps, row, fits)
        after = page[-1][0]
    return looked_at, drifted


def _opens_and_fits(deps: Deps, row: Record, fits: Callable[[Deps, Record], bool]) -> bool:
    try:
        return fits(deps, row)
    except SealBrokenError:
        return False
