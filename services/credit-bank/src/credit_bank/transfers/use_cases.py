"""The steps of a transfer case; each is one transaction over many cases.

Locks are taken in one order everywhere: request id, learners (sorted), cases (sorted). What happens to one learner is
ordered by the learner's lock, so two posts of one case, or two cases that want the same entry, see each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.clients import Registry
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import ISSUED, AccountKey, Award, Claim, ClaimState, JournalDraft, counted, move
from credit_bank.ledger.errors import CourseAlreadyAwarded
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Committee
from credit_bank.people import use_cases as people
from credit_bank.people.domain import Enrolment, Identity
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.transfers import domain, errors, events, store
from credit_bank.transfers.domain import CaseState, CastVote, Ground, LineState, SourceNow, Verdict, Vote
from credit_bank.transfers.opening import (
    CaseProposal,
    NewCase,
    Surroundings,
    is_tied,
    known_case,
    open_case,
)
from credit_bank.transfers.policy import PolicyBook
from credit_bank.transfers.store import CaseRow, LineRow

CASES_MAX = 200
VOTES_MAX = 1_000
LINES_MAX = 30
SOURCES_MAX = 10
"""Most cases and votes of a call, lines of a case, sources of a line."""

REGISTRY_CALLS_MAX = 16
"""Questions to the registry at the same time."""

PURPOSE = "TRANSFER_ASSESSMENT"
"""Why the registry is asked who the learner is."""

POLICIES = PolicyBook.load()


@dataclass(frozen=True, slots=True)
class OpenTransferCases:
    """Open and submit cases at the actor's institution."""

    request_id: UUID
    cases: tuple[CaseProposal, ...]


@dataclass(frozen=True, slots=True)
class BeginReviews:
    """Accept submitted cases for review."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CastVotes:
    """Cast the actor's votes."""

    request_id: UUID
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class DecideCases:
    """Close the vote on cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PostCases:
    """Post decided cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


# ---- opening ----


async def open_transfer_cases(
    pool: Pool, registry: Registry, command: OpenTransferCases, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Submit cases on learners' dated requests and reserve their source entries.

    The same dated request sent again, whenever, opens nothing twice.

    Args:
        pool: Connections.
        registry: Asked once, before the transaction, about learners whose enrolment is not known here yet.
        command: At most 200 cases.
        actor: Needs `transfer.open` at an institution, which becomes the deciding one.
        now: Time of submission, UTC.

    Returns:
        One outcome a case; `id` is the case id.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: A case has no line, a line no source, a request date in the future, or too many of either.
        TooManyItems: More than 200 cases.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.open")
    institution_id = actor.at()
    today = thai_date(now)
    check_size(command.cases, CASES_MAX, field="cases")
    for proposal in command.cases:
        _check_shape(proposal, today)
    late = await _late_enrolments(pool, registry, command.cases, institution_id=institution_id, today=today)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        around = await _surroundings(connection, command.cases, late=late, institution_id=institution_id, today=today)
        outcomes, opened = _open_all(command.cases, around)
        refusals = await ledger.reserve_claims(connection, [_claims_of(case) for _, case in opened], now=now)
        kept = [case for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is None]
        refused = {
            case.case_id: refusal for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is not None
        }
        outcomes = [_after_claims(outcome, refused) for outcome in outcomes]
        await _submit(connection, kept, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


def _check_shape(proposal: CaseProposal, today: date) -> None:
    check_size(proposal.lines, LINES_MAX, field="lines")
    if proposal.requested_on > today:
        raise InvalidField(field="requested_on", expected="today or earlier")
    if (proposal.ground is Ground.PARTNERSHIP) != (proposal.partnership_id is not None):
        raise InvalidField(field="partnership_id", expected="present when and only when the ground is PARTNERSHIP")
    for line in proposal.lines:
        check_size(line.source_entry_ids, SOURCES_MAX, field="source_entry_ids")
        if len(set(line.source_entry_ids)) != len(line.source_entry_ids):
            raise InvalidField(field="source_entry_ids", expected="each entry once")


async def _late_enrolments(
    pool: Pool, registry: Registry, proposals: Sequence[CaseProposal], *, institution_id: UUID, today: date
) -> list[Enrolment]:
    """Enrolments that the registry knows and the local copy does not yet.

    The registry is asked about those learners only whom the copy does not tie to the institution, so that nobody is
    refused for an event that is still on its way. Without an answer the copy stands.
    """
    async with pool.acquire(timeout=10) as connection:
        learner_ids = {proposal.learner_id for proposal in proposals}
        known = await people.read_enrolments(connection, learner_ids, on=today)
        agreements = await partnerships.read_partnerships(
            connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
        )
    by_learner = _by_learner(known)
    missing = sorted(
        {
            proposal.learner_id
            for proposal in proposals
            if not is_tied(proposal, agreements, by_learner.get(proposal.learner_id, ()), institution_id=institution_id)
        }
    )
    if not missing:
        return []
    try:
        return [item for item in await registry.list_enrolments(missing, on=today) if item.is_valid_on(today)]
    except Unavailable:
        return []


def _by_learner(enrolments: Sequence[Enrolment]) -> dict[UUID, list[Enrolment]]:
    found: dict[UUID, list[Enrolment]] = {}
    for enrolment in enrolments:
        found.setdefault(enrolment.learner_id, []).append(enrolment)
    return found


async def _surroundings(
    connection: Connection,
    proposals: Sequence[CaseProposal],
    *,
    late: Sequence[Enrolment],
    institution_id: UUID,
    today: date,
) -> Surroundings:
    """Lock the learners and read what their cases rest on."""
    policy = POLICIES.on(today)
    entry_ids = {entry_id for proposal in proposals for line in proposal.lines for entry_id in line.source_entry_ids}
    learner_ids = {proposal.learner_id for proposal in proposals}
    # Only learners who have one of the named results: nobody gets a chain because somebody guessed an id.
    owners = {source.learner_id for source in (await store.sources(connection, entry_ids)).values()} & learner_ids
    await ledger.lock_learners(connection, sorted(owners))
    enrolments = [*await people.read_enrolments(connection, learner_ids, on=today), *late]
    targets = await catalogue.find_courses(
        connection, {line.target for proposal in proposals for line in proposal.lines}
    )
    accounts = {
        (proposal.learner_id, proposal.qualification_code, proposal.qualification_version) for proposal in proposals
    }
    wanted = [
        (AccountKey.qualification(*account, institution_id), target.course_id)
        for account in sorted(accounts, key=str)
        for target in targets.values()
    ]
    key_of = {target.course_id: target.key for target in targets.values()}
    return Surroundings(
        on=today,
        institution_id=institution_id,
        qualifications=await qualifications.read_qualifications(
            connection, {(proposal.qualification_code, proposal.qualification_version) for proposal in proposals}
        ),
        committees=await partnerships.read_committees(connection, {proposal.committee_id for proposal in proposals}),
        partnerships=await partnerships.read_partnerships(
            connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
        ),
        enrolments=_by_learner(enrolments),
        sources=await store.sources(connection, entry_ids),
        targets=targets,
        rules=await catalogue.rules_for(
            connection, [target.course_id for target in targets.values()], on=today, institution_id=institution_id
        ),
        awarded={
            (account.learner_id, account.qualification_code, account.qualification_version, key_of[course_id])
            for account, course_id in await ledger.awarded_courses(connection, wanted)
        },
        known_lines=await store.known_lines(connection, learner_ids, institution_id),
        least_grades=policy.least_grades,
        sla_days=policy.sla_days,
    )


def _open_all(
    proposals: Sequence[CaseProposal], around: Surroundings
) -> tuple[list[Outcome], list[tuple[int, NewCase]]]:
    outcomes: list[Outcome] = []
    opened: list[tuple[int, NewCase]] = []
    for index, proposal in enumerate(proposals):
        known = known_case(proposal, around.known_lines.get(proposal.learner_id, ()))
        if known is not None:
            outcomes.append(Outcome(index, str(known), already_done=True))
            continue
        try:
            case = open_case(proposal, around, case_id=uuid7(), line_ids=[uuid7() for _ in proposal.lines])
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
            continue
        around.remember(case)
        opened.append((index, case))
        outcomes.append(Outcome(index, str(case.case_id)))
    return outcomes, opened


def _claims_of(case: NewCase) -> list[Claim]:
    proposal = case.proposal
    account = AccountKey.qualification(
        proposal.learner_id, proposal.qualification_code, proposal.qualification_version, case.institution_id
    )
    return [
        Claim(source.entry_root_id, account, ClaimState.RESERVED, line.line_id, line.target.course_id)
        for line in case.lines
        for source in line.sources
    ]


def _after_claims(outcome: Outcome, refused: Mapping[UUID, ServiceError]) -> Outcome:
    # An item that only repeats a refused one of the same call is refused with it.
    refusal = refused.get(UUID(outcome.id)) if outcome.id else None
    return Outcome.failed(outcome.index, refusal) if refusal else outcome


async def _submit(connection: Connection, cases: Sequence[NewCase], *, actor: Actor, now: datetime) -> None:
    if not cases:
        return
    policy = POLICIES.on(thai_date(now))
    await store.insert_cases(connection, cases, rule_versions=policy.versions, actor=actor, now=now)
    drafts = [
        JournalDraft(
            learner_id=case.proposal.learner_id,
            type="transfer.submitted",
            effective_on=thai_date(now),
            case_id=case.case_id,
            facts={
                "ground": str(case.proposal.ground),
                "institution_id": str(case.institution_id),
                "line_count": str(len(case.lines)),
            },
        )
        for case in cases
    ]
    journals = await ledger.append_journals(connection, drafts, now=now)
    await outbox.add(
        connection,
        [events.submitted(case, seq=journal.seq, now=now) for case, journal in zip(cases, journals, strict=True)],
    )


# ---- review and votes ----


async def begin_reviews(pool: Pool, command: BeginReviews, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Accept submitted cases for review by the committee.

    Args:
        pool: Connections.
        command: At most 200 cases.
        actor: Needs `transfer.review` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where the review had begun.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.review")
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await store.lock_cases(connection, command.case_ids, institution_id)
        outcomes, moved = _step(command.case_ids, locked, CaseState.ACCEPTED_FOR_REVIEW, lambda _case: None)
        await store.begin_reviews(connection, [case.case_id for case in moved], actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


def _step(
    case_ids: Sequence[UUID], locked: Mapping[UUID, CaseRow], wanted: CaseState, check: Callable[[CaseRow], None]
) -> tuple[list[Outcome], list[CaseRow]]:
    """Which of the cases go one step further: their outcomes, and the cases that move."""
    outcomes: list[Outcome] = []
    moved: dict[UUID, CaseRow] = {}
    for index, case_id in enumerate(case_ids):
        try:
            case = locked.get(case_id)
            if case is None:
                raise errors.CaseNotFound(case_id=case_id)
            is_done = case_id in moved or domain.has_reached(case.state, wanted)
            if not is_done:
                domain.advance(case.state, wanted)
                check(case)
                moved[case_id] = case
            outcomes.append(Outcome(index, str(case_id), already_done=is_done))
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
    return outcomes, list(moved.values())


async def cast_votes(pool: Pool, command: CastVotes, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Cast one member's votes; the first vote on a case begins its evaluation.

    Args:
        pool: Connections.
        command: At most 1,000 votes on lines of cases of the actor's institution.
        actor: Needs `transfer.vote` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a vote; `id` is the line id, `already_done` where the person had voted the same.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 1,000.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.vote")
    institution_id = actor.at()
    check_size(command.votes, VOTES_MAX, field="votes")
    line_ids = {vote.line_id for vote in command.votes}
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        case_ids = await store.cases_of_lines(connection, line_ids, institution_id)
        locked = await store.lock_cases(connection, case_ids, institution_id)
        ballot = _Ballot(
            cases=locked,
            lines={
                line.line_id: line for lines in (await store.lines(connection, case_ids)).values() for line in lines
            },
            committees=await _committees(connection, locked.values()),
            handlers=await store.handlers(connection, case_ids),
            cast=await store.votes(connection, line_ids),
        )
        outcomes, new = ballot.judge(command.votes, actor=actor, today=thai_date(now))
        await store.insert_votes(connection, new, actor=actor, now=now)
        begun = {ballot.lines[vote.line_id].case_id for vote in new}
        first = [case_id for case_id in begun if locked[case_id].state is CaseState.ACCEPTED_FOR_REVIEW]
        await store.begin_evaluation(connection, first)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def _committees(connection: Connection, cases: Iterable[CaseRow]) -> Mapping[UUID, Committee]:
    return await partnerships.read_committees(connection, {case.committee_id for case in cases})


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What a call's votes are judged by; `cast` grows with the votes accepted."""

    cases: Mapping[UUID, CaseRow]
    lines: Mapping[UUID, LineRow]
    committees: Mapping[UUID, Committee]
    handlers: Mapping[UUID, frozenset[str]]
    cast: Mapping[UUID, list[CastVote]]

    def judge(self, votes: Sequence[Vote], *, actor: Actor, today: date) -> tuple[list[Outcome], list[Vote]]:
        """The outcome of each vote, and the votes to write."""
        outcomes: list[Outcome] = []
        new: list[Vote] = []
        for index, vote in enumerate(votes):
            try:
                is_new = self._check(vote, actor, today)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if is_new:
                new.append(vote)
                self.cast[vote.line_id].append(CastVote(vote, actor.subject_hash))
            outcomes.append(Outcome(index, str(vote.line_id), already_done=not is_new))
        return outcomes, new

    def _check(self, vote: Vote, actor: Actor, today: date) -> bool:
        line = self.lines.get(vote.line_id)
        if line is None:
            raise errors.LineNotFound(line_id=vote.line_id)
        case = self.cases[line.case_id]
        _require_sitting(self.committees[case.committee_id], self.handlers.get(case.case_id), actor=actor, today=today)
        is_new = domain.check_vote(
            vote, self.cast[vote.line_id], subject_hash=actor.subject_hash, obstacle=line.obstacle
        )
        if is_new and case.state not in (CaseState.ACCEPTED_FOR_REVIEW, CaseState.UNDER_EVALUATION):
            raise errors.CaseStateWrong(state=case.state, wanted=CaseState.UNDER_EVALUATION)
        return is_new


def _require_sitting(committee: Committee, handlers: Collection[str] | None, *, actor: Actor, today: date) -> None:
    """Refuse who may not act in the committee of a case: out of its period, no member, or judge of an own record."""
    domain.require_valid(committee, today)
    domain.require_member(committee, actor.assignment_id)
    domain.require_no_conflict(actor.subject_hash, handlers or ())


# ---- deciding ----


async def decide_cases(pool: Pool, command: DecideCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close the vote: quorum and majority on every line; rejected lines give their claims back.

    Args:
        pool: Connections.
        command: At most 200 cases.
        actor: Needs `transfer.decide` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it was decided.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.decide")
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await _lock(connection, command.case_ids, institution_id)
        lines = await store.lines(connection, locked)
        votes = await store.votes(connection, [line.line_id for found in lines.values() for line in found])
        committees = await _committees(connection, locked.values())
        handlers = await store.handlers(connection, locked)
        verdicts: dict[UUID, list[Verdict]] = {}

        def check(case: CaseRow) -> None:
            committee = committees[case.committee_id]
            _require_sitting(committee, handlers.get(case.case_id), actor=actor, today=thai_date(now))
            verdicts[case.case_id] = [
                domain.tally(line.line_id, votes[line.line_id], quorum=committee.facts.quorum)
                for line in lines[case.case_id]
            ]

        outcomes, decided = _step(command.case_ids, locked, CaseState.DECIDED, check)
        await _decide(connection, decided, verdicts, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def _lock(connection: Connection, case_ids: Collection[UUID], institution_id: UUID) -> dict[UUID, CaseRow]:
    """Hold the cases' learners, then the cases."""
    known = await store.cases(connection, case_ids, institution_id)
    await ledger.lock_learners(connection, sorted({case.learner_id for case in known.values()}))
    return await store.lock_cases(connection, list(known), institution_id)


async def _decide(
    connection: Connection,
    cases: Sequence[CaseRow],
    verdicts: Mapping[UUID, Sequence[Verdict]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not cases:
        return
    results = {
        case.case_id: domain.result_of(
            LineState.ACCEPTED if verdict.is_accepted else LineState.REJECTED for verdict in verdicts[case.case_id]
        )
        for case in cases
    }
    given = [verdict for case in cases for verdict in verdicts[case.case_id]]
    await store.decide(connection, results, given, actor=actor, now=now)
    rejected = [verdict.line_id for verdict in given if not verdict.is_accepted]
    await ledger.release_claims(connection, rejected, now=now)
    drafts = [
        JournalDraft(
            learner_id=case.learner_id,
            type="transfer.decided",
            effective_on=thai_date(now),
            case_id=case.case_id,
            facts={
                "result": str(results[case.case_id]),
                "accepted_line_count": str(sum(verdict.is_accepted for verdict in verdicts[case.case_id])),
                "line_count": str(len(verdicts[case.case_id])),
            },
        )
        for case in cases
    ]
    journals = await ledger.append_journals(connection, drafts, now=now)
    announced = [
        events.decided(
            case,
            verdicts[case.case_id],
            institution_id=actor.at(),
            result=results[case.case_id],
            seq=journal.seq,
            now=now,
        )
        for case, journal in zip(cases, journals, strict=True)
    ]
    await outbox.add(connection, announced)


# ---- posting ----


async def post_cases(
    pool: Pool, registry: Registry, command: PostCases, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Post the accepted lines of decided cases into the learners' qualification accounts.

    Fails closed: who the learners are is asked of the registry before the transaction, and without an answer nothing is
    posted. What the decision rested on is checked again inside the transaction.

    Args:
        pool: Connections.
        registry: Asked for each learner's identity on the ground of the case.
        command: At most 200 cases.
        actor: Needs `transfer.post` at the deciding institution; resolved freshly.
        now: Posting time, UTC.

    Returns:
        One outcome a case; `already_done` where another request had posted it. A case is posted whole or not at all.

    Raises:
        PermissionMissing: The role does not allow it.
        Unavailable: The registry does not answer; the same request id may be sent again.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.post")
    assert actor.is_fresh, "posting rests on a fresh answer of the registry"
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    identities = await _identities(pool, registry, command.case_ids, institution_id=institution_id, actor=actor)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await _lock(connection, command.case_ids, institution_id)
        accepted = {
            case_id: [line for line in lines if line.state is LineState.ACCEPTED]
            for case_id, lines in (await store.lines(connection, locked)).items()
        }
        desk = _PostingDesk(
            institution_id=institution_id,
            identities=identities,
            accepted_identity_states=POLICIES.on(thai_date(now)).accepted_identity_states,
            lines=accepted,
            sources=await store.sources_now(
                connection, [line.line_id for lines in accepted.values() for line in lines]
            ),
            awarded=await _awarded(connection, locked, accepted, institution_id),
        )
        outcomes, moved = _step(command.case_ids, locked, CaseState.POSTED, desk.check)
        await _post(connection, moved, accepted, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def _identities(
    pool: Pool, registry: Registry, case_ids: Collection[UUID], *, institution_id: UUID, actor: Actor
) -> dict[UUID, Identity | None]:
    """Who the learners of the decided cases are, as the registry says now, by case.

    One question a case: the registry keeps in its own access log which case each read was for.
    """
    async with pool.acquire(timeout=10) as connection:
        known = await store.cases(connection, case_ids, institution_id)
    limit = asyncio.Semaphore(REGISTRY_CALLS_MAX)
    found: dict[UUID, Identity | None] = {}

    async def ask(case: CaseRow) -> None:
        async with limit:
            answer = await registry.fetch_identities(
                [case.learner_id], purpose=PURPOSE, ground="CASE", ground_id=case.case_id, on=None, actor=actor
            )
        found[case.case_id] = answer.get(case.learner_id)

    refusals: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as asking:
            for case in known.values():
                if case.state is CaseState.DECIDED:
                    asking.create_task(ask(case))
    except* ServiceError as group:
        refusals.extend(group.exceptions)
    if refusals:
        # The group has cancelled the other questions: one that failed fails the request.
        raise refusals[0]
    return found


def _account(case: CaseRow, institution_id: UUID) -> AccountKey:
    return AccountKey.qualification(
        case.learner_id, case.qualification_code, case.qualification_version, institution_id
    )


async def _awarded(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    institution_id: UUID,
) -> set[tuple[AccountKey, UUID]]:
    wanted = {
        (_account(case, institution_id), line.target_course_id)
        for case in cases.values()
        for line in lines[case.case_id]
    }
    return await ledger.awarded_courses(connection, list(wanted))


@dataclass(frozen=True, slots=True)
class _PostingDesk:
    """What stands between a decided case and its posting; `awarded` grows with the cases that pass."""

    institution_id: UUID
    identities: Mapping[UUID, Identity | None]
    accepted_identity_states: frozenset[str]
    lines: Mapping[UUID, Sequence[LineRow]]
    sources: Mapping[UUID, Sequence[SourceNow]]
    awarded: set[tuple[AccountKey, UUID]]

    def check(self, case: CaseRow) -> None:
        """Refuse a case that may not be posted now; CB-I5, I8 and I9 once more, under the learner's lock."""
        lines = self.lines[case.case_id]
        if case.case_id not in self.identities:
            raise Unavailable("The case was decided while this request began; nobody was asked about its learner.")
        identity = self.identities[case.case_id]
        domain.require_identity(None if identity is None else identity.state, self.accepted_identity_states)
        courses = [(_account(case, self.institution_id), line.target_course_id) for line in lines]
        for line, course in zip(lines, courses, strict=True):
            domain.require_acceptable(line.obstacle, line_id=line.line_id)
            domain.require_unchanged(self.sources[line.line_id])
            if course in self.awarded:
                raise CourseAlreadyAwarded(code=line.target.code)
        self.awarded.update(courses)


async def _post(
    connection: Connection,
    cases: Sequence[CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not cases:
        return
    institution_id = actor.at()
    work = [(case, line) for case in cases for line in lines[case.case_id]]
    drafts = [_draft(case, line, institution_id) for case, line in work]
    journals = await ledger.append_journals(connection, drafts, now=now)
    claimed = await ledger.activate_claims(connection, [line.line_id for _, line in work], now=now)
    assert claimed == sum(len(line.source_entry_ids) for _, line in work), "every source was reserved for its line"
    awards = [
        Award(_account(case, institution_id), line.target_course_id, journal.journal_id)
        for (case, line), journal in zip(work, journals, strict=True)
    ]
    await ledger.record_awards(connection, awards)
    posted_by = {line.line_id: journal.journal_id for (_, line), journal in zip(work, journals, strict=True)}
    await store.post(connection, [case.case_id for case in cases], posted_by, actor=actor, now=now)
    announced: list[NewEvent] = [
        events.posted(case, line, institution_id=institution_id, seq=journal.seq, now=now)
        for (case, line), journal in zip(work, journals, strict=True)
    ]
    await outbox.add(connection, announced)


def _draft(case: CaseRow, line: LineRow, institution_id: UUID) -> JournalDraft:
    account = _account(case, institution_id)
    assert case.decided_at is not None, "only decided cases are posted"
    return JournalDraft(
        learner_id=case.learner_id,
        type="transfer.posted",
        effective_on=thai_date(case.decided_at),
        case_id=case.case_id,
        line_id=line.line_id,
        lines=move(account, ISSUED, counted(line.category), unit=line.unit, amount_hundredths=line.credit_hundredths),
        facts={
            "target_code_system": str(line.target.code_system),
            "target_code": line.target.code,
            "target_curriculum_version": line.target.curriculum_version,
            "mode": str(line.mode),
            "rule_id": "" if line.rule_id is None else str(line.rule_id),
            "source_entry_ids": ",".join(str(entry_id) for entry_id in line.source_entry_ids),
        },
    )
