"""Verify a kept copy of checkpoints without the bank.

    python -m credit_bank.checkpoints FILE --public-key NAME=HEX

FILE is an answer of `GET /v1/checkpoints`. Exit code 1 when a signature, a key or the order does not hold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from credit_bank.checkpoints.http_api import CheckpointsOut
from credit_bank.checkpoints.signing import find_faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, and print what does not hold."""
    parser = argparse.ArgumentParser(prog="credit_bank.checkpoints", description="Verify a kept copy of checkpoints.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", action="append", default=[], metavar="NAME=HEX")
    options = parser.parse_args(arguments)
    keys = {name: bytes.fromhex(text) for name, _, text in (key.partition("=") for key in options.public_key)}
    copy = CheckpointsOut.model_validate_json(options.file.read_text("utf-8"))
    checkpoints = sorted((one.to_domain() for one in copy.checkpoints), key=lambda checkpoint: checkpoint.day)
    faults = find_faults(checkpoints, keys)
    for position, fault in faults.items():
        sys.stdout.write(f"{checkpoints[position].day} {fault}\n")
    known = "known keys" if keys else "their own keys only"
    sys.stdout.write(f"{len(checkpoints) - len(faults)} of {len(checkpoints)} checkpoints hold, by {known}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
