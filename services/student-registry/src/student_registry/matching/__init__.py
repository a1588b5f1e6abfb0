"""Who is the same person: comparison of names and birth dates, and the decision on known identifiers."""
