"""Rules about qualifications that are data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

_DATA = tomllib.loads(resources.files("credit_bank.qualifications").joinpath("categories.toml").read_text("utf-8"))

CATEGORY_WITHIN: Mapping[str, str] = _DATA["within"]
"""Broader category by narrower one (categories.toml)."""
