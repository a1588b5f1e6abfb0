"""The committed list of jars: complete, consistent, and without addresses."""

import re
from importlib import resources

import pytest
from nuaikit_local import jars
from nuaikit_local.jars import KAFKA_VERSION, POSTGRES_VERSION, Jar, locked_jars, read_lock, write_lock
from nuaikit_local.problems import Problem


def test_locked_list_holds_every_set_with_whole_hashes():
    sets = locked_jars()
    assert set(sets) == {"kafka", "kafka-logging", "postgres-linux-amd64", "postgres-linux-arm64v8"}
    for jar in (jar for each in sets.values() for jar in each):
        assert re.fullmatch(r"[0-9a-f]{64}", jar.sha256), jar.coordinate
        assert jar.size_bytes > 0


def test_locked_list_names_no_address():
    text = resources.files("nuaikit_local").joinpath(jars.LOCK_FILE).read_text(encoding="utf-8")
    assert "://" not in text


def test_broker_and_its_clients_have_one_version():
    # Resolved together with the logging binding, kafka-clients falls back to 3.9.1 and the broker dies.
    kafka = {jar.artifact: jar.version for jar in locked_jars()["kafka"]}
    assert {version for artifact, version in kafka.items() if artifact.startswith("kafka")} == {KAFKA_VERSION}
    (binding,) = locked_jars()["kafka-logging"]
    assert binding.version == kafka["log4j-core"]


def test_postgres_of_every_machine_has_the_platform_version():
    for name, (jar,) in ((name, each) for name, each in locked_jars().items() if name.startswith("postgres")):
        assert jar.version == POSTGRES_VERSION, name


def test_written_list_reads_back_equal(tmp_path):
    sets = {"kafka": (Jar("org.apache.kafka", "kafka_2.13", "4.3.1", "ab" * 32, 7),)}
    write_lock(tmp_path / "lock.toml", sets)
    assert read_lock((tmp_path / "lock.toml").read_text(encoding="utf-8")) == sets


def test_jar_path_is_the_maven_repository_path():
    jar = Jar("org.apache.kafka", "kafka_2.13", "4.3.1", "ab" * 32, 7)
    assert str(jar.path) == "org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar"


@pytest.mark.parametrize(("system", "machine"), [("Darwin", "arm64"), ("Linux", "riscv64")])
def test_machine_without_postgres_is_told_so(monkeypatch, system, machine):
    monkeypatch.setattr(jars.platform, "system", lambda: system)
    monkeypatch.setattr(jars.platform, "machine", lambda: machine)
    with pytest.raises(Problem) as raised:
        jars.postgres_set()
    assert raised.value.reason == "UNSUPPORTED_MACHINE"
