"""Transcripts: one query that answers what a college needs to judge a learner's results (CB f.3)."""
