"""Weights and thresholds of matching, which are data (weights.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from student_registry.provenance import DataStatus, Provenance


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights.

    Attributes:
        points: Points in hundredths by comparison and outcome.
        names_th: Thai names of comparisons and of outcomes.
        near_from: Similarity between 0 and 1 from which two spellings count as near.
        alike_from: The same, as alike.
    """

    version: str
    provenance: Provenance
    points: Mapping[str, Mapping[str, int]]
    names_th: Mapping[str, str]
    outcomes_th: Mapping[str, str]
    propose_from: int
    strong_from: int
    near_from: float
    alike_from: float


def load(data: Any) -> Weights:
    """Weights as the file states them.

    Raises:
        KeyError: Something is missing; the service does not start.
    """
    compared: dict[str, dict[str, Any]] = {name: dict(part) for name, part in data["compare"].items()}
    names: dict[str, str] = {name: part.pop("th") for name, part in compared.items()}
    outcomes: dict[str, str] = data["outcomes"]
    unnamed = {outcome for part in compared.values() for outcome in part} - outcomes.keys()
    if unnamed:
        raise KeyError(f"outcomes without a Thai name: {sorted(unnamed)}")
    thresholds = data["thresholds"]
    return Weights(
        version=data["version"],
        provenance=Provenance(data["source"], DataStatus(data["status"]), data["effective_from"], data["version"]),
        points={
            name: {outcome: _hundredths(value) for outcome, value in part.items()} for name, part in compared.items()
        },
        names_th=names,
        outcomes_th=outcomes,
        propose_from=_hundredths(thresholds["propose_from"]),
        strong_from=_hundredths(thresholds["strong_from"]),
        near_from=thresholds["near_from"],
        alike_from=thresholds["alike_from"],
    )


def _hundredths(points: float) -> int:
    return round(points * 100)


WEIGHTS = load(tomllib.loads(resources.files("student_registry.matching").joinpath("weights.toml").read_text("utf-8")))
