"""Counting: an institution counts its own verified results toward a qualification that it awards."""
