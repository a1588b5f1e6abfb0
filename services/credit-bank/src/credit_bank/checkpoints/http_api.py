"""Checkpoints over HTTP."""

from __future__ import annotations

from datetime import date, datetime

from chassis.http import CurrentActor
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel

from credit_bank.checkpoints import use_cases
from credit_bank.checkpoints.domain import Checkpoint


class CheckpointOut(BaseModel):
    """A signed statement of where all chains ended at one moment."""

    day: date
    made_at: datetime
    learner_count: int
    journal_count: int
    digest_hex: str
    prev_digest_hex: str
    key_id: str
    public_key_hex: str
    signature_hex: str

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> CheckpointOut:
        """As shown."""
        return cls(
            day=checkpoint.day,
            made_at=checkpoint.made_at,
            learner_count=checkpoint.learner_count,
            journal_count=checkpoint.journal_count,
            digest_hex=checkpoint.digest.hex(),
            prev_digest_hex=checkpoint.prev_digest.hex(),
            key_id=checkpoint.key_id,
            public_key_hex=checkpoint.public_key.hex(),
            signature_hex=checkpoint.signature.hex(),
        )

    def to_domain(self) -> Checkpoint:
        """Back, for verifying a copy that somebody kept."""
        return Checkpoint(
            day=self.day,
            made_at=self.made_at,
            learner_count=self.learner_count,
            journal_count=self.journal_count,
            digest=bytes.fromhex(self.digest_hex),
            prev_digest=bytes.fromhex(self.prev_digest_hex),
            key_id=self.key_id,
            public_key=bytes.fromhex(self.public_key_hex),
            signature=bytes.fromhex(self.signature_hex),
        )


class CheckpointsOut(BaseModel):
    """A page of checkpoints, newest first."""

    checkpoints: list[CheckpointOut]
    next_page_token: str = ""


def router(pool: Pool) -> APIRouter:
    """The path."""
    api = APIRouter(tags=["ledger"])

    @api.get("/v1/checkpoints")
    async def list_checkpoints(*, actor: CurrentActor, page_size: int = 0, page_token: str = "") -> CheckpointsOut:
        """Signed daily checkpoints of the ledger; they name no learner."""
        page = await use_cases.list_checkpoints(pool, page_size=page_size, page_token=page_token, actor=actor)
        return CheckpointsOut(
            checkpoints=[CheckpointOut.of(one) for one in page.checkpoints], next_page_token=page.next_page_token
        )

    return api
