"""Corrections of known learners: who may, what stays in the history, what others are told."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from google.type.date_pb2 import Date
from nuaikit.student_registry.v1 import events_pb2
from nuaikit.student_registry.v1 import learners_pb2 as pb


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def learner_id(world, build, registrar):
    school = world.institutions["demo-school"]
    stated = build.learner(school, given="กมลชนก", family="ใจดี", birth=2009, enrolments=[build.enrolment(school)])
    (outcome,) = await world.register(stated, by=registrar)
    return outcome.id


def name(language="th", title="นางสาว", given="กมลชนก", family="ใจดี", **more):
    return pb.NameChange(
        name=pb.NameInLanguage(language=language, title=title, given_name=given, family_name=family), **more
    )


def correction(learner_id, *names, reason="WRONG_ENTRY", **more):
    return pb.LearnerCorrection(learner_id=learner_id, names=names, reason_code=reason, source="ทะเบียนบ้าน", **more)


async def correct(world, by, *corrections, request_id=None):
    request = pb.CorrectLearnersRequest(request_id=request_id or str(uuid4()), corrections=corrections)
    return (await world.call("CorrectLearners", request, by)).outcomes


async def versions(world, by, learner_id):
    request = pb.GetIdentityVersionsRequest(learner_id=learner_id, purpose="TEST")
    return await world.call("GetIdentityVersions", request, by)


async def read(world, by, learner_id):
    request = pb.BatchGetLearnersRequest(learner_ids=[learner_id], purpose="TEST")
    (found,) = (await world.call("BatchGetLearners", request, by)).learners
    return found


async def told(world, learner_id):
    """Kinds of facts of each LearnerChanged of a learner."""
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%LearnerChanged' ORDER BY outbox_id", learner_id
    )
    messages = [events_pb2.LearnerChanged.FromString(row["payload"]) for row in rows]
    prefix = len("LEARNER_FACT_KIND_")
    return [[events_pb2.LearnerFactKind.Name(kind)[prefix:] for kind in message.kinds] for message in messages]


async def test_name_that_changes_keeps_the_days_of_the_one_before(world, build, registrar, learner_id):
    day = date(2026, 10, 1)
    married = correction(learner_id, name(family="รักเรียน", valid_from=build.date(day)), reason="MARRIAGE")
    (outcome,) = await correct(world, registrar, married)
    assert (outcome.id, outcome.already_done) == (learner_id, False)
    assert (await read(world, registrar, learner_id)).name.family_name_th == "รักเรียน"
    new, old = (await versions(world, registrar, learner_id)).names
    assert (new.name.family_name, new.since, new.HasField("replaced_at")) == ("รักเรียน", build.date(day), False)
    assert (new.recorded.reason_code, new.recorded.role) == ("MARRIAGE", "school_registrar")
    assert (old.name.family_name, old.until, old.was_wrong) == ("ใจดี", build.date(day), False)
    assert old.HasField("replaced_at")
    assert await told(world, learner_id) == [["NAME"]]


async def test_name_recorded_in_error_is_kept_as_one_that_never_held(world, registrar, learner_id):
    await correct(world, registrar, correction(learner_id, name(given="กมล\u200bชนนท์")))
    new, old = (await versions(world, registrar, learner_id)).names
    assert new.name.given_name == "กมลชนนท์"
    assert (old.was_wrong, old.HasField("until")) == (True, False)


async def test_birth_date_is_taken_in_either_era_and_a_year_only(world, build, registrar, learner_id):
    for stated, shown in (
        (Date(year=2552, month=6, day=15), build.date(date(2009, 6, 15))),
        (Date(year=2555, month=2, day=29), build.date(date(2012, 2, 29))),
        (Date(year=2008, month=1, day=31), build.date(date(2008, 1, 31))),
        (Date(year=2553), Date(year=2010)),
    ):
        await correct(world, registrar, correction(learner_id, birth_date=stated, reason="MORE_PRECISE"))
        assert (await read(world, registrar, learner_id)).birth_date == shown
    facts = (await versions(world, registrar, learner_id)).facts
    assert [item.birth_date.year for item in facts] == [2010, 2008, 2012, 2009, 2009]
    assert (facts[-1].birth_date_precision, facts[-1].recorded.reason_code) == (pb.DATE_PRECISION_YEAR, "")
    assert (facts[0].recorded.reason_code, facts[0].recorded.source) == ("MORE_PRECISE", "ทะเบียนบ้าน")


async def test_names_in_other_languages_stand_beside_the_thai_one_and_end(world, registrar, learner_id):
    english, burmese = name("en", "Miss", "Kamonchanok", "Jaidee"), name("my", "", "ကမုန်", "")
    await correct(world, registrar, correction(learner_id, english, burmese, reason="OTHER_LANGUAGE"))
    assert [item.language for item in (await read(world, registrar, learner_id)).other_names] == ["en", "my"]
    ended = pb.NameChange(name=pb.NameInLanguage(language="my"), is_ended=True)
    await correct(world, registrar, correction(learner_id, ended, reason="OTHER_LANGUAGE"))
    found = await read(world, registrar, learner_id)
    assert [item.given_name for item in found.other_names] == ["Kamonchanok"]
    assert found.name.given_name_th == "กมลชนก"


async def test_what_is_so_already_changes_nothing_and_tells_nobody(world, registrar, learner_id):
    same = correction(learner_id, name(), birth_date=Date(year=2552), sex="SEX_FEMALE")
    (outcome,) = await correct(world, registrar, same)
    assert outcome.already_done
    assert await told(world, learner_id) == []
    found = await versions(world, registrar, learner_id)
    assert (len(found.names), len(found.facts)) == (1, 1)


async def test_request_id_again_gives_the_same_answer_and_writes_once(world, registrar, learner_id):
    request_id = str(uuid4())
    asked = correction(learner_id, name(given="กนกพร"), sex="SEX_MALE")
    first = await correct(world, registrar, asked, request_id=request_id)
    assert await correct(world, registrar, asked, request_id=request_id) == first
    assert await told(world, learner_id) == [["NAME", "SEX"]]
    request = pb.CorrectLearnersRequest(request_id=request_id, corrections=[correction(learner_id, name(given="อื่น"))])
    assert await world.refused("CorrectLearners", request, registrar) == ("FAILED_PRECONDITION", "REQUEST_MISMATCH")


async def test_two_corrections_at_once_are_both_kept(world, registrar, learner_id):
    await asyncio.gather(
        *[correct(world, registrar, correction(learner_id, name(given=given))) for given in ("หนึ่งฤทัย", "สองฤทัย")]
    )
    found = (await versions(world, registrar, learner_id)).names
    assert {item.name.given_name for item in found} == {"กมลชนก", "หนึ่งฤทัย", "สองฤทัย"}
    assert sum(not item.HasField("replaced_at") for item in found) == 1


async def test_good_corrections_are_made_whatever_the_others_are(world, registrar, learner_id):
    outcomes = await correct(
        world,
        registrar,
        correction(str(uuid4()), name(given="ใครก็ตาม")),
        correction(learner_id, reason="WRONG_ENTRY"),
        correction(learner_id, name(given="ก"), reason="BECAUSE"),
        correction(learner_id, name("TH", given="ก")),
        correction(learner_id, pb.NameChange(name=pb.NameInLanguage(language="th"), is_ended=True)),
        correction(learner_id, name(given=" \u200b ")),
        correction(learner_id, birth_date=Date(year=2600)),
        correction(learner_id, name(valid_from=Date(year=2999, month=1, day=1))),
        correction(learner_id, name(), name(given="ข")),
        correction(learner_id, name(given="กนกวรรณ")),
        correction(learner_id, sex="SEX_MALE"),
    )
    assert [item.problem.reason for item in outcomes] == [
        "LEARNER_NOT_FOUND",
        "CORRECTION_MISSING",
        "CODE_UNKNOWN",
        "NAME_LANGUAGE_INVALID",
        "THAI_NAME_NEEDED",
        "GIVEN_NAME_MISSING",
        "BIRTH_DATE_INVALID",
        "NAME_DAY_INVALID",
        "NAME_REPEATED",
        "",
        "NAME_REPEATED",
    ]
    assert (await read(world, registrar, learner_id)).name.given_name_th == "กนกวรรณ"


async def test_only_the_keeper_of_the_record_corrects_and_sees_the_history(world, build, registrar, learner_id):
    college = await world.staff("college_registrar", "demo-college")
    elsewhere = await world.staff("school_registrar", "other-school")
    recorder = await world.staff("school_recorder", "demo-school")
    asked = correction(learner_id, name(given="กนกพร"))
    request = pb.CorrectLearnersRequest(request_id=str(uuid4()), corrections=[asked])
    assert await world.refused("CorrectLearners", request, recorder) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    history = pb.GetIdentityVersionsRequest(learner_id=learner_id, purpose="TEST")
    for other in (college, elsewhere):
        assert (await correct(world, other, asked))[0].problem.reason == "LEARNER_NOT_FOUND"
        assert await world.refused("GetIdentityVersions", history, other) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    number, place = build.citizen_id(), world.institutions["demo-college"]
    stated = [build.identifier("CITIZEN_ID", number)]
    school = world.institutions["demo-school"]
    (dual,) = await world.register(build.learner(school, identifiers=stated), by=registrar)
    partner = build.enrolment(place, "PARTNER", system="DUAL_EDUCATION", grade="PWC.1")
    await world.register(build.learner(place, identifiers=stated, enrolments=[partner]), by=college)
    (outcome,) = await correct(world, college, correction(dual.id, name(given="กนกพร")))
    assert outcome.problem.reason == "NOT_REGISTRAR"
    history = pb.GetIdentityVersionsRequest(learner_id=dual.id, purpose="TEST")
    assert await world.refused("GetIdentityVersions", history, college) == ("PERMISSION_DENIED", "NOT_REGISTRAR")


async def test_correction_and_history_over_http(world, registrar, learner_id):
    body = {
        "corrections": [
            {
                "learner_id": learner_id,
                "reason_code": "FAMILY_NAME_CHANGED",
                "source": "ช.2",
                "names": [{"name": {"language": "th", "given_name": "กมลชนก", "family_name": "แสนสุข"}}],
                "birth": {"year": 2552, "month": 6, "day": 15},
            },
            {"learner_id": learner_id, "reason_code": "X", "source": "ช.2", "sex": "MALE"},
        ]
    }
    headers = registrar.headers | {"Idempotency-Key": str(uuid4())}
    answer = await world.http.post("/v1/learner-corrections", json=body, headers=headers)
    assert [item.get("id") for item in answer.json()["results"]] == [learner_id, None]
    assert answer.json()["results"][1]["problem"]["reason"] == "CODE_UNKNOWN"
    answer = await world.http.get(
        f"/v1/learners/{learner_id}/versions", headers=registrar.headers | {"Nuaikit-Purpose": "TEST"}
    )
    found = answer.json()
    assert [item["name"]["family_name"] for item in found["names"]] == ["แสนสุข", "ใจดี"]
    assert found["facts"][0]["birth"] == {"year": 2009, "month": 6, "day": 15}
    body = {"corrections": [body["corrections"][0] | {"birth": {"year": 2552, "month": 2, "day": 30}}]}
    headers["Idempotency-Key"] = str(uuid4())
    answer = await world.http.post("/v1/learner-corrections", json=body, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (422, "BIRTH_DATE_INVALID")


async def test_history_of_a_learner_is_never_changed_or_deleted(world, registrar, learner_id):
    await correct(world, registrar, correction(learner_id, sex="SEX_MALE"))
    for statement in ("UPDATE learner_history SET sex = 'FEMALE'", "DELETE FROM learner_history"):
        with pytest.raises(Exception, match="is refused"):
            await world.rows(statement)
    assert await world.value("SELECT sex FROM learner_history WHERE learner_id = $1", UUID(learner_id)) == "FEMALE"
