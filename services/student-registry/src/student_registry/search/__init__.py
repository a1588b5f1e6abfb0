"""Finding learners: by number, by name, by class; and what a learner was on a day."""
