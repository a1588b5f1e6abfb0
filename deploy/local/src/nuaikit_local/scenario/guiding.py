"""Guidance shows the recognised learning beside a screening and an activity."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import grpc
import grpc.aio
from google.type.date_pb2 import Date
from nuaikit.guidance.v1 import (
    activities_pb2,
    activities_pb2_grpc,
    records_pb2,
    records_pb2_grpc,
    screenings_pb2,
    screenings_pb2_grpc,
)

from nuaikit_local.scenario.platform import PATIENCE_S, Person, ScenarioError, request_id
from nuaikit_local.scenario.stage import Story

YEAR_BE = 2568


async def guide(story: Story) -> None:
    """Record one screening and one activity, and read the record once the credit events are in it."""
    platform, learner_id = story.platform, story.report.learner_id
    channel = platform.channel(platform.addresses.guidance_grpc)
    async with story.step("งานแนะแนวเห็นผลการเรียนรู้ที่ได้รับการรับรอง", "Guidance sees recognised learning") as facts:
        homeroom = await story.actor("school-homeroom")
        instrument = await _provisional_9s(story, homeroom)
        screening = screenings_pb2.ScreeningInput(
            learner_id=learner_id,
            instrument_code="9S",
            instrument_version=instrument["version"],
            informant=screenings_pb2.INFORMANT_TEACHER,
            year_be=YEAR_BE,
            term=1,
            observed_on=Date(year=2025, month=7, day=14),
            answers=[screenings_pb2.Answer(item_no=item["no"], value=0) for item in instrument["items"]],
            client_id=str(request_id("screening-form")),
        )
        screenings = screenings_pb2_grpc.ScreeningServiceStub(channel)
        record = screenings_pb2.RecordScreeningsRequest(screenings=[screening])
        await platform.settle(screenings.RecordScreenings, record, homeroom, step="screening")
        await _hold_activity(story, channel)
        shown = await _guidance_record(story, channel, homeroom)
        kinds = Counter(item.kind for item in shown.recognised_learning)
        groups = {screenings_pb2.CareGroup.Name(item.group) for item in shown.screenings}
        if groups != {"CARE_GROUP_UNSPECIFIED"}:
            raise ScenarioError("a provisional screening shows a group")
        facts += [
            ("ผลที่รับรอง / recognised", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))),
            ("คัดกรอง 9S (ฉบับชั่วคราว) / screening", f"{len(shown.screenings)}, ไม่คำนวณกลุ่ม/no computed group"),
            ("กิจกรรมแนะแนว / activities", str(len(shown.activities))),
        ]


async def _provisional_9s(story: Story, person: Person) -> dict[str, Any]:
    url = f"{story.platform.addresses.guidance_http}/v1/instruments"
    answer = await story.platform.get(url, person)
    return next(item for item in answer["instruments"] if item["code"] == "9S")


async def _hold_activity(story: Story, channel: grpc.aio.Channel) -> None:
    activity = activities_pb2.ActivityInput(
        reference="ACT-2568-1",
        scope=activities_pb2.GUIDANCE_SCOPE_CAREER,
        service_kind=activities_pb2.GUIDANCE_SERVICE_KIND_INFORMATION,
        title_th="แนะแนวเส้นทาง ม.6 ควบ ปวช.",
        held_on=Date(year=2025, month=7, day=18),
        duration_minutes=50,
        attended_learner_ids=story.dual_learners,
    )
    stub = activities_pb2_grpc.ActivityServiceStub(channel)
    request = activities_pb2.RecordActivitiesRequest(activities=[activity])
    await story.platform.settle(stub.RecordActivities, request, await story.actor("school-guidance"), step="activity")


async def _guidance_record(
    story: Story, channel: grpc.aio.Channel, homeroom: Person
) -> records_pb2.GetGuidanceRecordResponse:
    """Read the record once the credit events have come through Kafka."""
    stub = records_pb2_grpc.GuidanceRecordServiceStub(channel)
    request = records_pb2.GetGuidanceRecordRequest(learner_id=story.report.learner_id, purpose="GUIDANCE")
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        record = await story.platform.call(stub.GetGuidanceRecord, request, homeroom)
        if {item.kind for item in record.recognised_learning} >= {"VERIFIED", "COUNTED", "POSTED"}:
            return record
        if asyncio.get_running_loop().time() > deadline:
            raise ScenarioError("the credit events did not reach guidance")
        await asyncio.sleep(0.2)
