"""Numbers by which a person is known: their rules, and their storage sealed and blind-indexed."""
