"""The authority on courses, equivalences, what was learned and what counts where.

One package per capability, each with the same module names: `domain` (pure rules), `use_cases` (one transaction each),
`store` (SQL), `http_api` and `grpc_api` (the edges), `events`, `errors`. A package calls another through its use cases
or its domain, never through its store.
"""
