"""Laws of the ledger: sums, steps, the hash chain, claims."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from credit_bank.ledger.chain import chain_hash, first_break, link
from credit_bank.ledger.domain import (
    AVAILABLE,
    GENESIS,
    ISSUED,
    PENDING,
    AccountKey,
    Claim,
    ClaimState,
    Head,
    JournalDraft,
    Line,
    UnbalancedError,
    balances,
    check_draft,
    counted,
    decimal_text,
    find_claim_conflict,
    is_permitted_pair,
    mirrored,
    move,
)

LEARNER = UUID(int=1)
SCHOOL = UUID(int=2)
BANK = AccountKey.bank(LEARNER)
M6 = AccountKey.qualification(LEARNER, "M6-OBEC", "2551R60", SCHOOL)
PWC = AccountKey.qualification(LEARNER, "PWC-2562", "2562", UUID(int=3))
PWC_67 = AccountKey.qualification(LEARNER, "PWC-2567", "2567", UUID(int=3))
PAIRS = {
    ("M6-OBEC", "2551R60"): frozenset({"PWC-2562"}),
    ("PWC-2562", "2562"): frozenset({"M6-OBEC"}),
    ("PWC-2567", "2567"): frozenset({"M6-OBEC"}),
}
NOW = datetime(2026, 11, 21, 3, 0, 0, 123456, tzinfo=UTC)


def deposit(hundredths: int = 100, unit: str = "CR_OBEC") -> JournalDraft:
    lines = move(BANK, ISSUED, PENDING, unit=unit, amount_hundredths=hundredths)
    return JournalDraft(LEARNER, "credit.recorded", date(2026, 11, 21), entry_id=UUID(int=9), lines=lines)


def test_hash_of_the_known_answer_is_reproduced() -> None:
    event = {
        "course_code": "ท31101",
        "credits": "1.0",
        "entry_id": "01J0",
        "seq": 1,
        "type": "credit.posted",
    }
    known = "db3d1ce8e5a6bc503ddfe0cad3a33a241b6fa59143514fe5787bf9222cad2548"
    assert chain_hash(event, GENESIS).hex() == known


@pytest.mark.parametrize(
    ("hundredths", "text"), [(100, "1.0"), (50, "0.5"), (-150, "-1.5"), (0, "0.0"), (1_050, "10.5"), (125, "1.25")]
)
def test_amounts_are_written_as_decimals(hundredths: int, text: str) -> None:
    assert decimal_text(hundredths) == text


def test_moving_and_moving_back_leaves_nothing() -> None:
    lines = move(BANK, PENDING, AVAILABLE, unit="CR_OBEC", amount_hundredths=150)
    journals = [replace(link(deposit(), Head(), journal_id=uuid4(), posted_at=NOW), lines=(*lines, *mirrored(lines)))]
    assert set(balances(journals).values()) == {0}


def test_nothing_is_moved_for_an_amount_of_zero() -> None:
    assert move(BANK, ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=0) == ()


@pytest.mark.parametrize(
    "lines",
    [
        (Line(BANK, PENDING, "CR_OBEC", 100),),
        (Line(BANK, ISSUED, "CR_OBEC", -100), Line(BANK, PENDING, "CR_OVEC", 100)),
        (Line(BANK, ISSUED, "CR_OBEC", -75), Line(BANK, PENDING, "CR_OBEC", 75)),
        (Line(BANK, ISSUED, "CR_OVEC", -50), Line(BANK, PENDING, "CR_OVEC", 50)),
        (Line(BANK, ISSUED, "HOURS", -100), Line(BANK, PENDING, "HOURS", 100)),
        (Line(BANK, ISSUED, "CR_OBEC", 0),),
        move(AccountKey.bank(UUID(int=7)), ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=100),
    ],
    ids=["one-sided", "units-mixed", "step-obec", "step-ovec", "unknown-unit", "zero", "other-learner"],
)
def test_journal_that_breaks_a_law_is_refused(lines: tuple[Line, ...]) -> None:
    with pytest.raises(UnbalancedError):
        check_draft(replace(deposit(), lines=lines))


def test_chain_verifies_and_any_change_breaks_it_where_it_was_made() -> None:
    head, chain = Head(), []
    for number in range(5):
        draft = replace(deposit(), facts={"course_code": f"ท3110{number}"})
        chain.append(link(draft, head, journal_id=uuid4(), posted_at=NOW))
        head = Head(chain[-1].seq, chain[-1].hash)
    assert first_break(chain) is None
    assert first_break(chain[:2]) is None
    other_amount = move(BANK, ISSUED, PENDING, unit="CR_OBEC", amount_hundredths=150)
    for at, tampered in [
        (3, replace(chain[2], lines=other_amount)),
        (3, replace(chain[2], facts={"course_code": "ท99999"})),
        (3, replace(chain[2], type="credit.verified")),
        (3, replace(chain[2], effective_on=date(2026, 1, 1))),
        (3, replace(chain[2], entry_id=UUID(int=8))),
        (3, replace(chain[2], posted_at=NOW.replace(microsecond=0))),
        (3, replace(chain[2], prev_hash=GENESIS)),
        (3, replace(chain[2], hash=GENESIS)),
    ]:
        assert first_break([*chain[:2], tampered, *chain[3:]]) == at
    assert first_break([chain[0], *chain[2:]]) == 2, "a journal taken out is a gap"
    assert first_break(chain[1:]) == 1


def test_same_draft_at_another_place_has_another_hash() -> None:
    first = link(deposit(), Head(), journal_id=uuid4(), posted_at=NOW)
    second = link(deposit(), Head(1, first.hash), journal_id=uuid4(), posted_at=NOW)
    assert first.hash != second.hash
    assert first.hash == link(deposit(), Head(), journal_id=uuid4(), posted_at=NOW).hash, "ids of rows are not hashed"


def test_pair_is_permitted_only_when_both_qualifications_name_each_other() -> None:
    assert is_permitted_pair(M6, PWC, PAIRS)
    assert is_permitted_pair(PWC, M6, PAIRS)
    assert not is_permitted_pair(M6, PWC_67, PAIRS), "M.6 does not name ปวช. 2567"
    assert not is_permitted_pair(M6, replace(M6, awarding_institution_id=UUID(int=5)), PAIRS)
    assert not is_permitted_pair(M6, PWC, {})


def test_entry_is_claimed_once_in_an_account_and_in_permitted_pairs_only() -> None:
    entry = uuid4()
    in_m6 = Claim(entry, M6, ClaimState.COUNTED)
    assert find_claim_conflict(in_m6, [], PAIRS) is None
    assert find_claim_conflict(Claim(entry, PWC, ClaimState.RESERVED), [in_m6], PAIRS) is None
    again = find_claim_conflict(Claim(entry, M6, ClaimState.RESERVED), [in_m6], PAIRS)
    assert again is not None
    assert again.reason == "ENTRY_ALREADY_CLAIMED"
    elsewhere = find_claim_conflict(Claim(entry, PWC_67, ClaimState.RESERVED), [in_m6], PAIRS)
    assert elsewhere is not None
    assert (elsewhere.reason, elsewhere.other_code) == ("ENTRY_COUNTS_ELSEWHERE", "M6-OBEC")
    assert find_claim_conflict(Claim(uuid4(), M6, ClaimState.COUNTED), [in_m6], PAIRS) is None


def test_third_qualification_is_refused_when_one_of_the_two_before_does_not_permit_it() -> None:
    entry = uuid4()
    live = [Claim(entry, M6, ClaimState.COUNTED), Claim(entry, PWC, ClaimState.POSTED)]
    third = AccountKey.qualification(LEARNER, "X", "1", SCHOOL)
    pairs = {**PAIRS, ("X", "1"): frozenset({"M6-OBEC"}), ("M6-OBEC", "2551R60"): frozenset({"PWC-2562", "X"})}
    found = find_claim_conflict(Claim(entry, third, ClaimState.RESERVED), live, pairs)
    assert found is not None
    assert found.other_code == "PWC-2562"


def test_bucket_of_a_category_names_it() -> None:
    assert counted("BASIC") == "COUNTED:BASIC"
