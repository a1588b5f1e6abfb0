"""Program of the service: `python -m guidance serve | relay | consume | all | migrate | audit`."""

from __future__ import annotations

from chassis.service import main as run

from guidance.app import SERVICE


def main() -> None:
    """Run one command and leave with its exit code."""
    raise SystemExit(run(SERVICE))


if __name__ == "__main__":
    main()
