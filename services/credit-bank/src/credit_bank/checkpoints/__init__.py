"""Signed daily checkpoints of the ledger: a digest of where every chain ended, so that nobody can rewrite them all."""
