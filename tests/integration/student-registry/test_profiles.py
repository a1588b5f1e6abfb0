"""Profiles: who may write and read what, what stays, what is sealed, what others are told, what is missing or old."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from google.type.date_pb2 import Date
from nuaikit.student_registry.v1 import access_pb2, events_pb2, learners_pb2, matching_pb2, matching_pb2_grpc
from nuaikit.student_registry.v1 import profiles_pb2 as pb

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
TODAY = datetime.now(UTC).date()


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def college(world):
    return await world.staff("college_registrar", "demo-college")


@pytest.fixture
async def learner_id(world, build, registrar):
    school = world.institutions["demo-school"]
    (outcome,) = await world.register(build.learner(school, enrolments=[build.enrolment(school)]), by=registrar)
    return outcome.id


@pytest.fixture
async def dual_id(world, build, registrar, college):
    """A learner of the school who is at the college too."""
    school, place, number = world.institutions["demo-school"], world.institutions["demo-college"], build.citizen_id()
    stated = [build.identifier("CITIZEN_ID", number)]
    (outcome,) = await world.register(
        build.learner(school, identifiers=stated, enrolments=[build.enrolment(school)]), by=registrar
    )
    partner = build.enrolment(place, "PARTNER", system="DUAL_EDUCATION", grade="PWC.1")
    await world.register(build.learner(place, identifiers=stated, enrolments=[partner]), by=college)
    return outcome.id


def fact(build, learner_id, kind, **more):
    return pb.ProfileFactInput(learner_id=learner_id, kind=f"PROFILE_KIND_{kind}", provenance=build.provenance, **more)


def coded(build, learner_id, kind, code, detail="", **more):
    return fact(build, learner_id, kind, coded=pb.CodedValue(code=code, detail=detail), **more)


def phone(build, learner_id, number="081-234-5678", **more):
    return fact(build, learner_id, "PHONE", reach=pb.ReachValue(value=number), **more)


def relative(build, learner_id, kind="GUARDIAN", *, given="สมใจ", family="ใจดี", relation="GRANDPARENT", **more):
    name = learners_pb2.PersonName(title_th="นาง", given_name_th=given, family_name_th=family)
    relation = relation if kind == "GUARDIAN" else ""
    value = pb.RelativeValue(name=name, relation_code=relation, standing_code="CARETAKER", lives_with_learner=True)
    return fact(build, learner_id, kind, relative=value, **more)


async def record(world, by, *facts, request_id=None):
    request = pb.RecordProfileFactsRequest(request_id=request_id or str(uuid4()), facts=facts)
    return (await world.call("RecordProfileFacts", request, by)).outcomes


async def recorded(world, by, *facts):
    outcomes = await record(world, by, *facts)
    assert all(not item.HasField("problem") for item in outcomes), outcomes
    return [item.id for item in outcomes]


def asking(learner_id, restricted=True, **more):
    return pb.BatchGetProfilesRequest(learner_ids=[learner_id], purpose="TEST", with_restricted=restricted, **more)


async def read(world, by, learner_id, restricted=True, **more):
    (found,) = (await world.call("BatchGetProfiles", asking(learner_id, restricted, **more), by)).profiles
    return found


async def history(world, by, learner_id):
    request = pb.GetProfileHistoryRequest(learner_id=learner_id, purpose="TEST", with_restricted=True)
    return (await world.call("GetProfileHistory", request, by)).facts


async def told(world, learner_id):
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%LearnerChanged' ORDER BY outbox_id", learner_id
    )
    messages = [events_pb2.LearnerChanged.FromString(row["payload"]) for row in rows]
    return [[events_pb2.LearnerFactKind.Name(kind)[18:] for kind in message.kinds] for message in messages]


async def reads(world, learner_id):
    rows = await world.rows(
        "SELECT resource, role, purpose FROM access_record WHERE learner_id = $1 ORDER BY access_id", UUID(learner_id)
    )
    return [tuple(row) for row in rows]


async def test_facts_of_every_kind_are_recorded_and_read(world, build, registrar, learner_id):
    school = world.institutions["demo-school"]
    stay = pb.SchoolingValue(
        institution_id=school,
        admitted_on=Date(year=2025, month=5, day=16),
        previous_school="โรงเรียนบ้านสวน",
        previous_grade="ม.3",
    )
    home = pb.AddressValue(line="12 หมู่ 3", subdistrict="ในเมือง", district="เมือง", province="เลย", postal_code="๔๒๐๐๐")
    await recorded(
        world,
        registrar,
        coded(build, learner_id, "NATIONALITY", "STATELESS"),
        coded(build, learner_id, "RELIGION", "CHRISTIANITY"),
        coded(build, learner_id, "DISABILITY", "HEARING", "หูซ้าย"),
        coded(build, learner_id, "SUPPORT_NEED", "SIGN_LANGUAGE"),
        coded(build, learner_id, "ETHNICITY", "LAHU"),
        coded(build, learner_id, "LANGUAGE", "THAI_SIGN"),
        phone(build, learner_id, "๐๘๑ ๒๓๔ ๕๖๗๘"),
        fact(build, learner_id, "EMAIL", reach=pb.ReachValue(value="Nong@Example.TH")),
        fact(build, learner_id, "ADDRESS", address=home),
        relative(build, learner_id, "FATHER", given="จะแฮ", family=""),
        relative(build, learner_id, "MOTHER", given="นาสี", family=""),
        relative(build, learner_id),
        fact(build, learner_id, "SCHOOLING", schooling=stay),
    )
    shown = {pb.ProfileKind.Name(item.kind)[13:]: item for item in (await read(world, registrar, learner_id)).facts}
    assert shown["NATIONALITY"].coded.code == "STATELESS"
    assert (shown["DISABILITY"].coded.detail, shown["SUPPORT_NEED"].coded.code) == ("หูซ้าย", "SIGN_LANGUAGE")
    assert (shown["PHONE"].reach.value, shown["EMAIL"].reach.value) == ("0812345678", "Nong@example.th")
    assert shown["ADDRESS"].address.postal_code == "42000"
    assert shown["PHONE"].confirmed_on == build.date(TODAY) or shown["PHONE"].HasField("confirmed_on")
    assert shown["FATHER"].relative.name.given_name_th == "จะแฮ"
    guardian = shown["GUARDIAN"].relative
    assert (guardian.relation_code, guardian.standing_code, guardian.lives_with_learner) == (
        "GRANDPARENT",
        "CARETAKER",
        True,
    )
    assert shown["SCHOOLING"].schooling == stay
    assert shown["RELIGION"].recorded.role == "school_registrar"
    open_facts = {item.kind for item in (await read(world, registrar, learner_id, restricted=False)).facts}
    assert min(open_facts) == pb.PROFILE_KIND_PHONE
    assert await told(world, learner_id) == [["CONTACT", "GUARDIAN", "PROFILE"]]


async def test_values_lie_sealed_and_in_no_event_log_or_span(own_world, build, logs):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    (outcome,) = await world.register(build.learner(world.institutions["demo-school"]), by=registrar)
    secrets = ["ตาบอดข้างซ้าย", "0899998888", "ผู้ปกครองลับ", "STATELESS"]
    facts = [
        coded(build, outcome.id, "NATIONALITY", "STATELESS"),
        coded(build, outcome.id, "DISABILITY", "VISUAL", secrets[0]),
        phone(build, outcome.id, secrets[1]),
        relative(build, outcome.id, given=secrets[2]),
    ]
    await recorded(world, registrar, *facts)
    refused = await record(world, registrar, phone(build, outcome.id, secrets[1] + "x"))
    assert refused[0].problem.reason == "PHONE_FORMAT"
    await read(world, registrar, outcome.id)
    tables = await world.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        for secret in secrets:
            if table["relname"] == "code_list":
                continue
            found = await world.value(
                f"SELECT count(*) FROM {table['relname']} t WHERE t::text LIKE '%' || $1 || '%'", secret
            )
            assert found == 0, table["relname"]
    payloads = [bytes(row["payload"]) for row in await world.rows("SELECT payload FROM outbox")]
    spans = str([(span.name, dict(span.attributes or {})) for span in world.telemetry.spans])
    for secret in secrets:
        assert all(secret.encode() not in payload for payload in payloads)
        assert secret not in "".join(logs.texts) + spans + str(refused)


async def test_every_read_of_restricted_facts_leaves_a_row_and_other_reads_by_the_keeper_none(
    world, build, registrar, college, dual_id
):
    await recorded(world, registrar, coded(build, dual_id, "RELIGION", "ISLAM"), phone(build, dual_id))
    await read(world, registrar, dual_id, restricted=False)
    assert await reads(world, dual_id) == []
    await read(world, registrar, dual_id)
    await read(world, college, dual_id, restricted=False)
    await read(world, college, dual_id)
    await history(world, registrar, dual_id)
    assert await reads(world, dual_id) == [
        ("restricted_profile", "school_registrar", "TEST"),
        ("profile", "college_registrar", "TEST"),
        ("restricted_profile", "college_registrar", "TEST"),
        ("restricted_profile", "school_registrar", "TEST"),
    ]


async def test_restricted_facts_need_a_permission_of_their_own(world, build, registrar, learner_id):
    recorder = await world.staff("school_recorder", "demo-school")
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    denied = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    for person in (recorder, teacher):
        assert await world.refused("BatchGetProfiles", asking(learner_id), person) == denied
        assert (await read(world, person, learner_id, restricted=False)).learner_id == learner_id
    outcomes = await record(world, recorder, coded(build, learner_id, "RELIGION", "ISLAM"), phone(build, learner_id))
    assert [item.problem.reason for item in outcomes] == ["PERMISSION_MISSING", ""]
    request = pb.RecordProfileFactsRequest(request_id=str(uuid4()), facts=[phone(build, learner_id)])
    assert await world.refused("RecordProfileFacts", request, teacher) == denied
    assert await reads(world, learner_id) == []


async def test_learner_of_another_institution_does_not_exist(world, build, registrar, learner_id):
    elsewhere = await world.staff("school_registrar", "other-school")
    (fact_id,) = await recorded(world, registrar, phone(build, learner_id))
    assert (await record(world, elsewhere, phone(build, learner_id)))[0].problem.reason == "LEARNER_NOT_FOUND"
    assert not (await world.call("BatchGetProfiles", asking(learner_id), elsewhere)).profiles
    missing = ("NOT_FOUND", "LEARNER_NOT_FOUND")
    request = pb.GetProfileHistoryRequest(learner_id=learner_id, purpose="TEST")
    assert await world.refused("GetProfileHistory", request, elsewhere) == missing
    request = pb.GetPhotoRequest(learner_id=learner_id, purpose="TEST")
    assert await world.refused("GetPhoto", request, elsewhere) == missing
    request = pb.ListStaleContactsRequest(institution_id=world.institutions["demo-school"])
    assert await world.refused("ListStaleContacts", request, elsewhere) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")
    ends = [pb.ProfileFactEnd(fact_id=fact_id, reason="PROFILE_END_REASON_OVER", source="test")]
    request = pb.EndProfileFactsRequest(request_id=str(uuid4()), facts=ends)
    outcomes = (await world.call("EndProfileFacts", request, elsewhere)).outcomes
    assert outcomes[0].problem.reason == "FACT_NOT_FOUND"
    request = pb.ConfirmContactsRequest(request_id=str(uuid4()), contacts=[pb.ContactConfirmation(fact_id=fact_id)])
    outcomes = (await world.call("ConfirmContacts", request, elsewhere)).outcomes
    assert outcomes[0].problem.reason == "FACT_NOT_FOUND"


async def test_partner_institution_writes_contact_data_and_its_own_stay_only(world, build, college, dual_id):
    place, school = world.institutions["demo-college"], world.institutions["demo-school"]

    def stay(institution_id):
        value = pb.SchoolingValue(institution_id=institution_id, admitted_on=Date(year=2025, month=5, day=16))
        return fact(build, dual_id, "SCHOOLING", schooling=value)

    outcomes = await record(
        world,
        college,
        phone(build, dual_id),
        stay(place),
        stay(school),
        relative(build, dual_id),
        coded(build, dual_id, "RELIGION", "ISLAM"),
    )
    assert [item.problem.reason for item in outcomes] == [
        "",
        "",
        "INSTITUTION_NOT_OWN",
        "NOT_REGISTRAR",
        "NOT_REGISTRAR",
    ]


async def test_groups_are_many_and_dated_and_the_two_families_stay_apart(world, build, registrar, learner_id):
    start, end = Date(year=2025, month=5, day=16), Date(year=2026, month=3, day=31)
    poor, _, _ = await recorded(
        world,
        registrar,
        coded(build, learner_id, "SPECIAL_TARGET", "POOR", valid_from=start),
        coded(build, learner_id, "SPECIAL_TARGET", "DISABLED", valid_from=start),
        coded(build, learner_id, "VULNERABLE_GROUP", "HIGHLAND", valid_from=start),
    )
    ends = [pb.ProfileFactEnd(fact_id=poor, reason="PROFILE_END_REASON_OVER", source="คัดกรองใหม่", valid_to=end)]
    request = pb.EndProfileFactsRequest(request_id=str(uuid4()), facts=ends)
    assert not (await world.call("EndProfileFacts", request, registrar)).outcomes[0].HasField("problem")

    async def groups(day):
        found = await read(world, registrar, learner_id, on_date=day)
        return {(pb.ProfileKind.Name(item.kind)[13:], item.coded.code) for item in found.facts}

    both = {("SPECIAL_TARGET", "DISABLED"), ("VULNERABLE_GROUP", "HIGHLAND")}
    assert await groups(end) == both | {("SPECIAL_TARGET", "POOR")}
    assert await groups(Date(year=2026, month=4, day=1)) == both
    assert await groups(Date(year=2024, month=1, day=1)) == set()
    again = pb.EndProfileFactsRequest(request_id=str(uuid4()), facts=ends)
    assert (await world.call("EndProfileFacts", again, registrar)).outcomes[0].problem.reason == "FACT_ENDED"


async def test_correction_replaces_and_the_history_says_who_and_when(world, build, registrar, learner_id):
    first, guardian = await recorded(
        world, registrar, coded(build, learner_id, "RELIGION", "ISLAM"), relative(build, learner_id, given="สมใจ")
    )
    (number,) = await recorded(world, registrar, phone(build, learner_id, about_fact_id=guardian))
    second, renamed = await recorded(
        world,
        registrar,
        coded(build, learner_id, "RELIGION", "BUDDHISM"),
        relative(build, learner_id, given="สมใจจริง", replaces_fact_id=guardian),
    )
    shown = {item.fact_id: item for item in (await read(world, registrar, learner_id)).facts}
    assert set(shown) == {second, number, renamed}
    assert shown[number].about_fact_id == renamed
    every = {item.fact_id: item for item in await history(world, registrar, learner_id)}
    assert every[first].end_reason == pb.PROFILE_END_REASON_REPLACED
    assert (every[first].ended.role, every[second].replaces_fact_id) == ("school_registrar", first)
    assert every[guardian].relative.name.given_name_th == "สมใจ"


async def test_wrong_fact_never_held_and_nothing_is_changed_or_deleted(world, build, registrar, learner_id):
    (fact_id,) = await recorded(world, registrar, coded(build, learner_id, "DISABILITY", "VISUAL"))
    ends = [pb.ProfileFactEnd(fact_id=fact_id, reason="PROFILE_END_REASON_WRONG", source="ตรวจใหม่")]
    request = pb.EndProfileFactsRequest(request_id=str(uuid4()), facts=ends)
    first = await world.call("EndProfileFacts", request, registrar)
    assert await world.call("EndProfileFacts", request, registrar) == first
    assert not (await read(world, registrar, learner_id)).facts
    assert len(await history(world, registrar, learner_id)) == 1
    for statement in (
        "UPDATE profile_fact SET kind = 'RELIGION' WHERE kind = 'DISABILITY'",
        "UPDATE profile_fact SET ended_at = now() WHERE end_reason = 'WRONG'",
        "DELETE FROM profile_fact",
        "TRUNCATE profile_photo",
    ):
        with pytest.raises(Exception, match="is refused"):
            await world.rows(statement)


async def test_same_fact_again_is_known_and_confirmed_when_it_is_contact_data(world, build, registrar, learner_id):
    before = build.date(date(2026, 1, 5))
    (first,) = await recorded(world, registrar, phone(build, learner_id, confirmed_on=before))
    request_id = str(uuid4())
    (again,) = await record(world, registrar, phone(build, learner_id, confirmed_on=before), request_id=request_id)
    assert (again.id, again.already_done) == (first, True)
    (later,) = await record(world, registrar, phone(build, learner_id))
    assert (later.id, later.already_done) == (first, False)
    (shown,) = (await read(world, registrar, learner_id)).facts
    assert shown.confirmed_on != before
    assert await world.value("SELECT count(*) FROM profile_confirmation WHERE fact_id = $1", UUID(first)) == 1
    other = pb.RecordProfileFactsRequest(request_id=request_id, facts=[phone(build, learner_id, "0811111111")])
    assert await world.refused("RecordProfileFacts", other, registrar) == ("FAILED_PRECONDITION", "REQUEST_MISMATCH")


async def test_two_who_state_the_same_at_once_record_it_once(world, build, registrar, learner_id):
    answers = await asyncio.gather(
        *[record(world, registrar, coded(build, learner_id, "SPECIAL_TARGET", "POOR")) for _ in range(4)]
    )
    assert len({outcome.id for (outcome,) in answers}) == 1
    assert sorted(outcome.already_done for (outcome,) in answers) == [False, True, True, True]


async def test_good_facts_are_recorded_whatever_the_others_are(world, build, registrar, learner_id):
    school = world.institutions["demo-school"]
    day = Date(year=2025, month=5, day=16)
    (religion,) = await recorded(world, registrar, coded(build, learner_id, "RELIGION", "ISLAM"))

    def stay(**more):
        value = pb.SchoolingValue(institution_id=school, admitted_on=day, **more)
        return fact(build, learner_id, "SCHOOLING", schooling=value)

    outcomes = await record(
        world,
        registrar,
        coded(build, learner_id, "RELIGION", "NO_SUCH"),
        coded(build, learner_id, "PHONE", "THA"),
        phone(build, learner_id, "12345"),
        fact(build, learner_id, "EMAIL", reach=pb.ReachValue(value="ไม่ใช่อีเมล")),
        fact(build, learner_id, "ADDRESS", address=pb.AddressValue(line="1")),
        relative(build, learner_id, given=" "),
        relative(build, learner_id, relation="COUSIN"),
        stay(left_on=day),
        stay(previous_institution_id=str(uuid4())),
        phone(build, learner_id, confirmed_on=Date(year=2999, month=1, day=1)),
        phone(build, learner_id, about_fact_id=religion),
        phone(build, learner_id, replaces_fact_id=religion),
        coded(build, learner_id, "DISABILITY", "VISUAL", "ก" * 301),
        coded(build, learner_id, "DISABILITY", "VISUAL", valid_from=day, valid_to=Date(year=2025, month=5, day=15)),
        coded(build, learner_id, "DISABILITY", "HEARING"),
    )
    assert [item.problem.reason for item in outcomes] == [
        "CODE_UNKNOWN",
        "PROFILE_VALUE_MISSING",
        "PHONE_FORMAT",
        "EMAIL_FORMAT",
        "ADDRESS_INCOMPLETE",
        "GIVEN_NAME_MISSING",
        "CODE_UNKNOWN",
        "SCHOOLING_INVALID",
        "INSTITUTION_NOT_FOUND",
        "PROFILE_PERIOD_INVALID",
        "FACT_OTHER_KIND",
        "FACT_OTHER_KIND",
        "PROFILE_TEXT_TOO_LONG",
        "PROFILE_PERIOD_INVALID",
        "",
    ]


async def test_completeness_grows_and_names_what_is_missing_in_thai(world, build, registrar, learner_id):
    empty = await read(world, registrar, learner_id, restricted=False)
    assert empty.completeness_score == 15  # birth date and sex
    assert [item.code for item in empty.missing][:2] == ["IDENTIFIER", "ADDRESS"]
    assert "เลขประจำตัวประชาชน" in empty.missing[0].name_th
    assert empty.completeness_rule.version == "2569.1"
    old = build.date(TODAY - timedelta(days=400))
    await recorded(
        world, registrar, phone(build, learner_id, confirmed_on=old), coded(build, learner_id, "RELIGION", "NONE")
    )
    partly = await read(world, registrar, learner_id, restricted=False)
    assert partly.completeness_score == 30
    assert "CONTACT_FRESH" in {item.code for item in partly.missing}


async def test_stale_list_is_paged_longest_first_and_contact_data_leave_it_when_confirmed(own_world, build):
    world = own_world
    school = world.institutions["demo-school"]
    registrar = await world.staff("school_registrar", "demo-school")
    people = [
        build.learner(school, given=given, enrolments=[build.enrolment(school)]) for given in ("หนึ่ง", "สอง", "สาม", "สี่")
    ]
    never, oldest, old, fresh = [item.id for item in await world.register(*people, by=registrar)]
    days = {oldest: 800, old: 400, fresh: 10}
    facts = await recorded(
        world,
        registrar,
        *[
            phone(build, learner_id, confirmed_on=build.date(TODAY - timedelta(days=ago)))
            for learner_id, ago in days.items()
        ],
    )
    found, token = [], ""
    while True:
        request = pb.ListStaleContactsRequest(institution_id=school, page_size=2, page_token=token)
        page = await world.call("ListStaleContacts", request, registrar)
        found += [item.learner_id for item in page.learners]
        assert (page.total, page.stale_after_days) == (3, 365)
        token = page.next_page_token
        if not token:
            break
    assert found == [never, oldest, old]
    contacts = [pb.ContactConfirmation(fact_id=fact_id) for fact_id in (*facts[:2], str(uuid4()))]
    request = pb.ConfirmContactsRequest(request_id=str(uuid4()), contacts=contacts)
    outcomes = (await world.call("ConfirmContacts", request, registrar)).outcomes
    assert [item.problem.reason for item in outcomes] == ["", "", "FACT_NOT_FOUND"]
    request = pb.ListStaleContactsRequest(institution_id=school)
    page = await world.call("ListStaleContacts", request, registrar)
    assert [(item.learner_id, item.name.given_name_th) for item in page.learners] == [(never, "หนึ่ง")]


async def test_learner_reads_all_of_his_own_and_writes_his_contact_data_only(world, build, registrar):
    school, subject = world.institutions["demo-school"], f"learner-{uuid4().hex}"
    (outcome,) = await world.register(build.learner(school, subject=subject), by=registrar)
    await recorded(world, registrar, coded(build, outcome.id, "RELIGION", "ISLAM"))
    myself = world.person(subject)
    outcomes = await record(world, myself, phone(build, outcome.id), coded(build, outcome.id, "RELIGION", "NONE"))
    assert [item.problem.reason for item in outcomes] == ["", "PERMISSION_MISSING"]
    found = await read(world, myself, outcome.id)
    assert len(found.facts) == 2
    assert len(await history(world, myself, outcome.id)) == 2
    assert await reads(world, outcome.id) == []
    listed = await world.call("ListAccess", access_pb2.ListAccessRequest(learner_id=outcome.id), myself)
    assert len(listed.records) == 0


async def test_photograph_is_sealed_replaced_and_served_as_it_came(world, build, registrar, learner_id):
    headers = registrar.headers | {"Idempotency-Key": str(uuid4())}
    address = f"/v1/learners/{learner_id}/photo"

    async def put(content, **more):
        sent = registrar.headers | {"Idempotency-Key": str(uuid4())} | more
        return await world.http.put(
            address, headers=sent, files={"photo": ("a", content)}, data={"source": "กล้องโรงเรียน"}
        )

    first = await put(JPEG, **headers)
    assert first.status_code == 200, first.text
    assert (await put(JPEG, **headers)).json() == first.json()
    assert (await put(JPEG)).json() == first.json()
    got = await world.http.get(address, headers=registrar.headers | {"Nuaikit-Purpose": "TEST"})
    assert (got.content, got.headers["content-type"]) == (JPEG, "image/jpeg")
    assert got.headers["cache-control"] == "no-store"
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    assert (await put(png)).status_code == 200
    answer = await world.call("GetPhoto", pb.GetPhotoRequest(learner_id=learner_id, purpose="TEST"), registrar)
    assert (answer.content, answer.photo.media_type, answer.photo.byte_size) == (png, "image/png", len(png))
    stored = await world.rows(
        "SELECT sealed_bytes FROM profile_photo JOIN profile_fact USING (fact_id) WHERE learner_id = $1",
        UUID(learner_id),
    )
    assert len(stored) == 2
    assert all(
        bytes(row["sealed_bytes"])[:3] != b"\xff\xd8\xff" and bytes(16) not in bytes(row["sealed_bytes"])
        for row in stored
    )
    for content, reason in ((b"GIF89a", "PHOTO_FORMAT"), (JPEG * 60, "PHOTO_TOO_LARGE")):
        refused = await put(content)
        assert (refused.status_code, refused.json()["reason"]) == (422, reason)


async def test_profile_over_http(world, build, registrar, learner_id):
    provenance = {"source": "แบบบันทึกประวัติ", "status": "demonstration"}
    facts = [
        {"learner_id": learner_id, "kind": "RELIGION", "value": {"coded": {"code": "ISLAM"}}, "provenance": provenance},
        {
            "learner_id": learner_id,
            "kind": "GUARDIAN",
            "value": {"relative": {"name": {"given_name_th": "สมใจ"}, "relation_code": "AUNT_UNCLE"}},
            "provenance": provenance,
        },
        {"learner_id": learner_id, "kind": "PHONE", "value": {"reach": {"value": "1"}}, "provenance": provenance},
    ]
    sent = registrar.headers | {"Idempotency-Key": str(uuid4()), "Nuaikit-Purpose": "TEST"}
    answer = (await world.http.post("/v1/profile-facts", json={"facts": facts}, headers=sent)).json()
    assert [item["problem"] and item["problem"]["reason"] for item in answer["results"]] == [None, None, "PHONE_FORMAT"]
    assert "หมายเลขโทรศัพท์" in answer["results"][2]["problem"]["title_th"]
    found = (await world.http.get(f"/v1/learners/{learner_id}/profile", headers=sent)).json()
    assert [item["kind"] for item in found["facts"]] == ["GUARDIAN"]
    assert found["facts"][0]["relative"]["relation_code"] == "AUNT_UNCLE"
    found = (await world.http.get(f"/v1/learners/{learner_id}/profile?restricted=true", headers=sent)).json()
    assert [item["kind"] for item in found["facts"]] == ["RELIGION", "GUARDIAN"]
    end = {"fact_id": found["facts"][0]["fact_id"], "reason": "WRONG", "source": "แก้ไข"}
    sent["Idempotency-Key"] = str(uuid4())
    answer = await world.http.post("/v1/profile-facts/end", json={"facts": [end]}, headers=sent)
    assert answer.json()["results"][0]["problem"] is None
    past = (await world.http.get(f"/v1/learners/{learner_id}/profile/history?restricted=true", headers=sent)).json()
    assert [item["end_reason"] for item in past["facts"]] == ["WRONG", None]
    stale = f"/v1/stale-contacts?institution_id={world.institutions['demo-school']}"
    assert (await world.http.get(stale, headers=sent)).json()["total"] == 1
    assert (await world.http.get(f"{stale}&page_token=x.y", headers=sent)).status_code == 422


async def test_facts_follow_a_learner_into_a_merge_and_home_again(own_world, build):
    world = own_world
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    school = await world.institution("school-1", parent="area")
    registrar = await world.staff("school_registrar", "school-1")
    reviewer, merger = await world.staff("area_officer", "area"), await world.staff("area_registrar", "area")
    people = [build.learner(school, given=given, birth=None) for given in ("มะลิ", "มะลิวัลย์")]
    stays, goes = [item.id for item in await world.register(*people, by=registrar)]
    await recorded(world, registrar, coded(build, stays, "RELIGION", "NONE"))
    await recorded(world, registrar, coded(build, goes, "SPECIAL_TARGET", "POOR"), phone(build, goes))
    matching = matching_pb2_grpc.MatchingServiceStub(world.channel)

    async def call(method, by, **fields):
        request = getattr(matching_pb2, f"{method}Request")(request_id=str(uuid4()), **fields)
        (outcome,) = (await getattr(matching, method)(request, metadata=by.metadata, timeout=20)).outcomes
        assert not outcome.HasField("problem"), outcome
        return outcome.id

    pair = matching_pb2.ReportedPair(one_learner_id=stays, other_learner_id=goes)
    candidate = await call("ReportCandidates", reviewer, pairs=[pair])
    same = matching_pb2.CandidateDecision(
        candidate_id=candidate, state="CANDIDATE_STATE_SAME", reason_code="HOUSE_REGISTER"
    )
    await call("DecideCandidates", reviewer, decisions=[same])
    merge = matching_pb2.MergeInput(surviving_learner_id=stays, merged_learner_id=goes, reason_code="HOUSE_REGISTER")
    merge_id = await call("MergeLearners", merger, merges=[merge])
    merged = await read(world, registrar, goes)
    assert merged.learner_id == stays
    assert len(merged.facts) == 3
    (again,) = await record(world, registrar, coded(build, goes, "SPECIAL_TARGET", "POOR"))
    assert again.already_done
    request = learners_pb2.CorrectLearnersRequest(
        request_id=str(uuid4()),
        corrections=[
            learners_pb2.LearnerCorrection(learner_id=goes, sex="SEX_MALE", reason_code="WRONG_ENTRY", source="test")
        ],
    )
    assert (await world.call("CorrectLearners", request, registrar)).outcomes[0].id == stays
    batch = learners_pb2.BatchGetLearnersRequest(learner_ids=[goes, stays], purpose="TEST")
    (known,) = (await world.call("BatchGetLearners", batch, registrar)).learners
    assert (known.learner_id, known.sex) == (stays, learners_pb2.SEX_MALE)
    back = matching_pb2.UnmergeInput(merge_id=merge_id, reason_code="WRONGLY_MERGED")
    await call("UnmergeLearners", merger, merges=[back])
    assert [item.kind for item in (await read(world, registrar, stays)).facts] == [pb.PROFILE_KIND_RELIGION]
    assert len((await read(world, registrar, goes)).facts) == 2


async def test_audit_finds_facts_that_do_not_open_or_lie_under_another_code(own_world, build):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    (outcome,) = await world.register(build.learner(world.institutions["demo-school"]), by=registrar)
    facts = [coded(build, outcome.id, "SPECIAL_TARGET", code) for code in ("POOR", "GIFTED")]
    first, second, _ = await recorded(world, registrar, *facts, phone(build, outcome.id))
    photo = await world.http.put(
        f"/v1/learners/{outcome.id}/photo",
        headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
        files={"photo": ("a", JPEG)},
        data={"source": "กล้องโรงเรียน"},
    )
    assert photo.status_code == 200, photo.text
    found = await world.audit()
    looked_at = {name: count for name, count in found.items() if not name.startswith("drift_")}
    assert looked_at == {
        "identifiers": 0,
        "profile_facts": 4,
        "profile_photos": 1,
        "data_requests": 0,
        "workplace_contacts": 0,
    }
    assert {name: count for name, count in found.items() if name not in looked_at} == {
        f"drift_{name}": 0 for name in looked_at
    }
    await world.rows(
        "UPDATE profile_fact f SET code_index = o.code_index FROM profile_fact o "
        "WHERE f.fact_id = $1 AND o.fact_id = $2",
        UUID(first),
        UUID(second),
    )
    await world.rows("UPDATE profile_fact SET sealed_value = sealed_value || '\\x00' WHERE kind = 'PHONE'")
    assert (await world.audit())["drift_profile_facts"] == 2
    await world.rows("UPDATE profile_photo SET sealed_bytes = sealed_bytes || '\\x00'")
    assert (await world.audit())["drift_profile_photos"] == 1


async def test_restricted_learner_is_on_no_list_of_another_institution(world, build, registrar, college):
    place, number = world.institutions["demo-college"], "6820999"
    stated = build.learner(place, identifiers=[build.identifier("STUDENT_NO", number, institution_id=place)])
    citizen = build.citizen_id()
    known = build.identifier("CITIZEN_ID", citizen)
    (mine,) = await world.register(build.learner(world.institutions["demo-school"], identifiers=[known]), by=registrar)
    stated.identifiers.append(known)
    stated.enrolments.append(build.enrolment(place, "PARTNER", grade="PWC.1"))
    (there,) = await world.register(stated, by=college)
    assert there.id == mine.id

    async def seen():
        stale = await world.call("ListStaleContacts", pb.ListStaleContactsRequest(institution_id=place), college)
        listed = await world.call("ListLearners", learners_pb2.ListLearnersRequest(institution_id=place), college)
        find = learners_pb2.FindLearnersRequest(institution_id=place, student_nos=[number])
        found = (await world.call("FindLearners", find, college)).matches
        assert listed.total == len(listed.learners)
        return [mine.id in {item.learner_id for item in items} for items in (stale.learners, listed.learners, found)]

    assert await seen() == [True, True, True]
    await world.rows(
        "WITH asked AS (INSERT INTO data_request (data_request_id, learner_id, kind, institution_id, fact_kinds, "
        "received_on, due_on, rule_version, state) SELECT $2::uuid, $1::uuid, 'RESTRICT', registrar_institution_id, "
        "'{}', '2026-11-01', '2026-12-01', (SELECT min(version) FROM data_request_rule), 'RECEIVED' "
        "FROM learner WHERE learner_id = $1::uuid RETURNING data_request_id) "
        "INSERT INTO learner_restriction (learner_restriction_id, learner_id, data_request_id, restricted_at) "
        "SELECT $2::uuid, $1::uuid, data_request_id, now() FROM asked",
        UUID(mine.id),
        uuid4(),
    )
    assert await seen() == [False, False, False]
