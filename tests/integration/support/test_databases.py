"""The database fixture: real servers, real roles, nothing shared between tests."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from chassis import migrate

from tests.support.databases import blocking, with_database
from tests.support.infrastructure import Infrastructure

# Dictionary order: a vowel written before its consonant counts after it (architecture.md 3).
THAI_WORDS = ["กบ", "กา", "เก้า", "แก", "ไก่", "ข", "เขา"]


async def test_two_databases_of_one_service_then_rows_stay_apart(database):
    first, second = database("guidance"), database("guidance")
    one, two = await asyncpg.connect(first), await asyncpg.connect(second)
    try:
        await one.execute("CREATE TABLE note (text text)")
        await one.execute("INSERT INTO note VALUES ('บันทึก')")
        assert await two.fetchval("SELECT to_regclass('note')") is None
    finally:
        await one.close()
        await two.close()


async def test_migrated_database_then_history_is_complete_and_nothing_is_pending(database):
    assert await migrate.run(database("guidance"), "guidance") == []


async def test_unmigrated_database_then_it_is_empty(database):
    connection = await asyncpg.connect(database("guidance", migrated=False))
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        await connection.close()


async def test_role_of_a_service_then_it_owns_its_database_and_is_no_superuser(database):
    connection = await asyncpg.connect(database("credit-bank", migrated=False))
    try:
        row = await connection.fetchrow(
            "SELECT rolsuper, rolbypassrls, pg_get_userbyid(datdba) = current_user AS owns FROM pg_roles, pg_database"
            " WHERE rolname = current_user AND datname = current_database()"
        )
        assert tuple(row) == (False, False, True)
    finally:
        await connection.close()


async def test_role_of_another_service_then_it_may_not_connect(database):
    own, other = database("credit-bank", migrated=False), database("guidance", migrated=False)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(with_database(own, urlsplit(other).path.removeprefix("/")))


async def test_wrong_password_then_refused(database):
    parts = urlsplit(database("credit-bank", migrated=False))
    wrong = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":somebody-elses@")))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_thai_words_then_sorted_as_in_a_dictionary(database):
    connection = await asyncpg.connect(database("student-registry", migrated=False))
    try:
        words = 'SELECT word FROM unnest($1::text[]) AS word ORDER BY word COLLATE "th-x-icu"'
        found = [row["word"] for row in await connection.fetch(words, sorted(THAI_WORDS))]
        assert found == THAI_WORDS
        assert sorted(THAI_WORDS) != THAI_WORDS  # by code point the order is another
    finally:
        await connection.close()


async def test_server_then_it_is_postgresql_18_with_what_the_platform_uses(database):
    connection = await asyncpg.connect(database("credit-bank", migrated=False))
    try:
        assert int(await connection.fetchval("SHOW server_version_num")) // 10_000 == 18
        assert await connection.fetchval("SELECT uuid_extract_version(uuidv7())") == 7
        await connection.execute("CREATE EXTENSION btree_gist")
    finally:
        await connection.close()


async def test_connection_left_open_then_dropping_ends_it(databases):
    dsn = databases.create("credit-bank", migrated=False)
    connection = await asyncpg.connect(dsn)
    databases.drop(dsn)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await connection.fetchval("SELECT 1")


def test_plain_test_then_the_fixture_serves_it_too(database):
    async def one() -> int:
        connection = await asyncpg.connect(database("credit-bank", migrated=False))
        try:
            return await connection.fetchval("SELECT 1")
        finally:
            await connection.close()

    assert blocking(one()) == 1


async def test_dropping_a_foreign_database_then_refused(databases, infrastructure: Infrastructure):
    with pytest.raises(AssertionError, match="is not of this session"):
        databases.drop(infrastructure.postgres_dsn)
