-- Corrections of names, birth dates and sex: what was recorded before stays, with who replaced it and why.

-- names --------------------------------------------------------------------------------------------------------------

ALTER TABLE learner_name
    ADD COLUMN since                   date, -- first day on which it held; NULL: not known
    ADD COLUMN until                   date CHECK (until >= since), -- first day on which it did not; NULL: it holds, or never did
    ADD COLUMN was_wrong               boolean NOT NULL DEFAULT false,
    ADD COLUMN reason_code             text NOT NULL DEFAULT '', -- why it was recorded; empty: at registration
    ADD COLUMN source                  text NOT NULL DEFAULT '', -- empty: that of the learner
    ADD COLUMN recorded_by             text NOT NULL DEFAULT '',
    ADD COLUMN recorded_by_role        text NOT NULL DEFAULT '',
    ADD COLUMN recorded_institution_id uuid REFERENCES institution ON DELETE RESTRICT,
    ADD CONSTRAINT learner_name_language CHECK (language ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?$'),
    ADD CONSTRAINT learner_name_end CHECK (ended_at IS NOT NULL OR (until IS NULL AND NOT was_wrong));
CREATE INDEX learner_name_learner ON learner_name (learner_id, recorded_at DESC);

-- birth date and sex -------------------------------------------------------------------------------------------------

ALTER TABLE learner
    ADD COLUMN facts_recorded_at      timestamptz, -- NULL: at registration
    ADD COLUMN facts_recorded_by      text NOT NULL DEFAULT '',
    ADD COLUMN facts_recorded_by_role text NOT NULL DEFAULT '',
    ADD COLUMN facts_institution_id   uuid REFERENCES institution ON DELETE RESTRICT,
    ADD COLUMN facts_reason_code      text NOT NULL DEFAULT '',
    ADD COLUMN facts_source           text NOT NULL DEFAULT '';

CREATE TABLE learner_history (
    learner_history_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    learner_id               uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    registrar_institution_id uuid        NOT NULL,
    birth_date               date,
    birth_date_precision     text,
    sex                      text,
    recorded_at              timestamptz NOT NULL,
    recorded_by_role         text        NOT NULL,
    institution_id           uuid,
    reason_code              text        NOT NULL,
    source                   text        NOT NULL,
    recorded_by              text        NOT NULL,
    replaced_at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX learner_history_learner ON learner_history (learner_id, learner_history_id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON learner_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION keep_learner_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO learner_history (learner_id, registrar_institution_id, birth_date, birth_date_precision, sex,
                                 recorded_at, recorded_by, recorded_by_role, institution_id, reason_code, source)
    SELECT r.learner_id, r.registrar_institution_id, r.birth_date, r.birth_date_precision, r.sex,
           coalesce(r.facts_recorded_at, r.registered_at), r.facts_recorded_by, r.facts_recorded_by_role,
           r.facts_institution_id, r.facts_reason_code, coalesce(nullif(r.facts_source, ''), r.source)
      FROM replaced r
      JOIN stated s USING (learner_id)
     WHERE (r.registrar_institution_id, r.birth_date, r.birth_date_precision, r.sex)
           IS DISTINCT FROM (s.registrar_institution_id, s.birth_date, s.birth_date_precision, s.sex);
    RETURN NULL;
END $$;
CREATE TRIGGER learner_updated AFTER UPDATE ON learner
    REFERENCING OLD TABLE AS replaced NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_learner_history();

-- Who corrects: the registrars, for learners whose record their institution keeps.
INSERT INTO role_permission (version, role, permission)
SELECT '2569.2', role, 'registry.learners.correct'
  FROM unnest(ARRAY['school_registrar', 'area_registrar', 'college_registrar']) AS role;
