"""Who may see which learner, and who did: access rows are written in the transaction of the read."""
