"""The page that shows an HTTP interface to people: Swagger UI, all of it from this process.

A school's network may block the public content networks that such pages usually load their scripts from, and whoever
runs one would learn who reads which interface. The files come with the package `fastapi-offline`, whose releases carry
Swagger UI whole and which needs nothing but the framework that is here anyway; nothing else of it is used.
"""

from __future__ import annotations

import html
from importlib import resources

import fastapi_offline
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

PATH = "/docs"

_HEADERS = {
    # What the page may do beside reading the description: nothing. Swagger UI styles its parts as it draws them.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href=".{path}/swagger-ui.css">
</head>
<body>
<div id="interface"></div>
<script src=".{path}/swagger-ui-bundle.js"></script>
<script src=".{path}/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({{
  url: ".{description}",
  dom_id: "#interface",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],
}});
"""
_TYPES = {"swagger-ui-bundle.js": "text/javascript; charset=utf-8", "swagger-ui.css": "text/css; charset=utf-8"}
_DAY_S = 24 * 60 * 60


def add_page(app: FastAPI, description: str) -> None:
    """Serve the page at `PATH`; addresses are relative, so that it also works below the path of an ingress.

    Args:
        app: The application.
        description: Path of its published description.
    """
    package = resources.files(fastapi_offline) / "static"
    page = _PAGE.format(title=html.escape(app.title), path=PATH)
    start = _START.format(description=description)

    async def show(_: Request) -> Response:
        return HTMLResponse(page, headers=_HEADERS)

    async def begin(_: Request) -> Response:
        return Response(start, media_type="text/javascript; charset=utf-8", headers=_HEADERS)

    app.add_route(PATH, show, include_in_schema=False)
    app.add_route(f"{PATH}/start.js", begin, include_in_schema=False)
    for name, media_type in _TYPES.items():
        content = (package / name).read_bytes()

        async def give(_: Request, content: bytes = content, media_type: str = media_type) -> Response:
            headers = _HEADERS | {"Cache-Control": f"public, max-age={_DAY_S}"}
            return Response(content, media_type=media_type, headers=headers)

        app.add_route(f"{PATH}/{name}", give, include_in_schema=False)
