"""Lists of codes with Thai names: data, each version with its source and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.errors import Invalid, NotFound
from chassis.pg import Connection

from student_registry import store_codes
from student_registry.provenance import DataStatus, Provenance


class CodeUnknown(Invalid):
    """The code is not in its list."""

    reason = "CODE_UNKNOWN"


class CodeListUnknown(NotFound):
    """There is no such list of codes."""

    reason = "CODE_LIST_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list."""

    code: str
    name_th: str
    provenance: Provenance


async def codes_on(connection: Connection, name: str, *, on_date: date) -> dict[str, Code]:
    """The codes of a list in the order in which they are shown; none when there is no such list."""
    return {
        row["code"]: Code(
            row["code"],
            row["name_th"],
            Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["version"]),
        )
        for row in await store_codes.codes(connection, name, on_date=on_date)
    }


async def every_code(connection: Connection, names: Sequence[str]) -> list[tuple[str, str]]:
    """List and code of all that ever were in some lists, also of what is no longer in use."""
    return [(row["list"], row["code"]) for row in await store_codes.every_code(connection, names)]
