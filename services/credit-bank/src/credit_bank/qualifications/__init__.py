"""Qualifications as data: what an award asks for, and with which others the same learning may count."""
