"""Files of results: every row is in or reported, and the same file again changes nothing."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from credit_bank.recording.importing import ImportResults, import_results
from credit_bank.recording.sealing import Seal

from tests.support.credit_calls import balances, journal_types
from tests.support.credit_world import World
from tests.support.identity import SUBJECT_HASH_KEY
from tests.support.plumbing import opened

EXAMPLES = Path(__file__).parents[3] / "examples" / "dual-education"
SEAL = Seal(SUBJECT_HASH_KEY.encode())
HEADER = "เลขประจำตัวนักเรียน,รหัสวิชา,ปีการศึกษา,ภาคเรียน,ครั้งที่,ผลการเรียน,เลขที่หลักฐาน,รุ่น"


async def learners(world: World, *numbers: str) -> dict[str, UUID]:
    made = {number: await world.learner() for number in numbers}
    for number, learner_id in made.items():
        world.registry.student_nos[str(world.school), number] = str(learner_id)
    return made


async def upload(
    world: World,
    content: bytes,
    *,
    who: str = "school-recorder",
    request_id: UUID | None = None,
    query: str = "",
    **form: str,
) -> httpx.Response:
    return await world.http.post(
        f"/v1/result-imports{query}",
        files={"file": ("ผลการเรียน.csv", content)},
        data={"data_status": "demonstration"} | form,
        headers=world.staff[who].headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


async def report(world: World, content: bytes, **how: Any) -> dict[str, Any]:
    answer = await upload(world, content, **how)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def csv(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def faults(found: dict[str, Any]) -> list[tuple[int, str | None, str | None, str]]:
    return [(row["row"], row["column"], row["masked_value"], row["reason"]) for row in found["rows"]]


async def test_file_of_the_scenario_is_taken_and_verified(world: World) -> None:
    content = (EXAMPLES / "results-demo-school.csv").read_bytes()
    numbers = sorted({line.split(",")[0] for line in content.decode("utf-8-sig").splitlines()[1:]})
    made = await learners(world, *numbers)
    found = await report(world, content)
    assert (found["rejected"], found["rows"], found["encoding"]) == (0, [], "utf-8")
    assert found["accepted"] == found["row_count"] == len(content.decode("utf-8-sig").splitlines()) - 1
    rows = await world.fetch("SELECT entry_id, status, source FROM entry")
    assert {(row["status"], row["source"]) for row in rows} == {("demonstration", "file, layout nuaikit-results-1")}
    await world.verify([row["entry_id"] for row in rows])
    assert (await balances(world, made["68001"]))["BANK", "AVAILABLE"] == 100 + 50 + 50 + 50


async def test_bad_rows_are_reported_with_row_column_and_reason_and_the_good_rows_are_in(world: World) -> None:
    await learners(world, "68001", "68002", "68003", "68004")
    found = await report(world, (EXAMPLES / "bad" / "results-bad-rows.csv").read_bytes())
    assert faults(found) == [
        (3, "รหัสวิชา", "ท99999", "COURSE_UNKNOWN"),
        (4, "ผลการเรียน", "4.5", "GRADE_CODE_UNKNOWN"),
        (5, None, None, "DUPLICATE_ROW"),
    ]
    assert (found["row_count"], found["accepted"], found["rejected"]) == (5, 2, 3)
    assert "ทะเบียนรายวิชา" in found["rows"][0]["title_th"]
    assert await world.fetchval("SELECT count(*) FROM entry") == 2


async def test_same_file_again_changes_nothing(world: World) -> None:
    made = await learners(world, "68001")
    content = csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,", "68001,ค31101,2568,1,,๓.๕,ทดสอบ 2,")
    request_id = uuid4()
    first = await report(world, content, request_id=request_id)
    assert (first["accepted"], first["already_known"]) == (2, 0)
    assert await report(world, content, request_id=request_id) == first, "the same request, the same answer"
    again = await report(world, content)
    assert (again["accepted"], again["already_known"], again["rejected"]) == (2, 2, 0)
    assert await journal_types(world, made["68001"]) == ["credit.recorded"] * 2
    assert await world.fetchval("SELECT count(*) FROM result_import") == 2


async def test_request_id_is_not_taken_for_another_file(world: World) -> None:
    await learners(world, "68001")
    request_id = uuid4()
    await report(world, csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,"), request_id=request_id)
    answer = await upload(world, csv("68001,ท31101,2568,1,1,4,ทดสอบ 1,"), request_id=request_id)
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.CONFLICT, "REQUEST_MISMATCH")


async def test_rehearsal_says_what_would_happen_and_changes_nothing(world: World) -> None:
    made = await learners(world, "68001")
    content = csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,", "68009,ท31101,2568,1,1,3,ทดสอบ 1,")
    request_id = uuid4()
    rehearsed = await report(world, content, request_id=request_id, query="?dry_run=true")
    assert (rehearsed["is_dry_run"], rehearsed["accepted"], rehearsed["rejected"]) == (True, 1, 1)
    assert await world.fetchval("SELECT count(*) FROM entry") == 0
    assert await journal_types(world, made["68001"]) == []
    done = await report(world, content, request_id=request_id)
    assert (done["accepted"], done["already_known"]) == (1, 0)


async def test_every_way_in_which_a_row_can_be_wrong_is_told(world: World) -> None:
    await learners(world, "68001")
    elsewhere = await world.learner((world.college, "PRIMARY", "FORMAL"))
    world.registry.student_nos[str(world.school), "6800777"] = str(elsewhere)
    await report(world, csv("68001,ศ31101,2568,1,1,1,ทดสอบ 1,"))
    found = await report(
        world,
        csv(
            ",ท31101,2568,1,1,3,ทดสอบ 1,",
            "6899999,ท31101,2568,1,1,3,ทดสอบ 1,",
            "68001,ท31101,2025,1,1,3,ทดสอบ 1,",
            "68001,ท31101,2568,5,1,3,ทดสอบ 1,",
            "68001,ท31101,2568,1,x,3,ทดสอบ 1,",
            "6800777,ท31101,2568,1,1,3,ทดสอบ 1,",
            "68001,ศ31101,2568,1,1,4,ทดสอบ 1,",
            "68001,ท31101,2568,1,1,3,ทดสอบ 1,ไม่มีรุ่นนี้",
            "68001,ท31101,2568,1,1,3",
            "68001,ค31101,2568,1,1,3,ทดสอบ 1,",
        ),
    )
    assert faults(found) == [
        (2, "เลขประจำตัวนักเรียน", None, "VALUE_MISSING"),
        (3, "เลขประจำตัวนักเรียน", "…9999", "LEARNER_UNKNOWN"),
        (4, "ปีการศึกษา", "2025", "YEAR_INVALID"),
        (5, "ภาคเรียน", "5", "TERM_INVALID"),
        (6, "ครั้งที่", "x", "ATTEMPT_INVALID"),
        (7, "เลขประจำตัวนักเรียน", "…0777", "LEARNER_NOT_ENROLLED"),
        (8, "ผลการเรียน", "4", "ENTRY_EXISTS_DIFFERENT"),
        (9, "รุ่น", "ไม่มีรุ่นนี้", "OFFERING_UNKNOWN"),
        (10, None, None, "COLUMN_COUNT"),
    ]
    assert (found["row_count"], found["accepted"], found["rejected"]) == (10, 1, 9)


async def test_cut_off_file_gives_its_whole_rows_and_names_the_cut_one(world: World) -> None:
    await learners(world, "68001")
    whole = csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,", "68001,ค31101,2568,1,1,3,ทดสอบ 2,")
    found = await report(world, whole[: -len(",ทดสอบ 2,".encode())])
    assert faults(found) == [(3, None, None, "ROW_TRUNCATED")]
    assert found["accepted"] == 1


async def test_cp874_with_thai_digits_is_read(world: World) -> None:
    await learners(world, "68001")
    found = await report(world, csv("๖๘๐๐๑,ท๓๑๑๐๑,๒๕๖๘,๑,๑,๓,ทดสอบ ๑,").decode().encode("cp874"))
    assert (found["encoding"], found["accepted"], found["rejected"]) == ("cp874", 1, 0)


async def test_cp874_taken_for_utf8_is_told_for_each_cell(world: World) -> None:
    await learners(world, "68001")
    rows = "68001,ท31101,2568,1,1,3,ทดสอบ 1,".encode("cp874")
    mixed = HEADER.encode() + b"\n" + rows + b"\n" + "68001,ค31101,2568,1,1,3,ทดสอบ 2,".encode()
    found = await report(world, mixed)
    assert {(fault[0], fault[3]) for fault in faults(found)} == {(2, "ENCODING_NOT_UTF8")}
    assert found["accepted"] == 1
    whole = csv("68001,ศ31101,2568,1,1,3,ทดสอบ 1,").decode().encode("cp874")
    declared = await report(world, whole, encoding="utf-8")
    assert [(fault[1], fault[3]) for fault in faults(declared)] == [
        ("รหัสวิชา", "ENCODING_NOT_UTF8"),
        ("เลขที่หลักฐาน", "ENCODING_NOT_UTF8"),
    ]
    assert declared["accepted"] == 0


@pytest.mark.parametrize(
    ("content", "form", "reason"),
    [
        (b"", {}, "FILE_EMPTY"),
        (HEADER.encode(), {}, "FILE_EMPTY"),
        (b"PK\x03\x04 cut off", {}, "FILE_TRUNCATED"),
        (b"\x00\x01\x02", {}, "FILE_UNREADABLE"),
        ("ชื่อ,เกรด\nก,4".encode(), {}, "HEADER_MISSING"),
        (csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,"), {"layout": "dmc-9"}, "LAYOUT_UNKNOWN"),
    ],
)
async def test_file_that_cannot_be_read_is_refused_whole(
    world: World, content: bytes, form: dict[str, str], reason: str
) -> None:
    answer = await upload(world, content, **form)
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, reason)


async def test_file_for_another_institution_or_by_another_role_is_refused(world: World) -> None:
    content = csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,")
    elsewhere = await upload(world, content, institution_id=str(world.college))
    assert elsewhere.status_code == httpx.codes.NOT_FOUND
    registrar = await upload(world, content, who="school-registrar")
    assert registrar.json()["reason"] == "PERMISSION_MISSING"


async def test_file_waits_while_the_registry_is_away(world: World) -> None:
    await learners(world, "68001")
    content = csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,")
    request_id = uuid4()
    await world.registry.stop()
    answer = await upload(world, content, request_id=request_id)
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.SERVICE_UNAVAILABLE, "UNAVAILABLE")
    assert "Retry-After" in answer.headers
    await world.registry_returns()
    assert (await report(world, content, request_id=request_id))["accepted"] == 1


async def test_code_that_two_courses_share_is_not_guessed(world: World) -> None:
    await learners(world, "68001")
    await world.execute(
        "INSERT INTO course SELECT uuidv7(), 1, code_system, code, 'OBEC-2551', owner_institution_id, title_th,"
        " title_en, unit, credit_hundredths, hours_total, tpn, category, subject_type, subject_group, outcomes, source,"
        " status, effective_from, source_version, facts_hash, published_at FROM course WHERE code = 'ท31101'"
    )
    found = await report(world, csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,"))
    assert faults(found) == [(2, "รหัสวิชา", "ท31101", "COURSE_AMBIGUOUS")]


async def test_short_course_rows_find_their_offering(world: World) -> None:
    owner = str(world.college)
    key = {
        "code_system": "SHORT",
        "code": "RB-SHORT-1",
        "curriculum_version": "RB-2568",
        "owner_institution_id": owner,
    }
    provenance = {"source": "002:1015", "status": "confirmed"}
    headers = world.staff["college-registrar"].headers
    for path, body in (
        ("courses", {"courses": [{"key": key, "title_th": "จับจีบและผูกผ้า", "provenance": provenance}]}),
        (
            "offerings",
            {
                "offerings": [
                    {
                        "reference": "รุ่น 1",
                        "course": key,
                        "institution_id": owner,
                        "year_be": 2568,
                        "term": 1,
                        "provenance": provenance,
                    }
                ]
            },
        ),
    ):
        answer = await world.http.post(f"/v1/{path}", json=body, headers=headers | {"Idempotency-Key": str(uuid4())})
        assert answer.json()["results"][0]["problem"] is None, answer.text
    learner_id = await world.learner((world.college, "SHORT_COURSE", "NONFORMAL"))
    world.registry.student_nos[owner, "S68024"] = str(learner_id)
    rows = ("S68024,RB-SHORT-1,2568,1,1,ผ,เกียรติบัตร 1,รุ่น 1", "S68024,RB-SHORT-1,2568,1,2,ผ,เกียรติบัตร 2,")
    found = await report(world, csv(*rows), who="college-recorder")
    assert faults(found) == [(3, "รุ่น", "", "OFFERING_UNKNOWN")]
    [entry_id] = [row["entry_id"] for row in await world.fetch("SELECT entry_id FROM entry")]
    await world.verify([entry_id], "college-registrar")
    kinds = await world.fetch("SELECT kind, document_no FROM evidence")
    assert [tuple(row) for row in kinds] == [("CERTIFICATE", "เกียรติบัตร 1")]


async def test_large_file_goes_in_parts_and_all_of_it_is_in(world: World) -> None:
    made = await learners(world, *(f"68{n:03d}" for n in range(50)))
    rows = [f"{number},ท31101,2568,1,{attempt},3,ทดสอบ 1," for number in made for attempt in range(1, 31)]
    found = await report(world, csv(*rows))
    assert (found["accepted"], found["rejected"]) == (1_500, 0)
    assert (await report(world, csv(*rows)))["already_known"] == 1_500


async def test_report_never_shows_more_than_the_end_of_a_number(world: World) -> None:
    found = await report(world, csv("1234567890121,ท31101,2568,1,1,3,ทดสอบ 1,"))
    assert "12345" not in str(found)


async def test_columns_that_have_moved_show_nobodys_number_or_name(world: World) -> None:
    await learners(world, "68001")
    found = await report(
        world,
        csv(
            "68001,1234567890121,2568,1,1,3,ทดสอบ 1,",
            "68001,๑๒๓๔๕๖๗๘๙๐๑๒๑,2568,1,1,3,ทดสอบ 1,",
            "68001,ค31101,2568,1,1,1-2345-67890-12-1,ทดสอบ 1,",
            "68001,ค31101,2568,1,1,สมมติ ใจดี,ทดสอบ 1,",
            "68001,ค31101,2568,1,1234567890121,3,ทดสอบ 1,",
            "68001,ค31101,2568,1,1,3,ทดสอบ 1,6800177",
            "68001,20000-9999,2568,1,1,3,ทดสอบ 1,",
        ),
    )
    assert faults(found) == [
        (2, "รหัสวิชา", "…0121", "COURSE_UNKNOWN"),
        (3, "รหัสวิชา", "…๐๑๒๑", "COURSE_UNKNOWN"),
        (4, "ผลการเรียน", "…12-1", "GRADE_CODE_UNKNOWN"),
        (5, "ผลการเรียน", "…", "GRADE_CODE_UNKNOWN"),
        (6, "ครั้งที่", "…0121", "ATTEMPT_INVALID"),
        (7, "รุ่น", "…0177", "OFFERING_UNKNOWN"),
        (8, "รหัสวิชา", "20000-9999", "COURSE_UNKNOWN"),
    ]


async def test_two_who_send_one_file_at_once_need_one_connection_each(world: World) -> None:
    """The second to come is answered with the first one's report, also where no other connection is free."""
    await learners(world, "68001")
    actor, request_id = world.staff["school-recorder"].actor, uuid4()

    def command() -> ImportResults:
        file = io.BytesIO(csv("68001,ท31101,2568,1,1,3,ทดสอบ 1,"))
        return ImportResults(request_id, world.school, "nuaikit-results-1", file, None, None, "demonstration", False)

    async with opened(world.dsn, size_max=2) as pool, asyncio.timeout(20):
        found = await asyncio.gather(
            *(
                import_results(pool, world.bank_registry, SEAL, command(), actor=actor, now=datetime.now(UTC))
                for _ in range(4)
            )
        )
    assert len({one.import_id for one in found}) == 1
