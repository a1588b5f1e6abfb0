"""The program's own commands, as an operator runs them: for a named person, with that person's rights."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.credit_calls import get
from tests.support.credit_world import World
from tests.support.identity import SUBJECT_HASH_KEY

Run = Callable[..., Awaitable[tuple[int, Any, str]]]
HEADER = "ระบบรหัส,รหัสวิชา,หลักสูตร,ชื่อวิชา,หน่วยกิต,ชั่วโมงรวม"


@pytest.fixture
def program(world: World) -> Run:
    """Runs a command of the program; gives exit code, what it printed, and what it complained of."""
    environment = {
        "CREDIT_BANK_DATABASE_DSN": world.dsn,
        "CREDIT_BANK_SUBJECT_HASH_KEY": SUBJECT_HASH_KEY,
        "CREDIT_BANK_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "CREDIT_BANK_OIDC_ISSUER": world.issuer.url,
        "CREDIT_BANK_REGISTRY_ADDRESS": world.registry.address,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CREDIT_BANK_")}

    async def run(*arguments: object) -> tuple[int, Any, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "credit_bank",
            *map(str, arguments),
            env=kept | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, complaints = await asyncio.wait_for(process.communicate(), 120)
        lines = [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
        printed = next((line for line in reversed(lines) if "level" not in line), None)
        return process.returncode or 0, printed, complaints.decode()

    return run


async def operator(world: World, name: str, role: str) -> tuple[str, ...]:
    person = await world.employ(name, role, uuid4() if role == "agency_publisher" else world.school)
    return ("--as", name, "--assignment", str(person.actor.assignment_id))


async def test_catalogue_file_comes_in_and_goes_out_for_a_named_person(
    world: World, program: Run, tmp_path: Path
) -> None:
    agency = await operator(world, "agency-at-the-machine", "agency_publisher")
    file, rejected = tmp_path / "courses.csv", tmp_path / "rejected.csv"
    rows = ("OVEC,20000-1190,PWC-2562,ดี,1,36", "OVEC,200001191,PWC-2562,ผิด,1.5,36")
    file.write_text("\n".join((HEADER, *rows)), "utf-8")
    code, report, complaints = await program("import-courses", file, *agency, "--dry-run", "--rejected", rejected)
    assert (code, report["accepted"], report["rejected"]) == (3, 1, 1), complaints
    assert [row["รหัสวิชา"] for row in csv.DictReader(io.StringIO(rejected.read_text("utf-8-sig")))] == ["200001191"]
    assert (await get(world, "courses?code=20000-1190", "auditor")).json()["courses"] == []
    # What is there is never written over, and nothing comes in when the operator would not learn what did not.
    code, _, complaints = await program("import-courses", file, *agency, "--rejected", rejected)
    assert (code, "FileExistsError" in complaints) == (1, True)
    assert (await get(world, "courses?code=20000-1190", "auditor")).json()["courses"] == []
    code, report, _ = await program("import-courses", file, *agency)
    assert (code, report["accepted"], report["already_known"]) == (3, 1, 0)
    told = {row["reason"]: (row["column"], row["suggestion"]) for row in report["rows"] if row["is_refused"]}
    assert told["OVEC_CODE_SHAPE"] == ("รหัสวิชา", "20000-1191")
    out = tmp_path / "out.xlsx"
    code, report, complaints = await program(
        "export-courses", out, *agency, "--national", "--format", "xlsx", "--code-system", "OVEC"
    )
    assert code == 0, complaints
    code, again, _ = await program("import-courses", out, *agency)
    assert (code, again["already_known"], again["rejected"]) == (0, report["courses"], 0)
    assert (await program("export-courses", out, *agency))[0] == 1


async def test_person_has_the_rights_that_he_has_everywhere(world: World, program: Run, tmp_path: Path) -> None:
    recorder = await operator(world, "recorder-at-the-machine", "school_recorder")
    file = tmp_path / "courses.csv"
    file.write_text(f"{HEADER}\nSHORT,X-1,X-1,ทดสอบ,,\n", "utf-8")
    code, report, complaints = await program("import-courses", file, *recorder)
    assert (code, report, "PERMISSION_MISSING" in complaints) == (1, None, True)
    nobody = ("--as", "nobody", "--assignment", str(uuid4()))
    assert (await program("load-data", *nobody))[0] == 1
    assert (await program("import-courses", tmp_path / "none.csv", *recorder))[0] == 1


async def test_data_brought_along_is_loaded_and_again_changes_nothing(world: World, program: Run) -> None:
    agency = await operator(world, "agency-at-the-machine", "agency_publisher")
    code, first, complaints = await program("load-data", *agency)
    # This world has three of the qualifications with figures of its own, which is told and left as it is.
    assert (code, first["qualifications"]["new"]) == (3, 1), complaints
    assert first["candidates"]["new"] > 0
    code, again, _ = await program("load-data", *agency, "--only", "candidates")
    assert (code, again) == (0, {"candidates": {"new": 0, "already_known": first["candidates"]["new"], "refused": {}}})
