"""Share grants: a learner lets an institution read something until a day."""
