"""Structures of qualifications that the program brings along (structures.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from credit_bank.provenance import Provenance
from credit_bank.qualifications.conditions import Condition, ConditionType, condition_from
from credit_bank.qualifications.domain import Qualification
from credit_bank.rules.domain import EducationLevel

_HEAD = ("code", "title_th", "only_for")
_AMOUNTS = {"min": "min_hundredths", "max": "max_hundredths", "min_points": "min_hundredths"}


def shipped_qualifications() -> tuple[Qualification, ...]:
    """M.6, M.3 and both curricula of ปวช., each figure with its own source and status."""
    text = resources.files("credit_bank.qualifications").joinpath("structures.toml").read_text("utf-8")
    return tuple(_qualification(block) for block in tomllib.loads(text)["qualification"])


def _qualification(block: Mapping[str, Any]) -> Qualification:
    return Qualification(
        code=block["code"],
        version=block["version"],
        name_th=block["name_th"],
        unit=block["unit"],
        total_min_hundredths=_hundredths(block["total_min"]),
        category_minima={category: _hundredths(least) for category, least in block["category_minima"].items()},
        counts_together_with=frozenset(block["counts_together_with"]),
        provenance=Provenance(block["source"], block["status"]),
        level=EducationLevel(block["level"]),
        conditions=tuple(_condition(condition) for condition in block["conditions"]),
    )


def _condition(block: Mapping[str, Any]) -> Condition:
    head: dict[str, Any] = {name: block[name] for name in _HEAD if name in block}
    head["provenance"] = Provenance(block["source"], block["status"])
    figures = {
        _AMOUNTS.get(name, name): _hundredths(value) if name in _AMOUNTS else value
        for name, value in block.items()
        if name not in (*_HEAD, "type", "source", "status")
    }
    return condition_from(ConditionType(block["type"]), head, figures)


def _hundredths(amount: str) -> int:
    whole, _, rest = amount.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])
