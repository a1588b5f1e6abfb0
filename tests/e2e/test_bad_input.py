"""Bad input at the files' door: each row is answered with row, column, reason and a Thai sentence; good rows get in."""

from typing import Any
from uuid import uuid4

import httpx
from nuaikit_local.scenario.platform import Person

from tests.e2e.conftest import EXAMPLES, Played


async def send(
    played: Played, who: str, path: str, name: str, *, form: dict[str, str] | None = None, content: bytes | None = None
) -> httpx.Response:
    client = played.platform.client
    person: Person = await client.acting(who, played.world.staff[who]["role"])
    body = content if content is not None else (EXAMPLES / "bad" / name).read_bytes()
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        return await http.post(
            path,
            headers=person.headers | {"Idempotency-Key": str(uuid4())},
            files={"file": (name, body)},
            data=form or {},
        )


def learners(played: Played) -> str:
    return f"{played.platform.client.addresses.registry_http}/v1/learner-imports"


def results(played: Played) -> str:
    return f"{played.platform.client.addresses.bank_http}/v1/result-imports"


def faults(report: dict[str, Any]) -> dict[int, set[tuple[str | None, str]]]:
    found: dict[int, set[tuple[str | None, str]]] = {}
    for row in report["rows"]:
        assert row["title_th"], "every row says in Thai what to do"
        found.setdefault(row["row"], set()).add((row["column"], row["reason"]))
    return found


async def test_wrong_check_digit_and_duplicate_row_are_named_and_the_others_get_in(played: Played) -> None:
    answer = await send(played, "school-recorder", learners(played), "learners-bad-rows.csv")

    report = answer.json()
    assert answer.status_code == 200
    assert faults(report) == {
        3: {("เลขประจำตัวประชาชน", "CITIZEN_ID_CHECK_DIGIT")},
        6: {("เลขประจำตัวประชาชน", "DUPLICATE_ROW")},
    }
    assert (report["row_count"], report["accepted"] + report["already_known"], report["rejected"]) == (5, 3, 2)


async def test_report_shows_no_personal_value(played: Played) -> None:
    answer = await send(played, "school-recorder", learners(played), "learners-bad-rows.csv")

    bad_row = (EXAMPLES / "bad" / "learners-bad-rows.csv").read_text("utf-8-sig").splitlines()[2].split(",")
    assert bad_row[1] not in answer.text
    assert bad_row[4] not in answer.text


async def test_same_bad_file_again_changes_nothing(played: Played) -> None:
    first = (await send(played, "school-recorder", learners(played), "learners-bad-rows.csv")).json()
    second = (await send(played, "school-recorder", learners(played), "learners-bad-rows.csv")).json()

    assert (second["accepted"], second["already_known"]) == (0, first["accepted"] + first["already_known"])
    assert faults(second) == faults(first)


async def test_unknown_course_and_grade_outside_its_scheme_are_named(played: Played) -> None:
    answer = await send(played, "school-recorder", results(played), "results-bad-rows.csv")

    report = answer.json()
    assert faults(report) == {
        3: {("รหัสวิชา", "COURSE_UNKNOWN")},
        4: {("ผลการเรียน", "GRADE_CODE_UNKNOWN")},
        5: {(None, "DUPLICATE_ROW")},
    }
    assert (report["accepted"], report["rejected"]) == (2, 3)


async def test_cp874_row_in_a_utf8_file_is_named_by_column_and_the_utf8_row_gets_in(played: Played) -> None:
    answer = await send(played, "school-recorder", learners(played), "learners-cp874-taken-for-utf8.csv")

    report = answer.json()
    assert report["accepted"] == 1
    assert {reason for faults_of_row in faults(report).values() for _, reason in faults_of_row} == {"ENCODING_NOT_UTF8"}
    assert set(faults(report)) == {3}


async def test_cp874_file_declared_as_utf8_is_answered_row_by_row_with_what_to_do(played: Played) -> None:
    content = (EXAMPLES / "learners-demo-college.cp874.csv").read_bytes()
    answer = await send(
        played, "college-recorder", learners(played), "x.csv", form={"encoding": "utf-8"}, content=content
    )

    report = answer.json()
    assert (answer.status_code, report["accepted"], report["rejected"]) == (200, 0, 24)
    assert {reason for of_row in faults(report).values() for _, reason in of_row} == {"ENCODING_NOT_UTF8"}
    assert "CP874" in report["rows"][0]["title_th"]


async def test_cut_off_file_keeps_its_whole_rows(played: Played) -> None:
    answer = await send(played, "school-recorder", learners(played), "learners-truncated.csv")

    report = answer.json()
    assert report["accepted"] == 1
    assert faults(report) == {3: {(None, "ROW_TRUNCATED")}}


async def test_cut_off_workbook_is_refused_whole_with_a_reason(played: Played) -> None:
    content = (EXAMPLES / "learners-nekkham.xlsx").read_bytes()[:-500]
    answer = await send(played, "nekkham-recorder", learners(played), "x.xlsx", content=content)

    assert answer.status_code == 422
    assert answer.json()["reason"] == "FILE_TRUNCATED"


async def test_dry_run_reports_the_same_and_changes_nothing(played: Played) -> None:
    text = (EXAMPLES / "bad" / "learners-bad-rows.csv").read_text("utf-8-sig")
    content = text.replace("6900", "6990").replace("199991163", "199991173").encode("utf-8-sig")
    dry = await send(played, "school-recorder", learners(played) + "?dry_run=true", "x.csv", content=content)
    again = await send(played, "school-recorder", learners(played) + "?dry_run=true", "x.csv", content=content)

    assert dry.json()["is_dry_run"]
    assert dry.json()["already_known"] == again.json()["already_known"]
    assert faults(dry.json()) == faults(again.json())
