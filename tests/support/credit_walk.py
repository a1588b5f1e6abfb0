"""Every rpc and every route of the credit bank, called with messages made from their own description.

Nothing here lists what there is: rpcs come from the contracts, routes from the published document. A message is filled
field by field: with a value known by the field's name, else with one that can be read. A new rpc or route is walked as
soon as it is there.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import httpx
from chassis.auth import Actor, subject_hash
from chassis.grpc_server import DETAILS_KEY
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from nuaikit.credit_bank import v1 as contracts
from nuaikit.student_registry.v1 import assignments_pb2

from tests.support.credit_world import Person, World
from tests.support.identity import SUBJECT_HASH_KEY

Values = Mapping[str, Any]
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"
TABLE = "รหัส\nท31101\n".encode()
FILES = {"/v1/evidence-files": PDF}
"""What is sent where a route takes a file; a table where nothing is said."""
DEPTH_MAX = 6
PURPOSE = "TRANSFER_ASSESSMENT"
READABLE: Values = {
    "attempt_kind": None,
    "code": "ท31101",
    "curriculum_version": "OBEC-2551R60",
    "document_kind": "PP1",
    "form": "FORMAL",
    "forms": ["FORMAL"],
    "grade_label": "3",
    "grade_scheme": "OBEC_8_LEVEL",
    "issuing_body": None,
    "key": "MIN_GRADE",
    "kind": "ASSESSMENT_SHEET",
    "learner_ref": "ab" * 32,
    "learning_type": "GENERAL",
    "level": "UPPER_SECONDARY",
    "levels": ["UPPER_SECONDARY"],
    "mandate": "TRANSFER",
    "mandates": ["TRANSFER"],
    "mode": "TRANSFER",
    "programme": "DUAL_EDUCATION",
    "purpose": PURPOSE,
    "qualification_code": "M6-OBEC",
    "qualification_version": "2551R60",
    "readiness": "READY",
    "reason_code": "OTHER",
    "requested_by": "LEARNER",
    "rpl_mode": None,
    "sha256_hex": "ab" * 32,
    "signature_hex": "ab" * 64,
    "source_mode": "STUDY",
    "subject": "POSTING",
    "term": 1,
    "tier": "INSTITUTION",
    "value_json": "1",
    "year_be": 2569,
    "PublishShippedQualificationsRequest.codes": ["M6-OBEC"],
    "CorrectionInput.reason_code": "GRADE_ERROR",
    "RequestRevocationsRequest.reason_code": "FRAUD",
    "ResolveReviewFlagsRequest.reason_code": "STILL_FITS",
    "LineAssessmentResult.method": "EXAM",
    "LineVote.reason_code": None,
    "ListSurveysRequest.kind": "WISHES",
    "OutsideParty.kind": "WORKPLACE",
    "Survey.kind": "WISHES",
    "UnredemptionInput.reason_code": "ISSUED_IN_ERROR",
}
"""Values that can be read, by field, or by message and field where the name alone is not enough; None: left out."""


@dataclass(frozen=True)
class Rpc:
    """One rpc of the contracts."""

    stub: Any
    method: Any
    request: Callable[..., Any]

    @property
    def name(self) -> str:
        """By which people know it."""
        return str(self.method.name)

    @property
    def is_write(self) -> bool:
        """Whether it changes something: then it has a request id."""
        return "request_id" in self.method.input_type.fields_by_name

    @property
    def list_field(self) -> Any | None:
        """The field of a list call that holds its items, or their ids."""
        repeated = [
            item
            for item in self.method.input_type.fields
            if item.is_repeated and (item.message_type is not None or item.name.endswith("_ids"))
        ]
        return repeated[0] if self.is_write and len(repeated) == 1 else None

    def has(self, name: str) -> bool:
        """Whether its request has a field."""
        return name in self.method.input_type.fields_by_name

    def message(self, values: Values | None = None) -> Any:
        """A request that can be read."""
        return filled(self.request(), values or {})


@dataclass(frozen=True)
class Route:
    """One operation of the published document."""

    method: str
    path: str
    operation: Mapping[str, Any] = field(hash=False, compare=False)

    @property
    def name(self) -> str:
        """By which people know it."""
        return f"{self.method.upper()} {self.path}"


@dataclass(frozen=True)
class Answer:
    """What a call came to, whichever way it went.

    Attributes:
        status: Name of the gRPC status; of an HTTP answer the one it stands for.
        reason: Machine-readable reason of a refusal; empty where the call was taken.
        problems: Reasons of the items of a list call that failed, and their kinds.
        text: The whole answer.
    """

    status: str
    reason: str
    problems: tuple[str, ...] = ()
    text: str = ""
    items: int = 0
    kinds: tuple[str, ...] = ()


def rpcs() -> Iterator[Rpc]:
    """Every rpc of the credit bank."""
    for info in pkgutil.iter_modules(contracts.__path__, f"{contracts.__name__}."):
        if not info.name.endswith("_pb2_grpc"):
            continue
        code = importlib.import_module(info.name)
        messages = importlib.import_module(info.name.removesuffix("_grpc"))
        for name, service in messages.DESCRIPTOR.services_by_name.items():
            for method in service.methods:
                yield Rpc(getattr(code, f"{name}Stub"), method, getattr(messages, method.input_type.name))


async def routes(world: World) -> list[Route]:
    """Every operation of the published document."""
    paths = (await world.http.get("/openapi.json")).json()["paths"]
    return [
        Route(method, path, operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if path.startswith("/v1/")
    ]


# ---- messages -------------------------------------------------------------------------------------------------------


def filled(message: Message, values: Values, depth: int = 0) -> Message:
    """Set every field that must be there: by its name where a value is known, else with one that can be read."""
    chosen: set[str] = set()
    for item in message.DESCRIPTOR.fields:
        oneof = item.containing_oneof
        is_optional = oneof is not None and oneof.name.startswith("_")
        if oneof is not None and not is_optional:
            if oneof.name in chosen:
                continue
            chosen.add(oneof.name)
        if is_optional and item.name not in values and f"{message.DESCRIPTOR.name}.{item.name}" not in values:
            continue
        _set(message, item, values, depth)
    return message


def _set(message: Any, item: Any, values: Values, depth: int) -> None:
    if item.message_type is not None:
        if depth >= DEPTH_MAX or item.message_type.GetOptions().map_entry:
            return
        target = getattr(message, item.name)
        inner = target.add() if item.is_repeated else target
        if item.message_type.full_name == "google.type.Date":
            day = (datetime.now(UTC) + timedelta(hours=7)).date()
            inner.year, inner.month, inner.day = day.year, day.month, day.day
        elif item.message_type.full_name == "google.protobuf.Timestamp":
            inner.GetCurrentTime()
        else:
            filled(inner, values, depth + 1)
            inner.SetInParent()
        return
    here = f"{message.DESCRIPTOR.name}.{item.name}"
    known = next((source[name] for source in (values, READABLE) for name in (here, item.name) if name in source), ...)
    if item.enum_type is not None and known not in item.enum_type.values_by_name:
        known = ...
    value = _readable(item, values) if known is ... else known
    if value is None:
        return
    if item.is_repeated:
        getattr(message, item.name).extend(value if isinstance(value, list) else [value])
    else:
        setattr(message, item.name, value[0] if isinstance(value, list) else value)


def _readable(item: Any, values: Values) -> Any:
    name = item.name
    if item.enum_type is not None:
        return item.enum_type.values[min(1, len(item.enum_type.values) - 1)].number
    if item.type == item.TYPE_BOOL or name in ("page_size", "page_token"):
        return None
    if item.type != item.TYPE_STRING:
        return b"\x01" if item.type == item.TYPE_BYTES else 1
    if name == "request_id" or name.endswith("_id"):
        return str(uuid4())
    if name.endswith("_ids"):
        return values.get(name.removesuffix("s"), str(uuid4()))
    return "x"


def known_in(body: Any, values: Values) -> Any:
    """An example of a body with the values that are known by the names of its fields."""
    if isinstance(body, dict):
        return {name: _known(name, value, values) for name, value in body.items()}
    if isinstance(body, list):
        return [known_in(value, values) for value in body]
    return body


def _known(name: str, value: Any, values: Values) -> Any:
    if isinstance(value, dict | list) and value and not isinstance(value[0] if isinstance(value, list) else "", str):
        return known_in(value, values)
    if name not in values and isinstance(value, list) and name.removesuffix("s") in values:
        return [values[name.removesuffix("s")]]
    if name not in values:
        return known_in(value, values)
    known = values[name]
    return [known] if isinstance(value, list) and not isinstance(known, list) else known


# ---- calls ----------------------------------------------------------------------------------------------------------


async def call(
    world: World, rpc: Rpc, message: Any, who: Person | None, *, metadata: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Call an rpc."""
    credentials = () if who is None else who.metadata
    try:
        answer = await getattr(rpc.stub(world.channel), rpc.name)(
            message, metadata=(*credentials, *metadata), timeout=30
        )
    except grpc.aio.AioRpcError as exc:
        raw = dict(exc.trailing_metadata() or ()).get(DETAILS_KEY)
        info = error_details_pb2.ErrorInfo()
        if isinstance(raw, bytes):
            status_pb2.Status.FromString(raw).details[0].Unpack(info)
        return Answer(exc.code().name, info.reason, text=f"{exc.details()} {dict(info.metadata)}")
    outcomes = list(getattr(answer, "outcomes", ()))
    problems = tuple(item.problem.reason for item in outcomes if item.HasField("problem"))
    kinds = tuple(item.problem.kind for item in outcomes if item.HasField("problem"))
    return Answer("OK", "", problems, str(answer), len(outcomes), kinds)


_STATUS = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    422: "INVALID_ARGUMENT",
    503: "UNAVAILABLE",
}


async def send(
    world: World, route: Route, who: Person | None, values: Values, *, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request to a route."""
    path = route.path
    for item in route.operation.get("parameters", ()):
        if item["in"] == "path":
            value = values.get(item["name"], item.get("example") or str(uuid4()))
            path = path.replace("{" + item["name"] + "}", str(value))
    query = {
        item["name"]: values.get(item["name"], item.get("example"))
        for item in route.operation.get("parameters", ())
        if item["in"] == "query" and (item.get("required") or item["name"] in values)
    }
    sent: dict[str, Any] = {"params": query, "headers": dict(headers or {})}
    if who is not None:
        sent["headers"] = who.headers | {"Idempotency-Key": str(uuid4()), "Nuaikit-Purpose": PURPOSE} | sent["headers"]
    content = route.operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        sent["json"] = known_in(content["application/json"]["example"], values)
    elif "multipart/form-data" in content:
        sent["files"] = {"file": ("file", FILES.get(route.path, TABLE))}
    answer: httpx.Response = await world.http.request(route.method.upper(), path, **sent)
    return _answer(answer)


def _answer(answer: httpx.Response) -> Answer:
    is_json = "json" in answer.headers.get("content-type", "")
    found = answer.json() if is_json else {}
    if answer.is_success:
        results = found.get("results", []) if isinstance(found, dict) else []
        results = results if isinstance(results, list) else []
        problems = tuple(item["problem"]["reason"] for item in results if item.get("problem"))
        return Answer("OK", "", problems, answer.text, len(results))
    return Answer(_STATUS.get(answer.status_code, str(answer.status_code)), found.get("reason", ""), text=answer.text)


# ---- people ---------------------------------------------------------------------------------------------------------


async def somebody(
    world: World,
    name: str,
    permissions: frozenset[str],
    place: UUID | None,
    *,
    learner_id: UUID | None = None,
    role: str = "walker",
) -> Person:
    """Somebody whose role allows exactly this, at an institution or as a learner."""
    assignment_id = uuid4() if place else None
    hashed = subject_hash(name, SUBJECT_HASH_KEY.encode())
    world.registry.people[name, str(assignment_id or "")] = assignments_pb2.ResolveActorResponse(
        subject_hash=hashed,
        assignment_id=str(assignment_id or ""),
        institution_id=str(place or ""),
        role=role,
        permissions=sorted(permissions),
        permission_version="walk.1",
        learner_id=None if learner_id is None else str(learner_id),
    )
    token = world.issuer.person(name)
    actor = Actor(hashed, role, place, assignment_id, "", permissions, "walk.1", learner_id=learner_id, token=token)
    if place:
        await world.execute(
            "INSERT INTO assignment_copy (assignment_id, subject_hash, institution_id, role, classroom, permissions,"
            " permission_version, valid_from) VALUES ($1, $2, $3, $4, '', $5, 'walk.1', '2025-05-01')",
            assignment_id,
            hashed,
            place,
            role,
            sorted(permissions),
        )
    return Person(token, actor)
