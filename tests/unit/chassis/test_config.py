"""Settings: what is refused, and what a refusal may tell."""

from pathlib import Path

import pytest
from chassis.config import UnknownSettingError
from chassis.service import main
from pydantic import ValidationError

from tests.support.probe import SERVICE, Settings

NEEDED = {
    "PROBE_DATABASE_DSN": "postgresql://somebody:hunter2@127.0.0.1/x",
    "PROBE_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "PROBE_OIDC_ISSUER": "http://127.0.0.1:1",
    "PROBE_SUBJECT_HASH_KEY": "hunter2",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the probe needs and nothing else."""
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_needed_settings_are_enough() -> None:
    settings = Settings.load()
    assert (settings.group, settings.http_address, settings.otlp_endpoint) == ("probe", "127.0.0.1:0", None)
    assert "hunter2" not in repr(settings)


def test_group_follows_the_topics_prefix_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_TOPIC_PREFIX", "t1.")
    assert Settings.load().group == "t1.probe"
    monkeypatch.setenv("PROBE_CONSUMER_GROUP", "mine")
    assert Settings.load().group == "mine"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PROBE_HTTP_ADRESS", "hunter2", "unknown settings: PROBE_HTTP_ADRESS"),
        ("probe_http_adress", "hunter2", "unknown settings: PROBE_HTTP_ADRESS"),
        ("PROBE_OIDC_ISSUER", None, "oidc_issuer: missing"),
        ("PROBE_HTTP_ADDRESS", "hunter2", "http_address: string_pattern_mismatch"),
        ("PROBE_RELAY_POLL_MS", "hunter2", "relay_poll_ms: int_parsing"),
        ("PROBE_RELAY_POLL_MS", "0", "relay_poll_ms: greater_than_equal"),
        ("PROBE_LOG_LEVEL", "hunter2", "log_level: literal_error"),
        ("PROBE_SECRETS_DIR", "/nowhere", "PROBE_SECRETS_DIR is not a folder"),
        ("PROBE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "kafka_credentials_missing"),
    ],
)
def test_setting_that_is_not_usable_ends_the_start_and_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str | None, told: str
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    assert main(SERVICE, ["serve"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "hunter2" not in error


def test_names_of_other_programs_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBER_HTTP_ADRESS", "x")
    monkeypatch.setenv("PATH_PROBE_X", "x")
    Settings.load()


def test_secrets_come_from_files_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBE_SUBJECT_HASH_KEY")
    (tmp_path / "probe_subject_hash_key").write_text("from a file\n")
    (tmp_path / "probe_database_dsn").write_text("from a file")
    (tmp_path / "..data").mkdir()  # as Kubernetes mounts a Secret
    (tmp_path / "another_program_key").write_text("x")
    monkeypatch.setenv("PROBE_SECRETS_DIR", str(tmp_path))
    settings = Settings.load()
    assert settings.subject_hash_key.get_secret_value() == "from a file"
    assert settings.database_dsn.get_secret_value() == NEEDED["PROBE_DATABASE_DSN"]


def test_misspelt_secret_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "probe_kafka_pasword").write_text("hunter2")
    monkeypatch.setenv("PROBE_SECRETS_DIR", str(tmp_path))
    with pytest.raises(UnknownSettingError, match="file probe_kafka_pasword"):
        Settings.load()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings.load().http_address = "x"  # type: ignore[misc]  # what must not work


@pytest.mark.parametrize("address", ["127.0.0.1:0", ":8080", "localhost:65535", "[::1]:8080", "db.example:5432"])
def test_address_is_a_host_and_a_port(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PROBE_HTTP_ADDRESS", address)
    assert Settings.load().http_address == address
