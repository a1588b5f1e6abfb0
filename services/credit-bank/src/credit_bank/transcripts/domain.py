"""Transcripts: what is shown of results. Pure rules without input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from credit_bank.averages.domain import GradedRow, Policies, Scope, ScopedAverage, scoped_averages
from credit_bank.people.domain import Identity
from credit_bank.recording.domain import Entry

__all__ = [
    "ACTIVITY_TYPE",
    "ClaimState",
    "ExistingClaim",
    "Transcript",
    "UnitTotal",
    "compose",
    "graded",
    "totals",
]


ACTIVITY_TYPE = "08"
"""Subject type of learner development activities, which stand apart and carry no credits."""


class ClaimState(StrEnum):
    """What an entry is used for (CB f.3 point 7)."""

    RESERVED = "RESERVED"
    COUNTED = "COUNTED"
    POSTED = "POSTED"


@dataclass(frozen=True, slots=True)
class ExistingClaim:
    """What one entry already counts for.

    Attributes:
        target_course_code: Course awarded for it; empty while it counts as itself.
    """

    entry_id: UUID
    qualification_code: str
    awarding_institution_id: UUID
    state: ClaimState
    target_course_code: str


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """Verified credits in one unit, in 1/100."""

    unit: str
    earned_hundredths: int
    attempted_hundredths: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one query answers (CB f.3).

    Attributes:
        as_of: Results as posted until then.
        identity: Who the learner is and where enrolled today, as the registry says now.
        institution_names: Thai names of the institutions in it.
        rows: Verified results, by year, term and code.
        activities: Those of subject type 08.
        averages: Cumulative ones, levels and units apart; a level for which no rule was announced has none. Of a whole
            transcript they are those of `averages`, transferred courses among them; of a part those of its rows.
        claims: What the shown results already count for.
        head_hash: Hash of the learner's newest journal; zeros when there is none.
        transcript_id: What the reader's institution was told; None where nothing of it is kept.
    """

    learner_id: UUID
    as_of: datetime
    identity: Identity
    institution_names: Mapping[UUID, str]
    rows: tuple[Entry, ...]
    activities: tuple[Entry, ...]
    averages: tuple[ScopedAverage, ...]
    claims: tuple[ExistingClaim, ...]
    totals: tuple[UnitTotal, ...]
    head_hash: bytes
    transcript_id: UUID | None = None

    def institution_name(self, institution_id: UUID) -> str:
        """Thai name of an institution; empty while this service has not heard of it."""
        return self.institution_names.get(institution_id, "")


def compose(
    identity: Identity,
    entries: Iterable[Entry],
    *,
    as_of: datetime,
    institution_names: Mapping[UUID, str],
    claims: Iterable[ExistingClaim],
    head_hash: bytes,
    policies: Policies,
    posted: Iterable[GradedRow] = (),
) -> Transcript:
    """A transcript of verified results; what it says does not depend on their order.

    Args:
        identity: As the registry says now.
        entries: Verified results that may be shown.
        as_of: Results as posted until then.
        institution_names: Thai names.
        claims: Of the learner; those of results that are not shown are left out.
        head_hash: Of the newest journal.
        policies: Rounding, retakes and modes by form and level, as announced.
        posted: Grades of what transfers awarded, which count in averages and are no results.
    """
    ordered = sorted(entries, key=_place)
    rows = tuple(entry for entry in ordered if entry.course.facts.subject_type != ACTIVITY_TYPE)
    shown = {entry.entry_id: place for place, entry in enumerate(ordered)}
    return Transcript(
        learner_id=identity.learner_id,
        as_of=as_of,
        identity=identity,
        institution_names=institution_names,
        rows=rows,
        activities=tuple(entry for entry in ordered if entry.course.facts.subject_type == ACTIVITY_TYPE),
        averages=tuple(
            one for one in scoped_averages([*map(graded, rows), *posted], policies) if one.scope is Scope.CUMULATIVE
        ),
        claims=tuple(
            sorted(
                (claim for claim in claims if claim.entry_id in shown),
                key=lambda claim: (
                    shown[claim.entry_id],
                    claim.qualification_code,
                    str(claim.awarding_institution_id),
                ),
            )
        ),
        totals=tuple(totals(rows)),
        head_hash=head_hash,
    )


def _place(entry: Entry) -> tuple[object, ...]:
    return (
        entry.year_be,
        entry.term,
        entry.course.key.code_system,
        entry.course.key.code,
        entry.attempt,
        str(entry.issuer_institution_id),
        str(entry.entry_id),
    )


def graded(entry: Entry) -> GradedRow:
    """What averages need of a result."""
    return GradedRow(
        course=entry.course.key,
        unit=entry.unit,
        credit_hundredths=entry.attempted_hundredths or 0,
        point_hundredths=entry.grade.point_hundredths,
        is_in_gpa=entry.grade.is_in_gpa,
        year_be=entry.year_be,
        term=entry.term,
        attempt=entry.attempt,
        issuer=str(entry.issuer_institution_id),
        subject_group=entry.course.facts.subject_group,
        level=str(entry.placing.level or ""),
        mode=str(entry.source_mode),
        form=str(entry.placing.form),
    )


def totals(entries: Iterable[Entry]) -> list[UnitTotal]:
    """Credits earned and attempted, units apart; units without rows are left out."""
    sums: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if entry.unit is not None:
            earned, attempted = sums.get(entry.unit, (0, 0))
            sums[entry.unit] = (
                earned + (entry.earned_hundredths or 0),
                attempted + (entry.attempted_hundredths or 0),
            )
    return [UnitTotal(unit, *sums[unit]) for unit in sorted(sums)]
