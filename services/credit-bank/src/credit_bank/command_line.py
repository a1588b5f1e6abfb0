"""Commands of `credit-bank` beside serving: loading the data that the program brings along.

Whoever works at the machine acts for a named person: `--as SUBJECT --assignment ID`, with that person's rights and no
others. Output is JSON on standard output; what went wrong is one line on standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from chassis.assignments import CopyResolver
from chassis.auth import Actor, Credentials
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome
from chassis.pg import Pool
from chassis.service import Command, Resources

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import files
from credit_bank.config import Settings
from credit_bank.equivalences.candidates import candidate_rules
from credit_bank.equivalences.proposing import ProposeRules, propose_rules
from credit_bank.people import store as people
from credit_bank.qualifications.use_cases import publish_shipped_qualifications

DONE, FAILED, SOME_REFUSED = 0, 1, 3
"""Exit codes; 2 is a command that was misspelt, or settings that are not usable."""


def commands() -> list[Command[Settings]]:
    """The commands, for the program."""
    return [
        Command(
            "load-data",
            "publish the shipped qualifications and propose candidate rules (โหลดโครงสร้างคุณวุฒิและร่างกฎเทียบโอน)",
            _configure,
            _run,
        )
    ]


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="subject", required=True, help="subject of the person acted for")
    parser.add_argument("--assignment", type=UUID, required=True, help="assignment acted under")
    parser.add_argument("--only", choices=("qualifications", "candidates"), help="load one of the two alone")


async def _run(resources: Resources[Settings], arguments: argparse.Namespace) -> int:
    settings = resources.settings
    resolver = CopyResolver(
        resources.pool,
        people.assignment,
        subject_hash_key=settings.subject_hash_key.get_secret_value().encode(),
        ask=None,
    )
    credentials = Credentials(
        subject=arguments.subject, scopes=frozenset(), assignment_id=arguments.assignment, token=""
    )
    try:
        actor = await resolver.resolve(credentials, is_fresh_needed=False)
        report = await load_data(resources.pool, actor=actor, only=arguments.only)
    except ServiceError as error:
        sys.stderr.write(f"{error.reason}: {resources.messages.sentence(error.reason)}\n")
        return FAILED
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return SOME_REFUSED if any(told["refused"] for told in report.values()) else DONE


async def load_data(pool: Pool, *, actor: Actor, only: str | None = None) -> dict[str, dict[str, object]]:
    """Publish the shipped qualifications and propose a draft for every candidate; what is there already stays.

    Args:
        pool: Connections.
        actor: Needs `qualification.publish` and `rule.propose`, for an agency.
        only: `qualifications` or `candidates`; None: both.

    Raises:
        PermissionMissing: The role does not allow it.
    """
    report: dict[str, dict[str, object]] = {}
    if only != "candidates":
        report["qualifications"] = _told(
            await publish_shipped_qualifications(pool, uuid7(), (), actor=actor, now=utc_now())
        )
    if only != "qualifications":
        courses = await files.exported(pool, owner=None, code_system=None, curriculum_version="")
        drafts = candidate_rules(courses)
        outcomes: list[Outcome] = []
        for start in range(0, len(drafts), limits.ITEMS_MAX):
            part = tuple(drafts[start : start + limits.ITEMS_MAX])
            proposing = ProposeRules(uuid7(), part)
            outcomes += await propose_rules(pool, proposing, actor=actor, now=utc_now())
        report["candidates"] = _told(outcomes)
    return report


def _told(outcomes: Sequence[Outcome]) -> dict[str, object]:
    reasons = Counter(outcome.problem.reason for outcome in outcomes if outcome.problem is not None)
    return {
        "new": sum(outcome.problem is None and not outcome.already_done for outcome in outcomes),
        "already_known": sum(outcome.already_done for outcome in outcomes),
        "refused": dict(reasons),
    }
