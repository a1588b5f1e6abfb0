"""Consents: somebody who may agreed to a purpose after reading its text, until it is withdrawn."""
