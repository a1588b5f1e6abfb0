"""Statements, averages, flags and checkpoints as the contracts carry them."""

from __future__ import annotations

from chassis.ids import date_to_pb, time_to_pb
from nuaikit.credit_bank.v1 import ledger_pb2 as pb

from credit_bank import wire
from credit_bank.averages.domain import Scope, ScopedAverage
from credit_bank.averages.use_cases import METHOD_TH, AverageReport
from credit_bank.checkpoints.domain import Checkpoint
from credit_bank.ledger.domain import Journal
from credit_bank.ledger.flags import Flag
from credit_bank.statements.domain import AccountBalances, AwardShown, EntryShown, Statement


def statement_to_pb(statement: Statement) -> pb.GetStatementResponse:
    """A statement as the contracts carry it."""
    return pb.GetStatementResponse(
        accounts=[_account_to_pb(account) for account in statement.accounts],
        journals=[_journal_to_pb(journal, statement) for journal in statement.journals],
        head_hash_hex=statement.head_hash.hex(),
        entries=[_entry_to_pb(entry) for entry in statement.entries],
        next_page_token=statement.next_page_token,
        awards=[_award_to_pb(award) for award in statement.awards],
    )


def _award_to_pb(award: AwardShown) -> pb.StatementAward:
    return pb.StatementAward(
        journal_id=str(award.journal_id),
        qualification_code=award.qualification_code,
        qualification_version=award.qualification_version,
        awarding_institution_id=str(award.awarding_institution_id),
        category=award.category,
        form=award.form,
        learning_type=award.learning_type,
        level=award.level,
        course=wire.course_key_to_pb(award.course),
        course_title_th=award.course_title_th,
        credits=wire.amount_to_pb(award.hundredths, award.unit),
    )


def _entry_to_pb(entry: EntryShown) -> pb.StatementEntry:
    return pb.StatementEntry(
        entry_id=str(entry.entry_id),
        version=entry.version,
        issuer_institution_id=str(entry.issuer_institution_id),
        issuing_body=entry.issuing_body,
        form=entry.form,
        learning_type=entry.learning_type,
        level=entry.level,
        course=wire.course_key_to_pb(entry.course),
        course_title_th=entry.course_title_th,
        source_mode=entry.source_mode,
        state=entry.state,
    )


def _account_to_pb(account: AccountBalances) -> pb.Account:
    key = account.key
    return pb.Account(
        account_id=str(account.account_id),
        kind=f"ACCOUNT_KIND_{key.kind}",
        qualification_code=key.qualification_code,
        qualification_version=key.qualification_version,
        awarding_institution_id="" if key.awarding_institution_id is None else str(key.awarding_institution_id),
        balances=[
            pb.BucketBalance(bucket=item.bucket, amount=wire.amount_to_pb(item.balance_hundredths, item.unit))
            for item in account.balances
        ],
        state=account.state,
    )


def _journal_to_pb(journal: Journal, statement: Statement) -> pb.Journal:
    account_ids = statement.account_ids
    return pb.Journal(
        journal_id=str(journal.journal_id),
        seq=journal.seq,
        type=journal.type,
        posted_at=time_to_pb(journal.posted_at),
        effective_on=date_to_pb(journal.effective_on),
        entry_id=None if journal.entry_id is None else str(journal.entry_id),
        lines=[
            pb.JournalLine(
                account_id=str(account_ids[line.account]),
                bucket=line.bucket,
                amount=wire.amount_to_pb(line.amount_hundredths, line.unit),
            )
            for line in journal.lines
        ],
        prev_hash_hex=journal.prev_hash.hex(),
        hash_hex=journal.hash.hex(),
    )


def averages_to_pb(report: AverageReport) -> pb.GetAveragesResponse:
    """Averages with what they were made of."""
    return pb.GetAveragesResponse(
        averages=[_average_to_pb(one) for one in report.averages],
        method=pb.AverageMethod(
            rules=report.rules,
            status=wire.status_to_pb(report.status) if report.status else None,
            text_th=METHOD_TH,
            unannounced=report.unannounced,
        ),
        as_of=time_to_pb(report.as_of),
    )


def _average_to_pb(one: ScopedAverage) -> pb.AverageFigure:
    average = one.average
    return pb.AverageFigure(
        scope=str(one.scope),
        year_be=one.year_be,
        term=one.term,
        subject_group=one.subject_group if one.scope is Scope.AREA else None,
        unit=wire.unit_to_pb(average.unit),
        numerator_ten_thousandths=average.numerator_ten_thousandths,
        denominator_hundredths=average.denominator_hundredths,
        value=average.value,
        row_count=average.row_count,
        level=one.level,
        rounding=str(average.policy.rounding),
        retake=str(average.policy.retake_policy),
        forms=one.forms,
    )


def flag_to_pb(flag: Flag) -> pb.ReviewFlag:
    """Something to decide about, and what was decided."""
    account = flag.account
    return pb.ReviewFlag(
        flag_id=str(flag.flag_id),
        learner_id=str(flag.learner_id),
        institution_id=str(flag.institution_id),
        kind=str(flag.kind),
        subject=str(flag.subject),
        line_id=None if flag.line_id is None else str(flag.line_id),
        transcript_id=None if flag.transcript_id is None else str(flag.transcript_id),
        qualification_code="" if account is None else account.qualification_code,
        qualification_version="" if account is None else account.qualification_version,
        entry_id=str(flag.entry_id),
        raised_at=time_to_pb(flag.raised_at),
        resolution=None if flag.resolution is None else str(flag.resolution),
        resolved_at=None if flag.resolved_at is None else time_to_pb(flag.resolved_at),
        reason_code=flag.reason_code,
    )


def checkpoint_to_pb(checkpoint: Checkpoint) -> pb.Checkpoint:
    """A signed checkpoint."""
    return pb.Checkpoint(
        day=date_to_pb(checkpoint.day),
        made_at=time_to_pb(checkpoint.made_at),
        learner_count=checkpoint.learner_count,
        journal_count=checkpoint.journal_count,
        digest_hex=checkpoint.digest.hex(),
        prev_digest_hex=checkpoint.prev_digest.hex(),
        key_id=checkpoint.key_id,
        public_key_hex=checkpoint.public_key.hex(),
        signature_hex=checkpoint.signature.hex(),
    )
