"""The scenario's world as its file states it: `examples/dual-education/world.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.type.date_pb2 import Date
from nuaikit.common.v1 import provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Blocks of the file by kind, and the folder in which the input files lie."""

    folder: Path
    blocks: dict[str, list[Block]]
    staff: dict[str, Block]

    def file(self, name: str) -> bytes:
        """Content of one input file."""
        return (self.folder / name).read_bytes()


def load(folder: Path) -> World:
    """Read the world of `folder`."""
    entries = tomllib.loads((folder / "world.toml").read_text(encoding="utf-8"))
    staff = entries.pop("staff")
    return World(folder, entries, staff)


def provenance(block: Block) -> provenance_pb2.Provenance:
    """Source and status of a block."""
    return provenance_pb2.Provenance(source=block["source"], status=f"RULE_STATUS_{block['status'].upper()}")


def course_key(block: Block, institutions: dict[str, str]) -> catalogue_pb2.CourseKey:
    """Key of a course block."""
    key = catalogue_pb2.CourseKey(
        code_system=f"CODE_SYSTEM_{block['system']}",
        code=block["code"],
        curriculum_version=block["version"],
    )
    if "owner" in block:
        key.owner_institution_id = institutions[block["owner"]]
    return key


def date_of(value: Any) -> Date:
    """A date of the file as the contracts carry it."""
    return Date(year=value.year, month=value.month, day=value.day)
