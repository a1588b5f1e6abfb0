"""Who may do what, and who sees whose things: proven by calling all there is to call.

The walk knows no list of rpcs and routes; a new one is walked as soon as it is there, and refused here until somebody
says in `tests/support/credit_permissions.py` what it asks.
"""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import credit_calls as calls
from tests.support import credit_permissions as claims
from tests.support.credit_permissions import ALONE, RPCS, SAME_AS, Needs, needs_of
from tests.support.credit_walk import PDF, Answer, Person, Rpc, call, routes, rpcs, send, somebody
from tests.support.credit_world import World
from tests.support.transfer_calls import case_json, done, opened, today

REFUSED = ("PERMISSION_DENIED", "PERMISSION_MISSING")
UNSEEN = "NOT_FOUND"

ANY_ROLE = frozenset({"credit.read"})
"""What somebody may who has just any role: enough where signing in is."""

BODIES = {"sha256_hex": "ab" * 32, "content_base64": "e30=", "signature_hex": "ab" * 64}
"""Fields of bodies whose shape no example tells."""


def is_refused(answer: Answer, needs: Needs) -> bool:
    """Whether somebody was told that he may not, or shown nothing."""
    return (answer.status, answer.reason) == REFUSED or (needs.is_hidden and answer.status == UNSEEN)


# ---- the matrix -----------------------------------------------------------------------------------------------------


class People:
    """Somebody at the stranger's place for each set of permissions that the walk asks about."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[frozenset[str], str], Person] = {}

    async def with_only(self, permissions: frozenset[str], role: str = "walker") -> Person:
        """Whoever has exactly these."""
        if (permissions, role) not in self._known:
            name, place = f"walker {len(self._known)}", self._world.stranger
            self._known[permissions, role] = await somebody(self._world, name, permissions, place, role=role)
        return self._known[permissions, role]


async def faults_of(name: str, needs: Needs, people: People, ask: Any) -> list[str]:
    """What an operation does otherwise than is claimed: refused to all others, open to each that is named."""
    found: list[str] = []
    nobody = await ask(None)
    if nobody.status != "UNAUTHENTICATED":
        found.append(f"{name} answers {nobody.status} without a token")
    if needs.staff:
        without = await ask(await people.with_only(claims.everything() - needs.staff))
        if not is_refused(without, needs):
            found.append(f"{name} needs none of {sorted(needs.staff)}: {without.status} {without.reason}")
    if needs.only:
        elsewhere = await ask(await people.with_only(needs.staff))
        if not is_refused(elsewhere, needs):
            found.append(f"{name} is not for {sorted(needs.only)} only: {elsewhere.status} {elsewhere.reason}")
    role = min(needs.only, default="walker")
    for permission in sorted(needs.staff) or [claims.SIGNED_IN]:
        alone = await ask(await people.with_only(frozenset(permission.split()) or ANY_ROLE, role))
        if (alone.status, alone.reason) == REFUSED and not needs.is_hidden:
            found.append(f"{name} refuses {permission or 'somebody signed in'}: {alone.text[:120]}")
        if alone.status in ("INTERNAL", "UNKNOWN", "500"):
            found.append(f"{name} breaks: {alone.text[:120]}")
    return found


async def test_every_rpc_asks_exactly_what_is_claimed(world: World) -> None:
    people, faults = People(world), list[str]()
    for rpc in rpcs():

        async def ask(person: Person | None, rpc: Rpc = rpc) -> Answer:
            return await call(world, rpc, rpc.message(), person)

        faults += await faults_of(rpc.name, RPCS[rpc.name], people, ask)
    assert not faults, "\n".join(faults)


async def test_every_route_asks_exactly_what_is_claimed(world: World) -> None:
    people, faults = People(world), list[str]()
    found = await routes(world)
    for route in found:
        needs = needs_of(route.name)
        assert needs is not None, f"nobody says what {route.name} asks"

        async def ask(person: Person | None, route: Any = route) -> Answer:
            return await send(world, route, person, BODIES)

        faults += await faults_of(route.name, needs, people, ask)
    assert not faults, "\n".join(faults)
    assert {route.name for route in found} == {*SAME_AS, *ALONE}, "claims about routes that are gone"


def test_claims_are_about_every_rpc_and_the_page_says_them() -> None:
    assert {rpc.name for rpc in rpcs()} == RPCS.keys()
    assert claims.PAGE.read_text("utf-8") == claims.page(), "python -m tests.support.credit_permissions write"


MAY = {
    "school_recorder": "DraftResults SubmitDrafts RecordResults ProposeCorrections ListEntries",
    "school_registrar": "VerifyResults ReturnResults ProposeCorrections OpenTransferCases RedeemQualifications",
    "school_director": "ApproveResults RegisterPartnerships RequestRevocations ConfirmEntryChanges",
    "college_registrar": "GetTranscript QueryTranscripts OpenTransferCases PostCases RedeemQualifications CountEntries",
    "committee_member": "CastVotes DeclareInterests GetTransferCase GetTranscript ListPrecedents",
    "committee_chair": "CastVotes DecideCases",
    "learner": "GetStatement GetTranscript ListAccess SaveTransferDrafts AppealCases WithdrawCases AnswerSurveys",
    "outside_assessor": "SignAssessments ListAssessments",
    "agency_publisher": "PublishCourses PublishQualifications PublishEquivalenceRules PublishPolicyRules",
    "auditor": "ListAccess GetStatement ListCheckpoints",
}
"""What credit-bank.md b lets people do."""

MAY_NOT = {
    "school_recorder": "VerifyResults DecideCases CastVotes ApproveResults ConfirmEntryChanges PostCases",
    "school_registrar": "DecideCases CastVotes RecordResults ApproveResults",
    "school_director": "RecordResults DraftResults VerifyResults ProposeCorrections",
    "college_registrar": "CastVotes DecideCases RecordResults",
    "committee_member": "RecordResults VerifyResults PostCases DecideCases OpenTransferCases",
    "committee_chair": "RecordResults VerifyResults PostCases",
    "learner": "RecordResults VerifyResults ProposeCorrections CastVotes ListEntries QueryTranscripts",
    "outside_assessor": "RecordResults VerifyResults ListEntries GetTranscript GetStatement",
    "area_officer": "ListEntries GetStatement GetTranscript QueryTranscripts GetTransferCase GetAverages",
    "area_director": "ListEntries GetStatement GetTranscript QueryTranscripts GetAverages",
    "report_reader": "ListEntries GetStatement GetTranscript QueryTranscripts GetTransferCase GetAverages",
    "agency_publisher": "ListEntries GetStatement GetTranscript RecordResults VerifyResults",
    "registry_admin": "ListEntries GetStatement GetTranscript RecordResults VerifyResults DecideCases",
}
"""What it forbids them."""


def test_roles_may_what_the_specification_says_and_not_what_it_forbids() -> None:
    wrong = [
        (role, name, is_allowed)
        for table, is_allowed in ((MAY, True), (MAY_NOT, False))
        for role, names in table.items()
        for name in names.split()
        if claims.may(role, RPCS[name]) is not is_allowed
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_auditor_changes_nothing() -> None:
    writes = [rpc.name for rpc in rpcs() if rpc.is_write and claims.may("auditor", RPCS[rpc.name])]
    assert writes == []


# ---- other people's things ------------------------------------------------------------------------------------------


HEADER = "เลขประจำตัวนักเรียน,รหัสวิชา,ปีการศึกษา,ภาคเรียน,ผลการเรียน,เลขที่หลักฐาน"


async def things(world: World) -> dict[str, Any]:
    """One of everything that belongs to a learner, a school or a college, by the names that fields have for its id."""
    learner_id, entries, case_id = await opened(world, ("ท31101", "3"), ("ค31101", "4"), lines=[([0], "20000-1101")])
    headers = world.staff["school-recorder"].headers | {"Idempotency-Key": str(uuid4())}
    file = await world.http.post("/v1/evidence-files", files={"file": ("x", PDF)}, headers=headers)
    table = "\n".join((HEADER, "68001,ศ31101,2568,1,3,ทดสอบ")).encode()
    headers |= {"Idempotency-Key": str(uuid4())}
    taken = await world.http.post("/v1/result-imports", files={"file": ("x", table)}, headers=headers)
    [submitted] = await calls.record(world, calls.result(learner_id, "ศ31101", year_be=2569))
    draft = {"drafts": [{"result": {"learner_id": str(learner_id)}}]}
    [drafted] = await calls.posted(world, "drafts", draft, "school-recorder")
    change = {
        "entry_id": str(entries[1]),
        "entry_version": 1,
        "result": calls.result_json(learner_id, "ค31101", "3", year_be=2569),
        "reason_code": "GRADE_ERROR",
    }
    [proposed] = await calls.posted(world, "entries/corrections", {"corrections": [change]}, "school-recorder")
    assert proposed["problem"] is None, proposed
    survey = {
        "institution_id": str(world.school),
        "kind": "WISHES",
        "title_th": "ความต้องการ",
        "year_be": 2570,
        "term": 1,
        "courses": [calls.key_json("20000-1101")],
        "opens_on": today().isoformat(),
        "closes_on": (today() + timedelta(days=14)).isoformat(),
        "provenance": calls.PROVENANCE_JSON,
    }
    [surveyed] = await calls.posted(world, "surveys", {"surveys": [survey]}, "school-registrar")
    batch = case_json(world, learner_id) | {"learner_ids": [str(learner_id)]}
    batch = {name: value for name, value in batch.items() if name not in ("learner_id", "lines")}
    batch["lines"] = [{"sources": [calls.key_json("ท31101")], "target": calls.key_json("20000-1101")}]
    begun = await calls.post(world, "transfer-cases/batches", batch, "college-registrar")
    assert begun.status_code in (200, 202), begun.text
    other = case_json(world, learner_id, institution_id=str(world.college), committee_id=None)
    [kept] = await done(world, "drafts", "drafts", [other], world.signed_in(learner_id))
    line_id = await world.fetchval("SELECT line_id FROM case_line WHERE case_id = $1", UUID(case_id))
    return {
        "learner_id": str(learner_id),
        "learner_ids": [str(learner_id)],
        "entry_id": str(entries[0]),
        "entry_ids": [str(entries[0]), str(submitted.id)],
        "source_entry_ids": [str(entries[0])],
        "draft_id": drafted["id"],
        "draft_ids": [drafted["id"], kept["id"]],
        "change_id": proposed["id"],
        "change_ids": [proposed["id"]],
        "case_id": case_id,
        "case_ids": [case_id],
        "line_id": str(line_id),
        "survey_id": surveyed["id"],
        "survey_ids": [surveyed["id"]],
        "batch_id": begun.json()["batch_id"],
        "file_id": file.json()["file_id"],
        "import_id": taken.json()["import_id"],
        "committee_id": str(world.committee_id),
        "partnership_id": str(world.partnership_id),
        "institution_id": str(world.school),
        "grade_label": "M.4",
    }


SECRET = ("learner_id", "entry_id", "draft_id", "change_id", "case_id", "line_id", "batch_id", "file_id", "import_id")
"""Ids that nobody learns who has nothing to do with them."""

KEPT_APART = {"request", "outbox", "outbox_sequence", "access_log"}
"""Tables in which every call may leave something."""


async def rows(world: World) -> dict[str, set[str]]:
    """Every row of every table, as text."""
    names = await world.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {
        row["tablename"]: {
            found["row"] for found in await world.fetch(f"SELECT to_jsonb(t)::text AS row FROM {row['tablename']} t")
        }
        for row in names
        if row["tablename"] not in KEPT_APART
    }


async def strangers(world: World) -> list[Person]:
    """Two who together may everything but audit, at a college that has to do with nobody.

    Whoever sits in committees sees by the cases that are his, everybody else by what ties his institution.
    """
    all_but_audit = claims.everything() - {"access.read"}
    place = world.stranger
    return [
        await somebody(world, "stranger", all_but_audit - {"transfer.vote"}, place, role="college_registrar"),
        await somebody(world, "strange judge", all_but_audit, place),
    ]


async def test_others_things_do_not_exist_for_a_stranger_who_may_everything(world: World) -> None:
    values = await things(world)
    people = await strangers(world)
    secrets = {values[name] for name in SECRET}
    before = await rows(world)
    shown: list[str] = []
    for place, who in itertools.product((world.school, world.stranger), people):
        known = values | {"institution_id": str(place)}
        for rpc in rpcs():
            answer = await call(world, rpc, rpc.message(known), who)
            assert answer.status not in ("INTERNAL", "UNKNOWN"), (rpc.name, answer)
            shown += [f"{rpc.name}: {found}" for found in _shown(answer, secrets, is_write=rpc.is_write)]
        for route in await routes(world):
            answer = await send(world, route, who, known)
            assert answer.status != "500", (route.name, answer)
            is_write = route.method != "get"
            shown += [f"{route.name}: {found}" for found in _shown(answer, secrets, is_write=is_write)]
    shown = [found for found in shown if found.partition(":")[0] not in HIS_OWN_DRAFTS]
    assert not shown, "\n".join(shown)
    after = await rows(world)
    changed = {name: sorted(found - after[name]) for name, found in before.items() if not found <= after[name]}
    assert changed == {}, "a stranger changed what is not his"
    new = {name: found - before[name] for name, found in after.items() if found - before[name]}
    foreign = {name for name, found in new.items() if any(secret in row for row in found for secret in secrets)}
    foreign -= WRITTEN_BY_HIMSELF
    assert foreign == set(), {name: sorted(new[name])[:2] for name in foreign}


WRITTEN_BY_HIMSELF = {"result_draft", "case_draft", "case_batch_item"}
"""What he would like to ask about a learner whom he was told of; each is judged before anything comes of it."""

HIS_OWN_DRAFTS = {
    "ListDrafts",
    "ListTransferDrafts",
    "GetCaseBatch",
    "GET /v1/drafts",
    "GET /v1/transfer-cases/drafts",
    "GET /v1/transfer-cases/batches/{batch_id}",
}
"""Where he reads it again."""


def _shown(answer: Answer, secrets: set[str], *, is_write: bool) -> list[str]:
    """Secret ids that an answer holds; of a write only where an item succeeded: refusals may repeat what was sent."""
    if answer.status != "OK":
        return []
    if is_write and answer.items and len(answer.problems) == answer.items:
        return []
    return sorted(secret for secret in secrets if secret in answer.text)


EXISTS_FOR_NOBODY_ELSE = {
    "CountEntries",
    "ExpireCredits",
    "VerifyResults",
    "ReturnResults",
    "RejectResults",
    "SubmitDrafts",
    "WithdrawDrafts",
    "ProposeCorrections",
    "RequestRevocations",
    "ConfirmEntryChanges",
    "DeclineEntryChanges",
    "SignAssessments",
    "ApproveResults",
    "CloseSurveys",
    "BeginReviews",
    "DecideCases",
    "PostCases",
    "SubmitTransferDrafts",
    "WithdrawCases",
    "AssignCommittees",
    "RequestInformation",
    "AnswerInformation",
    "DeclareInterests",
    "RecordLineAssessments",
    "AppealCases",
    "ReverseLines",
    "CloseCases",
    "GetTransferCase",
    "GetCaseFile",
    "GetDecisionLetter",
    "GetCaseBatch",
    "GetSurveyResult",
    "GetStatement",
    "GetAverages",
    "GetTranscript",
    "CheckQualifications",
}
"""Rpcs that name an object of somebody: for others it is not found, which is no refusal."""


async def test_whoever_names_others_things_is_told_that_there_are_none(world: World) -> None:
    values = await things(world)
    told: dict[str, Answer] = {}
    for who in await strangers(world):
        for rpc in rpcs():
            if rpc.name in EXISTS_FOR_NOBODY_ELSE and RPCS[rpc.name].staff & who.actor.permissions:
                told[rpc.name] = await call(world, rpc, rpc.message(values), who)
    assert told.keys() == EXISTS_FOR_NOBODY_ELSE
    wrong = {
        name: found
        for name, found in told.items()
        if found.status != UNSEEN and not (found.status == "OK" and found.kinds and set(found.kinds) == {UNSEEN})
    }
    assert not wrong, "\n".join(map(str, wrong.items()))


async def test_whatever_shows_a_learner_to_another_institution_is_in_his_access_list(world: World) -> None:
    values = await things(world)
    learner_id = values["learner_id"]
    permissions = claims.everything() - {"access.read", "transfer.vote"}
    who = await somebody(world, "partner", permissions, world.college, role="college_registrar")
    seen: set[str] = set()
    silent: list[str] = []

    async def left() -> int:
        return await world.fetchval("SELECT count(*) FROM access_log WHERE learner_id = $1", UUID(learner_id))

    async def look(name: str, ask: Any, *, is_about_him: bool) -> None:
        before = await left()
        answer = await ask()
        if answer.status == "OK" and answer.text and (is_about_him or learner_id in answer.text):
            seen.add(name)
            if await left() == before:
                silent.append(name)

    for rpc in rpcs():
        if not rpc.is_write:
            ask = lambda rpc=rpc: call(world, rpc, rpc.message(values), who)  # noqa: E731  # one line a kind of call
            await look(rpc.name, ask, is_about_him=rpc.has("learner_id"))
    for route in await routes(world):
        if route.method == "get":
            ask = lambda route=route: send(world, route, who, values)  # noqa: E731  # one line a kind of call
            await look(route.name, ask, is_about_him="{learner_id}" in route.path)
    assert {"GetTranscript", "GetStatement", "GetAverages", "CheckQualifications"} <= seen
    assert {"GET /v1/learners/{learner_id}/transcript", "GET /v1/learners/{learner_id}/statement"} <= seen
    assert set(silent) <= OWN_AFFAIRS, set(silent) - OWN_AFFAIRS


OWN_AFFAIRS = {
    "ListTransferCases",
    "GetTransferCase",
    "GetCaseFile",
    "GetDecisionLetter",
    "GetCaseBatch",
    "GET /v1/transfer-cases",
    "GET /v1/transfer-cases/{case_id}",
    "GET /v1/transfer-cases/{case_id}/file",
    "GET /v1/transfer-cases/{case_id}/file.json",
    "GET /v1/transfer-cases/{case_id}/decision-letter",
    "GET /v1/transfer-cases/batches/{batch_id}",
}
"""Cases that the learner brought to this very institution: they are its own files."""


async def test_learner_sees_nothing_of_another(world: World) -> None:
    values = await things(world)
    other = await world.learner()
    permissions = claims.roles()["learner"]
    who = await somebody(world, "another learner", permissions, None, learner_id=other)
    secrets = {values[name] for name in SECRET}
    before = await rows(world)
    for rpc in rpcs():
        answer = await call(world, rpc, rpc.message(values), who)
        assert _shown(answer, secrets, is_write=rpc.is_write) == [], (rpc.name, answer)
    for route in await routes(world):
        answer = await send(world, route, who, values)
        assert _shown(answer, secrets, is_write=route.method != "get") == [], (route.name, answer)
    after = await rows(world)
    assert {name for name, found in before.items() if not found <= after[name]} == set()


# ---- errors that every rpc declares ---------------------------------------------------------------------------------


@pytest.fixture
async def mighty(world: World) -> Person:
    """Somebody who may everything at the school."""
    return await somebody(world, "mighty", claims.everything(), world.school, role="agency_publisher")


async def test_no_rpc_takes_a_request_id_that_is_none_or_was_used_for_something_else(
    world: World, mighty: Person
) -> None:
    wrong: list[tuple[str, Answer]] = []
    reused: set[str] = set()
    for rpc in (rpc for rpc in rpcs() if rpc.is_write):
        answer = await call(world, rpc, rpc.message({"request_id": "x"}), mighty)
        if (answer.status, answer.reason) != ("INVALID_ARGUMENT", "INVALID_FIELD"):
            wrong.append((rpc.name, answer))
        other = {name: str(uuid4()) for name in ("entry_id", "case_id")} | {"reference": "อื่น", "title_th": "อื่น"}
        said, changed = rpc.message(), rpc.message(other)
        changed.request_id = said.request_id
        first, second = await call(world, rpc, said, mighty), await call(world, rpc, changed, mighty)
        if first.status == "OK" and second.reason == "REQUEST_MISMATCH":
            reused.add(rpc.name)
        elif first.status == "OK" and said != changed:
            wrong.append((f"{rpc.name} again", second))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(reused) > len(RPCS) // 3, "the walk must reach most of what writes"


async def test_no_rpc_takes_pages_items_or_ids_that_cannot_be(world: World, mighty: Person) -> None:
    wrong: list[tuple[str, str, Answer]] = []
    for rpc in rpcs():
        values = await things_unknown(world)
        cases: list[tuple[str, Any, str]] = []
        if rpc.has("page_size"):
            cases.append(("page_size", rpc.message(values | {"page_size": 1_001}), "INVALID_FIELD"))
        if rpc.has("page_token"):
            cases.append(("page_token", rpc.message(values | {"page_token": "x"}), "INVALID_FIELD"))
        if rpc.list_field is not None:
            endless = rpc.message(values)
            field = getattr(endless, rpc.list_field.name)
            field.extend([field[0]] * 1_000)
            cases.append(("items", endless, "TOO_MANY_ITEMS"))
            none = rpc.message(values)
            none.ClearField(rpc.list_field.name)
            cases.append(("no item", none, "INVALID_FIELD"))
        for what, message, reason in cases:
            answer = await call(world, rpc, message, mighty)
            is_off = answer.reason == "EXCHANGE_OFF"  # no bank is configured, and that is said first
            if (answer.status, answer.reason) != ("INVALID_ARGUMENT", reason) and not is_off:
                wrong.append((rpc.name, what, answer))
    assert not wrong, "\n".join(map(str, wrong))


async def things_unknown(world: World) -> dict[str, Any]:
    """Values of the caller's own place, and of objects that there are not."""
    return {"institution_id": str(world.school), "learner_id": str(uuid4())}
