"""Plumbing that every service shares. No domain noun lives here."""

import os

# gRPC's core reads this when it is first imported. Its own lines on standard error are no JSON, and what matters in
# them comes as an exception.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
