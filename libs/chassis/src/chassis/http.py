"""The HTTP edge: FastAPI with problem documents, health paths, one server span a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from opentelemetry.trace import SpanKind
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.auth import Actor, Identifier
from chassis.errors import TABLE, Invalid, NotFound, PurposeMissing, ServiceError
from chassis.messages import Messages
from chassis.outcomes import Outcome
from chassis.pg import TRANSIENT, translate_transient
from chassis.telemetry import Telemetry, context_of, current_trace_id

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 2

Ready = Callable[[], Awaitable[list[str]]]
"""Reasons why this process should get no traffic; empty when it should."""


class InvalidRequest(Invalid):
    """The request does not have the documented shape."""

    reason = "INVALID_REQUEST"


class ProblemDocument(BaseModel):
    """RFC 9457 problem: `title` is the Thai sentence for people, `detail` the English one for developers."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    metadata: dict[str, str]
    field: str | None = None
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


async def current_actor(
    request: Request,
    authorization: Annotated[str | None, Header(description="Bearer token of the issuer.")] = None,
    nuaikit_assignment: Annotated[str | None, Header(description="Assignment acted under (UUID).")] = None,
) -> Actor:
    """The actor of a request; a local copy may answer while the registry is away."""
    identifier: Identifier = request.app.state.identifier
    return await identifier.actor(authorization, nuaikit_assignment, None)


async def fresh_actor(
    request: Request,
    authorization: Annotated[str | None, Header(description="Bearer token of the issuer.")] = None,
    nuaikit_assignment: Annotated[str | None, Header(description="Assignment acted under (UUID).")] = None,
) -> Actor:
    """The actor as the registry knows him now; fails closed when it does not answer."""
    identifier: Identifier = request.app.state.identifier
    return await identifier.actor(authorization, nuaikit_assignment, None, is_fresh_needed=True)


def stated_purpose(
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
) -> FastAPI:
    """The application of one service."""
    app = FastAPI(
        title=f"Nuaikit {service_name}",
        version="1",
        redoc_url=None,
        telemetry={"operation_spans": False, "metrics": False, "logs": False},
        responses={
            "4XX": {"model": ProblemDocument, "content": {PROBLEM_JSON: {}}},
            "5XX": {"model": ProblemDocument, "content": {PROBLEM_JSON: {}}},
        },
    )
    app.state.identifier = identifier
    app.state.messages = messages
    for router in routers:
        app.include_router(router)
    _add_health(app, ready)
    _add_problems(app, messages)
    app.add_middleware(_ServerSpan, telemetry=telemetry)
    return app


def _add_health(app: FastAPI, ready: Ready) -> None:
    async def livez() -> dict[str, str]:
        """The loop turns."""
        return {"status": "ok"}

    async def readyz() -> JSONResponse:
        """The schema is current and what is needed answers."""
        reasons = await ready()
        return JSONResponse(
            {"status": "ok" if not reasons else "not ready", "reasons": reasons}, 503 if reasons else 200
        )

    app.add_api_route("/livez", livez, include_in_schema=False)
    app.add_api_route("/readyz", readyz, include_in_schema=False)


def _add_problems(app: FastAPI, messages: Messages) -> None:
    def problem(error: ServiceError, extra: dict[str, Any] | None = None) -> JSONResponse:
        mapping = TABLE[error.kind]
        document = ProblemDocument(
            type=f"urn:nuaikit:problem:{error.reason.lower()}",
            title=messages.sentence(error.reason),
            status=mapping.http_status,
            detail=error.detail,
            reason=error.reason,
            metadata=error.metadata,
            field=error.field,
            trace_id=current_trace_id(),
        )
        headers = {"Retry-After": str(RETRY_AFTER_S)} if mapping.http_status == HTTPStatus.SERVICE_UNAVAILABLE else None
        if mapping.log_level == "warning":
            log.warning("Request was refused", extra={"fields": {"reason": error.reason}})
        return JSONResponse(
            document.model_dump() | (extra or {}), mapping.http_status, headers=headers, media_type=PROBLEM_JSON
        )

    async def on_service_error(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, ServiceError)
        return problem(exc)

    async def on_transient(_request: Request, exc: Exception) -> JSONResponse:
        return problem(translate_transient(exc))

    async def on_validation(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, RequestValidationError)
        # Values stay out: they may be personal.
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"]), "fault": fault["type"]} for fault in exc.errors()
        ]
        return problem(InvalidRequest(field=faults[0]["field"] if faults else None), {"faults": faults})

    async def on_http(_request: Request, exc: Exception) -> JSONResponse:
        assert isinstance(exc, HTTPException)
        error: ServiceError = (
            NotFound("There is nothing at this address.")
            if exc.status_code == HTTPStatus.NOT_FOUND
            else InvalidRequest()
        )
        response = problem(error)
        response.status_code = exc.status_code
        return response

    async def on_unknown(_request: Request, exc: Exception) -> JSONResponse:
        log.error("Request failed", exc_info=exc)
        return problem(ServiceError("Internal error."))

    app.add_exception_handler(ServiceError, on_service_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    for transient in TRANSIENT:
        app.add_exception_handler(transient, on_transient)
    app.add_exception_handler(Exception, on_unknown)


class _ServerSpan:
    """One server span and one duration a request, by route template and never by path, which may hold ids."""

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ("/livez", "/readyz"):
            await self._app(scope, receive, send)
            return
        traceparent = next((value.decode() for name, value in scope["headers"] if name == b"traceparent"), None)
        started = time.perf_counter()
        status = 500

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"]
        with self._telemetry.span(method, kind=SpanKind.SERVER, parent=context_of(traceparent)) as span:
            try:
                await self._app(scope, receive, observe)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
                span.set_attribute("http.response.status_code", status)
                self._telemetry.request_duration.record(
                    time.perf_counter() - started, {"method": f"{method} {route}", "outcome": status}
                )
