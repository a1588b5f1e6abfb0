"""What HTTP clients of tests share."""

import functools
import ssl

import httpx


@functools.cache
def tls() -> ssl.SSLContext:
    """The usual trust, read once: a client of its own reads every certificate authority, a tenth of a second a test."""
    return httpx.create_ssl_context()
