-- What happens to verified results: corrections and revocations, each by two persons; what other institutions and
-- workplaces sign about results they assess together; what a director approved.

-- One open change per entry. `content` is the corrected result as recording/drafts.py keeps results.
CREATE TABLE entry_change (
    change_id        uuid        PRIMARY KEY,
    entry_id         uuid        NOT NULL REFERENCES entry,
    entry_version    integer     NOT NULL CHECK (entry_version > 0),
    learner_id       uuid        NOT NULL,
    institution_id   uuid        NOT NULL,
    kind             text        NOT NULL CHECK (kind IN ('CORRECTION', 'REVOCATION')),
    state            text        NOT NULL CHECK (state IN ('PROPOSED', 'CONFIRMED', 'DECLINED')),
    reason_code      text        NOT NULL CHECK (reason_code <> ''),
    content          jsonb,
    proposed_at      timestamptz NOT NULL,
    proposed_by      text        NOT NULL,
    proposed_by_assignment uuid,
    proposed_by_role text        NOT NULL,
    decided_at       timestamptz,
    decided_by       text,
    decided_by_role  text,
    new_entry_id     uuid        REFERENCES entry,
    CONSTRAINT entry_change_content CHECK ((kind = 'CORRECTION') = (content IS NOT NULL)),
    CONSTRAINT entry_change_decided CHECK ((state = 'PROPOSED') = (decided_at IS NULL AND decided_by IS NULL)),
    CONSTRAINT entry_change_by_two CHECK (state <> 'CONFIRMED' OR decided_by <> proposed_by),
    CONSTRAINT entry_change_new CHECK ((kind = 'CORRECTION' AND state = 'CONFIRMED') = (new_entry_id IS NOT NULL))
);
CREATE UNIQUE INDEX entry_change_open ON entry_change (entry_id) WHERE state = 'PROPOSED';
CREATE INDEX entry_change_institution ON entry_change (institution_id, change_id);

CREATE FUNCTION refuse_decided_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'change % is settled', OLD.change_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entry_change_settled BEFORE UPDATE OR DELETE ON entry_change
    FOR EACH ROW EXECUTE FUNCTION refuse_decided_change();

-- One signature per side; a side that changes its mind signs a next version of the result.
CREATE TABLE assessment_signature (
    entry_id       uuid        NOT NULL REFERENCES entry,
    institution_id uuid        NOT NULL,
    is_agreed      boolean     NOT NULL,
    explanation_th text        NOT NULL,
    signed_at      timestamptz NOT NULL,
    signed_by      text        NOT NULL,
    signed_by_assignment uuid,
    PRIMARY KEY (entry_id, institution_id),
    CONSTRAINT assessment_signature_one_side_each UNIQUE (entry_id, signed_by)
);
CREATE TRIGGER assessment_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assessment_signature
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX entry_assessors ON entry USING gin (assessor_institution_ids) WHERE assessor_institution_ids <> '{}';

ALTER TABLE access_log DROP CONSTRAINT access_log_ground_check, ADD CONSTRAINT access_log_ground_check
    CHECK (ground IN ('OWN_INSTITUTION', 'PARTNERSHIP', 'CASE', 'GRANT', 'ASSESSMENT', 'SELF', 'AUDIT'));

CREATE TABLE approval (
    approval_id    uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL,
    entry_count    integer     NOT NULL CHECK (entry_count > 0),
    approved_at    timestamptz NOT NULL,
    approved_by    text        NOT NULL,
    approved_by_assignment uuid
);
CREATE INDEX approval_institution ON approval (institution_id, approval_id);
CREATE TRIGGER approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE approval_entry (
    entry_id    uuid PRIMARY KEY REFERENCES entry,
    approval_id uuid NOT NULL REFERENCES approval
);
CREATE TRIGGER approval_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
