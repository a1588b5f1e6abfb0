"""Templates, and the headers that every page has."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from portal import words
from portal.sessions import Session
from portal.thai_time import thai_day, thai_moment

STATIC = {"portal.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
"""Files that browsers fetch, all of them ours."""

_HASH_CHARACTERS = 12


class Pages:
    """Renders pages of the portal."""

    def __init__(self, *, issuer_origin: str, is_https: bool) -> None:
        """Pages may send forms to the portal only; people are sent to `issuer_origin` by a link."""
        self._environment = Environment(
            loader=PackageLoader("portal", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Jinja's tables are typed by what it ships with.
        tables: Any = self._environment
        tables.filters.update(word=words.word, day=thai_day, moment=thai_moment)
        tables.tests["worded"] = words.has_word
        files = {name: resources.files("portal").joinpath("static", name).read_bytes() for name in STATIC}
        self.files = files
        versions = {
            name: f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:_HASH_CHARACTERS]}"
            for name, content in files.items()
        }
        tables.globals["static"] = versions
        self._headers = _headers(issuer_origin=urlsplit(issuer_origin).netloc and issuer_origin, is_https=is_https)

    def page(
        self,
        template: str,
        *,
        session: Session | None,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page; nobody but this browser may keep it."""
        text = self._environment.get_template(template).render(session=session, **values)
        return HTMLResponse(text, status, headers={**self._headers, **(headers or {})})

    @property
    def headers(self) -> dict[str, str]:
        """Headers of answers that are not pages."""
        return dict(self._headers)


def _headers(*, issuer_origin: str, is_https: bool) -> dict[str, str]:
    """No script at all, no foreign address, no frame around the page; addresses with ids reach nobody else."""
    policy: Sequence[str] = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        # A form's answer may redirect to the issuer (signing in again), and browsers check that address as well.
        f"form-action 'self' {issuer_origin}".rstrip(),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
