"""Agreements between institutions, their offerings, and the committees that decide."""
