"""The closed vocabulary and its one table."""

import grpc
import pytest
from chassis import errors, grpc_server, http
from chassis.errors import TABLE, ServiceError, kind_of_code, rebuild
from google.rpc import error_details_pb2, status_pb2

KINDS = {cls.kind: cls for cls in ServiceError.__subclasses__() if cls.__module__ == "chassis.errors"}


def test_eight_kinds_and_the_unknown_are_the_whole_table() -> None:
    assert {*KINDS, "INTERNAL"} == set(TABLE)
    assert len(KINDS) == 8


@pytest.mark.parametrize("code", list(grpc.StatusCode), ids=lambda code: code.name)
def test_every_status_of_grpc_has_a_kind(code: grpc.StatusCode) -> None:
    assert kind_of_code(code) in TABLE


@pytest.mark.parametrize("kind", TABLE)
def test_kind_and_status_belong_together_both_ways(kind: str) -> None:
    assert kind_of_code(TABLE[kind].code) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_error_rebuilt_from_the_wire_is_the_same(kind: str) -> None:
    class OfAService(KINDS[kind]):
        """Something only that service says."""

        reason = "ONLY_HERE"

    error = OfAService("A sentence.", field="amount", limit=3)
    status = status_pb2.Status.FromString(grpc_server._status(error, "probe"))
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    again = rebuild(kind, info.reason, status.message, dict(info.metadata))
    assert info.domain == "probe"
    assert type(again) is KINDS[kind]
    assert (again.reason, again.detail, again.field, again.metadata) == (
        "ONLY_HERE",
        "A sentence.",
        "amount",
        {"limit": "3"},
    )


@pytest.mark.parametrize(
    "cls", [errors.RequestMismatch, errors.PermissionMissing, errors.InvalidField, errors.Conflict, http.InvalidRequest]
)
def test_reason_of_the_chassis_is_rebuilt_as_its_class(cls: type[ServiceError]) -> None:
    assert type(rebuild(cls.kind, cls.reason, "x", {})) is cls


def test_reason_on_the_wire_that_is_a_word_of_ours_breaks_nothing() -> None:
    error = rebuild("REFUSED", "X", "y", {"detail": "a", "self": "b", "field": "c"})
    assert (error.detail, error.field, error.metadata) == ("y", "c", {"detail": "a", "self": "b"})


def test_sentence_is_the_first_line_of_the_class() -> None:
    assert errors.NotFound().detail == "The object does not exist for the caller."
    assert str(errors.InvalidField(field="x", expected="y")) == "A field has a value that it can never have."
