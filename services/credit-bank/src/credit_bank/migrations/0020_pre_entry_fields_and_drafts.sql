-- What every result carries besides (form, type, level, issuing body; seeds.md R-01), how it was recognised, which kind of
-- attempt it is, the four flags of its grade, and two more ends of an entry. Drafts stand apart: a draft is edited, an
-- entry never is; when a draft is submitted its id becomes the entry's.

ALTER TABLE entry
    ADD COLUMN form                    text    NOT NULL DEFAULT 'FORMAL'
        CONSTRAINT entry_form CHECK (form IN ('FORMAL', 'NONFORMAL', 'INFORMAL')),
    ADD COLUMN learning_type           text    NOT NULL DEFAULT 'GENERAL'
        CONSTRAINT entry_learning_type CHECK (learning_type IN ('GENERAL', 'VOCATIONAL')),
    ADD COLUMN level                   text
        CONSTRAINT entry_level CHECK (level IN ('PRIMARY', 'LOWER_SECONDARY', 'UPPER_SECONDARY', 'VOCATIONAL_CERTIFICATE',
                                           'HIGHER_VOCATIONAL_CERTIFICATE')),
    ADD COLUMN issuing_body            text    NOT NULL DEFAULT '', -- empty: the issuing institution itself
    ADD COLUMN rpl_mode                text
        CONSTRAINT entry_rpl_mode CHECK (rpl_mode IN ('EXAM', 'PORTFOLIO', 'TRAINING', 'CERTIFICATE', 'COURSE')),
    ADD COLUMN attempt_kind            text    NOT NULL DEFAULT 'FIRST'
        CONSTRAINT entry_attempt_kind CHECK (attempt_kind IN ('FIRST', 'REMEDIAL', 'REPEAT')),
    ADD COLUMN is_attempted            boolean NOT NULL DEFAULT true,
    ADD COLUMN is_earned               boolean NOT NULL DEFAULT true,
    ADD COLUMN counts_for_graduation   boolean NOT NULL DEFAULT true,
    ADD COLUMN assessor_institution_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN drafted_by              text,
    ADD COLUMN rejected_at             timestamptz,
    ADD COLUMN rejected_by             text,
    ADD COLUMN revoked_at              timestamptz,
    ADD COLUMN revoked_by              text;

-- Rows of before: the same rules by which new ones are filled (recording/placing.py). What stands is not touched by it.
ALTER TABLE entry DISABLE TRIGGER entry_settled;
UPDATE entry SET
    form = CASE source_mode WHEN 'SHORT_COURSE' THEN 'NONFORMAL' ELSE 'FORMAL' END,
    learning_type = CASE WHEN code_system IN ('OVEC', 'SHORT') OR subject_type IN ('03', '04', '05', '06', '07')
                         THEN 'VOCATIONAL' ELSE 'GENERAL' END,
    level = CASE WHEN code_system = 'OBEC' THEN
                     CASE substr(code, 2, 1) WHEN '1' THEN 'PRIMARY' WHEN '2' THEN 'LOWER_SECONDARY'
                                             WHEN '3' THEN 'UPPER_SECONDARY' END
                 WHEN code_system = 'OVEC' THEN CASE left(code, 1) WHEN '2' THEN 'VOCATIONAL_CERTIFICATE'
                                                              WHEN '3' THEN 'HIGHER_VOCATIONAL_CERTIFICATE' END END,
    attempt_kind = CASE WHEN attempt > 1 THEN 'REPEAT' ELSE 'FIRST' END,
    is_attempted = grade_code NOT IN ('901', '902', '903', '904', '914'),
    is_earned = grade_code NOT IN ('000', '901', '902', '903', '904', '910', '914'),
    counts_for_graduation = grade_code NOT IN ('000', '901', '902', '903', '904', '910', '914');
ALTER TABLE entry ENABLE TRIGGER entry_settled;

ALTER TABLE entry
    DROP CONSTRAINT entry_source_mode_check,
    ADD CONSTRAINT entry_source_mode_check
        CHECK (source_mode IN ('STUDY', 'SHORT_COURSE', 'RPL', 'ASSESSMENT', 'LEVEL_EQUIV')),
    DROP CONSTRAINT entry_state_check,
    ADD CONSTRAINT entry_state_check
        CHECK (state IN ('SUBMITTED', 'RETURNED', 'REJECTED', 'VERIFIED', 'SUPERSEDED', 'REVOKED')),
    ADD CONSTRAINT entry_rpl_has_mode CHECK ((source_mode = 'RPL') = (rpl_mode IS NOT NULL)),
    ADD CONSTRAINT entry_first_attempt CHECK ((attempt = 1) = (attempt_kind = 'FIRST')),
    ADD CONSTRAINT entry_verified_by_none_of_its_makers CHECK (verified_by IS NULL OR verified_by IS DISTINCT FROM drafted_by),
    ADD CONSTRAINT entry_rejected_with_reason
        CHECK (state <> 'REJECTED' OR (rejected_at IS NOT NULL AND rejected_by IS NOT NULL AND return_reason_code IS NOT NULL)),
    ADD CONSTRAINT entry_revoked_when CHECK ((state = 'REVOKED') = (revoked_at IS NOT NULL AND revoked_by IS NOT NULL));

-- CB c.3: submitted → verified | returned | rejected, returned → superseded, verified → superseded | revoked. Of what was
-- verified only the state changes then, and when and by whom it was revoked. Everything else is settled.
CREATE OR REPLACE FUNCTION refuse_verified_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (OLD.state = 'SUBMITTED' AND NEW.state IN ('SUBMITTED', 'VERIFIED', 'RETURNED', 'REJECTED'))
        OR (OLD.state = 'RETURNED' AND NEW.state IN ('RETURNED', 'SUPERSEDED'))
        OR (OLD.state = 'VERIFIED' AND NEW.state IN ('SUPERSEDED', 'REVOKED')
            AND to_jsonb(NEW) - ARRAY['state', 'revoked_at', 'revoked_by']
                IS NOT DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'revoked_at', 'revoked_by']))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entry % is settled', OLD.entry_id USING ERRCODE = 'restrict_violation';
END
$$;

ALTER TABLE evidence
    ADD COLUMN issuing_body text NOT NULL DEFAULT '',
    ADD COLUMN issued_on    date,
    ADD COLUMN result_text  text NOT NULL DEFAULT '';

-- `content` is a result that may lack fields; it holds ids, codes, grades and document numbers, nothing personal.
CREATE TABLE result_draft (
    draft_id            uuid        PRIMARY KEY,
    institution_id      uuid        NOT NULL,
    learner_id          uuid        NOT NULL,
    content             jsonb       NOT NULL,
    row_version         integer     NOT NULL CHECK (row_version > 0),
    state               text        NOT NULL CHECK (state IN ('DRAFT', 'SUBMITTED', 'WITHDRAWN')),
    drafted_at          timestamptz NOT NULL,
    drafted_by          text        NOT NULL,
    changed_at          timestamptz NOT NULL
);
CREATE INDEX result_draft_institution ON result_draft (institution_id, draft_id) WHERE state = 'DRAFT';
