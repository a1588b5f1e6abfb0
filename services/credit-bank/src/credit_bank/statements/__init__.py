"""Statements: a learner's accounts, balances and journals, at any instant."""
