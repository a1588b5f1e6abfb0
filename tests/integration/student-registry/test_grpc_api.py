"""What every rpc has in common: no answer without a token, request ids, limits; health and reflection."""

import asyncio
import importlib
import pkgutil
from uuid import uuid4

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from nuaikit.student_registry import v1 as contracts
from nuaikit.student_registry.v1 import assignments_pb2, institutions_pb2


def contract_modules():
    """Modules of the contracts that have services."""
    for info in pkgutil.iter_modules(contracts.__path__, f"{contracts.__name__}."):
        if info.name.endswith("_pb2"):
            module = importlib.import_module(info.name)
            if module.DESCRIPTOR.services_by_name:
                yield module


REQUESTS = {
    method.name: getattr(module, method.input_type.name)
    for module in contract_modules()
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}
SERVICES = {name for module in contract_modules() for name in module.DESCRIPTOR.services_by_name}


def test_every_rpc_has_a_name_of_its_own():
    """Tests name rpcs without their service."""
    methods = [
        method.name
        for module in contract_modules()
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    ]
    assert len(methods) == len(set(methods)) >= 60


@pytest.mark.parametrize("method", REQUESTS)
async def test_no_rpc_answers_without_a_token(world, method):
    assert await world.refused(method, REQUESTS[method](), None) == ("UNAUTHENTICATED", "TOKEN_INVALID")


async def test_expired_token_and_token_of_another_audience_are_refused(world, issuer):
    request = institutions_pb2.ListInstitutionsRequest()
    for claims in ({"exp": 1}, {"aud": "other"}, {"iss": "http://other"}):
        person = type(world.admin)(issuer.person("somebody", **claims))
        assert await world.refused("ListInstitutions", request, person) == ("UNAUTHENTICATED", "TOKEN_INVALID")


async def test_list_calls_that_write_have_a_limit_and_need_something_to_do(world, build):
    place = institutions_pb2.Institution(
        kind="INSTITUTION_KIND_SCHOOL", name_th="โรงเรียน", local_alias="school", provenance=build.provenance
    )
    staff = assignments_pb2.AssignmentInput(
        subject="x",
        institution_id=world.institutions["demo-school"],
        role="auditor",
        valid_from=build.date(build.year_start),
        provenance=build.provenance,
    )
    for method, field, item in (("RegisterInstitutions", "institutions", place), ("AssignStaff", "assignments", staff)):
        for number, reason in ((1_001, "TOO_MANY_ITEMS"), (0, "INVALID_FIELD")):
            request = REQUESTS[method](request_id=str(uuid4()), **{field: [item] * number})
            assert await world.refused(method, request, world.admin) == ("INVALID_ARGUMENT", reason)


async def test_request_id_is_one_callers_own_and_of_one_content(world, build):
    request_id = str(uuid4())

    def staff(subject):
        return assignments_pb2.AssignStaffRequest(
            request_id=request_id,
            assignments=[
                assignments_pb2.AssignmentInput(
                    subject=subject,
                    institution_id=world.institutions["demo-school"],
                    role="auditor",
                    valid_from=build.date(build.year_start),
                    provenance=build.provenance,
                )
            ],
        )

    first = await world.call("AssignStaff", staff("a"), world.admin)
    assert await world.call("AssignStaff", staff("a"), world.admin) == first
    mismatch = ("FAILED_PRECONDITION", "REQUEST_MISMATCH")
    assert await world.refused("AssignStaff", staff("b"), world.admin) == mismatch
    await world.institution("agency", "AGENCY")
    other = await world.staff("registry_admin", "agency")
    assert (await world.call("AssignStaff", staff("a"), other)).outcomes[0].already_done


async def test_same_request_sent_many_times_at_once_has_one_effect(world, build):
    school = world.institutions["demo-school"]
    recorder = await world.staff("school_recorder", "demo-school")
    request_id = uuid4()
    answers = await asyncio.gather(
        *[world.register(build.learner(school), by=recorder, request_id=request_id) for _ in range(8)]
    )
    assert len({answer[0].id for answer in answers}) == 1
    assert not any(answer[0].already_done for answer in answers)


async def test_health_and_reflection_name_the_services(world):
    health = health_pb2_grpc.HealthStub(world.channel)
    for name in ("", *(f"nuaikit.student_registry.v1.{service}" for service in SERVICES)):
        answer = await health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    reflection = reflection_pb2_grpc.ServerReflectionStub(world.channel)
    call = reflection.ServerReflectionInfo()
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    listed = {service.name for service in (await call.read()).list_services_response.service}
    await call.done_writing()
    assert {f"nuaikit.student_registry.v1.{service}" for service in SERVICES} <= listed
