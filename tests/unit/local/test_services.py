"""What the runtime gives each service is what the service's own settings accept."""

import asyncio
import importlib
import stat

import pytest
from credit_bank.checkpoints.signing import Signer
from nuaikit_local import ports
from nuaikit_local.definitions import DEFINITIONS, WITH_DATABASE, Definition
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady
from nuaikit_local.report import SERVICES
from nuaikit_local.services import ServicePart
from nuaikit_local.vault import Vault

BY_NAME = pytest.mark.parametrize("definition", DEFINITIONS, ids=[definition.name for definition in DEFINITIONS])


@pytest.fixture
def layout(tmp_path) -> Layout:
    made = Layout(tmp_path)
    made.secrets.mkdir(mode=0o700)
    vault = Vault(made.secrets)
    for definition in WITH_DATABASE:
        vault.get("infrastructure", f"postgres_{definition.package}")
    return made


def part_of(definition: Definition, layout: Layout) -> ServicePart:
    return ServicePart(definition, layout, Vault(layout.secrets), ports=ports.DEFAULTS)


def test_every_service_of_the_platform_is_defined():
    assert tuple(definition.name for definition in DEFINITIONS) == SERVICES


@BY_NAME
def test_service_accepts_exactly_what_it_is_given(definition, layout, monkeypatch):
    part = part_of(definition, layout)
    part.write_secrets()
    for name, value in part.environment().items():
        monkeypatch.setenv(name, value)
    settings_type = importlib.import_module(f"{definition.package}.config").Settings
    settings = settings_type.load()
    assert settings.http_address == f"127.0.0.1:{ports.DEFAULTS[definition.package.upper()]}"
    assert settings.oidc_issuer == f"http://127.0.0.1:{ports.DEFAULTS['ISSUER']}"
    # A secret file under a name that is no setting would be ignored in silence.
    given = {path.name for path in (layout.secrets / definition.name).iterdir()}
    known = {definition.prefix.lower() + name for name in settings_type.model_fields}
    assert given <= known


@BY_NAME
def test_secrets_are_in_private_files_and_nowhere_else(definition, layout):
    part = part_of(definition, layout)
    part.write_secrets()
    secrets = list((layout.secrets / definition.name).iterdir())
    assert secrets
    public = " ".join([*part.command().argv, *part.environment().values()])
    for secret in secrets:
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert secret.read_text() not in public


def test_services_share_the_key_of_subjects_and_nothing_else(layout):
    for definition in DEFINITIONS:
        part_of(definition, layout).write_secrets()
    values: dict[str, list[str]] = {}
    for secret in (path for definition in DEFINITIONS for path in (layout.secrets / definition.name).iterdir()):
        values.setdefault(secret.read_text(), []).append(secret.name)
    shared = [names for names in values.values() if len(names) > 1]
    assert all(name.endswith("_subject_hash_key") for names in shared for name in names)
    assert len(shared) == 1


def test_credit_bank_gets_the_key_with_which_it_signs_checkpoints(layout):
    [definition] = [one for one in DEFINITIONS if one.name == "credit-bank"]
    part_of(definition, layout).write_secrets()
    seed = (layout.secrets / definition.name / "credit_bank_checkpoint_key").read_text()
    assert len(Signer.of("1", seed).public_key) == 32


def test_callers_setting_for_a_service_reaches_it_and_no_other(layout, monkeypatch):
    monkeypatch.setenv("CREDIT_BANK_LOG_LEVEL", "DEBUG")
    given = {definition.name: part_of(definition, layout).environment() for definition in DEFINITIONS}
    assert given["credit-bank"]["CREDIT_BANK_LOG_LEVEL"] == "DEBUG"
    assert "CREDIT_BANK_LOG_LEVEL" not in given["guidance"]


def test_written_again_keys_stay_and_addresses_follow_the_ports(layout):
    definition = DEFINITIONS[0]
    part_of(definition, layout).write_secrets()
    folder = layout.secrets / definition.name
    key = (folder / "student_registry_identifier_key").read_text()
    moved = {name: port + 1000 for name, port in ports.DEFAULTS.items()}
    ServicePart(definition, layout, Vault(layout.secrets), ports=moved).write_secrets()
    assert (folder / "student_registry_identifier_key").read_text() == key
    assert f":{moved['POSTGRES']}/" in (folder / "student_registry_database_dsn").read_text()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n[SCHEMA_OUTDATED]", "SCHEMA_OUTDATED"),
        (b"", "closed"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", None),
    ],
)
async def test_part_is_ready_when_it_says_so(layout, answer, said):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET /readyz HTTP/1.1\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        part = ServicePart(
            DEFINITIONS[0], layout, Vault(layout.secrets), ports={**ports.DEFAULTS, "STUDENT_REGISTRY": port}
        )
        if said is None:
            await part.probe()
        else:
            with pytest.raises(NotReady, match=said):
                await part.probe()
    with pytest.raises(NotReady):
        await part.probe()
