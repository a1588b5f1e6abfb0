"""Files and columns of a OneRoster 1.2 CSV bundle, and how our words stand in them. Pure.

What OneRoster has no column for stands in extension columns (`metadata.nuaikit.*`), which others may leave out.

Source: 1EdTech OneRoster CSV Binding 1.2 (file names, columns in their order, values of roles, class types and sexes).
The academic year of 16 May to 15 May is an assumption.
"""

from __future__ import annotations

from datetime import date

from student_registry.calendar_th import BE_MINUS_CE
from student_registry.institutions.domain import InstitutionKind
from student_registry.learners.domain import Sex

VERSION = "1.2"
MANIFEST = "manifest.csv"
ACADEMIC_SESSIONS, ORGS, COURSES = "academicSessions.csv", "orgs.csv", "courses.csv"
CLASSES, USERS, ROLES = "classes.csv", "users.csv", "roles.csv"
ENROLLMENTS, DEMOGRAPHICS = "enrollments.csv", "demographics.csv"

_BASE = ("sourcedId", "status", "dateLastModified")
TITLE = "metadata.nuaikit.title"
ROLE = "metadata.nuaikit.role"
DELIVERY_SYSTEM = "metadata.nuaikit.deliverySystem"
PROGRAMME = "metadata.nuaikit.programmeCode"
COLUMNS: dict[str, tuple[str, ...]] = {
    MANIFEST: ("propertyName", "value"),
    ACADEMIC_SESSIONS: (*_BASE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    ORGS: (*_BASE, "name", "type", "identifier", "parentSourcedId"),
    COURSES: (
        *_BASE, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes",
    ),
    CLASSES: (
        *_BASE, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
        "termSourcedIds", "subjects", "subjectCodes", "periods",
    ),
    USERS: (
        *_BASE, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email",
        "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "preferredGivenName",
        "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns", TITLE,
    ),
    ROLES: (
        *_BASE, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId",
    ),
    ENROLLMENTS: (
        *_BASE, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate", ROLE,
        DELIVERY_SYSTEM, PROGRAMME,
    ),
    DEMOGRAPHICS: (
        *_BASE, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
        "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
        "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
        "publicSchoolResidenceStatus",
    ),
}  # fmt: skip
FILES = (ACADEMIC_SESSIONS, ORGS, COURSES, CLASSES, USERS, ROLES, ENROLLMENTS, DEMOGRAPHICS)
ABSENT = (
    "categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "scoreScales",
    "userProfiles", "userResources",
)  # fmt: skip
"""Files of the binding that the registry has nothing for."""

SEXES = {Sex.FEMALE: "female", Sex.MALE: "male"}
HOMEROOM = "homeroom"
STUDENT = "student"
_ORG_TYPES = {
    InstitutionKind.AREA_OFFICE_PRIMARY: "district",
    InstitutionKind.AREA_OFFICE_SECONDARY: "district",
    InstitutionKind.AGENCY: "national",
}


def org_type(kind: InstitutionKind) -> str:
    """What an institution is in the words of the binding."""
    return _ORG_TYPES.get(kind, "school")


def academic_year(day: date) -> tuple[int, date, date]:
    """Academic year of a day: its Buddhist year, first and last day.

    Source: assumption (16 May to 15 May).
    """
    start = date(day.year, 5, 16)
    first = start if day >= start else date(day.year - 1, 5, 16)
    return first.year + BE_MINUS_CE, first, date(first.year + 1, 5, 15)


def manifest() -> list[tuple[str, str]]:
    """Rows of the manifest of a bundle of ours."""
    present = {name.removesuffix(".csv"): "bulk" for name in FILES}
    modes = dict(sorted((present | dict.fromkeys(ABSENT, "absent")).items()))
    return [
        ("manifest.version", "1.0"),
        ("oneroster.version", VERSION),
        *((f"file.{name}", mode) for name, mode in modes.items()),
        ("source.systemName", "Nuaikit student-registry"),
        ("source.systemCode", "nuaikit"),
    ]
