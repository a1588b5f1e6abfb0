"""Facts of the registry as this service knows them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Institution:
    """A school, college or office.

    Attributes:
        kind: `SCHOOL`, `COLLEGE`, `AREA_OFFICE_PRIMARY` and so on.
        official_code: None while unknown.
        data_status: `confirmed`, `assumed` or `demonstration`.
    """

    institution_id: UUID
    kind: str
    name_th: str
    local_alias: str
    official_code: str | None
    parent_institution_id: UUID | None
    data_status: str


@dataclass(frozen=True, slots=True)
class Parent:
    """Under whom an institution stands in one tree.

    Attributes:
        tree: `administration`, `province` and so on.
        valid_from: None: since always, as far as is known.
        valid_to: Last day; None: open.
    """

    tree: str
    parent_institution_id: UUID
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class KnownLearner:
    """That a learner exists, and who keeps the record."""

    learner_id: UUID
    registrar_institution_id: UUID
    registered_at: datetime
    data_status: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who is enrolled where, from when to when.

    Attributes:
        role: `PRIMARY`, `PARTNER`, `HOSTING` or `SHORT_COURSE`.
        status: `STUDYING` or `ENDED`.
        valid_to: Last day; None: open.
    """

    enrolment_id: UUID
    learner_id: UUID
    institution_id: UUID
    role: str
    delivery_system: str
    grade_label: str
    programme_code: str
    status: str
    valid_from: date
    valid_to: date | None

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day; one that ended without a last day holds on none."""
        if self.valid_to is None and self.status == "ENDED":
            return False
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ShareGrant:
    """A learner lets an institution read something until a day."""

    grant_id: UUID
    learner_id: UUID
    recipient_institution_id: UUID
    scope: str
    valid_to: date
    is_ended: bool

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return not self.is_ended and day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Identity:
    """Proof of who a learner is, asked of the registry for one answer and never kept here.

    Attributes:
        full_name_th: Title, given and family name.
        masked_identifiers: At most the last four characters of each.
        state: `VERIFIED`, `UNVERIFIED` or `CONFLICT`.
        enrolments: Those valid on the day asked for.
    """

    learner_id: UUID
    full_name_th: str = field(repr=False)
    masked_identifiers: tuple[str, ...] = field(repr=False)
    state: str
    registrar_institution_id: UUID
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A learner with all who were merged into him.

    Attributes:
        surviving_id: Under whose id the person is known.
        members: He and those who lead to him, in the order of their ids.
    """

    surviving_id: UUID
    members: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class KnownMerge:
    """The newest that the registry said about a merged learner."""

    merged_learner_id: UUID
    surviving_learner_id: UUID
    merge_id: UUID
    is_undone: bool
    told_at: datetime
