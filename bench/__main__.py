"""Side-by-side benchmarks: `python -m bench` runs all with small sizes, `python -m bench NAME [options]` one of them.

Each prints both sides and their ratio. `python -m bench registry_import --rows 1000000` is the full figure.
"""

import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Run one benchmark, or all of them one after the other."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    if asked and asked not in names:
        sys.stderr.write(f"bench: one of {', '.join(names)}\n")
        return 2
    options = sys.argv[2:]
    for name in [asked] if asked else names:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        sys.argv = [name, *options]
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
