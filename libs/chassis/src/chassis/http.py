"""The HTTP edge: FastAPI with problem documents, health paths, one server span a request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from opentelemetry.trace import SpanKind, Status, StatusCode
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import tabular
from chassis.api_page import add_page
from chassis.auth import Actor, Identifier
from chassis.errors import TABLE, Invalid, NotFound, PurposeMissing, ServiceError
from chassis.messages import Messages
from chassis.openapi import Examples
from chassis.outcomes import Outcome
from chassis.pg import TRANSLATED, translate
from chassis.telemetry import Telemetry, context_of, current_trace_id

log = logging.getLogger(__name__)

OPENAPI_PATH = "/openapi.json"
PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 2

BODY_BYTES_MAX = 16 * 1024 * 1024
"""Largest body of a request; a list call of 1,000 items fits well within."""

UPLOAD_BYTES_MAX = tabular.BYTES_MAX + 1024 * 1024
"""Largest body of a file upload: the file and its form."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Ready = Callable[[], Awaitable[list[str]]]
"""Reasons why this process should get no traffic; empty when it should."""


class InvalidRequest(Invalid):
    """The request does not have the documented shape."""

    reason = "INVALID_REQUEST"


class MethodNotAllowed(Invalid):
    """This address does not take this method."""

    reason = "METHOD_NOT_ALLOWED"


class BodyTooLarge(Invalid):
    """The request's body is larger than this address takes."""

    reason = "BODY_TOO_LARGE"


class NothingHere(NotFound):
    """There is nothing at this address."""


_HTTP_ERRORS: dict[int, type[ServiceError]] = {
    HTTPStatus.NOT_FOUND: NothingHere,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BodyTooLarge,
}


class ProblemDocument(BaseModel):
    """RFC 9457 problem: `title` is the Thai sentence for people, `detail` the English one for developers."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    metadata: dict[str, str]
    field: str | None = None
    faults: list[dict[str, str]] | None = None
    trace_id: str | None = None


class ItemProblem(BaseModel):
    """Why one item of a list failed."""

    kind: str
    reason: str
    title_th: str
    detail: str
    metadata: dict[str, str]
    field: str | None = None


class ItemResult(BaseModel):
    """What became of one item of a list."""

    index: int
    id: str | None = None
    already_done: bool = False
    problem: ItemProblem | None = None


def item_results(outcomes: Sequence[Outcome], messages: Messages) -> list[ItemResult]:
    """Outcomes as JSON, with the Thai sentence of each problem."""
    results: list[ItemResult] = []
    for outcome in sorted(outcomes, key=lambda item: item.index):
        problem = outcome.problem and ItemProblem(
            kind=outcome.problem.kind,
            reason=outcome.problem.reason,
            title_th=messages.sentence(outcome.problem.reason),
            detail=outcome.problem.detail,
            metadata=outcome.problem.metadata,
            field=outcome.problem.field,
        )
        results.append(
            ItemResult(index=outcome.index, id=outcome.id, already_done=outcome.already_done, problem=problem)
        )
    return results


_BEARER = HTTPBearer(auto_error=False, description="Access token of the OpenID Connect issuer.")
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
_Assignment = Annotated[str | None, Header(alias="Nuaikit-Assignment", description="Assignment acted under (UUID).")]


async def _actor(request: Request, bearer: _Bearer, assignment: str | None, *, is_fresh_needed: bool) -> Actor:
    identifier: Identifier | None = request.app.state.identifier
    assert identifier is not None, "a service with routes for people has an identifier"
    authorization = f"Bearer {bearer.credentials}" if bearer else None
    return await identifier.actor(authorization, assignment, None, is_fresh_needed=is_fresh_needed)


async def current_actor(request: Request, bearer: _Bearer, assignment: _Assignment = None) -> Actor:
    """The actor of a request; a local copy may answer while the registry is away."""
    return await _actor(request, bearer, assignment, is_fresh_needed=False)


async def fresh_actor(request: Request, bearer: _Bearer, assignment: _Assignment = None) -> Actor:
    """The actor as the registry knows him now; fails closed when it does not answer."""
    return await _actor(request, bearer, assignment, is_fresh_needed=True)


async def stated_purpose(  # the framework would call a plain function in a thread: half a millisecond a request
    nuaikit_purpose: Annotated[str | None, Header(description="Purpose code of the read.")] = None,
) -> str:
    """The purpose of a read of an individual.

    Raises:
        PurposeMissing: None was stated.
    """
    if not nuaikit_purpose:
        raise PurposeMissing
    return nuaikit_purpose


CurrentActor = Annotated[Actor, Depends(current_actor)]
FreshActor = Annotated[Actor, Depends(fresh_actor)]
RequestId = Annotated[UUID, Header(alias="Idempotency-Key", description="UUID; the same id gives the same answer.")]
Purpose = Annotated[str, Depends(stated_purpose)]


def create_http(
    service_name: str,
    routers: Sequence[APIRouter],
    *,
    telemetry: Telemetry,
    messages: Messages,
    identifier: Identifier | None,
    ready: Ready,
    words: Mapping[str, object] | None = None,
) -> FastAPI:
    """The application of one service.

    `words` are examples by field name for its published description.

    A body may have `BODY_BYTES_MAX`; a route that takes files says `max_body_size=UPLOAD_BYTES_MAX`.
    """
    app = FastAPI(
        title=f"Nuaikit {service_name}",
        version="1",
        openapi_url=None,  # `_add_description` publishes it
        # `_Edge` makes the one server span; with a global tracer provider about, FastAPI would make a second one.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        responses={
            "4XX": {"model": ProblemDocument, "content": {PROBLEM_JSON: {}}},
            "5XX": {"model": ProblemDocument, "content": {PROBLEM_JSON: {}}},
        },
    )
    app.state.identifier = identifier
    app.state.messages = messages
    for router in routers:
        # Here and not on the application, where the framework's own answer would pass by `_Edge`.
        app.include_router(router, max_body_size=BODY_BYTES_MAX)
    _add_health(app, ready)
    _add_problems(app, messages)
    app.add_middleware(_Edge, telemetry=telemetry, messages=messages)
    _add_description(app, words or {})
    return app


def _add_description(app: FastAPI, words: Mapping[str, object]) -> None:
    describe = app.openapi
    making = asyncio.Lock()

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            Examples(describe(), words).fill()  # the framework keeps what it made, and so its examples
        return describe()

    async def document(_: Request) -> JSONResponse:
        # A hundred routes are seconds of work: beside the loop, where the first reader holds up nobody else.
        async with making:
            return JSONResponse(await asyncio.to_thread(app.openapi))

    app.openapi = described
    app.add_route(OPENAPI_PATH, document, include_in_schema=False)
    add_page(app, OPENAPI_PATH)


def _add_health(app: FastAPI, ready: Ready) -> None:
    async def livez() -> dict[str, str]:
        """The loop turns."""
        return {"status": "ok"}

    async def readyz() -> JSONResponse:
        """Whether this process should get traffic."""
        reasons = await ready()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        return JSONResponse({"status": "not ready" if reasons else "ok", "reasons": reasons}, status)

    app.add_api_route("/livez", livez, include_in_schema=False)
    app.add_api_route("/readyz", readyz, include_in_schema=False)


def problem_response(
    error: ServiceError, messages: Messages, *, status: int | None = None, faults: list[dict[str, str]] | None = None
) -> JSONResponse:
    """The problem document of an error; `status` where HTTP knows a more exact one than the error's kind."""
    mapping = TABLE[error.kind]
    code = status or mapping.http_status
    document = ProblemDocument(
        type=f"urn:nuaikit:problem:{error.reason.lower()}",
        title=messages.sentence(error.reason),
        status=code,
        detail=error.detail,
        reason=error.reason,
        metadata=error.metadata,
        field=error.field,
        faults=faults,
        trace_id=current_trace_id(),
    )
    headers: dict[str, str] = {}
    if code == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if mapping.log_level == "warning":
        log.warning("Request was refused", extra={"fields": {"reason": error.reason, "status": code}})
    return JSONResponse(document.model_dump(exclude_none=True), code, headers=headers, media_type=PROBLEM_JSON)


def _add_problems(app: FastAPI, messages: Messages) -> None:
    async def on_service_error(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, ServiceError)
        return problem_response(exc, messages)

    async def on_database(_request: Request, exc: Exception) -> JSONResponse:
        failure = translate(exc)
        if failure is None:
            raise exc
        return problem_response(failure, messages)

    async def on_validation(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, RequestValidationError)
        # Values stay out: they may be personal.
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"]), "fault": fault["type"]} for fault in exc.errors()
        ]
        return problem_response(InvalidRequest(field=faults[0]["field"]), messages, faults=faults)

    async def on_http(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, HTTPException)
        error = _HTTP_ERRORS.get(exc.status_code, InvalidRequest)()
        response = problem_response(error, messages, status=exc.status_code)
        response.headers.update(exc.headers or {})
        return response

    app.add_exception_handler(ServiceError, on_service_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    for failure in TRANSLATED:
        app.add_exception_handler(failure, on_database)


class _Edge:
    """One server span and one duration a request, and the last resort for errors.

    Named by route template and never by path, which may hold ids. The span lasts until the response is sent whole.
    """

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry, messages: Messages) -> None:
        self._app = app
        self._telemetry = telemetry
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/livez", "/readyz"):
            await self._app(scope, receive, send)
            return
        traceparent = next(
            (value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), None
        )
        started = time.perf_counter()
        status, is_replaced = 0, False

        async def observe(message: Message) -> None:
            nonlocal status, is_replaced
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not _is_problem(message):
                    # The framework answers a Content-Length over the limit by itself, in plain text.
                    is_replaced = True
                    await problem_response(BodyTooLarge(), self._messages, status=status)(scope, receive, send)
            if not is_replaced:
                await send(message)

        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        with self._telemetry.span(method, kind=SpanKind.SERVER, parent=context_of(traceparent)) as span:
            try:
                await self._app(scope, receive, observe)
            except Exception:
                log.exception("Request failed", extra={"fields": {"is_answered": status != 0}})
                if status:  # half an answer is out; only breaking the connection tells the caller
                    raise
                await problem_response(ServiceError("Internal error."), self._messages)(scope, receive, observe)
            finally:
                route = str(getattr(scope.get("route"), "path", "unmatched"))
                span.update_name(f"{method} {route}")
                span.set_attributes(
                    {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                )
                if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    span.set_status(Status(StatusCode.ERROR))
                self._telemetry.request_duration.record(
                    time.perf_counter() - started, {"method": f"{method} {route}", "outcome": status}
                )


def _is_problem(start: Message) -> bool:
    return (b"content-type", PROBLEM_JSON.encode()) in start["headers"]
