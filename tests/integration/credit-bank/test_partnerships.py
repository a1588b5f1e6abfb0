"""Agreements with outside parties in all their states, committees of levels, lead organisations."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from nuaikit.credit_bank.v1 import events_pb2, partnerships_pb2, partnerships_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World, to_pb
from tests.support.transfer_calls import case_json, decided, posted, simple, step, today


def mou(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "MOU-จัดหางาน-1",
        "party_institution_ids": [str(world.college)],
        "outside_parties": [{"kind": "EMPLOYMENT_OFFICE", "name_th": "สำนักงานจัดหางานจังหวัดทดสอบ"}],
        "programme": "SHORT_COURSE",
        "state": "DRAFT",
        "courses": [calls.key_json("20000-1101")],
        "signatories": [
            {"position_th": "ผู้อำนวยการวิทยาลัย", "institution_id": str(world.college), "signed_on": "2026-05-01"},
            {"position_th": "จัดหางานจังหวัด", "outside_party_th": "สำนักงานจัดหางานจังหวัดทดสอบ"},
        ],
        "file_sha256": "ab" * 32,
        "provenance": calls.PROVENANCE_JSON,
    } | changes


async def register(world: World, *wanted: dict[str, Any]) -> list[dict[str, Any]]:
    return await calls.posted(world, "partnerships", {"partnerships": list(wanted)}, "college-director")


async def test_agreement_with_an_outside_party_goes_its_way_and_keeps_every_version(world: World) -> None:
    [made] = await register(world, mou(world))
    assert made["problem"] is None, made
    assert calls.reasons(await register(world, mou(world, state="ACTIVE"))) == ["PARTNERSHIP_STATE_WRONG"], (
        "signed first"
    )
    for state in ("SIGNED", "ACTIVE", "SUSPENDED", "ACTIVE", "ENDED"):
        [moved] = await register(world, mou(world, state=state))
        assert (moved["problem"], moved["id"], moved["already_done"]) == (None, made["id"], False), state
    [again] = await register(world, mou(world, state="ENDED"))
    assert again["already_done"]
    assert calls.reasons(await register(world, mou(world, state="ACTIVE"))) == ["PARTNERSHIP_STATE_WRONG"], "for ever"
    versions = await world.fetch(
        "SELECT version, facts ->> 'state' AS state FROM partnership_version WHERE partnership_id::text = $1"
        " ORDER BY version",
        made["id"],
    )
    assert [tuple(row) for row in versions] == [
        (1, "DRAFT"),
        (2, "SIGNED"),
        (3, "ACTIVE"),
        (4, "SUSPENDED"),
        (5, "ACTIVE"),
        (6, "ENDED"),
    ]
    answer = await calls.get(world, "partnerships?state=ENDED", "college-director")
    [listed] = answer.json()["partnerships"]
    assert (listed["version"], listed["outside_parties"], listed["file_sha256"]) == (
        6,
        [mou(world)["outside_parties"][0] | {"evidence_th": ""}],
        "ab" * 32,
    )
    assert [one["position_th"] for one in listed["signatories"]] == ["ผู้อำนวยการวิทยาลัย", "จัดหางานจังหวัด"]
    told = await calls.events(world, events_pb2.PartnershipChanged)
    assert "จัดหางาน" not in str([event for event in told if event.partnership_id == made["id"]])


async def test_agreement_that_can_never_be_is_explained(world: World) -> None:
    wrong = {
        "party_institution_ids": [{"outside_parties": []}, {"party_institution_ids": []}],
        "signatories": [{"signatories": [{"position_th": "ครู", "institution_id": str(world.school)}]}],
        "outside_parties": [{"outside_parties": mou(world)["outside_parties"] * 2}],
    }
    for field, faults in wrong.items():
        for fault in faults:
            [found] = await register(world, mou(world, **fault))
            assert found["problem"]["reason"] in ("PARTNERSHIP_INVALID", "NOT_A_PARTY"), found
            assert found["problem"]["field"] in (field, None), found


async def test_expired_agreement_blocks_new_cases_and_offerings_and_lets_known_ones_finish(world: World) -> None:
    _, _, running = await simple(world)
    yesterday = (today() - timedelta(days=1)).isoformat()
    facts = {
        "reference": "MOU-TEST-2568",
        "party_institution_ids": [str(world.school), str(world.college)],
        "outside_parties": [],
        "signatories": [],
        "courses": [],
        "programme": "DUAL_EDUCATION",
        "state": "ACTIVE",
        "valid_from": "2025-05-01",
        "valid_to": yesterday,
        "committee_id": str(world.committee_id),
    }
    [changed] = await register(world, mou(world, **facts))
    assert (changed["problem"], changed["id"]) == (None, str(world.partnership_id))
    ending = await calls.get(world, f"partnerships?ends_before={today()}", "college-director")
    assert [one["partnership_id"] for one in ending.json()["partnerships"]] == [str(world.partnership_id)]
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    wanted = case_json(world, learner_id, ([thai], "20000-1101"))
    assert calls.reasons(await step(world, "", "cases", [wanted], "college-registrar")) == ["PARTNERSHIP_NOT_ACTIVE"]
    offering = {
        "reference": "รุ่น 1",
        "course": calls.key_json("20000-1101"),
        "institution_id": str(world.college),
        "partnership_id": str(world.partnership_id),
        "year_be": 2569,
        "term": 2,
        "provenance": calls.PROVENANCE_JSON,
    }
    found = await calls.posted(world, "offerings", {"offerings": [offering]}, "college-registrar")
    assert calls.reasons(found) == ["PARTNERSHIP_STATE_WRONG"]
    await decided(world, running)
    await posted(world, running)
    versions = await world.fetch("SELECT partnership_version FROM transfer_case")
    assert [row["partnership_version"] for row in versions] == [1], "it finished under the version of its submission"
    free = offering | {"partnership_id": None}
    assert calls.reasons(await calls.posted(world, "offerings", {"offerings": [free]}, "college-registrar")) == [None]
    [event] = await calls.events(world, events_pb2.OfferingScheduled)
    assert (event.institution_id, event.term) == (str(world.college), 2)


async def test_committee_of_promotion_decides_no_case_and_one_of_a_level_has_members_elsewhere(
    world: World,
) -> None:
    members = [
        {"assignment_id": str(world.staff[name].actor.assignment_id), "is_chair": name == "chair"}
        for name in ("chair", "member-1", "stranger-chair")
    ]
    body = {
        "institution_id": str(world.college),
        "mandates": ["PROMOTION"],
        "order_no": "ส่งเสริม 1/2569",
        "quorum": 2,
        "members": members,
        "valid_from": "2026-01-01",
        "valid_to": (today() - timedelta(days=1)).isoformat(),
        "provenance": calls.PROVENANCE_JSON,
    }
    found = await calls.posted(world, "committees", {"committees": [body]}, "college-director")
    assert calls.reasons(found) == ["MEMBER_UNKNOWN"]
    [made] = await calls.posted(world, "committees", {"committees": [body | {"tier": "PROVINCE"}]}, "college-director")
    assert made["problem"] is None
    listed = (await calls.get(world, "committees?mandate=PROMOTION", "college-director")).json()["committees"]
    assert [(one["committee_id"], one["tier"], len(one["members"])) for one in listed] == [(made["id"], "PROVINCE", 3)]
    valid = (await calls.get(world, f"committees?valid_on={today()}", "college-director")).json()["committees"]
    assert [one["committee_id"] for one in valid] == [str(world.committee_id)]
    await world.execute("UPDATE committee SET valid_to = NULL")
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    wanted = case_json(world, learner_id, ([thai], "20000-1101"), committee_id=made["id"])
    assert calls.reasons(await step(world, "", "cases", [wanted], "college-registrar")) == ["COMMITTEE_MANDATE_MISSING"]
    stub = partnerships_pb2_grpc.PartnershipServiceStub(world.channel)
    over_grpc = await stub.ListCommittees(
        partnerships_pb2.ListCommitteesRequest(mandate="PROMOTION"), metadata=world.staff["college-director"].metadata
    )
    assert [one.tier for one in over_grpc.committees] == ["PROVINCE"]


async def test_one_person_with_two_assignments_is_one_member(world: World) -> None:
    twice = [await world.employ("of-two", role, world.college) for role in ("committee_member", "committee_chair")]
    others = [world.staff[name] for name in ("member-1", "member-2")]

    async def register(order_no: str, *people: Any) -> dict[str, Any]:
        members = [
            {"assignment_id": str(one.actor.assignment_id), "is_chair": number == 0}
            for number, one in enumerate(people)
        ]
        body = {
            "institution_id": str(world.college),
            "mandates": ["TRANSFER"],
            "order_no": order_no,
            "quorum": 2,
            "members": members,
            "valid_from": "2026-01-01",
            "provenance": calls.PROVENANCE_JSON,
        }
        [found] = await calls.posted(world, "committees", {"committees": [body]}, "college-director")
        return found

    refused = await register("คำสั่ง 21/2569", *twice, others[0])
    assert refused["problem"]["reason"] == "COMMITTEE_INVALID"
    assert (await register("คำสั่ง 22/2569", twice[0], *others))["problem"] is None


async def test_lead_organisations_are_named_by_order_and_level(world: World) -> None:
    body = {
        "tier": "INSTITUTION",
        "institution_id": str(world.college),
        "order_no": "คำสั่ง 9/2569",
        "valid_from": "2026-01-01",
        "provenance": calls.PROVENANCE_JSON,
    }

    async def name(who: str = "college-director", **changes: Any) -> list[str | None]:
        return calls.reasons(await calls.posted(world, "lead-organisations", {"leads": [body | changes]}, who))

    assert await name() == [None]
    assert await name() == [None]
    assert await name(valid_from="2026-02-01") == ["LEAD_EXISTS_DIFFERENT"]
    assert await name(institution_id=str(world.school)) == ["NOT_FOUND"]
    assert await name(tier="PROVINCE", institution_id=str(world.school)) == ["PERMISSION_MISSING"]
    assert await name(tier="CENTRAL", order_no="12/2569") == ["PERMISSION_MISSING"], "nobody declares himself the lead"
    assert await name(order_no="10/2569", valid_to="2025-01-01") == ["LEAD_INVALID"]
    forbidden = await calls.post(world, "lead-organisations", {"leads": [body]}, "college-registrar")
    assert forbidden.status_code == httpx.codes.FORBIDDEN
    found = (await calls.get(world, "lead-organisations?tier=INSTITUTION", "member-1")).json()["leads"]
    assert [(one["institution_id"], one["order_no"]) for one in found] == [(str(world.college), "คำสั่ง 9/2569")]
    assert (await calls.get(world, "lead-organisations?on_date=2025-12-31", "member-1")).json()["leads"] == []
    assert (await calls.get(world, "lead-organisations?tier=X", "member-1")).json()["reason"] == "INVALID_FIELD"
    stub = partnerships_pb2_grpc.PartnershipServiceStub(world.channel)
    director = world.staff["college-director"].metadata
    lead = partnerships_pb2.LeadOrganisation(
        tier="PROVINCE",
        scope="70",
        institution_id=str(world.college),
        order_no="11/2569",
        valid_from=to_pb(today()),
        provenance=calls.PROVENANCE_PB,
    )
    made = await stub.RegisterLeadOrganisations(
        partnerships_pb2.RegisterLeadOrganisationsRequest(request_id=str(uuid4()), leads=[lead]),
        metadata=world.staff["publisher"].metadata,
    )
    assert calls.reasons(made.outcomes) == [None]
    over_grpc = await stub.ListLeadOrganisations(
        partnerships_pb2.ListLeadOrganisationsRequest(tier="PROVINCE"), metadata=director
    )
    assert [one.scope for one in over_grpc.leads] == ["70"]
    assert len(await calls.events(world, events_pb2.LeadOrganisationChanged)) == 2


async def test_partnership_over_grpc_carries_the_same(world: World) -> None:
    stub = partnerships_pb2_grpc.PartnershipServiceStub(world.channel)
    director = world.staff["college-director"].metadata
    wanted = partnerships_pb2.Partnership(
        reference="MOU-2",
        party_institution_ids=[str(world.college)],
        outside_parties=[partnerships_pb2.OutsideParty(kind="WORKPLACE", name_th="บริษัททดสอบ")],
        programme="DUAL_VOCATIONAL_TRAINING",
        state=partnerships_pb2.PARTNERSHIP_STATE_SIGNED,
        courses=[calls.key_pb("20000-1101")],
        signatories=[partnerships_pb2.Signatory(position_th="ผู้จัดการ", outside_party_th="บริษัททดสอบ")],
        file_sha256=bytes(32),
        provenance=calls.PROVENANCE_PB,
    )
    request = partnerships_pb2.RegisterPartnershipsRequest(request_id=str(uuid4()), partnerships=[wanted])
    assert calls.reasons((await stub.RegisterPartnerships(request, metadata=director)).outcomes) == [None]
    page = await stub.ListPartnerships(
        partnerships_pb2.ListPartnershipsRequest(state=partnerships_pb2.PARTNERSHIP_STATE_SIGNED), metadata=director
    )
    [found] = page.partnerships
    assert (found.version, found.outside_parties[0].kind, found.file_sha256) == (1, "WORKPLACE", bytes(32))
