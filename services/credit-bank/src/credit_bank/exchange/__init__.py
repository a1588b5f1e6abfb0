"""Exchange with credit banks of other levels: store and forward, idempotent, off unless peers are configured."""
