"""Rules of transfer cases, read from `policy.toml`; the one in force on the day of submission counts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class TransferPolicy:
    """Rules in force on one day.

    Attributes:
        sla_days: R12: calendar days from submission to the day by which a case should be decided.
        least_grades: R9: least grade points by unit, in 1/100, for a line that no published rule covers.
        accepted_identity_states: What the registry must say of the learner before a case is posted.
        versions: Name, version and status of each rule, as kept with a decision.
    """

    sla_days: int
    least_grades: Mapping[str, int]
    accepted_identity_states: frozenset[str]
    versions: Mapping[str, str]


class PolicyBook:
    """All versions of the rules."""

    def __init__(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Keep `tables` as `policy.toml` has them."""
        self._tables = tables

    @classmethod
    def load(cls) -> PolicyBook:
        """The committed rules."""
        return cls(tomllib.loads(resources.files("credit_bank.transfers").joinpath("policy.toml").read_text("utf-8")))

    def on(self, day: date) -> TransferPolicy:
        """The rules in force on a day."""
        entries = {name: self._entry(name, day) for name in ("decision_time", "least_grade", "identity")}
        return TransferPolicy(
            sla_days=entries["decision_time"]["sla_days"],
            least_grades=entries["least_grade"]["min_grade_hundredths"],
            accepted_identity_states=frozenset(entries["identity"]["accepted_states"]),
            versions={name: f"{entry['version']} {entry['status']}" for name, entry in entries.items()},
        )

    def _entry(self, name: str, day: date) -> Mapping[str, Any]:
        begun = [entry for entry in self._tables[name] if entry.get("effective_from", date.min) <= day]
        if not begun:
            raise LookupError(f"no {name} is in force on {day}")
        return max(begun, key=lambda entry: entry.get("effective_from", date.min))
