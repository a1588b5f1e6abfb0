"""Changing, correcting, moving and closing institutions, and what is found on which day."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import events_pb2
from nuaikit.student_registry.v1 import institutions_pb2 as pb

TREES = ("administration", "network", "district", "guidance", "branch", "province")


async def get(world, alias):
    request = pb.GetInstitutionRequest(institution_id=world.institutions[alias])
    return (await world.call("GetInstitution", request, world.admin)).institution


async def change(world, *items, kind="CHANGED", by=None, request_id=None):
    changes = [pb.InstitutionChange(institution=item, kind=f"INSTITUTION_CHANGE_KIND_{kind}") for item in items]
    request = pb.ChangeInstitutionsRequest(request_id=request_id or str(uuid4()), changes=changes)
    return await world.call("ChangeInstitutions", request, by or world.admin)


def reasons(answer):
    return [item.problem.reason for item in answer.outcomes]


def to(world, build, alias, parent, *, since=date(2026, 5, 16), tree="administration"):
    return pb.InstitutionMove(
        institution_id=world.institutions[alias],
        tree=tree,
        parent_institution_id=world.institutions[parent] if parent else None,
        valid_from=build.date(since),
        provenance=build.provenance,
    )


async def move(world, *moves, by=None):
    request = pb.MoveInstitutionsRequest(request_id=str(uuid4()), moves=moves)
    return await world.call("MoveInstitutions", request, by or world.admin)


async def listed(world, **more):
    page = await world.call("ListInstitutions", pb.ListInstitutionsRequest(**more), world.admin)
    return {item.institution_id for item in page.institutions}


async def ancestors(world, alias, on, tree=""):
    request = pb.ListAncestorsRequest(institution_id=world.institutions[alias], tree=tree, on_date=on)
    return [item.institution_id for item in (await world.call("ListAncestors", request, world.admin)).institutions]


async def test_change_keeps_history_and_tells_the_others(world, build):
    await world.institution("place")
    item = await get(world, "place")
    item.name_th, item.official_code = "โรงเรียนชื่อใหม่", f"1070{uuid4().int % 10**6:06d}"
    item.aliases.add(kind="INSTITUTION_ALIAS_KIND_SMIS", value=f"70{uuid4().int % 10**6:06d}")
    item.opened_on.CopyFrom(build.date(date(1957, 5, 17)))
    answer = await change(world, item)
    assert reasons(answer) == [""]
    after = await get(world, "place")
    assert (after.name_th, after.revision, after.affiliation_code, after.province_code) == (item.name_th, 2, "10", "70")
    assert after.aliases[0].is_expected_form
    history = (
        await world.call(
            "ListInstitutionChanges", pb.ListInstitutionChangesRequest(institution_id=after.institution_id), world.admin
        )
    ).changes
    assert [pb.InstitutionChangeKind.Name(row.kind)[24:] for row in history] == ["CHANGED", "REGISTERED"]
    assert "โรงเรียนชื่อใหม่" in history[0].after_json
    assert "สถานศึกษา place" in history[0].before_json
    rows = await world.rows(
        "SELECT type, payload FROM outbox WHERE key = $1 ORDER BY sequence", str(after.institution_id)
    )
    event = events_pb2.InstitutionChanged.FromString(rows[-1]["payload"])
    assert (len(rows), event.name_th, event.opened_on.year) == (2, "โรงเรียนชื่อใหม่", 1957)


async def test_same_state_is_done_already_and_a_stale_revision_is_refused(world):
    await world.institution("place")
    item = await get(world, "place")
    item.name_en = "Place"
    request_id = str(uuid4())
    first = await change(world, item, request_id=request_id)
    assert await change(world, item, request_id=request_id) == first
    assert (await change(world, item)).outcomes[0].already_done
    item.name_en = "Another"
    assert reasons(await change(world, item)) == ["REVISION_STALE"]
    assert (await get(world, "place")).name_en == "Place"


async def test_two_changes_at_once_do_not_overwrite_each_other(world):
    await world.institution("place")
    items = [await get(world, "place") for _ in range(4)]
    for number, item in enumerate(items):
        item.name_en = f"Place {number}"
    answers = await asyncio.gather(*(change(world, item) for item in items))
    assert sorted(reason for answer in answers for reason in reasons(answer)) == ["", *["REVISION_STALE"] * 3]


async def test_code_of_another_is_a_conflict_and_a_replaced_code_still_finds_on_its_days(world, build):
    for alias in ("one", "two"):
        await world.institution(alias)
    code, new_code = (f"1071{uuid4().int % 10**6:06d}" for _ in range(2))
    one, two = await get(world, "one"), await get(world, "two")
    one.official_code = two.official_code = code
    assert reasons(await change(world, one, two)) == ["", "INSTITUTION_CONFLICT"]
    one = await get(world, "one")
    one.official_code = new_code
    one.provenance.effective_from.CopyFrom(build.date(date(2026, 5, 16)))
    assert reasons(await change(world, one)) == [""]
    assert await listed(world, codes=[code], on_date=build.date(date(2026, 5, 15))) == {one.institution_id}
    assert await listed(world, codes=[code], on_date=build.date(date(2026, 5, 16))) == set()
    assert await listed(world, codes=[new_code]) == {one.institution_id}
    # The old code lies on its days only, so another may have it afterwards, and nobody for all days.
    two = await get(world, "two")
    two.official_code = code
    assert reasons(await change(world, two)) == ["INSTITUTION_CONFLICT"]


async def test_affiliation_that_is_none_is_refused(world):
    await world.institution("place")
    item = await get(world, "place")
    item.official_code = "9910720039"
    assert reasons(await change(world, item)) == ["AFFILIATION_UNKNOWN"]
    answer = await world.call("ListAffiliations", pb.ListAffiliationsRequest(), world.admin)
    known = {row.affiliation_code: row.name_th for row in answer.affiliations}
    assert len(known) == 18
    assert known["13"].startswith("สำนักงานคณะกรรมการการอาชีวศึกษา")
    assert known["70"] == ""


async def test_school_stands_in_several_trees_and_moves_from_a_day_on(world, build):
    for alias, kind in [
        ("old-area", "AREA_OFFICE_PRIMARY"), ("new-area", "AREA_OFFICE_PRIMARY"), ("agency", "AGENCY"),
        ("network", "SCHOOL_NETWORK"), ("district", "DISTRICT"), ("centre", "GUIDANCE_CENTRE"), ("main", "SCHOOL"),
        ("province", "PROVINCE_OFFICE"), ("school", "BRANCH_SCHOOL"),
    ]:  # fmt: skip
        await world.institution(alias, kind)
    since = date(2020, 1, 1)
    answer = await move(
        world, to(world, build, "old-area", "agency", since=since), to(world, build, "new-area", "agency", since=since),
        to(world, build, "school", "old-area", since=since),
    )  # fmt: skip
    assert reasons(answer) == ["", "", ""]
    for parent, tree in zip(("new-area", "network", "district", "centre", "main", "province"), TREES, strict=True):
        assert reasons(await move(world, to(world, build, "school", parent, tree=tree))) == [""]
    before, after = build.date(date(2026, 5, 15)), build.date(date(2026, 5, 16))
    ids = world.institutions
    assert await ancestors(world, "school", before) == [ids["old-area"], ids["agency"]]
    assert await ancestors(world, "school", after) == [ids["new-area"], ids["agency"]]
    assert await ancestors(world, "school", after, "guidance") == [ids["centre"]]
    assert await listed(world, parent_institution_id=ids["network"], tree="network", on_date=after) == {ids["school"]}
    assert await listed(world, within_institution_id=ids["agency"], on_date=before) == {
        ids[alias] for alias in ("agency", "old-area", "new-area", "school")
    }
    assert ids["school"] not in await listed(world, within_institution_id=ids["old-area"], on_date=after)
    again = await move(world, to(world, build, "school", "new-area"))
    assert again.outcomes[0].already_done


async def test_circles_wrong_kinds_and_unknown_parents_are_refused_and_the_good_ones_done(world, build):
    for alias in ("top", "middle", "bottom", "free"):
        await world.institution(alias)
    since = date(2026, 1, 1)
    await move(
        world, to(world, build, "middle", "top", since=since), to(world, build, "bottom", "middle", since=since)
    )  # fmt: skip
    unknown = to(world, build, "bottom", "top")
    unknown.parent_institution_id = str(uuid4())
    answer = await move(
        world,
        to(world, build, "top", "bottom"),
        to(world, build, "free", "top"),
        to(world, build, "middle", "free", tree="network"),
        unknown,
        to(world, build, "bottom", "free"),
    )
    assert reasons(answer) == ["PARENT_CIRCLE", "", "PARENT_KIND_WRONG", "PARENT_UNKNOWN", "INSTITUTION_REPEATED"]


async def test_two_halves_of_a_circle_at_once_do_not_close_it(world, build):
    for alias in ("a", "b"):
        await world.institution(alias)
    answers = await asyncio.gather(
        move(world, to(world, build, "a", "b")), move(world, to(world, build, "b", "a"))
    )  # fmt: skip
    assert sorted(reasons(answer)[0] for answer in answers) == ["", "PARENT_CIRCLE"]


async def test_closing_tells_what_still_hangs_on_it_and_merging_needs_a_successor(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    school = world.institutions["demo-school"]
    await world.register(build.learner(school, enrolments=[build.enrolment(school)]), by=registrar)
    item, last_day = await get(world, "demo-school"), date(2026, 3, 31)
    item.closed_on.CopyFrom(build.date(last_day))
    item.merged_into_institution_id = school
    assert reasons(await change(world, item)) == ["MERGED_INTO_INVALID"]
    item.merged_into_institution_id = world.institutions["other-school"]
    answer = await change(world, item)
    assert reasons(answer) == [""]
    (hanging,) = answer.closed
    assert (hanging.institution_id, hanging.open_enrolments, hanging.open_assignments) == (school, 1, 1)
    within = {"codes": [world.alias("demo-school")], "is_open_only": True}
    assert await listed(world, **within, on_date=build.date(last_day)) == {school}
    assert await listed(world, **within) == set()
    other = await get(world, "other-school")
    other.closed_on.CopyFrom(build.date(last_day))
    other.merged_into_institution_id = school
    assert reasons(await change(world, other)) == ["MERGED_INTO_INVALID"]


async def test_search_finds_parts_of_thai_names_beginnings_of_codes_and_provinces(world, build):
    name = f"โรงเรียนบ้านหนองโพ{uuid4().hex[:6]}"
    code = f"1070{uuid4().int % 10**6:06d}"
    item = pb.Institution(
        kind="INSTITUTION_KIND_SCHOOL", name_th=name, local_alias=world.alias("search"), official_code=code,
        provenance=build.provenance,
    )  # fmt: skip
    request = pb.RegisterInstitutionsRequest(request_id=str(uuid4()), institutions=[item])
    (outcome,) = (await world.call("RegisterInstitutions", request, world.admin)).outcomes
    for text in (name, name[8:], name[10:].upper(), code[:8], world.alias("search")):
        assert outcome.id in await listed(world, text=text, page_size=1000), text
    assert outcome.id in await listed(world, text=name[10:], province_code="๗๐")
    assert await listed(world, text=name[10:], province_code="71") == set()
    assert await listed(world, text="100%") == set()
    assert await listed(world, text="_" * 8) == set()


async def test_only_who_manages_institutions_may_change_them(world, build):
    teacher = await world.staff("school_registrar", "demo-school")
    item = await get(world, "demo-school")
    request = pb.ChangeInstitutionsRequest(
        request_id=str(uuid4()), changes=[pb.InstitutionChange(institution=item, kind=2)]
    )
    assert await world.refused("ChangeInstitutions", request, teacher) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    moves = pb.MoveInstitutionsRequest(request_id=str(uuid4()), moves=[to(world, build, "demo-school", "other-school")])
    assert await world.refused("MoveInstitutions", moves, teacher) == ("PERMISSION_DENIED", "PERMISSION_MISSING")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [({"kind": 1}, "INVALID_FIELD"), ({"kind": 0}, "INVALID_FIELD"), ({"tree": "family"}, "INVALID_FIELD")],
)
async def test_messages_of_the_wrong_shape_are_refused_whole(world, build, wrong, reason):
    item = await get(world, "demo-school")
    if "tree" in wrong:
        item.parents.add(tree=wrong["tree"], parent_institution_id=str(uuid4()))
    request = pb.ChangeInstitutionsRequest(
        request_id=str(uuid4()), changes=[pb.InstitutionChange(institution=item, kind=wrong.get("kind", 2))]
    )
    assert await world.refused("ChangeInstitutions", request, world.admin) == ("INVALID_ARGUMENT", reason)


async def test_http_reads_changes_and_moves_with_thai_sentences(world, build):
    await world.institution("area", "AREA_OFFICE_PRIMARY")
    school, area = world.institutions["demo-school"], world.institutions["area"]
    headers = world.admin.headers
    shown = (await world.http.get(f"/v1/institutions/{school}", headers=headers)).json()
    body = {name: value for name, value in shown.items() if name not in {"affiliation_code", "parent_institution_id"}}
    body |= {"change_kind": "CORRECTED", "name_th": "โรงเรียนที่แก้ชื่อแล้ว",
             "aliases": [{"kind": "OTHER", "register": "hcode", "value": world.name}]}  # fmt: skip
    answer = await world.http.post(
        "/v1/institutions/changes", json={"changes": [body, body]}, headers=headers | {"Idempotency-Key": str(uuid4())}
    )
    assert answer.status_code == 200, answer.text
    done, repeated = answer.json()["results"]
    assert done["id"] == school
    assert repeated["problem"]["reason"] == "INSTITUTION_REPEATED"
    assert "สองครั้ง" in repeated["problem"]["title_th"]
    moved = await world.http.post(
        "/v1/institutions/moves",
        json={"moves": [{"institution_id": school, "parent_institution_id": area, "valid_from": "2026-05-16",
                         "provenance": {"source": "test", "status": "demonstration"}}]},
        headers=headers | {"Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    assert moved.json()["results"][0]["problem"] is None
    above = await world.http.get(f"/v1/institutions/{school}/ancestors", headers=headers)
    assert [item["institution_id"] for item in above.json()["institutions"]] == [area]
    changes = (await world.http.get(f"/v1/institutions/{school}/changes", headers=headers)).json()["changes"]
    assert [item["kind"] for item in changes] == ["CHANGED", "CORRECTED", "REGISTERED"]
    found = await world.http.get("/v1/institutions", params={"text": "แก้ชื่อ", "code": world.name}, headers=headers)
    assert [item["aliases"][0]["register"] for item in found.json()["institutions"]] == ["hcode"]
    assert len((await world.http.get("/v1/affiliations", headers=headers)).json()["affiliations"]) == 18
    missing = await world.http.get(f"/v1/institutions/{uuid4()}/ancestors", headers=headers)
    assert (missing.status_code, missing.json()["reason"]) == (404, "INSTITUTION_NOT_FOUND")
