"""Awarding: what is missing for a qualification, and redeeming what was counted for it (CB c.6)."""
