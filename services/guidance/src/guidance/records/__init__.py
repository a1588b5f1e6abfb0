"""The learner's guidance record: recognised learning beside screenings and activities."""
