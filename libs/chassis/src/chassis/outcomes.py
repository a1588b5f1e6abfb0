"""What became of each item of a list call, in one shape for every service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from nuaikit.common.v1 import outcome_pb2

from chassis.errors import InvalidField, ServiceError, TooManyItems


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item failed; holds no personal data."""

    kind: str
    reason: str
    detail: str
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    field: str | None = None

    @classmethod
    def of(cls, error: ServiceError) -> Problem:
        """The problem that an error states."""
        return cls(error.kind, error.reason, error.detail, dict(error.metadata), error.field)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item's outcome: an id when it succeeded, a problem when not."""

    index: int
    id: str | None = None
    already_done: bool = False
    problem: Problem | None = None

    @classmethod
    def failed(cls, index: int, error: ServiceError) -> Outcome:
        """The outcome of an item that was refused."""
        return cls(index, problem=Problem.of(error))

    def to_pb(self) -> outcome_pb2.ItemOutcome:
        """As the contracts carry it."""
        message = outcome_pb2.ItemOutcome(index=self.index, already_done=self.already_done)
        if self.id is not None:
            message.id = self.id
        if self.problem is not None:
            problem = self.problem
            message.problem.CopyFrom(
                outcome_pb2.Problem(
                    kind=problem.kind, reason=problem.reason, detail=problem.detail, metadata=problem.metadata
                )
            )
            if problem.field is not None:
                message.problem.field = problem.field
        return message


def outcomes_to_pb(outcomes: Iterable[Outcome]) -> list[outcome_pb2.ItemOutcome]:
    """As the contracts carry them, in the order of the request."""
    return [outcome.to_pb() for outcome in sorted(outcomes, key=lambda outcome: outcome.index)]


def outcomes_to_answer(outcomes: Sequence[Outcome]) -> bytes:
    """Bytes kept with the request id, so that a repeated request gets the same answer."""
    ordered = sorted(outcomes, key=lambda outcome: outcome.index)
    kept = [
        {
            "index": outcome.index,
            "id": outcome.id,
            "already_done": outcome.already_done,
            "problem": None if outcome.problem is None else asdict(outcome.problem),
        }
        for outcome in ordered
    ]
    return json.dumps(kept, ensure_ascii=False).encode()


def outcomes_from_answer(answer: bytes) -> list[Outcome]:
    """The outcomes kept by `outcomes_to_answer`."""
    return [
        Outcome(
            item["index"],
            item["id"],
            item["already_done"],
            Problem(**item["problem"]) if item["problem"] is not None else None,
        )
        for item in json.loads(answer)
    ]


def check_size(items: Sequence[object], limit: int, *, field: str) -> None:
    """Refuse an empty list and one longer than `limit`.

    Raises:
        InvalidField: There is nothing to do.
        TooManyItems: More than `limit`.
    """
    if not items:
        raise InvalidField(field=field, expected="at least one item")
    if len(items) > limit:
        raise TooManyItems(field=field, limit=limit, got=len(items))
