"""Awards as events of the ledger's topic: ids, amounts and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from google.protobuf.message import Message
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.awarding.domain import Redemption
from credit_bank.awarding.store import AccountRow, NewRedemption
from credit_bank.wire import amount_to_pb

TOPIC: Final = "nuaikit.credit-bank.ledger.v1"


def _event(learner_id: UUID, message: Message) -> NewEvent:
    return NewEvent(TOPIC, str(learner_id), message)


def redeemed(
    made: NewRedemption, *, learner_id: UUID, institution_id: UUID, amount: tuple[int, str], seq: int, now: datetime
) -> NewEvent:
    """A qualification was awarded; `learner_id` is whose chain holds the journal."""
    message = events_pb2.QualificationRedeemed(
        redemption_id=str(made.redemption_id),
        learner_id=str(learner_id),
        awarding_institution_id=str(institution_id),
        qualification_code=made.code,
        qualification_version=made.version,
        credits=amount_to_pb(*amount),
        completes_with_redemption_id=None if made.completes_with is None else str(made.completes_with),
        journal_seq=seq,
        redeemed_at=time_to_pb(now),
    )
    return _event(learner_id, message)


def reversed_(
    taken: Redemption, *, learner_id: UUID, amount: tuple[int, str], reason_code: str, seq: int, now: datetime
) -> NewEvent:
    """An award was taken back."""
    message = events_pb2.QualificationRedemptionReversed(
        redemption_id=str(taken.redemption_id),
        learner_id=str(learner_id),
        awarding_institution_id=str(taken.institution_id),
        qualification_code=taken.code,
        qualification_version=taken.version,
        credits=amount_to_pb(*amount),
        reason_code=reason_code,
        journal_seq=seq,
        reversed_at=time_to_pb(now),
    )
    return _event(learner_id, message)


def account_changed(account: AccountRow, *, state: str, seq: int, now: datetime) -> NewEvent:
    """An account was closed or opened again."""
    message = events_pb2.QualificationAccountChanged(
        account_id=str(account.account_id),
        learner_id=str(account.learner_id),
        awarding_institution_id=str(account.institution_id),
        qualification_code=account.code,
        qualification_version=account.version,
        state=state,
        journal_seq=seq,
        changed_at=time_to_pb(now),
    )
    return _event(account.learner_id, message)
