"""The other banks, from a TOML file; none without it."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from credit_bank.checkpoints.signing import Signer
from credit_bank.exchange.domain import TYPES, BankLevel

KEY_BYTES_MIN = 32


@dataclass(frozen=True, slots=True)
class Peer:
    """Another bank.

    Attributes:
        url: Where its messages go; empty: it only sends.
        public_key: Ed25519, by which its messages are known.
        learner_key: Secret that both hold, for learner references.
        token_file: Bearer token for it, read at each call; None: none.
        institutions: Whose results are told; none: those of all institutions of this bank.
        types: What is told.
        since: From which posting time on; None: from the first time that this bank knows of the peer.
    """

    name: str
    level: BankLevel
    url: str
    public_key: bytes
    learner_key: bytes = field(repr=False)
    token_file: Path | None = None
    institutions: tuple[UUID, ...] = ()
    types: tuple[str, ...] = TYPES
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """This bank among others.

    Attributes:
        bank: Its name, as the others know it.
    """

    bank: str
    signer: Signer
    peers: Mapping[str, Peer]


def load(path: Path, signer: Signer) -> Exchange:
    """Read the file; whatever is wrong in it stops the service, as nothing may go to the wrong place.

    Raises:
        ValueError, KeyError: Something in it is missing or unusable.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    peers: dict[str, Peer] = {}
    for one in data.get("peer", ()):
        peer = _peer(one, path.parent)
        if peer.name in peers:
            raise ValueError(f"two peers are named {peer.name}")
        peers[peer.name] = peer
    return Exchange(data["bank"], signer, peers)


def _peer(one: Mapping[str, object], folder: Path) -> Peer:
    key = base64.b64decode((folder / str(one["learner_key_file"])).read_text("ascii").strip(), validate=True)
    if len(key) < KEY_BYTES_MIN:
        raise ValueError(f"a learner key has {KEY_BYTES_MIN} bytes or more, in base64")
    types = tuple(str(name) for name in _list(one.get("types", list(TYPES))))
    if set(types) - set(TYPES):
        raise ValueError(f"types are some of {', '.join(TYPES)}")
    since = one.get("since")
    return Peer(
        name=str(one["name"]),
        level=BankLevel(str(one["level"])),
        url=str(one.get("url", "")),
        public_key=bytes.fromhex(str(one["public_key"])),
        learner_key=key,
        token_file=folder / str(one["token_file"]) if "token_file" in one else None,
        institutions=tuple(UUID(str(text)) for text in _list(one.get("institutions", []))),
        types=types,
        since=since if isinstance(since, datetime) else None,
    )


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return list(cast("list[object]", value))
