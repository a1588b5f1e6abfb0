"""Guidance activities and who took part."""
