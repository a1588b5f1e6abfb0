"""Moves of learners from one institution to another: asked for, released, accepted."""
