"""Reads the rules shipped with the service."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from pydantic import TypeAdapter

from indicators.counts.domain import Rules

_READER = TypeAdapter(Rules)


def load() -> Rules:
    """The rules in force."""
    text = resources.files("indicators.counts").joinpath("rules.toml").read_text("utf-8")
    values: dict[str, Any] = tomllib.loads(text)
    return _READER.validate_python(values)
