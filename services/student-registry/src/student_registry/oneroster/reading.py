"""What a bundle says of one institution's learners: rows of enrollments.csv with what they refer to, as a learner file.

The files that rows refer to are put on disk first, keyed by their ids, so that neither many users nor many classes are
ever in memory; the enrolments are then read once, part by part, and looked up.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO

from chassis.tabular import Batch, BrokenRow, Fault, Format, OpenTable

from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.importing import nuaikit_learners_1 as learners
from student_registry.importing.domain import DATE_INVALID, DUPLICATE_ROW, VALUE_MISSING, Beside, RowFault
from student_registry.oneroster import layout
from student_registry.oneroster.bundles import Bundle, open_bundle
from student_registry.oneroster.errors import BundleUnreadable, BundleVersion
from student_registry.text import ascii_digits, clean

REFERENCE_UNKNOWN = "REFERENCE_UNKNOWN"
OTHER_INSTITUTION = "OTHER_INSTITUTION"
DELETION_NOT_TAKEN = "DELETION_NOT_TAKEN"

_REFERRED = (layout.USERS, layout.CLASSES, layout.DEMOGRAPHICS)
HEADER = (*learners.COLUMNS, *_REFERRED)
"""A row of a bundle becomes one of our own layout, so that rejected rows can be mended and sent as a learner file.

The last columns say in which row of the other files the bundle has what this row refers to.
"""

TOLD = {
    learners.STUDENT_NO: "users.csv: identifier",
    learners.CITIZEN_ID: "users.csv: userIds",
    learners.G_CODE: "users.csv: userIds",
    learners.TITLE: f"users.csv: {layout.TITLE}",
    learners.GIVEN_NAME: "users.csv: givenName",
    learners.FAMILY_NAME: "users.csv: familyName",
    learners.BIRTH_DATE: "demographics.csv: birthDate",
    learners.SEX: "demographics.csv: sex",
    learners.ROLE: layout.ROLE,
    learners.DELIVERY_SYSTEM: layout.DELIVERY_SYSTEM,
    learners.GRADE: "classes.csv: grades",
    learners.CLASSROOM: "classes.csv: classCode",
    learners.PROGRAMME: layout.PROGRAMME,
    learners.START_DATE: "beginDate",
    learners.END_DATE: "endDate",
}
"""Where a bundle has the cell of a column of ours; without a file's name: in enrollments.csv itself."""

_CACHE_KIB = 16 * 1024
_PROPERTIES_MAX = 200
_BETWEEN = "\x1f"
"""White space, of which clean cells have none but plain spaces."""
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_USER_ID = re.compile(r"\{\s*([A-Za-z0-9_-]{1,40})\s*:\s*([^}]{1,64})\}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEXES = {"female": "ญ", "male": "ช"}
_ROLES = {role.value: word for word, role in learners.ROLES.items()}
_SYSTEMS = {system.value: word for word, system in learners.DELIVERY_SYSTEMS.items()}
_KEPT = {
    layout.ORGS: ("identifier",),
    layout.ACADEMIC_SESSIONS: ("startDate",),
    layout.CLASSES: ("status", "title", "grades", "classCode", "classType", "termSourcedIds"),
    layout.USERS: ("status", "userIds", "givenName", "familyName", "identifier", "grades", layout.TITLE),
    layout.DEMOGRAPHICS: ("birthDate", "sex"),
}
"""What rows may refer to, and the columns that are wanted of it."""
_ENROLLMENT = (
    "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate", layout.ROLE,
    layout.DELIVERY_SYSTEM, layout.PROGRAMME,
)  # fmt: skip

_ROW = "#"
"""Where a kept row stood in its file; no column has this name."""

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Roster(OpenTable):
    """A bundle whose directory and manifest were read, its rows still to come; see `Beside`."""

    beside: Beside = field(default_factory=Beside)


class _Refused(Exception):  # leaves a row, never this module
    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def open_roster(file: BinaryIO, own: frozenset[str]) -> Roster:
    """The homeroom enrolments of students at one institution.

    Args:
        file: A bundle, from its beginning; it is read as the batches are.
        own: Id and codes of the institution.

    Raises:
        BundleUnreadable: No bundle, or a needed file is missing.
        BundleTooLarge: It unfolds to too much.
        BundleVersion: Not a whole roster of OneRoster 1.2.
    """
    bundle = open_bundle(file)
    check_manifest(bundle)
    for name in _KEPT:
        if name in bundle.names:
            bundle.columns(name)
    bundle.columns(layout.ENROLLMENTS)
    beside = Beside()
    return Roster(Format("utf-8", HEADER), _flat(bundle, own, beside), beside)


def check_manifest(bundle: Bundle) -> None:
    """Refuse a bundle of another version, or one that states changes only.

    Raises:
        BundleUnreadable: No manifest, or a file that it names is missing.
        BundleVersion: Another version, or a file to be processed otherwise than as a whole.
    """
    for name in (layout.MANIFEST, layout.ORGS, layout.CLASSES, layout.USERS, layout.ENROLLMENTS):
        if name not in bundle.names:
            raise BundleUnreadable(field=name)
    stated = _properties(bundle)
    if stated.get("oneroster.version") != layout.VERSION:
        raise BundleVersion(field="oneroster.version", expected=layout.VERSION)
    for name in layout.FILES:
        mode = stated.get(f"file.{name.removesuffix('.csv')}", "absent")
        if mode not in ("absent", "bulk"):
            raise BundleVersion(field=f"file.{name.removesuffix('.csv')}", expected="bulk")
        if mode == "bulk" and name not in bundle.names:
            raise BundleUnreadable(field=name)


def _properties(bundle: Bundle) -> dict[str, str]:
    stated: dict[str, str] = {}
    for batch, places in bundle.batches(layout.MANIFEST):
        for row in _rows(batch, places, ("propertyName", "value")):
            stated[row["propertyName"]] = row["value"]
            if len(stated) > _PROPERTIES_MAX:
                raise BundleUnreadable(field=layout.MANIFEST)
    return stated


def _rows(batch: Batch, places: Mapping[str, int], names: Iterable[str]) -> list[dict[str, str]]:
    """Clean cells of some columns, row by row; a column that the file has not is empty."""
    size = len(batch.numbers)
    columns = [_cleaned(batch.columns[places[name]]) if name in places else [""] * size for name in names]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _cleaned(column: Sequence[str]) -> list[str]:
    """Every cell clean; each value that occurs is cleaned once, and what is plain ASCII needs nothing but its ends."""
    found = {
        cell: cell.strip() if cell.isascii() and cell.isprintable() and "  " not in cell else clean(cell)
        for cell in set(column)
    }
    return [found[cell] for cell in column]


class _Shelf:
    """Rows by file and id in a database of SQLite that has no name and ends with its connection."""

    def __init__(self) -> None:
        # Parts of a file are read by whichever thread is free, one after the other.
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute(
            "CREATE TABLE kept (file TEXT, id TEXT, cells TEXT, PRIMARY KEY (file, id)) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def known(self, file: str, ids: Iterable[str]) -> dict[str, list[str]]:
        """Cells of those that are kept."""
        asked = json.dumps(sorted({item for item in ids if item}))
        found = self._database.execute(
            "SELECT id, cells FROM kept WHERE file = ? AND id IN (SELECT value FROM json_each(?))", (file, asked)
        )
        return {item: json.loads(cells) for item, cells in found}

    def keep(self, file: str, rows: Mapping[str, Sequence[str]]) -> None:
        """Keep rows whose ids are new."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO kept VALUES (?, ?, ?)",
            ((file, item, _as_json(cells)) for item, cells in rows.items()),
        )
        self._database.execute("COMMIT")


def _flat(bundle: Bundle, own: frozenset[str], beside: Beside) -> Iterator[Batch]:
    with closing(_Shelf()) as shelf:
        for name, columns in _KEPT.items():
            for batch, places in bundle.batches(name):
                beside.faults += _shelved(shelf, name, columns, batch, places)
        for batch, places in bundle.batches(layout.ENROLLMENTS):
            yield _Part(shelf, own, _rows(batch, places, _ENROLLMENT)).flat(batch, beside)


def _shelved(
    shelf: _Shelf, name: str, columns: Sequence[str], batch: Batch, places: Mapping[str, int]
) -> list[RowFault]:
    """Keep the rows of a part; what is wrong with some of them."""
    faults = [
        RowFault(fault.row, fault.column, None, fault.reason, file=name) for row in batch.broken for fault in row.faults
    ]
    rows = _rows(batch, places, ("sourcedId", *columns))
    known = shelf.known(name, (row["sourcedId"] for row in rows))
    added: dict[str, list[str]] = {}
    for number, row in zip(batch.numbers, rows, strict=True):
        sourced_id = row["sourcedId"]
        if not sourced_id:
            faults.append(RowFault(number, "sourcedId", None, VALUE_MISSING, file=name))
        elif sourced_id in known or sourced_id in added:
            faults.append(RowFault(number, "sourcedId", None, DUPLICATE_ROW, file=name))
        else:
            added[sourced_id] = [*(row[column] for column in columns), str(number)]
    shelf.keep(name, added)
    return faults


class _Part:
    """Rows of enrollments.csv that follow each other, with everything that they refer to."""

    def __init__(self, shelf: _Shelf, own: frozenset[str], rows: list[dict[str, str]]) -> None:
        self._shelf = shelf
        self._own = own
        self._rows = rows
        self._classes = self._referred(layout.CLASSES, "classSourcedId")
        self._users = self._referred(layout.USERS, "userSourcedId")
        self._orgs = self._referred(layout.ORGS, "schoolSourcedId")
        self._demographics = self._referred(layout.DEMOGRAPHICS, "userSourcedId")
        terms = (_first(group["termSourcedIds"]) for group in self._classes.values())
        self._sessions = self._found(layout.ACADEMIC_SESSIONS, terms)
        self._noted: set[str] = set()
        self._seen = set(shelf.known(layout.ENROLLMENTS, (_pair(row) for row in rows)))

    def _referred(self, name: str, column: str) -> dict[str, Cells]:
        return self._found(name, (row[column] for row in self._rows))

    def _found(self, name: str, ids: Iterable[str]) -> dict[str, Cells]:
        known = self._shelf.known(name, ids)
        return {item: dict(zip((*_KEPT[name], _ROW), cells, strict=True)) for item, cells in known.items()}

    def flat(self, batch: Batch, beside: Beside) -> Batch:
        """The rows as those of a learner file."""
        numbers: list[int] = []
        rows: list[list[str]] = []
        broken = [BrokenRow(row.number, row.faults, ()) for row in batch.broken]
        for number, row in zip(batch.numbers, self._rows, strict=True):
            cells: dict[str, str] = {}
            try:
                if not self._is_ours(row):
                    beside.ignored += 1
                    continue
                self._fill(row, cells)
                self._note(row)
            except _Refused as refused:
                shown = tuple(cells.get(column, "") for column in HEADER)
                broken.append(BrokenRow(number, (Fault(number, refused.column, refused.reason),), shown))
                continue
            numbers.append(number)
            rows.append([cells[column] for column in HEADER])
        self._shelf.keep(layout.ENROLLMENTS, dict.fromkeys(self._noted, ()))
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(HEADER)
        return Batch(numbers, columns, tuple(broken))

    def _note(self, row: Cells) -> None:
        """Remember that a user stands in a class.

        Raises:
            _Refused: An earlier row said so.
        """
        pair = _pair(row)
        if pair in self._seen or pair in self._noted:
            raise _Refused(None, DUPLICATE_ROW)
        self._noted.add(pair)

    def _is_ours(self, row: Cells) -> bool:
        """Whether a row is one of a student in a homeroom.

        Raises:
            _Refused: It refers to nobody, or to no class.
        """
        if row["role"] != layout.STUDENT:
            return False
        for column, known in (("userSourcedId", self._users), ("classSourcedId", self._classes)):
            if row[column] not in known:
                raise _Refused(column, REFERENCE_UNKNOWN)
        return self._classes[row["classSourcedId"]]["classType"] in (layout.HOMEROOM, "")

    def _fill(self, row: Cells, cells: dict[str, str]) -> None:
        """Say in our columns what a row says, as far as it can be said.

        Raises:
            _Refused: What is wrong with it beside the values of its cells.
        """
        user, group = self._users[row["userSourcedId"]], self._classes[row["classSourcedId"]]
        about = self._demographics.get(row["userSourcedId"], {})
        ids = {kind.lower(): value.strip() for kind, value in _USER_ID.findall(user["userIds"])}
        grade = learners.grade_label(_first(group["grades"]) or _first(user["grades"]))
        room = group["classCode"] or group["title"]
        session = self._sessions.get(_first(group["termSourcedIds"]), {})
        cells |= {
            learners.STUDENT_NO: user["identifier"] or ids.get("studentno", ""),
            learners.CITIZEN_ID: ids.get("citizenid", ""),
            learners.G_CODE: ids.get("gcode", ""),
            learners.TITLE: user[layout.TITLE],
            learners.GIVEN_NAME: user["givenName"],
            learners.FAMILY_NAME: user["familyName"],
            learners.BIRTH_DATE: ascii_digits(about.get("birthDate", "")),
            learners.SEX: _SEXES.get(about.get("sex", ""), ""),
            learners.ROLE: _said(row[layout.ROLE], _ROLES, EnrolmentRole.PRIMARY),
            learners.DELIVERY_SYSTEM: _said(row[layout.DELIVERY_SYSTEM], _SYSTEMS, DeliverySystem.FORMAL),
            learners.GRADE: grade,
            learners.CLASSROOM: room.removeprefix(f"{grade}/") if room != grade else "",
            learners.NUMBER_IN_CLASS: "",
            learners.PROGRAMME: row[layout.PROGRAMME],
            learners.START_DATE: ascii_digits(row["beginDate"] or session.get("startDate", "")),
            learners.END_DATE: ascii_digits(row["endDate"]),
            layout.USERS: user[_ROW],
            layout.CLASSES: group[_ROW],
            layout.DEMOGRAPHICS: about.get(_ROW, ""),
        }
        for one, place in ((row, ""), (user, f"{layout.USERS}: "), (group, f"{layout.CLASSES}: ")):
            if one["status"] not in ("", "active"):
                raise _Refused(f"{place}status", DELETION_NOT_TAKEN)
        school = row["schoolSourcedId"]
        org = self._orgs.get(school)
        if org is None or not {school, org["identifier"]} & self._own:
            raise _Refused("schoolSourcedId", OTHER_INSTITUTION)
        for column in (learners.BIRTH_DATE, learners.START_DATE, learners.END_DATE):
            # Days of the binding are ISO ones; 3/4/2010 is another day in another country.
            if cells[column] and not _ISO_DAY.fullmatch(cells[column]):
                raise _Refused(TOLD[column], DATE_INVALID)


def _pair(row: Cells) -> str:
    """A user in a class."""
    return f"{row['userSourcedId']}{_BETWEEN}{row['classSourcedId']}"


def _said(text: str, words: Mapping[str, str], default: str) -> str:
    """Our word for one of the extension columns; what is no word of theirs stays, and is refused."""
    return words.get(text or str(default), text)


def _first(text: str) -> str:
    """The first of a list of values."""
    return clean(text.partition(",")[0])
