"""The review queue: probable pairs come in, people decide, and what was decided is remembered."""

from datetime import date
from uuid import UUID, uuid4

import grpc.aio
import pytest
from nuaikit.student_registry.v1 import matching_pb2 as pb
from nuaikit.student_registry.v1 import matching_pb2_grpc


@pytest.fixture
async def area(world):
    for alias, kind in (("area", "AREA_OFFICE_SECONDARY"), ("other-area", "AREA_OFFICE_SECONDARY")):
        await world.institution(alias, kind)
    await world.institution("school-1", parent="area")
    await world.institution("school-2", parent="area")
    await world.institution("far-school", parent="other-area")
    return world


@pytest.fixture
async def reviewer(area):
    return await area.staff("area_officer", "area")


async def call(world, method, by, **fields):
    stub = matching_pb2_grpc.MatchingServiceStub(world.channel)
    request = getattr(pb, f"{method}Request")(**fields)
    return await getattr(stub, method)(request, metadata=by.metadata, timeout=20)


async def refused(world, method, by, **fields):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(world, method, by, **fields)
    return caught.value.code().name


async def one(world, build, at, **more):
    by = await world.staff("school_registrar", at)
    (outcome,) = await world.register(build.learner(world.institutions[at], **more), by=by)
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def find(world, by, *learner_ids):
    return await call(world, "FindCandidates", by, request_id=str(uuid4()), learner_ids=learner_ids)


async def queue(world, by, **fields):
    return await call(world, "ListCandidates", by, **fields)


async def decide(world, by, candidate_id, state):
    item = pb.CandidateDecision(
        candidate_id=candidate_id, state=f"CANDIDATE_STATE_{state}", reason_code="HOUSE_REGISTER"
    )
    return (await call(world, "DecideCandidates", by, request_id=str(uuid4()), decisions=[item])).outcomes[0]


def birthday():
    """A birth date that no other test uses: the registry is shared."""
    return date(1990, 1, 1).replace(year=1930 + uuid4().int % 60, month=1 + uuid4().int % 12, day=1 + uuid4().int % 28)


async def test_probable_pair_comes_into_the_queue_with_its_reasons_and_nobody_is_merged(area, build, reviewer):
    born = birthday()
    first = await one(area, build, "school-1", given="ธนพร", family="แสงทองอร่าม", birth=born)
    second = await one(area, build, "school-2", given="ธนพร", family="แสงทองอร่ามม", birth=born)
    await one(area, build, "school-2", given="อนันต์", family="มั่นคงยิ่ง", birth=born)
    found = await find(area, reviewer, first)
    assert (found.compared, found.found, found.next_page_token) == (1, 1, "")
    page = await queue(area, reviewer)
    (candidate,) = page.candidates
    assert {candidate.one_learner_id, candidate.other_learner_id} == {first, second}
    assert page.total == 1
    assert {part.comparison: part.outcome for part in candidate.contributions} == {
        "given_name": "equal",
        "family_name": "near",
        "birth_date": "equal",
        "sex": "equal",
        "parents": "missing",
        "former_school": "missing",
    }
    assert candidate.score_hundredths == sum(part.points_hundredths for part in candidate.contributions)
    assert candidate.contributions[0].comparison_th == "ชื่อ"
    assert await area.value("SELECT count(*) FROM learner_merge WHERE merged_learner_id = $1", UUID(second)) == 0
    assert (await find(area, reviewer, first)).found == 0


async def test_pair_decided_different_is_remembered_and_not_proposed_again(area, build, reviewer):
    born = birthday()
    first = await one(area, build, "school-1", given="วรรณิศา", family="ดวงจันทร์ฉาย", birth=born)
    await one(area, build, "school-2", given="วรรณิศา", family="ดวงจันทร์ฉาย", birth=born)
    await find(area, reviewer, first)
    (candidate,) = (await queue(area, reviewer)).candidates
    assert not (await decide(area, reviewer, candidate.candidate_id, "DIFFERENT")).HasField("problem")
    assert (await decide(area, reviewer, candidate.candidate_id, "DIFFERENT")).already_done
    assert (await find(area, reviewer, first)).found == 0
    assert (await queue(area, reviewer)).total == 0
    kept = await queue(area, reviewer, states=["CANDIDATE_STATE_DIFFERENT"])
    assert [item.candidate_id for item in kept.candidates] == [candidate.candidate_id]
    other = await decide(area, reviewer, candidate.candidate_id, "SAME")
    assert other.problem.reason == "MATCH_ALREADY_DECIDED"
    assert not (await decide(area, reviewer, candidate.candidate_id, "LATER")).HasField("problem")
    assert (await queue(area, reviewer)).total == 1
    states = await area.rows(
        "SELECT state FROM match_decision WHERE candidate_id = $1 ORDER BY match_decision_id",
        UUID(candidate.candidate_id),
    )
    assert [row["state"] for row in states] == ["DIFFERENT", "LATER"]


async def test_queue_is_paged_and_shows_only_what_the_office_answers_for(area, build, reviewer):
    born = birthday()
    first = await one(area, build, "school-1", given="พิมพ์ชนก", family="เรืองศรีสกุล", birth=born)
    for _ in range(2):
        await one(area, build, "school-2", given="พิมพ์ชนก", family="เรืองศรีสกุล", birth=born)
    await find(area, reviewer, first)
    page = await queue(area, reviewer, page_size=1)
    assert (len(page.candidates), page.total) == (1, 2)
    rest = await queue(area, reviewer, page_size=1, page_token=page.next_page_token)
    assert rest.candidates[0].candidate_id != page.candidates[0].candidate_id
    assert rest.next_page_token == ""
    stranger = await area.staff("area_officer", "other-area")
    assert (await queue(area, stranger)).total == 0
    assert await refused(area, "ListCandidates", stranger, institution_id=area.institutions["school-1"]) == "NOT_FOUND"
    candidate_id = page.candidates[0].candidate_id
    assert await refused(area, "GetCandidate", stranger, candidate_id=candidate_id, purpose="REVIEW") == "NOT_FOUND"
    assert (await decide(area, stranger, candidate_id, "SAME")).problem.reason == "CANDIDATE_NOT_FOUND"
    recorder = await area.staff("school_recorder", "school-1")
    assert await refused(area, "ListCandidates", recorder) == "PERMISSION_DENIED"


async def test_pair_is_shown_side_by_side_and_the_reads_are_noted(area, build, reviewer):
    born = birthday()
    first = await one(
        area,
        build,
        "school-1",
        given="ศิริพร",
        family="บุญญาภรณ์",
        birth=born,
        identifiers=[build.identifier("CITIZEN_ID", build.citizen_id())],
    )
    second = await one(area, build, "far-school", given="ศิริพร", family="บุญญาภรณ์", birth=born)
    await find(area, reviewer, first)
    (candidate,) = (await queue(area, reviewer)).candidates
    answer = await call(area, "GetCandidate", reviewer, candidate_id=candidate.candidate_id, purpose="REVIEW")
    shown = {item.learner_id: item for item in answer.learners}
    assert shown[first].name.given_name_th == shown[second].name.given_name_th == "ศิริพร"
    assert shown[first].identifiers[0].masked_value.startswith("•")
    rows = await area.rows(
        "SELECT learner_id::text, purpose, ground, ground_id FROM access_record WHERE learner_id = ANY($1::uuid[])"
        " AND purpose = 'REVIEW'",
        [UUID(first), UUID(second)],
    )
    assert {row["learner_id"] for row in rows} == {first, second}
    assert {(row["ground"], row["ground_id"]) for row in rows} == {("CASE", candidate.candidate_id)}


async def test_learners_of_an_institution_are_compared_page_by_page_over_http(area, build, reviewer):
    born, school = birthday(), area.institutions["school-1"]
    for _ in range(2):
        await one(
            area, build, "school-1", given="ชลธิชา", family="วัฒนกูล", birth=born, enrolments=[build.enrolment(school)]
        )
    headers = reviewer.headers | {"Idempotency-Key": str(uuid4())}
    answers = [
        await area.http.post("/v1/match-candidates/find", json={"institution_id": school}, headers=headers)
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json() == {"compared": 2, "found": 1, "next_page_token": None}
    page = (await area.http.get("/v1/match-candidates", headers=reviewer.headers)).json()
    assert page["total"] == 1
    assert page["weights"]["status"] == "assumed"
    shown = await area.http.get(
        f"/v1/match-candidates/{page['candidates'][0]['candidate_id']}",
        headers=reviewer.headers | {"Nuaikit-Purpose": "REVIEW"},
    )
    assert [item["given_name_th"] for item in shown.json()["learners"]] == ["ชลธิชา", "ชลธิชา"]
