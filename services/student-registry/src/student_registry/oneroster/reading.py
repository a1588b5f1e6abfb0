"""What a bundle says of one institution's learners: statements to register, and what cannot be used. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from chassis.errors import ServiceError
from chassis.tabular import Table, TableRow

from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.enrolments.domain import checked as checked_enrolment
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.importing.nuaikit_learners_1 import grade_label
from student_registry.learners.domain import PersonName, Registration, Sex, checked_name
from student_registry.matching.domain import BirthDate, Precision
from student_registry.oneroster import layout
from student_registry.oneroster.errors import BundleUnreadable, BundleVersion
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

VALUE_MISSING = "VALUE_MISSING"
VALUE_UNKNOWN = "VALUE_UNKNOWN"
DATE_INVALID = "DATE_INVALID"
REFERENCE_UNKNOWN = "REFERENCE_UNKNOWN"
OTHER_INSTITUTION = "OTHER_INSTITUTION"
DELETION_NOT_TAKEN = "DELETION_NOT_TAKEN"
DUPLICATE_ROW = "DUPLICATE_ROW"
_USER_ID = re.compile(r"\{\s*([A-Za-z0-9_-]{1,40})\s*:\s*([^}]{1,64})\}")
W = TypeVar("W", bound=StrEnum)
_SEXES = {word: sex for sex, word in layout.SEXES.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be used; no cell is shown, as they are mostly personal."""

    file: str
    row: int
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A row of enrollments.csv with what it and the rows it refers to say."""

    row: int
    registration: Registration


@dataclass(frozen=True, slots=True)
class Roster:
    """What a bundle says of the students of one institution.

    Attributes:
        row_count: Rows of students in enrollments.csv.
        ignored: Rows of others, and of classes that are no homeroom: nothing of the registry.
    """

    stated: tuple[Stated, ...]
    faults: tuple[Fault, ...]
    row_count: int
    ignored: int


@dataclass(frozen=True, slots=True)
class Place:
    """The institution whose roster is read, and its codes."""

    institution_id: UUID
    codes: frozenset[str] = field(default_factory=frozenset[str])


class _Refused(Exception):  # leaves a row, never this module
    def __init__(self, file: str, row: int, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault(file, row, column, reason)


def check_manifest(tables: Mapping[str, Table]) -> None:
    """Refuse a bundle of another version, or one that states changes only.

    Raises:
        BundleUnreadable: No manifest, or a file that it names is missing.
        BundleVersion: Another version, or a file to be processed otherwise than as a whole.
    """
    if layout.MANIFEST not in tables:
        raise BundleUnreadable(field=layout.MANIFEST)
    stated = {
        clean(row.cells.get("propertyName", "")): clean(row.cells.get("value", ""))
        for row in tables[layout.MANIFEST].rows
    }
    if stated.get("oneroster.version") != layout.VERSION:
        raise BundleVersion(field="oneroster.version", expected=layout.VERSION)
    for name in layout.FILES:
        mode = stated.get(f"file.{name.removesuffix('.csv')}", "absent")
        if mode not in ("absent", "bulk"):
            raise BundleVersion(field=f"file.{name.removesuffix('.csv')}", expected="bulk")
        if mode == "bulk" and name not in tables:
            raise BundleUnreadable(field=name)
    for name in (layout.ORGS, layout.CLASSES, layout.USERS, layout.ENROLLMENTS):
        if name not in tables:
            raise BundleUnreadable(field=name)


def read_roster(tables: Mapping[str, Table], place: Place, provenance: Provenance) -> Roster:
    """The homeroom enrolments of students at one institution.

    Raises:
        BundleUnreadable: A needed file is missing.
        BundleVersion: Not a whole roster of OneRoster 1.2.
    """
    check_manifest(tables)
    reader = _Reader(tables, place, provenance)
    stated: list[Stated] = []
    faults = list(reader.faults)
    count = ignored = 0
    seen: set[tuple[str, str]] = set()
    for row in tables[layout.ENROLLMENTS].rows:
        if clean(row.cells.get("role", "")) != layout.STUDENT:
            ignored += 1
            continue
        count += 1
        try:
            registration = reader.registration(row)
        except _Refused as refused:
            faults.append(refused.fault)
            continue
        if registration is None:
            count -= 1
            ignored += 1
            continue
        key = (row.cells.get("userSourcedId", ""), row.cells.get("classSourcedId", ""))
        if key in seen:
            faults.append(Fault(layout.ENROLLMENTS, row.number, None, DUPLICATE_ROW))
            continue
        seen.add(key)
        stated.append(Stated(row.number, registration))
    return Roster(tuple(stated), tuple(faults), count, ignored)


class _Reader:
    """Rows by their sourcedId, and what a row of enrollments.csv says with their help."""

    def __init__(self, tables: Mapping[str, Table], place: Place, provenance: Provenance) -> None:
        self._place = place
        self._provenance = provenance
        self.faults: list[Fault] = [
            Fault(name, fault.row, fault.column, fault.reason)
            for name, table in tables.items()
            for fault in table.faults
        ]
        self._users = self._by_id(tables, layout.USERS)
        self._classes = self._by_id(tables, layout.CLASSES)
        self._sessions = self._by_id(tables, layout.ACADEMIC_SESSIONS)
        self._demographics = self._by_id(tables, layout.DEMOGRAPHICS)
        self._own_orgs = {
            sourced_id
            for sourced_id, row in self._by_id(tables, layout.ORGS).items()
            if {sourced_id, clean(row.cells.get("identifier", ""))} & {str(place.institution_id), *place.codes}
        }

    def _by_id(self, tables: Mapping[str, Table], name: str) -> dict[str, TableRow]:
        found: dict[str, TableRow] = {}
        for row in tables[name].rows if name in tables else ():
            sourced_id = clean(row.cells.get("sourcedId", ""))
            if not sourced_id:
                self.faults.append(Fault(name, row.number, "sourcedId", VALUE_MISSING))
            elif sourced_id in found:
                self.faults.append(Fault(name, row.number, "sourcedId", DUPLICATE_ROW))
            else:
                found[sourced_id] = row
        return found

    def registration(self, row: TableRow) -> Registration | None:
        """What a row says; None for a class that is no homeroom.

        Raises:
            _Refused: What is wrong with it.
        """
        user = self._referred(row, "userSourcedId", self._users)
        group = self._referred(row, "classSourcedId", self._classes)
        if clean(group.cells.get("classType", "")) not in (layout.HOMEROOM, ""):
            return None
        for one in (row, user, group):
            if clean(one.cells.get("status", "")) not in ("", "active"):
                raise _Refused(layout.ENROLLMENTS, row.number, "status", DELETION_NOT_TAKEN)
        if clean(row.cells.get("schoolSourcedId", "")) not in self._own_orgs:
            raise _Refused(layout.ENROLLMENTS, row.number, "schoolSourcedId", OTHER_INSTITUTION)
        birth, sex = self._demographic(user)
        return Registration(
            name=self._name(user),
            birth=birth,
            sex=sex,
            identifiers=self._identifiers(user),
            registrar_institution_id=self._place.institution_id,
            enrolments=(self._enrolment(row, user, group),),
            provenance=self._provenance,
        )

    def _referred(self, row: TableRow, column: str, rows: Mapping[str, TableRow]) -> TableRow:
        found = rows.get(clean(row.cells.get(column, "")))
        if found is None:
            raise _Refused(layout.ENROLLMENTS, row.number, column, REFERENCE_UNKNOWN)
        return found

    def _name(self, user: TableRow) -> PersonName:
        given = user.cells.get("givenName", "")
        try:
            return checked_name(PersonName(user.cells.get(layout.TITLE, ""), given, user.cells.get("familyName", "")))
        except ServiceError as error:
            raise _Refused(layout.USERS, user.number, "givenName", error.reason) from None

    def _identifiers(self, user: TableRow) -> tuple[IdentifierFacts, ...]:
        """The student number, and personal numbers that the sender knows."""
        ids = {kind.lower(): value.strip() for kind, value in _USER_ID.findall(user.cells.get("userIds", ""))}
        number = clean(user.cells.get("identifier", "")) or ids.get("studentno", "")
        if not number:
            raise _Refused(layout.USERS, user.number, "identifier", VALUE_MISSING)
        stated = [IdentifierFacts(IdentifierKind.STUDENT_NO, number, institution_id=self._place.institution_id)]
        for name, kind in (("citizenid", IdentifierKind.CITIZEN_ID), ("gcode", IdentifierKind.G_CODE)):
            if ids.get(name):
                stated.append(IdentifierFacts(kind, ids[name]))
        try:
            return tuple(checked_identifier(item) for item in stated)
        except ServiceError as error:
            column = "identifier" if error.field == "student_no" else "userIds"
            raise _Refused(layout.USERS, user.number, column, error.reason) from None

    def _demographic(self, user: TableRow) -> tuple[BirthDate | None, Sex | None]:
        row = self._demographics.get(clean(user.cells.get("sourcedId", "")))
        if row is None:
            return None, None
        day = self._day(layout.DEMOGRAPHICS, row, "birthDate")
        return (BirthDate(day, Precision.DAY) if day else None), _SEXES.get(clean(row.cells.get("sex", "")))

    def _day(self, file: str, row: TableRow, column: str) -> date | None:
        text = ascii_digits(clean(row.cells.get(column, "")))
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise _Refused(file, row.number, column, DATE_INVALID) from None

    def _enrolment(self, row: TableRow, user: TableRow, group: TableRow) -> EnrolmentFacts:
        start = self._day(layout.ENROLLMENTS, row, "beginDate") or self._session_start(group)
        if start is None:
            raise _Refused(layout.ENROLLMENTS, row.number, "beginDate", VALUE_MISSING)
        grade = grade_label(_first(group.cells.get("grades", "")) or _first(user.cells.get("grades", "")))
        code = clean(group.cells.get("classCode", "")) or clean(group.cells.get("title", ""))
        facts = EnrolmentFacts(
            institution_id=self._place.institution_id,
            role=self._word(row, layout.ROLE, EnrolmentRole, EnrolmentRole.PRIMARY),
            delivery_system=self._word(row, layout.DELIVERY_SYSTEM, DeliverySystem, DeliverySystem.FORMAL),
            grade_label=grade,
            classroom=code.removeprefix(f"{grade}/") if code != grade else "",
            programme_code=row.cells.get(layout.PROGRAMME, ""),
            valid_from=start,
            valid_to=self._day(layout.ENROLLMENTS, row, "endDate"),
        )
        try:
            return checked_enrolment(facts)
        except ServiceError as error:
            raise _Refused(layout.ENROLLMENTS, row.number, None, error.reason) from None

    def _word(self, row: TableRow, column: str, kind: type[W], default: W) -> W:
        text = clean(row.cells.get(column, ""))
        try:
            return kind(text) if text else default
        except ValueError:
            raise _Refused(layout.ENROLLMENTS, row.number, column, VALUE_UNKNOWN) from None

    def _session_start(self, group: TableRow) -> date | None:
        session = self._sessions.get(_first(group.cells.get("termSourcedIds", "")))
        return self._day(layout.ACADEMIC_SESSIONS, session, "startDate") if session else None


def _first(text: str) -> str:
    """The first of a list of values."""
    return clean(text.partition(",")[0])


def faults_by_row(faults: Iterable[Fault]) -> Sequence[Fault]:
    """Faults in the order of the bundle."""
    return sorted(faults, key=lambda fault: (fault.file, fault.row))
