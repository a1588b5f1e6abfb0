"""Ports: what is asked for now wins over what is remembered, and nonsense is refused with a reason."""

import pytest
from nuaikit_local import ports
from nuaikit_local.layout import Layout
from nuaikit_local.problems import Problem


@pytest.fixture
def layout(tmp_path, monkeypatch):
    for name in ports.DEFAULTS:
        monkeypatch.delenv(ports.VARIABLE_PREFIX + name, raising=False)
    monkeypatch.delenv(ports.OFFSET_VARIABLE, raising=False)
    return Layout(tmp_path)


def test_nothing_asked_for_gives_distinct_defaults(layout):
    chosen = ports.choose(layout)
    assert chosen.ports == ports.DEFAULTS
    assert len(set(chosen.ports.values())) == len(ports.DEFAULTS)


def test_offset_moves_all_and_is_remembered(layout):
    ports.remember(layout, ports.choose(layout, offset=1000).ports)
    assert ports.choose(layout).ports["POSTGRES"] == ports.DEFAULTS["POSTGRES"] + 1000
    assert ports.choose(layout, offset=0).ports == ports.DEFAULTS


def test_variable_moves_one_over_the_offset(layout, monkeypatch):
    monkeypatch.setenv("NUAIKIT_PORT_OFFSET", "10")
    monkeypatch.setenv("NUAIKIT_PORT_KAFKA", "20000")
    chosen = ports.choose(layout).ports
    assert (chosen["KAFKA"], chosen["PORTAL"]) == (20000, ports.DEFAULTS["PORTAL"] + 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [("KAFKA", "many"), ("KAFKA", "70000"), ("KAFKA", "8132"), ("KAFKAA", "20000"), ("OFFSET", "x")],
)
def test_setting_that_is_no_port_is_refused(layout, monkeypatch, name, value):
    monkeypatch.setenv(ports.VARIABLE_PREFIX + name, value)
    with pytest.raises(Problem) as raised:
        ports.choose(layout)
    assert raised.value.reason == "PORT_SETTING"


def test_settings_of_a_newer_program_are_refused(layout):
    layout.settings.write_text('{"format": 99, "ports": {}, "versions": {}}')
    with pytest.raises(Problem) as raised:
        ports.choose(layout)
    assert raised.value.reason == "STATE_OTHER_VERSION"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "ports": {"KAFKA": "x"}, "versions": {}}']
)
def test_settings_that_cannot_be_read_are_told(layout, text):
    layout.settings.write_text(text)
    with pytest.raises(Problem) as raised:
        ports.choose(layout)
    assert raised.value.reason == "STATE_BROKEN"
