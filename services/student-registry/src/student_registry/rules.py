"""Figures and days of rules that a ministry may change: data with day, version, source and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chassis.pg import Connection

from student_registry import store_rules
from student_registry.provenance import DataStatus, Provenance


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it holds on a day."""

    name: str
    value: str
    provenance: Provenance

    @property
    def number(self) -> int:
        """The value of a rule that is a figure."""
        return int(self.value)

    @property
    def words(self) -> frozenset[str]:
        """The value of a rule that is a set of codes."""
        return frozenset(self.value.split())

    @property
    def version(self) -> str:
        """Version by which a decision names the rule."""
        return self.provenance.version or ""


async def rules_on(connection: Connection, names: Sequence[str], *, on_date: date) -> dict[str, Rule]:
    """These rules as they hold on a day; every name is one that a migration has given a row."""
    found = {
        row["rule"]: Rule(
            row["rule"],
            row["value"],
            Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["version"]),
        )
        for row in await store_rules.rules(connection, names, on_date=on_date)
    }
    assert found.keys() >= set(names), "a rule has no row"
    return found
