"""Composition root: settings to what this service serves."""

from __future__ import annotations

from chassis.auth import Identifier, subject_hash
from chassis.grpc_server import Servicer
from chassis.pg import transaction
from chassis.service import Composition, Resources, Service

from student_registry import command_line
from student_registry.access import grpc_api as access_grpc
from student_registry.access import http_api as access_http
from student_registry.area_desk import grpc_api as area_desk_grpc
from student_registry.area_desk import http_api as area_desk_http
from student_registry.assignments import grpc_api as assignments_grpc
from student_registry.assignments import http_api as assignments_http
from student_registry.assignments.announcing import announce_permissions
from student_registry.assignments.use_cases import TableResolver
from student_registry.calendar_th import now_utc
from student_registry.config import Settings
from student_registry.consents import grpc_api as consents_grpc
from student_registry.consents import http_api as consents_http
from student_registry.deps import Deps
from student_registry.enrolments import grpc_api as enrolments_grpc
from student_registry.enrolments import http_api as enrolments_http
from student_registry.exporting import http_api as exporting_http
from student_registry.identifiers import use_cases as identifiers
from student_registry.importing import grpc_api as importing_grpc
from student_registry.importing import http_api as importing_http
from student_registry.importing.running import work as work_on_imports
from student_registry.institutions import files_http as institution_files_http
from student_registry.institutions import grpc_api as institutions_grpc
from student_registry.institutions import http_api as institutions_http
from student_registry.keyring import Keyring
from student_registry.learners import grpc_api as learners_grpc
from student_registry.learners import http_api as learners_http
from student_registry.matching import grpc_api as matching_grpc
from student_registry.matching import http_api as matching_http
from student_registry.matching.comparing import work as work_on_comparisons
from student_registry.memberships import grpc_api as memberships_grpc
from student_registry.memberships import http_api as memberships_http
from student_registry.movements import grpc_api as movements_grpc
from student_registry.movements import http_api as movements_http
from student_registry.oneroster import http_api as oneroster_http
from student_registry.population import grpc_api as population_grpc
from student_registry.population import http_api as population_http
from student_registry.profiles import grpc_api as profiles_grpc
from student_registry.profiles import http_api as profiles_http
from student_registry.profiles import use_cases as profiles
from student_registry.requests import grpc_api as requests_grpc
from student_registry.requests import http_api as requests_http
from student_registry.requests import use_cases as requests
from student_registry.search import grpc_api as search_grpc
from student_registry.search import http_api as search_http
from student_registry.shares import grpc_api as shares_grpc
from student_registry.shares import http_api as shares_http
from student_registry.snapshot import grpc_api as snapshot_grpc
from student_registry.statuses import grpc_api as statuses_grpc
from student_registry.statuses import http_api as statuses_http
from student_registry.workplaces import grpc_api as workplaces_grpc
from student_registry.workplaces import http_api as workplaces_http
from student_registry.workplaces import use_cases as workplaces
from student_registry.year_end import grpc_api as year_end_grpc
from student_registry.year_end import http_api as year_end_http

_GRPC = (
    institutions_grpc,
    assignments_grpc,
    learners_grpc,
    enrolments_grpc,
    shares_grpc,
    access_grpc,
    search_grpc,
    population_grpc,
    snapshot_grpc,
    matching_grpc,
    statuses_grpc,
    consents_grpc,
    memberships_grpc,
    workplaces_grpc,
    requests_grpc,
    movements_grpc,
    profiles_grpc,
    area_desk_grpc,
    year_end_grpc,
    importing_grpc,
)
_HTTP = (
    institutions_http,
    assignments_http,
    learners_http,
    shares_http,
    access_http,
    importing_http,
    search_http,
    population_http,
    exporting_http,
    oneroster_http,
    enrolments_http,
    matching_http,
    statuses_http,
    consents_http,
    memberships_http,
    workplaces_http,
    institution_files_http,
    requests_http,
    movements_http,
    profiles_http,
    area_desk_http,
    year_end_http,
)


def dependencies(resources: Resources[Settings]) -> Deps:
    """What the use cases need, from the settings."""
    settings = resources.settings
    previous = settings.identifier_keys_previous
    index_previous = settings.identifier_index_keys_previous
    hash_key = settings.subject_hash_key.get_secret_value().encode()
    return Deps(
        pool=resources.pool,
        keyring=Keyring.of(
            settings.identifier_key.get_secret_value(),
            version=settings.identifier_key_version,
            previous=previous.get_secret_value() if previous else None,
            index_key=settings.identifier_index_key.get_secret_value(),
            index_version=settings.identifier_index_key_version,
            previous_index_keys=index_previous.get_secret_value() if index_previous else None,
        ),
        subject_hash_key=hash_key,
        bootstrap_subject_hash=subject_hash(settings.bootstrap_subject, hash_key)
        if settings.bootstrap_subject
        else None,
        import_rows_max=settings.import_rows_max,
        import_inline_bytes_max=settings.import_inline_bytes_max,
    )


_SEALED = {
    "identifiers": identifiers.drift,
    "profile_facts": profiles.drift,
    "profile_photos": profiles.drift_of_photos,
    "data_requests": requests.drift,
    "workplace_contacts": workplaces.drift,
}
"""What the audit opens, each as often as it is there."""


def compose(resources: Resources[Settings]) -> Composition:
    """Wire the service."""
    deps = dependencies(resources)

    def servicers(identifier: Identifier) -> list[Servicer]:
        return [module.servicer(deps, identifier) for module in _GRPC]

    async def audit() -> dict[str, int]:
        async with transaction(deps.pool) as connection:
            found = {name: await drift(deps, connection) for name, drift in _SEALED.items()}
        counts = {name: looked_at for name, (looked_at, _) in found.items()}
        return counts | {f"drift_{name}": drifted for name, (_, drifted) in found.items()}

    async def announce() -> None:
        await announce_permissions(deps, now=now_utc())

    return Composition(
        resolver=TableResolver(deps),
        routers=[module.router(deps) for module in _HTTP],
        servicers=servicers,
        audit=audit,
        chore=announce,
        workers=[
            lambda stopping: work_on_imports(deps, stopping),
            lambda stopping: work_on_comparisons(deps, stopping),
        ],
    )


SERVICE = Service(
    name="student-registry",
    package="student_registry",
    settings=Settings,
    compose=compose,
    commands=command_line.commands(dependencies),
)
