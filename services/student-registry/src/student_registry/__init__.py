"""The authority on who a learner is, where he is enrolled, which institutions exist and who works in them.

Names, birth dates and identifiers stay here; other services know a learner by an opaque id, receive facts without names
as events, and ask over gRPC, with a purpose, when they need more.
"""
