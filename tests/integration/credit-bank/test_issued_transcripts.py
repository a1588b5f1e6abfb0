"""What institutions were told of results reaches them again when it changes: no silent survival (CB c.2, CB-I15)."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from credit_bank.audit import audit
from nuaikit.credit_bank.v1 import events_pb2, transcripts_pb2, transcripts_pb2_grpc

from tests.support.credit_calls import events, get, post, posted, reasons, result_json
from tests.support.credit_world import Person, World

COLLEGE = "college-registrar"
PURPOSE = {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}


async def verified(world: World, learner_id: UUID, code: str = "ท31101", grade: str = "3") -> UUID:
    [done] = await posted(world, "entries", {"results": [result_json(learner_id, code, grade)]}, "school-recorder")
    await world.verify([UUID(done["id"])])
    return UUID(done["id"])


async def read(world: World, learner_id: UUID, who: Person | str = COLLEGE, query: str = "") -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/transcript{query}", who, **PURPOSE)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def correct(world: World, learner_id: UUID, entry_id: UUID, grade: str = "4", version: int = 1) -> None:
    item = {
        "entry_id": str(entry_id),
        "entry_version": version,
        "result": result_json(learner_id, grade=grade),
        "reason_code": "GRADE_ERROR",
    }
    [proposed] = await posted(world, "entries/corrections", {"corrections": [item]}, "school-recorder")
    found = await posted(world, "entry-changes/confirm", {"change_ids": [proposed["id"]]}, "school-registrar")
    assert reasons(found) == [None]


async def revoke(world: World, entry_id: UUID) -> None:
    body = {"entry_ids": [str(entry_id)], "reason_code": "FRAUD"}
    [asked] = await posted(world, "entries/revocations", body, "school-registrar")
    found = await posted(world, "entry-changes/confirm", {"change_ids": [asked["id"]]}, "school-director")
    assert reasons(found) == [None]


async def flags(world: World, who: str = COLLEGE, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await get(world, f"review-flags{query}", who)).json()["flags"]
    return found


async def drift(world: World) -> dict[str, int]:
    return {name: count for name, count in (await audit(world.pool)).items() if name.startswith("drift") and count}


async def test_correction_is_flagged_to_whoever_was_told_the_old_result_until_it_reads_anew(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    first = await read(world, learner_id)
    assert UUID(first["transcript_id"])
    await correct(world, learner_id, thai)
    [flag] = await flags(world)
    assert (flag["kind"], flag["subject"], flag["transcript_id"]) == (
        "SOURCE_CHANGED",
        "TRANSCRIPT",
        first["transcript_id"],
    )
    assert await flags(world, "school-registrar") == [], "whoever corrected it knows"
    [told] = await events(world, events_pb2.SourceChanged)
    assert (told.transcript_id, told.institution_id) == (first["transcript_id"], str(world.college))
    second = await read(world, learner_id)
    assert [row["entry"]["grade_label"] for row in second["rows"]] == ["4"]
    assert second["transcript_id"] != first["transcript_id"]
    assert await flags(world) == []
    [settled] = await flags(world, query="?with_resolved=true")
    assert (settled["resolution"], settled["flag_id"]) == ("REMADE", flag["flag_id"])
    [resolved] = await events(world, events_pb2.SourceChangeResolved)
    assert (resolved.flag_id, resolved.resolution) == (flag["flag_id"], "REMADE")
    issued = await events(world, events_pb2.TranscriptIssued)
    assert [one.transcript_id for one in issued] == [first["transcript_id"], second["transcript_id"]]
    assert await drift(world) == {}


async def test_revocation_is_flagged_and_the_reader_may_keep_what_it_decided(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    await read(world, learner_id)
    await revoke(world, thai)
    [flag] = await flags(world)
    assert (flag["kind"], flag["subject"]) == ("SOURCE_REVOKED", "TRANSCRIPT")
    body = {"flag_ids": [flag["flag_id"]], "reason_code": "DECIDED_OTHERWISE"}
    assert reasons(await posted(world, "review-flags/resolve", body, "school-registrar")) == ["FLAG_UNKNOWN"]
    for reader in ("college-director", "chair"):
        refused = await posted(world, "review-flags/resolve", body, reader)
        assert reasons(refused) == ["PERMISSION_MISSING"], "who reads transcripts does not decide for the institution"
    member = await post(world, "review-flags/resolve", body, "member-1")
    assert (member.status_code, member.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")
    assert len(await flags(world)) == 1
    assert reasons(await posted(world, "review-flags/resolve", body, COLLEGE)) == [None]
    assert await flags(world) == []
    assert await drift(world) == {}


async def test_reading_the_same_again_keeps_the_copy(world: World) -> None:
    learner_id = await world.learner()
    await verified(world, learner_id)
    path = f"learners/{learner_id}/transcript"
    first = await get(world, path, COLLEGE, **PURPOSE)
    second = await get(world, path, COLLEGE, **PURPOSE, **{"If-None-Match": first.headers["etag"]})
    assert second.status_code == httpx.codes.NOT_MODIFIED
    stub = transcripts_pb2_grpc.TranscriptServiceStub(world.channel)
    request = transcripts_pb2.GetTranscriptRequest(learner_id=str(learner_id), purpose="TRANSFER_ASSESSMENT")
    over_grpc = await stub.GetTranscript(request, metadata=world.staff[COLLEGE].metadata)
    assert over_grpc.transcript.transcript_id == first.json()["transcript_id"]
    assert await world.fetchval("SELECT count(*) FROM issued_transcript") == 1
    await verified(world, learner_id, "ค31101")
    third = (await read(world, learner_id))["transcript_id"]
    assert third != first.json()["transcript_id"], "a new result makes a new copy, and nothing is flagged for it"
    assert await flags(world, query="?with_resolved=true") == []
    rows = await world.fetch("SELECT state FROM issued_transcript ORDER BY transcript_id")
    assert [row["state"] for row in rows] == ["SUPERSEDED", "ISSUED"]


async def test_own_results_and_what_stands_no_longer_are_no_copies(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    at = await instant(world)
    await correct(world, learner_id, thai)
    for who, query in (
        ("school-registrar", ""),
        (world.signed_in(learner_id), ""),
        (world.signed_in(learner_id), "?curriculum=OBEC-2551R60"),
        (COLLEGE, f"?as_of={at}"),
        (COLLEGE, "?curriculum=PWC-2567"),
    ):
        assert (await read(world, learner_id, who, query))["transcript_id"] is None
    assert await world.fetchval("SELECT count(*) FROM issued_transcript") == 0


async def instant(world: World) -> str:
    found: str = (await world.fetchval("SELECT now()")).isoformat().replace("+00:00", "Z")
    return found


@pytest.mark.parametrize("how", ["as_of", "curriculum"])
async def test_part_that_stands_today_is_reached_by_a_correction(world: World, how: str) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    query = "?curriculum=OBEC-2551R60" if how == "curriculum" else f"?as_of={await instant(world)}"
    shown = await read(world, learner_id, query=query)
    assert [row["entry"]["grade_label"] for row in shown["rows"]] == ["3"]
    assert UUID(shown["transcript_id"])
    assert (await read(world, learner_id, query=query))["transcript_id"] == shown["transcript_id"]
    await correct(world, learner_id, thai)
    [flag] = await flags(world)
    assert (flag["kind"], flag["transcript_id"]) == ("SOURCE_CHANGED", shown["transcript_id"])
    assert [row["entry"]["grade_label"] for row in (await read(world, learner_id))["rows"]] == ["4"]
    assert await flags(world) == []
    assert await drift(world) == {}


async def test_part_is_added_to_the_copy_and_settles_nothing_of_it(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    whole = await read(world, learner_id)
    await correct(world, learner_id, thai)
    maths = await verified(world, learner_id, "ค31101")
    [flag] = await flags(world)
    part = await read(world, learner_id, query="?curriculum=OBEC-2551R60")
    assert len(part["rows"]) == 2
    assert part["transcript_id"] == whole["transcript_id"]
    assert await flags(world) == [flag], "a part says nothing of the rest of what is held"
    await revoke(world, maths)
    assert {one["entry_id"] for one in await flags(world)} == {flag["entry_id"], str(maths)}
    await read(world, learner_id)
    assert await flags(world) == []
    assert await world.fetchval("SELECT count(*) FROM issued_transcript") == 2
    assert await drift(world) == {}


async def test_copy_gives_way_when_nothing_of_others_is_left_in_it(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    first = await read(world, learner_id)
    await revoke(world, thai)
    [flag] = await flags(world)
    assert flag["transcript_id"] == first["transcript_id"]
    anew = await read(world, learner_id)
    assert (anew["rows"], anew["transcript_id"]) == ([], None)
    assert await flags(world) == []
    [settled] = await flags(world, query="?with_resolved=true")
    assert settled["resolution"] == "REMADE"
    assert await world.fetchval("SELECT state FROM issued_transcript") == "SUPERSEDED"
    assert await drift(world) == {}


async def test_who_sees_own_rows_only_still_holds_what_it_was_told(world: World) -> None:
    """When the ground has ended the copy has not: what the institution holds is corrected as before."""
    learner_id = await world.learner((world.college, "SHORT_COURSE", "NONFORMAL"), (world.school, "PRIMARY", "FORMAL"))
    await world.results([learner_id], ("20000-1102", "4"), recorder="college-recorder", verifier=COLLEGE)
    thai = await verified(world, learner_id)
    first = await read(world, learner_id)
    assert len(first["rows"]) == 2
    await world.execute("DELETE FROM enrolment_copy WHERE institution_id = $1", world.college)
    alone = await read(world, learner_id)
    assert [row["entry"]["course"]["key"]["code"] for row in alone["rows"]] == ["20000-1102"]
    await correct(world, learner_id, thai)
    assert [flag["transcript_id"] for flag in await flags(world)] == [first["transcript_id"]]


async def test_many_at_once_are_one_copy_each_and_several_changes_one_flag_each(world: World) -> None:
    learners = [await world.learner() for _ in range(3)]
    entries = [await verified(world, learner_id) for learner_id in learners]
    body = {"learner_ids": [str(one) for one in learners]}
    headers = world.staff[COLLEGE].headers | PURPOSE
    answers = await asyncio.gather(
        *(world.http.post("/v1/transcript-queries", json=body, headers=headers) for _ in range(4))
    )
    copies = [[one["transcript_id"] for one in answer.json()["transcripts"]] for answer in answers]
    assert [len(set(found)) for found in copies] == [3] * 4
    assert all(found == copies[0] for found in copies)
    await correct(world, learners[0], entries[0])
    again = await world.fetchval("SELECT entry_id FROM entry WHERE entry_root_id = $1 AND version = 2", entries[0])
    await correct(world, learners[0], again, grade="2", version=2)
    await correct(world, learners[1], entries[1])
    assert sorted(flag["transcript_id"] for flag in await flags(world)) == sorted(copies[0][:2])
    assert await drift(world) == {}


@pytest.mark.parametrize("number", range(6))
async def test_correction_in_the_moment_of_reading_is_read_or_flagged(world: World, number: int) -> None:
    """Never neither: the reader sees the new result, or is told that what he saw has changed."""
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    item = {
        "entry_id": str(thai),
        "entry_version": 1,
        "result": result_json(learner_id, grade="4"),
        "reason_code": "GRADE_ERROR",
    }
    [proposed] = await posted(world, "entries/corrections", {"corrections": [item]}, "school-recorder")
    confirming = posted(world, "entry-changes/confirm", {"change_ids": [proposed["id"]]}, "school-registrar")
    calls = [read(world, learner_id), confirming] if number % 2 else [confirming, read(world, learner_id)]
    found = await asyncio.gather(*calls)
    shown: Any = found[0 if number % 2 else 1]
    [row] = shown["rows"]
    open_flags = [flag["transcript_id"] for flag in await flags(world)]
    assert open_flags == ([] if row["entry"]["grade_label"] == "4" else [shown["transcript_id"]])
    assert await drift(world) == {}


async def test_copy_of_a_merged_record_is_reached_by_a_correction_in_either(world: World) -> None:
    kept, other = await world.learner(), await world.learner()
    thai = await verified(world, other)
    alone = await read(world, other)
    await world.execute(
        "INSERT INTO learner_merge_copy (merged_learner_id, surviving_learner_id, merge_id, is_undone, told_at)"
        " VALUES ($1, $2, $3, false, now())",
        other,
        kept,
        uuid4(),
    )
    await verified(world, kept, "ค31101")
    together = await read(world, kept)
    assert len(together["rows"]) == 2
    rows = await world.fetch("SELECT transcript_id, state FROM issued_transcript")
    assert {str(row["transcript_id"]): row["state"] for row in rows} == {
        alone["transcript_id"]: "SUPERSEDED",
        together["transcript_id"]: "ISSUED",
    }
    await correct(world, other, thai)
    assert [flag["transcript_id"] for flag in await flags(world)] == [together["transcript_id"]]
    assert await drift(world) == {}


async def test_flag_that_is_missing_is_found_by_the_audit(world: World) -> None:
    learner_id = await world.learner()
    thai = await verified(world, learner_id)
    await read(world, learner_id)
    await correct(world, learner_id, thai)
    await world.execute("ALTER TABLE review_flag DISABLE TRIGGER USER")
    await world.execute("DELETE FROM review_flag")
    assert await drift(world) == {"drift_transcripts": 1}
