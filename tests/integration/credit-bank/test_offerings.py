"""Surveys before an offering, and weekly times that clash between school and college."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from nuaikit.credit_bank.v1 import events_pb2, offerings_pb2, offerings_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_merges import merge, unmerge
from tests.support.credit_world import Person, World, to_pb
from tests.support.transfer_calls import today


def survey(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "institution_id": str(world.school),
        "kind": "WISHES",
        "title_th": "ความต้องการเรียนวิชาชีพระยะสั้น",
        "year_be": 2570,
        "term": 1,
        "courses": [calls.key_json("20000-1101"), calls.key_json("20000-1501")],
        "opens_on": today().isoformat(),
        "closes_on": (today() + timedelta(days=14)).isoformat(),
        "provenance": calls.PROVENANCE_JSON,
    } | changes


async def open_all(world: World, *wanted: dict[str, Any], who: str = "school-registrar") -> list[dict[str, Any]]:
    return await calls.posted(world, "surveys", {"surveys": list(wanted)}, who)


async def answer(world: World, who: Person | str, *answers: dict[str, Any]) -> list[str | None]:
    return calls.reasons(await calls.posted(world, "surveys/answers", {"answers": list(answers)}, who))


async def test_learners_wishes_are_counted_and_nobodys_are_named(world: World) -> None:
    [made] = await open_all(world, survey(world))
    [again] = await open_all(world, survey(world))
    assert (again["id"], again["already_done"]) == (made["id"], True)
    assert calls.reasons(await open_all(world, survey(world, closes_on="2027-12-31"))) == ["SURVEY_EXISTS_DIFFERENT"]
    learners = [await world.learner() for _ in range(3)]
    thai, civics = calls.key_json("20000-1101"), calls.key_json("20000-1501")
    me = world.signed_in(learners[0])
    mine = (await calls.get(world, "surveys", me)).json()["surveys"]
    assert [one["survey_id"] for one in mine] == [made["id"]]
    wish = {"survey_id": made["id"], "choices": [civics]}
    assert await answer(world, me, wish) == [None]
    assert await answer(world, me, wish | {"choices": [thai, civics]}) == [None], "the later answer stands"
    for_others = [wish | {"learner_id": str(learner_id)} for learner_id in learners[1:]]
    assert await answer(world, "school-registrar", *for_others) == [None, None], "staff may enter it"
    result = (await calls.get(world, f"surveys/{made['id']}/result", "school-registrar")).json()
    assert result["answer_count"] == 3
    assert [(one["course"]["code"], one["first_choices"], one["choices"]) for one in result["demand"]] == [
        ("20000-1501", 2, 3),
        ("20000-1101", 1, 1),
    ]
    told = await calls.events(world, events_pb2.SurveyAnswered)
    assert len(told) == 4
    assert not [learner_id for learner_id in learners if str(learner_id) in str(told)]


async def test_person_with_two_records_is_counted_once_with_the_later_answer(world: World) -> None:
    [made] = await open_all(world, survey(world))
    kept, other, third = [await world.learner() for _ in range(3)]
    thai, civics = calls.key_json("20000-1101"), calls.key_json("20000-1501")
    for learner_id, choice in ((kept, thai), (other, civics), (third, civics)):
        wish = {"survey_id": made["id"], "learner_id": str(learner_id), "choices": [choice]}
        assert await answer(world, "school-registrar", wish) == [None]

    async def told() -> tuple[int, dict[str, int]]:
        found = (await calls.get(world, f"surveys/{made['id']}/result", "school-registrar")).json()
        return found["answer_count"], {one["course"]["code"]: one["choices"] for one in found["demand"]}

    apart = (3, {"20000-1101": 1, "20000-1501": 2})
    assert await told() == apart
    merge_id = await merge(world, kept, other)
    assert await told() == (2, {"20000-1501": 2})
    wish = {"survey_id": made["id"], "learner_id": str(kept), "choices": [thai]}
    assert await answer(world, "school-registrar", wish) == [None]
    assert await told() == (2, {"20000-1101": 1, "20000-1501": 1})
    await unmerge(world, kept, other, merge_id)
    assert await told() == apart


async def test_answers_that_do_not_fit_are_refused(world: World) -> None:
    [made] = await open_all(world, survey(world))
    outside = await world.learner((world.stranger, "PRIMARY", "FORMAL"))
    learner_id, other_id = await world.learner(), await world.learner()
    me = world.signed_in(learner_id)
    wish = {"survey_id": made["id"], "choices": [calls.key_json("20000-1101")]}
    assert await answer(world, world.signed_in(outside), wish) == ["SURVEY_UNKNOWN"]
    assert (await calls.get(world, "surveys", world.signed_in(outside))).json()["surveys"] == []
    assert await answer(world, me, wish | {"learner_id": str(other_id)}) == ["NOT_FOUND"]
    assert await answer(world, me, wish | {"survey_id": str(uuid4())}) == ["SURVEY_UNKNOWN"]
    assert await answer(world, me, wish | {"choices": [calls.key_json("20000-1102")]}) == ["ANSWER_INVALID"]
    closed = await calls.posted(world, "surveys/close", {"survey_ids": [made["id"], str(uuid4())]}, "school-registrar")
    assert calls.reasons(closed) == [None, "SURVEY_UNKNOWN"]
    assert await answer(world, me, wish) == ["SURVEY_NOT_OPEN"]
    early = survey(world, title_th="ปีหน้า", opens_on=(today() + timedelta(days=1)).isoformat())
    [later] = await open_all(world, early)
    assert await answer(world, me, wish | {"survey_id": later["id"]}) == ["SURVEY_NOT_OPEN"]
    assert calls.reasons(
        await open_all(
            world,
            survey(world, institution_id=str(world.college)),
            survey(world, title_th="x", items=["TEACHERS"]),
            survey(world, title_th="x", courses=[calls.key_json("20000-7777")]),
            survey(world, title_th="x", closes_on="2020-01-01"),
            survey(world, title_th="x", year_be=-646_497),
        )
    ) == ["NOT_FOUND", "SURVEY_INVALID", "COURSE_UNKNOWN", "SURVEY_INVALID", "SURVEY_INVALID"]
    assert (await calls.post(world, "surveys", {"surveys": [survey(world)]}, "school-recorder")).status_code == 403
    found = await calls.get(world, f"surveys/{made['id']}/result", "college-registrar")
    assert (found.status_code, found.json()["reason"]) == (404, "SURVEY_UNKNOWN")
    assert (await calls.get(world, f"surveys/{made['id']}/result", me)).status_code == httpx.codes.FORBIDDEN


async def test_school_says_how_ready_it_is(world: World) -> None:
    items = ["TEACHERS", "WORKSHOP", "TIMETABLE"]
    [made] = await open_all(world, survey(world, kind="READINESS", title_th="ความพร้อม", items=items))
    mine = world.signed_in(await world.learner())
    school = {"survey_id": made["id"], "ready_items": ["TEACHERS"], "readiness": "NOT_READY"}
    assert await answer(world, mine, {"survey_id": made["id"]}) == ["SURVEY_UNKNOWN"]
    assert await answer(world, "school-registrar", school | {"readiness": None}) == ["ANSWER_INVALID"]
    assert await answer(world, "school-registrar", school) == [None]
    found = await asyncio.gather(
        *(answer(world, "school-registrar", school | {"ready_items": items, "readiness": "READY"}) for _ in range(2))
    )
    assert found == [[None], [None]]
    result = (await calls.get(world, f"surveys/{made['id']}/result", "school-registrar")).json()
    assert (result["answer_count"], result["readiness"], result["missing_items"]) == (1, "READY", [])
    stub = offerings_pb2_grpc.OfferingServiceStub(world.channel)
    registrar = world.staff["school-registrar"].metadata
    less = offerings_pb2.SurveyAnswer(survey_id=made["id"], ready_items=["WORKSHOP"], readiness="JOINED")
    request = offerings_pb2.AnswerSurveysRequest(request_id=str(uuid4()), answers=[less])
    assert calls.reasons((await stub.AnswerSurveys(request, metadata=registrar)).outcomes) == [None]
    over_grpc = await stub.GetSurveyResult(
        offerings_pb2.GetSurveyResultRequest(survey_id=made["id"]), metadata=registrar
    )
    assert (over_grpc.readiness, list(over_grpc.missing_items)) == ("JOINED", ["TEACHERS", "TIMETABLE"])
    page = await stub.ListSurveys(offerings_pb2.ListSurveysRequest(kind="READINESS"), metadata=registrar)
    assert [one.survey_id for one in page.surveys] == [made["id"]]
    close = offerings_pb2.CloseSurveysRequest(request_id=str(uuid4()), survey_ids=[made["id"]])
    assert calls.reasons((await stub.CloseSurveys(close, metadata=registrar)).outcomes) == [None]
    opening = offerings_pb2.OpenSurveysRequest(
        request_id=str(uuid4()),
        surveys=[
            offerings_pb2.Survey(
                institution_id=str(world.school),
                kind="WISHES",
                title_th="ใหม่",
                year_be=2570,
                term=2,
                courses=[calls.key_pb("20000-1101")],
                opens_on=to_pb(today()),
                closes_on=to_pb(today()),
                provenance=calls.PROVENANCE_PB,
            )
        ],
    )
    assert calls.reasons((await stub.OpenSurveys(opening, metadata=registrar)).outcomes) == [None]


def weekly(world: World, place: Any, **changes: Any) -> dict[str, Any]:
    return {
        "institution_id": str(place),
        "class_institution_id": str(world.school),
        "grade_label": "M.5",
        "classroom": "5/1",
        "weekday": 3,
        "starts_minute": 13 * 60,
        "ends_minute": 15 * 60,
        "first_on": "2026-11-02",
        "last_on": "2027-03-31",
    } | changes


async def set_times(
    world: World, who: str, *times: dict[str, Any], remove: list[str] | None = None, **headers: str
) -> dict[str, Any]:
    body = {"times": list(times), "remove_time_ids": remove or []}
    found = await calls.post(world, "weekly-times", body, who, **headers)
    assert found.status_code == httpx.codes.OK, found.text
    return found.json()


async def test_clash_between_school_and_college_is_warned_about_on_both_sides(world: World) -> None:
    lesson = await set_times(world, "school-registrar", weekly(world, world.school, classroom=""))
    assert lesson["clashes"] == []
    key = {"Idempotency-Key": str(uuid4())}
    wanted = weekly(world, world.college, starts_minute=14 * 60, ends_minute=16 * 60, first_on="2026-11-26")
    touching = weekly(world, world.college, starts_minute=15 * 60, ends_minute=16 * 60, weekday=4)
    made = await set_times(world, "college-registrar", wanted, touching, **key)
    assert calls.reasons(made["results"]) == [None, None]
    [clash] = made["clashes"]
    assert clash["first_meets_on"] == "2026-12-02", "the first Wednesday of both"
    assert {clash["first"]["institution_id"], clash["second"]["institution_id"]} == {
        str(world.school),
        str(world.college),
    }
    assert await set_times(world, "college-registrar", wanted, touching, **key) == made, "the same request again"
    again = await set_times(world, "college-registrar", wanted)
    assert again["results"][0]["already_done"]
    for who in ("school-registrar", "college-registrar"):
        found = (await calls.get(world, "weekly-times/clashes?from_date=2026-11-01", who)).json()["clashes"]
        assert len(found) == 1, who
    assert (await calls.get(world, "weekly-times/clashes?from_date=2027-04-01", "school-registrar")).json() == {
        "clashes": []
    }
    listed = (await calls.get(world, "weekly-times?page_size=1", "college-registrar")).json()
    assert (len(listed["times"]), bool(listed["next_page_token"])) == (1, True)
    clashing = made["results"][0]["id"]
    await set_times(world, "school-registrar", remove=[clashing])
    assert len((await calls.get(world, "weekly-times", "college-registrar")).json()["times"]) == 2, "not the school's"
    await set_times(world, "college-registrar", remove=[clashing])
    assert (await calls.get(world, "weekly-times/clashes", "school-registrar")).json() == {"clashes": []}
    told = await calls.events(world, events_pb2.WeeklyTimesChanged)
    assert [(event.set_count, event.removed_count, event.clash_count) for event in told] == [
        (1, 0, 0),
        (2, 0, 1),
        (0, 1, 0),
    ]


async def test_times_that_cannot_be_are_refused_and_the_others_are_set(world: World) -> None:
    offering = {
        "reference": "รุ่น 1",
        "course": calls.key_json("20000-1101"),
        "institution_id": str(world.college),
        "year_be": 2569,
        "term": 2,
        "provenance": calls.PROVENANCE_JSON,
    }
    [made] = await calls.posted(world, "offerings", {"offerings": [offering]}, "college-registrar")
    found = await set_times(
        world,
        "college-registrar",
        weekly(world, world.college, offering_id=made["id"]),
        weekly(world, world.college, offering_id=str(uuid4())),
        weekly(world, world.school),
        weekly(world, world.college, weekday=8),
        weekly(world, world.college, ends_minute=60),
        weekly(world, world.college, class_institution_id=str(world.stranger)),
    )
    assert calls.reasons(found["results"]) == [
        None,
        "OFFERING_UNKNOWN",
        "NOT_FOUND",
        "TIME_INVALID",
        "TIME_INVALID",
        "NOT_A_PARTY",
    ]
    forbidden = await calls.post(world, "weekly-times", {"times": []}, "member-1")
    assert forbidden.status_code == httpx.codes.FORBIDDEN
    stub = offerings_pb2_grpc.OfferingServiceStub(world.channel)
    school = world.staff["school-registrar"].metadata
    lesson = offerings_pb2.WeeklyTime(
        institution_id=str(world.school),
        class_institution_id=str(world.school),
        grade_label="M.5",
        weekday=3,
        starts_minute=13 * 60,
        ends_minute=14 * 60,
        first_on=to_pb(today()),
        last_on=to_pb(today() + timedelta(days=60)),
    )
    request = offerings_pb2.SetWeeklyTimesRequest(request_id=str(uuid4()), times=[lesson])
    done = await stub.SetWeeklyTimes(request, metadata=school)
    assert (calls.reasons(done.outcomes), len(done.clashes)) == ([None], 1)
    page = await stub.ListWeeklyTimes(offerings_pb2.ListWeeklyTimesRequest(), metadata=school)
    assert [one.grade_label for one in page.times] == ["M.5"]
    clashes = await stub.ListTimeClashes(offerings_pb2.ListTimeClashesRequest(), metadata=school)
    assert [one.second.offering_id or one.first.offering_id for one in clashes.clashes] == [made["id"]]
