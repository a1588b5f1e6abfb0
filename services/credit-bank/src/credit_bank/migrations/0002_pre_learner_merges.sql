-- Which learners of the registry were merged into which: a copy, fed by its events. Nothing of the ledger moves: chains,
-- accounts, entries and claims keep the learner they were made for, and whoever reads a learner reads all that lead to him.

CREATE TABLE learner_merge_copy (
    merged_learner_id    uuid        PRIMARY KEY,
    surviving_learner_id uuid        NOT NULL CHECK (surviving_learner_id <> merged_learner_id),
    merge_id             uuid        NOT NULL,
    is_undone            boolean     NOT NULL,
    told_at              timestamptz NOT NULL -- time of the event; an older one does not replace a newer one
);
CREATE INDEX learner_merge_copy_surviving ON learner_merge_copy (surviving_learner_id) WHERE NOT is_undone;

-- A merge tells of an enrolment under another key than before, and events keep their order within one key only.
ALTER TABLE enrolment_copy ADD COLUMN told_at timestamptz NOT NULL DEFAULT '-infinity';
