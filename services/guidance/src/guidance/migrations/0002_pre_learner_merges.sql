-- Which learners of the registry were merged into which: a copy, fed by its events. Facts keep the learner they were told
-- for; whoever reads or counts a learner takes all that lead to him.

CREATE TABLE learner_merge_copy (
    merged_learner_id    uuid        PRIMARY KEY,
    surviving_learner_id uuid        NOT NULL CHECK (surviving_learner_id <> merged_learner_id),
    merge_id             uuid        NOT NULL,
    is_undone            boolean     NOT NULL,
    told_at              timestamptz NOT NULL -- time of the event; an older one does not replace a newer one
);
CREATE INDEX learner_merge_copy_surviving ON learner_merge_copy (surviving_learner_id) WHERE NOT is_undone;

-- Merged learners by the person they are. The events of two learners may come in any order, so that they may lead in a
-- circle for a moment: the walk stops at a learner it has seen.
CREATE VIEW merged_person AS
WITH RECURSIVE walk AS (
    SELECT merged_learner_id AS learner_id, surviving_learner_id AS person_id, 1 AS height,
           ARRAY[merged_learner_id, surviving_learner_id] AS path
      FROM learner_merge_copy WHERE NOT is_undone
    UNION ALL
    SELECT w.learner_id, m.surviving_learner_id, w.height + 1, w.path || m.surviving_learner_id
      FROM walk w JOIN learner_merge_copy m ON m.merged_learner_id = w.person_id AND NOT m.is_undone
     WHERE m.surviving_learner_id <> ALL(w.path))
SELECT DISTINCT ON (learner_id) learner_id, person_id FROM walk ORDER BY learner_id, height DESC;

-- A merge tells of an enrolment under another key than before, and events keep their order within one key only.
ALTER TABLE enrolment_copy ADD COLUMN told_at timestamptz NOT NULL DEFAULT '-infinity';
