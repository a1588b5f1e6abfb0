"""What is late below an office, over HTTP."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.http import CurrentActor
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel

from credit_bank.calendar_th import utc_now
from credit_bank.transfers import oversight
from credit_bank.transfers.domain import CaseState, Ground


class LateCaseOut(BaseModel):
    """A late case: neither whose it is nor what it asks for."""

    case_id: UUID
    institution_id: UUID
    institution_name_th: str
    ground: Ground
    state: CaseState
    submitted_on: date
    due_on: date
    days_late: int
    is_waiting: bool
    has_committee: bool
    hearing: int


class BacklogOut(BaseModel):
    """Undecided cases of one institution; a count that is null is one to four and hidden from this office."""

    institution_id: UUID
    institution_name_th: str
    undecided: int | None
    late: int | None
    oldest_due_on: date | None


class LateCasesOut(BaseModel):
    """What is late below the caller's office; `next_page_token` is empty on the last page."""

    backlogs: list[BacklogOut]
    cases: list[LateCaseOut]
    next_page_token: str


def add_oversight(api: APIRouter, pool: Pool) -> None:
    """The path of what is late."""

    @api.get("/late")
    async def list_late(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> LateCasesOut:
        """Cases past their due day below the caller's office; area offices see each, others count by institution."""
        found = await oversight.list_late_cases(
            pool, page_size=page_size, page_token=page_token, actor=actor, now=utc_now()
        )
        return LateCasesOut(
            backlogs=[BacklogOut.model_validate(one, from_attributes=True) for one in found.backlogs],
            cases=[LateCaseOut.model_validate(one, from_attributes=True) for one in found.cases],
            next_page_token=found.next_page_token,
        )
