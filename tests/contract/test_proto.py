"""The contracts: lint, compatible with the last release, and the code in libs/contracts is what they generate."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor

from tests.support import contracts


def methods() -> Iterator[MethodDescriptor]:
    """Every rpc of every service."""
    for name in contracts.proto_files():
        import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
        for service in descriptor_pool.Default().FindFileByName(name).services_by_name.values():
            yield from service.methods


METHODS = list(methods())
READS = ("Get", "List", "Batch", "Find", "Resolve", "Query", "Search", "Preview", "Check", "Count", "Read")


def test_contracts_lint_break_nothing_and_their_code_is_current(capfd: pytest.CaptureFixture[str]) -> None:
    assert contracts.check() == 0, capfd.readouterr()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_rpc_is_unary_and_a_mutation_carries_its_request_id(method: MethodDescriptor) -> None:
    """The chassis observes unary calls only; a stream would pass by its error mapping."""
    assert not method.client_streaming
    assert not method.server_streaming
    if not method.name.startswith(READS):
        field = method.input_type.fields_by_name.get("request_id")
        assert field is not None
        assert field.type == FieldDescriptor.TYPE_STRING
