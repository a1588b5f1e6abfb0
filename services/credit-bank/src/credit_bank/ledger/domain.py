"""What the ledger is made of and the laws it obeys. Pure: no clock, no input, no output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

ISSUED: Final = "ISSUED"
"""Contra bucket of every account: what was ever issued into it, as a negative balance."""
PENDING: Final = "PENDING"
"""Recorded, waiting for the second person. Bank account only."""
AVAILABLE: Final = "AVAILABLE"
"""Verified: learned, once and for all. Bank account only."""
VOID: Final = "VOID"
"""Corrected or revoked."""
REDEEMED: Final = "REDEEMED"
"""Used for an award. Qualification accounts only."""

GENESIS: Final = bytes(32)
"""What the first journal of a learner names as its predecessor."""

STEPS_HUNDREDTHS: Final[Mapping[str, int]] = {"CR_OBEC": 50, "CR_OVEC": 100}
"""Least step of an amount by unit, in 1/100 credit.

Source: credit-bank.md c.2; the step of CR_OVEC is assumed there.
"""


class ClaimState(StrEnum):
    """What an entry is used for inside one account."""

    RESERVED = "RESERVED"
    """A transfer case proposes it."""
    COUNTED = "COUNTED"
    """Its own institution counts it."""
    POSTED = "POSTED"
    """A transfer posted a course for it."""


def counted(category: str) -> str:
    """Bucket in which credits of one category of a qualification stand."""
    return f"COUNTED:{category}"


@dataclass(frozen=True, slots=True)
class AccountKey:
    """One account: the learner's bank account, or one learner's account toward one qualification of one institution."""

    learner_id: UUID
    kind: str
    qualification_code: str = ""
    qualification_version: str = ""
    awarding_institution_id: UUID | None = None

    @classmethod
    def bank(cls, learner_id: UUID) -> AccountKey:
        """The learner's bank account."""
        return cls(learner_id, "BANK")

    @classmethod
    def qualification(cls, learner_id: UUID, code: str, version: str, awarding_institution_id: UUID) -> AccountKey:
        """The learner's account toward a qualification that one institution awards."""
        return cls(learner_id, "QUALIFICATION", code, version, awarding_institution_id)


@dataclass(frozen=True, slots=True)
class Line:
    """A signed amount in one bucket of one account.

    Attributes:
        bucket: `ISSUED`, `PENDING`, `AVAILABLE`, `VOID`, `REDEEMED` or `COUNTED:<category>`.
        unit: `CR_OBEC` or `CR_OVEC`.
        amount_hundredths: In 1/100 credit, in steps of the unit; never zero.
    """

    account: AccountKey
    bucket: str
    unit: str
    amount_hundredths: int


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """Something to post.

    Attributes:
        type: Domain name of the event, such as `credit.verified`.
        effective_on: Day from which it counts; posting times say when it became known.
        lines: Sum to zero per unit; none for what moves no amount.
        facts: What is hashed besides; decimals as strings, nothing personal.
    """

    learner_id: UUID
    type: str
    effective_on: date
    entry_id: UUID | None = None
    case_id: UUID | None = None
    line_id: UUID | None = None
    lines: tuple[Line, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened, once, for ever.

    Attributes:
        seq: Position in the learner's chain, from 1 without gaps.
        posted_at: UTC.
        prev_hash: Hash of the learner's journal before; `GENESIS` for the first.
        hash: SHA-256 over `document` with `prev_hash` (CB-I22).
    """

    journal_id: UUID
    learner_id: UUID
    seq: int
    type: str
    posted_at: datetime
    effective_on: date
    entry_id: UUID | None
    case_id: UUID | None
    line_id: UUID | None
    lines: tuple[Line, ...]
    facts: Mapping[str, str]
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """End of one learner's chain."""

    seq: int = 0
    hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class Claim:
    """The use of one entry inside one account.

    Attributes:
        entry_root_id: The entry, whichever its version.
        line_id: Line of the transfer case; None when the entry counts as itself.
        target_course_id: Course awarded for it; its own course when it counts as itself.
    """

    entry_root_id: UUID
    account: AccountKey
    state: ClaimState
    line_id: UUID | None = None
    target_course_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """A course awarded inside an account by a journal.

    Attributes:
        form: Form of the learning for which it was awarded; type and level follow from course and qualification.
    """

    account: AccountKey
    course_id: UUID
    journal_id: UUID
    form: str = "FORMAL"


class UnbalancedError(ValueError):
    """A journal breaks a law of the ledger. A fault of the caller's code, never of a person's input."""


def move(account: AccountKey, origin: str, destination: str, *, unit: str, amount_hundredths: int) -> tuple[Line, ...]:
    """Lines that move an amount between two buckets of one account; none for an amount of zero."""
    if amount_hundredths == 0:
        return ()
    return (
        Line(account, origin, unit, -amount_hundredths),
        Line(account, destination, unit, amount_hundredths),
    )


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines that undo others exactly (CB-I14)."""
    return tuple(Line(line.account, line.bucket, line.unit, -line.amount_hundredths) for line in lines)


def check_draft(draft: JournalDraft) -> None:
    """Hold a draft to the laws before it is written; the database holds it to them again.

    Raises:
        UnbalancedError: Lines do not sum to zero per unit (CB-I1), are not in steps of their unit, are zero, or touch
            an account of another learner.
    """
    sums: dict[str, int] = {}
    for line in draft.lines:
        step = STEPS_HUNDREDTHS.get(line.unit)
        if step is None or line.amount_hundredths == 0 or line.amount_hundredths % step:
            raise UnbalancedError(f"{line.amount_hundredths} is no amount of {line.unit}")
        if line.account.learner_id != draft.learner_id:
            raise UnbalancedError("a journal touches accounts of its own learner only")
        sums[line.unit] = sums.get(line.unit, 0) + line.amount_hundredths
    if any(sums.values()):
        raise UnbalancedError(f"a journal sums to zero per unit, not to {sums}")


def decimal_text(hundredths: int) -> str:
    """An amount as the decimal string that is hashed and shown: 100 is `1.0`, 50 is `0.5`, 125 is `1.25`."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest // 10}" if rest % 10 == 0 else f"{sign}{whole}.{rest:02d}"


def document(draft: JournalDraft, *, seq: int, posted_at: datetime) -> dict[str, object]:
    """What is hashed of a journal, without `prev`.

    Amounts are decimal strings and accounts are named by what they are, so that a ledger rebuilt elsewhere from the
    same drafts has the same hashes (CB-I11). Absent references are left out.
    """
    references = {"entry_id": draft.entry_id, "case_id": draft.case_id, "line_id": draft.line_id}
    return {
        "learner_id": str(draft.learner_id),
        "seq": seq,
        "type": draft.type,
        "posted_at": posted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "effective_on": draft.effective_on.isoformat(),
        **{name: str(value) for name, value in references.items() if value is not None},
        "facts": dict(draft.facts),
        "lines": [
            {
                "account": _account_name(line.account),
                "bucket": line.bucket,
                "unit": line.unit,
                "amount": decimal_text(line.amount_hundredths),
            }
            for line in draft.lines
        ],
    }


def _account_name(account: AccountKey) -> str:
    if account.kind == "BANK":
        return "BANK"
    parts = (account.qualification_code, account.qualification_version, str(account.awarding_institution_id))
    return "/".join(("QUALIFICATION", *parts))


def draft_of(journal: Journal) -> JournalDraft:
    """The draft from which a journal was made."""
    return JournalDraft(
        learner_id=journal.learner_id,
        type=journal.type,
        effective_on=journal.effective_on,
        entry_id=journal.entry_id,
        case_id=journal.case_id,
        line_id=journal.line_id,
        lines=journal.lines,
        facts=journal.facts,
    )


BucketKey = tuple[AccountKey, str, str]
"""Account, bucket, unit."""


def balances(journals: Iterable[Journal]) -> dict[BucketKey, int]:
    """Balances in 1/100 credit, recomputed from lines; buckets that were touched and are empty stay as zero."""
    totals: dict[BucketKey, int] = {}
    for journal in journals:
        for line in journal.lines:
            key = (line.account, line.bucket, line.unit)
            totals[key] = totals.get(key, 0) + line.amount_hundredths
    return totals


QualificationPairs = Mapping[tuple[str, str], frozenset[str]]
"""By code and version: codes of qualifications in which the same entry may count as well."""


def is_permitted_pair(one: AccountKey, other: AccountKey, pairs: QualificationPairs) -> bool:
    """Whether one entry may count in two qualification accounts (CB-I4).

    Both qualifications must name each other: the default is single use, and neither publisher can widen it alone. The
    same qualification of two institutions, or in two versions, is no pair.
    """
    return (
        one.qualification_code != other.qualification_code
        and other.qualification_code in pairs.get((one.qualification_code, one.qualification_version), frozenset())
        and one.qualification_code in pairs.get((other.qualification_code, other.qualification_version), frozenset())
    )


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """Why a claim cannot be made: the reason, the entry, and what stands against it."""

    reason: str
    claim: Claim
    other_code: str


def find_claim_conflict(wanted: Claim, live: Sequence[Claim], pairs: QualificationPairs) -> ClaimFinding | None:
    """What stands against one claim, given the live claims of the same learner (CB-I3, CB-I4)."""
    for other in live:
        if other.entry_root_id != wanted.entry_root_id:
            continue
        if other.account == wanted.account:
            return ClaimFinding("ENTRY_ALREADY_CLAIMED", wanted, other.account.qualification_code)
        if not is_permitted_pair(wanted.account, other.account, pairs):
            return ClaimFinding("ENTRY_COUNTS_ELSEWHERE", wanted, other.account.qualification_code)
    return None


class AccountState(StrEnum):
    """Where a qualification account stands (CB c.3)."""

    OPEN = "OPEN"
    AUDIT_PASSED = "AUDIT_PASSED"
    REDEEMED = "REDEEMED"
    REOPENED = "REOPENED"
    CLOSED_LEFT = "CLOSED_LEFT"

    @property
    def is_frozen(self) -> bool:
        """Whether nothing may be counted, posted or taken back in it (CB-I18)."""
        return self in (AccountState.REDEEMED, AccountState.CLOSED_LEFT)


@dataclass(frozen=True, slots=True)
class Use:
    """A living claim on a result, with the award that it led to.

    Attributes:
        line_id: Line of the transfer case; None when the entry counts as itself.
        award_id: None while it is only reserved.
        bucket: `COUNTED:<category>` in which it stands; None while it is only reserved.
    """

    claim_id: UUID
    entry_root_id: UUID
    state: ClaimState
    line_id: UUID | None
    account: AccountKey
    account_state: AccountState
    award_id: UUID | None
    bucket: str | None
    unit: str | None
    amount_hundredths: int | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A posted line that stands."""

    line_id: UUID
    case_id: UUID | None
    seq: int
    journal_id: UUID
    award_id: UUID
    account: AccountKey
    account_state: AccountState
    bucket: str
    unit: str
    amount_hundredths: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the posting moved."""
        return (
            Line(self.account, "ISSUED", self.unit, -self.amount_hundredths),
            Line(self.account, self.bucket, self.unit, self.amount_hundredths),
        )


class FlagKind(StrEnum):
    """What happened to the source."""

    SOURCE_CHANGED = "SOURCE_CHANGED"
    SOURCE_REVOKED = "SOURCE_REVOKED"


class FlagSubject(StrEnum):
    """What rests on it."""

    POSTING = "POSTING"
    """A posted line of a transfer case."""
    RESERVATION = "RESERVATION"
    """A line that is proposed and not posted yet."""
    ACCOUNT = "ACCOUNT"
    """A count inside a redeemed or closed account, which nothing changes silently."""
    TRANSCRIPT = "TRANSCRIPT"
    """What an institution was told of results (`copies`)."""


class Resolution(StrEnum):
    """What was decided."""

    KEPT = "KEPT"
    """It stands as it is."""
    REVERSED = "REVERSED"
    """The posting was taken back."""
    REMADE = "REMADE"
    """The count, or the document, was made anew."""
    RELEASED = "RELEASED"
    """The line was rejected or withdrawn before it was posted."""
    REPLACED = "REPLACED"
    """The source changed again; a newer flag stands."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to decide about, and what was decided.

    Attributes:
        institution_id: Who decides.
        account: None for a document.
        entry_id: Version that changed things: the new one, or the one revoked.
        journal_id: What changed the source.
        resolution: None while it is open.
    """

    flag_id: UUID
    learner_id: UUID
    institution_id: UUID
    kind: FlagKind
    subject: FlagSubject
    account: AccountKey | None
    line_id: UUID | None
    transcript_id: UUID | None
    entry_root_id: UUID
    entry_id: UUID
    journal_id: UUID
    raised_at: datetime
    resolution: Resolution | None = None
    resolved_at: datetime | None = None
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who settles flags; the person only as a keyed hash."""

    subject_hash: str
    assignment_id: UUID | None
