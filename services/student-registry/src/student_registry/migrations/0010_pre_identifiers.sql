-- More kinds of identifiers, who verified what and when, and versions of the key of the blind index.

ALTER TABLE learner_identifier
    DROP CONSTRAINT learner_identifier_kind_check,
    DROP CONSTRAINT learner_identifier_check2,
    DROP CONSTRAINT learner_identifier_student_no,
    ADD COLUMN index_version smallint NOT NULL DEFAULT 1,
    ADD CONSTRAINT learner_identifier_kind_check CHECK (kind IN ('CITIZEN_ID', 'G_CODE', 'PASSPORT', 'STUDENT_NO',
        'VOCATIONAL_STUDENT_NO', 'TRANSCRIPT_SERIES')),
    ADD CONSTRAINT learner_identifier_institution CHECK
        ((kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO', 'TRANSCRIPT_SERIES')) = (institution_id IS NOT NULL)),
    -- A student number belongs to one learner at a time in one institution; later it may be given again (CB e.6).
    ADD CONSTRAINT learner_identifier_student_no
        EXCLUDE USING gist (institution_id WITH =, blind_index WITH =, valid_during WITH &&)
        WHERE (kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO'));
DROP INDEX learner_identifier_person;
DROP INDEX learner_identifier_blind;
-- A number of a person, and a transcript's series and number, stay that person's for ever, also after they ended.
CREATE UNIQUE INDEX learner_identifier_person ON learner_identifier (blind_index)
    WHERE kind NOT IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO');
CREATE INDEX learner_identifier_blind ON learner_identifier (blind_index)
    WHERE kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO');
-- What waits for the area office: few rows among many.
CREATE INDEX learner_identifier_waiting ON learner_identifier (identifier_id)
    WHERE kind = 'G_CODE' AND verification_state = 'UNVERIFIED' AND valid_to IS NULL;

-- Who stated which state of an identifier, when and on what; the last row of an identifier holds.
CREATE TABLE learner_identifier_verification (
    verification_id    uuid        PRIMARY KEY,
    identifier_id      uuid        NOT NULL REFERENCES learner_identifier ON DELETE RESTRICT,
    verification_state text        NOT NULL CHECK (verification_state IN ('UNVERIFIED', 'VERIFIED', 'CONFLICT')),
    basis              text        NOT NULL CHECK (basis IN ('DOCUMENT', 'AREA_APPROVAL', 'REVIEW')),
    stated_at          timestamptz NOT NULL,
    stated_by          text        NOT NULL,
    stated_by_role     text        NOT NULL,
    institution_id     uuid        REFERENCES institution ON DELETE RESTRICT
);
CREATE INDEX learner_identifier_verification_identifier
    ON learner_identifier_verification (identifier_id, stated_at DESC, verification_id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON learner_identifier_verification
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Sealing a value anew with another key changes no fact, so it leaves no history.
DROP TRIGGER learner_identifier_updated ON learner_identifier;
CREATE OR REPLACE FUNCTION keep_identifier_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO learner_identifier_history (identifier_id, verification_state, valid_from, valid_to)
    SELECT r.identifier_id, r.verification_state, r.valid_from, r.valid_to
      FROM replaced r
      JOIN stated s USING (identifier_id)
     WHERE (r.verification_state, r.valid_from, r.valid_to)
           IS DISTINCT FROM (s.verification_state, s.valid_from, s.valid_to);
    RETURN NULL;
END $$;
CREATE TRIGGER learner_identifier_updated AFTER UPDATE ON learner_identifier
    REFERENCING OLD TABLE AS replaced NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_identifier_history();
