"""Large files of results: taken at once, recorded beside the request, and finished whoever dies meanwhile."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import xlsxwriter
from chassis.ids import uuid7
from chassis.pg import transaction
from chassis.tabular import read_table
from credit_bank.recording import import_running, importing, store_imports
from credit_bank.recording.import_running import LeaseLostError
from credit_bank.recording.sealing import Seal

from tests.support.credit_calls import get, journal_types
from tests.support.credit_world import World
from tests.support.identity import SUBJECT_HASH_KEY

PLAIN = "เลขประจำตัวนักเรียน,รหัสวิชา,ปีการศึกษา,ภาคเรียน,ครั้งที่,ผลการเรียน,เลขที่หลักฐาน"
SEAL = Seal(SUBJECT_HASH_KEY.encode())


async def learners(world: World, count: int) -> dict[str, UUID]:
    made = {f"68{number:03d}": await world.learner() for number in range(count)}
    for number, learner_id in made.items():
        world.registry.student_nos[str(world.school), number] = str(learner_id)
    return made


def file_of(numbers: dict[str, UUID], *, attempts: int, bad: tuple[str, ...] = ()) -> bytes:
    """A row for each learner and attempt, and rows that cannot be recorded."""
    rows = [f"{number},ท31101,2568,1,{attempt},3,ทดสอบ 1" for number in numbers for attempt in range(1, attempts + 1)]
    return "\n".join([PLAIN, *rows, *bad]).encode()


async def send(
    world: World, content: bytes, *, request_id: UUID | None = None, name: str = "ผล.csv", query: str = ""
) -> httpx.Response:
    return await world.http.post(
        f"/v1/result-imports{query}",
        files={"file": (name, content)},
        data={"data_status": "demonstration"},
        headers=world.staff["school-recorder"].headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


async def far(world: World, import_id: str) -> dict[str, Any]:
    return (await get(world, f"result-imports/{import_id}", "school-recorder")).json()


async def work(world: World) -> bool:
    return await import_running.work_once(world.pool, world.bank_registry, SEAL)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of more than three rows are recorded beside the request, in parts of four results."""
    monkeypatch.setattr(importing, "INLINE_ROWS_MAX", 3)
    monkeypatch.setattr("credit_bank.recording.import_rows.PART_RESULTS_MAX", 4)


async def test_large_file_is_answered_with_how_far_it_is(world: World) -> None:
    made = await learners(world, 50)
    content = file_of(made, attempts=50, bad=("68999,ท31101,2568,1,1,3,ทดสอบ 1",))
    request_id = uuid4()
    answer = await send(world, content, request_id=request_id)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    begun = answer.json()
    assert answer.headers["location"] == f"/v1/result-imports/{begun['import_id']}"
    assert (begun["state"], begun["row_count"], begun["rows_done"], begun["rejected"]) == ("RUNNING", 2_501, 1, 1)
    assert await world.fetchval("SELECT count(*) FROM entry") == 0
    early = await get(world, f"result-imports/{begun['import_id']}/rejected-rows", "school-recorder")
    assert (early.status_code, early.json()["reason"]) == (httpx.codes.CONFLICT, "IMPORT_NOT_FINISHED")
    early = await get(world, f"result-imports/{begun['import_id']}/faults", "school-recorder")
    assert (early.status_code, early.json()["reason"]) == (httpx.codes.CONFLICT, "IMPORT_NOT_FINISHED")
    again = await send(world, content, request_id=request_id)
    assert (again.status_code, again.json()) == (httpx.codes.ACCEPTED, begun), "the same request is the same file"
    assert await work(world)
    assert not await work(world), "nothing is left"
    done = await far(world, begun["import_id"])
    assert (done["state"], done["rows_done"], done["accepted"], done["rejected"]) == ("DONE", 2_501, 2_500, 1)
    assert await world.fetchval("SELECT count(*) FROM entry") == 2_500
    assert await world.fetchval("SELECT count(*) FROM result_import_part") == 0, "nothing of the rows is kept"
    whole = await send(world, content, request_id=request_id)
    assert (whole.status_code, whole.json()) == (httpx.codes.OK, done)


@pytest.mark.usefixtures("few_at_once")
async def test_process_that_dies_between_recording_and_marking_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await learners(world, 3)
    bad = ("68000,ค31101,2568,1,1,9,ทดสอบ 1", "68000,ท31101,2568,1,2,4,ทดสอบ 1")
    begun = (await send(world, file_of(made, attempts=4, bad=bad))).json()
    assert begun["state"] == "RUNNING"
    mark = store_imports.add_done
    deaths = iter([1, 3])
    die_at = next(deaths)

    async def dies(connection: Any, import_id: UUID, **how: Any) -> bool:
        nonlocal die_at
        if how["part"] == die_at:
            die_at = next(deaths, 0)
            raise asyncio.CancelledError  # as a process that was killed: nothing after the recording is done
        return await mark(connection, import_id, **how)

    monkeypatch.setattr(store_imports, "add_done", dies)
    for _ in range(2):
        with pytest.raises(asyncio.CancelledError):
            await work(world)
        assert not await work(world), "its lease is still the dead one's"
        await world.execute("UPDATE result_import SET lease_until = clock_timestamp() - interval '1 second'")
    assert await work(world)
    done = await far(world, begun["import_id"])
    assert (done["state"], done["row_count"], done["rows_done"]) == ("DONE", 14, 14)
    assert (done["accepted"], done["already_known"], done["rejected"]) == (12, 0, 2), "counted as if nobody had died"
    assert [(row["row"], row["reason"]) for row in done["rows"]] == [
        (14, "GRADE_CODE_UNKNOWN"),
        (15, "DUPLICATE_ROW"),
    ]
    for learner_id in made.values():
        assert await journal_types(world, learner_id) == ["credit.recorded"] * 4


@pytest.mark.usefixtures("few_at_once")
async def test_who_lost_the_lease_marks_nothing(world: World) -> None:
    made = await learners(world, 2)
    begun = (await send(world, file_of(made, attempts=4))).json()
    old, new = uuid7(), uuid7()
    async with transaction(world.pool) as connection:
        assert await store_imports.take(connection, lease=old, keep=timedelta(0)) == UUID(begun["import_id"])
    async with transaction(world.pool) as connection:
        assert await store_imports.take(connection, lease=new, keep=timedelta(minutes=1))
    with pytest.raises(LeaseLostError):
        await import_running.advance(world.pool, world.bank_registry, SEAL, UUID(begun["import_id"]), lease=old)
    assert (await far(world, begun["import_id"]))["rows_done"] == 0
    await import_running.advance(world.pool, world.bank_registry, SEAL, UUID(begun["import_id"]), lease=new)
    assert (await far(world, begun["import_id"]))["accepted"] == 8


@pytest.mark.usefixtures("few_at_once")
async def test_several_workers_share_files_and_every_row_is_in_once(world: World) -> None:
    made = await learners(world, 4)
    contents = [file_of({number: made[number]}, attempts=9) for number in made]
    contents.append(file_of(made, attempts=9))
    begun = [(await send(world, content)).json()["import_id"] for content in contents]

    async def until_nothing_is_left() -> None:
        while await work(world):
            pass

    await asyncio.gather(*(until_nothing_is_left() for _ in range(3)))
    reports = [await far(world, import_id) for import_id in begun]
    assert [report["state"] for report in reports] == ["DONE"] * 5
    assert sum(report["accepted"] - report["already_known"] for report in reports) == 36
    for learner_id in made.values():
        assert await journal_types(world, learner_id) == ["credit.recorded"] * 9


@pytest.mark.usefixtures("few_at_once")
async def test_dry_run_of_a_large_file_changes_nothing_and_tells_all(world: World) -> None:
    made = await learners(world, 2)
    stranger = await world.learner((world.stranger, "PRIMARY", "FORMAL"))
    world.registry.student_nos[str(world.school), "68777"] = str(stranger)
    request_id = uuid4()
    content = file_of(made, attempts=4, bad=("68777,ท31101,2568,1,1,3,ทดสอบ 1",))
    begun = (await send(world, content, request_id=request_id, query="?dry_run=true")).json()
    assert await work(world)
    told = await far(world, begun["import_id"])
    assert (told["state"], told["is_dry_run"], told["accepted"], told["rejected"]) == ("DONE", True, 8, 1)
    assert told["rows"][0]["reason"] == "LEARNER_NOT_ENROLLED"
    assert await world.fetchval("SELECT count(*) FROM entry") == 0
    assert (await get(world, "result-imports", "school-recorder")).json()["imports"] == []
    real = (await send(world, content, request_id=request_id)).json()
    assert await work(world)
    assert (await far(world, real["import_id"]))["accepted"] == 8


@pytest.mark.usefixtures("few_at_once")
async def test_file_waits_for_the_registry_and_is_finished_when_it_answers(world: World) -> None:
    made = await learners(world, 1)
    late = await world.learner(is_copied=False)
    world.registry.student_nos[str(world.school), "68888"] = str(late)
    rows = tuple(f"68888,{code},2568,1,1,3,ทดสอบ 1" for code in ("ค31101", "พ31101", "ศ31101"))
    begun = (await send(world, file_of(made, attempts=4, bad=rows))).json()
    await world.registry.stop()
    with pytest.raises(Exception, match="registry"):
        await work(world)
    stopped = await far(world, begun["import_id"])
    assert (stopped["state"], stopped["rows_done"], stopped["accepted"]) == ("RUNNING", 4, 4), "known ones are in"
    assert not await work(world), "others have their turn meanwhile"
    await world.registry_returns()
    await world.execute("UPDATE result_import SET lease_until = NULL")
    assert await work(world)
    done = await far(world, begun["import_id"])
    assert (done["accepted"], done["already_known"]) == (7, 0)


@pytest.mark.usefixtures("few_at_once")
async def test_rows_that_did_not_wait_for_the_registry_are_new_and_not_known(world: World) -> None:
    made = await learners(world, 1)
    late = await world.learner(is_copied=False)
    world.registry.student_nos[str(world.school), "68888"] = str(late)
    rows = ("68000,ท31101,2568,1,3,3,x", "68888,ท31101,2568,1,1,3,ทดสอบ 1", "68000,พ31101,2568,1,1,77,x")
    begun = (await send(world, file_of(made, attempts=2, bad=rows))).json()
    await world.registry.stop()
    with pytest.raises(Exception, match="registry"):
        await work(world)
    stopped = await far(world, begun["import_id"])
    assert (stopped["state"], stopped["rows_done"], stopped["accepted"], stopped["rejected"]) == ("RUNNING", 4, 3, 1)
    await world.registry_returns()
    await world.execute("UPDATE result_import SET lease_until = NULL")
    assert await work(world)
    done = await far(world, begun["import_id"])
    assert (done["state"], done["rows_done"], done["accepted"]) == ("DONE", 5, 4)
    assert (done["already_known"], done["rejected"], done["fault_count"]) == (0, 1, 1)
    assert await world.fetchval("SELECT count(*) FROM entry") == 4


@pytest.mark.usefixtures("few_at_once")
async def test_file_on_which_the_recording_fails_is_set_aside_and_says_so(world: World) -> None:
    made = await learners(world, 2)
    poisoned = (await send(world, file_of(made, attempts=4))).json()["import_id"]
    # What no code of ours writes: nothing is known of such a layout.
    await world.execute("UPDATE result_import SET layout = 'none' WHERE import_id::text = $1", poisoned)
    good = (await send(world, file_of(made, attempts=4))).json()["import_id"]
    assert await work(world)
    seen = await far(world, poisoned)
    assert (seen["state"], seen["reason"]) == ("FAILED", "INTERNAL")
    assert "ระบบ" in seen["title_th"]
    assert await world.fetchval("SELECT count(*) FROM result_import_part WHERE import_id::text = $1", poisoned) == 0
    assert await work(world), "the next one has its turn at once"
    seen = await far(world, good)
    assert (seen["state"], seen["reason"], seen["accepted"]) == ("DONE", "", 8)
    assert not await work(world)


async def test_workbook_gives_its_rejected_rows_back_as_a_workbook(world: World) -> None:
    made = await learners(world, 1)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    rows = (
        PLAIN.split(","),
        ["68000", "ท31101", "2568", "1", "1", "3", "ทดสอบ 1"],
        ["68000", "=1+1", "2568", "1", "1", "3", "ทดสอบ 2"],
    )
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell)
    book.close()
    found = (await send(world, buffer.getvalue(), name="ผล.xlsx")).json()
    assert (found["encoding"], found["accepted"], found["rejected"]) == ("xlsx", 1, 1)
    answer = await get(world, f"result-imports/{found['import_id']}/rejected-rows", "school-recorder")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    table = read_table(answer.content, needed=PLAIN.split(","))
    assert [(row.cells["รหัสวิชา"], row.cells["รหัสเหตุผล"]) for row in table.rows] == [("=1+1", "COURSE_UNKNOWN")]
    mended = answer.content
    again = (await send(world, mended, name="แก้.xlsx")).json()
    assert [row["reason"] for row in again["rows"]] == ["COURSE_UNKNOWN"]
    assert made


async def test_all_faults_come_in_pages_and_rejected_rows_go_after_a_month(world: World) -> None:
    bad = tuple(f"69{number:04d},ท31101,2568,1,1,3,ทดสอบ 1" for number in range(1_500))
    found = (await send(world, file_of({}, attempts=0, bad=bad))).json()
    assert (found["state"], found["rejected"], found["fault_count"], len(found["rows"])) == (
        "DONE",
        1_500,
        1_500,
        1_000,
    )
    path = f"result-imports/{found['import_id']}"
    first = (await get(world, f"{path}/faults", "school-recorder")).json()
    second = (await get(world, f"{path}/faults?after={first['next_after']}", "school-recorder")).json()
    assert [row["row"] for row in first["rows"] + second["rows"]] == list(range(2, 1_502))
    assert second["next_after"] is None
    text = (await get(world, f"{path}/rejected-rows", "school-recorder")).content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(text))][1:] == [row.partition(",")[0] for row in bad]
    await world.execute("UPDATE result_import_rejected SET kept_since = kept_since - interval '31 days'")
    assert not await work(world)
    gone = await get(world, f"{path}/rejected-rows", "school-recorder")
    assert (gone.status_code, gone.json()["reason"]) == (httpx.codes.CONFLICT, "REJECTED_ROWS_GONE")


async def test_dry_run_goes_after_a_month_and_what_was_brought_in_stays(world: World) -> None:
    made = await learners(world, 1)
    content = file_of(made, attempts=1, bad=("68999,ท31101,2568,1,1,3,ทดสอบ 1",))
    tried = (await send(world, content, query="?dry_run=true")).json()
    young = (await send(world, content, query="?dry_run=true")).json()
    real = (await send(world, content)).json()
    await world.execute(
        "UPDATE result_import SET finished_at = finished_at - interval '31 days' WHERE import_id::text = ANY($1)",
        [tried["import_id"], real["import_id"]],
    )
    assert not await work(world)
    statuses = [
        (await get(world, f"result-imports/{one['import_id']}", "school-recorder")).status_code
        for one in (tried, young, real)
    ]
    assert statuses == [httpx.codes.NOT_FOUND, httpx.codes.OK, httpx.codes.OK]
    left = await world.fetch("SELECT import_id::text AS id FROM result_import_fault")
    assert {row["id"] for row in left} == {young["import_id"], real["import_id"]}


@pytest.mark.usefixtures("few_at_once")
async def test_file_that_was_sealed_under_another_secret_is_given_up_and_says_so(world: World) -> None:
    made = await learners(world, 1)
    begun = (await send(world, file_of(made, attempts=5))).json()
    assert await import_running.work_once(world.pool, world.bank_registry, Seal(b"another secret"))
    told = await far(world, begun["import_id"])
    assert (told["state"], told["accepted"]) == ("FAILED", 0)
    assert await world.fetchval("SELECT count(*) FROM result_import_part") == 0
    again = (await send(world, file_of(made, attempts=5))).json()
    assert await work(world)
    assert (await far(world, again["import_id"]))["accepted"] == 5


async def test_file_with_too_many_rows_is_refused_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await learners(world, 1)
    monkeypatch.setattr(importing, "ROWS_MAX", 4)
    answer = await send(world, file_of(made, attempts=5))
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, "TOO_MANY_ROWS")
    assert await world.fetchval("SELECT count(*) FROM result_import") == 0
    assert (await send(world, file_of(made, attempts=4))).json()["accepted"] == 4
