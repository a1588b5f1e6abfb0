-- The review queue of possible duplicates. A pair stands once, whoever found it and however often; what was decided
-- about it stays, so that a pair found to be two persons is not proposed again.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Blocks in which candidates are looked for: the same birth date, or both names alike (by the index of the name search).
CREATE INDEX learner_birth_date ON learner (birth_date) WHERE birth_date IS NOT NULL;

CREATE TABLE match_candidate (
    candidate_id      uuid        PRIMARY KEY,
    low_learner_id    uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    high_learner_id   uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    origin            text        NOT NULL CHECK (origin IN ('PROBABLE', 'REPORTED')),
    score_hundredths  integer     NOT NULL,
    is_strong         boolean     NOT NULL,
    weights_version   text        NOT NULL,
    contributions     jsonb       NOT NULL, -- what each comparison added; names of comparisons and outcomes, no values
    state             text        NOT NULL CHECK (state IN ('OPEN', 'LATER', 'SAME', 'DIFFERENT')),
    found_at          timestamptz NOT NULL,
    found_by          text        NOT NULL,
    decided_at        timestamptz,
    decided_by        text,
    CONSTRAINT match_candidate_pair UNIQUE (low_learner_id, high_learner_id),
    CHECK (low_learner_id < high_learner_id),
    CHECK ((state = 'OPEN') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);
CREATE INDEX match_candidate_high ON match_candidate (high_learner_id);
CREATE INDEX match_candidate_waiting ON match_candidate (score_hundredths DESC, candidate_id) WHERE state IN ('OPEN', 'LATER');

CREATE TABLE match_decision (
    match_decision_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    candidate_id      uuid        NOT NULL REFERENCES match_candidate ON DELETE RESTRICT,
    state             text        NOT NULL CHECK (state IN ('LATER', 'SAME', 'DIFFERENT')),
    reason_code       text        NOT NULL CHECK (reason_code <> ''),
    decided_at        timestamptz NOT NULL,
    decided_by        text        NOT NULL,
    role              text        NOT NULL,
    institution_id    uuid        REFERENCES institution ON DELETE RESTRICT
);
CREATE INDEX match_decision_candidate ON match_decision (candidate_id, match_decision_id);

-- Who read a learner's data is told to the person under whatever id he is known.
DROP TRIGGER append_only ON access_record;
SELECT append_only_but_merge('access_record');

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON match_decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON match_candidate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
