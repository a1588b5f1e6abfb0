"""The hash chain: one per learner, JSON canonicalised by RFC 8785, then SHA-256 (CB-I22, credit-bank.md j.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from credit_bank.canonical import digest_plain
from credit_bank.ledger.domain import Head, Journal, JournalDraft, check_draft, document, draft_of


def chain_hash(content: Mapping[str, Any], prev: bytes) -> bytes:
    """SHA-256 over the canonical form of `content` with the hash before it.

    Args:
        content: Strings, integers, lists and mappings; no floats, as decimals are strings.
        prev: Hash of the predecessor, 32 bytes; zeros for the first.
    """
    return digest_plain({**content, "prev": prev.hex()})


def link(draft: JournalDraft, head: Head, *, journal_id: UUID, posted_at: datetime) -> Journal:
    """The journal that a draft becomes behind `head`.

    Raises:
        UnbalancedError: The draft breaks a law of the ledger.
    """
    check_draft(draft)
    seq = head.seq + 1
    return Journal(
        journal_id=journal_id,
        learner_id=draft.learner_id,
        seq=seq,
        type=draft.type,
        posted_at=posted_at,
        effective_on=draft.effective_on,
        entry_id=draft.entry_id,
        case_id=draft.case_id,
        line_id=draft.line_id,
        lines=draft.lines,
        facts=draft.facts,
        prev_hash=head.hash,
        hash=chain_hash(document(draft, seq=seq, posted_at=posted_at), head.hash),
    )


def first_break(journals: Iterable[Journal]) -> int | None:
    """Position at which one learner's chain does not verify, None when it verifies from the first to the last.

    Args:
        journals: All journals of one learner in the order of `seq`.
    """
    head = Head()
    for journal in journals:
        expected = chain_hash(document(draft_of(journal), seq=journal.seq, posted_at=journal.posted_at), head.hash)
        if journal.seq != head.seq + 1 or journal.prev_hash != head.hash or journal.hash != expected:
            return head.seq + 1
        head = Head(journal.seq, journal.hash)
    return None
