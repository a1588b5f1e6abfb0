"""Accounts, journals, claims: an append-only double-entry ledger with one hash chain per learner.

Locks, in this order and in every use case: the request id, the learners (`lock_learners`, sorted), then anything else,
and the outbox last. Whoever posts, claims or reads what a decision rests on holds the learner's lock; so accounts,
buckets, claims and awards of one learner need no locks of their own.
"""
