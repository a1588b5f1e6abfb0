"""Which port each part listens on: defaults, what the person asked for, and what the state folder remembers."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nuaikit_local.artifacts import versions
from nuaikit_local.layout import Layout
from nuaikit_local.problems import Problem
from nuaikit_local.vault import write_private

DEFAULTS = {
    "PORTAL": 8100,
    "STUDENT_REGISTRY": 8101,
    "CREDIT_BANK": 8102,
    "GUIDANCE": 8103,
    "INDICATORS": 8104,
    "ISSUER": 8109,
    "STUDENT_REGISTRY_GRPC": 9101,
    "CREDIT_BANK_GRPC": 9102,
    "GUIDANCE_GRPC": 9103,
    # Below 32768: above it the kernel gives ports to clients, and a broker that starts again may find its own taken.
    "POSTGRES": 8132,
    "KAFKA": 8192,
    "KAFKA_CONTROLLER": 8193,
}
VARIABLE_PREFIX = "NUAIKIT_PORT_"
OFFSET_VARIABLE = "NUAIKIT_PORT_OFFSET"
LOWEST, HIGHEST = 1, 65535
SETTINGS_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What a state folder remembers.

    Attributes:
        ports: Port by name (see `DEFAULTS`).
        versions: Versions of the servers that last ran on its data.
    """

    ports: Mapping[str, int]
    versions: Mapping[str, str]


def remembered(layout: Layout) -> Settings:
    """Read the state folder's settings; the defaults when it has none yet.

    Raises:
        Problem: `STATE_BROKEN`, `STATE_OTHER_VERSION`.
    """
    try:
        entry = json.loads(layout.settings.read_text(encoding="utf-8"))
        if entry["format"] > SETTINGS_FORMAT:
            raise Problem("STATE_OTHER_VERSION", folder=layout.home, found=entry["format"], needed=SETTINGS_FORMAT)
        ports = {name: int(entry["ports"].get(name, default)) for name, default in DEFAULTS.items()}
        return Settings(ports, dict(entry["versions"]))
    except FileNotFoundError:
        return Settings(DEFAULTS, {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem("STATE_BROKEN", path=layout.settings, detail=type(error).__name__) from error


def choose(layout: Layout, *, offset: int | None = None) -> Settings:
    """Settings for a start: what is asked for now, else what is remembered, else the defaults.

    Args:
        layout: State folder.
        offset: Added to every default port; None when not asked for. `NUAIKIT_PORT_OFFSET` stands in for it, and
            `NUAIKIT_PORT_<NAME>` moves one port.

    Raises:
        Problem: `PORT_SETTING` for something that is no port, an unknown name, or one port for two parts.
    """
    settings = remembered(layout)
    if offset is None and (text := os.environ.get(OFFSET_VARIABLE)):
        offset = _number(OFFSET_VARIABLE, text)
    ports = dict(settings.ports) if offset is None else {name: port + offset for name, port in DEFAULTS.items()}
    for variable, text in os.environ.items():
        if variable.startswith(VARIABLE_PREFIX) and variable != OFFSET_VARIABLE:
            name = variable.removeprefix(VARIABLE_PREFIX)
            if name not in DEFAULTS:
                raise Problem("PORT_SETTING", name=variable, value=text, detail=f"known: {', '.join(DEFAULTS)}")
            ports[name] = _number(variable, text)
    seen: dict[int, str] = {}
    for name, port in ports.items():
        if not LOWEST <= port <= HIGHEST:
            raise Problem("PORT_SETTING", name=VARIABLE_PREFIX + name, value=port, detail="out of range")
        if other := seen.get(port):
            raise Problem("PORT_SETTING", name=VARIABLE_PREFIX + name, value=port, detail=f"{other} has it too")
        seen[port] = name
    return replace(settings, ports=ports)


def remember(layout: Layout, ports: Mapping[str, int]) -> None:
    """Write down what this start uses."""
    entry = {"format": SETTINGS_FORMAT, "ports": dict(ports), "versions": versions()}
    write_private(layout.settings, json.dumps(entry, indent=2) + "\n")


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Problem("PORT_SETTING", name=name, value=text, detail="not a whole number") from error
