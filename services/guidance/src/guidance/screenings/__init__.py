"""Screenings: what a teacher observed, item by item."""
