"""Comparing what is kept in one place with what is kept in another."""
