"""Refusals about reads of individuals."""

from __future__ import annotations

from chassis.errors import Forbidden, Invalid, NotFound


class GroundInvalid(Invalid):
    """A ground is PARTNERSHIP, CASE, GRANT or ISSUER and names its id."""

    reason = "GROUND_INVALID"


class GroundNotAllowed(Forbidden):
    """Only a service with scope registry.identity.read states a ground for the person it acts for."""

    reason = "GROUND_NOT_ALLOWED"


class LearnerNotFound(NotFound):
    """There is no such learner for the caller."""

    reason = "LEARNER_NOT_FOUND"
