"""No table with sealed values is forgotten when keys are rotated."""

import re
from pathlib import Path

import student_registry
from student_registry import resealing
from student_registry.importing.store import SQL_COUNT_OLD_SEALS


def test_every_table_with_a_key_version_is_sealed_anew_or_counted():
    schema = (Path(student_registry.__file__).parent / "schema.sql").read_text("utf-8")
    tables = re.findall(r"CREATE TABLE (\w+) \(\n(.*?)\n\)", schema, flags=re.DOTALL)
    sealed = {name for name, columns in tables if re.search(r"^ +\w*key_version ", columns, flags=re.MULTILINE)}
    passing = {name for name in sealed if f"FROM {name} " in SQL_COUNT_OLD_SEALS}
    assert passing.isdisjoint(resealing._TABLES)
    assert sealed == passing | set(resealing._TABLES)
