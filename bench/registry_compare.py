"""Comparing new learners with everybody in the register, as the register grows (matching/comparing.py).

    TEST_POSTGRES_DSN=... python -m bench registry_compare [--rows 100000] [--compared 1000]

The register is filled in steps by the file import, in the last to `--rows` learners; one in a hundred is in it twice,
with another number and a letter of the name wrong. After each step so many learners are compared as the worker does it:
blocks through their indexes, scores, pairs into the review queue.

Prints learners and pairs per second for each size, how the time for one learner grew beside the register, and memory.
"""

import argparse
import asyncio
import random
import resource
import tempfile
import time
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import UUID

from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.matching import comparing, store

from bench.registry_import import GIVEN, citizen_id, imported, prepared, resident_mib
from tests.support.databases import Databases
from tests.support.infrastructure import start

STEPS = 4
COMMON = 0.3
"""Share of people whose given name is one of a few."""
SYLLABLES = [
    "กัญ",
    "กมล",
    "กานต์",
    "กิจ",
    "เกียรติ",
    "ขวัญ",
    "คง",
    "คำ",
    "จันทร์",
    "จิต",
    "เจริญ",
    "ฉัตร",
    "ชัย",
    "ชล",
    "โชติ",
    "ญา",
    "ฐิติ",
    "ณัฐ",
    "ดาว",
    "เดช",
    "ตรี",
    "ถาวร",
    "ทอง",
    "ทิพย์",
    "ธน",
    "ธีร์",
    "นพ",
    "นภา",
    "นิตย์",
    "บุญ",
    "ปัญ",
    "ประ",
    "ปรีชา",
    "ผล",
    "พงษ์",
    "พร",
    "พันธุ์",
    "พิมพ์",
    "เพชร",
    "ภัทร",
    "ภูมิ",
    "มงคล",
    "มณี",
    "มาลี",
    "ยศ",
    "ยิ่ง",
    "รัก",
    "รัตน์",
    "ฤทธิ์",
    "ลักษณ์",
    "วงศ์",
    "วรรณ",
    "วัฒน์",
    "วิทย์",
    "ศรี",
    "ศักดิ์",
    "สกุล",
    "สม",
    "สาย",
    "สิน",
    "สุข",
    "สุวรรณ",
    "แสง",
    "หงส์",
    "อรุณ",
    "อินทร์",
    "อุดม",
    "เอก",
]
"""Made-up names are put together of these; names of people differ more."""
TWICE_EVERY = 100
SQL_ALL_COMPARED = "UPDATE learner SET compared_at = now() WHERE compared_at IS NULL"
SQL_SOME_NEW = """
    UPDATE learner SET compared_at = NULL
     WHERE learner_id IN (SELECT learner_id FROM learner ORDER BY md5(learner_id::text) LIMIT $1)
"""


def person(number: int) -> tuple[str, str, str]:
    """Given name, family name and birth date of a synthetic person; some thousand given names, many more families."""
    chance = random.Random(number)  # noqa: S311  # made-up people
    given = chance.choice(GIVEN) if chance.random() < COMMON else "".join(chance.sample(SYLLABLES, 2))
    family = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 3, 3, 4))))
    return given, family, f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(2550, 2564)}"


def write_file(file: BinaryIO, first: int, rows: int) -> None:
    """A learner file of people from number `first` on."""
    file.write((",".join(layout.COLUMNS) + "\n").encode())
    for number in range(first, first + rows):
        is_twin = number % TWICE_EVERY == TWICE_EVERY - 1
        given, family, birth = person(number - 1 if is_twin else number)
        if is_twin:
            family = family[:-1]
        file.write(
            f"{number + 1},{citizen_id(number)},,เด็กชาย,{given},{family},{birth},ช,หลัก,ในระบบ,"
            f"ม.{number % 6 + 1},{number // 6 % 12 + 1},{number // 72 % 40 + 1},,16/05/2569,\n".encode()
        )


async def measure(dsn: str, *, rows: int, compared: int) -> None:
    """Fill, compare, and print for each size of the register."""
    deps, actor = await prepared(dsn)
    looked_at = 0
    blocks = store.blocks

    async def counted(*args: Any, **more: Any) -> list[tuple[UUID, UUID]]:
        nonlocal looked_at
        pairs = await blocks(*args, **more)
        looked_at += len(pairs)
        return pairs

    store.blocks = counted
    before = resident_mib()
    size, first_cost = 0, 0.0
    for step in range(1, STEPS + 1):
        more = rows * step // STEPS - size
        with tempfile.TemporaryFile() as file:
            write_file(file, size, more)
            await imported(deps, actor, file)
        size += more
        await deps.pool.execute("SET statement_timeout = 0", timeout=600)
        await deps.pool.execute(SQL_ALL_COMPARED, timeout=600)
        await deps.pool.execute("ANALYZE learner; ANALYZE learner_name; ANALYZE enrolment", timeout=600)
        await deps.pool.execute(SQL_SOME_NEW, compared, timeout=600)
        looked_at, done, found = 0, 0, await deps.pool.fetchval("SELECT count(*) FROM match_candidate")
        begun = time.perf_counter()
        while count := await comparing.compare_new(deps, now=datetime.now(UTC)):
            done += count
        spent = time.perf_counter() - begun
        found = await deps.pool.fetchval("SELECT count(*) FROM match_candidate") - found
        cost = spent / done
        first_cost = first_cost or cost
        print(
            f"{size:8d} learners: {done} compared in {spent:6.1f} s, {done / spent:6.1f} learners/s, "
            f"{looked_at / spent:7.0f} pairs/s ({looked_at / done:.1f} each), {found} into the queue, "
            f"{cost * 1e3:6.1f} ms each: {cost / first_cost:.2f} of the first, {step} times its size"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory {before:.0f} MiB before, {peak:.0f} MiB at most, import included")
    await deps.pool.close()


def main() -> None:
    """Run on the test infrastructure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--compared", type=int, default=400)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            asyncio.run(measure(databases.create("student-registry"), rows=options.rows, compared=options.compared))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
