"""Counts of learners for denominators, with small numbers hidden."""
