"""The one-machine runtime: real PostgreSQL, real Apache Kafka and the services as ordinary processes of one user.

Nothing here is shipped in an image. `nuaikit` (see `cli`) starts, watches and stops the parts; tests use
`runtime.start_infrastructure` for the two servers alone.
"""
