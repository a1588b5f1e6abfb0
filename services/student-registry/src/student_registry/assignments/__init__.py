"""Who works where, in which role, from when to when; and what each role may do."""
