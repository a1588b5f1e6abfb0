"""Qualifications as data: the shipped structures, conditions over both transports, and others without code."""

from datetime import UTC, datetime
from uuid import uuid4

import grpc
import grpc.aio
import pytest
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    TotalCredits,
)
from credit_bank.qualifications.domain import qualification_fault
from credit_bank.qualifications.structures import shipped_qualifications
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications, read_qualifications
from nuaikit.credit_bank.v1 import catalogue_pb2, catalogue_pb2_grpc, qualifications_pb2, qualifications_pb2_grpc

from tests.support.credit_calls import post, reasons, refusal
from tests.support.credit_world import World

SHIPPED = {qualification.code: qualification for qualification in shipped_qualifications()}


def test_shipped_structures_are_right_and_say_how_far_each_figure_may_be_trusted() -> None:
    assert set(SHIPPED) == {"M6-OBEC", "M3-OBEC", "PWC-2562", "PWC-2567"}
    assert all(qualification_fault(qualification) is None for qualification in SHIPPED.values())
    m6 = {item.code: item for item in SHIPPED["M6-OBEC"].all_conditions}
    assert {code: m6[code].provenance.status for code in ("TOTAL", "BASIC", "ADDITIONAL", "READING")} == {
        "TOTAL": "assumed",
        "BASIC": "confirmed",
        "ADDITIONAL": "assumed",
        "READING": "confirmed",
    }
    assert {item.provenance.status for item in SHIPPED["PWC-2567"].all_conditions} == {"assumed"}


def test_figures_of_2562_add_up_as_the_curriculum_says() -> None:
    pwc = SHIPPED["PWC-2562"]
    assert sum(pwc.category_minima.values()) == pwc.total_min_hundredths == 10_300
    parts = [item for item in pwc.all_conditions if isinstance(item, CategoryCredits) and item.within == "VOC"]
    assert sum(item.min_hundredths for item in parts) == pwc.category_minima["VOC"] == 7_100
    [total] = [item for item in pwc.all_conditions if isinstance(item, TotalCredits)]
    assert total.max_hundredths == 11_000
    [average] = [item for item in pwc.all_conditions if isinstance(item, AverageNeeded)]
    assert average.min_hundredths == 200
    only_dual = {item.code for item in pwc.all_conditions if item.only_for == "DUAL_VOCATIONAL_TRAINING"}
    assert only_dual == {"SKILL_TEST_MIDDLE", "SKILL_TEST_FINAL"}


def test_lower_secondary_asks_for_66_and_11() -> None:
    m3 = SHIPPED["M3-OBEC"]
    assert dict(m3.category_minima) == {"BASIC": 6_600, "ADDITIONAL": 1_100}
    kinds = {item.kind for item in m3.all_conditions if isinstance(item, (AssessmentNeeded, ActivityNeeded))}
    assert kinds >= {"READING_THINKING_WRITING", "DESIRABLE_CHARACTERISTICS", "SOCIAL_SERVICE"}


async def test_shipped_structure_is_read_back_as_it_was_published(world: World) -> None:
    m3 = SHIPPED["M3-OBEC"]
    actor, now = world.staff["publisher"].actor, datetime.now(UTC)
    [outcome] = await publish_qualifications(world.pool, PublishQualifications(uuid4(), (m3,)), actor=actor, now=now)
    assert outcome.problem is None
    async with world.pool.acquire() as connection:
        assert await read_qualifications(connection, [m3.key]) == {m3.key: m3}


async def test_another_qualification_with_conditions_needs_no_code_and_reads_the_same_over_both_transports(
    world: World,
) -> None:
    publisher = world.staff["publisher"]
    provenance = {"source": "tests", "status": "assumed"}
    body = {
        "code": "PWS-2563",
        "version": "2563",
        "name_th": "ประกาศนียบัตรวิชาชีพชั้นสูง",
        "unit": "CR_OVEC",
        "total_min": {"amount": "83", "unit": "CR_OVEC"},
        "category_minima": [
            {"category": category, "min_credits": {"amount": least, "unit": "CR_OVEC"}}
            for category, least in (("CORE", "21"), ("VOC", "56"), ("FREE", "6"))
        ],
        "level": "HIGHER_VOCATIONAL_CERTIFICATE",
        "conditions": [
            {
                "type": "AVERAGE",
                "code": "AVERAGE",
                "title_th": "เฉลี่ยสะสม",
                "figures": {"min_hundredths": 200},
                "provenance": provenance,
            },
            {
                "type": "COURSE",
                "code": "PROJECT",
                "title_th": "โครงงาน",
                "figures": {
                    "any_of": [{"code_system": "OVEC", "code": "30000-8001", "curriculum_version": "PWS-2563"}]
                },
                "provenance": provenance,
            },
            {
                "type": "ACTIVITY",
                "code": "ACTIVITY",
                "title_th": "กิจกรรม",
                "figures": {"kind": "CO_CURRICULAR", "period": "TERM", "times": 4, "min_hours_a_week": 2},
                "provenance": provenance,
            },
            {
                "type": "RESIDENCE",
                "code": "STAY",
                "title_th": "เรียนที่นี่",
                "figures": {"min_terms": 1},
                "provenance": provenance,
            },
        ],
        "provenance": provenance,
    }
    answer = await world.http.post(
        "/v1/qualifications",
        json={"qualifications": [body]},
        headers=publisher.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"][0]["id"] == "PWS-2563/2563"
    shown = (await world.http.get("/v1/qualifications?code=PWS-2563", headers=publisher.headers)).json()
    [qualification] = shown["qualifications"]
    codes = [condition["code"] for condition in qualification["conditions"]]
    assert codes == [
        "TOTAL",
        "CATEGORY_CORE",
        "CATEGORY_FREE",
        "CATEGORY_VOC",
        "AVERAGE",
        "PROJECT",
        "ACTIVITY",
        "STAY",
    ]
    stub = qualifications_pb2_grpc.QualificationServiceStub(world.channel)
    page = await stub.ListQualifications(
        qualifications_pb2.ListQualificationsRequest(code="PWS-2563"), metadata=publisher.metadata
    )
    assert [condition.code for condition in page.qualifications[0].conditions] == codes
    assert page.qualifications[0].level == "HIGHER_VOCATIONAL_CERTIFICATE"
    # The very message that was read may be published elsewhere: here it is known with other content (all stated).
    publishing = catalogue_pb2_grpc.CatalogueServiceStub(world.channel)
    again = catalogue_pb2.PublishQualificationsRequest(request_id=str(uuid4()), qualifications=[page.qualifications[0]])
    [outcome] = (await publishing.PublishQualifications(again, metadata=publisher.metadata)).outcomes
    assert outcome.problem.reason == "QUALIFICATION_EXISTS_DIFFERENT"
    page.qualifications[0].version = "2563-copy"
    again = catalogue_pb2.PublishQualificationsRequest(request_id=str(uuid4()), qualifications=[page.qualifications[0]])
    [outcome] = (await publishing.PublishQualifications(again, metadata=publisher.metadata)).outcomes
    assert outcome.id == "PWS-2563/2563-copy"
    both = await stub.ListQualifications(
        qualifications_pb2.ListQualificationsRequest(code="PWS-2563"), metadata=publisher.metadata
    )
    assert list(both.qualifications[0].conditions) == list(both.qualifications[1].conditions)


async def test_pages_of_qualifications_join_to_the_whole(world: World) -> None:
    headers = world.staff["auditor"].headers
    whole = (await world.http.get("/v1/qualifications", headers=headers)).json()["qualifications"]
    token, joined = "", []
    while True:
        page = (await world.http.get(f"/v1/qualifications?page_size=1&page_token={token}", headers=headers)).json()
        joined += page["qualifications"]
        token = page["next_page_token"]
        if not token:
            break
    assert joined == whole
    assert len(whole) == 3
    refused = await world.http.get("/v1/qualifications?page_token=nonsense", headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (422, "INVALID_FIELD")


async def test_figures_of_another_type_and_a_condition_of_no_type_are_refused(world: World) -> None:
    publisher = world.staff["publisher"]
    provenance = {"source": "tests", "status": "assumed"}
    amount = {"amount": "1", "unit": "CR_OVEC"}
    body = {
        "code": "X",
        "version": "1",
        "name_th": "ทดสอบ",
        "unit": "CR_OVEC",
        "total_min": amount,
        "category_minima": [{"category": "CORE", "min_credits": amount}],
        "conditions": [
            {
                "type": "RESIDENCE",
                "code": "A",
                "title_th": "ก",
                "figures": {"min_hundredths": 200},
                "provenance": provenance,
            }
        ],
        "provenance": provenance,
    }
    refused = await world.http.post(
        "/v1/qualifications",
        json={"qualifications": [body]},
        headers=publisher.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert (refused.status_code, refused.json()["reason"], refused.json()["field"]) == (422, "INVALID_FIELD", "figures")
    message = catalogue_pb2.Qualification(code="X", version="1", name_th="ก", unit="CREDIT_UNIT_CR_OVEC")
    message.provenance.source = "tests"
    message.provenance.status = "RULE_STATUS_ASSUMED"  # pyright: ignore[reportAttributeAccessIssue]  # protobuf takes the name too
    condition = message.conditions.add(code="A", title_th="ก")
    condition.provenance.CopyFrom(message.provenance)
    stub = catalogue_pb2_grpc.CatalogueServiceStub(world.channel)
    request = catalogue_pb2.PublishQualificationsRequest(request_id=str(uuid4()), qualifications=[message])
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub.PublishQualifications(request, metadata=publisher.metadata)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_shipped_qualifications_are_published_over_either_transport_and_what_is_there_stays(world: World) -> None:
    answer = await post(world, "qualifications/shipped", {"codes": ["M3-OBEC"]}, "publisher")
    assert [(one["id"], one["already_done"]) for one in answer.json()["results"]] == [("M3-OBEC/2551R60", False)]
    stub = qualifications_pb2_grpc.QualificationServiceStub(world.channel)
    request = qualifications_pb2.PublishShippedQualificationsRequest(request_id=str(uuid4()))
    outcomes = (await stub.PublishShippedQualifications(request, metadata=world.staff["publisher"].metadata)).outcomes
    assert {one.id for one in outcomes if one.already_done} == {"M3-OBEC/2551R60"}
    # This world has the other three with figures of its own.
    assert reasons(outcomes).count("QUALIFICATION_EXISTS_DIFFERENT") == len(outcomes) - 1 == 3
    unknown = await post(world, "qualifications/shipped", {"codes": ["M9"]}, "publisher")
    assert (unknown.status_code, unknown.json()["reason"]) == (422, "INVALID_FIELD")
    refused = stub.PublishShippedQualifications(request, metadata=world.staff["school-registrar"].metadata)
    assert await refusal(refused) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
