"""What others are told about merges. Key: the merged learner, so that a merge and its undoing stay in order."""

from __future__ import annotations

from datetime import datetime

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.matching.merging import Merge

TOPIC = "nuaikit.student-registry.learners.v1"


def learners_merged(merge: Merge) -> NewEvent:
    """Two learners proved to be one person."""
    message = events_pb2.LearnersMerged(
        merge_id=str(merge.merge_id),
        surviving_learner_id=str(merge.surviving_learner_id),
        merged_learner_id=str(merge.merged_learner_id),
        merged_at=time_to_pb(merge.merged_at),
    )
    return NewEvent(TOPIC, str(merge.merged_learner_id), message)


def learners_unmerged(merge: Merge, *, now: datetime) -> NewEvent:
    """They are two persons after all."""
    message = events_pb2.LearnersUnmerged(
        merge_id=str(merge.merge_id),
        surviving_learner_id=str(merge.surviving_learner_id),
        merged_learner_id=str(merge.merged_learner_id),
        unmerged_at=time_to_pb(now),
    )
    return NewEvent(TOPIC, str(merge.merged_learner_id), message)
