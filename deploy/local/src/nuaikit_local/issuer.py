"""The program of the local issuer: `python -m nuaikit_local.issuer FOLDER PORT PORTAL_URL`.

It has no option for an address: it listens on loopback and nowhere else.
"""

import sys
from pathlib import Path

import uvicorn

from nuaikit_local.issuer_app import Issuer, create_app
from nuaikit_local.issuer_store import load
from nuaikit_local.processes import LOOPBACK


def main(arguments: list[str]) -> int:
    """Serve until a signal."""
    folder, port, portal_url = arguments
    issuer = Issuer(f"http://{LOOPBACK}:{port}", load(Path(folder)), portal_url=portal_url)
    # No access log: its lines hold single-use codes and state.
    uvicorn.run(create_app(issuer), host=LOOPBACK, port=int(port), access_log=False, timeout_graceful_shutdown=3)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
