"""Artifacts: only the locked bytes are ever used, whatever the network or the disk does."""

import hashlib
import io
import lzma
import os
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from nuaikit_local import artifacts
from nuaikit_local.artifacts import Progress
from nuaikit_local.jars import Jar
from nuaikit_local.problems import Problem


def server_archive() -> bytes:
    """A jar like PostgreSQL's: one `.txz` with a `bin/postgres`."""
    tar_bytes, jar_bytes = io.BytesIO(), io.BytesIO()
    with lzma.open(tar_bytes, "w") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("bin/postgres")
        entry.size, entry.mode = 4, 0o750
        entry.uid = entry.gid = 12345  # whoever packed it
        tar.addfile(entry, io.BytesIO(b"true"))
    with zipfile.ZipFile(jar_bytes, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "")
        jar.writestr("postgres-linux.txz", tar_bytes.getvalue())
    return jar_bytes.getvalue()


def jar(artifact: str, content: bytes) -> Jar:
    return Jar("th.example", artifact, "1.0", hashlib.sha256(content).hexdigest(), len(content))


CONTENTS = {"postgres": server_archive(), "broker": b"broker" * 1000, "binding": b"binding" * 1000}
SETS = {
    "kafka": (jar("broker", CONTENTS["broker"]),),
    "kafka-logging": (jar("binding", CONTENTS["binding"]),),
    "postgres-linux-amd64": (jar("postgres", CONTENTS["postgres"]),),
    "postgres-linux-arm64v8": (jar("postgres", CONTENTS["postgres"]),),
}


class Repository(ThreadingHTTPServer):
    """A Maven repository on loopback; tests change what it serves."""

    daemon_threads = True

    def __init__(self) -> None:
        self.contents = dict(CONTENTS)
        self.cut: set[str] = set()
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), RepositoryHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class RepositoryHandler(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        name = self.path.split("/")[-3]
        content = self.server.contents.get(name) if self.path.endswith(".jar") else None
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if name in self.server.cut else content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def repository(monkeypatch, tmp_path):
    monkeypatch.setattr(artifacts, "locked_jars", lambda: SETS)
    monkeypatch.setenv("M2_REPO", str(tmp_path / "nobody"))
    monkeypatch.setenv("JGO_CONFIG_FILE", str(tmp_path / "none.conf"))
    server = Repository()
    monkeypatch.setenv(artifacts.REPOSITORY_VARIABLE, server.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def cached(cache, artifact: str):
    return cache / "jars" / "th" / "example" / artifact / "1.0" / f"{artifact}-1.0.jar"


def test_empty_cache_is_filled_and_the_server_unpacked(repository, cache):
    told: list[int] = []
    found = artifacts.ensure(cache, progress=Progress(began=told.append, fetched=told.append))
    assert [path.read_bytes() for path in found.kafka_jars] == [CONTENTS["broker"], CONTENTS["binding"]]
    program = found.postgres / "bin" / "postgres"
    assert program.read_bytes() == b"true"
    # Ours, and readable by the unprivileged id that runs it for root.
    assert (program.stat().st_uid, program.stat().st_mode & 0o777) == (os.geteuid(), 0o754)
    assert told[0] == sum(told[1:]) == sum(len(content) for content in CONTENTS.values())


def test_full_cache_never_asks_the_network(repository, cache, monkeypatch):
    artifacts.ensure(cache)
    repository.asked.clear()
    monkeypatch.setattr(artifacts, "maven_context", lambda _scratch: pytest.fail("the resolver was called"))
    artifacts.ensure(cache)
    assert repository.asked == []


def test_jar_that_differs_from_the_list_is_refused(repository, cache):
    repository.contents["broker"] = b"another broker"
    with pytest.raises(Problem) as raised:
        artifacts.ensure(cache)
    assert raised.value.reason == "JAR_DIFFERS"
    assert hashlib.sha256(b"another broker").hexdigest() in raised.value.sentences.en
    assert not cached(cache, "broker").exists()


def test_cached_jar_that_was_changed_is_set_aside_and_fetched_anew(repository, cache):
    artifacts.ensure(cache)
    cached(cache, "broker").write_bytes(b"tampered")
    said: list[str] = []
    found = artifacts.ensure(cache, progress=Progress(notice=said.append))
    assert found.kafka_jars[0].read_bytes() == CONTENTS["broker"]
    assert any("Refused th.example:broker:1.0" in sentence for sentence in said)
    assert cached(cache, "broker").with_name("broker-1.0.jar.refused").read_bytes() == b"tampered"


def test_download_cut_in_the_middle_leaves_nothing_and_the_next_start_goes_on(repository, cache):
    repository.cut.add("binding")
    with pytest.raises(Problem) as raised:
        artifacts.ensure(cache)
    assert raised.value.reason in {"NO_NETWORK", "JAR_DIFFERS"}
    assert not cached(cache, "binding").exists()
    assert not list(cache.glob("download-*"))
    repository.cut.clear()
    assert artifacts.ensure(cache).kafka_jars[1].read_bytes() == CONTENTS["binding"]


def test_no_network_on_first_start_is_told_with_ways_on(repository, cache, monkeypatch):
    monkeypatch.setenv(artifacts.REPOSITORY_VARIABLE, "http://127.0.0.1:9")  # the discard port: nobody listens
    with pytest.raises(Problem) as raised:
        artifacts.ensure(cache)
    assert raised.value.reason == "NO_NETWORK"
    assert str(cache / "jars") in raised.value.sentences.way_th


def test_repository_without_the_jar_is_told(repository, cache):
    del repository.contents["binding"]
    with pytest.raises(Problem) as raised:
        artifacts.ensure(cache)
    assert raised.value.reason == "JAR_NOT_FOUND"


def test_users_own_maven_repository_serves_without_network(repository, cache, tmp_path, monkeypatch):
    artifacts.ensure(tmp_path / "other")
    monkeypatch.setenv("M2_REPO", str(tmp_path / "other" / "jars"))
    monkeypatch.setenv(artifacts.REPOSITORY_VARIABLE, "http://127.0.0.1:9")
    assert artifacts.ensure(cache).kafka_jars[0].read_bytes() == CONTENTS["broker"]


def test_wrong_jar_in_the_users_maven_repository_is_not_taken(repository, cache, tmp_path, monkeypatch):
    artifacts.ensure(tmp_path / "other")
    cached(tmp_path / "other", "broker").write_bytes(b"tampered")
    monkeypatch.setenv("M2_REPO", str(tmp_path / "other" / "jars"))
    assert artifacts.ensure(cache).kafka_jars[0].read_bytes() == CONTENTS["broker"]


def test_two_starts_at_once_download_once(repository, cache):
    with_results: list[object] = []
    threads = [threading.Thread(target=lambda: with_results.append(artifacts.ensure(cache))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(with_results) == 3
    assert len([path for path in repository.asked if path.endswith("broker-1.0.jar")]) == 1


def test_cache_path_that_is_a_file_is_told(repository, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(Problem) as raised:
        artifacts.ensure(tmp_path / "cache")
    assert raised.value.reason == "CACHE_PERMISSIONS"


def test_cache_made_under_a_strict_umask_is_open_all_the_same(repository, cache):
    before = os.umask(0o077)
    try:
        found = artifacts.ensure(cache)
    finally:
        os.umask(before)
    for step in (found.postgres, *found.postgres.parents[:2], *found.kafka_jars[0].parents[:5], found.kafka_jars[0]):
        assert step.stat().st_mode & 0o444 == 0o444, step
