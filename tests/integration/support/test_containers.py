"""The parts of `make test-containers` that any machine can try; the rest is tried by running it."""

import os
from pathlib import Path

import pytest

from tests.support.containers import __main__ as program
from tests.support.containers import base, engine, services

DEBIAN = """\
Types: deb
# http://snapshot.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
OTHERS = """\
# deb http://mirror.example/debian bookworm main
deb http://mirror.example/cloud cloud-sdk-bookworm main
deb [signed-by=/etc/apt/keyrings/docker.asc] http://mirror.example/docker bookworm stable
deb http://mirror.example/debian trixie main
deb http://mirror.example/own bookworm main
"""


def texts(paths):
    return [Path(path).read_text(encoding="utf-8") for path in paths]


def test_sources_of_this_release_then_taken_and_those_of_others_left(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(OTHERS, encoding="utf-8")
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEBIAN, encoding="utf-8")
    (tmp_path / "sources.list.d" / "debian.sources.save").write_text(DEBIAN, encoding="utf-8")
    found = texts(base.sources(tmp_path, "bookworm", apt=tmp_path))
    assert found[0] == "deb http://mirror.example/own bookworm main\n"
    assert [text.split("Suites: ")[1].splitlines()[0] for text in found[1:]] == [
        "bookworm bookworm-updates",
        "bookworm-security",
    ]


def test_no_engine_and_no_root_then_ends_with_the_reason(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert program.main([]) == 3
    assert "needs root" in capsys.readouterr().out


def test_program_missing_and_no_apt_then_the_reason_names_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(engine.NoEngineError, match=r"mmdebstrap.*only through apt"):
        engine.install_programs(print)


def test_dockerfile_then_its_own_base_is_known():
    assert services.default_base().startswith("python:3")


def test_services_then_all_five_are_built():
    assert services.SERVICES == ("credit-bank", "guidance", "indicators", "portal", "student-registry")
