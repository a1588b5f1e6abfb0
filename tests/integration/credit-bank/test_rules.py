"""Policy rules as data: what holds for which form and level, and what was announced for none."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule, RuleKey, in_force
from credit_bank.rules.store import rules_of
from credit_bank.rules.use_cases import policy, policy_book
from nuaikit.credit_bank.v1 import events_pb2, rules_pb2, rules_pb2_grpc

from tests.support.credit_calls import events
from tests.support.credit_world import World

TODAY = date(2026, 11, 21)


async def held(world: World, key: RuleKey, form: str, level: str, on_date: date = TODAY) -> Rule | None:
    async with world.pool.acquire() as connection:
        return await policy(connection, key, form=form, level=level, on_date=on_date)


@pytest.mark.parametrize(
    ("level", "least"), [("VOCATIONAL_CERTIFICATE", 200), ("UPPER_SECONDARY", 100), ("LOWER_SECONDARY", 100)]
)
async def test_least_grade_of_the_formal_form_is_told_with_its_source_and_status(
    world: World, level: str, least: int
) -> None:
    rule = await held(world, RuleKey.MIN_GRADE, "FORMAL", level)
    assert rule is not None
    assert (rule.number, rule.provenance.status) == (least, "assumed")
    assert "d.1 R9" in rule.provenance.source
    assert rule.named().startswith("MIN_GRADE R9")


@pytest.mark.parametrize("form", ["NONFORMAL", "INFORMAL"])
@pytest.mark.parametrize("key", [RuleKey.MIN_GRADE, RuleKey.MAX_SHARE, RuleKey.MIN_HOURS_PCT, RuleKey.MIN_CONTENT_PCT])
async def test_what_was_announced_for_no_other_form_is_borrowed_by_none(world: World, form: str, key: RuleKey) -> None:
    assert await held(world, key, form, "VOCATIONAL_CERTIFICATE") is None


async def test_unknown_level_has_no_rule(world: World) -> None:
    assert await held(world, RuleKey.MIN_GRADE, "FORMAL", "") is None


async def test_learning_never_expires_by_default(world: World) -> None:
    for form in EducationForm:
        for level in EducationLevel:
            rule = await held(world, RuleKey.VALIDITY_DAYS, form, level)
            assert rule is not None
            assert rule.value is None


async def test_every_row_of_the_brief_is_there_with_source_and_status(world: World) -> None:
    async with world.pool.acquire() as connection:
        rows = await connection.fetch("SELECT reference, source, status FROM policy_rule")
    references = {row["reference"].split()[0] for row in rows}
    expected = {f"R{n}" for n in range(1, 16)} | {f"S{n}" for n in range(1, 11)} | {f"O{n}" for n in range(1, 10)}
    assert expected <= references
    assert all(row["source"].startswith("credit-bank.md ") for row in rows)


async def test_every_key_that_is_read_by_name_has_a_row(world: World) -> None:
    async with world.pool.acquire() as connection:
        keys = {row["key"] for row in await connection.fetch("SELECT DISTINCT key FROM policy_rule")}
    assert set(RuleKey) <= keys


async def test_no_two_rows_hold_for_the_same_form_level_and_first_day(world: World) -> None:
    async with world.pool.acquire() as connection:
        twice = await connection.fetch(
            """SELECT key, form, level, effective_from FROM policy_rule, unnest(forms) AS form, unnest(levels) AS level
                GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"""
        )
    assert [tuple(row) for row in twice] == []


async def test_rules_are_append_only(world: World) -> None:
    async with world.pool.acquire() as connection:
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await connection.execute("UPDATE policy_rule SET status = 'confirmed'")


async def test_the_database_itself_keeps_two_rows_from_beginning_on_one_day(world: World) -> None:
    insert = """INSERT INTO policy_rule (key, reference, title_th, value, forms, levels, effective_from, version,
                                         source, status)
                VALUES ('SLA_DAYS', $1, 'ทดสอบ', '15', $2, '{UPPER_SECONDARY}', $3, '2570.1', 'tests',
                        'demonstration')"""
    with pytest.raises(asyncpg.UniqueViolationError, match="policy_rule_one_at_a_time"):
        await world.execute(insert, "since always, as R12 is", ["FORMAL"], None)
    await world.execute(insert, "one", ["FORMAL", "INFORMAL"], date(2027, 1, 1))
    with pytest.raises(asyncpg.UniqueViolationError, match="policy_rule_one_at_a_time"):
        await world.execute(insert, "two", ["INFORMAL", "NONFORMAL"], date(2027, 1, 1))
    await world.execute(insert, "three", ["NONFORMAL"], date(2027, 1, 1))


async def test_a_later_row_holds_from_its_first_day_and_the_book_agrees_with_the_store(world: World) -> None:
    async with world.pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO policy_rule (key, reference, title_th, value, forms, levels, effective_from, version, source,
                                        status)
               VALUES ('SLA_DAYS', 'R12', 'ทดสอบ', $1, '{FORMAL}', '{UPPER_SECONDARY}', '2027-01-01', '2570.1', 'tests',
                       'demonstration')""",
            15,
        )
        rules = await rules_of(connection, [RuleKey.SLA_DAYS])
        book = await policy_book(connection, [RuleKey.SLA_DAYS])
    for form in ("FORMAL", "INFORMAL"):
        for day, days in ((date(2026, 12, 31), 30), (date(2027, 1, 1), 15 if form == "FORMAL" else 30)):
            rule = await held(world, RuleKey.SLA_DAYS, form, "UPPER_SECONDARY", day)
            assert rule is not None
            assert rule.number == days
            assert rule == in_force(rules, RuleKey.SLA_DAYS, form=form, level="UPPER_SECONDARY", on_date=day)
            assert rule == book.policy(RuleKey.SLA_DAYS, form=form, level="UPPER_SECONDARY", on_date=day)


def rule_body(**changes: Any) -> dict[str, Any]:
    """A rule of an informal form, of which none was announced."""
    return {
        "key": "MIN_GRADE",
        "reference": "ประกาศทดสอบ 1/2570",
        "title_th": "ผลขั้นต่ำของการศึกษาตามอัธยาศัย",
        "value": 150,
        "forms": ["INFORMAL"],
        "levels": ["VOCATIONAL_CERTIFICATE"],
        "provenance": {
            "source": "tests",
            "status": "demonstration",
            "effective_from": "2026-01-01",
            "version": "2570.1",
        },
    } | changes


async def publish(
    world: World, *bodies: dict[str, Any], by: str = "publisher", request_id: UUID | None = None
) -> httpx.Response:
    return await world.http.post(
        "/v1/policy-rules",
        json={"rules": list(bodies)},
        headers=world.staff[by].headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


QUESTION = {"key": "MIN_GRADE", "form": "INFORMAL", "level": "VOCATIONAL_CERTIFICATE"}


async def test_question_without_a_rule_is_answered_so_until_one_is_announced(world: World) -> None:
    headers = world.staff["college-registrar"].headers
    [answer] = (await world.http.post("/v1/policy-rules/find", json={"questions": [QUESTION]}, headers=headers)).json()[
        "answers"
    ]
    assert answer["rule"] is None
    assert "ยังไม่มีประกาศ" in answer["explanation_th"]
    assert (await publish(world, rule_body())).json()["results"][0]["problem"] is None
    stub = rules_pb2_grpc.PolicyRuleServiceStub(world.channel)
    request = rules_pb2.FindPolicyRulesRequest(
        questions=[
            rules_pb2.PolicyQuestion(**QUESTION),
            rules_pb2.PolicyQuestion(key="MIN_GRADE", form="NONFORMAL", level="VOCATIONAL_CERTIFICATE"),
        ]
    )
    told = await stub.FindPolicyRules(request, metadata=world.staff["college-registrar"].metadata)
    assert told.answers[0].rule.value_json == "150"
    assert not told.answers[1].HasField("rule")
    request.on_date.year, request.on_date.month, request.on_date.day = 2025, 12, 31
    told = await stub.FindPolicyRules(request, metadata=world.staff["college-registrar"].metadata)
    assert not told.answers[0].HasField("rule")


async def test_rule_sent_again_over_the_other_transport_is_already_done_and_told_once(world: World) -> None:
    request_id = uuid4()
    first = (await publish(world, rule_body(), request_id=request_id)).json()["results"][0]
    again = (await publish(world, rule_body(), request_id=request_id)).json()["results"][0]
    assert again == first
    stub = rules_pb2_grpc.PolicyRuleServiceStub(world.channel)
    listed = await stub.ListPolicyRules(
        rules_pb2.ListPolicyRulesRequest(key="MIN_GRADE", form="INFORMAL"), metadata=world.staff["auditor"].metadata
    )
    [rule] = listed.rules
    request = rules_pb2.PublishPolicyRulesRequest(request_id=str(uuid4()), rules=[rule])
    [outcome] = (await stub.PublishPolicyRules(request, metadata=world.staff["publisher"].metadata)).outcomes
    assert (outcome.id, outcome.already_done) == (first["id"], True)
    assert len(await events(world, events_pb2.PolicyRulePublished)) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 401}, "POLICY_RULE_INVALID"),
        ({"value": None}, "POLICY_RULE_INVALID"),
        ({"value": True}, "POLICY_RULE_INVALID"),
        ({"key": "min grade"}, "POLICY_RULE_INVALID"),
        ({"forms": []}, "POLICY_RULE_INVALID"),
        ({"title_th": ""}, "POLICY_RULE_INVALID"),
        ({"key": "RETAKE", "value": "FIRST"}, "POLICY_RULE_INVALID"),
        ({"key": "ROUNDING", "value": {"PP1": "UP"}}, "POLICY_RULE_INVALID"),
        ({"key": "IDENTITY_STATES", "value": ["CONFLICT"]}, "POLICY_RULE_INVALID"),
        ({"key": "MAX_SHARE", "value": {"ALL": 101}}, "POLICY_RULE_INVALID"),
        ({"key": "MAX_SHARE", "value": {"PORTFOLIO": 30}}, "POLICY_RULE_INVALID"),
        ({"key": "MAX_SHARE", "value": {}}, "POLICY_RULE_INVALID"),
        ({"key": "WARN_SHARE", "value": {"ALL": 75}}, "POLICY_RULE_INVALID"),
        ({"provenance": {"source": "tests", "status": "assumed"}}, "POLICY_RULE_INVALID"),
        ({"value": 151}, "POLICY_RULE_EXISTS_DIFFERENT"),
        ({"reference": "ประกาศอื่น"}, "POLICY_RULE_MEETS_ANOTHER"),
    ],
)
async def test_each_refusal_of_a_rule_has_a_thai_sentence(world: World, changes: dict[str, Any], reason: str) -> None:
    assert (await publish(world, rule_body())).status_code == 200
    problem = (await publish(world, rule_body(**changes))).json()["results"][0]["problem"]
    assert problem["reason"] == reason
    assert problem["title_th"] != ""


async def test_rule_without_a_limit_is_published_as_such(world: World) -> None:
    """JSON null is a value: no limit. It differs from no rule at all."""
    unlimited = rule_body(key="MAX_SHARE", value=None, forms=["NONFORMAL"])
    assert (await publish(world, unlimited)).json()["results"][0]["problem"] is None
    rule = await held(world, RuleKey.MAX_SHARE, "NONFORMAL", "VOCATIONAL_CERTIFICATE")
    assert rule is not None
    assert rule.value is None
    assert await held(world, RuleKey.MAX_SHARE, "INFORMAL", "VOCATIONAL_CERTIFICATE") is None


async def test_repealed_rule_holds_no_more_from_that_day_and_nothing_is_borrowed(world: World) -> None:
    repeal = rule_body(
        key="MIN_GRADE",
        reference="ยกเลิก R9",
        value=None,
        forms=["FORMAL"],
        levels=["VOCATIONAL_CERTIFICATE"],
        is_repeal=True,
        provenance=rule_body()["provenance"] | {"effective_from": "2027-06-01"},
    )
    assert (await publish(world, repeal)).json()["results"][0]["problem"] is None
    for day, least in ((date(2027, 5, 31), 200), (date(2027, 6, 1), None)):
        rule = await held(world, RuleKey.MIN_GRADE, "FORMAL", "VOCATIONAL_CERTIFICATE", day)
        assert (None if rule is None else rule.number) == least
        async with world.pool.acquire() as connection:
            book = await policy_book(connection, [RuleKey.MIN_GRADE])
        assert book.policy("MIN_GRADE", form="FORMAL", level="VOCATIONAL_CERTIFICATE", on_date=day) == rule
    other = await held(world, RuleKey.MIN_GRADE, "FORMAL", "HIGHER_VOCATIONAL_CERTIFICATE", date(2027, 6, 1))
    assert other is not None
    stub = rules_pb2_grpc.PolicyRuleServiceStub(world.channel)
    listed = await stub.ListPolicyRules(
        rules_pb2.ListPolicyRulesRequest(key="MIN_GRADE", form="FORMAL"), metadata=world.staff["auditor"].metadata
    )
    [shown] = [rule for rule in listed.rules if rule.is_repeal]
    request = rules_pb2.PublishPolicyRulesRequest(request_id=str(uuid4()), rules=[shown])
    [again] = (await stub.PublishPolicyRules(request, metadata=world.staff["publisher"].metadata)).outcomes
    assert again.already_done
    for wrong in ({"value": 200}, {"provenance": rule_body()["provenance"] | {"effective_from": None}}):
        problem = (await publish(world, repeal | {"reference": "อื่น"} | wrong)).json()["results"][0]["problem"]
        assert (problem["reason"], problem["field"]) == ("POLICY_RULE_INVALID", "is_repeal")
    # A later announcement holds again.
    anew = repeal | {"reference": "R9 ใหม่", "value": 250, "is_repeal": False}
    anew["provenance"] = anew["provenance"] | {"effective_from": "2028-01-01"}
    assert (await publish(world, anew)).json()["results"][0]["problem"] is None
    rule = await held(world, RuleKey.MIN_GRADE, "FORMAL", "VOCATIONAL_CERTIFICATE", date(2028, 1, 1))
    assert rule is not None
    assert rule.number == 250


async def test_only_agencies_publish_policy_rules(world: World) -> None:
    for name in ("college-director", "school-registrar", "auditor"):
        refused = await publish(world, rule_body(), by=name)
        assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
    other = await publish(world, rule_body(), request_id=(request_id := uuid4()))
    assert other.status_code == 200
    mismatch = await publish(world, rule_body(value=160), request_id=request_id)
    assert (mismatch.status_code, mismatch.json()["reason"]) == (409, "REQUEST_MISMATCH")


async def test_two_who_publish_the_same_rule_at_once_publish_it_once(world: World) -> None:
    answers = await asyncio.gather(*(publish(world, rule_body()) for _ in range(4)))
    results = [answer.json()["results"][0] for answer in answers]
    assert len({result["id"] for result in results}) == 1
    assert sum(result["already_done"] for result in results) == 3


async def test_pages_of_rules_join_to_the_whole(world: World) -> None:
    headers = world.staff["auditor"].headers
    whole = (await world.http.get("/v1/policy-rules?level=UPPER_SECONDARY", headers=headers)).json()["rules"]
    token, joined = "", []
    while True:
        path = f"/v1/policy-rules?level=UPPER_SECONDARY&page_size=7&page_token={token}"
        page = (await world.http.get(path, headers=headers)).json()
        joined += page["rules"]
        token = page["next_page_token"]
        if not token:
            break
    assert joined == whole
    assert len(whole) > 20
