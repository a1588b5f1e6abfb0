"""Averages of verified results (ผลการเรียนเฉลี่ย), each with what it was made of."""
