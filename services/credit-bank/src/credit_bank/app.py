"""Composition root: settings and resources become what the service serves, consumes and checks."""

from __future__ import annotations

from datetime import timedelta

from chassis.assignments import CopyResolver
from chassis.auth import Identifier
from chassis.grpc_server import Servicer
from chassis.service import Composition, Resources, Service, Worker

from credit_bank import command_line, consumers
from credit_bank.access import grpc_api as access_grpc
from credit_bank.access import http_api as access_http
from credit_bank.audit import audit
from credit_bank.averages import http_api as averages_http
from credit_bank.awarding import grpc_api as awarding_grpc
from credit_bank.awarding import http_api as awarding_http
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import files_http as catalogue_files_http
from credit_bank.catalogue import grpc_api as catalogue_grpc
from credit_bank.catalogue import http_api as catalogue_http
from credit_bank.catalogue import modules_http
from credit_bank.checkpoints import http_api as checkpoints_http
from credit_bank.checkpoints.signing import Signer
from credit_bank.checkpoints.use_cases import make_checkpoint
from credit_bank.clients import Registry
from credit_bank.config import Settings
from credit_bank.equivalences import grpc_api as equivalences_grpc
from credit_bank.equivalences import http_api as equivalences_http
from credit_bank.equivalences import preview_http as previews_http
from credit_bank.exchange import grpc_api as exchange_grpc
from credit_bank.exchange import http_api as exchange_http
from credit_bank.exchange import linking_http as exchange_linking_http
from credit_bank.exchange import sending
from credit_bank.exchange.peers import Exchange, load
from credit_bank.offerings import grpc_api as offerings_grpc
from credit_bank.offerings import http_api as offerings_http
from credit_bank.partnerships import grpc_api as partnerships_grpc
from credit_bank.partnerships import http_api as partnerships_http
from credit_bank.people import store as people
from credit_bank.qualifications import grpc_api as qualifications_grpc
from credit_bank.qualifications import http_api as qualifications_http
from credit_bank.recording import grpc_api as recording_grpc
from credit_bank.recording import http_api as recording_http
from credit_bank.recording import import_running, sweeping
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.sealing import Seal
from credit_bank.reviews import http_api as reviews_http
from credit_bank.rules import grpc_api as rules_grpc
from credit_bank.rules import http_api as rules_http
from credit_bank.statements import grpc_api as statements_grpc
from credit_bank.statements import http_api as statements_http
from credit_bank.transcripts import grpc_api as transcripts_grpc
from credit_bank.transcripts import http_api as transcripts_http
from credit_bank.transfers import batches
from credit_bank.transfers import grpc_api as transfers_grpc
from credit_bank.transfers import http_api as transfers_http


def compose(resources: Resources[Settings]) -> Composition:
    """Put the parts together."""
    pool, messages, settings = resources.pool, resources.messages, resources.settings
    registry = Registry(resources.peer(settings.registry_address))
    exchange = _exchange(settings)
    files = ObjectStore.of(settings)
    seal = Seal(settings.subject_hash_key.get_secret_value().encode())

    def servicers(identifier: Identifier) -> list[Servicer]:
        return [
            catalogue_grpc.servicer(pool, registry, messages, identifier),
            equivalences_grpc.servicer(pool, registry, messages, identifier),
            qualifications_grpc.servicer(pool, identifier),
            rules_grpc.servicer(pool, identifier),
            partnerships_grpc.servicer(pool, registry, identifier),
            offerings_grpc.servicer(pool, identifier),
            recording_grpc.servicer(pool, registry, files, identifier),
            recording_grpc.evidence_servicer(pool, identifier),
            statements_grpc.servicer(pool, registry, identifier),
            awarding_grpc.servicer(pool, registry, identifier),
            exchange_grpc.servicer(pool, registry, exchange, identifier),
            transfers_grpc.servicer(pool, registry, identifier),
            transcripts_grpc.servicer(pool, registry, identifier),
            access_grpc.servicer(pool, identifier),
        ]

    signer = _signer(settings)
    trusted_keys = {name: bytes.fromhex(text) for name, text in settings.checkpoint_public_keys.items()}

    async def chores() -> None:
        if signer is not None:
            await make_checkpoint(pool, signer, now=utc_now())

    workers: list[Worker] = [
        lambda stopping: batches.work(pool, registry, stopping),
        lambda stopping: import_running.work(pool, registry, seal, stopping),
    ]
    if files is not None:
        unattached = timedelta(days=settings.evidence_unattached_days)
        workers.append(lambda stopping: sweeping.work(pool, files, unattached, stopping))
    if exchange is not None:
        workers.append(lambda stopping: sending.work(pool, exchange, stopping))

    return Composition(
        resolver=CopyResolver(
            pool,
            people.assignments,
            subject_hash_key=settings.subject_hash_key.get_secret_value().encode(),
            ask=registry.resolve_actor,
        ),
        routers=[
            # Routes are tried one after another: what is called most comes first.
            recording_http.router(pool, registry, files, seal, messages),
            statements_http.router(pool, registry, messages),
            transfers_http.router(pool, registry, messages),
            catalogue_http.router(pool, messages),
            modules_http.router(pool, registry, messages),
            catalogue_files_http.router(pool, messages),
            equivalences_http.router(pool, messages),
            previews_http.router(pool, registry, messages),
            qualifications_http.router(pool, messages),
            rules_http.router(pool, messages),
            partnerships_http.router(pool, registry, messages),
            offerings_http.router(pool, messages),
            averages_http.router(pool, registry),
            awarding_http.router(pool, registry, messages),
            reviews_http.router(pool, messages),
            checkpoints_http.router(pool),
            exchange_http.router(pool, exchange, messages),
            exchange_linking_http.router(pool, registry, exchange, messages),
            transcripts_http.router(pool, registry),
            access_http.router(pool),
        ],
        servicers=servicers,
        subscription=consumers.subscription(),
        workers=workers,
        audit=lambda: audit(pool, trusted_keys=trusted_keys),
        chore=chores,
    )


def _signer(settings: Settings) -> Signer | None:
    key = settings.checkpoint_key
    return None if key is None else Signer.of(settings.checkpoint_key_id, key.get_secret_value())


def _exchange(settings: Settings) -> Exchange | None:
    """Other banks; a peers file without a key to sign with stops the service."""
    if settings.exchange_peers_file is None:
        return None
    if settings.exchange_key is None:
        raise ValueError("CREDIT_BANK_EXCHANGE_KEY is needed with CREDIT_BANK_EXCHANGE_PEERS_FILE")
    return load(settings.exchange_peers_file, Signer.of("exchange", settings.exchange_key.get_secret_value()))


SERVICE = Service("credit-bank", "credit_bank", Settings, compose, commands=command_line.commands())
