"""Reads instrument definitions from TOML files: those shipped with the service, and those of an installation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from guidance.instruments.domain import DefinitionError, Instrument, check

_READER = TypeAdapter(Instrument)

Catalogue = Mapping[tuple[str, str], Instrument]
"""Instruments by code and version."""


def load(folder: Path | None = None) -> Catalogue:
    """The shipped definitions and those in `folder`.

    A file of `folder` adds a version; it never replaces a shipped one, since screenings name the version they used.

    Raises:
        DefinitionError: A file is not a definition, claims too much, or repeats a version.
    """
    shipped = resources.files("guidance.instruments").joinpath("definitions")
    texts = [(entry.name, entry.read_text("utf-8")) for entry in shipped.iterdir() if entry.name.endswith(".toml")]
    if folder is not None:
        texts += [(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    return index(read(name, text) for name, text in texts)


def read(name: str, text: str) -> Instrument:
    """One definition.

    Raises:
        DefinitionError: It is not one, or claims too much.
    """
    try:
        values: dict[str, Any] = tomllib.loads(text)
        unknown = sorted(set(values) - {known.name for known in fields(Instrument)})
        if unknown:
            raise DefinitionError(f"{name}: unknown keys {unknown}")
        return check(_READER.validate_python(values))
    except (tomllib.TOMLDecodeError, ValidationError) as exc:
        raise DefinitionError(f"{name}: {exc}") from exc


def index(instruments: Iterable[Instrument]) -> Catalogue:
    """Instruments by code and version.

    Raises:
        DefinitionError: Two have the same.
    """
    catalogue: dict[tuple[str, str], Instrument] = {}
    for instrument in instruments:
        if instrument.key in catalogue:
            raise DefinitionError(f"{instrument.code} {instrument.version} is defined twice")
        catalogue[instrument.key] = instrument
    return catalogue
