"""Golden bytes of every event, so that what is in a topic today can be read for ever.

`python -m tests.support.golden write` makes a sample of each event type that has none, or whose fields have grown since
its last one; it never changes a file that is there. A golden event is two files: `TYPE.N.binpb`, the bytes as the
outbox sends them, and `TYPE.N.json`, what they say. A release must go on reading every N (style.md 5.2).
"""

import argparse
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

FOLDER = Path(__file__).resolve().parents[1] / "contract" / "golden"
EVENT_MODULES = (
    "nuaikit.student_registry.v1.events_pb2",
    "nuaikit.credit_bank.v1.events_pb2",
    "nuaikit.guidance.v1.events_pb2",
)
TEXT = "ข้อความ"
NESTING_MAX = 6


def event_types() -> dict[str, type[Message]]:
    """Every message of an `events.proto`, by full name."""
    modules = [import_module(name) for name in EVENT_MODULES]
    found = [descriptor for module in modules for descriptor in module.DESCRIPTOR.message_types_by_name.values()]
    return {descriptor.full_name: GetMessageClass(descriptor) for descriptor in found}


def sample(descriptor: Descriptor, *, depth: int = 0) -> Message:
    """A message with every field set, the same every time; of a oneof, its last field stays."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if field.message_type is not None and depth >= NESTING_MAX:
            continue  # a message that holds itself
        _set(message, field, depth)
    return message


def _set(message: Message, field: FieldDescriptor, depth: int) -> None:
    nested = field.message_type
    if nested is not None and nested.GetOptions().map_entry:
        getattr(message, field.name)["key"] = TEXT
    elif nested is not None and field.is_repeated:
        getattr(message, field.name).append(sample(nested, depth=depth + 1))
    elif nested is not None:
        getattr(message, field.name).CopyFrom(sample(nested, depth=depth + 1))
    elif field.is_repeated:
        getattr(message, field.name).extend([_value(field), _value(field)])
    else:
        setattr(message, field.name, _value(field))


def _value(field: FieldDescriptor) -> Any:
    kinds = {
        FieldDescriptor.CPPTYPE_STRING: TEXT.encode() if field.type == FieldDescriptor.TYPE_BYTES else TEXT,
        FieldDescriptor.CPPTYPE_BOOL: True,
        FieldDescriptor.CPPTYPE_ENUM: max(value.number for value in field.enum_type.values) if field.enum_type else 0,
        FieldDescriptor.CPPTYPE_DOUBLE: 0.5,
        FieldDescriptor.CPPTYPE_FLOAT: 0.5,
    }
    return kinds.get(field.cpp_type, field.number)


def meaning(message: Message) -> dict[str, Any]:
    """What a message says, with its field names as in the contracts."""
    return MessageToDict(message, preserving_proto_field_name=True)


def kept(name: str) -> list[Path]:
    """Golden files of a type, oldest first."""
    return sorted(FOLDER.glob(f"{name}.*.binpb"), key=lambda path: int(path.name.split(".")[-2]))


def all_kept() -> Iterator[tuple[str, Path]]:
    """Every golden file with its type's name, of types that are gone too."""
    for path in sorted(FOLDER.glob("*.binpb")):
        yield path.name.rsplit(".", 2)[0], path


def covers(path: Path, message: Message) -> bool:
    """Whether a golden file has every field that a sample of today has."""
    return set(_paths(json.loads(path.with_suffix(".json").read_text("utf-8")))) >= set(_paths(meaning(message)))


def _paths(value: Any, above: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{above}.{name}"
            yield from _paths(inner, f"{above}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, above)


def write() -> list[Path]:
    """Make what is missing; the files written."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, message_type in event_types().items():
        message, files = sample(message_type.DESCRIPTOR), kept(name)
        if files and covers(files[-1], message):
            continue
        path = FOLDER / f"{name}.{len(files) + 1}.binpb"
        path.write_bytes(message.SerializeToString(deterministic=True))
        text = json.dumps(meaning(message), ensure_ascii=False, indent=1, sort_keys=True)
        path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.support.golden", description=__doc__)
    parser.add_argument("command", choices=["write"])
    parser.parse_args()
    for file in write():
        print(file.name)  # noqa: T201  # what it made, for who runs it
