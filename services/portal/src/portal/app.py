"""Composition root: settings to pages."""

from __future__ import annotations

from chassis.grpc_client import Peer
from chassis.service import Composition, Resources, Service

from portal import http_api
from portal.clients import CreditBank, Guidance, Indicators, Registry
from portal.config import Settings
from portal.http_api import Portal
from portal.rendering import Pages
from portal.sessions import Cookies
from portal.sign_in.use_cases import SignIn
from portal.status.use_cases import Services


def compose(resources: Resources[Settings]) -> Composition:
    """Wire the pages; they have no database, no events and no API of their own."""
    settings, http = resources.settings, resources.http
    sign_in = SignIn(
        settings.oidc_issuer,
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        redirect_uri=f"{settings.base_url}/callback",
        http=http,
    )
    as_person = Peer(
        settings.registry_address,
        telemetry=resources.telemetry,
        token=None,
        timeout_s=settings.rpc_timeout_ms / 1000,
    )
    resources.peers.append(as_person)
    services = Services(
        registry=Registry(resources.peer(settings.registry_address), as_person),
        bank=CreditBank(resources.peer(settings.credit_bank_address)),
        guidance=Guidance(resources.peer(settings.guidance_address)),
        indicators=Indicators(settings.indicators_url, http),
    )
    portal = Portal(
        pages=Pages(issuer_origin=sign_in.issuer_origin, is_https=settings.is_https),
        cookies=Cookies(settings.session_key.get_secret_value()),
        sign_in=sign_in,
        services=services,
        messages=resources.messages,
        is_https=settings.is_https,
    )
    return Composition(resolver=None, routers=[http_api.router(portal)], has_outbox=False)


SERVICE = Service(name="portal", package="portal", settings=Settings, compose=compose)
