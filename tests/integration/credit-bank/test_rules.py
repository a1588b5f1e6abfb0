"""Policy rules as data: what holds for which form and level, and what was announced for none."""

from datetime import date

import asyncpg
import pytest
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule, RuleKey, in_force
from credit_bank.rules.store import rules_of
from credit_bank.rules.use_cases import policy, policy_book

from tests.support.credit_world import World

TODAY = date(2026, 11, 21)


async def held(world: World, key: RuleKey, form: str, level: str, on_date: date = TODAY) -> Rule | None:
    async with world.pool.acquire() as connection:
        return await policy(connection, key, form=form, level=level, on_date=on_date)


@pytest.mark.parametrize(
    ("level", "least"), [("VOCATIONAL_CERTIFICATE", 200), ("UPPER_SECONDARY", 100), ("LOWER_SECONDARY", 100)]
)
async def test_least_grade_of_the_formal_form_is_told_with_its_source_and_status(
    world: World, level: str, least: int
) -> None:
    rule = await held(world, RuleKey.MIN_GRADE, "FORMAL", level)
    assert rule is not None
    assert (rule.number, rule.provenance.status) == (least, "assumed")
    assert "d.1 R9" in rule.provenance.source
    assert rule.named().startswith("MIN_GRADE R9")


@pytest.mark.parametrize("form", ["NONFORMAL", "INFORMAL"])
@pytest.mark.parametrize("key", [RuleKey.MIN_GRADE, RuleKey.MAX_SHARE, RuleKey.MIN_HOURS_PCT, RuleKey.MIN_CONTENT_PCT])
async def test_what_was_announced_for_no_other_form_is_borrowed_by_none(world: World, form: str, key: RuleKey) -> None:
    assert await held(world, key, form, "VOCATIONAL_CERTIFICATE") is None


async def test_unknown_level_has_no_rule(world: World) -> None:
    assert await held(world, RuleKey.MIN_GRADE, "FORMAL", "") is None


async def test_learning_never_expires_by_default(world: World) -> None:
    for form in EducationForm:
        for level in EducationLevel:
            rule = await held(world, RuleKey.VALIDITY_DAYS, form, level)
            assert rule is not None
            assert rule.value is None


async def test_every_row_of_the_brief_is_there_with_source_and_status(world: World) -> None:
    async with world.pool.acquire() as connection:
        rows = await connection.fetch("SELECT reference, source, status FROM policy_rule")
    references = {row["reference"].split()[0] for row in rows}
    expected = {f"R{n}" for n in range(1, 16)} | {f"S{n}" for n in range(1, 11)} | {f"O{n}" for n in range(1, 10)}
    assert expected <= references
    assert all(row["source"].startswith("credit-bank.md ") for row in rows)


async def test_every_key_that_is_read_by_name_has_a_row(world: World) -> None:
    async with world.pool.acquire() as connection:
        keys = {row["key"] for row in await connection.fetch("SELECT DISTINCT key FROM policy_rule")}
    assert set(RuleKey) <= keys


async def test_no_two_rows_hold_for_the_same_form_level_and_first_day(world: World) -> None:
    async with world.pool.acquire() as connection:
        twice = await connection.fetch(
            """SELECT key, form, level, effective_from FROM policy_rule, unnest(forms) AS form, unnest(levels) AS level
                GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"""
        )
    assert [tuple(row) for row in twice] == []


async def test_rules_are_append_only(world: World) -> None:
    async with world.pool.acquire() as connection:
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await connection.execute("UPDATE policy_rule SET status = 'confirmed'")


async def test_a_later_row_holds_from_its_first_day_and_the_book_agrees_with_the_store(world: World) -> None:
    async with world.pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO policy_rule (key, reference, title_th, value, forms, levels, effective_from, version, source,
                                        status)
               VALUES ('SLA_DAYS', 'R12', 'ทดสอบ', $1, '{FORMAL}', '{UPPER_SECONDARY}', '2027-01-01', '2570.1', 'tests',
                       'demonstration')""",
            15,
        )
        rules = await rules_of(connection, [RuleKey.SLA_DAYS])
        book = await policy_book(connection, [RuleKey.SLA_DAYS])
    for form in ("FORMAL", "INFORMAL"):
        for day, days in ((date(2026, 12, 31), 30), (date(2027, 1, 1), 15 if form == "FORMAL" else 30)):
            rule = await held(world, RuleKey.SLA_DAYS, form, "UPPER_SECONDARY", day)
            assert rule is not None
            assert rule.number == days
            assert rule == in_force(rules, RuleKey.SLA_DAYS, form=form, level="UPPER_SECONDARY", on_date=day)
            assert rule == book.policy(RuleKey.SLA_DAYS, form=form, level="UPPER_SECONDARY", on_date=day)
