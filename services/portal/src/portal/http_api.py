"""The pages: every route is short, reads the session, asks a use case, and renders."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from chassis.errors import TABLE, Forbidden, Invalid, NotFound, ServiceError, Unauthenticated, Unavailable
from chassis.http import RETRY_AFTER_S
from chassis.messages import Messages
from chassis.telemetry import current_trace_id
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from portal.clients import Viewer
from portal.rendering import STATIC, Pages
from portal.sessions import Cookies, Session, SessionTooLargeError
from portal.sign_in.use_cases import ATTEMPT_S, SignIn, SignInRefused
from portal.status.use_cases import Services, Standing, learner_detail, staff_page, standing
from portal.thai_time import academic_year_be, utc_now

log = logging.getLogger(__name__)

YEARS_SHOWN = 5
HEALTH_PATHS = ("/livez", "/readyz")
_STATIC_AGE_S = 31_536_000


class SessionOver(Unauthenticated):
    """The person is no longer signed in."""

    reason = "SESSION_OVER"


class FormStale(Forbidden):
    """The form was not made for this session."""

    reason = "FORM_STALE"


class PageInvalid(Invalid):
    """The address does not say what the page needs."""

    reason = "INVALID_REQUEST"


@dataclass(frozen=True, slots=True)
class Portal:
    """What the pages need."""

    pages: Pages
    cookies: Cookies
    sign_in: SignIn
    services: Services
    messages: Messages
    is_https: bool

    @property
    def session_cookie(self) -> str:
        """Name of the session's cookie; `__Host-` makes browsers insist on Secure and on this host."""
        return "__Host-nuaikit-session" if self.is_https else "nuaikit-session"

    @property
    def attempt_cookie(self) -> str:
        """Name of the cookie of a sign-in under way."""
        return "__Host-nuaikit-sign-in" if self.is_https else "nuaikit-sign-in"

    def session(self, request: Request) -> Session | None:
        """Who is signed in."""
        return self.cookies.session(request.cookies.get(self.session_cookie), now=time.time())

    def keep(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        """Set a cookie that scripts cannot read and other sites cannot send along with a form."""
        response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=self.is_https)

    def forget(self, response: Response, name: str) -> None:
        """Remove a cookie."""
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=self.is_https)


def router(portal: Portal) -> APIRouter:
    """All pages. Failures are pages too, never JSON."""
    routes = APIRouter(route_class=_page_route(portal), include_in_schema=False)
    _add_static(routes, portal)
    _add_signing(routes, portal)
    _add_status(routes, portal)

    @routes.get("/")
    async def home(request: Request) -> Response:
        return portal.pages.page("home.html.j2", session=portal.session(request))

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def nothing(path: str) -> Response:
        raise NotFound(f"There is no page at this address ({len(path)} characters).")

    return routes


def _add_static(routes: APIRouter, portal: Portal) -> None:
    @routes.get("/static/{name}")
    async def static(name: str) -> Response:
        if name not in STATIC:
            raise NotFound
        # Addresses carry the content's hash, so a copy never goes stale.
        headers = {"Cache-Control": f"public, max-age={_STATIC_AGE_S}, immutable", "X-Content-Type-Options": "nosniff"}
        return Response(portal.pages.files[name], media_type=STATIC[name], headers=headers)


def _add_signing(routes: APIRouter, portal: Portal) -> None:
    @routes.get("/sign-in")
    async def sign_in() -> Response:
        departure = await portal.sign_in.depart(now=time.time())
        response = RedirectResponse(departure.url, HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
        portal.keep(response, portal.attempt_cookie, portal.cookies.seal(departure.attempt), seconds=ATTEMPT_S)
        return response

    @routes.get("/callback")
    async def callback(
        request: Request, code: str = "", state: str = "", iss: str | None = None, error: str = ""
    ) -> Response:
        if error or not code:
            log.info("Issuer did not sign a person in", extra={"fields": {"error": error[:40]}})
            raise SignInRefused
        now = time.time()
        attempt = portal.cookies.attempt(request.cookies.get(portal.attempt_cookie), now=now)
        session = await portal.sign_in.arrive(code=code, state=state, issuer=iss, attempt=attempt, now=now)
        response = RedirectResponse("/learners", HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
        _keep_session(portal, response, session)
        portal.forget(response, portal.attempt_cookie)
        return response

    @routes.post("/sign-out")
    async def sign_out(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
        session = portal.session(request)
        if session and not secrets.compare_digest(session.csrf.encode(), csrf.encode()):
            raise FormStale
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
        portal.forget(response, portal.session_cookie)
        return response


def _add_status(routes: APIRouter, portal: Portal) -> None:
    @routes.get("/learners")
    async def learners(request: Request, assignment: str = "", page: str = "", year_be: int = 0) -> Response:
        session = _signed_in(portal, request)
        here = await _standing(portal, session, wanted=assignment)
        assert here.acting is not None, "else it was refused"
        session = replace(session, acting=here.acting)
        year = year_be or academic_year_be(utc_now())
        if here.acting.learner_id and not here.acting.assignment_id:
            return await _detail(portal, session, here, here.acting.learner_id)
        viewer = Viewer(session.token, here.acting)
        found = await staff_page(portal.services, viewer, here.acting, page_token=page, year_be=year)
        this_year = academic_year_be(utc_now())
        response = portal.pages.page(
            "learners.html.j2",
            session=session,
            here=here,
            acting=here.acting,
            page=found,
            is_first_page=not page,
            year_be=year,
            years=sorted({this_year - back for back in range(YEARS_SHOWN)} | {year}, reverse=True),
        )
        _keep_session(portal, response, session)
        return response

    @routes.get("/learners/{learner_id}")
    async def learner(request: Request, learner_id: UUID, assignment: str = "") -> Response:
        session = _signed_in(portal, request)
        here = await _standing(portal, session, wanted=assignment)
        return await _detail(portal, replace(session, acting=here.acting), here, str(learner_id))

    @routes.get("/indicators.csv")
    async def indicators_csv(request: Request, year_be: int, assignment: str = "") -> Response:
        session = _signed_in(portal, request)
        here = await _standing(portal, session, wanted=assignment)
        content = await portal.services.indicators.csv(Viewer(session.token, here.acting), year_be)
        name = f'attachment; filename="indicators-{year_be}.csv"'
        headers = {**portal.pages.headers, "Content-Disposition": name}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def _detail(portal: Portal, session: Session, here: Standing, learner_id: str) -> Response:
    assert here.acting is not None, "else it was refused"
    detail = await learner_detail(portal.services, Viewer(session.token, here.acting), here.acting, learner_id)
    if detail.exists_for_nobody:
        raise NotFound
    response = portal.pages.page(
        "learner.html.j2", session=session, here=here, acting=here.acting, detail=detail, learner_id=learner_id
    )
    _keep_session(portal, response, session)
    return response


def _signed_in(portal: Portal, request: Request) -> Session:
    session = portal.session(request)
    if session is None:
        raise SessionOver if request.cookies.get(portal.session_cookie) else Unauthenticated
    return session


async def _standing(portal: Portal, session: Session, *, wanted: str) -> Standing:
    here = await standing(portal.services, Viewer(session.token, session.acting), wanted=wanted)
    if here.acting is None:
        raise Unavailable("The registry does not answer, and nothing is remembered.")
    return here


def _keep_session(portal: Portal, response: Response, session: Session) -> None:
    seconds = max(1, session.expires_at - int(time.time()))
    try:
        portal.keep(response, portal.session_cookie, portal.cookies.seal(session), seconds=seconds)
    except SessionTooLargeError:
        log.error("Issuer's token does not fit into a cookie")  # noqa: TRY400  # its place tells nothing
        raise SignInRefused("The issuer's token does not fit into a cookie.") from None


def _page_route(portal: Portal) -> type[APIRoute]:
    """Routes whose failures are pages in Thai that say what to do next."""

    class PageRoute(APIRoute):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            # The page for unknown addresses must not stand before the health paths that the chassis adds later.
            return (Match.NONE, {}) if scope["path"] in HEALTH_PATHS else super().matches(scope)

        def get_route_handler(self) -> Callable[[Request], Awaitable[Any]]:  # pyright: ignore[reportIncompatibleMethodOverride]  # FastAPI's own is a coroutine function
            handle = super().get_route_handler()

            async def handle_page(request: Request) -> Any:
                try:
                    return await handle(request)
                except ServiceError as error:
                    return problem_page(portal, request, error)
                except RequestValidationError:
                    return problem_page(portal, request, PageInvalid())
                except Exception:  # whatever it is, the person gets a page and the log gets the place
                    log.exception("Page failed")
                    return problem_page(portal, request, ServiceError("Internal error."))

            return handle_page

    return PageRoute


def problem_page(portal: Portal, request: Request, error: ServiceError) -> Response:
    """The page that stands for a failure."""
    status = TABLE[error.kind].http_status
    is_over = error.kind == Unauthenticated.kind
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if error.reason not in portal.messages.reasons():
        log.info("Refusal has no sentence of its own", extra={"fields": {"reason": error.reason}})
    response = portal.pages.page(
        "problem.html.j2",
        session=None if is_over else portal.session(request),
        status=status,
        headers=headers,
        sentence=portal.messages.sentence(error.reason),
        kind=error.kind,
        trace_id=current_trace_id(),
    )
    if is_over:
        portal.forget(response, portal.session_cookie)
    return response
