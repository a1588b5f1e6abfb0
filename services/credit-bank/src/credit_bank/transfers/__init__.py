"""Transfer cases: from the learner's request through the committee's decision to the posting (CB c.3)."""
