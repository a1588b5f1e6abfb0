"""What allows a case: each ground with its own checks. Pure.

Only a partnership needs an agreement in force; the other grounds serve a learner who was admitted from elsewhere, who
changes between the three systems inside one institution, or whose prior learning was recognised (CB c.1, R-16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credit_bank.catalogue.keys import CourseKey
from credit_bank.partnerships.domain import Partnership
from credit_bank.partnerships.errors import CourseNotInAgreement
from credit_bank.people.domain import Enrolment
from credit_bank.transfers import errors
from credit_bank.transfers.domain import Ground


@dataclass(frozen=True, slots=True)
class Standing:
    """What ties a learner to the deciding institution.

    Attributes:
        on: Day of submission.
        enrolments: Of the learner, whenever.
        is_own_request: The learner himself submits it.
        has_grant: The learner lets the institution read his results.
    """

    institution_id: UUID
    on: date
    enrolments: Sequence[Enrolment]
    is_own_request: bool
    has_grant: bool

    @property
    def current(self) -> list[Enrolment]:
        """Enrolments of the day."""
        return [enrolment for enrolment in self.enrolments if enrolment.is_valid_on(self.on)]

    @property
    def is_enrolled_here(self) -> bool:
        """Whether any enrolment of the day is at the institution."""
        return any(enrolment.institution_id == self.institution_id for enrolment in self.current)


def require_ground(ground: Ground, standing: Standing, partnership: Partnership | None) -> frozenset[UUID] | None:
    """Refuse a case whose ground does not hold, and say whose results it reaches.

    Args:
        ground: What the case names.
        standing: What ties the learner to the institution.
        partnership: The agreement that the case names.

    Returns:
        Issuers whose results may be sources; None: any issuer's.

    Raises:
        PartnershipNotActive: The institution is no party of the agreement, or it is not in force on the day.
        LearnerNotEnrolled: No enrolment of the day ties the learner to the ground.
        ModeNotChanged: He has never studied here in another form.
    """
    here = standing.institution_id
    if ground is Ground.PARTNERSHIP and (
        partnership is None
        or here not in partnership.facts.party_institution_ids
        or not partnership.is_active_on(standing.on)
    ):
        raise errors.PartnershipNotActive
    if not is_tied(ground, standing, partnership):
        raise errors.LearnerNotEnrolled
    if ground is Ground.SAME_INSTITUTION_MODE_CHANGE:
        if not changes_mode(standing):
            raise errors.ModeNotChanged
        return frozenset({here})
    return None if partnership is None else frozenset(partnership.facts.party_institution_ids)


def is_tied(ground: Ground, standing: Standing, partnership: Partnership | None) -> bool:
    """Whether the learner's enrolments of the day bear the ground; prior learning needs none (R-17)."""
    if ground is Ground.RPL:
        return True
    if ground is Ground.PARTNERSHIP:
        return partnership is not None and covers(partnership, standing.current, institution_id=standing.institution_id)
    return standing.is_enrolled_here


def covers(partnership: Partnership, enrolments: Iterable[Enrolment], *, institution_id: UUID) -> bool:
    """Whether an agreement concerns a learner: enrolled here as a partner's learner, or in dual education at a party.

    An open case lets the institution read the learner's results, so an agreement with a school does not reach every
    learner of that school.
    """
    return any(
        (enrolment.institution_id == institution_id and enrolment.role in ("PARTNER", "SHORT_COURSE"))
        or (
            enrolment.institution_id != institution_id
            and enrolment.institution_id in partnership.facts.party_institution_ids
            and enrolment.delivery_system == "DUAL_EDUCATION"
        )
        for enrolment in enrolments
    )


def require_named(partnership: Partnership | None, sources: Iterable[CourseKey], target: CourseKey) -> None:
    """Refuse a line that an agreement which names its courses does not concern: by its target, or by all its sources.

    Raises:
        CourseNotInAgreement: Neither is named.
    """
    if partnership is None or partnership.covers_course(target):
        return
    if not all(partnership.covers_course(source) for source in sources):
        raise CourseNotInAgreement(code=target.code)


_FORM_OF_SYSTEM: Mapping[str, str] = {"DUAL_EDUCATION": "FORMAL"}
"""Dual education is formal study; the other systems are forms by themselves."""


def changes_mode(standing: Standing) -> bool:
    """Whether the learner studies here now and has, here too, another form of study now or before."""
    here = [
        enrolment
        for enrolment in standing.enrolments
        if enrolment.institution_id == standing.institution_id and enrolment.valid_from <= standing.on
    ]
    forms = {_FORM_OF_SYSTEM.get(enrolment.delivery_system, enrolment.delivery_system) for enrolment in here}
    return standing.is_enrolled_here and len(forms) > 1


def require_prior_learning(standing: Standing, issuers: Iterable[UUID]) -> None:
    """Refuse to recognise the prior learning of somebody who has nothing to do with the institution.

    An open case lets the institution read the learner's results. So he asks himself, or has let the institution read,
    or is enrolled here, or the institution recognised the learning itself.

    Raises:
        GroundNotShown: None of these.
    """
    if standing.is_own_request or standing.has_grant or standing.is_enrolled_here:
        return
    if set(issuers) != {standing.institution_id}:
        raise errors.GroundNotShown
