"""The state folder: where it is, and what stops it from being used."""

import os

import pytest
from nuaikit_local import layout as layouts
from nuaikit_local.layout import Identity, Layout, check_reachable, check_space
from nuaikit_local.problems import Problem


def reason_of(call, *arguments) -> str:
    with pytest.raises(Problem) as raised:
        call(*arguments)
    return raised.value.reason


def test_checkout_is_the_folder_with_the_topics():
    assert (layouts.checkout() / "proto" / "topics.toml").is_file()


def test_named_home_and_cache_win(monkeypatch, tmp_path):
    monkeypatch.setenv("NUAIKIT_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("NUAIKIT_CACHE", str(tmp_path / "cache"))
    assert layouts.default_home() == tmp_path / "state"
    assert layouts.default_cache() == tmp_path / "cache"


def test_user_keeps_state_in_the_checkout_and_cache_in_xdg(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("NUAIKIT_HOME", raising=False)
    monkeypatch.delenv("NUAIKIT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert layouts.default_home() == layouts.checkout() / ".nuaikit"
    assert layouts.default_cache() == tmp_path / "nuaikit"


def test_root_keeps_both_under_var(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("NUAIKIT_HOME", raising=False)
    monkeypatch.delenv("NUAIKIT_CACHE", raising=False)
    assert str(layouts.default_home()).startswith("/var/lib/nuaikit/")
    assert str(layouts.default_cache()) == "/var/cache/nuaikit"


def test_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "state").write_text("not a folder")
    assert reason_of(Layout(tmp_path / "state").prepare) == "HOME_PERMISSIONS"


def test_folder_of_another_user_is_told(tmp_path, monkeypatch):
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert reason_of(Layout(tmp_path).prepare) == "HOME_PERMISSIONS"


def test_secrets_that_others_can_read_are_refused(tmp_path):
    (tmp_path / "secrets").mkdir(mode=0o755)
    (tmp_path / "secrets").chmod(0o755)
    assert reason_of(Layout(tmp_path).prepare) == "SECRETS_EXPOSED"


def test_closed_parent_is_named_to_root(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "state").mkdir()
    with pytest.raises(Problem) as raised:
        check_reachable(closed / "state", Identity(60818, 60818))
    assert raised.value.reason == "HOME_UNREACHABLE"
    assert "700" in oct(raised.value.facts["blocker"].stat().st_mode)


def test_more_than_the_disk_holds_is_refused(tmp_path):
    assert reason_of(check_space, tmp_path, 2**40) == "NO_DISK_SPACE"


def test_user_id_without_an_account_is_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 3_999_999)
    assert reason_of(layouts.initdb_identity) == "NO_ACCOUNT"
