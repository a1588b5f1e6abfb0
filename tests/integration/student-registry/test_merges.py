"""Merging two records of one person and undoing it: nothing is lost, nothing is merged by a name, two people decide."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nuaikit.student_registry.v1 import (
    access_pb2,
    consents_pb2,
    enrolments_pb2,
    events_pb2,
    learners_pb2,
    matching_pb2_grpc,
    requests_pb2,
)
from nuaikit.student_registry.v1 import matching_pb2 as pb
from student_registry.calendar_th import today_in_thailand
from student_registry.matching import moving, store_moving

from tests.support.kafka import eventually


@pytest.fixture
async def area(world):
    """A school and a college of one area office, and a school of another."""
    for alias, kind in (("area", "AREA_OFFICE_SECONDARY"), ("other-area", "AREA_OFFICE_SECONDARY")):
        await world.institution(alias, kind)
    await world.institution("school-1", parent="area")
    await world.institution("school-2", parent="area")
    await world.institution("far-school", parent="other-area")
    return world


@pytest.fixture
async def recorder(area):
    return await area.staff("school_recorder", "school-1")


@pytest.fixture
async def reviewer(area):
    return await area.staff("area_officer", "area")


@pytest.fixture
async def merger(area):
    return await area.staff("area_registrar", "area")


async def call(world, method, by, **fields):
    stub = matching_pb2_grpc.MatchingServiceStub(world.channel)
    request = getattr(pb, f"{method}Request")(**fields)
    return await getattr(stub, method)(request, metadata=by.metadata, timeout=20)


async def one(world, build, at, **more):
    """A learner registered by a school; gives the id."""
    by = await world.staff("school_registrar", at)
    (outcome,) = await world.register(build.learner(world.institutions[at], **more), by=by)
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def confirm(world, pair, by, state="SAME"):
    """A pair reported and decided on."""
    pairs = [pb.ReportedPair(one_learner_id=pair[0], other_learner_id=pair[1])]
    (reported,) = (await call(world, "ReportCandidates", by, request_id=str(uuid4()), pairs=pairs)).outcomes
    assert not reported.HasField("problem"), reported
    decision = pb.CandidateDecision(
        candidate_id=reported.id, state=f"CANDIDATE_STATE_{state}", reason_code="HOUSE_REGISTER"
    )
    answer = await call(world, "DecideCandidates", by, request_id=str(uuid4()), decisions=[decision])
    assert not answer.outcomes[0].HasField("problem"), answer
    return reported.id


async def merge(world, surviving, merged, by, **more):
    item = pb.MergeInput(surviving_learner_id=surviving, merged_learner_id=merged, reason_code="HOUSE_REGISTER", **more)
    request_id = str(uuid4())
    return (await call(world, "MergeLearners", by, request_id=request_id, merges=[item])).outcomes[0]


async def unmerge(world, merge_id, by):
    item = pb.UnmergeInput(merge_id=merge_id, reason_code="WRONGLY_MERGED")
    return (await call(world, "UnmergeLearners", by, request_id=str(uuid4()), merges=[item])).outcomes[0]


async def facts(world, learner_id):
    """Every row of a learner, as the database holds it."""
    found = {}
    for table in moving.MOVED:
        rows = await world.rows(f"SELECT * FROM {table} WHERE learner_id = $1", UUID(learner_id))
        found[table] = sorted((dict(row) for row in rows), key=str)
    return found


async def test_merge_moves_everything_and_undoing_restores_both(area, build, reviewer, merger):
    kept = await one(area, build, "school-1", identifiers=[build.identifier("CITIZEN_ID", build.citizen_id())])
    other = await one(
        area,
        build,
        "school-2",
        given="กมลชนก์",
        identifiers=[build.identifier("G_CODE", build.g_code())],
        enrolments=[build.enrolment(area.institutions["school-2"])],
    )
    before = await facts(area, kept), await facts(area, other)
    await confirm(area, (kept, other), reviewer)
    outcome = await merge(area, kept, other, merger)
    assert not outcome.HasField("problem"), outcome
    after = await facts(area, kept)
    assert len(after["learner_identifier"]) == 2
    assert len(after["enrolment"]) == 1
    assert len(after["learner_name"]) == 2
    assert sum(row["ended_at"] is None for row in after["learner_name"]) == 1
    assert not any((await facts(area, other)).values())
    undone = await unmerge(area, outcome.id, merger)
    assert undone.id == outcome.id
    assert not undone.already_done
    assert (await facts(area, kept), await facts(area, other)) == before
    assert (await unmerge(area, outcome.id, merger)).already_done


async def test_enrolments_are_found_under_the_id_of_a_merged_learner(area, build, reviewer, merger):
    school = area.institutions["school-1"]
    keeper = await area.staff("school_registrar", "school-1")
    enrolled = await one(area, build, "school-1", enrolments=[build.enrolment(school)])
    survivor = await one(area, build, "school-1", given="สมใจ")
    await confirm(area, (enrolled, survivor), reviewer)
    await merge(area, survivor, enrolled, merger)
    listed = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[enrolled, survivor])
    for by in (keeper, area.service_itself()):
        found = (await area.call("ListEnrolments", listed, by)).enrolments
        assert [(item.learner_id, item.facts.institution_id) for item in found] == [(survivor, school)]
    history = enrolments_pb2.ListEnrolmentHistoryRequest(learner_id=enrolled, purpose="REVIEW")
    states = (await area.call("ListEnrolmentHistory", history, keeper)).states
    assert {item.enrolment.learner_id for item in states} == {survivor}


async def test_what_was_stated_of_a_merged_learner_is_found_under_either_id(area, build, reviewer, merger):
    school, college = area.institutions["school-1"], area.institutions["demo-college"]
    keeper, auditor = await area.staff("school_registrar", "school-1"), await area.staff("auditor", "area")
    born = date(today_in_thailand(datetime.now(UTC)).year - 8, 1, 1)  # a guardian alone agrees
    old = await one(area, build, "school-1", birth=born, enrolments=[build.enrolment(school)])
    survivor = await one(area, build, "school-1", birth=born, given="สมใจ")
    await confirm(area, (old, survivor), reviewer)
    await merge(area, survivor, old, merger)

    def share():
        return consents_pb2.GrantShareRequest(
            request_id=str(uuid4()),
            learner_id=old,
            recipient_institution_id=college,
            scope="TRANSCRIPT",
            purpose="ADMISSION",
            valid_to=build.date(today_in_thailand(datetime.now(UTC)) + timedelta(days=30)),
        )

    def agreed():
        return consents_pb2.GiveConsentRequest(
            request_id=str(uuid4()),
            learner_id=old,
            purpose="HEALTH_SCREENING",
            text_version="2569.1",
            agreement=consents_pb2.ConsentAgreement(
                giver="CONSENT_GIVER_GUARDIAN",
                relation="MOTHER",
                channel="CONSENT_CHANNEL_PAPER",
                given_on=build.date(today_in_thailand(datetime.now(UTC))),
            ),
        )

    granted = (await area.call("GrantShare", share(), keeper)).grant
    assert granted.learner_id == survivor
    consent = (await area.call("GiveConsent", agreed(), keeper)).consent
    assert consent.learner_id == survivor
    wish = requests_pb2.OpenDataRequestRequest(request_id=str(uuid4()), learner_id=old, kind="DATA_REQUEST_KIND_COPY")
    opened = (await area.call("OpenDataRequest", wish, keeper)).data_request
    assert opened.learner_id == survivor
    recipient = await area.staff("college_registrar", "demo-college")
    for asked in (old, survivor):
        for by in (keeper, recipient, area.service_itself()):
            shares = consents_pb2.ListShareGrantsRequest(learner_ids=[asked])
            found = (await area.call("ListShareGrants", shares, by)).grants
            assert [item.grant_id for item in found] == [granted.grant_id], (asked, by)
        for by in (keeper, area.service_itself()):
            held = consents_pb2.ListConsentsInForceRequest(learner_ids=[asked], purpose="HEALTH_SCREENING")
            found = (await area.call("ListConsentsInForce", held, by)).consents
            assert [item.consent_id for item in found] == [consent.consent_id], (asked, by)
        waiting = requests_pb2.ListDataRequestsRequest(learner_id=asked)
        found = (await area.call("ListDataRequests", waiting, keeper)).data_requests
        assert [item.data_request_id for item in found] == [opened.data_request_id], asked
        read = learners_pb2.BatchGetLearnersRequest(
            learner_ids=[asked], purpose="ADMISSION", ground="GRANT", ground_id=granted.grant_id
        )
        shown = (await area.call("BatchGetLearners", read, area.through(recipient))).learners
        assert [item.learner_id for item in shown] == [survivor], asked
    seen = access_pb2.ListAccessRequest(learner_id=old)
    assert len((await area.call("ListAccess", seen, auditor)).records) >= 2


async def test_share_granted_while_two_records_become_one_is_the_surviving_learners(area, build):
    school, college = area.institutions["school-1"], area.institutions["demo-college"]
    keeper = await area.staff("school_registrar", "school-1")
    old = await one(area, build, "school-1", enrolments=[build.enrolment(school)])
    survivor = await one(area, build, "school-1", given="สมใจ", enrolments=[build.enrolment(school)])
    request = consents_pb2.GrantShareRequest(
        request_id=str(uuid4()),
        learner_id=old,
        recipient_institution_id=college,
        scope="TRANSCRIPT",
        purpose="ADMISSION",
        valid_to=build.date(today_in_thailand(datetime.now(UTC)) + timedelta(days=30)),
    )
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    merging = await asyncpg.connect(area.dsn)
    try:
        async with merging.transaction():
            await merging.execute(
                "UPDATE learner SET merged_into_learner_id = $2 WHERE learner_id = $1", UUID(old), UUID(survivor)
            )
            granting = asyncio.create_task(area.call("GrantShare", request, keeper))

            async def waits():
                return await area.value(blocked) == 1

            await eventually(waits, timeout_s=10, what="the grant to wait for the merge")
        assert (await granting).grant.learner_id == survivor
    finally:
        await merging.close()


async def test_merge_tells_others_in_order(area, build, reviewer, merger):
    kept = await one(area, build, "school-1")
    other = await one(area, build, "school-2", enrolments=[build.enrolment(area.institutions["school-2"])])
    await confirm(area, (kept, other), reviewer)
    outcome = await merge(area, kept, other, merger)
    await unmerge(area, outcome.id, merger)
    rows = await area.rows(
        "SELECT type, key, payload FROM outbox WHERE key = ANY($1) ORDER BY outbox_id", [kept, other]
    )
    told = [(row["type"].rpartition(".")[2], row["key"]) for row in rows]
    assert told[told.index(("LearnersMerged", other)) :] == [
        ("LearnersMerged", other),
        ("IdentifierChanged", kept),
        ("EnrolmentChanged", kept),
        ("LearnersUnmerged", other),
        ("IdentifierChanged", other),
        ("EnrolmentChanged", other),
        ("IdentifierChanged", kept),
    ]
    event = events_pb2.LearnersMerged.FromString(
        next(row["payload"] for row in rows if row["type"].endswith("LearnersMerged"))
    )
    assert (event.surviving_learner_id, event.merged_learner_id, event.merge_id) == (kept, other, outcome.id)


async def test_merge_needs_a_review_by_somebody_else(area, build, reviewer, merger):
    pair = await one(area, build, "school-1"), await one(area, build, "school-2")
    assert (await merge(area, *pair, merger)).problem.reason == "MATCH_REVIEW_MISSING"
    await confirm(area, pair, merger)
    assert (await merge(area, *pair, merger)).problem.reason == "SECOND_PERSON_REQUIRED"


async def test_pair_found_to_be_two_persons_is_never_merged(area, build, reviewer, merger):
    pair = await one(area, build, "school-1"), await one(area, build, "school-2")
    await confirm(area, pair, reviewer, "DIFFERENT")
    assert (await merge(area, *pair, merger)).problem.reason == "MATCH_DECIDED_DIFFERENT"


async def test_two_citizen_ids_need_a_word_which_is_right_and_undoing_gives_both_back(area, build, reviewer, merger):
    numbers = [[build.identifier("CITIZEN_ID", build.citizen_id())] for _ in range(2)]
    kept = await one(area, build, "school-1", identifiers=numbers[0])
    other = await one(area, build, "school-2", identifiers=numbers[1])
    before = await facts(area, kept), await facts(area, other)
    await confirm(area, (kept, other), reviewer)
    assert (await merge(area, kept, other, merger)).problem.reason == "TWO_CITIZEN_IDS"
    outcome = await merge(area, kept, other, merger, right_citizen_id=pb.MERGE_SIDE_MERGED)
    valid = [row for row in (await facts(area, kept))["learner_identifier"] if row["valid_to"] is None]
    assert [row["blind_index"] for row in valid] == [before[1]["learner_identifier"][0]["blind_index"]]
    await unmerge(area, outcome.id, merger)
    assert (await facts(area, kept), await facts(area, other)) == before


async def test_overlapping_primary_enrolments_are_refused_and_the_same_enrolment_is_parked(
    area, build, reviewer, merger
):
    first, second = area.institutions["school-1"], area.institutions["school-2"]
    kept = await one(area, build, "school-1", enrolments=[build.enrolment(first)])
    clash = await one(area, build, "school-2", enrolments=[build.enrolment(second)])
    await confirm(area, (kept, clash), reviewer)
    refused = await merge(area, kept, clash, merger)
    assert refused.problem.reason == "PRIMARY_ENROLMENTS_OVERLAP"
    twin = await one(area, build, "school-1", enrolments=[build.enrolment(first)])
    before = await facts(area, kept), await facts(area, twin)
    await confirm(area, (kept, twin), reviewer)
    outcome = await merge(area, kept, twin, merger)
    assert len((await facts(area, kept))["enrolment"]) == 1
    await unmerge(area, outcome.id, merger)
    assert (await facts(area, kept), await facts(area, twin)) == before


async def test_chain_is_undone_in_any_order(area, build, reviewer, merger):
    a, b, c = [
        await one(area, build, "school-1", identifiers=[build.identifier("G_CODE", build.g_code())]) for _ in range(3)
    ]
    before = [await facts(area, item) for item in (a, b, c)]
    await confirm(area, (a, b), reviewer)
    await confirm(area, (b, c), reviewer)
    first = await merge(area, b, a, merger)
    second = await merge(area, c, b, merger)
    assert len((await facts(area, c))["learner_identifier"]) == 3
    assert (await merge(area, a, c, merger)).problem.reason == "LEARNER_ALREADY_MERGED"
    assert (await merge(area, a, a, merger)).problem.reason == "SAME_LEARNER"
    await unmerge(area, first.id, merger)
    assert await facts(area, a) == before[0]
    await unmerge(area, second.id, merger)
    assert [await facts(area, item) for item in (a, b, c)] == before


async def test_facts_added_after_the_merge_stay_with_the_survivor_and_changes_go_home(area, build, reviewer, merger):
    school = area.institutions["school-2"]
    by = await area.staff("school_registrar", "school-2")
    number = build.identifier("G_CODE", build.g_code())
    kept = await one(area, build, "school-1")
    other = await one(area, build, "school-2", identifiers=[number], enrolments=[build.enrolment(school)])
    await confirm(area, (kept, other), reviewer)
    outcome = await merge(area, kept, other, merger)
    (stated,) = await area.register(
        build.learner(
            school,
            identifiers=[number, build.identifier("PASSPORT", "AB123456", country="MMR")],
            enrolments=[build.enrolment(school, valid_to=date(2026, 3, 31))],
        ),
        by=by,
    )
    assert stated.id == kept  # the number leads to the survivor
    await unmerge(area, outcome.id, merger)
    mine, his = await facts(area, kept), await facts(area, other)
    assert [row["kind"] for row in mine["learner_identifier"]] == ["PASSPORT"]
    assert [row["kind"] for row in his["learner_identifier"]] == ["G_CODE"]
    assert [row["valid_to"] for row in his["enrolment"]] == [date(2026, 3, 31)]


async def test_learner_of_another_area_does_not_exist(area, build, merger):
    far = await one(area, build, "far-school")
    near = await one(area, build, "school-1")
    outcome = await merge(area, near, far, merger)
    assert outcome.problem.reason == "LEARNER_NOT_FOUND"
    stranger = await area.staff("area_registrar", "other-area")
    status = await call_refused(area, "ListMerges", stranger, learner_id=near)
    assert status == "NOT_FOUND"


async def call_refused(world, method, by, **fields):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(world, method, by, **fields)
    return caught.value.code().name


async def test_recorder_may_not_merge(area, build, recorder):
    assert await call_refused(area, "ListMerges", recorder, learner_id=str(uuid4())) == "PERMISSION_DENIED"


async def test_two_mergers_at_once_merge_once_and_the_same_request_has_one_answer(area, build, reviewer, merger):
    second = await area.staff("area_registrar", "area")
    kept, other = await one(area, build, "school-1"), await one(area, build, "school-2")
    await confirm(area, (kept, other), reviewer)
    outcomes = await asyncio.gather(
        merge(area, kept, other, merger), merge(area, kept, other, second), merge(area, other, kept, merger)
    )
    done = [outcome for outcome in outcomes if not outcome.HasField("problem") and not outcome.already_done]
    assert len(done) == 1
    assert await area.value(
        "SELECT count(*) FROM learner_merge WHERE undone_at IS NULL AND merge_id = $1", UUID(done[0].id)
    )
    item = pb.UnmergeInput(merge_id=done[0].id, reason_code="WRONGLY_MERGED")
    fields = {"request_id": str(uuid4()), "merges": [item]}
    answers = [await call(area, "UnmergeLearners", merger, **fields) for _ in range(2)]
    assert answers[0] == answers[1]
    assert not answers[0].outcomes[0].already_done


async def test_merge_over_http_with_thai_sentences(area, build, reviewer, merger):
    kept, other = await one(area, build, "school-1"), await one(area, build, "school-2")
    body = {"merges": [{"surviving_learner_id": kept, "merged_learner_id": other, "reason_code": "HOUSE_REGISTER"}]}
    headers = merger.headers | {"Idempotency-Key": str(uuid4())}
    answer = await area.http.post("/v1/learner-merges", json=body, headers=headers)
    assert answer.status_code == 200
    problem = answer.json()["results"][0]["problem"]
    assert problem["reason"] == "MATCH_REVIEW_MISSING"
    assert "ผู้ตรวจ" in problem["title_th"]
    await confirm(area, (kept, other), reviewer)
    headers = merger.headers | {"Idempotency-Key": str(uuid4())}
    merged = (await area.http.post("/v1/learner-merges", json=body, headers=headers)).json()["results"][0]
    listed = (await area.http.get(f"/v1/learners/{other}/merges", headers=merger.headers)).json()["merges"]
    assert [item["merge_id"] for item in listed] == [merged["id"]]
    undo = {"merges": [{"merge_id": merged["id"], "reason_code": "WRONGLY_MERGED"}]}
    headers = merger.headers | {"Idempotency-Key": str(uuid4())}
    undone = (await area.http.post("/v1/learner-merges/undo", json=undo, headers=headers)).json()["results"][0]
    assert undone["id"] == merged["id"]


async def test_every_table_about_learners_follows_or_is_said_to_stay(area):
    rows = await area.rows(
        """SELECT DISTINCT c.conrelid::regclass::text AS name FROM pg_constraint c
            WHERE c.contype = 'f' AND c.confrelid = 'learner'::regclass"""
    )
    named = {row["name"] for row in rows}
    assert named == set(moving.MOVED) | set(moving.STAYS)


@pytest.mark.parametrize("table", sorted(moving.MOVED))
async def test_statements_of_moves_prepare(area, table):
    connection = await asyncpg.connect(area.dsn)
    try:
        await connection.prepare(store_moving.SQL_MOVE[table])
        await connection.prepare(store_moving.SQL_RETURN[table])
    finally:
        await connection.close()


# ---- whatever is merged, unmerged, added and changed in whatever order ----

PEOPLE = 4


@dataclass
class Model:
    """Facts by their home, and who leads to whom.

    Attributes:
        home: Learner about whom a fact was stated, by its name.
        ended: Facts that somebody ended.
        into: The learner to whom each merged one leads.
    """

    home: dict[str, int] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    into: dict[int, int] = field(default_factory=dict)

    def root(self, learner: int) -> int:
        while learner in self.into:
            learner = self.into[learner]
        return learner

    def facts(self, learner: int) -> set[tuple[str, bool]]:
        """Facts of a learner as he stands: his and those of all who lead to him; none while he leads to another."""
        return {(name, name in self.ended) for name, home in self.home.items() if self.root(home) == learner}


step = st.tuples(
    st.sampled_from(["merge", "merge", "unmerge", "add", "end"]), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)
)


class Life:
    """One run: the model, and the same in the registry."""

    def __init__(self, world, build, reviewer, merger, keeper) -> None:
        self.world, self.build = world, build
        self.reviewer, self.merger, self.keeper = reviewer, merger, keeper
        self.model = Model()
        self.learners: list[str] = []
        self.merges: dict[int, str] = {}

    async def begin(self) -> None:
        school = self.world.institutions["school-1"]
        for learner in range(PEOPLE):
            number = f"P{uuid4().hex[:8].upper()}"
            (outcome,) = await self.world.register(
                self.build.learner(
                    school, birth=None, identifiers=[self.build.identifier("PASSPORT", number, country="MMR")]
                ),
                by=self.keeper,
            )
            self.learners.append(outcome.id)
            self.model.home[await self.newest(outcome.id)] = learner

    async def newest(self, learner_id: str) -> str:
        """Name of the fact just added: the identifier's id."""
        statement = (
            "SELECT identifier_id FROM learner_identifier WHERE learner_id = $1 ORDER BY identifier_id DESC LIMIT 1"
        )
        return str(await self.world.value(statement, UUID(learner_id)))

    async def told(self, learner: int) -> set[tuple[str, bool]]:
        rows = await self.world.rows(
            "SELECT identifier_id, valid_to IS NOT NULL AS ended FROM learner_identifier WHERE learner_id = $1",
            UUID(self.learners[learner]),
        )
        return {(str(row["identifier_id"]), row["ended"]) for row in rows}

    async def names(self) -> list[list[tuple[str, bool]]]:
        """Names by learner as they stand in the table; at most one of a learner is current."""
        found = []
        for learner_id in self.learners:
            rows = await self.world.rows(
                "SELECT learner_name_id, ended_at FROM learner_name WHERE learner_id = $1 ORDER BY 1", UUID(learner_id)
            )
            found.append([(str(row["learner_name_id"]), row["ended_at"] is None) for row in rows])
        return found

    async def play(self, kind: str, one: int, other: int) -> None:
        model = self.model
        if kind == "merge" and one not in model.into and model.root(other) == other != one:
            pair = (self.learners[other], self.learners[one])
            if one not in self.merges:
                await confirm_again(self.world, pair, self.reviewer)
            outcome = await merge(self.world, *pair, self.merger)
            assert not outcome.HasField("problem"), outcome
            self.merges[one], model.into[one] = outcome.id, other
        elif kind == "unmerge" and one in model.into:
            assert not (await unmerge(self.world, self.merges.pop(one), self.merger)).HasField("problem")
            del model.into[one]
        elif kind == "add":
            root = model.root(one)
            await self.add(root)
        elif kind == "end" and (open_facts := sorted(name for name, ended in model.facts(one) if not ended)):
            connection = await asyncpg.connect(self.world.dsn)
            statement = "UPDATE learner_identifier SET valid_to = valid_from WHERE identifier_id = $1"
            await connection.execute(statement, UUID(open_facts[other % len(open_facts)]))
            await connection.close()
            model.ended.add(open_facts[other % len(open_facts)])

    async def add(self, root: int) -> None:
        """A new number of the person, stated through one of those he has."""
        connection = await asyncpg.connect(self.world.dsn)
        identifier_id = uuid4()
        await connection.execute(
            """INSERT INTO learner_identifier (identifier_id, learner_id, kind, sealed_value, key_version, blind_index,
                   value_length, last4, country, verification_state, valid_from, recorded_at)
               VALUES ($1, $2, 'PASSPORT', '\\x00', 1, sha256($3), 8, '1234', 'MMR', 'UNVERIFIED',
                       (now() AT TIME ZONE 'Asia/Bangkok')::date, now())""",
            identifier_id,
            UUID(self.learners[root]),
            identifier_id.bytes,
        )
        await connection.close()
        self.model.home[str(identifier_id)] = root


async def confirm_again(world, pair, by):
    """A pair found to be one person, whatever was decided before."""
    reported = await call(
        world,
        "ReportCandidates",
        by,
        request_id=str(uuid4()),
        pairs=[pb.ReportedPair(one_learner_id=pair[0], other_learner_id=pair[1])],
    )
    decision = pb.CandidateDecision(
        candidate_id=reported.outcomes[0].id, state="CANDIDATE_STATE_SAME", reason_code="HOUSE_REGISTER"
    )
    answer = await call(world, "DecideCandidates", by, request_id=str(uuid4()), decisions=[decision])
    assert not answer.outcomes[0].HasField("problem"), answer


async def test_any_merges_and_unmerges_leave_every_fact_where_its_home_stands(area, build, reviewer, merger):
    keeper = await area.staff("school_registrar", "school-1")
    loop = asyncio.get_running_loop()

    async def play(steps) -> None:
        life = Life(area, build, reviewer, merger, keeper)
        await life.begin()
        names = await life.names()
        for kind, one, other in steps:
            await life.play(kind, one, other)
            for learner in range(PEOPLE):
                assert await life.told(learner) == life.model.facts(learner)
            assert all(sum(current for _, current in each) <= 1 for each in await life.names())
        for learner in sorted(life.model.into):
            await life.play("unmerge", learner, 0)
        for learner in range(PEOPLE):
            assert await life.told(learner) == life.model.facts(learner)
        assert await life.names() == names  # nobody renamed anybody: every name is current again, where it was

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, min_size=3, max_size=12))
    def holds(steps) -> None:
        asyncio.run_coroutine_threadsafe(play(steps), loop).result()

    await asyncio.to_thread(holds)
