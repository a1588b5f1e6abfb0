"""The whole case as one document, the letter about its decision, and precedents.

The document holds ids, codes and what was said about the case; no name and no number of a learner. Whoever prints a
letter and may know the name adds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import PermissionMissing
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import CourseKey
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people import use_cases as people
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.transfers import errors, reading, store_file, store_steps
from credit_bank.transfers.domain import VOTABLE, CaseLine, CaseResult, CaseState, LineState, TransferCase
from credit_bank.transfers.printing import page_of
from credit_bank.transfers.store_file import Precedent
from credit_bank.transfers.store_steps import Step, TakenStep

FORMAT = "nuaikit-case-file-1"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The whole case.

    Attributes:
        document: As canonical JSON text.
        html: The same as one page to print.
        sha256: Over `document`.
    """

    case: TransferCase
    document: str
    html: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A line in a letter; sources as code and title."""

    target_code: str
    target_title_th: str
    credit_hundredths: int
    unit: str
    state: LineState
    reason_code: str
    reason_th: str
    sources_th: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """What the letter about a decision says."""

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    institution_name_th: str
    committee_order_no: str
    requested_on: date
    decided_on: date
    result: CaseResult
    lines: tuple[LetterLine, ...]
    appeal_until: date | None
    policy_rules: tuple[str, ...]
    qualification_code: str
    qualification_version: str


@dataclass(frozen=True, slots=True)
class Precedents:
    """Precedents, newest first, and how many there are in all."""

    found: list[Precedent]
    accepted: int
    rejected: int


async def get_case_file(pool: Pool, case_id: UUID, *, actor: Actor, now: datetime) -> CaseFile:
    """Read the whole case as one document for audit (R-77); the read is kept for the learner to see.

    Args:
        pool: Connections.
        case_id: Which.
        actor: Staff with `transfer.read`, or the learner with `own.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        CaseNotFound: There is none, or none for the actor.
    """
    async with transaction(pool) as connection:
        case = await reading.read_one(connection, case_id, actor=actor, now=now)
        kept = await store_file.parts(connection, case_id)
        steps = (await store_steps.steps_of(connection, [case_id]))[case_id]
        committee_ids = {case.committee_id} | {appeal["earlier_committee_id"] for appeal in kept["appeals"]}
        committee_ids |= {committee_id for taken in steps for committee_id in _committees_of(taken.step)}
        committees = await partnerships.read_committees(connection, {found for found in committee_ids if found})
        places = {case.institution_id} | {source["issuer_institution_id"] for source in kept["sources"]}
        places |= {UUID(one["institution_id"]) for found in kept["partnership"] for one in found["confirmations"]}
        institutions = await people.read_institutions(connection, places)
        version = (case.qualification_code, case.qualification_version)
        qualification = (await qualifications.read_qualifications(connection, [version])).get(version)
    document: dict[str, Any] = {
        "format": FORMAT,
        "printed_on": thai_date(now).isoformat(),
        "case": asdict(case),
        "institutions": {
            str(key): {"name_th": institution.name_th, "official_code": institution.official_code}
            for key, institution in institutions.items()
        },
        "qualification_name_th": qualification.name_th if qualification else "",
        "committees": [
            {
                "committee_id": key,
                "order_no": committee.facts.order_no,
                "quorum": committee.facts.quorum,
                "mandates": sorted(committee.facts.mandates),
                "valid_from": committee.facts.valid_from,
                "valid_to": committee.facts.valid_to,
                "members": [asdict(member) for member in committee.facts.members],
            }
            for key, committee in sorted(committees.items())
        ],
        "steps": [
            {
                "kind": taken.step.kind,
                "from_state": taken.step.from_state,
                "to_state": taken.step.to_state,
                "hearing": taken.step.hearing,
                "taken_at": taken.taken_at,
                "assignment_id": taken.assignment_id,
                "role": taken.role,
                "details": dict(taken.step.details),
            }
            for taken in steps
        ],
    } | kept
    document["policy_rules"] = [row["rule"] for row in kept["policy_rules"]]
    document["partnership"] = next(iter(kept["partnership"]), None)
    if actor.institution_id is None:
        document = _for_applicant(document)
    text = json.dumps(plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).digest()
    return CaseFile(case, text, page_of(json.loads(text), sha256.hex()), sha256)


def _for_applicant(document: dict[str, Any]) -> dict[str, Any]:
    """The file as the applicant gets it: what was decided and why, not who voted how."""
    hidden: dict[str, Any] = {"votes": [], "interests": []}
    steps = [step | {"assignment_id": None} for step in document["steps"] if step["kind"] != "INTEREST_DECLARED"]
    committees = [committee | {"members": []} for committee in document["committees"]]
    return document | hidden | {"steps": steps, "committees": committees}


def plain(value: Any) -> Any:
    """Ids, days and instants as text, tuples and sets as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in cast("frozenset[Any]", value))
    if isinstance(value, Sequence):
        return [plain(item) for item in cast("Sequence[Any]", value)]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


async def get_decision_letter(pool: Pool, case_id: UUID, *, actor: Actor, now: datetime) -> DecisionLetter:
    """Read what the letter about a decision says; the read is kept for the learner to see.

    Args:
        pool: Connections.
        case_id: Which.
        actor: Staff with `transfer.read`, or the learner with `own.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        CaseNotFound: There is none, or none for the actor.
        CaseStateWrong: It is not decided.
    """
    async with transaction(pool) as connection:
        case = await reading.read_one(connection, case_id, actor=actor, now=now)
        result, decided_at = case.result, case.decided_at
        if result is None or decided_at is None:
            raise errors.CaseStateWrong(state=case.state, wanted="DECIDED")
        kept = await store_file.parts(connection, case_id)
        steps = (await store_steps.steps_of(connection, [case_id]))[case_id]
        decider = _decider(case, steps)
        committees = await partnerships.read_committees(connection, {decider} if decider else ())
        institutions = await people.read_institutions(connection, {case.institution_id})
    named = {rule for line in case.lines for rule in line.policy_rules}
    for taken in steps:
        named |= set(taken.step.details.get("policy_rules", ()))
    sources: dict[str, list[str]] = {}
    for source in kept["sources"]:
        sources.setdefault(str(source["line_id"]), []).append(f"{source['code']} {source['title_th']}")
    place = institutions.get(case.institution_id)
    case = _as_decided(case, steps)
    return DecisionLetter(
        case_id=case.case_id,
        learner_id=case.learner_id,
        institution_id=case.institution_id,
        institution_name_th=place.name_th if place else "",
        committee_order_no=committees[decider].facts.order_no if decider else "",
        requested_on=case.requested_on,
        decided_on=thai_date(decided_at),
        result=result,
        lines=tuple(
            LetterLine(
                target_code=line.target.code,
                target_title_th=line.target_title_th,
                credit_hundredths=line.credit_hundredths,
                unit=line.unit,
                state=line.state,
                reason_code=line.reason_code,
                reason_th=line.reason_th,
                sources_th=tuple(sources.get(str(line.line_id), ())),
            )
            for line in case.lines
        ),
        appeal_until=case.appeal_until,
        policy_rules=tuple(sorted(named)),
        qualification_code=case.qualification_code,
        qualification_version=case.qualification_version,
    )


def _committees_of(step: Step) -> list[UUID]:
    """Committees that a step names."""
    named = (step.details.get("committee_id"), step.details.get("earlier_committee_id"))
    return [UUID(found) for found in named if found]


def _decider(case: TransferCase, steps: Sequence[TakenStep]) -> UUID | None:
    """The committee that decided last: another may have the case by now, for an appeal or an assessment."""
    decided = [taken.step for taken in steps if taken.step.kind == "DECIDED"]
    named = decided[-1].details.get("committee_id") if decided else None
    # Steps of the bank's first days name none; nothing else could have decided then.
    return UUID(named) if named else case.committee_id


def _as_decided(case: TransferCase, steps: Sequence[TakenStep]) -> TransferCase:
    """A case as its newest decision left it: while an appeal is heard, its lines say nothing of what was decided."""
    decided = [taken.step.details for taken in steps if taken.step.kind == "DECIDED"]
    if case.state is not CaseState.APPEALED or not decided:
        return case
    # Each decision says what it said of the lines that it heard; those that were not heard again stood as before.
    states: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    for details in decided:
        states |= details.get("lines", {})
        reasons |= details.get("reasons", {})
    lines = tuple(_line_as_decided(line, states, reasons) for line in case.lines)
    until = decided[-1].get("appeal_until")
    return replace(case, lines=lines, appeal_until=date.fromisoformat(until) if until else None)


def _line_as_decided(line: CaseLine, states: Mapping[str, str], reasons: Mapping[str, Sequence[str]]) -> CaseLine:
    if line.state not in VOTABLE or str(line.line_id) not in states:
        return line
    code, sentence = reasons.get(str(line.line_id), ("", ""))
    return replace(line, state=LineState(states[str(line.line_id)]), reason_code=code, reason_th=sentence)


async def list_precedents(
    pool: Pool, sources: Sequence[CourseKey], target: CourseKey, *, page_size: int = 0, actor: Actor
) -> Precedents:
    """How committees, here and elsewhere, decided the same question; no learner and no case is named.

    Args:
        pool: Connections.
        sources: Source courses, all together.
        target: Course asked for.
        page_size: 1 to 1,000; 0 means 100.
        actor: Whoever reads or judges cases, or asks for one himself.

    Raises:
        PermissionMissing: The role does neither.
        CourseUnknown: A course is not in the catalogue.
        InvalidField: Page size.
    """
    if not (actor.may("transfer.read") or actor.may("own.transfer")):
        raise PermissionMissing(permission="transfer.read", role=actor.role)
    limit = limits.page_size(page_size)
    async with pool.acquire(timeout=10) as connection:
        return await precedents_of(connection, sources, target, limit=limit)


async def precedents_of(
    connection: Connection, sources: Sequence[CourseKey], target: CourseKey, *, limit: int
) -> Precedents:
    """The same inside another reader's transaction.

    Raises:
        CourseUnknown: A course is not in the catalogue.
    """
    known = await catalogue.find_courses(connection, {*sources, target})
    for key in (*sources, target):
        if key not in known:
            raise CourseUnknown(code=key.code, curriculum_version=key.curriculum_version)
    found, accepted, rejected = await store_file.precedents(
        connection, [known[key].course_id for key in sources], known[target].course_id, limit=limit
    )
    return Precedents(found, accepted, rejected)
