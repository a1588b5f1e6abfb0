"""Registering learners: one person is one learner, and nobody is matched by a name."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import learners_pb2 as pb


@pytest.fixture
async def recorder(world):
    return await world.staff("school_recorder", "demo-school")


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def college(world):
    return await world.staff("college_registrar", "demo-college")


async def read(world, learner_id, by, purpose="TEST", **more):
    request = pb.BatchGetLearnersRequest(learner_ids=[learner_id], purpose=purpose, **more)
    (found,) = (await world.call("BatchGetLearners", request, by)).learners
    return found


async def test_learner_is_registered_whole_and_shown_masked(world, build, recorder):
    school, number = world.institutions["demo-school"], build.citizen_id()
    (outcome,) = await world.register(
        build.learner(
            school,
            given="กมล\u200bชนก",
            identifiers=[
                build.identifier(
                    "CITIZEN_ID", f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
                ),
                build.identifier("STUDENT_NO", "๖๘๐๐๑", institution_id=school),
            ],
            enrolments=[build.enrolment(school, classroom="1")],
        ),
        by=recorder,
    )
    learner = await read(world, outcome.id, recorder)
    assert UUID(outcome.id).version == 7
    assert learner.name.given_name_th == "กมลชนก"
    assert learner.birth_date == build.date(date(2009, 1, 1))
    shown = {pb.IdentifierKind.Name(item.kind)[16:]: item for item in learner.identifiers}
    assert shown["CITIZEN_ID"].masked_value == "•" * 9 + number[9:]
    assert shown["STUDENT_NO"].masked_value == "68001"
    assert shown["STUDENT_NO"].valid_from == build.date(date(2025, 5, 16))
    assert learner.identity_state == pb.VERIFICATION_STATE_UNVERIFIED
    assert learner.provenance == build.provenance
    assert [item.facts.grade_label for item in learner.enrolments] == ["M.4"]


async def test_identifier_lies_in_the_database_sealed_and_as_a_keyed_hash(world, build, recorder):
    number = build.citizen_id()
    school = world.institutions["demo-school"]
    (outcome,) = await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", number)]), by=recorder
    )
    tables = await world.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        found = await world.value(
            f"SELECT count(*) FROM {table['relname']} t WHERE t::text LIKE '%' || $1 || '%'", number
        )
        assert found == 0, table["relname"]
    (row,) = await world.rows("SELECT * FROM learner_identifier WHERE learner_id = $1", UUID(outcome.id))
    assert (row["last4"], row["key_version"], len(row["blind_index"])) == (number[9:], 1, 32)


async def test_birth_date_of_which_only_the_year_is_known_is_shown_as_a_year(world, build, recorder):
    (outcome,) = await world.register(build.learner(world.institutions["demo-school"], birth=2009), by=recorder)
    learner = await read(world, outcome.id, recorder)
    assert (learner.birth_date.year, learner.birth_date.month, learner.birth_date.day) == (2009, 0, 0)
    assert learner.birth_date_precision == pb.DATE_PRECISION_YEAR


async def test_person_in_school_and_college_is_one_learner(world, build, recorder, college):
    school_id, college_id, number = (
        world.institutions["demo-school"],
        world.institutions["demo-college"],
        build.citizen_id(),
    )
    (at_school,) = await world.register(
        build.learner(
            school_id,
            identifiers=[build.identifier("CITIZEN_ID", number)],
            enrolments=[build.enrolment(school_id, system="DUAL_EDUCATION")],
        ),
        by=recorder,
    )
    (at_college,) = await world.register(
        build.learner(
            college_id,
            identifiers=[
                build.identifier("CITIZEN_ID", number),
                build.identifier("STUDENT_NO", "6820104", institution_id=college_id),
            ],
            enrolments=[build.enrolment(college_id, "PARTNER", system="DUAL_EDUCATION", grade="PWC.1")],
        ),
        by=college,
    )
    assert at_college.id == at_school.id
    assert not at_college.already_done
    learner = await read(world, at_school.id, college)
    assert learner.registrar_institution_id == school_id
    assert [item.facts.institution_id for item in learner.enrolments] == [school_id, college_id]


@pytest.mark.parametrize("kind", ["CITIZEN_ID", "G_CODE", "PASSPORT", "STUDENT_NO"])
async def test_known_identifier_leads_to_its_learner(world, build, recorder, kind):
    school = world.institutions["demo-school"]
    value = {
        "CITIZEN_ID": build.citizen_id(),
        "G_CODE": build.g_code(),
        "PASSPORT": f"A{uuid4().int % 10**8:08d}",
        "STUDENT_NO": "68001",
    }[kind]
    more = {"institution_id": school} if kind == "STUDENT_NO" else {"country": "MMR"} if kind == "PASSPORT" else {}
    stated = build.learner(school, identifiers=[build.identifier(kind, value, **more)])
    (first,) = await world.register(stated, by=recorder)
    (again,) = await world.register(stated, by=recorder)
    assert again.id == first.id
    assert again.already_done


async def test_people_are_never_matched_by_name_and_birth_date(world, build, recorder):
    stated = build.learner(world.institutions["demo-school"])
    first, second = await world.register(stated, stated, by=recorder)
    assert first.id != second.id


async def test_citizen_id_decides_before_g_code_and_two_owners_are_a_conflict(world, build, recorder):
    school = world.institutions["demo-school"]
    citizen, g_code = build.identifier("CITIZEN_ID", build.citizen_id()), build.identifier("G_CODE", build.g_code())
    await world.register(
        build.learner(school, identifiers=[citizen]), build.learner(school, identifiers=[g_code]), by=recorder
    )
    (both,) = await world.register(build.learner(school, identifiers=[citizen, g_code]), by=recorder)
    assert (both.problem.kind, both.problem.reason) == ("ALREADY_EXISTS", "IDENTIFIER_CONFLICT")


@pytest.mark.parametrize(
    "other",
    [{"birth": date(2010, 1, 1)}, {"given": "จิรายุ", "family": "ทดลองเรียน"}, {"family": "ทดลองเรียน", "birth": None}],
)
async def test_same_citizen_id_of_a_clearly_other_person_is_refused_and_never_merged(world, build, recorder, other):
    school, number = world.institutions["demo-school"], build.citizen_id()
    stated = [build.identifier("CITIZEN_ID", number)]
    (first,) = await world.register(build.learner(school, identifiers=stated), by=recorder)
    (refused,) = await world.register(build.learner(school, identifiers=stated, **other), by=recorder)
    assert refused.problem.reason == "IDENTIFIER_CONFLICT"
    assert refused.problem.field == "citizen_id"
    assert number not in str(refused)
    assert (await read(world, first.id, recorder)).name.given_name_th == "กมลชนก"


async def test_good_items_are_in_whatever_the_others_are(world, build, recorder):
    school, other = world.institutions["demo-school"], world.institutions["other-school"]
    outcomes = await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", "1234567890122")]),
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", "6000000000000")]),
        build.learner(school, identifiers=[build.identifier("G_CODE", "G1")]),
        build.learner(school, identifiers=[build.identifier("PASSPORT", "A1234567")]),
        build.learner(school, identifiers=[build.identifier("STUDENT_NO", "1")]),
        build.learner(school, given=" "),
        build.learner(school, birth=date(2099, 1, 1)),
        build.learner(other),
        build.learner(school, enrolments=[build.enrolment(other)]),
        build.learner(school, enrolments=[build.enrolment(str(uuid4()))]),
        build.learner(school, enrolments=[build.enrolment(school, valid_to=date(2025, 1, 1))]),
        build.learner(school, enrolments=[build.enrolment(school, classroom="ก" * 61)]),
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", build.citizen_id(), state="VERIFIED")]),
        build.learner(school),
        by=recorder,
    )
    assert [item.problem.reason for item in outcomes[:-1]] == [
        "CITIZEN_ID_CHECK_DIGIT",
        "CITIZEN_ID_DUMMY",
        "G_CODE_FORMAT",
        "PASSPORT_FORMAT",
        "STUDENT_NO_FORMAT",
        "GIVEN_NAME_MISSING",
        "BIRTH_DATE_INVALID",
        "INSTITUTION_NOT_OWN",
        "INSTITUTION_NOT_OWN",
        "INSTITUTION_NOT_FOUND",
        "ENROLMENT_PERIOD_INVALID",
        "ENROLMENT_LABEL_TOO_LONG",
        "VERIFICATION_NOT_ALLOWED",
    ]
    assert outcomes[-1].id
    assert await world.value("SELECT count(*) FROM learner WHERE registrar_institution_id = $1", UUID(school)) == 1


async def test_second_primary_enrolment_is_refused_and_nothing_of_the_item_is_kept(world, build, recorder):
    school, other = world.institutions["demo-school"], world.institutions["other-school"]
    elsewhere = await world.staff("school_recorder", "other-school")
    stated = [build.identifier("CITIZEN_ID", build.citizen_id())]
    (first,) = await world.register(
        build.learner(school, identifiers=stated, enrolments=[build.enrolment(school)]), by=recorder
    )
    number = build.identifier("STUDENT_NO", "77", institution_id=other)
    (refused,) = await world.register(
        build.learner(other, identifiers=[*stated, number], enrolments=[build.enrolment(other)]), by=elsewhere
    )
    assert refused.problem.reason == "PRIMARY_ENROLMENT_EXISTS"
    (hosted,) = await world.register(
        build.learner(other, identifiers=[*stated, number], enrolments=[build.enrolment(other, "HOSTING")]),
        by=elsewhere,
    )
    assert hosted.id == first.id
    assert await world.value("SELECT count(*) FROM enrolment WHERE learner_id = $1", UUID(first.id)) == 2


async def test_restated_enrolment_changes_and_ends_and_keeps_its_history(world, build, recorder):
    school = world.institutions["demo-school"]
    stated = [build.identifier("CITIZEN_ID", build.citizen_id())]

    async def state(**more):
        (outcome,) = await world.register(
            build.learner(school, identifiers=stated, enrolments=[build.enrolment(school, **more)]), by=recorder
        )
        return outcome

    first = await state()
    assert not (await state(classroom="2")).already_done
    assert not (await state(classroom="2", valid_to=date(2026, 3, 31))).already_done
    assert (await state(classroom="2")).already_done  # a statement without a last day opens nothing again
    overlapping = await state(valid_from=date(2025, 6, 1))
    assert overlapping.problem.reason == "PRIMARY_ENROLMENT_EXISTS"
    history = await world.rows(
        "SELECT h.classroom, h.valid_to FROM enrolment_history h JOIN enrolment USING (enrolment_id) "
        "WHERE learner_id = $1 ORDER BY enrolment_history_id",
        UUID(first.id),
    )
    assert [tuple(row) for row in history] == [("1", None), ("2", None), ("2", date(2026, 3, 31))]


async def test_partner_enrolment_that_overlaps_itself_is_refused(world, build, college):
    place = world.institutions["demo-college"]
    stated = [build.identifier("CITIZEN_ID", build.citizen_id())]
    first, second = await world.register(
        build.learner(place, identifiers=stated, enrolments=[build.enrolment(place, "PARTNER")]),
        build.learner(
            place, identifiers=stated, enrolments=[build.enrolment(place, "PARTNER", valid_from=date(2025, 7, 1))]
        ),
        by=college,
    )
    assert first.id
    assert second.problem.reason == "ENROLMENT_OVERLAPS"


async def test_person_without_number_and_school_and_one_with_a_short_course_only_are_learners(world, build, college):
    place = world.institutions["demo-college"]
    nobody, short = await world.register(
        build.learner(place),
        build.learner(
            place, enrolments=[build.enrolment(place, "SHORT_COURSE", system="NONFORMAL", grade="", classroom="")]
        ),
        by=college,
    )
    assert nobody.id
    assert [item.facts.grade_label for item in (await read(world, short.id, college)).enrolments] == [""]


async def test_home_school_learner_is_kept_by_the_area_office(world, build):
    area = await world.institution("area", "AREA_OFFICE_PRIMARY")
    family = await world.institution("family", "HOME_SCHOOL", parent="area")
    strange = await world.institution("strange-family", "HOME_SCHOOL")
    office = await world.staff("area_recorder", "area")
    own, other = await world.register(
        build.learner(area, enrolments=[build.enrolment(family, system="HOME_SCHOOL")]),
        build.learner(area, enrolments=[build.enrolment(strange, system="HOME_SCHOOL")]),
        by=office,
    )
    assert (await read(world, own.id, office)).registrar_institution_id == area
    assert other.problem.reason == "INSTITUTION_NOT_OWN"


async def test_sign_in_is_attached_by_the_keeper_of_the_record_once(world, build, recorder, college):
    school, place = world.institutions["demo-school"], world.institutions["demo-college"]
    stated = [build.identifier("CITIZEN_ID", build.citizen_id())]
    (first,) = await world.register(build.learner(school, identifiers=stated), by=recorder)
    (stranger,) = await world.register(build.learner(place, identifiers=stated, subject="thief"), by=college)
    (attached,) = await world.register(build.learner(school, identifiers=stated, subject=f"me-{first.id}"), by=recorder)
    (again,) = await world.register(build.learner(school, identifiers=stated, subject=f"me-{first.id}"), by=recorder)
    (second,) = await world.register(build.learner(school, identifiers=stated, subject="another"), by=recorder)
    (taken,) = await world.register(build.learner(school, subject=f"me-{first.id}"), by=recorder)
    assert stranger.problem.reason == "NOT_REGISTRAR"
    assert (attached.id, attached.already_done, again.already_done) == (first.id, False, True)
    assert second.problem.reason == taken.problem.reason == "SUBJECT_TAKEN"
    own = await world.call("GetOwnLearner", pb.GetOwnLearnerRequest(), world.person(f"me-{first.id}"))
    assert own.learner.learner_id == first.id


async def test_registrar_verifies_what_a_recorder_typed(world, build, recorder, registrar):
    school, number = world.institutions["demo-school"], build.citizen_id()
    (first,) = await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", number)]), by=recorder
    )
    await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", number, state="VERIFIED")]), by=registrar
    )
    assert (await read(world, first.id, recorder)).identity_state == pb.VERIFICATION_STATE_VERIFIED


async def test_same_person_registered_by_many_at_once_is_one_learner(world, build, recorder, college):
    """The same person from school and college within one second (issue 4), ten times over."""
    school, place = world.institutions["demo-school"], world.institutions["demo-college"]
    numbers = [build.citizen_id() for _ in range(5)]

    def stated(at, role, order):
        return [
            build.learner(
                at, identifiers=[build.identifier("CITIZEN_ID", number)], enrolments=[build.enrolment(at, role)]
            )
            for number in order
        ]

    calls = []
    for turn in range(5):
        order = numbers if turn % 2 else numbers[::-1]
        calls += [
            world.register(*stated(school, "PRIMARY", order), by=recorder),
            world.register(*stated(place, "PARTNER", order), by=college),
        ]
    outcomes = [item for answer in await asyncio.gather(*calls) for item in answer]
    assert not [item.problem for item in outcomes if item.HasField("problem")]
    ids = {item.id for item in outcomes}
    assert len(ids) == len(numbers)
    for learner_id in ids:
        assert await world.value("SELECT count(*) FROM enrolment WHERE learner_id = $1", UUID(learner_id)) == 2
        assert await world.value("SELECT count(*) FROM learner_identifier WHERE learner_id = $1", UUID(learner_id)) == 1


async def test_request_id_again_gives_the_same_answer_and_other_content_is_refused(world, build, recorder):
    school, request_id = world.institutions["demo-school"], uuid4()
    stated = build.learner(school)
    (first,) = await world.register(stated, by=recorder, request_id=request_id)
    (again,) = await world.register(stated, by=recorder, request_id=request_id)
    assert again == first
    request = pb.RegisterLearnersRequest(request_id=str(request_id), learners=[build.learner(school, given="อื่น")])
    assert await world.refused("RegisterLearners", request, recorder) == ("FAILED_PRECONDITION", "REQUEST_MISMATCH")


def change(build, learner_id, ends, kind, value, *, request_id=None, **more):
    stated = {name: more.pop(name) for name in ("institution_id", "state", "country") if name in more}
    return pb.ChangeIdentifierRequest(
        request_id=request_id or str(uuid4()),
        learner_id=learner_id,
        ends_kind=f"IDENTIFIER_KIND_{ends}",
        identifier=build.identifier(kind, value, **stated),
        **more,
    )


async def test_g_code_gives_way_to_a_citizen_id_and_the_learner_stays(world, build, registrar):
    school, g_code, number = world.institutions["demo-school"], build.g_code(), build.citizen_id()
    (first,) = await world.register(
        build.learner(school, identifiers=[build.identifier("G_CODE", g_code)], birth=2009), by=registrar
    )
    request_id = str(uuid4())
    asked = change(build, first.id, "G_CODE", "CITIZEN_ID", number, state="VERIFIED", request_id=request_id)
    learner = (await world.call("ChangeIdentifier", asked, registrar)).learner
    assert (await world.call("ChangeIdentifier", asked, registrar)).learner == learner
    assert learner.learner_id == first.id
    assert learner.identity_state == pb.VERIFICATION_STATE_VERIFIED
    old, new = learner.identifiers
    assert (old.kind, new.kind) == (pb.IDENTIFIER_KIND_G_CODE, pb.IDENTIFIER_KIND_CITIZEN_ID)
    assert old.HasField("valid_to")
    assert not new.HasField("valid_to")
    for kind, value in (("G_CODE", g_code), ("CITIZEN_ID", number)):
        (still,) = await world.register(
            build.learner(school, identifiers=[build.identifier(kind, value)], birth=2009), by=registrar
        )
        assert (still.id, still.already_done) == (first.id, True)


async def test_change_of_a_typing_error_can_be_taken_back(world, build, registrar):
    school, wrong, right = world.institutions["demo-school"], build.citizen_id(), build.citizen_id()
    (first,) = await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", wrong)]), by=registrar
    )
    for value in (right, wrong, right):
        asked = change(build, first.id, "CITIZEN_ID", "CITIZEN_ID", value)
        shown = (await world.call("ChangeIdentifier", asked, registrar)).learner.identifiers
        assert [item.masked_value[-4:] for item in shown if not item.HasField("valid_to")] == [value[9:]]
    history = (
        "SELECT count(*) FROM learner_identifier_history JOIN learner_identifier USING (identifier_id) "
        "WHERE learner_id = $1"
    )
    assert await world.value(history, UUID(first.id)) == 5


async def test_student_number_is_changed_within_its_own_school(world, build, registrar, recorder):
    school = world.institutions["demo-school"]
    mine, other = await world.register(
        *[
            build.learner(school, identifiers=[build.identifier("STUDENT_NO", no, institution_id=school)])
            for no in "12"
        ],
        by=recorder,
    )
    asked = change(build, mine.id, "STUDENT_NO", "STUDENT_NO", "2", institution_id=school)
    assert await world.refused("ChangeIdentifier", asked, registrar) == ("ALREADY_EXISTS", "IDENTIFIER_CONFLICT")
    asked = change(build, mine.id, "STUDENT_NO", "STUDENT_NO", "3", institution_id=school)
    await world.call("ChangeIdentifier", asked, registrar)
    request = pb.FindLearnersRequest(institution_id=school, student_nos=["1", "2", "๓", "!"])
    found = (await world.call("FindLearners", request, recorder)).matches
    assert {item.student_no: item.learner_id for item in found} == {"2": other.id, "๓": mine.id}


async def test_change_is_refused_for_each_declared_reason(world, build, registrar, recorder, college):
    school, place = world.institutions["demo-school"], world.institutions["demo-college"]
    citizen, taken = build.citizen_id(), build.citizen_id()
    mine, other = await world.register(
        build.learner(
            school,
            identifiers=[build.identifier("CITIZEN_ID", citizen)],
            enrolments=[build.enrolment(school)],
        ),
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", taken)]),
        by=registrar,
    )
    assert other.id

    async def refused(by, ends, kind, value, learner_id=mine.id, **more):
        return await world.refused("ChangeIdentifier", change(build, learner_id, ends, kind, value, **more), by)

    new = build.citizen_id()
    assert await refused(recorder, "CITIZEN_ID", "CITIZEN_ID", new) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    assert await refused(college, "CITIZEN_ID", "CITIZEN_ID", new) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    elsewhere = await world.staff("school_registrar", "other-school")
    assert await refused(elsewhere, "CITIZEN_ID", "CITIZEN_ID", new) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    assert await refused(registrar, "CITIZEN_ID", "CITIZEN_ID", new, str(uuid4())) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    assert await refused(registrar, "G_CODE", "CITIZEN_ID", new) == ("FAILED_PRECONDITION", "IDENTIFIER_NOT_HELD")
    assert await refused(registrar, "CITIZEN_ID", "CITIZEN_ID", citizen) == (
        "FAILED_PRECONDITION",
        "IDENTIFIER_NOT_HELD",
    )
    assert await refused(registrar, "CITIZEN_ID", "CITIZEN_ID", taken) == ("ALREADY_EXISTS", "IDENTIFIER_CONFLICT")
    assert await refused(registrar, "CITIZEN_ID", "G_CODE", build.g_code()) == (
        "INVALID_ARGUMENT",
        "IDENTIFIER_CHANGE_KIND",
    )
    assert await refused(registrar, "CITIZEN_ID", "CITIZEN_ID", "1") == ("INVALID_ARGUMENT", "CITIZEN_ID_FORMAT")
    future = build.date(date(2099, 1, 1))
    assert await refused(registrar, "CITIZEN_ID", "CITIZEN_ID", new, valid_from=future) == (
        "INVALID_ARGUMENT",
        "INVALID_FIELD",
    )
    number = {"institution_id": place}
    assert await refused(registrar, "STUDENT_NO", "STUDENT_NO", "1", **number) == (
        "PERMISSION_DENIED",
        "INSTITUTION_NOT_OWN",
    )
    hosting = await world.staff("school_registrar", "other-school")
    await world.register(
        build.learner(
            world.institutions["other-school"],
            identifiers=[build.identifier("CITIZEN_ID", citizen)],
            enrolments=[build.enrolment(world.institutions["other-school"], "HOSTING")],
        ),
        by=hosting,
    )
    assert await refused(hosting, "CITIZEN_ID", "CITIZEN_ID", new) == ("PERMISSION_DENIED", "NOT_REGISTRAR")
    nothing = pb.ChangeIdentifierRequest(
        request_id=str(uuid4()), learner_id=mine.id, ends_kind="IDENTIFIER_KIND_G_CODE"
    )
    assert await world.refused("ChangeIdentifier", nothing, registrar) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_message_of_the_wrong_shape_is_refused_whole(world, build, recorder):
    school = world.institutions["demo-school"]
    wrong = []
    for spoil in (
        lambda item: setattr(item, "registrar_institution_id", "x"),
        lambda item: item.ClearField("provenance"),
        lambda item: setattr(item.birth_date, "month", 13),
        lambda item: setattr(item, "birth_date_precision", "DATE_PRECISION_UNSPECIFIED"),
        lambda item: setattr(item, "birth_date_precision", "DATE_PRECISION_YEAR"),
        lambda item: item.identifiers.add(value="1"),
        lambda item: item.enrolments.add(institution_id=school),
        lambda item: setattr(item, "sex", 9),
    ):
        item = build.learner(school)
        spoil(item)
        wrong.append(item)
    for item in wrong:
        request = pb.RegisterLearnersRequest(request_id=str(uuid4()), learners=[item])
        assert await world.refused("RegisterLearners", request, recorder) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    no_id = pb.RegisterLearnersRequest(request_id="x", learners=[build.learner(school)])
    assert await world.refused("RegisterLearners", no_id, recorder) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    nothing = pb.RegisterLearnersRequest(request_id=str(uuid4()))
    assert await world.refused("RegisterLearners", nothing, recorder) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    many = pb.RegisterLearnersRequest(request_id=str(uuid4()), learners=[build.learner(school)] * 1001)
    assert await world.refused("RegisterLearners", many, recorder) == ("INVALID_ARGUMENT", "TOO_MANY_ITEMS")


async def test_names_in_other_languages_come_with_the_registration(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    school = world.institutions["demo-school"]
    number = build.identifier("CITIZEN_ID", build.citizen_id())
    stated = build.learner(school, given="มะเมี้ยะ", family="", identifiers=[number])
    stated.other_names.add(language="en", title="Miss", given_name="Ma  Mya")
    stated.other_names.add(language="my", given_name="မမြ")
    refused = []
    for names in (("th", "ก"), ("english", "A")), (("en", "A"), ("en", "B")), (("en", ""),):
        wrong = build.learner(school)
        for language, given in names:
            wrong.other_names.add(language=language, given_name=given)
        refused.append(wrong)
    done, *problems = await world.register(stated, *refused, by=registrar)
    reasons = [item.problem.reason for item in problems]
    assert reasons == ["NAME_LANGUAGE_INVALID", "NAME_REPEATED", "GIVEN_NAME_MISSING"]
    batch = pb.BatchGetLearnersRequest(learner_ids=[done.id], purpose="TEST")

    async def names():
        (known,) = (await world.call("BatchGetLearners", batch, registrar)).learners
        return [(item.language, item.title, item.given_name) for item in known.other_names]

    assert await names() == [("en", "Miss", "Ma Mya"), ("my", "", "မမြ")]
    # Of somebody who is known a name is corrected, never restated.
    again = build.learner(school, given="มะเมี้ยะ", family="", identifiers=[number])
    again.other_names.add(language="en", given_name="Another")
    (known,) = await world.register(again, by=registrar)
    assert (known.id, known.already_done, len(await names())) == (done.id, True, 2)
    body = {
        "name": {"given_name_th": "มะพร้าว"},
        "registrar_institution_id": school,
        "provenance": {"source": "test", "status": "demonstration"},
        "other_names": [{"language": "shn", "given_name": "Nang"}],
    }
    answer = await world.http.post(
        "/v1/learners", json={"learners": [body]}, headers=registrar.headers | {"Idempotency-Key": str(uuid4())}
    )
    (result,) = answer.json()["results"]
    shown = await world.http.get(
        f"/v1/learners/{result['id']}", headers=registrar.headers | {"Nuaikit-Purpose": "TEST"}
    )
    assert shown.status_code == 200, shown.text
    assert [item["given_name"] for item in shown.json()["other_names"]] == ["Nang"]
