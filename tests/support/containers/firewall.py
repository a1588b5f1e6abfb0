"""What a Docker engine changes in the kernel's network, remembered before and undone after.

`dockerd` adds iptables rules and chains, sets the FORWARD policy to DROP, turns IP forwarding on, and makes the bridge
`docker0`; it removes none of them when it stops. Only rules and chains that are new since `remember` and bear the
engine's names are undone: what somebody else added before or meanwhile stays.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

BRIDGE = "docker0"
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = ("filter", "nat")
ENGINE_NAMES = re.compile(r"\bDOCKER|\bdocker0\b")


@dataclass(frozen=True, slots=True)
class Network:
    """The part of the network's state that an engine changes.

    Attributes:
        rules: `iptables-save` lines per table: rules (`-A …`) and chains with policy (`:NAME POLICY`).
        had_bridge: Whether `docker0` was there.
        forwarding: Content of `ip_forward`, "0" or "1".
    """

    rules: dict[str, list[str]]
    had_bridge: bool
    forwarding: str


def remember() -> Network:
    """Read the state as it is now."""
    return Network(
        rules={table: _saved(table) for table in TABLES},
        had_bridge=Path("/sys/class/net", BRIDGE).exists(),
        forwarding=FORWARDING.read_text(encoding="ascii").strip(),
    )


def undo(before: Network) -> None:
    """Bring back the remembered state: rules first, chains after, as the kernel refuses to drop a chain in use."""
    for table in TABLES:
        old = before.rules[table]
        new = [line for line in _saved(table) if line not in old and ENGINE_NAMES.search(line)]
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
    if not before.had_bridge and Path("/sys/class/net", BRIDGE).exists():
        subprocess.run(["ip", "link", "delete", BRIDGE], check=True, timeout=10)
    FORWARDING.write_text(before.forwarding, encoding="ascii")


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
