"""Program of the portal: `python -m portal serve`."""

from __future__ import annotations

from chassis.service import main as run

from portal.app import SERVICE


def main() -> None:
    """Run one command and leave with its exit code."""
    raise SystemExit(run(SERVICE))


if __name__ == "__main__":
    main()
