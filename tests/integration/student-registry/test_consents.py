"""Consents to purposes: given, completed, withdrawn, told of and read."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import access_pb2, events_pb2
from nuaikit.student_registry.v1 import consents_pb2 as pb


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


def aged(years):
    return date(today().year - years, 1, 1)


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
def registered(world, build, registrar):
    """Registers a learner of an age with a sign-in."""

    async def register(years, *, college=False, name="himself"):
        school = world.institutions["demo-school"]
        enrolments = [build.enrolment(school)]
        stated = build.learner(
            school,
            birth=None if years is None else aged(years),
            enrolments=enrolments,
            identifiers=[build.identifier("CITIZEN_ID", build.citizen_id())],
            subject=f"{name}-{world.name}",
        )
        (outcome,) = await world.register(stated, by=registrar)
        if college:
            place = world.institutions["demo-college"]
            partner = await world.staff("college_registrar", "demo-college")
            stated.registrar_institution_id = place
            del stated.enrolments[:]
            stated.enrolments.append(build.enrolment(place, "PARTNER", system="DUAL_EDUCATION"))
            stated.ClearField("subject")
            (again,) = await world.register(stated, by=partner)
            assert again.id == outcome.id
        return outcome.id

    return register


def consent(build, learner_id, *, giver="GUARDIAN", channel="PAPER", on=None, purpose="HEALTH_SCREENING", **more):
    return pb.GiveConsentRequest(
        request_id=more.pop("request_id", None) or str(uuid4()),
        learner_id=learner_id,
        purpose=purpose,
        text_version=more.pop("text_version", "2569.1"),
        agreement=pb.ConsentAgreement(
            giver=f"CONSENT_GIVER_{giver}",
            relation=more.pop("relation", "MOTHER" if giver == "GUARDIAN" else ""),
            channel=f"CONSENT_CHANNEL_{channel}",
            given_on=build.date(on or today()),
        ),
        **more,
    )


async def give(world, request, by):
    return (await world.call("GiveConsent", request, by)).consent


async def told(world, consent_id):
    rows = await world.rows("SELECT payload FROM outbox WHERE type LIKE '%ConsentChanged' ORDER BY outbox_id")
    events = [events_pb2.ConsentChanged.FromString(row["payload"]) for row in rows]
    return [event for event in events if event.consent_id == consent_id]


async def holds(world, learner_id, by, purpose="HEALTH_SCREENING"):
    request = pb.ListConsentsInForceRequest(learner_ids=[learner_id], purpose=purpose)
    return bool((await world.call("ListConsentsInForce", request, by)).consents)


async def test_consent_of_a_fifteen_year_old_needs_guardian_and_learner(world, build, registrar, registered):
    learner_id = await registered(15)
    himself = world.person(f"himself-{world.name}")
    by_mother = await give(world, consent(build, learner_id), registrar)
    assert (by_mother.state, by_mother.need) == (pb.CONSENT_STATE_WAITING, pb.CONSENT_NEED_BOTH)
    assert not by_mother.HasField("valid_from")
    assert not await told(world, by_mother.consent_id)
    service = world.service_itself("registry.resolve")
    assert not await holds(world, learner_id, service)
    by_both = await give(world, consent(build, learner_id, giver="LEARNER", channel="ONLINE"), himself)
    assert (by_both.consent_id, by_both.state) == (by_mother.consent_id, pb.CONSENT_STATE_GIVEN)
    assert [item.giver for item in by_both.agreements] == [pb.CONSENT_GIVER_GUARDIAN, pb.CONSENT_GIVER_LEARNER]
    (event,) = await told(world, by_both.consent_id)
    assert (event.purpose, event.text_version, event.is_withdrawn) == ("HEALTH_SCREENING", "2569.1", False)
    for reader in (service, registrar, himself):
        assert await holds(world, learner_id, reader)


async def test_under_ten_the_guardian_alone_and_from_twenty_the_learner_alone(world, build, registrar, registered):
    child, adult = await registered(9, name="child"), await registered(21, name="adult")
    refused = ("FAILED_PRECONDITION", "CONSENT_GIVER_WRONG")
    own = consent(build, child, giver="LEARNER", channel="ONLINE")
    assert await world.refused("GiveConsent", own, world.person(f"child-{world.name}")) == refused
    assert (await give(world, consent(build, child), registrar)).state == pb.CONSENT_STATE_GIVEN
    assert await world.refused("GiveConsent", consent(build, adult), registrar) == refused
    own = consent(build, adult, giver="LEARNER", channel="ONLINE")
    assert (await give(world, own, world.person(f"adult-{world.name}"))).state == pb.CONSENT_STATE_GIVEN


async def test_some_acts_are_the_minors_alone_and_an_unknown_age_is_the_youngest(world, build, registrar, registered):
    learner_id, unknown = await registered(12), await registered(None, name="unknown")
    himself = world.person(f"himself-{world.name}")
    alone = consent(build, learner_id, giver="LEARNER", channel="ONLINE", purpose="SHARE_TRANSCRIPT")
    assert (await give(world, alone, himself)).need == pb.CONSENT_NEED_EITHER
    photo = consent(build, learner_id, giver="LEARNER", channel="ONLINE", purpose="PHOTO")
    assert await world.refused("GiveConsent", photo, himself) == ("FAILED_PRECONDITION", "CONSENT_GIVER_WRONG")
    stated = await give(world, consent(build, unknown), registrar)
    assert (stated.need, stated.state) == (pb.CONSENT_NEED_GUARDIAN, pb.CONSENT_STATE_GIVEN)


async def test_withdrawal_ends_it_at_once_and_a_new_consent_is_another_one(world, build, registrar, registered):
    learner_id = await registered(15)
    himself = world.person(f"himself-{world.name}")
    first = await give(world, consent(build, learner_id, purpose="PHOTO"), registrar)
    withdraw = pb.WithdrawConsentRequest(
        request_id=str(uuid4()), consent_id=first.consent_id, withdrawn_by="CONSENT_GIVER_LEARNER"
    )
    for _ in range(2):
        answer = (await world.call("WithdrawConsent", withdraw, himself)).consent
        assert (answer.state, answer.withdrawn_by) == (pb.CONSENT_STATE_WITHDRAWN, pb.CONSENT_GIVER_LEARNER)
    assert [event.is_withdrawn for event in await told(world, first.consent_id)] == [False, True]
    assert not await holds(world, learner_id, registrar, "PHOTO")
    second = await give(world, consent(build, learner_id, purpose="PHOTO"), registrar)
    assert second.consent_id != first.consent_id
    listed = (await world.call("ListConsents", pb.ListConsentsRequest(learner_id=learner_id), himself)).consents
    assert [item.consent_id for item in listed] == [second.consent_id, first.consent_id]


async def test_same_consent_again_and_many_at_once_are_one(world, build, registrar, registered):
    learner_id = await registered(9)
    request = consent(build, learner_id, request_id=str(uuid4()))
    first = await give(world, request, registrar)
    assert await give(world, request, registrar) == first
    assert (await give(world, consent(build, learner_id, relation="FATHER"), registrar)) == first
    many = await asyncio.gather(
        *[give(world, consent(build, learner_id, purpose="RESEARCH"), registrar) for _ in range(6)]
    )
    assert len({item.consent_id for item in many}) == 1
    assert len(await told(world, many[0].consent_id)) == 1
    other = consent(build, learner_id, request_id=request.request_id, purpose="PHOTO")
    assert await world.refused("GiveConsent", other, registrar) == ("FAILED_PRECONDITION", "REQUEST_MISMATCH")


async def test_what_cannot_be_is_refused(world, build, registrar, registered):
    learner_id = await registered(15)
    himself = world.person(f"himself-{world.name}")
    stranger = await world.staff("school_registrar", "other-school")
    teacher = await world.staff("guidance_teacher", "demo-school")
    given = await give(world, consent(build, learner_id), registrar)
    withdraw = pb.WithdrawConsentRequest(
        request_id=str(uuid4()), consent_id=given.consent_id, withdrawn_by="CONSENT_GIVER_GUARDIAN"
    )
    own = pb.ListConsentsRequest(learner_id=learner_id)

    def by_mother(**more):
        return consent(build, learner_id, **more)

    for method, request, by, refusal in (
        ("GiveConsent", by_mother(purpose="X"), registrar, ("INVALID_ARGUMENT", "CONSENT_PURPOSE_UNKNOWN")),
        ("GiveConsent", by_mother(text_version="0"), registrar, ("INVALID_ARGUMENT", "CONSENT_TEXT_UNKNOWN")),
        ("GiveConsent", by_mother(on=date(2025, 1, 1)), registrar, ("INVALID_ARGUMENT", "CONSENT_TEXT_UNKNOWN")),
        ("GiveConsent", by_mother(relation=""), registrar, ("INVALID_ARGUMENT", "CONSENT_AGREEMENT_INVALID")),
        ("GiveConsent", by_mother(), himself, ("PERMISSION_DENIED", "CONSENT_FOR_ANOTHER")),
        ("GiveConsent", by_mother(), stranger, ("NOT_FOUND", "LEARNER_NOT_FOUND")),
        ("GiveConsent", by_mother(), teacher, ("PERMISSION_DENIED", "PERMISSION_MISSING")),
        ("WithdrawConsent", withdraw, stranger, ("NOT_FOUND", "CONSENT_NOT_FOUND")),
        ("WithdrawConsent", withdraw, himself, ("PERMISSION_DENIED", "CONSENT_FOR_ANOTHER")),
        ("ListConsents", own, stranger, ("NOT_FOUND", "LEARNER_NOT_FOUND")),
        ("ListConsents", own, teacher, ("PERMISSION_DENIED", "PERMISSION_MISSING")),
    ):
        assert await world.refused(method, request, by) == refusal


async def test_read_by_another_institution_leaves_a_row_that_the_learner_sees(world, build, registrar, registered):
    learner_id = await registered(15, college=True)
    college = await world.staff("college_registrar", "demo-college")
    await world.call("ListConsents", pb.ListConsentsRequest(learner_id=learner_id), college)
    await world.call("ListConsents", pb.ListConsentsRequest(learner_id=learner_id), registrar)
    request = access_pb2.ListAccessRequest(learner_id=learner_id)
    rows = (await world.call("ListAccess", request, world.person(f"himself-{world.name}"))).records
    assert [(row.resource, row.institution_id) for row in rows] == [("consents", world.institutions["demo-college"])]


async def test_purposes_have_thai_texts_and_rules_for_every_age(world):
    anybody = world.person("anybody")
    found = (await world.call("ListConsentPurposes", pb.ListConsentPurposesRequest(), anybody)).purposes
    assert len(found) >= 6
    for purpose in found:
        assert purpose.texts[0].provenance.status == 2  # assumed
        assert any("ก" <= letter <= "๛" for letter in purpose.texts[0].text_th)
        bounds = [(rule.age_from, rule.age_below if rule.HasField("age_below") else None) for rule in purpose.age_rules]
        assert bounds[0][0] == 0
        assert bounds[-1][1] is None
        assert [below for _, below in bounds[:-1]] == [first for first, _ in bounds[1:]]


async def test_http_gives_lists_and_withdraws(world, registrar, registered):
    learner_id = await registered(21)
    himself = world.person(f"himself-{world.name}")
    body = {"learner_id": learner_id, "purpose": "RESEARCH", "text_version": "2569.1"}
    headers = himself.headers | {"Idempotency-Key": str(uuid4())}
    given = (await world.http.post("/v1/consents", json=body, headers=headers)).json()
    assert (given["state"], given["agreements"][0]["channel"]) == ("GIVEN", "ONLINE")
    listed = await world.http.get(f"/v1/learners/{learner_id}/consents", headers=himself.headers)
    assert [item["consent_id"] for item in listed.json()["consents"]] == [given["consent_id"]]
    headers["Idempotency-Key"] = str(uuid4())
    path = f"/v1/consents/{given['consent_id']}/withdraw"
    assert (await world.http.post(path, json={}, headers=headers)).json()["state"] == "WITHDRAWN"
    purposes = (await world.http.get("/v1/consent-purposes", headers=himself.headers)).json()["purposes"]
    assert {item["purpose"] for item in purposes} >= {"RESEARCH", "PHOTO"}
    headers["Idempotency-Key"] = str(uuid4())
    wrong = await world.http.post("/v1/consents", json=body | {"purpose": "X"}, headers=headers)
    assert (wrong.status_code, wrong.json()["reason"]) == (422, "CONSENT_PURPOSE_UNKNOWN")
    assert wrong.json()["title"].startswith("ไม่มีวัตถุประสงค์นี้")
    kept = await world.rows("SELECT * FROM consent_agreement WHERE consent_id = $1", UUID(given["consent_id"]))
    assert kept[0]["recorder_role"] == "learner"
