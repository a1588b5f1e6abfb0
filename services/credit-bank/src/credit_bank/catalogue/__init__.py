"""Courses, equivalence rules, grade schemes: what may be recorded and what may be accepted for what."""
