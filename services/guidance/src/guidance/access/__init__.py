"""Who read a learner's guidance data."""
