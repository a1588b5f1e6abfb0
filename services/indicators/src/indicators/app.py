"""Composition root: settings to running parts."""

from __future__ import annotations

from chassis.service import Composition, Resources, Service

from indicators import consumers
from indicators.actors import Actors
from indicators.config import Settings
from indicators.counts import http_api, rules


def compose(resources: Resources[Settings]) -> Composition:
    """Wire the service."""
    key = resources.settings.subject_hash_key.get_secret_value().encode()
    return Composition(
        resolver=Actors(resources.pool, subject_hash_key=key),
        routers=[http_api.router(resources.pool, rules.load())],
        subscription=consumers.subscription(),
        has_outbox=False,
    )


SERVICE = Service(name="indicators", package="indicators", settings=Settings, compose=compose)
