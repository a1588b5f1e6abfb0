"""Learners: registering them once, however often and by whomever they are stated, and reading them."""
