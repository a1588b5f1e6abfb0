"""Access rows: who read a learner's credits, when, why and on which ground (CB b, rule 3)."""
