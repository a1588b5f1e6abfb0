"""Attempts at one course: a remedial examination follows a failure, and may earn only what the rule in force allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis.errors import ServiceError
from chassis.pg import Connection

from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.grades import Grade
from credit_bank.recording import store
from credit_bank.recording.domain import AttemptKind, Entry, ResultInput
from credit_bank.recording.errors import RemedialGradeTooHigh, RemedialWithoutFailure
from credit_bank.recording.placing import attempt_kind_of, placing_of
from credit_bank.rules import use_cases as rules
from credit_bank.rules.domain import PolicyBook, RuleKey

AttemptKey = tuple[UUID, str, str]
"""Learner, code system and code, at one institution."""


class Attempts:
    """Earlier attempts of the learners of one call, with those that the call itself adds."""

    def __init__(self, earned: Mapping[AttemptKey, Mapping[int, bool]], book: PolicyBook, *, on_date: date) -> None:
        """Keep by learner and course which attempts earned something."""
        self._earned = {key: dict(attempts) for key, attempts in earned.items()}
        self._book = book
        self._on_date = on_date

    def add(self, entry: Entry) -> None:
        """Another attempt stands now."""
        key = (entry.learner_id, str(entry.course.key.code_system), entry.course.key.code)
        self._earned.setdefault(key, {})[entry.attempt] = entry.grade.is_earned

    def refusal(self, result: ResultInput, grade: Grade, course: Course) -> ServiceError | None:
        """Why an attempt cannot be a remedial one; None for every other kind.

        Source: credit-bank.md d.2 S10 (what a remedial examination may earn; assumed, and only where a rule says so).
        """
        if attempt_kind_of(result) is not AttemptKind.REMEDIAL:
            return None
        key = (result.learner_id, str(result.course.code_system), result.course.code)
        earlier = [is_earned for attempt, is_earned in self._earned.get(key, {}).items() if attempt < result.attempt]
        if not earlier or any(earlier):
            return RemedialWithoutFailure(field="attempt_kind")
        placing = placing_of(result, course.facts)
        if placing.level is None or grade.point_hundredths is None:
            return None
        rule = self._book.policy(
            RuleKey.REMEDIAL_GRADE_MAX, form=placing.form, level=placing.level, on_date=self._on_date
        )
        if rule is None or rule.value is None or grade.point_hundredths <= rule.number:
            return None
        return RemedialGradeTooHigh(field="grade_label", limit_hundredths=rule.number, rule=rule.named())


async def read_attempts(
    connection: Connection, results: Sequence[ResultInput], institution_id: UUID, *, on_date: date
) -> Attempts:
    """Earlier attempts, as far as a remedial one among the results asks for them; the learners must be locked."""
    remedial = [result for result in results if attempt_kind_of(result) is AttemptKind.REMEDIAL]
    if not remedial:
        return Attempts({}, PolicyBook(()), on_date=on_date)
    keys = sorted({(result.learner_id, str(result.course.code_system), result.course.code) for result in remedial})
    book = await rules.policy_book(connection, [RuleKey.REMEDIAL_GRADE_MAX])
    return Attempts(await store.read_attempts(connection, keys, institution_id), book, on_date=on_date)
