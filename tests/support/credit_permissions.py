"""What each rpc and each route of the credit bank asks of the caller (credit-bank.md b), and the page that says so.

    python -m tests.support.credit_permissions        compare docs/credit-bank-permissions.md with what is true now
    python -m tests.support.credit_permissions write  write it anew

The table is a claim; `tests/integration/credit-bank/test_access_walk.py` proves every line of it by calls, and that no
rpc and no route is missing. Which role has which permission is data of student-registry, read from its own migrations.
"""

import argparse
import functools
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.credit_walk import rpcs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "credit-bank-permissions.md"
SIGNED_IN = ""


@dataclass(frozen=True)
class Needs:
    """What an operation asks.

    Attributes:
        staff: Permissions of which somebody acting for an institution needs one; none: signing in is enough.
        own: Permission with which a learner does it for himself.
        is_hidden: Without any of them the object does not exist, instead of the action being refused.
        only: Roles beside which the permission does not help; empty: it helps whoever has it.
    """

    staff: frozenset[str]
    own: str = ""
    is_hidden: bool = False
    only: frozenset[str] = frozenset()


def _needs(text: str, own: str = "", *, is_hidden: bool = False, only: str = "") -> Needs:
    return Needs(frozenset(text.split()), own, is_hidden, frozenset(only.split()))


RPCS: Mapping[str, Needs] = {
    "ListAccess": _needs("access.read", "own.read"),
    "CheckQualifications": _needs("credit.read", "own.read"),
    "RedeemQualifications": _needs("awarding.redeem"),
    "UnredeemQualifications": _needs("awarding.unredeem"),
    "CloseQualificationAccounts": _needs("awarding.redeem"),
    "ListRedemptions": _needs("credit.read"),
    "PublishCourses": _needs("catalogue.publish"),
    "ListCourses": _needs(SIGNED_IN),
    "CheckCourses": _needs(SIGNED_IN),
    "ApproveCourses": _needs("catalogue.approve"),
    "PublishModules": _needs("catalogue.publish"),
    "ListModules": _needs(SIGNED_IN),
    "GetModuleProgress": _needs("credit.read", "own.read"),
    "ListLearnerModules": _needs("credit.read", "own.read"),
    "PublishEquivalenceRules": _needs("rule.publish"),
    "ListEquivalenceRules": _needs(SIGNED_IN),
    "PublishQualifications": _needs("qualification.publish"),
    "ProposeEquivalenceRules": _needs("rule.propose"),
    "MoveEquivalenceRules": _needs("rule.propose rule.review rule.publish"),
    "SearchEquivalenceRules": _needs(SIGNED_IN),
    "ListEquivalenceRuleSteps": _needs(SIGNED_IN),
    "ProposeAccreditations": _needs("rule.propose"),
    "DecideAccreditations": _needs("rule.review"),
    "ListAccreditations": _needs(SIGNED_IN),
    "PreviewTransfer": _needs(SIGNED_IN),
    "ListEvidenceFiles": _needs("credit.record credit.verify credit.read"),
    "ListDeliveries": _needs("exchange.manage"),
    "ResendDeliveries": _needs("exchange.manage"),
    "ReceiveMessages": _needs("exchange.receive"),
    "ListLearnerReferences": _needs("credit.read", "own.read"),
    "LinkLearners": _needs("credit.verify"),
    "EndLearnerLinks": _needs("credit.verify"),
    "ListReceivedMessages": _needs("credit.read"),
    "DraftReceivedResults": _needs("credit.record"),
    "ListLateCases": _needs("registry.area_desk.read"),
    "PublishShippedQualifications": _needs("qualification.publish"),
    "CountEntries": _needs("credit.count"),
    "GetStatement": _needs("credit.read", "own.read"),
    "GetAverages": _needs("credit.read", "own.read"),
    "ExpireCredits": _needs("credit.expire"),
    "ListReviewFlags": _needs("credit.read"),
    "ResolveReviewFlags": _needs("transfer.reverse awarding.unredeem credit.verify"),
    "ListCheckpoints": _needs("credit.read"),
    "OpenSurveys": _needs("survey.manage"),
    "CloseSurveys": _needs("survey.manage"),
    "AnswerSurveys": _needs("survey.manage", "own.survey"),
    "ListSurveys": _needs(SIGNED_IN, "own.survey"),
    "GetSurveyResult": _needs("survey.manage offering.manage"),
    "SetWeeklyTimes": _needs("offering.manage"),
    "ListWeeklyTimes": _needs(SIGNED_IN),
    "ListTimeClashes": _needs(SIGNED_IN),
    "RegisterCommittees": _needs("committee.manage"),
    "RegisterPartnerships": _needs("partnership.manage"),
    "ConfirmPartnerships": _needs("partnership.manage"),
    "TakeBackPartnerships": _needs("partnership.manage"),
    "ScheduleOfferings": _needs("offering.manage"),
    "ListPartnerships": _needs(SIGNED_IN),
    "ListCommittees": _needs(SIGNED_IN),
    "RegisterLeadOrganisations": _needs("committee.manage"),
    "ListLeadOrganisations": _needs(SIGNED_IN),
    "ListQualifications": _needs(SIGNED_IN),
    "RecordResults": _needs("credit.record"),
    "VerifyResults": _needs("credit.verify"),
    "ReturnResults": _needs("credit.verify"),
    "ListEntries": _needs("credit.read"),
    "RejectResults": _needs("credit.verify"),
    "DraftResults": _needs("credit.record"),
    "SubmitDrafts": _needs("credit.record"),
    "WithdrawDrafts": _needs("credit.record"),
    "ListDrafts": _needs("credit.record"),
    "ProposeCorrections": _needs("credit.record credit.correct"),
    "RequestRevocations": _needs("credit.revoke"),
    "ConfirmEntryChanges": _needs("credit.correct credit.revoke"),
    "DeclineEntryChanges": _needs("credit.correct credit.revoke"),
    "ListEntryChanges": _needs("credit.read"),
    "SignAssessments": _needs("credit.assess"),
    "ListAssessments": _needs("credit.assess"),
    "ApproveResults": _needs("credit.approve"),
    "ListApprovals": _needs("credit.read"),
    "ListPolicyRules": _needs(SIGNED_IN),
    "FindPolicyRules": _needs(SIGNED_IN),
    "PublishPolicyRules": _needs("rule.publish", only="agency_publisher registry_admin"),
    "GetTranscript": _needs("transcript.read", "own.read"),
    "QueryTranscripts": _needs("transcript.read"),
    "OpenTransferCases": _needs("transfer.open"),
    "BeginReviews": _needs("transfer.review"),
    "CastVotes": _needs("transfer.vote"),
    "DecideCases": _needs("transfer.decide"),
    "PostCases": _needs("transfer.post"),
    "GetTransferCase": _needs("transfer.read", "own.read"),
    "ListTransferCases": _needs("transfer.read", "own.read"),
    "SaveTransferDrafts": _needs("transfer.open", "own.transfer"),
    "SubmitTransferDrafts": _needs("transfer.open", "own.transfer"),
    "ListTransferDrafts": _needs("transfer.open", "own.transfer"),
    "WithdrawCases": _needs("transfer.open", "own.transfer"),
    "AssignCommittees": _needs("transfer.review"),
    "RequestInformation": _needs("transfer.review"),
    "AnswerInformation": _needs("transfer.review", "own.transfer"),
    "DeclareInterests": _needs("transfer.vote"),
    "RecordLineAssessments": _needs("transfer.vote"),
    "AppealCases": _needs("transfer.open", "own.transfer"),
    "ReverseLines": _needs("transfer.reverse"),
    "ResolveLineFlags": _needs("transfer.reverse"),
    "CloseCases": _needs("transfer.post"),
    "GetCaseFile": _needs("transfer.read", "own.read"),
    "GetDecisionLetter": _needs("transfer.read", "own.read"),
    "ListPrecedents": _needs("transfer.read"),
    "StartCaseBatch": _needs("transfer.open"),
    "GetCaseBatch": _needs("transfer.open"),
    "ListCaseBatches": _needs("transfer.open"),
}
"""Every rpc."""

SAME_AS: Mapping[str, str] = {
    "POST /v1/courses": "PublishCourses",
    "GET /v1/courses": "ListCourses",
    "POST /v1/courses/check": "CheckCourses",
    "POST /v1/courses/approve": "ApproveCourses",
    "POST /v1/modules": "PublishModules",
    "GET /v1/modules": "ListModules",
    "GET /v1/modules/{module_id}/learners/{learner_id}": "GetModuleProgress",
    "GET /v1/learners/{learner_id}/modules": "ListLearnerModules",
    "POST /v1/course-imports": "PublishCourses",
    "POST /v1/course-imports/rejected-rows": "PublishCourses",
    "GET /v1/course-exports": "ListCourses",
    "POST /v1/equivalence-rules": "PublishEquivalenceRules",
    "GET /v1/equivalence-rules": "ListEquivalenceRules",
    "POST /v1/equivalence-rules/propose": "ProposeEquivalenceRules",
    "POST /v1/equivalence-rules/move": "MoveEquivalenceRules",
    "GET /v1/equivalence-rules/search": "SearchEquivalenceRules",
    "GET /v1/equivalence-rules/{rule_id}": "ListEquivalenceRuleSteps",
    "POST /v1/transfer-previews": "PreviewTransfer",
    "POST /v1/accreditations": "ProposeAccreditations",
    "GET /v1/accreditations": "ListAccreditations",
    "POST /v1/accreditations/decide": "DecideAccreditations",
    "POST /v1/qualifications": "PublishQualifications",
    "GET /v1/qualifications": "ListQualifications",
    "GET /v1/policy-rules": "ListPolicyRules",
    "POST /v1/policy-rules": "PublishPolicyRules",
    "POST /v1/policy-rules/find": "FindPolicyRules",
    "POST /v1/committees": "RegisterCommittees",
    "GET /v1/committees": "ListCommittees",
    "POST /v1/lead-organisations": "RegisterLeadOrganisations",
    "GET /v1/lead-organisations": "ListLeadOrganisations",
    "POST /v1/partnerships": "RegisterPartnerships",
    "POST /v1/partnerships/confirm": "ConfirmPartnerships",
    "POST /v1/partnerships/take-back": "TakeBackPartnerships",
    "GET /v1/partnerships": "ListPartnerships",
    "POST /v1/offerings": "ScheduleOfferings",
    "POST /v1/surveys": "OpenSurveys",
    "GET /v1/surveys": "ListSurveys",
    "POST /v1/surveys/close": "CloseSurveys",
    "POST /v1/surveys/answers": "AnswerSurveys",
    "GET /v1/surveys/{survey_id}/result": "GetSurveyResult",
    "POST /v1/weekly-times": "SetWeeklyTimes",
    "GET /v1/weekly-times": "ListWeeklyTimes",
    "GET /v1/weekly-times/clashes": "ListTimeClashes",
    "POST /v1/entries": "RecordResults",
    "GET /v1/entries": "ListEntries",
    "POST /v1/entries/verify": "VerifyResults",
    "POST /v1/entries/return": "ReturnResults",
    "POST /v1/entries/reject": "RejectResults",
    "POST /v1/drafts": "DraftResults",
    "GET /v1/drafts": "ListDrafts",
    "POST /v1/drafts/submit": "SubmitDrafts",
    "POST /v1/drafts/withdraw": "WithdrawDrafts",
    "POST /v1/entries/corrections": "ProposeCorrections",
    "POST /v1/entries/revocations": "RequestRevocations",
    "POST /v1/entry-changes/confirm": "ConfirmEntryChanges",
    "POST /v1/entry-changes/decline": "DeclineEntryChanges",
    "GET /v1/entry-changes": "ListEntryChanges",
    "POST /v1/assessments": "SignAssessments",
    "GET /v1/assessments": "ListAssessments",
    "POST /v1/entries/approve": "ApproveResults",
    "GET /v1/approvals": "ListApprovals",
    "POST /v1/result-imports": "RecordResults",
    "GET /v1/result-imports": "RecordResults",
    "GET /v1/result-imports/{import_id}": "RecordResults",
    "GET /v1/result-imports/{import_id}/faults": "RecordResults",
    "GET /v1/result-imports/{import_id}/rejected-rows": "RecordResults",
    "POST /v1/evidence-files": "RecordResults",
    "GET /v1/evidence-files": "ListEvidenceFiles",
    "POST /v1/counts": "CountEntries",
    "POST /v1/entries/expire": "ExpireCredits",
    "GET /v1/learners/{learner_id}/statement": "GetStatement",
    "GET /v1/learners/{learner_id}/averages": "GetAverages",
    "GET /v1/learners/{learner_id}/qualification-audits": "CheckQualifications",
    "POST /v1/redemptions": "RedeemQualifications",
    "GET /v1/redemptions": "ListRedemptions",
    "POST /v1/redemptions/reverse": "UnredeemQualifications",
    "POST /v1/qualification-accounts/close": "CloseQualificationAccounts",
    "GET /v1/review-flags": "ListReviewFlags",
    "POST /v1/review-flags/resolve": "ResolveReviewFlags",
    "GET /v1/checkpoints": "ListCheckpoints",
    "POST /v1/exchange/messages": "ReceiveMessages",
    "GET /v1/exchange/deliveries": "ListDeliveries",
    "POST /v1/exchange/deliveries/resend": "ResendDeliveries",
    "GET /v1/learners/{learner_id}/exchange-references": "ListLearnerReferences",
    "POST /v1/exchange/links": "LinkLearners",
    "POST /v1/exchange/links/end": "EndLearnerLinks",
    "GET /v1/learners/{learner_id}/exchange-messages": "ListReceivedMessages",
    "POST /v1/exchange/messages/draft": "DraftReceivedResults",
    "POST /v1/qualifications/shipped": "PublishShippedQualifications",
    "GET /v1/transfer-cases/late": "ListLateCases",
    "POST /v1/transfer-cases": "OpenTransferCases",
    "GET /v1/transfer-cases": "ListTransferCases",
    "POST /v1/transfer-cases/begin-review": "BeginReviews",
    "POST /v1/transfer-cases/votes": "CastVotes",
    "POST /v1/transfer-cases/decide": "DecideCases",
    "POST /v1/transfer-cases/post": "PostCases",
    "POST /v1/transfer-cases/drafts": "SaveTransferDrafts",
    "GET /v1/transfer-cases/drafts": "ListTransferDrafts",
    "POST /v1/transfer-cases/drafts/submit": "SubmitTransferDrafts",
    "POST /v1/transfer-cases/withdraw": "WithdrawCases",
    "POST /v1/transfer-cases/answer-information": "AnswerInformation",
    "POST /v1/transfer-cases/appeal": "AppealCases",
    "POST /v1/transfer-cases/assign-committee": "AssignCommittees",
    "POST /v1/transfer-cases/request-information": "RequestInformation",
    "POST /v1/transfer-cases/declare-interest": "DeclareInterests",
    "POST /v1/transfer-cases/record-assessment": "RecordLineAssessments",
    "POST /v1/transfer-cases/reverse": "ReverseLines",
    "POST /v1/transfer-cases/resolve-flags": "ResolveLineFlags",
    "POST /v1/transfer-cases/close": "CloseCases",
    "GET /v1/transfer-cases/batches": "ListCaseBatches",
    "POST /v1/transfer-cases/batches": "StartCaseBatch",
    "GET /v1/transfer-cases/batches/{batch_id}": "GetCaseBatch",
    "GET /v1/transfer-cases/{case_id}/file": "GetCaseFile",
    "GET /v1/transfer-cases/{case_id}/file.json": "GetCaseFile",
    "GET /v1/transfer-cases/{case_id}/decision-letter": "GetDecisionLetter",
    "POST /v1/transfer-cases/precedents": "ListPrecedents",
    "GET /v1/transfer-cases/{case_id}": "GetTransferCase",
    "GET /v1/learners/{learner_id}/transcript": "GetTranscript",
    "POST /v1/transcript-queries": "QueryTranscripts",
    "GET /v1/learners/{learner_id}/access": "ListAccess",
}
"""The rpc that asks the same as a route."""

ALONE: Mapping[str, Needs] = {
    "GET /v1/evidence-files/{file_id}/content": _needs(
        "credit.record credit.verify credit.read credit.assess transcript.read", "own.read", is_hidden=True
    ),
}
"""Routes that ask what no rpc asks."""


def needs_of(route: str) -> Needs | None:
    """What a route asks; None: nobody said."""
    if route in ALONE:
        return ALONE[route]
    return RPCS.get(SAME_AS.get(route, ""))


def everything() -> frozenset[str]:
    """Every permission that anything asks of staff."""
    return frozenset(name for needs in (*RPCS.values(), *ALONE.values()) for name in needs.staff)


# ---- roles ----------------------------------------------------------------------------------------------------------

_SEED = re.compile(r"\(\s*'(\w+)'\s*,\s*'([\w. ]+)'\s*\)")
MIGRATIONS = ROOT / "services" / "student-registry" / "src" / "student_registry" / "migrations"


@functools.cache
def roles() -> dict[str, frozenset[str]]:
    """Permissions by role in the newest version that student-registry's migrations write."""
    found: dict[str, set[str]] = {}
    for path in sorted(MIGRATIONS.glob("*role_permissions*.sql")):
        body = path.read_text("utf-8").partition("INSERT INTO role_permission (")[2]
        for role, permissions in _SEED.findall(body):
            found.setdefault(role, set()).update(permissions.split())
    return {role: frozenset(permissions) for role, permissions in sorted(found.items())}


def may(role: str, needs: Needs) -> bool:
    """Whether a role may do it, at its own institution or for itself."""
    if needs.only and role not in needs.only:
        return False
    held = roles()[role]
    return not needs.staff or bool(held & needs.staff) or needs.own in held


def page() -> str:
    """The matrix as people read it."""
    held = roles()
    lines = [
        "# Who may call what in the credit bank",
        "",
        "Written by `python -m tests.support.credit_permissions write`; every line is proven by calls",
        "(`tests/integration/credit-bank/test_access_walk.py`). Roles are those of student-registry's newest version",
        "of role permissions. A role acts for its own institution only: others' objects do not exist for it",
        "(404), and reading a learner of another institution needs a ground and a purpose besides. `own` is a learner.",
        "",
        "| rpc | Permission (one of) | Roles |",
        "|---|---|---|",
    ]
    for rpc in rpcs():
        needs = RPCS[rpc.name]
        staff = ", ".join(f"`{name}`" for name in sorted(needs.staff)) or "signed in"
        own = f"; own: `{needs.own}`" if needs.own else ""
        who = ", ".join(role for role in held if may(role, needs)) if needs.staff else "all"
        lines.append(f"| `{rpc.name}` | {staff}{own} | {who or 'systems with this scope'} |")
    lines += ["", "| Route | As |", "|---|---|"]
    for route in sorted({*SAME_AS, *ALONE}, key=lambda name: name.split()[::-1]):
        same = SAME_AS.get(route)
        alone = ", ".join(f"`{name}`" for name in sorted(ALONE[route].staff)) if route in ALONE else ""
        lines.append(f"| `{route}` | {f'`{same}`' if same else alone + ' with a ground, or the learner himself'} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compare or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", nargs="?", choices=("check", "write"), default="check")
    if parser.parse_args().what == "write":
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    is_same = PAGE.is_file() and PAGE.read_text("utf-8") == page()
    sys.stdout.write("" if is_same else f"{PAGE} is not what is true now\n")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
