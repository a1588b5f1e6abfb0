"""Writes each service's `schema.sql` from its migrated database, or checks that the committed one is what comes out.

`python -m tests.support.schema write|check [SERVICE …]`. The snapshot is for people: one place that shows the whole
schema as it is after all migrations, and a reviewer sees a change of it in one diff. It is read from PostgreSQL's
catalogues with its own `pg_get_…def` functions, as the one-machine runtime has no `pg_dump`; names are sorted, so the
order of migrations does not show. Tables of the chassis are in it: they are in the database.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import asyncpg

from tests.support.databases import Databases
from tests.support.infrastructure import start

ROOT = Path(__file__).resolve().parents[2]
HEADER = """\
-- The schema of {service} after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.
"""

SQL_EXTENSIONS = "SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"
SQL_TYPES = """
    SELECT t.typname AS name, t.typtype::text AS kind,
           (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
              FROM pg_enum WHERE enumtypid = t.oid) AS labels,
           format_type(t.typbasetype, t.typtypmod) AS base,
           (SELECT string_agg(pg_get_constraintdef(oid), ' ' ORDER BY conname)
              FROM pg_constraint WHERE contypid = t.oid) AS checks
      FROM pg_type t
     WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
     ORDER BY t.typname
"""
SQL_TABLES = """
    SELECT c.oid, c.relname AS name, c.reloptions AS options,
           c.relrowsecurity AS has_rls, c.relforcerowsecurity AS forces_rls,
           CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partitioned_by,
           (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid) AS parent,
           pg_get_expr(c.relpartbound, c.oid) AS bounds, obj_description(c.oid, 'pg_class') AS comment
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
     ORDER BY c.relname
"""
SQL_COLUMNS = """
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS is_needed,
           CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
           pg_get_expr(d.adbin, d.adrelid) AS value, a.attidentity::text AS identity, a.attgenerated::text AS generated,
           col_description(a.attrelid, a.attnum) AS comment
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum
"""
SQL_CONSTRAINTS = """
    SELECT * FROM (
    SELECT c.conrelid::regclass::text AS owner, c.conname AS name, c.contype::text AS kind,
           pg_get_constraintdef(c.oid, true) AS definition
      FROM pg_constraint c
     WHERE c.connamespace = 'public'::regnamespace AND c.conrelid <> 0 AND c.contype IN ('p', 'u', 'x', 'c', 'f')
       AND c.conparentid = 0 AND c.coninhcount = 0) AS found
     ORDER BY owner COLLATE "C", array_position(ARRAY['p', 'u', 'x', 'c', 'f'], kind), name
"""
SQL_INDEXES = """
    SELECT replace(pg_get_indexdef(i.indexrelid, 0, true), ' ON ONLY ', ' ON ') AS definition
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
       AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = i.indexrelid)
     ORDER BY i.indrelid::regclass::text COLLATE "C", c.relname
"""
SQL_FUNCTIONS = """
    SELECT pg_get_functiondef(p.oid) AS definition
      FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
     ORDER BY p.proname, pg_get_function_identity_arguments(p.oid) COLLATE "C"
"""
SQL_TRIGGERS = """
    SELECT pg_get_triggerdef(oid, true) AS definition FROM pg_trigger
     WHERE NOT tgisinternal AND tgparentid = 0 ORDER BY tgrelid::regclass::text COLLATE "C", tgname
"""
SQL_VIEWS = """
    SELECT relname AS name, relkind::text AS kind, pg_get_viewdef(oid) AS definition FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm') ORDER BY relname
"""
SQL_POLICIES = """
    SELECT tablename, policyname, permissive, roles::text[] AS roles, cmd, qual, with_check FROM pg_policies
     WHERE schemaname = 'public' ORDER BY tablename, policyname
"""


def services() -> dict[str, Path]:
    """Where the snapshot of each service with a database lies, by service name."""
    found = sorted((ROOT / "services").glob("*/src/*/migrations"))
    return {folder.parents[2].name: folder.parent / "schema.sql" for folder in found}


async def snapshot(dsn: str, service: str) -> str:
    """The schema of a database as SQL, the same text for the same schema."""
    connection = await asyncpg.connect(dsn)
    try:
        parts = [HEADER.format(service=service), "SET check_function_bodies = off; -- functions stand before tables"]
        parts += [f"CREATE EXTENSION {row['name']};" for row in await connection.fetch(SQL_EXTENSIONS)]
        parts += [_type(row) for row in await connection.fetch(SQL_TYPES)]
        parts += [f"{row['definition'].rstrip()};" for row in await connection.fetch(SQL_FUNCTIONS)]
        for table in await connection.fetch(SQL_TABLES):
            parts.append(_table(table, await connection.fetch(SQL_COLUMNS, table["oid"])))
        parts += _constraints(await connection.fetch(SQL_CONSTRAINTS))
        parts += _lines(f"{row['definition']};" for row in await connection.fetch(SQL_INDEXES))
        parts += _lines(f"{row['definition']};" for row in await connection.fetch(SQL_TRIGGERS))
        parts += [_view(row) for row in await connection.fetch(SQL_VIEWS)]
        parts += [_policy(row) for row in await connection.fetch(SQL_POLICIES)]
    finally:
        await connection.close()
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _lines(statements: Iterable[str]) -> list[str]:
    """Short statements, together as one part."""
    text = "\n".join(statements)
    return [text] if text else []


def _type(row: Mapping[str, str]) -> str:
    if row["kind"] == "e":
        return f"CREATE TYPE {row['name']} AS ENUM ({row['labels']});"
    return f"CREATE DOMAIN {row['name']} AS {row['base']} {row['checks'] or ''}".rstrip() + ";"


def _table(table: Mapping[str, str], columns: Iterable[Mapping[str, str]]) -> str:
    if table["parent"]:
        return f"CREATE TABLE {table['name']} PARTITION OF {table['parent']} {table['bounds']};"
    rows = list(columns)
    text = f"CREATE TABLE {table['name']} (\n" + ",\n".join(f"    {_column(row)}" for row in rows) + "\n)"
    if table["partitioned_by"]:
        text += f" PARTITION BY {table['partitioned_by']}"
    if table["options"]:
        text += f" WITH ({', '.join(sorted(table['options']))})"
    after = [f"ALTER TABLE {table['name']} ENABLE ROW LEVEL SECURITY;"] if table["has_rls"] else []
    after += [f"ALTER TABLE {table['name']} FORCE ROW LEVEL SECURITY;"] if table["forces_rls"] else []
    after += [f"COMMENT ON TABLE {table['name']} IS {_quoted(table['comment'])};"] if table["comment"] else []
    after += [
        f"COMMENT ON COLUMN {table['name']}.{row['name']} IS {_quoted(row['comment'])};"
        for row in rows
        if row["comment"]
    ]
    return "\n".join([f"{text};", *after])


def _column(row: Mapping[str, str]) -> str:
    words = [row["name"], row["type"]]
    if row["collation"]:
        words.append(f"COLLATE {row['collation']}")
    if row["identity"]:
        words.append(f"GENERATED {'ALWAYS' if row['identity'] == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif row["generated"]:
        words.append(f"GENERATED ALWAYS AS ({row['value']}) {'STORED' if row['generated'] == 's' else 'VIRTUAL'}")
    elif row["value"]:
        words.append(f"DEFAULT {row['value']}")
    if row["is_needed"] and not row["identity"]:
        words.append("NOT NULL")
    return " ".join(words)


def _constraints(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """References last: what they refer to must be there."""
    found = list(rows)
    ordered = [row for row in found if row["kind"] != "f"] + [row for row in found if row["kind"] == "f"]
    return _lines(f"ALTER TABLE {row['owner']} ADD CONSTRAINT {row['name']} {row['definition']};" for row in ordered)


def _view(row: Mapping[str, str]) -> str:
    kind = "MATERIALIZED VIEW" if row["kind"] == "m" else "VIEW"
    return f"CREATE {kind} {row['name']} AS\n{row['definition']}"


def _policy(row: Mapping[str, str]) -> str:
    text = f"CREATE POLICY {row['policyname']} ON {row['tablename']} AS {row['permissive']} FOR {row['cmd']}"
    text += f" TO {', '.join(row['roles'])}"
    text += f"\n    USING ({row['qual']})" if row["qual"] else ""
    text += f"\n    WITH CHECK ({row['with_check']})" if row["with_check"] else ""
    return f"{text};"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def main(argv: list[str] | None = None) -> int:
    """Write the snapshots, or tell which differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.schema", description=__doc__)
    parser.add_argument("command", choices=["write", "check"])
    parser.add_argument("services", nargs="*", metavar="SERVICE", help=", ".join(services()))
    arguments = parser.parse_args(argv)
    wanted = {name: path for name, path in services().items() if name in (arguments.services or services())}
    differing = []
    with start() as servers:
        databases = Databases(servers)
        try:
            for name, path in wanted.items():
                text = asyncio.run(snapshot(databases.create(name), name))
                if arguments.command == "write":
                    path.write_text(text, encoding="utf-8")
                elif not path.exists() or path.read_text(encoding="utf-8") != text:
                    differing.append(str(path.relative_to(ROOT)))
        finally:
            databases.drop_everything()
    for path in differing:
        sys.stderr.write(f"{path} is not what the migrations make; run `python -m tests.support.schema write`\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
