"""Entries as journals of the bank account."""

from __future__ import annotations

from credit_bank.calendar_th import thai_date
from credit_bank.ledger.domain import ISSUED, PENDING, AccountKey, JournalDraft, decimal_text, move
from credit_bank.recording.domain import Act, Entry


def facts_of(entry: Entry) -> dict[str, str]:
    """What is sealed of an entry in every journal about it; hashes of its files among it."""
    facts = {
        "entry_version": str(entry.version),
        "issuer_institution_id": str(entry.issuer_institution_id),
        "course_code": entry.course.key.code,
        "year_be": str(entry.year_be),
        "term": str(entry.term),
        "attempt": str(entry.attempt),
        "grade_code": entry.grade.code,
        "content_hash": entry.content_hash.hex(),
    }
    files = [item.sha256_hex for item in entry.evidence if item.sha256_hex]
    if files:
        facts["evidence_sha256"] = " ".join(files)
    if entry.earned_hundredths is not None:
        facts["credits"] = decimal_text(entry.earned_hundredths)
    return facts


def entry_journal(entry: Entry, kind: str, act: Act, *, origin: str, destination: str) -> JournalDraft:
    """A journal about an entry that moves its credits between two buckets of the bank account."""
    earned, unit = entry.earned_hundredths, entry.unit
    lines = ()
    if earned is not None and unit is not None:
        bank = AccountKey.bank(entry.learner_id)
        lines = move(bank, origin, destination, unit=unit, amount_hundredths=earned)
    return JournalDraft(
        learner_id=entry.learner_id,
        type=kind,
        effective_on=thai_date(act.at),
        entry_id=entry.entry_id,
        lines=lines,
        facts=facts_of(entry),
    )


def recorded(entry: Entry) -> JournalDraft:
    """That it was recorded: ISSUED to PENDING."""
    return entry_journal(entry, "credit.recorded", entry.recorded, origin=ISSUED, destination=PENDING)
