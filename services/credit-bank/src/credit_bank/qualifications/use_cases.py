"""Publishing and reading qualifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chassis.pg import Connection

from credit_bank.qualifications import store
from credit_bank.qualifications.domain import Qualification, QualificationKey


async def read_qualifications(
    connection: Connection, keys: Iterable[QualificationKey]
) -> Mapping[QualificationKey, Qualification]:
    """Those of the qualifications that exist, by code and version."""
    found = await store.read_qualifications(connection, sorted(set(keys)))
    return {key: qualification for key, (qualification, _) in found.items()}
