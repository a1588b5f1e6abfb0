"""Program of the service: `python -m indicators serve | consume | all | migrate`."""

from __future__ import annotations

from chassis.service import main as run

from indicators.app import SERVICE


def main() -> None:
    """Run one command and leave with its exit code."""
    raise SystemExit(run(SERVICE))


if __name__ == "__main__":
    main()
