-- Merges of learners: two records of one person become one, and can become two again, exactly.
--
-- `merged_into_learner_id` makes a forest: a learner without it stands for himself and for all that lead to him. A fact
-- has a home, the learner it was stated about; it stays with whoever stands for its home. `merged_fact` remembers the
-- home of every fact that is away from it, so that undoing one merge of a chain moves the right facts and no others.

CREATE TABLE learner_merge (
    merge_id             uuid        PRIMARY KEY,
    surviving_learner_id uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    merged_learner_id    uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    reason_code          text        NOT NULL CHECK (reason_code <> ''),
    document_no          text        NOT NULL, -- of the paper that proves it, never a person's data
    ended_identifier_id  uuid        REFERENCES learner_identifier ON DELETE RESTRICT,
    ended_on             date,
    merged_at            timestamptz NOT NULL,
    merged_by            text        NOT NULL,
    undone_at            timestamptz CHECK (undone_at >= merged_at),
    undone_by            text,
    undo_reason_code     text,
    CHECK (surviving_learner_id <> merged_learner_id),
    CHECK ((ended_identifier_id IS NULL) = (ended_on IS NULL)),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undo_reason_code IS NULL))
);
-- A learner leads to one other at a time.
CREATE UNIQUE INDEX learner_merge_active ON learner_merge (merged_learner_id) WHERE undone_at IS NULL;
CREATE INDEX learner_merge_merged ON learner_merge (merged_learner_id);
CREATE INDEX learner_merge_surviving ON learner_merge (surviving_learner_id);

ALTER TABLE learner ADD COLUMN merged_into_learner_id uuid REFERENCES learner ON DELETE RESTRICT
    CONSTRAINT learner_not_merged_into_himself CHECK (merged_into_learner_id <> learner_id);
CREATE INDEX learner_merged_into ON learner (merged_into_learner_id) WHERE merged_into_learner_id IS NOT NULL;

CREATE TABLE merged_fact (
    merged_fact_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name        text   NOT NULL,
    row_key           text   NOT NULL, -- of the row among those of one learner
    home_learner_id   uuid   NOT NULL REFERENCES learner ON DELETE RESTRICT,
    at_learner_id     uuid   NOT NULL REFERENCES learner ON DELETE RESTRICT,
    before            jsonb  NOT NULL DEFAULT '{}', -- columns that the merge itself changed, as they were
    moved_by_merge_id uuid   NOT NULL REFERENCES learner_merge ON DELETE RESTRICT,
    returned_by_merge_id uuid REFERENCES learner_merge ON DELETE RESTRICT -- the merge whose undoing brought it home
);
CREATE UNIQUE INDEX merged_fact_away ON merged_fact (home_learner_id, table_name, row_key)
    WHERE returned_by_merge_id IS NULL;
CREATE INDEX merged_fact_at ON merged_fact (at_learner_id, table_name) WHERE returned_by_merge_id IS NULL;

-- For tables of statements about a learner that are otherwise append-only: a merge moves them from one learner to the
-- other and changes nothing else of them.
CREATE FUNCTION append_only_but_merge(name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only_but_merge AFTER UPDATE ON %s FOR EACH ROW '
                   'WHEN (to_jsonb(OLD) - ''learner_id'' IS DISTINCT FROM to_jsonb(NEW) - ''learner_id'') '
                   'EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['learner_merge', 'merged_fact'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
