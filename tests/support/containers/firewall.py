"""What a Docker engine changes in the kernel's network, remembered before and undone after.

`dockerd` adds iptables rules and chains, sets the FORWARD policy to DROP, turns IP forwarding on, and makes bridges
(`docker0`, and `br-…` for each network of a compose file); it removes none of them when it stops. Only what is new
since `remember` and bears the engine's names is undone: what somebody else added before or meanwhile stays.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = ("filter", "nat")
BRIDGE = r"(?:docker0|br-[0-9a-f]{12})"
ENGINE_NAMES = re.compile(rf"\bDOCKER|(?<=[ !]){BRIDGE}(?= |$)")


@dataclass(frozen=True, slots=True)
class Network:
    """The part of the network's state that an engine changes.

    Attributes:
        rules: `iptables-save` lines per table: rules (`-A …`) and chains with policy (`:NAME POLICY`).
        bridges: The engine's bridges that were there.
        forwarding: Content of `ip_forward`, "0" or "1".
    """

    rules: dict[str, list[str]]
    bridges: list[str]
    forwarding: str


def remember() -> Network:
    """Read the state as it is now."""
    return Network(
        rules={table: _saved(table) for table in TABLES},
        bridges=_bridges(),
        forwarding=FORWARDING.read_text(encoding="ascii").strip(),
    )


def left(before: Network) -> list[str]:
    """What of the engine's is still there and was not before: rules, chains, bridges."""
    lines = [line for table in TABLES for line in _new(table, before)]
    return lines + sorted(set(_bridges()) - set(before.bridges))


def _new(table: str, before: Network) -> list[str]:
    return [line for line in _saved(table) if line not in before.rules[table] and ENGINE_NAMES.search(line)]


def undo(before: Network) -> None:
    """Bring back the remembered state: rules first, chains after, as the kernel refuses to drop a chain in use."""
    for table in TABLES:
        old = before.rules[table]
        new = _new(table, before)
        for rule in (line for line in new if line.startswith("-A ")):
            _iptables(table, "-D", *_words(rule)[1:])
        for name, policy in (_words(line)[:2] for line in new if line.startswith(":")):
            if policy == "-":
                _iptables(table, "-X", name.removeprefix(":"))
        for name, policy in (_words(line)[:2] for line in old if line.startswith(":")):
            if policy != "-":
                _iptables(table, "-P", name.removeprefix(":"), policy)
        if not old and table == "filter":
            # The table did not exist before, so no policy was on record: the kernel's own is ACCEPT.
            _iptables(table, "-P", "FORWARD", "ACCEPT")
    for bridge in set(_bridges()) - set(before.bridges):
        subprocess.run(["ip", "link", "delete", bridge], check=True, timeout=10)
    FORWARDING.write_text(before.forwarding, encoding="ascii")


def _bridges() -> list[str]:
    """Names of the engine's bridges; asked of the kernel and not of /sys, which may show another network namespace."""
    answer = subprocess.run(
        ["ip", "-oneline", "link", "show", "type", "bridge"], capture_output=True, text=True, timeout=10, check=True
    )
    return re.findall(rf"(?m)^\d+: ({BRIDGE}):", answer.stdout)


def _saved(table: str) -> list[str]:
    """Rules and chains of a table without counters; empty when there is no iptables, or nothing in the table."""
    if shutil.which("iptables-save") is None:
        return []
    answer = subprocess.run(["iptables-save", "-t", table], capture_output=True, text=True, timeout=10, check=True)
    lines = (line.strip() for line in answer.stdout.splitlines())
    return [line.split(" [")[0] if line.startswith(":") else line for line in lines if line.startswith((":", "-A "))]


def _words(line: str) -> list[str]:
    return line.split()


def _iptables(table: str, *arguments: str) -> None:
    subprocess.run(["iptables", "-w", "5", "-t", table, *arguments], check=True, timeout=15)
