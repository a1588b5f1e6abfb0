"""Reviews: what becomes of postings, reservations, accounts and documents whose sources changed (CB-I15)."""
