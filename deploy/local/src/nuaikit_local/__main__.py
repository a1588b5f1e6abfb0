"""`python -m nuaikit_local` is `nuaikit`."""

from nuaikit_local.cli import app

app()
