"""Copies of what student-registry owns: institutions, learners' registrars, enrolments, assignments, share grants.

Fed by its events and rebuildable from them, so that recording goes on while the registry is away. No name, number or
birth date of a learner is among them.
"""
