"""Learner files out, in the layouts that come in."""
