"""Digests of content: JSON canonicalised by RFC 8785, then SHA-256; the same on every machine and release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def digest(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical form.

    Args:
        document: Strings, whole numbers, booleans, None, lists and mappings; no floats.
    """
    return hashlib.sha256(rfc8785.dumps(dict(document))).digest()
