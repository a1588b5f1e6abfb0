"""Screening instruments: definitions as data, and what may be computed from them."""
