"""Every read of an individual by another institution leaves a row: proven by calling all there is to call.

The walk knows no list of reads. It calls each rpc without a request id and each GET route, as somebody at a partner
institution and as somebody at an area office who both may do everything, with the ids of one learner wherever a field
asks for one. Whatever answer holds the learner's id must have left a row in the learner's access list. A new rpc or
route is walked as soon as it is there.
"""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import grpc.aio
import pytest
from google.protobuf.json_format import MessageToJson
from nuaikit.student_registry import v1 as contracts
from nuaikit.student_registry.v1 import consents_pb2, learners_pb2, matching_pb2, movements_pb2, requests_pb2

PURPOSE = "WALK"
SEEN_AT_LEAST = {
    "rpc": {
        "BatchGetLearners",
        "BatchGetProfiles",
        "ListConflictingIdentifiers",
        "ListConsents",
        "ListConsentsInForce",
        "ListEnrolments",
        "ListIdentityConflicts",
        "ListLateMovements",
        "ListLearners",
        "ListMovements",
        "ListWaitingGCodes",
        "SearchLearners",
    },
    "route": {
        "/v1/area-desk/g-codes",
        "/v1/area-desk/identity-conflicts",
        "/v1/learners",
        "/v1/learners/{learner_id}",
        "/v1/learners/{learner_id}/consents",
        "/v1/learners/{learner_id}/profile",
        "/v1/movements",
    },
}
"""Reads that the walk is known to reach: without them it would prove nothing."""

SAID_BY_HIMSELF = {
    "ListShareGrants": "who was granted a share sees that grant: the learner named this very institution",
    "/v1/share-grants": "the same",
}

INSTEAD = {"ListConsentsInForce": {"purpose": "PHOTO"}}
"""Values of single rpcs whose field of a common name means something else."""


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


def rpcs():
    """Every rpc that writes nothing: stub class, method, request class."""
    for info in pkgutil.iter_modules(contracts.__path__, f"{contracts.__name__}."):
        if not info.name.endswith("_pb2_grpc"):
            continue
        code = importlib.import_module(info.name)
        messages = importlib.import_module(info.name.removesuffix("_grpc"))
        for name, service in messages.DESCRIPTOR.services_by_name.items():
            for method in service.methods:
                if "request_id" not in method.input_type.fields_by_name:
                    yield getattr(code, f"{name}Stub"), method, getattr(messages, method.input_type.name)


def fill(message, values):
    """Set the fields whose names are known, in nested messages too."""
    for field in message.DESCRIPTOR.fields:
        if field.name in values and field.message_type is None and field.enum_type is None:
            value = values[field.name]
            if field.is_repeated:
                getattr(message, field.name).extend(value if isinstance(value, list) else [value])
            elif not isinstance(value, list):
                setattr(message, field.name, value)
        elif field.message_type is not None and not field.is_repeated and "google" not in field.message_type.full_name:
            inner = type(getattr(message, field.name))()
            fill(inner, values)
            if inner.ByteSize():
                getattr(message, field.name).CopyFrom(inner)
    return message


class Walk:
    """One learner about whom there is something to read everywhere, and who looks at him."""

    def __init__(self, world, learner_id, values):
        self.world, self.learner_id, self.values = world, learner_id, values
        self.seen = {"rpc": set(), "route": set()}
        self.silent = []

    async def rows(self, institution_id):
        """How many rows the institution has left."""
        return await self.world.value(
            "SELECT count(*) FROM access_record WHERE learner_id = $1 AND institution_id = $2",
            UUID(self.learner_id),
            UUID(institution_id),
        )

    async def look(self, kind, name, institution_id, read):
        """Do one read and compare what it showed with what it left."""
        before = await self.rows(institution_id)
        answer = await read()
        if self.learner_id not in answer:
            return
        self.seen[kind].add(name)
        if await self.rows(institution_id) == before and name not in SAID_BY_HIMSELF:
            self.silent.append((kind, name))

    async def call_rpcs(self, person, institution_id, *, places):
        """Call every rpc that reads."""
        for stub, method, request in rpcs():
            for place in places:
                values = self.values | {"institution_id": place, "institution_ids": [place]}
                message = fill(request(), values | INSTEAD.get(method.name, {}))

                async def read(stub=stub, method=method, message=message):
                    call = getattr(stub(self.world.channel), method.name)(message, metadata=person.metadata, timeout=20)
                    try:
                        if method.server_streaming:
                            return " ".join([MessageToJson(part) async for part in call])
                        return MessageToJson(await call)
                    except grpc.aio.AioRpcError as exc:
                        if exc.code() is grpc.StatusCode.INTERNAL:
                            raise
                        return ""

                await self.look("rpc", method.name, institution_id, read)

    async def get_routes(self, person, institution_id, *, places):
        """Get every address there is."""
        paths = (await self.world.http.get("/openapi.json")).json()["paths"]
        headers = person.headers | {"Nuaikit-Purpose": PURPOSE}
        for path, operations in paths.items():
            if "get" not in operations:
                continue
            for place in places:
                values = self.values | {"institution_id": place}
                address = path
                for name, value in values.items():
                    address = address.replace("{" + name + "}", str(value))
                wanted = [item["name"] for item in operations["get"].get("parameters", ()) if item["in"] == "query"]
                query = {name: values[name] for name in wanted if name in values}

                async def read(address=address, query=query):
                    answer = await self.world.http.get(address, params=query, headers=headers)
                    assert answer.status_code != 500, address
                    # Not the address itself, which a problem document may hold.
                    return answer.text if answer.status_code == 200 else ""

                await self.look("route", path, institution_id, read)


@pytest.fixture
async def walk(own_world, build):
    """A learner of the school, who studies at the college too and has his school under the area office."""
    world = own_world
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("school", parent="area")
    await world.rows("INSERT INTO role_permission_version VALUES ('2569.9', '2026-11-16', 'test', 'demonstration')")
    await world.rows(
        "INSERT INTO role_permission SELECT '2569.9', role, permission FROM role_permission WHERE version = '2569.3'"
    )
    await world.rows(
        "INSERT INTO role_permission SELECT DISTINCT '2569.9', 'committee_chair', permission FROM role_permission "
        "WHERE permission LIKE 'registry.%' ON CONFLICT DO NOTHING"
    )
    school, college = world.institutions["school"], world.institutions["demo-college"]
    registrar = await world.staff("school_registrar", "school")
    partner = await world.staff("college_registrar", "demo-college")
    kinds = [
        build.identifier("CITIZEN_ID", build.citizen_id()),
        build.identifier("G_CODE", build.g_code()),
        build.identifier("STUDENT_NO", "68001", institution_id=school),
    ]
    stated = build.learner(school, identifiers=kinds[:1], enrolments=[build.enrolment(school)], subject="himself")
    stated.identifiers.append(kinds[2])
    (outcome,) = await world.register(stated, by=registrar)
    learner_id = outcome.id
    there = build.learner(
        college,
        identifiers=[kinds[0], build.identifier("STUDENT_NO", "C-1", institution_id=college)],
        enrolments=[build.enrolment(college, "PARTNER", system="DUAL_EDUCATION", grade="PWC.1")],
    )
    (again,) = await world.register(there, by=partner)
    assert again.id == learner_id
    (twin,) = await world.register(
        build.learner(school, identifiers=[kinds[1]], enrolments=[build.enrolment(school)]), by=registrar
    )
    await world.rows(
        "UPDATE learner_identifier SET verification_state = 'CONFLICT' WHERE learner_id = $1 AND kind = 'CITIZEN_ID'",
        UUID(learner_id),
    )
    pair = matching_pb2.ReportedPair(one_learner_id=learner_id, other_learner_id=twin.id)
    report = matching_pb2.ReportCandidatesRequest(request_id=str(uuid4()), pairs=[pair])
    (reported,) = (await world.call("ReportCandidates", report, registrar)).outcomes
    values = await things_to_read(world, build, learner_id, registrar)
    values["candidate_id"] = reported.id
    await world.rows(
        "UPDATE learner_identifier SET learner_id = $1 WHERE learner_id = $2", UUID(learner_id), UUID(twin.id)
    )
    return Walk(world, learner_id, values)


async def things_to_read(world, build, learner_id, registrar):
    """Facts about the learner of every kind that somebody may ask for, and the ids under which they lie."""
    college = world.institutions["demo-college"]
    himself = world.person("himself")
    grant = consents_pb2.GrantShareRequest(
        request_id=str(uuid4()),
        learner_id=learner_id,
        recipient_institution_id=college,
        scope="TRANSCRIPT",
        purpose="ADMISSION",
        valid_to=build.date(today()),
    )
    await world.call("GrantShare", grant, himself)
    agreement = consents_pb2.ConsentAgreement(
        giver="CONSENT_GIVER_GUARDIAN",
        relation="MOTHER",
        channel="CONSENT_CHANNEL_PAPER",
        given_on=build.date(today()),
    )
    consent = consents_pb2.GiveConsentRequest(
        request_id=str(uuid4()), learner_id=learner_id, purpose="PHOTO", text_version="2569.1", agreement=agreement
    )
    await world.call("GiveConsent", consent, registrar)
    asked = requests_pb2.OpenDataRequestRequest(
        request_id=str(uuid4()), learner_id=learner_id, kind="DATA_REQUEST_KIND_COPY"
    )
    data_request = (await world.call("OpenDataRequest", asked, himself)).data_request
    reason = await world.value("SELECT min(code) FROM code_list WHERE list = 'MOVEMENT_REASON'")
    move = movements_pb2.MovementInput(
        learner_id=learner_id, requested_on=build.date(today()), reason_code=reason, provenance=build.provenance
    )
    request = movements_pb2.RequestMovementsRequest(request_id=str(uuid4()), movements=[move])
    (movement,) = (await world.call("RequestMovements", request, registrar)).outcomes
    assert not movement.HasField("problem"), movement
    await world.rows(
        "UPDATE movement SET due_on = $2 WHERE movement_id = $1", UUID(movement.id), today() - timedelta(1)
    )
    enrolment_id = await world.value("SELECT enrolment_id FROM enrolment WHERE learner_id = $1", UUID(learner_id))
    return {
        "learner_id": learner_id,
        "learner_ids": [learner_id],
        "purpose": PURPOSE,
        "is_subtree": True,
        "student_nos": ["68001", "C-1"],
        "student_no": "C-1",
        "number": "C-1",
        "name": "กมล",
        "name_prefix": "กมล",
        "query": "กมล",
        "text": "กมล",
        "q": "กมล",
        "grade_label": "",
        "data_request_id": data_request.data_request_id,
        "movement_id": movement.id,
        "enrolment_id": str(enrolment_id),
        "enrolment_ids": [str(enrolment_id)],
        "kind": "JUNE_10",
    }


async def test_whatever_shows_a_learner_to_another_institution_is_in_his_access_list(walk):
    world = walk.world
    school, college, area = (world.institutions[name] for name in ("school", "demo-college", "area"))
    at_college = await world.staff("committee_chair", "demo-college")
    at_area = await world.staff("committee_chair", "area")
    for person, own in ((at_college, college), (at_area, area)):
        await walk.call_rpcs(person, own, places=[own, school])
        await walk.get_routes(person, own, places=[own, school])
    assert walk.silent == []
    for kind, names in SEEN_AT_LEAST.items():
        assert names <= walk.seen[kind], f"the walk did not reach {names - walk.seen[kind]}"


async def test_walk_shows_nothing_to_an_institution_that_has_to_do_with_nobody(walk):
    world = walk.world
    stranger = await world.staff("committee_chair", "other-school")
    places = [world.institutions["other-school"], world.institutions["school"]]
    await walk.call_rpcs(stranger, places[0], places=places)
    await walk.get_routes(stranger, places[0], places=places)
    assert walk.seen == {"rpc": set(), "route": set()}


async def test_learner_reads_his_list_and_an_auditors_look_is_in_it(walk):
    world = walk.world
    partner = await world.staff("committee_chair", "demo-college")
    read = learners_pb2.BatchGetLearnersRequest(learner_ids=[walk.learner_id], purpose=PURPOSE)
    await world.call("BatchGetLearners", read, partner)
    auditor = await world.staff("auditor", "other-school")
    path = f"/v1/learners/{walk.learner_id}/access"
    assert (await world.http.get(path, headers=auditor.headers)).status_code == 200
    rows = (await world.http.get(path, headers=world.person("himself").headers)).json()["records"]
    assert [(row["ground"], row["purpose"]) for row in rows] == [("AUDIT", "AUDIT"), ("OWN_INSTITUTION", PURPOSE)]
