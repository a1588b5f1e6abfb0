"""Where people are in education, stated and never overwritten, and what they do outside it."""
