"""An agreement opens nothing until every institution that is a party of it has confirmed it for itself."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from credit_bank.audit import audit
from nuaikit.credit_bank.v1 import events_pb2, partnerships_pb2, partnerships_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World
from tests.support.transfer_calls import case_json, step

ROOT = Path(__file__).parents[3]
MIGRATIONS = ROOT / "services" / "credit-bank" / "src" / "credit_bank" / "migrations"
COLLEGE, SCHOOL = "college-director", "school-director"


def mou(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "MOU-ใหม่",
        "party_institution_ids": [str(world.stranger), str(world.school)],
        "programme": "DUAL_EDUCATION",
        "state": "ACTIVE",
        "valid_from": "2025-05-01",
        "valid_to": "2028-04-30",
        "provenance": calls.PROVENANCE_JSON,
    } | changes


async def state(world: World, wanted: dict[str, Any], who: Any) -> dict[str, Any]:
    """What came of stating an agreement."""
    [found] = await calls.posted(world, "partnerships", {"partnerships": [wanted]}, who)
    return found


async def confirm(world: World, partnership_id: str, version: int, who: Any) -> dict[str, Any]:
    seen = {"partnership_id": partnership_id, "version": version}
    [found] = await calls.posted(world, "partnerships/confirm", {"partnerships": [seen]}, who)
    return found


async def take_back(world: World, partnership_id: str, version: int, who: Any) -> dict[str, Any]:
    seen = {"partnership_id": partnership_id, "version": version}
    [found] = await calls.posted(world, "partnerships/take-back", {"partnerships": [seen]}, who)
    return found


async def read(world: World, partnership_id: str, who: Any = SCHOOL, query: str = "") -> dict[str, Any]:
    answer = await calls.get(world, f"partnerships?{query}", who)
    assert answer.status_code == httpx.codes.OK, answer.text
    [found] = [one for one in answer.json()["partnerships"] if one["partnership_id"] == partnership_id]
    return found


async def transcript_status(world: World, learner_id: Any, who: str = "stranger-registrar") -> int:
    headers = world.staff[who].headers | {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}
    answer = await world.http.get(f"/v1/learners/{learner_id}/transcript", headers=headers)
    return answer.status_code


@pytest.fixture
async def stranger_director(world: World) -> str:
    await world.employ("stranger-director", "college_director", world.stranger)
    return "stranger-director"


async def test_one_party_alone_opens_no_learner_and_no_case(world: World, stranger_director: str) -> None:
    learner_id = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    made = await state(world, mou(world), stranger_director)
    assert made["problem"] is None
    found = await read(world, made["id"])
    assert (found["state"], found["proposed_state"]) == ("SIGNED", "ACTIVE")
    assert found["awaited_institution_ids"] == [str(world.school)]
    assert await transcript_status(world, learner_id) == httpx.codes.NOT_FOUND
    wanted = case_json(world, learner_id, ([thai], "20000-1101"), partnership_id=made["id"], committee_id=None)
    assert calls.reasons(await step(world, "", "cases", [wanted], "stranger-registrar")) == ["PARTNERSHIP_NOT_ACTIVE"]
    again = await state(world, mou(world), stranger_director)
    assert (again["id"], again["already_done"]) == (made["id"], True), "saying it twice confirms for nobody else"
    assert await transcript_status(world, learner_id) == httpx.codes.NOT_FOUND

    assert (await confirm(world, made["id"], 1, SCHOOL))["problem"] is None
    found = await read(world, made["id"])
    assert (found["state"], found["proposed_state"], found["awaited_institution_ids"]) == ("ACTIVE", None, [])
    assert [
        (one["institution_id"], one["version"], one["status"], one["assignment_id"])
        for one in sorted(found["confirmations"], key=lambda one: one["institution_id"] == str(world.school))
    ] == [
        (str(place), 1, "confirmed", str(world.staff[who].actor.assignment_id))
        for place, who in ((world.stranger, stranger_director), (world.school, SCHOOL))
    ]
    assert await transcript_status(world, learner_id) == httpx.codes.OK
    assert calls.reasons(await step(world, "", "cases", [wanted], "stranger-registrar")) == [None]

    told = await calls.events(world, events_pb2.PartnershipChanged, events_pb2.PartnershipConfirmed)
    mine = [event for event in told if event.partnership_id == made["id"]]
    assert [type(event).__name__ for event in mine] == [
        "PartnershipChanged",
        "PartnershipConfirmed",
        "PartnershipConfirmed",
        "PartnershipChanged",
    ]
    assert [mine[0].state, mine[3].state] == [
        partnerships_pb2.PARTNERSHIP_STATE_SIGNED,
        partnerships_pb2.PARTNERSHIP_STATE_ACTIVE,
    ]
    assert [list(event.awaited_institution_ids) for event in mine[1:3]] == [[str(world.school)], []]


async def test_stating_the_same_at_the_other_party_confirms_it(world: World, stranger_director: str) -> None:
    made = await state(world, mou(world), stranger_director)
    other = await state(world, mou(world), SCHOOL)
    assert (other["id"], other["already_done"]) == (made["id"], False)
    assert (await read(world, made["id"]))["state"] == "ACTIVE"
    assert (await state(world, mou(world), SCHOOL))["already_done"]


@pytest.mark.parametrize(
    ("changes", "needs_all"),
    [
        ({"courses": [calls.key_json("20000-1101") | {"owner_institution_id": None}]}, True),
        ({"valid_to": "2030-04-30"}, True),
        ({"valid_to": None}, True),
        ({"valid_from": "2024-05-01"}, True),
        ({"valid_to": "2027-04-30"}, False),
        ({"signed_on": "2025-04-20"}, False),
        ({"file_sha256": "cd" * 32}, False),
    ],
)
async def test_what_was_agreed_changes_with_all_parties_only(
    world: World, stranger_director: str, changes: dict[str, Any], needs_all: bool
) -> None:
    learner_id = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    made = await state(world, mou(world), stranger_director)
    await confirm(world, made["id"], 1, SCHOOL)
    assert (await state(world, mou(world, **changes), stranger_director))["problem"] is None
    found = await read(world, made["id"])
    assert (found["version"], found["state"]) == (1 if needs_all else 2, "ACTIVE"), "what was agreed holds meanwhile"
    assert found["awaited_institution_ids"] == []
    assert (found["proposal"] or {}).get("awaited_institution_ids") == ([str(world.school)] if needs_all else None)
    assert await transcript_status(world, learner_id) == httpx.codes.OK
    unread = await confirm(world, made["id"], 3, SCHOOL)
    assert unread["problem"]["reason"] == "PARTNERSHIP_VERSION_OLD", "nobody confirms what he has not read"
    assert (await confirm(world, made["id"], 2, SCHOOL))["problem"] is None
    found = await read(world, made["id"])
    assert (found["state"], found["version"], found["proposal"]) == ("ACTIVE", 2, None)
    assert {name: found[name] for name in changes} == changes


async def test_either_party_stops_it_alone_and_both_let_it_go_on(world: World, stranger_director: str) -> None:
    made = await state(world, mou(world), stranger_director)
    await confirm(world, made["id"], 1, SCHOOL)
    await state(world, mou(world, state="SUSPENDED"), SCHOOL)
    found = await read(world, made["id"])
    assert (found["state"], found["proposed_state"]) == ("SUSPENDED", None)
    stopped = await confirm(world, made["id"], 2, stranger_director)
    assert stopped["problem"]["reason"] == "PARTNERSHIP_STATE_WRONG"
    await state(world, mou(world), stranger_director)
    found = await read(world, made["id"])
    assert (found["state"], found["proposed_state"]) == ("SUSPENDED", "ACTIVE"), "who stopped it is asked"
    assert found["awaited_institution_ids"] == [str(world.school)]
    await confirm(world, made["id"], 3, SCHOOL)
    assert (await read(world, made["id"]))["state"] == "ACTIVE"
    await state(world, mou(world, state="ENDED"), SCHOOL)
    over = await confirm(world, made["id"], 4, stranger_director)
    assert over["problem"]["reason"] == "PARTNERSHIP_STATE_WRONG"


async def test_only_parties_confirm_and_a_draft_by_nobody(world: World, stranger_director: str) -> None:
    made = await state(world, mou(world, state="DRAFT"), stranger_director)
    assert (await read(world, made["id"]))["awaited_institution_ids"] == []
    draft = await confirm(world, made["id"], 1, SCHOOL)
    assert draft["problem"]["reason"] == "PARTNERSHIP_STATE_WRONG"
    for foreign in (made["id"], str(uuid4())):
        found = await confirm(world, foreign, 1, COLLEGE)
        assert found["problem"]["reason"] == "PARTNERSHIP_UNKNOWN", "it does not exist for others"
    answer = await calls.post(
        world,
        "partnerships/confirm",
        {"partnerships": [{"partnership_id": made["id"], "version": 1}]},
        "school-registrar",
    )
    assert answer.status_code == httpx.codes.FORBIDDEN
    await state(world, mou(world, state="SIGNED"), stranger_director)
    waiting = await calls.get(world, "partnerships?is_awaited=true", SCHOOL)
    assert [one["partnership_id"] for one in waiting.json()["partnerships"]] == [made["id"]]
    done = await calls.get(world, "partnerships?is_awaited=true", stranger_director)
    assert done.json()["partnerships"] == []
    await confirm(world, made["id"], 2, SCHOOL)
    assert (await read(world, made["id"]))["state"] == "SIGNED", "signed by both; nobody has put it in force"
    assert (await confirm(world, made["id"], 2, SCHOOL))["already_done"]
    await state(world, mou(world), stranger_director)
    assert (await read(world, made["id"]))["state"] == "ACTIVE", "both had agreed to the same terms"


async def test_confirming_over_grpc(world: World, stranger_director: str) -> None:
    made = await state(world, mou(world), stranger_director)
    stub: Any = partnerships_pb2_grpc.PartnershipServiceStub(world.channel)
    school = world.staff[SCHOOL].metadata
    page = await stub.ListPartnerships(partnerships_pb2.ListPartnershipsRequest(is_awaited=True), metadata=school)
    [waiting] = page.partnerships
    assert (waiting.partnership_id, waiting.proposed_state) == (
        made["id"],
        partnerships_pb2.PARTNERSHIP_STATE_ACTIVE,
    )
    assert list(waiting.awaited_institution_ids) == [str(world.school)]
    seen = partnerships_pb2.SeenPartnership(partnership_id=made["id"], version=waiting.version)
    request = partnerships_pb2.ConfirmPartnershipsRequest(request_id=str(uuid4()), partnerships=[seen, seen])
    outcomes = (await stub.ConfirmPartnerships(request, metadata=school)).outcomes
    assert calls.reasons(outcomes) == [None, "DUPLICATE_ITEM"]
    replayed = (await stub.ConfirmPartnerships(request, metadata=school)).outcomes
    assert calls.reasons(replayed) == [None, "DUPLICATE_ITEM"]
    found = await read(world, made["id"])
    assert (found["state"], len(found["confirmations"])) == ("ACTIVE", 2)


async def test_outside_party_is_stated_with_evidence(world: World) -> None:
    office = {"kind": "EMPLOYMENT_OFFICE", "name_th": "สำนักงานจัดหางานจังหวัดทดสอบ"}
    wanted = mou(world, party_institution_ids=[str(world.school)], outside_parties=[office])
    refused = await state(world, wanted, SCHOOL)
    assert refused["problem"]["reason"] == "PARTNERSHIP_EVIDENCE_MISSING"
    assert (await state(world, wanted | {"state": "DRAFT"}, SCHOOL))["problem"] is None, "a draft claims nothing"
    shown = wanted | {"outside_parties": [office | {"evidence_th": "หนังสือที่ รบ 1/2568"}], "state": "SIGNED"}
    made = await state(world, shown, SCHOOL)
    assert made["problem"] is None
    await state(world, shown | {"state": "ACTIVE"}, SCHOOL)
    found = await read(world, made["id"])
    assert (found["state"], found["outside_parties"]) == ("ACTIVE", shown["outside_parties"])


async def test_audit_tells_of_one_in_force_that_a_party_has_not_confirmed(world: World, stranger_director: str) -> None:
    made = await state(world, mou(world), stranger_director)
    assert (await audit(world.pool))["drift_partnerships"] == 0
    # What a process of the previous release, or somebody at the database, could do.
    await world.execute("UPDATE partnership SET state = 'ACTIVE' WHERE partnership_id::text = $1", made["id"])
    assert (await audit(world.pool))["drift_partnerships"] == 1
    await confirm(world, made["id"], 1, SCHOOL)
    assert (await audit(world.pool))["drift_partnerships"] == 0


async def test_confirmations_are_never_rewritten(world: World) -> None:
    for statement in (
        "UPDATE partnership_confirmation SET confirmed_by = 'x'",
        "DELETE FROM partnership_confirmation",
    ):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await world.execute(statement)


async def test_agreement_of_the_previous_release_stays_in_force_and_says_that_it_is_assumed(world: World) -> None:
    # The world's agreement as the previous release left it: in force, and nobody asked.
    migration = (MIGRATIONS / "0084_pre_partnership_confirmations.sql").read_text("utf-8")
    later = (MIGRATIONS / "0086_pre_partnership_proposals.sql").read_text("utf-8")
    connection = await asyncpg.connect(world.dsn)
    try:
        async with connection.transaction():
            await connection.execute("DROP VIEW partnership_consent")
            await connection.execute("DROP TABLE partnership_proposal, partnership_confirmation")
            await connection.execute(
                "ALTER TABLE partnership DROP COLUMN terms_version, DROP COLUMN proposed_state,"
                " DROP COLUMN outside_evidence"
            )
            await connection.execute(migration)
            await connection.execute(later)
    finally:
        await connection.close()
    partnership_id = str(world.partnership_id)
    found = await read(world, partnership_id)
    assert found["state"] == "ACTIVE"
    assert {one["institution_id"]: (one["status"], one["assignment_id"]) for one in found["confirmations"]} == {
        str(world.school): ("assumed", None),
        str(world.college): ("assumed", None),
    }
    learner_id = await world.learner()
    assert await transcript_status(world, learner_id, "college-registrar") == httpx.codes.OK
    assert (await confirm(world, partnership_id, 1, SCHOOL))["already_done"] is False, "it can still be said"
    found = await read(world, partnership_id)
    assert {one["institution_id"]: one["status"] for one in found["confirmations"]} == {
        str(world.school): "confirmed",
        str(world.college): "assumed",
    }


# ---- one person at two parties ----


async def test_one_person_never_confirms_for_two_parties(world: World) -> None:
    there = await world.employ("of-both", "college_director", world.stranger)
    here = await world.employ("of-both", "school_director", world.school)
    assert there.actor.subject_hash == here.actor.subject_hash
    made = await state(world, mou(world), there)
    learner_id = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    for found in (await confirm(world, made["id"], 1, here), await state(world, mou(world), here)):
        assert found["problem"]["reason"] == "PARTNERSHIP_SAME_ACTOR"
        assert "ผู้มีอำนาจคนละคน" in found["problem"]["title_th"]
    changed = await state(world, mou(world, signed_on="2025-04-20"), here)
    assert changed["problem"]["reason"] == "PARTNERSHIP_SAME_ACTOR", "nor by stating it otherwise"
    found = await read(world, made["id"])
    assert (found["state"], found["version"]) == ("SIGNED", 1)
    assert found["awaited_institution_ids"] == [str(world.school)]
    assert await transcript_status(world, learner_id) == httpx.codes.NOT_FOUND
    assert await world.fetchval("SELECT count(*) FROM partnership_confirmation WHERE partnership_id <> $1",
                                world.partnership_id) == 1  # fmt: skip
    assert (await confirm(world, made["id"], 1, SCHOOL))["problem"] is None
    assert (await read(world, made["id"]))["state"] == "ACTIVE"
    late = await state(world, mou(world, file_sha256="cd" * 32), here)
    assert late["problem"]["reason"] == "PARTNERSHIP_SAME_ACTOR"
    assert (await state(world, mou(world, state="SUSPENDED"), here))["problem"] is None, "anybody of a party stops it"


# ---- other terms beside an agreement in force ----

LONGER: dict[str, Any] = {"valid_to": "2030-04-30"}


@pytest.fixture
async def agreed(world: World, stranger_director: str) -> str:
    """An agreement in force."""
    made = await state(world, mou(world), stranger_director)
    await confirm(world, made["id"], 1, SCHOOL)
    return str(made["id"])


def versions(found: dict[str, Any]) -> list[int]:
    return [one["version"] for one in found["confirmations"]]


async def test_what_was_agreed_holds_until_all_have_confirmed_other_terms(
    world: World, agreed: str, stranger_director: str
) -> None:
    learner_id = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    [[thai, first, second]] = await world.results([learner_id], ("ท31101", "3"), ("พ31101", "3"), ("พ31102", "3"))
    narrow = mou(world, courses=[calls.key_json(code) for code in ("พ31101", "พ31102", "20000-1601")])
    assert (await state(world, narrow, stranger_director))["problem"] is None
    found = await read(world, agreed)
    assert (found["state"], found["version"], found["courses"]) == ("ACTIVE", 1, [])
    beside = found["proposal"]
    assert (beside["version"], beside["proposed_by_institution_id"]) == (2, str(world.stranger))
    assert [one["institution_id"] for one in beside["confirmations"]] == [str(world.stranger)]
    assert beside["awaited_institution_ids"] == [str(world.school)]
    # Under what was agreed any course may be transferred; under the other terms only those that are named.
    wanted = [
        case_json(world, learner_id, *lines, partnership_id=agreed, committee_id=None)
        for lines in ([([thai], "20000-1101")], [([first, second], "20000-1601")])
    ]
    assert calls.reasons(await step(world, "", "cases", wanted[:1], "stranger-registrar")) == [None]
    assert (await confirm(world, agreed, 2, SCHOOL))["problem"] is None
    found = await read(world, agreed)
    assert (found["state"], found["version"], found["proposal"]) == ("ACTIVE", 2, None)
    assert (versions(found), len(found["courses"])) == ([2, 2], 3)
    assert calls.reasons(await step(world, "", "cases", wanted[1:], "stranger-registrar")) == [None]
    other = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    [[again]] = await world.results([other], ("ท31101", "3"))
    late = case_json(world, other, ([again], "20000-1101"), partnership_id=agreed, committee_id=None)
    assert calls.reasons(await step(world, "", "cases", [late], "stranger-registrar")) == ["COURSE_NOT_IN_AGREEMENT"]
    rows = await world.fetch("SELECT partnership_version FROM transfer_case ORDER BY case_id")
    assert [row["partnership_version"] for row in rows] == [1, 2]
    assert (await audit(world.pool))["drift_partnerships"] == 0


@pytest.mark.parametrize("who", ["stranger-director", SCHOOL])
async def test_either_party_takes_other_terms_back(world: World, agreed: str, stranger_director: str, who: str) -> None:
    await state(world, mou(world, **LONGER), stranger_director)
    assert (await take_back(world, agreed, 1, who))["problem"]["reason"] == "PARTNERSHIP_VERSION_OLD"
    assert (await take_back(world, agreed, 2, who))["problem"] is None
    found = await read(world, agreed)
    assert (found["state"], found["version"], found["proposal"]) == ("ACTIVE", 1, None)
    assert found["valid_to"] == "2028-04-30"
    for call in (take_back, confirm):
        assert (await call(world, agreed, 2, SCHOOL))["problem"]["reason"] == "PARTNERSHIP_VERSION_OLD"
    row = await world.fetch(
        "SELECT outcome, ended_for FROM partnership_proposal WHERE partnership_id::text = $1", agreed
    )
    place = world.school if who == SCHOOL else world.stranger
    assert [tuple(one) for one in row] == [("TAKEN_BACK", place)]
    await state(world, mou(world, **LONGER), SCHOOL)
    assert (await read(world, agreed))["proposal"]["version"] == 3, "no number is given twice"
    told = await calls.events(world, events_pb2.PartnershipProposalChanged)
    assert [(one.version, one.state, one.institution_id) for one in told] == [
        (2, "PROPOSED", str(world.stranger)),
        (2, "TAKEN_BACK", str(place)),
        (3, "PROPOSED", str(world.school)),
    ]


async def test_confirmations_of_terms_that_were_taken_back_count_for_nothing(
    world: World, stranger_director: str
) -> None:
    parties = [str(world.stranger), str(world.school), str(world.college)]
    wanted = mou(world, party_institution_ids=parties)
    made = await state(world, wanted, stranger_director)
    for who in (SCHOOL, COLLEGE):
        await confirm(world, made["id"], 1, who)
    await state(world, wanted | LONGER, stranger_director)
    await confirm(world, made["id"], 2, SCHOOL)
    waiting = await calls.get(world, "partnerships?is_awaited=true", COLLEGE)
    assert [one["partnership_id"] for one in waiting.json()["partnerships"]] == [made["id"]]
    assert (await calls.get(world, "partnerships?is_awaited=true", SCHOOL)).json()["partnerships"] == []
    assert (await take_back(world, made["id"], 2, COLLEGE))["problem"] is None
    assert (await calls.get(world, "partnerships?is_awaited=true", COLLEGE)).json()["partnerships"] == []
    await state(world, wanted | {"file_sha256": "cd" * 32}, stranger_director)
    found = await read(world, made["id"])
    assert (found["version"], found["valid_to"], sorted(versions(found))) == (3, "2028-04-30", [1, 1, 3])
    await state(world, wanted | LONGER, stranger_director)
    await confirm(world, made["id"], 4, COLLEGE)
    assert (await read(world, made["id"]))["proposal"]["awaited_institution_ids"] == [str(world.school)]
    await confirm(world, made["id"], 4, SCHOOL)
    found = await read(world, made["id"])
    assert (found["version"], found["valid_to"], versions(found)) == (4, "2030-04-30", [4, 4, 4])
    assert (await audit(world.pool))["drift_partnerships"] == 0


@pytest.mark.parametrize(
    ("changes", "left"), [({"signed_on": "2025-04-20"}, "ACTIVE"), ({"state": "SUSPENDED"}, "SUSPENDED")]
)
async def test_what_is_stated_next_takes_the_place_of_other_terms(
    world: World, agreed: str, stranger_director: str, changes: dict[str, Any], left: str
) -> None:
    await state(world, mou(world, **LONGER), stranger_director)
    assert (await state(world, mou(world), SCHOOL))["already_done"], "saying again what holds says nothing about them"
    assert (await read(world, agreed))["proposal"]["version"] == 2
    assert (await state(world, mou(world, **changes), SCHOOL))["problem"] is None
    found = await read(world, agreed)
    assert (found["state"], found["version"], found["proposal"]) == (left, 3, None)
    assert found["valid_to"] == "2028-04-30"
    assert (await confirm(world, agreed, 2, SCHOOL))["problem"]["reason"] == "PARTNERSHIP_VERSION_OLD"
    outcome = "SELECT outcome FROM partnership_proposal WHERE partnership_id::text = $1"
    assert await world.fetchval(outcome, agreed) == "REPLACED"


async def test_other_terms_are_confirmed_by_stating_them_and_replaced_by_stating_others(
    world: World, agreed: str, stranger_director: str
) -> None:
    signatory = {"position_th": "ผู้อำนวยการ", "institution_id": str(world.school), "signed_on": "2026-05-01"}
    wanted = mou(world, **LONGER, signatories=[signatory], file_sha256="cd" * 32, signed_on="2026-05-01")
    await state(world, wanted, stranger_director)
    assert (await state(world, wanted, stranger_director))["already_done"]
    terms = (await read(world, agreed))["proposal"]["terms"]
    assert {name: terms[name] for name in wanted if name not in ("signatories", "provenance")} == {
        name: value for name, value in wanted.items() if name not in ("signatories", "provenance")
    }
    assert [one | {"outside_party_th": ""} for one in wanted["signatories"]] == terms["signatories"]
    open_ended = mou(world, valid_to=None)
    assert (await state(world, open_ended, SCHOOL))["problem"] is None
    beside = (await read(world, agreed))["proposal"]
    assert (beside["version"], beside["terms"]["valid_to"]) == (3, None)
    assert beside["awaited_institution_ids"] == [str(world.stranger)]
    done = await state(world, open_ended, stranger_director)
    assert (done["id"], done["already_done"]) == (agreed, False)
    found = await read(world, agreed)
    assert (found["version"], found["valid_to"], found["proposal"]) == (3, None, None)


async def test_nobody_confirms_his_own_terms_for_another_party(world: World, agreed: str) -> None:
    await world.employ("of-both", "college_director", world.stranger)
    there = world.staff["of-both"]
    here = await world.employ("of-both", "school_director", world.school)
    await state(world, mou(world, **LONGER), there)
    for found in (await confirm(world, agreed, 2, here), await state(world, mou(world, **LONGER), here)):
        assert found["problem"]["reason"] == "PARTNERSHIP_SAME_ACTOR"
    assert (await read(world, agreed))["version"] == 1
    assert (await take_back(world, agreed, 2, here))["problem"] is None, "anybody of a party may take it back"


async def test_other_terms_do_not_exist_for_others(world: World, agreed: str, stranger_director: str) -> None:
    await state(world, mou(world, **LONGER), stranger_director)
    for foreign in (agreed, str(uuid4())):
        assert (await take_back(world, foreign, 2, COLLEGE))["problem"]["reason"] == "PARTNERSHIP_UNKNOWN"
    seen = {"partnerships": [{"partnership_id": agreed, "version": 2}]}
    answer = await calls.post(world, "partnerships/take-back", seen, "school-registrar")
    assert answer.status_code == httpx.codes.FORBIDDEN


async def test_other_terms_over_grpc(world: World, agreed: str, stranger_director: str) -> None:
    await state(world, mou(world, **LONGER), stranger_director)
    stub: Any = partnerships_pb2_grpc.PartnershipServiceStub(world.channel)
    school = world.staff[SCHOOL].metadata
    page = await stub.ListPartnerships(partnerships_pb2.ListPartnershipsRequest(is_awaited=True), metadata=school)
    [waiting] = page.partnerships
    assert (waiting.partnership_id, waiting.version, waiting.state) == (
        agreed,
        1,
        partnerships_pb2.PARTNERSHIP_STATE_ACTIVE,
    )
    beside = waiting.proposal
    assert (beside.version, beside.terms.valid_to.year, beside.proposed_by_institution_id) == (
        2,
        2030,
        str(world.stranger),
    )
    assert list(beside.awaited_institution_ids) == [str(world.school)]
    seen = partnerships_pb2.SeenPartnership(partnership_id=agreed, version=beside.version)
    request = partnerships_pb2.TakeBackPartnershipsRequest(request_id=str(uuid4()), partnerships=[seen, seen])
    for _ in range(2):
        outcomes = (await stub.TakeBackPartnerships(request, metadata=school)).outcomes
        assert calls.reasons(outcomes) == [None, "DUPLICATE_ITEM"]
    [left] = (await stub.ListPartnerships(partnerships_pb2.ListPartnershipsRequest(), metadata=school)).partnerships[
        -1:
    ]
    assert not left.HasField("proposal")
