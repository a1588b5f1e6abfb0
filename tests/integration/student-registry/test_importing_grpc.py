"""Imports, rounds and layouts over gRPC: the same answers as over HTTP, and nothing of another institution."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import imports_pb2 as pb

COLUMNS = ("เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล", "บทบาท", "ชั้น", "วันเริ่มเรียน (พ.ศ.)")


def file_of(rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def send(world, person, content, **form):
    answer = await world.http.post(
        "/v1/learner-imports",
        headers=person.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.csv", content)},
        data=form,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_held_file_is_followed_and_applied(world, build, registrar):
    number = build.citizen_id()
    known = [1, number, "กมลชนก", "ใจดี", "หลัก", "M.4", "16/05/2568"]
    await send(world, registrar, file_of([known]))
    rows = [[*known[:5], "M.5", known[6]], [2, build.citizen_id(), "ขวัญ", "ใจดี", "หลัก", "M.4", "16/05/2568"]]
    held = await send(world, registrar, file_of([*rows, [3, "", "", "", "หลัก", "M.4", "x"]]), hold="true")
    import_id = held["import_id"]
    report = (await world.call("GetImport", pb.GetImportRequest(import_id=import_id), registrar)).report
    assert (report.state, report.is_held, report.row_count, report.rejected) == ("READY", True, 3, 1)
    assert dict(report.differences) == held["differences"] == {"NEW": 1, "CHANGED": 1}
    assert report.fault_count == held["rejected_cells"] == 2

    first = await world.call(
        "ListImportFaults", pb.ListImportFaultsRequest(import_id=import_id, page_size=1), registrar
    )
    rest = pb.ListImportFaultsRequest(import_id=import_id, after=first.next_after)
    second = await world.call("ListImportFaults", rest, registrar)
    assert not second.HasField("next_after")
    assert [(item.row, item.column, item.reason) for item in [*first.faults, *second.faults]] == [
        (item["row"], item["column"], item["reason"]) for item in held["rows"]
    ]

    request = pb.ListImportDifferencesRequest(import_id=import_id, kind="CHANGED")
    (changed,) = (await world.call("ListImportDifferences", request, registrar)).differences
    (change,) = changed.changes
    assert (changed.position, change.field, change.before, change.after) == (2, "grade_label", "M.4", "M.5")
    assert number not in str(changed)
    for _ in range(2):
        applied = await world.call(
            "ApplyImport", pb.ApplyImportRequest(request_id=str(uuid4()), import_id=import_id), registrar
        )
        assert (applied.report.state, applied.report.accepted) == ("DONE", 2)


async def test_import_of_another_institution_does_not_exist_and_wrong_words_are_refused(world, build, registrar):
    row = [1, build.citizen_id(), "กมลชนก", "ใจดี", "หลัก", "M.4", "16/05/2568"]
    import_id = (await send(world, registrar, file_of([row])))["import_id"]
    other = await world.staff("school_registrar", "other-school")
    for method, request in (
        ("GetImport", pb.GetImportRequest(import_id=import_id)),
        ("ApplyImport", pb.ApplyImportRequest(request_id=str(uuid4()), import_id=import_id)),
        ("ListImportFaults", pb.ListImportFaultsRequest(import_id=import_id)),
        ("ListImportDifferences", pb.ListImportDifferencesRequest(import_id=import_id, kind="NEW")),
    ):
        assert await world.refused(method, request, other) == ("NOT_FOUND", "IMPORT_NOT_FOUND")
    for method, request in (
        ("GetImport", pb.GetImportRequest(import_id="x")),
        ("ListImportFaults", pb.ListImportFaultsRequest(import_id=import_id, after=-1)),
        ("ListImportFaults", pb.ListImportFaultsRequest(import_id=import_id, page_size=1_001)),
        ("ListImportDifferences", pb.ListImportDifferencesRequest(import_id=import_id, kind="LOST")),
        ("OpenImportRound", pb.OpenImportRoundRequest(request_id=str(uuid4()), academic_year_be=2026, kind="JUNE_10")),
        ("ListImportRounds", pb.ListImportRoundsRequest(stage="LOST")),
        (
            "AdvanceImportRounds",
            pb.AdvanceImportRoundsRequest(request_id=str(uuid4()), round_ids=[str(uuid4())], stage="OPEN"),
        ),
    ):
        assert await world.refused(method, request, registrar) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_rounds_are_opened_listed_in_pages_and_advanced(world, registrar):
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("school", parent="area")
    at_school = await world.staff("school_registrar", "school")
    officer = await world.staff("area_officer", "area")
    opened = []
    for year, kind in ((2569, "NOVEMBER_10"), (2569, "JUNE_10"), (2568, "JUNE_10")):
        request = pb.OpenImportRoundRequest(request_id=str(uuid4()), academic_year_be=year, kind=kind)
        opened.append((await world.call("OpenImportRound", request, at_school)).round)
        assert (await world.call("OpenImportRound", request, at_school)).round == opened[-1]
    listed, token = [], ""
    while True:
        request = pb.ListImportRoundsRequest(page_size=2, page_token=token)
        page = await world.call("ListImportRounds", request, officer)
        listed += page.rounds
        token = page.next_page_token
        if not token:
            break
    assert listed == opened
    first = (await world.http.get("/v1/import-rounds?page_size=1", headers=officer.headers)).json()
    path = f"/v1/import-rounds?page_size=2&page_token={first['next_page_token']}"
    rest = (await world.http.get(path, headers=officer.headers)).json()
    assert [item["round_id"] for item in [*first["rounds"], *rest["rounds"]]] == [item.round_id for item in opened]
    assert rest["next_page_token"] is None
    confirm = pb.AdvanceImportRoundsRequest(request_id=str(uuid4()), round_ids=[opened[1].round_id], stage="CONFIRMED")
    (outcome,) = (await world.call("AdvanceImportRounds", confirm, registrar)).outcomes
    assert outcome.problem.reason == "ROUND_NOT_FOUND"
    (outcome,) = (await world.call("AdvanceImportRounds", confirm, at_school)).outcomes
    assert not outcome.HasField("problem")
    request = pb.ListImportRoundsRequest(stage="CONFIRMED", academic_year_be=2569)
    (confirmed,) = (await world.call("ListImportRounds", request, officer)).rounds
    assert (confirmed.round_id, confirmed.learner_count) == (opened[1].round_id, 0)
    assert confirmed.HasField("confirmed_at")
    assert not confirmed.HasField("certified_at")


async def test_layout_of_another_owner_is_published_once_and_listed(world, build, registrar):
    provenance = type(build.provenance)()
    provenance.CopyFrom(build.provenance)
    provenance.version = "1"
    provenance.effective_from.CopyFrom(build.date(date(2020, 1, 1)))
    columns = dict(zip(COLUMNS, ("ID", "CID", "FIRST", "LAST", None, "CLASS", "START"), strict=True))
    layout = pb.ImportLayout(name=f"owner-{uuid4().hex[:8]}", base="nuaikit-learners-1", provenance=provenance)
    for ours, theirs in columns.items():
        layout.definition[ours].CopyFrom(
            pb.ImportLayoutColumn(source=theirs) if theirs else pb.ImportLayoutColumn(constant="หลัก")
        )
    layout.definition["ชั้น"].values["4"] = "M.4"
    request = pb.PublishImportLayoutRequest(request_id=str(uuid4()), layout=layout)
    assert not (await world.call("PublishImportLayout", request, world.admin)).already_done
    assert (await world.call("PublishImportLayout", request, world.admin)).already_done
    assert await world.refused("PublishImportLayout", request, registrar) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    listed = (await world.call("ListImportLayouts", pb.ListImportLayoutsRequest(), registrar)).layouts
    assert layout in listed
    request.layout.provenance.ClearField("version")
    assert await world.refused("PublishImportLayout", request, world.admin) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    header = "ID,CID,FIRST,LAST,CLASS,START\n"
    taken = await send(
        world, registrar, f"{header}1,{build.citizen_id()},กมล,ใจดี,4,16/05/2568\n".encode(), layout=layout.name
    )
    assert (taken["accepted"], taken["rejected"]) == (1, 0)
