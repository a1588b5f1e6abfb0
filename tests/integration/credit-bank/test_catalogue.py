"""Courses, equivalence rules, qualifications, committees, partnerships and offerings over HTTP and gRPC."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
import pytest
from google.type.date_pb2 import Date
from nuaikit.credit_bank.v1 import catalogue_pb2 as pb
from nuaikit.credit_bank.v1 import catalogue_pb2_grpc as pb_grpc
from nuaikit.credit_bank.v1 import events_pb2, partnerships_pb2, partnerships_pb2_grpc
from nuaikit.student_registry.v1 import institutions_pb2

from tests.support.credit_calls import (
    PROVENANCE_JSON,
    PROVENANCE_PB,
    amount_pb,
    events,
    get,
    key_json,
    key_pb,
    post,
    posted,
    reasons,
    refusal,
)
from tests.support.credit_world import World


def stub(world: World) -> pb_grpc.CatalogueServiceStub:
    return pb_grpc.CatalogueServiceStub(world.channel)


def agreements(world: World) -> partnerships_pb2_grpc.PartnershipServiceStub:
    return partnerships_pb2_grpc.PartnershipServiceStub(world.channel)


def publisher(world: World) -> tuple[tuple[str, str], ...]:
    return world.staff["publisher"].metadata


def course_pb(code: str = "ว31101", **changes: Any) -> pb.Course:
    values: dict[str, Any] = {
        "key": key_pb(code),
        "title_th": "วิทยาศาสตร์",
        "credits": amount_pb(150),
        "hours_total": 60,
        "category": "BASIC",
        "subject_type": "01",
        "subject_group": "03",
        "outcomes": ["อธิบายได้"],
        "provenance": PROVENANCE_PB,
    }
    return pb.Course(**values | changes)


def course_json(code: str = "ว31101", **changes: Any) -> dict[str, Any]:
    return {
        "key": key_json(code),
        "title_th": "วิทยาศาสตร์",
        "credits": {"amount": "1.5", "unit": "CR_OBEC"},
        "hours_total": 60,
        "category": "BASIC",
        "subject_type": "01",
        "subject_group": "03",
        "outcomes": ["อธิบายได้"],
        "provenance": PROVENANCE_JSON,
    } | changes


async def newest_key(world: World, kind: str) -> str:
    return await world.fetchval(
        "SELECT key FROM outbox WHERE type LIKE '%.' || $1 ORDER BY outbox_id DESC LIMIT 1", kind
    )


# ---- courses ----


async def test_course_is_published_once_and_found(world: World) -> None:
    request = pb.PublishCoursesRequest(request_id=str(uuid4()), courses=[course_pb()])
    first = await stub(world).PublishCourses(request, metadata=publisher(world))
    [again] = await posted(world, "courses", {"courses": [course_json()]}, "publisher")
    assert (again["id"], again["already_done"]) == (first.outcomes[0].id, True)
    found = await stub(world).ListCourses(
        pb.ListCoursesRequest(codes=["ว31101"]), metadata=world.staff["chair"].metadata
    )
    [course] = found.courses
    assert (course.course_id, course.credits.credit_hundredths, list(course.outcomes)) == (
        again["id"],
        150,
        ["อธิบายได้"],
    )
    assert not course.HasField("tpn"), "what is not known is absent"
    changed = [event for event in await events(world, events_pb2.CourseChanged) if event.course.key.code == "ว31101"]
    assert len(changed) == 1
    key = await world.fetchval(
        "SELECT key FROM outbox WHERE type LIKE '%CourseChanged' ORDER BY outbox_id DESC LIMIT 1"
    )
    assert key == "national"


async def test_other_facts_become_the_next_version_and_what_was_recorded_keeps_the_old(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    renamed = course_json("ท31101", title_th="ภาษาไทย 1", credits={"amount": "1.0", "unit": "CR_OBEC"}, hours_total=40)
    [done] = await posted(world, "courses", {"courses": [renamed]}, "publisher")
    assert done["problem"] is None
    [shown] = (await get(world, "courses?code_system=OBEC&code=ท31101", "publisher")).json()["courses"]
    assert (shown["version"], shown["title_th"], shown["course_id"]) == (2, "ภาษาไทย 1", done["id"])
    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert (entry["course"]["version"], entry["course"]["title_th"]) == (1, "ภาษาไทย")
    rows = await world.fetch(
        "SELECT version FROM course_version WHERE course_id = $1 ORDER BY version", UUID(done["id"])
    )
    assert [row["version"] for row in rows] == [1, 2]


async def test_bad_courses_are_explained_and_the_good_ones_are_in(world: World) -> None:
    courses = [
        course_json("T31101"),
        course_json("ว3110"),
        course_json("ว31101", subject_type="02"),
        course_json("ท31101", credits={"amount": "2.0", "unit": "CR_OBEC"}),
        course_json("ว31102", key=key_json("ว31102") | {"owner_institution_id": str(world.school)}),
        course_json("ว31103"),
        course_json("ว31103", title_th="อีกชื่อ"),
        course_json("ว31103"),
    ]
    found = await posted(world, "courses", {"courses": courses}, "publisher")
    assert reasons(found) == [
        "OBEC_CODE_LETTER",
        "OBEC_CODE_SHAPE",
        "SUBJECT_TYPE_MISMATCH",
        "COURSE_CREDITS_FIXED",
        "OWNER_NOT_CALLER",
        None,
        "DUPLICATE_ITEM",
        None,
    ]
    assert found[0]["problem"]["metadata"]["suggestion_code"] == "ท31101"
    assert found[7]["already_done"]
    assert "พยัญชนะไทย" in found[0]["problem"]["title_th"]


async def test_school_publishes_its_own_courses_only(world: World) -> None:
    own = course_json("ว31201", subject_type="02", key=key_json("ว31201") | {"owner_institution_id": str(world.school)})
    foreign = course_json("ว31202", key=key_json("ว31202") | {"owner_institution_id": str(world.college)})
    found = await posted(world, "courses", {"courses": [own, course_json(), foreign]}, "school-registrar")
    assert reasons(found) == [None, "OWNER_NOT_CALLER", "OWNER_NOT_CALLER"]
    key = await world.fetchval(
        "SELECT key FROM outbox WHERE type LIKE '%CourseChanged' ORDER BY outbox_id DESC LIMIT 1"
    )
    assert key == str(world.school)


async def test_pages_go_through_the_catalogue_once(world: World) -> None:
    seen: list[str] = []
    token = ""
    while True:
        page = await stub(world).ListCourses(
            pb.ListCoursesRequest(code_system="CODE_SYSTEM_OBEC", page_size=2, page_token=token),
            metadata=publisher(world),
        )
        seen += [course.key.code for course in page.courses]
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == sorted(["ท31101", "ค31101", "พ31101", "พ31102", "ศ31101", "ก31901"])


async def test_forty_publishers_of_one_course_make_one(world: World) -> None:
    answers = await asyncio.gather(
        *(
            stub(world).PublishCourses(
                pb.PublishCoursesRequest(request_id=str(uuid4()), courses=[course_pb()]), metadata=publisher(world)
            )
            for _ in range(40)
        )
    )
    outcomes = [answer.outcomes[0] for answer in answers]
    assert Counter(outcome.already_done for outcome in outcomes) == {True: 39, False: 1}
    assert len({outcome.id for outcome in outcomes}) == 1


@pytest.mark.parametrize("method", ["PublishCourses", "PublishEquivalenceRules", "PublishQualifications"])
async def test_publishing_is_refused_without_permission_and_for_nothing(world: World, method: str) -> None:
    request = getattr(pb, f"{method}Request")(request_id=str(uuid4()))
    call = getattr(stub(world), method)
    forbidden = await refusal(call(request, metadata=world.staff["school-recorder"].metadata))
    assert forbidden == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    assert await refusal(call(request, metadata=publisher(world))) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_FIELD",
    )


@pytest.mark.parametrize("method", ["ListCourses", "ListEquivalenceRules"])
async def test_lists_are_refused_to_nobody_known_and_for_wrong_pages(world: World, method: str) -> None:
    request, call = getattr(pb, f"{method}Request"), getattr(stub(world), method)
    assert (await refusal(call(request())))[0] is grpc.StatusCode.UNAUTHENTICATED
    for wrong in (request(page_size=-1), request(page_size=1_001), request(page_token="x")):
        assert (await refusal(call(wrong, metadata=publisher(world))))[1] == "INVALID_FIELD"


async def test_course_that_cannot_be_read_is_refused(world: World) -> None:
    for wrong in (
        course_pb(key=pb.CourseKey(code="ท31101")),
        course_pb(provenance=None),
        course_pb(credits=amount_pb(100, "UNSPECIFIED")),
    ):
        request = pb.PublishCoursesRequest(request_id=str(uuid4()), courses=[wrong])
        assert (await refusal(stub(world).PublishCourses(request, metadata=publisher(world))))[1] == "INVALID_FIELD"
    body = {"courses": [course_json(credit="1.5")]}
    misspelt = await post(world, "courses", body, "publisher")
    assert (misspelt.status_code, misspelt.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, "INVALID_REQUEST")
    assert misspelt.json()["faults"][0]["fault"] == "extra_forbidden"
    as_float = await post(
        world, "courses", {"courses": [course_json(credits={"amount": 1.5, "unit": "CR_OBEC"})]}, "publisher"
    )
    assert as_float.json()["reason"] == "INVALID_REQUEST", "amounts are decimal strings"


async def test_request_id_with_other_courses_is_refused(world: World) -> None:
    request_id = str(uuid4())
    await stub(world).PublishCourses(
        pb.PublishCoursesRequest(request_id=request_id, courses=[course_pb()]), metadata=publisher(world)
    )
    other = pb.PublishCoursesRequest(request_id=request_id, courses=[course_pb("ว31102")])
    assert (await refusal(stub(world).PublishCourses(other, metadata=publisher(world))))[1] == "REQUEST_MISMATCH"


# ---- equivalence rules ----


def rule_json(**changes: Any) -> dict[str, Any]:
    return {
        "source_groups": [{"courses": [key_json("ค31101")]}],
        "target": key_json("20000-1501"),
        "mode": "EQUATE",
        "min_grade_hundredths": 200,
        "min_hours_pct": 100,
        "version": 1,
        "provenance": PROVENANCE_JSON,
    } | changes


async def test_rule_is_published_once_and_found_from_either_side(world: World) -> None:
    [done] = await posted(world, "equivalence-rules", {"rules": [rule_json()]}, "publisher")
    [again] = await posted(world, "equivalence-rules", {"rules": [rule_json()]}, "publisher")
    assert (again["id"], again["already_done"]) == (done["id"], True)
    for query in ("target_code=20000-1501", "source_code=ค31101"):
        [shown] = (await get(world, f"equivalence-rules?{query}", "chair")).json()["rules"]
        assert (shown["rule_id"], shown["mode"], shown["owner_institution_id"]) == (done["id"], "EQUATE", None)
    none = await get(world, "equivalence-rules?target_code=20000-9999", "chair")
    assert none.json() == {"rules": [], "next_page_token": ""}
    message = await stub(world).ListEquivalenceRules(
        pb.ListEquivalenceRulesRequest(target_code="20000-1601"), metadata=publisher(world)
    )
    [group] = message.rules[0].source_groups
    assert [key.code for key in group.courses] == ["พ31101", "พ31102"], "an AND group stays together"


async def test_next_version_takes_the_place_of_the_one_before_from_its_first_day(world: World) -> None:
    [first] = await posted(world, "equivalence-rules", {"rules": [rule_json()]}, "publisher")
    stricter = rule_json(version=2, min_grade_hundredths=250)
    dated = stricter | {"provenance": PROVENANCE_JSON | {"effective_from": "2027-05-01"}}
    found = await posted(
        world,
        "equivalence-rules",
        {"rules": [rule_json(min_grade_hundredths=100), stricter, dated]},
        "publisher",
    )
    assert reasons(found) == ["RULE_EXISTS_DIFFERENT", "RULE_VERSION_NEEDS_DATE", None]
    for day, rule_id in (("2027-04-30", first["id"]), ("2027-05-01", found[2]["id"])):
        [shown] = (await get(world, f"equivalence-rules?target_code=20000-1501&on_date={day}", "chair")).json()["rules"]
        assert shown["rule_id"] == rule_id
    assert (await get(world, "equivalence-rules?target_code=20000-1501&on_date=2026-01-01", "chair")).json()["rules"][
        0
    ]["valid_to"] == "2027-04-30"
    outdated = await posted(
        world,
        "equivalence-rules",
        {"rules": [rule_json(version=1, min_hours_pct=90), dated | {"version": 3}]},
        "publisher",
    )
    assert reasons(outdated) == ["RULE_VERSION_OUTDATED", "RULE_VERSION_NEEDS_DATE"]


async def test_impossible_rules_are_explained(world: World) -> None:
    rules = [
        rule_json(source_groups=[]),
        rule_json(source_groups=[{"courses": []}]),
        rule_json(source_groups=[{"courses": [key_json("20000-1501")]}]),
        rule_json(source_groups=[{"courses": [key_json("ท99999")]}]),
        rule_json(target=key_json("ก31901")),
        rule_json(min_grade_hundredths=401),
        rule_json(min_hours_pct=0),
        rule_json(version=0),
        rule_json(),
        rule_json(min_hours_pct=50),
    ]
    found = await posted(world, "equivalence-rules", {"rules": rules}, "publisher")
    assert reasons(found) == [
        "RULE_INVALID",
        "RULE_INVALID",
        "RULE_INVALID",
        "COURSE_UNKNOWN",
        "RULE_INVALID",
        "RULE_INVALID",
        "RULE_INVALID",
        "RULE_INVALID",
        None,
        "DUPLICATE_ITEM",
    ]


async def test_rule_of_a_college_is_its_own_beside_the_agency_s(world: World) -> None:
    [national] = await posted(world, "equivalence-rules", {"rules": [rule_json()]}, "publisher")
    alone = {"rules": [rule_json(min_grade_hundredths=300)]}
    [refused] = await posted(world, "equivalence-rules", alone, "college-director")
    assert refused["problem"]["reason"] == "RULE_NOT_APPROVED"
    decided = [{"body_th": "คณะกรรมการเทียบโอน", "reference": "1/2569"}]
    own_rule = rule_json(min_grade_hundredths=300, approving_bodies=decided)
    [own] = await posted(world, "equivalence-rules", {"rules": [own_rule]}, "college-director")
    assert own["problem"] is None
    assert own["id"] != national["id"]
    rules = (await get(world, "equivalence-rules?target_code=20000-1501", "chair")).json()["rules"]
    assert {rule["owner_institution_id"] for rule in rules} == {None, str(world.college)}
    key = await newest_key(world, "EquivalenceRuleChanged")
    assert key == str(world.college)


# ---- qualifications ----


def qualification_pb(**changes: Any) -> pb.Qualification:
    values: dict[str, Any] = {
        "code": "M3-OBEC",
        "version": "2551R60",
        "name_th": "มัธยมศึกษาตอนต้น (ม.3)",
        "unit": "CREDIT_UNIT_CR_OBEC",
        "total_min_hundredths": 7_700,
        "category_minima": [pb.CategoryMinimum(category="BASIC", min_credits=amount_pb(6_600))],
        "provenance": PROVENANCE_PB,
    }
    return pb.Qualification(**values | changes)


async def test_figures_of_a_published_qualification_never_change(world: World) -> None:
    async def publish(*items: pb.Qualification) -> Any:
        request = pb.PublishQualificationsRequest(request_id=str(uuid4()), qualifications=items)
        return (await stub(world).PublishQualifications(request, metadata=publisher(world))).outcomes

    first = await publish(qualification_pb())
    assert (first[0].id, first[0].already_done) == ("M3-OBEC/2551R60", False)
    found = await publish(
        qualification_pb(),
        qualification_pb(total_min_hundredths=7_000),
        qualification_pb(version="2600", total_min_hundredths=6_000),
        qualification_pb(version="2600"),
    )
    assert reasons(found) == [None, "QUALIFICATION_EXISTS_DIFFERENT", "QUALIFICATION_INVALID", None]
    assert found[0].already_done
    assert [event.qualification.version for event in await events(world, events_pb2.QualificationChanged)][-2:] == [
        "2551R60",
        "2600",
    ]


async def test_qualification_of_mixed_units_or_with_a_category_twice_is_refused(world: World) -> None:
    minimum = pb.CategoryMinimum(category="BASIC", min_credits=amount_pb(100))
    for minima in ([minimum, minimum], [pb.CategoryMinimum(category="CORE", min_credits=amount_pb(100, "CR_OVEC"))]):
        request = pb.PublishQualificationsRequest(
            request_id=str(uuid4()), qualifications=[qualification_pb(category_minima=minima)]
        )
        refused = await refusal(stub(world).PublishQualifications(request, metadata=publisher(world)))
        assert refused == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    over_http = {
        "code": "X",
        "version": "1",
        "name_th": "คุณวุฒิ",
        "unit": "CR_OBEC",
        "total_min": {"amount": "10.0", "unit": "CR_OVEC"},
        "category_minima": [{"category": "BASIC", "min_credits": {"amount": "1.0", "unit": "CR_OBEC"}}],
        "provenance": PROVENANCE_JSON,
    }
    answer = await post(world, "qualifications", {"qualifications": [over_http]}, "publisher")
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, "INVALID_FIELD")


# ---- committees ----


def committee_json(world: World, **changes: Any) -> dict[str, Any]:
    names = ("chair", "member-1", "member-2")
    return {
        "institution_id": str(world.college),
        "mandates": ["TRANSFER"],
        "order_no": "คำสั่งทดสอบที่ 2/2569",
        "quorum": 2,
        "members": [
            {"assignment_id": str(world.staff[name].actor.assignment_id), "is_chair": name == "chair"} for name in names
        ],
        "valid_from": "2026-05-01",
        "provenance": PROVENANCE_JSON,
    } | changes


async def test_committee_is_registered_once_by_its_own_institution(world: World) -> None:
    wanted = committee_json(world)
    [done] = await posted(world, "committees", {"committees": [wanted]}, "college-director")
    found = await posted(
        world,
        "committees",
        {
            "committees": [
                wanted,
                wanted | {"quorum": 3},
                wanted | {"order_no": "3", "members": wanted["members"][:2]},
                wanted | {"order_no": "3", "institution_id": str(world.school)},
                wanted | {"order_no": "3", "members": [*wanted["members"][:2], {"assignment_id": str(uuid4())}]},
            ]
        },
        "college-director",
    )
    assert (found[0]["id"], found[0]["already_done"]) == (done["id"], True)
    assert reasons(found)[1:] == ["COMMITTEE_EXISTS_DIFFERENT", "COMMITTEE_INVALID", "NOT_FOUND", "MEMBER_UNKNOWN"]
    changed = (await events(world, events_pb2.CommitteeChanged))[-1]
    assert (changed.committee_id, list(changed.mandates)) == (done["id"], ["TRANSFER"])


async def test_member_from_another_institution_is_not_appointed(world: World) -> None:
    stranger = str(world.staff["stranger-chair"].actor.assignment_id)
    members = [*committee_json(world)["members"][:2], {"assignment_id": stranger}]
    found = await posted(
        world, "committees", {"committees": [committee_json(world, members=members)]}, "college-director"
    )
    assert reasons(found) == ["MEMBER_UNKNOWN"]


# ---- partnerships ----


def partnership_pb(world: World, **changes: Any) -> partnerships_pb2.Partnership:
    values: dict[str, Any] = {
        "reference": "MOU-NEW",
        "party_institution_ids": [str(world.school), str(world.college)],
        "programme": "SHORT_COURSE",
        "state": "PARTNERSHIP_STATE_SIGNED",
        "provenance": PROVENANCE_PB,
    }
    return partnerships_pb2.Partnership(**values | changes)


async def register(world: World, *partnerships: partnerships_pb2.Partnership, who: str = "school-director") -> Any:
    request = partnerships_pb2.RegisterPartnershipsRequest(request_id=str(uuid4()), partnerships=partnerships)
    answer = await agreements(world).RegisterPartnerships(request, metadata=world.staff[who].metadata)
    return answer.outcomes


async def test_partnership_goes_through_its_states_and_never_back(world: World) -> None:
    [signed] = await register(world, partnership_pb(world))
    reversed_parties = [str(world.college), str(world.school)]
    [active] = await register(
        world,
        partnership_pb(world, state="PARTNERSHIP_STATE_ACTIVE", party_institution_ids=reversed_parties),
        who="college-director",
    )
    assert (active.id, active.already_done) == (signed.id, False), "either party moves it, in any order of names"
    [again] = await register(world, partnership_pb(world, state="PARTNERSHIP_STATE_ACTIVE"))
    assert again.already_done
    found = await register(
        world,
        partnership_pb(world, state="PARTNERSHIP_STATE_DRAFT"),
        partnership_pb(world, state="PARTNERSHIP_STATE_ACTIVE", programme="DUAL_EDUCATION"),
    )
    assert reasons(found) == ["PARTNERSHIP_STATE_WRONG"] * 2
    await register(world, partnership_pb(world, state="PARTNERSHIP_STATE_ENDED"))
    assert reasons(await register(world, partnership_pb(world, state="PARTNERSHIP_STATE_ACTIVE"))) == [
        "PARTNERSHIP_STATE_WRONG"
    ]
    changed = [e for e in await events(world, events_pb2.PartnershipChanged) if e.partnership_id == signed.id]
    assert [partnerships_pb2.PartnershipState.Name(event.state).rsplit("_", 1)[1] for event in changed] == [
        "SIGNED",
        "ACTIVE",
        "ENDED",
    ]
    assert {tuple(event.party_institution_ids) for event in changed} == {(str(world.school), str(world.college))}
    assert not changed[0].HasField("valid_from"), "an unknown day is absent, never invented"


async def test_partnership_of_others_or_with_nobody_is_refused(world: World) -> None:
    found = await register(
        world,
        partnership_pb(world, party_institution_ids=[str(world.college), str(world.stranger)]),
        partnership_pb(world, party_institution_ids=[str(world.school)]),
        partnership_pb(world, party_institution_ids=[str(world.school), str(uuid4())]),
        partnership_pb(world, committee_id=str(uuid4())),
        partnership_pb(world, reference=""),
    )
    assert reasons(found) == [
        "NOT_A_PARTY",
        "PARTNERSHIP_INVALID",
        "PARTY_UNKNOWN",
        "COMMITTEE_UNKNOWN",
        "PARTNERSHIP_INVALID",
    ]


async def test_party_whose_event_is_late_is_asked_for(world: World) -> None:
    late = uuid4()
    world.registry.institutions[str(late)] = institutions_pb2.Institution(
        institution_id=str(late),
        kind="INSTITUTION_KIND_COLLEGE",
        name_th="วิทยาลัยใหม่",
        local_alias="new",
        provenance=PROVENANCE_PB,
    )
    wanted = partnership_pb(world, party_institution_ids=[str(world.school), str(late)])
    await world.registry.stop()
    assert reasons(await register(world, wanted)) == ["UNAVAILABLE"]
    await world.registry_returns()
    assert reasons(await register(world, wanted)) == [None]


async def test_institution_lists_the_partnerships_of_which_it_is_a_party(world: World) -> None:
    for reference in ("MOU-A", "MOU-B"):
        await register(world, partnership_pb(world, reference=reference))
    seen: list[str] = []
    token = ""
    while True:
        page = await agreements(world).ListPartnerships(
            partnerships_pb2.ListPartnershipsRequest(page_size=1, page_token=token),
            metadata=world.staff["college-registrar"].metadata,
        )
        seen += [partnership.reference for partnership in page.partnerships]
        token = page.next_page_token
        if not token:
            break
    assert seen == ["MOU-TEST-2568", "MOU-A", "MOU-B"]
    others = await get(world, "partnerships", "stranger-registrar")
    assert others.json() == {"partnerships": [], "next_page_token": ""}
    own = (await get(world, "partnerships", "school-registrar")).json()["partnerships"][0]
    assert (own["state"], own["signed_on"], own["committee_id"]) == ("ACTIVE", None, str(world.committee_id))


# ---- offerings ----


def offering_json(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "รุ่น 1/2568",
        "course": key_json("20000-1101"),
        "institution_id": str(world.college),
        "partnership_id": str(world.partnership_id),
        "year_be": 2568,
        "term": 1,
        "provenance": PROVENANCE_JSON,
    } | changes


async def test_offering_is_scheduled_once_at_the_own_institution(world: World) -> None:
    [done] = await posted(world, "offerings", {"offerings": [offering_json(world)]}, "college-registrar")
    await register(world, partnership_pb(world, reference="MOU-OFF"), who="college-director")
    [draft] = await register(world, partnership_pb(world, reference="MOU-SIGNED"), who="college-director")
    found = await posted(
        world,
        "offerings",
        {
            "offerings": [
                offering_json(world),
                offering_json(world, term=2),
                offering_json(world, reference="2", course=key_json("20000-9999")),
                offering_json(world, reference="2", institution_id=str(world.school)),
                offering_json(world, reference="2", partnership_id=str(uuid4())),
                offering_json(world, reference="2", partnership_id=draft.id),
                offering_json(world, reference="2", year_be=2025),
                offering_json(world, reference="2", term=4),
                offering_json(world, reference="2", partnership_id=None),
            ]
        },
        "college-registrar",
    )
    assert (found[0]["id"], found[0]["already_done"]) == (done["id"], True)
    assert reasons(found)[1:] == [
        "OFFERING_EXISTS_DIFFERENT",
        "COURSE_UNKNOWN",
        "NOT_FOUND",
        "PARTNERSHIP_UNKNOWN",
        "PARTNERSHIP_STATE_WRONG",
        "OFFERING_INVALID",
        "OFFERING_INVALID",
        None,
    ]


@pytest.mark.parametrize("method", ["RegisterCommittees", "RegisterPartnerships", "ScheduleOfferings"])
async def test_agreements_are_refused_without_permission_and_for_nothing(world: World, method: str) -> None:
    request = getattr(partnerships_pb2, f"{method}Request")(request_id=str(uuid4()))
    call = getattr(agreements(world), method)
    forbidden = await refusal(call(request, metadata=world.staff["school-recorder"].metadata))
    assert forbidden == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    allowed = "college-registrar" if method == "ScheduleOfferings" else "college-director"
    empty = await refusal(call(request, metadata=world.staff[allowed].metadata))
    assert empty == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


async def test_messages_of_agreements_that_cannot_be_read_are_refused(world: World) -> None:
    director = world.staff["college-director"].metadata
    committee = partnerships_pb2.Committee(
        institution_id=str(world.college),
        mandates=["EVERYTHING"],
        valid_from=Date(year=2026, month=5, day=1),
        provenance=PROVENANCE_PB,
    )
    undated = partnerships_pb2.Committee(institution_id=str(world.college), mandates=["RPL"], provenance=PROVENANCE_PB)
    for wrong in (committee, undated):
        request = partnerships_pb2.RegisterCommitteesRequest(request_id=str(uuid4()), committees=[wrong])
        refused = await refusal(agreements(world).RegisterCommittees(request, metadata=director))
        assert refused == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    for changes in (
        {"state": "PARTNERSHIP_STATE_UNSPECIFIED"},
        {"programme": "FRIENDSHIP"},
        {"valid_from": Date(year=2026, month=2, day=30)},
        {"party_institution_ids": ["school", "college"]},
    ):
        request = partnerships_pb2.RegisterPartnershipsRequest(
            request_id=str(uuid4()), partnerships=[partnership_pb(world, **changes)]
        )
        refused = await refusal(agreements(world).RegisterPartnerships(request, metadata=director))
        assert refused == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
