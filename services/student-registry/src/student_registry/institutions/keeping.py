"""What registering and changing share: rules read from the tables, and writing an institution with its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import outbox
from chassis.pg import Connection

from student_registry.institutions import events, store
from student_registry.institutions.domain import (
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
    check_affiliation,
    circle,
)
from student_registry.institutions.errors import MergedIntoInvalid, ParentCircle, ParentKindWrong, ParentUnknown
from student_registry.institutions.store import Change

__all__ = ["Change", "Rules", "keep"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the tables say about the institutions of one request.

    Attributes:
        parent_kinds: Kinds that may be a parent in a tree; none: any.
        parents_of_kinds: Kinds that may be a parent of one kind in a tree, where there is a rule.
        kinds: Of every institution that is named as a parent.
        above: Parents of everything above the named parents; follows what the request changes.
        merged_into: Institutions named as successors, by id.
    """

    affiliations: frozenset[str]
    parent_kinds: Mapping[Tree, frozenset[InstitutionKind]]
    parents_of_kinds: Mapping[tuple[InstitutionKind, Tree], frozenset[InstitutionKind]]
    kinds: Mapping[UUID, InstitutionKind]
    above: dict[UUID, list[Parent]]
    merged_into: Mapping[UUID, Institution]

    @classmethod
    async def read(cls, connection: Connection, items: Iterable[tuple[Institution | None, InstitutionFacts]]) -> Rules:
        """Read what the checks of these changes need; changes of trees wait for each other from here on."""
        listed = list(items)
        parents = {
            parent.parent_institution_id
            for known, facts in listed
            for parent in facts.parents
            if known is None or parent not in known.facts.parents
        }
        # Somebody new stands above nobody, so only moving what is there can close a circle.
        if parents and any(known is not None for known, _ in listed):
            await store.lock_trees(connection)
        successors = {
            facts.merged_into_institution_id for _, facts in listed if facts.merged_into_institution_id is not None
        }
        found = await store.by_ids(connection, sorted(successors), on_date=date.max) if successors else []
        return cls(
            affiliations=frozenset(item.affiliation_code for item in await store.affiliations(connection)),
            parent_kinds=await store.tree_parent_kinds(connection),
            parents_of_kinds=await store.parents_of_kinds(connection),
            kinds=await store.kinds(connection, sorted(parents)) if parents else {},
            above=await store.above(connection, sorted(parents)) if parents else {},
            merged_into={item.institution_id: item for item in found},
        )

    def check(self, institution: Institution, known: Institution | None) -> None:
        """Refuse what the institution may not become; what it was already is not looked at again.

        Raises:
            AffiliationUnknown: The official code is of no affiliation.
            ParentUnknown: A parent is not registered.
            ParentKindWrong: A parent is of a kind that is none in that tree, or none of such an institution.
            ParentCircle: It would stand above itself on some day.
            MergedIntoInvalid: The successor is not there, is itself, or does not go on after its last day.
        """
        facts = institution.facts
        if known is None or known.facts.official_code != facts.official_code:
            check_affiliation(facts, self.affiliations)
        new = [item for item in facts.parents if known is None or item not in known.facts.parents]
        for parent in new:
            kind = self.kinds.get(parent.parent_institution_id)
            if kind is None:
                raise ParentUnknown(field="parent_institution_id", parent_institution_id=parent.parent_institution_id)
            of_kind = self.parents_of_kinds.get((facts.kind, parent.tree))
            of_tree = self.parent_kinds[parent.tree]
            if (of_tree and kind not in of_tree) or (of_kind and kind not in of_kind):
                raise ParentKindWrong(field="parents", tree=parent.tree, kind=kind)
        tree = circle(institution.institution_id, new, self.above)
        if tree is not None:
            raise ParentCircle(field="parents", tree=tree)
        self._check_successor(institution, known)
        self.above[institution.institution_id] = list(facts.parents)

    def _check_successor(self, institution: Institution, known: Institution | None) -> None:
        facts = institution.facts
        target, last_day = facts.merged_into_institution_id, facts.closed_on
        if target is None or last_day is None:
            return
        if known is not None and (known.facts.merged_into_institution_id, known.facts.closed_on) == (target, last_day):
            return
        successor = self.merged_into.get(target)
        ends = successor.facts.closed_on if successor else None
        if successor is None or target == institution.institution_id or (ends is not None and ends <= last_day):
            raise MergedIntoInvalid(field="merged_into_institution_id")


async def keep(connection: Connection, changes: Sequence[Change], *, today: date, now: datetime, by: str) -> None:
    """Write institutions that are added or changed, with their codes, parents, history and events."""
    if not changes:
        return
    added = [change.after for change in changes if change.before is None]
    if added:
        await store.insert(connection, added, now=now)
    if len(added) < len(changes):
        await store.update(connection, [change.after for change in changes if change.before is not None])
    await store.replace_codes(connection, changes, now=now)
    await store.replace_parents(connection, changes, now=now)
    await store.insert_changes(connection, changes, now=now, by=by)
    await outbox.add(connection, [events.institution_changed(_on(change.after, today)) for change in changes])


def _on(institution: Institution, day: date) -> Institution:
    facts = institution.facts
    return replace(institution, facts=replace(facts, parent_institution_id=facts.parent_in(Tree.ADMINISTRATION, day)))
