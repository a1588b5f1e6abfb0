"""Who reads reports: told from the copy of the registry's assignments alone."""

from __future__ import annotations

from chassis.auth import Actor, Credentials, subject_hash
from chassis.errors import Forbidden, Unavailable
from chassis.pg import Pool

from indicators.copies import store
from indicators.thai_time import thai_date, utc_now


class AssignmentUnknown(Forbidden):
    """The person has no such assignment today, or its event has not arrived yet."""

    reason = "ASSIGNMENT_UNKNOWN"


class Actors:
    """Resolves credentials; this service reads aggregates only and asks nobody."""

    def __init__(self, pool: Pool, *, subject_hash_key: bytes) -> None:
        """Read copies with `pool`; subjects are compared as hashes under the key."""
        self._pool = pool
        self._key = subject_hash_key

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor.

        Raises:
            AssignmentUnknown: The subject has no such assignment today.
            Unavailable: A fresh answer is needed, which only the registry gives.
        """
        hashed = subject_hash(credentials.subject, self._key)
        if credentials.is_service:
            return Actor(
                subject_hash=hashed,
                role="service",
                institution_id=None,
                assignment_id=None,
                classroom="",
                permissions=credentials.scopes,
                permission_version="",
                service=credentials.service,
                token=credentials.token,
            )
        if is_fresh_needed:
            raise Unavailable("This service has no fresh answer.")
        if credentials.assignment_id is None:
            raise AssignmentUnknown
        async with self._pool.acquire(timeout=10) as connection:
            assignment = await store.assignment(connection, credentials.assignment_id)
        if assignment is None or assignment.subject_hash != hashed or not assignment.holds_on(thai_date(utc_now())):
            raise AssignmentUnknown
        return Actor(
            subject_hash=hashed,
            role=assignment.role,
            institution_id=assignment.institution_id,
            assignment_id=assignment.assignment_id,
            classroom=assignment.classroom,
            permissions=assignment.permissions,
            permission_version=assignment.permission_version,
            service=credentials.service,
            is_fresh=False,
            token=credentials.token,
        )
