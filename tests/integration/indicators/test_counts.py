"""C1 to C3 counted from real events over a real broker."""

import csv
import io
from datetime import date
from importlib import resources

import asyncpg
import indicators.copies.store
import indicators.counts.store
import pytest

from tests.integration.indicators.conftest import Started, World


async def test_without_facts_every_figure_is_zero_over_zero(world: World) -> None:
    assert await world.figures() == dict.fromkeys(("C1", "C2", "C3"), (0, 0, None))
    report = await world.report()
    assert report["newest_fact_at"] is None
    assert (report["rule_version"], report["rule_status"]) == ("C-2569.1", "assumed")
    assert all(item["population_th"] and item["population_en"] for item in report["indicators"])


async def test_coverage_and_use_are_counted_over_their_own_populations(world: World) -> None:
    school, quiet_school, college = (
        await world.institution(),
        await world.institution(),
        await world.institution(kind="COLLEGE"),
    )
    await world.partnership(school, college)
    await world.partnership(quiet_school, college)
    learners = [await world.learner(school) for _ in range(5)]
    for learner_id in learners[:3]:
        entry_id = await world.verifies(school, learner_id)
        await world.verifies(school, learner_id)  # a second entry counts nobody twice
        if learner_id != learners[2]:
            await world.posts(learner_id, entry_id)
    await world.arrive("verified_entry", 6)
    await world.arrive("posted_line", 2)
    await world.arrive("enrolment_copy", 5)
    await world.arrive("partnership_copy", 2)
    # C3's population is 3 people: withheld.
    assert await world.figures() == {"C1": (1, 2, "50.00"), "C2": (3, 5, "60.00"), "C3": (None, None, None)}
    for learner_id in learners[3:]:
        await world.verifies(school, learner_id)
    await world.arrive("verified_entry", 8)
    assert await world.figures() == {"C1": (1, 2, "50.00"), "C2": (5, 5, "100.00"), "C3": (2, 5, "40.00")}
    report = await world.report()
    statuses = {item["code"]: item["population_by_data_status"] for item in report["indicators"]}
    assert statuses["C1"] == {"confirmed": 0, "assumed": 0, "demonstration": 2}
    assert statuses["C2"]["demonstration"] == 5


async def test_populations_leave_out_who_does_not_belong(world: World) -> None:
    school, other, college = (
        await world.institution(),
        await world.institution(),
        await world.institution(kind="COLLEGE"),
    )
    await world.partnership(school, college, programme="SHORT_COURSE")
    await world.partnership(school, college, state="ENDED")
    await world.partnership(school, college, until=date(2025, 4, 30), since=date(2024, 5, 1))  # the year before
    await world.partnership(school, college, since=date(2026, 5, 1))  # the year after
    await world.partnership(other, college, since=None)  # its dates are unknown, and it is in force
    formal = await world.learner(school, system="FORMAL")
    left_before = await world.learner(school, since=date(2024, 5, 16), until=date(2025, 3, 31))
    comes_later = await world.learner(school, since=date(2026, 5, 16))
    for learner_id in (formal, left_before, comes_later):
        await world.verifies(school, learner_id)
    await world.arrive("verified_entry", 3)
    await world.arrive("enrolment_copy", 3)
    await world.arrive("partnership_copy", 5)
    assert await world.figures() == {"C1": (0, 1, "0.00"), "C2": (0, 0, None), "C3": (0, 0, None)}


async def test_entry_counts_in_its_own_academic_year_and_so_does_the_line_on_it(world: World) -> None:
    school = await world.institution()
    await world.partnership(school, await world.institution(kind="COLLEGE"))
    learners = [await world.learner(school, since=date(2024, 5, 16)) for _ in range(5)]
    for learner_id in learners:
        await world.verifies(school, learner_id, year_be=2568)
        await world.posts(learner_id, await world.verifies(school, learner_id, year_be=2567))
    await world.arrive("verified_entry", 10)
    await world.arrive("posted_line", 5)
    await world.arrive("enrolment_copy", 5)
    assert (await world.figures(2568))["C3"] == (0, 5, "0.00")
    assert (await world.figures(2567))["C3"] == (5, 5, "100.00")
    assert (await world.figures(2567))["C1"] == (0, 0, None)  # the partnership began in 2568


async def test_csv_has_the_same_figures_under_thai_headings(world: World) -> None:
    school = await world.institution()
    await world.partnership(school, await world.institution(kind="COLLEGE"))
    for _ in range(6):
        await world.verifies(school, await world.learner(school))
    await world.arrive("verified_entry", 6)
    await world.arrive("enrolment_copy", 6)
    await world.arrive("partnership_copy", 1)
    response = await world.http.get("/v1/indicators", params={"year_be": 2568, "format": "csv"}, headers=world.reader)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="indicators-2568.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    shown = {row["รหัส"]: (row["ตัวตั้ง"], row["ตัวหาร"], row["ร้อยละ"]) for row in rows}
    assert shown == {"C1": ("1", "1", "100.00"), "C2": ("6", "6", "100.00"), "C3": ("0", "6", "0.00")}
    assert {row["รุ่นของกติกา"] for row in rows} == {"C-2569.1"}
    assert all(row["ข้อมูล ณ เวลา"].endswith("+07:00") for row in rows)


async def test_who_reads_no_reports_is_refused(world: World) -> None:
    url = "/v1/indicators?year_be=2568"
    assert (await world.http.get(url)).status_code == 401
    nobody = {"Authorization": f"Bearer {world.issuer.person('reader')}"}
    refused = await world.http.get(url, headers=nobody)
    assert (refused.status_code, refused.json()["reason"]) == (403, "ASSIGNMENT_UNKNOWN")
    thief = world.reader | {"Authorization": f"Bearer {world.issuer.person('somebody else')}"}
    assert (await world.http.get(url, headers=thief)).status_code == 403
    program = {"Authorization": f"Bearer {world.issuer.client('exporter', 'report.read')}"}
    assert (await world.http.get(url, headers=program)).status_code == 200
    other = {"Authorization": f"Bearer {world.issuer.client('other', 'registry.resolve')}"}
    assert (await world.http.get(url, headers=other)).status_code == 403


async def test_gregorian_year_is_refused(world: World) -> None:
    response = await world.http.get("/v1/indicators?year_be=2025", headers=world.reader)
    assert (response.status_code, response.json()["reason"]) == (422, "INVALID_REQUEST")


async def test_rebuilt_from_the_topics_the_figures_are_the_same(started: Started) -> None:
    async with started() as world:
        await world.reader_is_assigned()
        school = await world.institution()
        await world.partnership(school, await world.institution(kind="COLLEGE"))
        for _ in range(5):
            learner_id = await world.learner(school)
            await world.posts(learner_id, await world.verifies(school, learner_id))
        await world.arrive("posted_line", 5)
        await world.arrive("enrolment_copy", 5)
        await world.arrive("partnership_copy", 1)
        before = await world.figures()
        assert before["C3"] == (5, 5, "100.00")
    await world.execute(resources.files("indicators").joinpath("rebuild.sql").read_text("utf-8"))
    assert await world.fetch("SELECT FROM verified_entry") == []
    async with started(group="second") as again:
        await again.arrive("posted_line", 5)
        await again.arrive("enrolment_copy", 5)
        await again.arrive("partnership_copy", 1)
        await again.arrive("institution_copy", 2)
        await again.arrive("assignment_copy", 1)
        assert await again.figures() == before


STATEMENTS = {
    f"{module.__name__}.{name}": value
    for module in (indicators.copies.store, indicators.counts.store)
    for name, value in vars(module).items()
    if name.startswith("SQL_")
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_statement_prepares(database, name: str) -> None:
    connection = await asyncpg.connect(database("indicators"))
    try:
        await connection.prepare(STATEMENTS[name])
    finally:
        await connection.close()
