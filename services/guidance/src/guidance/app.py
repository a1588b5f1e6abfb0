"""Composition root: settings to running parts."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.assignments import CopyResolver
from chassis.auth import Identifier
from chassis.grpc_server import Servicer
from chassis.service import Composition, Resources, Service

from guidance import consumers
from guidance.access import grpc_api as access_grpc
from guidance.access import http_api as access_http
from guidance.activities import grpc_api as activities_grpc
from guidance.activities import http_api as activities_http
from guidance.activities.use_cases import Activities
from guidance.clients import Registry
from guidance.config import Settings
from guidance.copies import store as copies
from guidance.instruments import definitions
from guidance.instruments import http_api as instruments_http
from guidance.records import grpc_api as records_grpc
from guidance.records import http_api as records_http
from guidance.records.use_cases import Records
from guidance.screenings import grpc_api as screenings_grpc
from guidance.screenings import http_api as screenings_http
from guidance.screenings.sealing import Sealer
from guidance.screenings.use_cases import Screenings


def compose(resources: Resources[Settings]) -> Composition:
    """Wire the service."""
    settings, pool, messages = resources.settings, resources.pool, resources.messages
    registry = Registry(resources.peer(settings.registry_address))
    catalogue = definitions.load(settings.instruments_dir)
    sealer = Sealer(settings.answer_key.get_secret_value(), key_id=settings.answer_key_id)
    screenings = Screenings(pool, registry, catalogue, sealer)
    activities = Activities(pool, registry)
    records = Records(pool, registry)

    def servicers(identifier: Identifier) -> Sequence[Servicer]:
        return [
            screenings_grpc.servicer(screenings, identifier),
            activities_grpc.servicer(activities, identifier),
            records_grpc.servicer(records, identifier),
            access_grpc.servicer(pool, identifier),
        ]

    return Composition(
        resolver=CopyResolver(
            pool,
            copies.assignments,
            subject_hash_key=settings.subject_hash_key.get_secret_value().encode(),
            ask=registry.resolve_actor,
        ),
        routers=[
            instruments_http.router(catalogue),
            screenings_http.router(screenings, messages),
            activities_http.router(activities, messages),
            records_http.router(records),
            access_http.router(pool),
        ],
        servicers=servicers,
        subscription=consumers.subscription(),
    )


SERVICE = Service(name="guidance", package="guidance", settings=Settings, compose=compose)
