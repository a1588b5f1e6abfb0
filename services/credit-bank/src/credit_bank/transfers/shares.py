"""How much of a qualification may be there by transfer (CB-I7); no limit unless a rule sets one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from chassis.pg import Connection

from credit_bank.calendar_th import thai_date
from credit_bank.ledger.domain import AccountKey
from credit_bank.people.merges import families
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.rules import use_cases as rules
from credit_bank.rules.domain import Rule, RuleKey
from credit_bank.transfers import errors, store
from credit_bank.transfers.policy import CasePolicies
from credit_bank.transfers.store import CaseRow, LineRow

ALL = "ALL"
"""Key of the limit over all modes together."""

PERCENT = 100


def limits_of(rule: Rule | None) -> Mapping[str, int]:
    """Largest shares in percent by mode, and under `ALL` over all of them; empty: not configured.

    The rule's value is one figure for all modes together, or a table such as `{"ALL": 75, "RPL": 30}`.
    """
    if rule is None or rule.value is None:
        return {}
    return {ALL: rule.number} if isinstance(rule.value, int) else {mode: int(pct) for mode, pct in rule.table.items()}


def is_within(hundredths: int, total_hundredths: int, pct: int) -> bool:
    """Whether an amount is at most a share of a total; exact, without division."""
    return hundredths * PERCENT <= total_hundredths * pct


@dataclass(slots=True)
class Shares:
    """What stands in accounts by transfer, and how much may; it grows with the cases that pass.

    Attributes:
        transferred: In 1/100 credit by account of the person and mode.
        totals: Total of each qualification by code and version, 1/100.
        limits: Limits of each case, by the rules of its submission.
        surviving: Under whose id each learner's records count together.
    """

    transferred: dict[tuple[AccountKey, str], int] = field(default_factory=dict[tuple[AccountKey, str], int])
    totals: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    limits: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict[UUID, Mapping[str, int]])
    surviving: Mapping[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    def account_of(self, case: CaseRow) -> AccountKey:
        """The person's account that a case posts into."""
        return AccountKey.qualification(
            self.surviving.get(case.learner_id, case.learner_id),
            case.qualification_code,
            case.qualification_version,
            case.institution_id,
        )

    def take(self, case: CaseRow, lines: Sequence[LineRow]) -> None:
        """Add a case's lines.

        Raises:
            ShareExceeded: The account would hold more than a rule allows; nothing is added.
        """
        account = self.account_of(case)
        added: dict[str, int] = {}
        for line in lines:
            added[str(line.mode)] = added.get(str(line.mode), 0) + line.credit_hundredths
        total = self.totals[case.qualification_code, case.qualification_version]
        for mode, pct in self.limits.get(case.case_id, {}).items():
            held = sum(
                hundredths
                for (where, how), hundredths in self.transferred.items()
                if where == account and mode in (ALL, how)
            )
            wanted = sum(added.values()) if mode == ALL else added.get(mode, 0)
            if wanted and not is_within(held + wanted, total, pct):
                raise errors.ShareExceeded(case_id=case.case_id, mode=mode, limit_pct=pct)
        for mode, hundredths in added.items():
            self.transferred[account, mode] = self.transferred.get((account, mode), 0) + hundredths


async def read_shares(connection: Connection, cases: Collection[CaseRow]) -> Shares:
    """What stands by transfer in the accounts of these cases, under the learners' locks."""
    book = await rules.policy_book(connection, [RuleKey.MAX_SHARE])
    known = await qualifications.read_qualifications(
        connection, {(case.qualification_code, case.qualification_version) for case in cases}
    )
    persons = await families(connection, {case.learner_id for case in cases})
    surviving = {member: family.surviving_id for family in persons.values() for member in family.members}
    held: dict[tuple[AccountKey, str], int] = {}
    for (account, mode), hundredths in (await store.transferred(connection, surviving)).items():
        of_person = replace(account, learner_id=surviving[account.learner_id])
        held[of_person, mode] = held.get((of_person, mode), 0) + hundredths
    return Shares(
        transferred=held,
        totals={key: qualification.total_min_hundredths for key, qualification in known.items()},
        limits={
            case.case_id: limits_of(
                CasePolicies(book, thai_date(case.submitted_at)).rule(
                    RuleKey.MAX_SHARE, form=case.form, level=case.level
                )
            )
            for case in cases
        },
        surviving=surviving,
    )
