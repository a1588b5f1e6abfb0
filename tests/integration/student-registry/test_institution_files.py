"""Files of institutions and staff over HTTP: dry run, report, same file twice, round trip, wrong files."""

import asyncio
import csv
import io
from uuid import uuid4

import pytest
from chassis.tabular import read_table
from nuaikit.student_registry.v1 import institutions_pb2 as pb
from student_registry.institutions import files
from student_registry.institutions import nuaikit_institutions_1 as layout
from student_registry.institutions import nuaikit_staff_1 as staff

from tests.support.telemetry import captured_logs


def sheet(columns, *rows, encoding="utf-8-sig"):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def row(world, alias, kind="โรงเรียน", **more):
    cells = {layout.LOCAL_ALIAS: world.alias(alias), layout.KIND: kind, layout.NAME_TH: f"โรงเรียน {alias}"}
    return cells | {getattr(layout, name): value for name, value in more.items()}


async def send(world, path, content, *, by=None, dry_run=False, request_id=None, **form):
    answer = await world.http.post(
        f"/v1/{path}",
        files={"file": ("file.csv", content)},
        data=form,
        params={"dry_run": dry_run},
        headers=(by or world.admin).headers | {"Idempotency-Key": request_id or str(uuid4())},
    )
    return answer.status_code, answer.json()


def counts(report):
    return {name: report[name] for name in ("row_count", "accepted", "already_known", "rejected")}


def told(report):
    return [(item["row"], item["column"], item["reason"]) for item in report["rows"]]


async def exported(world, path, by=None, **params):
    answer = await world.http.get(f"/v1/{path}", params=params, headers=(by or world.admin).headers)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_file_is_tried_applied_known_again_and_changed(world):
    children = [
        row(world, f"school-{n}", ADMINISTRATION=world.alias("area"), NETWORK=world.alias("net")) for n in range(3)
    ]
    rows = [*children, row(world, "net", "สหวิทยาเขต"), row(world, "area", "สพม.", OPENED_ON="๐๑/๐๑/๒๕๕๓")]
    content = sheet(layout.COLUMNS, *rows)
    before = await world.value("SELECT count(*) FROM institution")
    status, tried = await send(world, "institution-imports", content, dry_run=True)
    assert (status, counts(tried)) == (200, {"row_count": 5, "accepted": 5, "already_known": 0, "rejected": 0})
    assert await world.value("SELECT count(*) FROM institution") == before
    request_id = str(uuid4())
    _, done = await send(world, "institution-imports", content, request_id=request_id)
    assert counts(done)["accepted"] == 5
    assert (await send(world, "institution-imports", content, request_id=request_id))[1] == done
    events = await world.value("SELECT count(*) FROM outbox")
    _, again = await send(world, "institution-imports", content)
    assert counts(again) == {"row_count": 5, "accepted": 0, "already_known": 5, "rejected": 0}
    assert await world.value("SELECT count(*) FROM outbox") == events
    rows[0][layout.NAME_TH] = "โรงเรียนชื่อใหม่"
    rows[0][layout.CLOSED_ON] = "31/03/2569"
    _, changed = await send(world, "institution-imports", sheet(layout.COLUMNS, *rows, encoding="cp874"))
    assert (changed["encoding"], counts(changed)["accepted"]) == ("cp874", 1)


async def test_report_names_row_column_reason_and_a_thai_sentence(world):
    good = row(world, "good")
    content = sheet(
        layout.COLUMNS,
        good,
        row(world, "kind", "วัด"),
        row(world, "unknown", NETWORK="no-such-code"),
        row(world, "wrong-kind", NETWORK=world.alias("good")),
        row(world, "affiliation", OFFICIAL_CODE="9910720039"),
        row(world, "good"),
        row(world, "date", OPENED_ON="31/02/2560"),
        row(world, "self", ADMINISTRATION=world.alias("self")),
    )
    status, report = await send(world, "institution-imports", content)
    assert status == 200
    assert told(report) == [
        (3, layout.KIND, "VALUE_UNKNOWN"),
        (4, layout.NETWORK, "INSTITUTION_CODE_UNKNOWN"),
        (5, layout.NETWORK, "PARENT_KIND_WRONG"),
        (6, layout.OFFICIAL_CODE, "AFFILIATION_UNKNOWN"),
        (7, layout.LOCAL_ALIAS, "DUPLICATE_ROW"),
        (8, layout.OPENED_ON, "DATE_INVALID"),
        (9, layout.ADMINISTRATION, "INSTITUTION_CODE_UNKNOWN"),
    ]
    assert counts(report) == {"row_count": 8, "accepted": 1, "already_known": 0, "rejected": 7}
    assert all(item["title_th"] for item in report["rows"])


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_export_imports_again_and_changes_nothing(world, file_format):
    code = f"1070{uuid4().int % 10**6:06d}"
    rows = [
        row(world, "area", "สพป."),
        row(world, "centre", "ศูนย์แนะแนว", ADMINISTRATION=world.alias("area")),
        row(world, "formula", ADMINISTRATION=world.alias("area")) | {layout.NAME_TH: "=โรงเรียน"},
        row(world, "school", ADMINISTRATION=world.alias("area"), GUIDANCE=world.alias("centre"), OFFICIAL_CODE=code,
            SMIS=world.alias("smis"), OPENED_ON="16/05/2500", NAME_EN="School", PARENTS_SINCE="16/05/2550"),
    ]  # fmt: skip
    _, done = await send(world, "institution-imports", sheet(layout.COLUMNS, *rows))
    assert counts(done)["accepted"] == 4, done
    request = pb.ListInstitutionsRequest(codes=[world.alias("area")])
    top = (await world.call("ListInstitutions", request, world.admin)).institutions[0].institution_id
    content = await exported(world, "institution-exports", within_institution_id=top, format=file_format)
    table = read_table(content, needed=layout.NEEDED)
    assert table.header == layout.COLUMNS
    assert len(table.rows) == 4
    shown = next(item.cells for item in table.rows if item.cells[layout.OFFICIAL_CODE] == code)
    assert shown[layout.OPENED_ON] == "16/05/2500"
    assert shown[layout.GUIDANCE] == world.alias("centre")
    if file_format == "csv":
        assert "\n=" not in content.decode()
    _, again = await send(world, "institution-imports", content)
    assert counts(again) == {"row_count": 4, "accepted": 0, "already_known": 4, "rejected": 0}


async def test_importers_at_once_make_each_institution_once(world):
    # The loser may look at any moment of the winner's commit, so one round proves little.
    for turn in range(25):
        content = sheet(layout.COLUMNS, *[row(world, f"school-{turn}-{n}") for n in range(20)])
        reports = await asyncio.gather(*(send(world, "institution-imports", content) for _ in range(3)))
        assert all(status == 200 for status, _ in reports)
        assert sum(report["accepted"] for _, report in reports) == 20
        assert sum(report["already_known"] for _, report in reports) == 40
    named = "SELECT count(*) FROM institution WHERE local_alias LIKE 'school-%' AND local_alias LIKE '%' || $1"
    assert await world.value(named, world.name) == 25 * 20


async def test_institution_that_another_importer_adds_meanwhile_is_changed_and_no_conflict(world, monkeypatch):
    first = sheet(layout.COLUMNS, row(world, "school"))
    second = sheet(layout.COLUMNS, row(world, "school", NAME_TH="โรงเรียนใหม่"), row(world, "beside"))
    register, seen = files.register_all, []

    async def overtaken(*arguments, **more):
        if not seen:
            seen.append(True)
            assert counts((await send(world, "institution-imports", first))[1])["accepted"] == 1
        return await register(*arguments, **more)

    monkeypatch.setattr(files, "register_all", overtaken)
    status, report = await send(world, "institution-imports", second)
    assert (status, counts(report)) == (200, {"row_count": 2, "accepted": 2, "already_known": 0, "rejected": 0}), report
    names = await world.rows("SELECT name_th FROM institution WHERE local_alias = $1", world.alias("school"))
    assert [item["name_th"] for item in names] == ["โรงเรียนใหม่"]


async def test_wrong_files_and_callers_are_refused(world):
    teacher = await world.staff("school_registrar", "demo-school")
    good = sheet(layout.COLUMNS, row(world, "x"))
    assert (await send(world, "institution-imports", good, by=teacher))[0] == 403
    assert (await send(world, "staff-imports", good, by=teacher))[0] == 403
    refused = await world.http.get("/v1/staff-exports", headers=teacher.headers)
    assert refused.status_code == 403
    status, problem = await send(world, "institution-imports", good, layout="other")
    assert (status, problem["reason"]) == (422, "LAYOUT_UNKNOWN")
    status, problem = await send(world, "institution-imports", "ชื่อ\nก\n".encode())
    assert (status, problem["reason"]) == (422, "HEADER_MISSING")
    request_id = str(uuid4())
    await send(world, "institution-imports", good, request_id=request_id)
    status, problem = await send(world, "institution-imports", good, request_id=request_id, dry_run=True)
    assert (status, problem["reason"]) == (409, "REQUEST_MISMATCH")


async def test_staff_file_assigns_ends_and_shows_no_account(world):
    account = f"krue-somsri-{uuid4().hex}"

    def line(**more):
        cells = {staff.SUBJECT: account, staff.INSTITUTION: world.alias("demo-school"), staff.ROLE: "school_recorder",
                 staff.VALID_FROM: "16/05/2569"}  # fmt: skip
        return cells | {getattr(staff, name): value for name, value in more.items()}

    content = sheet(
        staff.COLUMNS,
        line(),
        line(ROLE="college_recorder"),
        line(ROLE="king"),
        line(INSTITUTION="no-such-code"),
        line(VALID_FROM=""),
        line(VALID_TO="01/01/2569", ROLE="school_director"),
        line(),
    )
    with captured_logs("student-registry") as lines:
        _, tried = await send(world, "staff-imports", content, dry_run=True)
        assert await world.value("SELECT count(*) FROM staff_assignment a JOIN institution i USING (institution_id)"
                                 " WHERE i.local_alias = $1", world.alias("demo-school")) == 0  # fmt: skip
        _, report = await send(world, "staff-imports", content)
    assert (
        told(report)
        == told(tried)
        == [
            (3, staff.ROLE, "ROLE_NOT_AT_KIND"),
            (4, staff.ROLE, "ROLE_UNKNOWN"),
            (5, staff.INSTITUTION, "INSTITUTION_CODE_UNKNOWN"),
            (6, staff.VALID_FROM, "VALUE_MISSING"),
            (7, staff.VALID_TO, "PERIOD_INVALID"),
            (8, staff.SUBJECT, "DUPLICATE_ROW"),
        ]
    )
    assert counts(report)["accepted"] == 1
    person = world.person(account)
    own = (await world.http.get("/v1/assignments", headers=person.headers)).json()["assignments"]
    assert [item["role"] for item in own] == ["school_recorder"]
    assert counts((await send(world, "staff-imports", sheet(staff.COLUMNS, line())))[1])["already_known"] == 1
    out = (await exported(world, "staff-exports", within_institution_id=world.institutions["demo-school"])).decode()
    assert own[0]["assignment_id"] in out
    assert world.alias("demo-school") in out
    assert account not in f"{out}{report}{lines.texts}{[span.to_json() for span in world.telemetry.spans]}"
    ended = sheet(staff.COLUMNS, line(VALID_TO="30/09/2569"))
    assert counts((await send(world, "staff-imports", ended))[1])["accepted"] == 1
    assert (await world.http.get("/v1/assignments", headers=person.headers)).json()["assignments"] == []
