"""Containers without an image registry: an engine, stand-in images, and the tests that run through testcontainers.

`python -m tests.support.containers` (`make test-containers`) is the way in; each module is one of its steps.
"""
