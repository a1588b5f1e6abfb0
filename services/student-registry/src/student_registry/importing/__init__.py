"""Learner files: read as people send them, checked whole, then applied; the good rows whatever the others are."""
