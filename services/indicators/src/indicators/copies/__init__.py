"""Local copies of facts of the registry and the credit bank, made from events."""
