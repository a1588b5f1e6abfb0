"""Authority on screenings, guidance activities and the learner's guidance record.

Answers stay here: they are kept sealed, and no event, log or answer of this service carries them.
"""
