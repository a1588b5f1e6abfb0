"""Links as events of the ledger's topic, so that they keep their place among what happens to the learner."""

from __future__ import annotations

from datetime import datetime

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.exchange.store_inbox import Link
from credit_bank.recording.events import TOPIC


def link_changed(link: Link, *, is_ended: bool, now: datetime) -> NewEvent:
    """An institution settled whom another bank means, or ended that."""
    message = events_pb2.ExchangeLinkChanged(
        link_id=str(link.link_id),
        learner_id=str(link.learner_id),
        institution_id=str(link.institution_id),
        peer=link.peer,
        is_ended=is_ended,
        changed_at=time_to_pb(now),
    )
    return NewEvent(TOPIC, str(link.learner_id), message)
