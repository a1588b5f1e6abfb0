"""The world before anything is learned: institutions, staff, courses, rules, agreements, committee."""

from __future__ import annotations

from typing import Any

from google.type.date_pb2 import Date
from nuaikit.common.v1 import credit_pb2
from nuaikit.credit_bank.v1 import (
    catalogue_pb2,
    catalogue_pb2_grpc,
    partnerships_pb2,
    partnerships_pb2_grpc,
    qualifications_pb2,
    qualifications_pb2_grpc,
)
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    institutions_pb2,
    institutions_pb2_grpc,
)

from nuaikit_local.scenario.stage import Story
from nuaikit_local.scenario.world import course_key, date_of, provenance


async def load_institutions(story: Story) -> None:
    """Register institutions and staff."""
    platform, world = story.platform, story.world
    registry = platform.channel(platform.addresses.registry_grpc)
    async with story.step("ลงทะเบียนสถานศึกษาและบุคลากร", "Institutions and staff") as facts:
        admin = await platform.sign_in("admin")
        institutions = institutions_pb2_grpc.InstitutionServiceStub(registry)
        # Parents first: an institution names the one it reports to.
        for is_child in (False, True):
            blocks = [block for block in world.blocks["institution"] if ("parent" in block) == is_child]
            request = institutions_pb2.RegisterInstitutionsRequest(
                institutions=[_institution(block, story.institutions) for block in blocks]
            )
            outcomes = await platform.settle(
                institutions.RegisterInstitutions, request, admin, step=f"institutions-{is_child}"
            )
            story.institutions |= {block["alias"]: outcome.id for block, outcome in zip(blocks, outcomes, strict=True)}
        staff = assignments_pb2_grpc.AssignmentServiceStub(registry)
        request = assignments_pb2.AssignStaffRequest(
            assignments=[
                assignments_pb2.AssignmentInput(
                    subject=name if name in platform.client_secrets else f"demo-{name}",
                    institution_id=story.institutions[block["at"]],
                    role=block["role"],
                    classroom=block.get("classroom", ""),
                    valid_from=Date(year=2025, month=5, day=1),
                    provenance=provenance({"source": "scenario", "status": "demonstration"}),
                )
                for name, block in world.staff.items()
            ]
        )
        await platform.settle(staff.AssignStaff, request, admin, step="staff")
        facts += [("สถานศึกษา / institutions", str(len(story.institutions))), ("บุคลากร / staff", str(len(world.staff)))]


def _institution(block: dict[str, Any], known: dict[str, str]) -> institutions_pb2.Institution:
    message = institutions_pb2.Institution(
        kind=f"INSTITUTION_KIND_{block['kind']}",
        name_th=block["name_th"],
        local_alias=block["alias"],
        provenance=provenance(block),
    )
    if "parent" in block:
        message.parent_institution_id = known[block["parent"]]
    return message


async def load_rules(story: Story) -> None:
    """Publish courses, qualifications and rules; register agreements and committees."""
    platform, world = story.platform, story.world
    bank = platform.channel(platform.addresses.bank_grpc)
    async with story.step("รายวิชา กฎเทียบโอน ความร่วมมือ และคณะกรรมการ", "Courses, rules, MOU, committee") as facts:
        story.courses = {block["code"]: course_key(block, story.institutions) for block in world.blocks["course"]}
        catalogue = catalogue_pb2_grpc.CatalogueServiceStub(bank)
        for name, is_short in (("publisher", False), ("polytechnic-registrar", True)):
            blocks = [block for block in world.blocks["course"] if (block["system"] == "SHORT") == is_short]
            courses = catalogue_pb2.PublishCoursesRequest(courses=[_course(block, story) for block in blocks])
            await platform.settle(catalogue.PublishCourses, courses, await story.actor(name), step=f"courses-{name}")
        publisher = await story.actor("publisher")
        # A world that was loaded by an earlier release keeps what it published: figures never change.
        await platform.settle(
            qualifications_pb2_grpc.QualificationServiceStub(bank).PublishShippedQualifications,
            qualifications_pb2.PublishShippedQualificationsRequest(),
            publisher,
            step="shipped-qualifications",
            expected=frozenset({"QUALIFICATION_EXISTS_DIFFERENT"}),
        )
        rules = catalogue_pb2.PublishEquivalenceRulesRequest(rules=[_rule(b, story) for b in world.blocks["rule"]])
        await platform.settle(catalogue.PublishEquivalenceRules, rules, publisher, step="rules")
        await _load_agreements(story, partnerships_pb2_grpc.PartnershipServiceStub(bank))
        facts += [
            ("รายวิชา / courses", str(len(story.courses))),
            ("กฎเทียบโอน / equivalence rules", f"{len(world.blocks['rule'])} (assumed)"),
            ("ความร่วมมือ / partnerships", ", ".join(story.partnerships)),
        ]


def _course(block: dict[str, Any], story: Story) -> catalogue_pb2.Course:
    message = catalogue_pb2.Course(
        key=story.courses[block["code"]],
        title_th=block["title_th"],
        category=block.get("category", ""),
        subject_type=block.get("subject_type", ""),
        subject_group=block.get("subject_group", ""),
        provenance=provenance(block),
    )
    if "credit_hundredths" in block:
        message.credits.CopyFrom(_amount(block["credit_hundredths"], block["unit"]))
    if "hours" in block:
        message.hours_total = block["hours"]
    if "tpn" in block:
        message.tpn = block["tpn"]
    return message


def _amount(hundredths: int, unit: str) -> credit_pb2.CreditAmount:
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit=f"CREDIT_UNIT_{unit}")


def _rule(block: dict[str, Any], story: Story) -> catalogue_pb2.EquivalenceRule:
    return catalogue_pb2.EquivalenceRule(
        source_groups=[
            catalogue_pb2.SourceGroup(courses=[story.courses[code] for code in group]) for group in block["sources"]
        ],
        target=story.courses[block["target"]],
        mode=block["mode"],
        min_grade_hundredths=block["min_grade_hundredths"],
        min_hours_pct=block["min_hours_pct"],
        version=1,
        provenance=provenance(block),
    )


async def _load_agreements(story: Story, stub: partnerships_pb2_grpc.PartnershipServiceAsyncStub) -> None:
    platform, world = story.platform, story.world
    director = await story.actor("college-director")
    for block in world.blocks["committee"]:
        names = [block["chair"], *block["members"]]
        members = [
            partnerships_pb2.CommitteeMember(
                assignment_id=(await story.actor(name)).assignment_id, is_chair=name == block["chair"]
            )
            for name in names
        ]
        committee = partnerships_pb2.Committee(
            institution_id=story.institutions[block["at"]],
            mandates=block["mandates"],
            order_no=block["order_no"],
            quorum=block["quorum"],
            members=members,
            valid_from=date_of(block["valid_from"]),
            provenance=provenance(block),
        )
        request = partnerships_pb2.RegisterCommitteesRequest(committees=[committee])
        outcomes = await platform.settle(
            stub.RegisterCommittees, request, director, step=f"committee-{block['order_no']}"
        )
        story.committees[block["order_no"]] = outcomes[0].id
    for block in world.blocks["partnership"]:
        partnership = partnerships_pb2.Partnership(
            reference=block["reference"],
            party_institution_ids=[story.institutions[alias] for alias in block["parties"]],
            programme=block["programme"],
            state=f"PARTNERSHIP_STATE_{block['state']}",
            provenance=provenance(block),
        )
        if "valid_from" in block:
            partnership.valid_from.CopyFrom(date_of(block["valid_from"]))
        if "committee" in block:
            partnership.committee_id = story.committees[block["committee"]]
        request = partnerships_pb2.RegisterPartnershipsRequest(partnerships=[partnership])
        signer = await story.actor(block["signed_by"])
        outcomes = await platform.settle(
            stub.RegisterPartnerships, request, signer, step=f"partnership-{block['reference']}"
        )
        story.partnerships[block["reference"]] = outcomes[0].id
        await _confirm(story, stub, block)
    offerings = partnerships_pb2.ScheduleOfferingsRequest(
        offerings=[
            partnerships_pb2.Offering(
                reference=block["reference"],
                course=story.courses[block["course"]],
                institution_id=story.institutions[block["at"]],
                partnership_id=story.partnerships[block["partnership"]],
                year_be=block["year_be"],
                term=block["term"],
                provenance=provenance(block),
            )
            for block in world.blocks["offering"]
        ]
    )
    await platform.settle(
        stub.ScheduleOfferings, offerings, await story.actor("polytechnic-registrar"), step="offerings"
    )


async def _confirm(
    story: Story, stub: partnerships_pb2_grpc.PartnershipServiceAsyncStub, block: dict[str, Any]
) -> None:
    """The other parties confirm what one of them registered, each for itself, in the version that they read."""
    platform = story.platform
    for name in block["confirmed_by"]:
        party = await story.actor(name)
        page = await platform.call(stub.ListPartnerships, partnerships_pb2.ListPartnershipsRequest(), party)
        [version] = [one.version for one in page.partnerships if one.reference == block["reference"]]
        seen = partnerships_pb2.SeenPartnership(partnership_id=story.partnerships[block["reference"]], version=version)
        request = partnerships_pb2.ConfirmPartnershipsRequest(partnerships=[seen])
        await platform.settle(
            stub.ConfirmPartnerships, request, party, step=f"partnership-{block['reference']}-{name}-{version}"
        )
