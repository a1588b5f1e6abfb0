"""The program: `credit-bank serve | relay | consume | all | migrate | audit`."""

from __future__ import annotations

from chassis.service import main as run

from credit_bank.app import SERVICE


def main() -> None:
    """Run one command; the exit code tells whether it did its work."""
    raise SystemExit(run(SERVICE))


if __name__ == "__main__":
    main()
