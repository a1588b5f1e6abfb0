"""Composition root: settings to running parts."""

from __future__ import annotations

from chassis.assignments import CopyResolver
from chassis.service import Composition, Resources, Service

from indicators import consumers
from indicators.config import Settings
from indicators.copies import store
from indicators.counts import http_api, rules


def compose(resources: Resources[Settings]) -> Composition:
    """Wire the service."""
    key = resources.settings.subject_hash_key.get_secret_value().encode()
    return Composition(
        resolver=CopyResolver(resources.pool, store.assignments, subject_hash_key=key, ask=None),
        routers=[http_api.router(resources.pool, rules.load())],
        subscription=consumers.subscription(),
        has_outbox=False,
    )


SERVICE = Service(name="indicators", package="indicators", settings=Settings, compose=compose)
