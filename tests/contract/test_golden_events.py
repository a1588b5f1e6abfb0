"""Events of every release are read for ever (style.md 5.2)."""

import json
from pathlib import Path

import pytest
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from tests.support import golden

KEPT = list(golden.all_kept())


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[path.stem for _name, path in KEPT])
def test_golden_event_says_what_it_said_when_it_was_made(name: str, path: Path) -> None:
    message_type = golden.event_types().get(name)
    assert message_type is not None, f"{name} is in topics that are kept for ever and must stay in the contracts"
    message = message_type.FromString(path.read_bytes())
    assert _unknown(message) == 0, "a field was renumbered or removed without a reader"
    assert golden.meaning(message) == json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert message.SerializeToString(deterministic=True) == path.read_bytes()


@pytest.mark.parametrize("name", golden.event_types())
def test_every_field_of_every_event_has_a_golden_value(name: str) -> None:
    files = golden.kept(name)
    message = golden.sample(golden.event_types()[name].DESCRIPTOR)
    assert files, f"run `python -m tests.support.golden write` for {name}"
    assert golden.covers(files[-1], message), f"{name} has a new field: run `python -m tests.support.golden write`"


@pytest.mark.parametrize("name", golden.event_types())
def test_event_fits_the_outbox_and_names_nobody(name: str) -> None:
    """Personal data never leaves in an event; field names betray it first."""
    fields = {path.rpartition(".")[2] for path in golden._paths(golden.meaning(golden.sample(_descriptor(name))))}
    personal = {"name", "given_name", "family_name", "birth_date", "citizen_id", "phone", "address", "note", "answers"}
    assert not fields & personal


def _descriptor(name: str):
    return golden.event_types()[name].DESCRIPTOR


def _unknown(message: Message) -> int:
    count = len(UnknownFieldSet(message))
    for descriptor, value in message.ListFields():
        if descriptor.message_type is not None and not descriptor.message_type.GetOptions().map_entry:
            count += sum(_unknown(part) for part in (value if descriptor.is_repeated else [value]))
    return count
