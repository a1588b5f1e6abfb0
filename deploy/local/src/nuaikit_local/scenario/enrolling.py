"""The learners come from the files of their institutions, with the enrolments each really has."""

from __future__ import annotations

from nuaikit.student_registry.v1 import enrolments_pb2, learners_pb2, learners_pb2_grpc

from nuaikit_local.scenario.platform import Person, ScenarioError
from nuaikit_local.scenario.stage import Story
from nuaikit_local.scenario.world import provenance

DATA_STATUS = {"data_status": "demonstration", "source": "scenario"}
"""What the imports say of the files' rows."""


async def import_learners(story: Story) -> None:
    """Import the five files and give the first learner a sign-in."""
    platform = story.platform
    url = f"{platform.addresses.registry_http}/v1/learner-imports"
    files = (
        ("school-recorder", "learners-demo-school.csv"),
        ("college-recorder", "learners-demo-college.cp874.csv"),
        ("nekkham-recorder", "learners-nekkham.xlsx"),
        ("polytechnic-recorder", "learners-polytechnic.csv"),
        ("area-recorder", "learners-area-office.csv"),
    )
    async with story.step("นำเข้าผู้เรียน 40 คน จาก 5 ไฟล์", "Learners imported, enrolments as they are") as facts:
        for name, file in files:
            person = await story.actor(name)
            form = {"institution_id": story.institutions[story.world.staff[name]["at"]]} | DATA_STATUS
            report = await platform.upload(
                url, person, name=file, content=story.world.file(file), step=f"import-{file}", form=form
            )
            if report["rejected"]:
                raise ScenarioError(f"{file}: {report['rejected']} rows were rejected")
            facts.append((file, f"{report['encoding']}: {report['row_count']} แถว/rows, ใหม่/new {report['accepted']}"))
        recorder = await story.actor("school-recorder")
        stub = learners_pb2_grpc.LearnerServiceStub(platform.channel(platform.addresses.registry_grpc))
        request = learners_pb2.ListLearnersRequest(
            institution_id=story.institutions["demo-school"], page_size=100, purpose="ENROLMENT_CHECK"
        )
        page = await platform.call(stub.ListLearners, request, recorder)
        story.dual_learners = [
            learner.learner_id
            for learner in page.learners
            if any(e.facts.delivery_system == enrolments_pb2.DELIVERY_SYSTEM_DUAL_EDUCATION for e in learner.enrolments)
        ]
        await _link_first_learner(story, stub, recorder)


async def _link_first_learner(story: Story, stub: learners_pb2_grpc.LearnerServiceAsyncStub, recorder: Person) -> None:
    """Give the learner with the first student number a sign-in, as a registrar would."""
    match = await story.platform.call(
        stub.FindLearners,
        learners_pb2.FindLearnersRequest(institution_id=story.institutions["demo-school"], student_nos=["68001"]),
        recorder,
    )
    story.report.learner_id = match.matches[0].learner_id
    number = learners_pb2.IdentifierInput(
        kind=learners_pb2.IDENTIFIER_KIND_STUDENT_NO,
        value="68001",
        institution_id=story.institutions["demo-school"],
        verification_state=learners_pb2.VERIFICATION_STATE_UNVERIFIED,
    )
    known = await story.platform.call(
        stub.BatchGetLearners,
        learners_pb2.BatchGetLearnersRequest(learner_ids=[story.report.learner_id], purpose="ENROLMENT_CHECK"),
        recorder,
    )
    registration = learners_pb2.LearnerRegistration(
        name=known.learners[0].name,
        identifiers=[number],
        registrar_institution_id=story.institutions["demo-school"],
        provenance=provenance({"source": "scenario", "status": "demonstration"}),
        subject="demo-learner-1",
    )
    request = learners_pb2.RegisterLearnersRequest(learners=[registration])
    await story.platform.settle(stub.RegisterLearners, request, recorder, step="learner-sign-in")
