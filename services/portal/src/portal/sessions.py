"""Who is signed in, kept in the browser: a cookie that only this portal can read or make.

The cookie is encrypted and authenticated (AES-256-GCM), so several portals with one key need no common store, and the
person's token lies in no log that records cookies. It lives as long as the token.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from chassis.sealing import KEY_BYTES, Cipher, SealBrokenError

COOKIE_CHARACTERS_MAX = 3_800
"""Browsers keep at least 4,096 bytes of a cookie, its name and attributes included (RFC 6265 section 6.1)."""


class SessionKeyError(ValueError):
    """The session key is not base64 of 32 bytes."""


class SessionTooLargeError(Exception):
    """The issuer's token does not fit into a cookie."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The assignment a person acts under, as the registry last said; lets pages go on while the registry is away."""

    assignment_id: str
    institution_id: str
    institution_name_th: str
    role: str
    classroom: str
    permissions: tuple[str, ...]
    learner_id: str = ""

    def may(self, permission: str) -> bool:
        """Whether the role allows it."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person.

    Attributes:
        name: As the issuer shows the account.
        expires_at: When the token ends, seconds since 1970.
        csrf: Sent back by every form of the person's pages.
        acting: Absent until the first page.
    """

    name: str
    token: str = field(repr=False)
    expires_at: int
    csrf: str = field(repr=False)
    acting: Acting | None = None


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """What must come back unchanged from the issuer; kept for ten minutes."""

    state: str
    nonce: str
    code_verifier: str = field(repr=False)
    expires_at: int


class Cookies:
    """Seals and opens cookies; `purpose` keeps one kind from being taken for another."""

    def __init__(self, key_base64: str) -> None:
        """Seal under a key.

        Raises:
            SessionKeyError: The key does not have 32 bytes.
        """
        try:
            key = base64.b64decode(key_base64, validate=True)
        except binascii.Error as exc:
            raise SessionKeyError("the session key is not base64") from exc
        if len(key) != KEY_BYTES:
            raise SessionKeyError(f"the session key has {len(key)} bytes, not {KEY_BYTES}")
        self._cipher = Cipher(key, purpose=b"nuaikit portal cookies")

    def seal(self, value: Session | SignInAttempt) -> str:
        """A cookie value.

        Raises:
            SessionTooLargeError: It would not fit into a browser's cookie.
        """
        plain = json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":")).encode()
        sealed = self._cipher.close(plain, place=type(value).__name__.encode())
        text = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        if len(text) > COOKIE_CHARACTERS_MAX:
            raise SessionTooLargeError
        return text

    def session(self, text: str | None, *, now: float) -> Session | None:
        """The session of a cookie; None when there is none, it is not ours, or it is over."""
        values = self._open(text, Session.__name__)
        if values is None or values["expires_at"] <= now:
            return None
        acting: dict[str, Any] | None = values.pop("acting")
        if acting is None:
            return Session(**values)
        permissions = tuple(acting.pop("permissions"))
        return Session(**values, acting=Acting(**acting, permissions=permissions))

    def attempt(self, text: str | None, *, now: float) -> SignInAttempt | None:
        """The sign-in that a cookie tells of; None when there is none, it is not ours, or too long ago."""
        values = self._open(text, SignInAttempt.__name__)
        return None if values is None or values["expires_at"] <= now else SignInAttempt(**values)

    def _open(self, text: str | None, purpose: str) -> dict[str, Any] | None:
        if not text:
            return None
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            plain = self._cipher.open(sealed, place=purpose.encode())
        except (SealBrokenError, ValueError):
            return None
        return json.loads(plain)
