-- What a person teaches, who takes over when an assignment ends (R-43), and which role-permission version was announced.

ALTER TABLE role ADD COLUMN has_responsibilities boolean NOT NULL DEFAULT true; -- an assignment that ends leaves work behind
UPDATE role SET has_responsibilities = false WHERE role IN ('auditor', 'report_reader', 'learner');

ALTER TABLE staff_assignment ADD COLUMN teaching_subject text NOT NULL DEFAULT '';
ALTER TABLE staff_assignment DROP CONSTRAINT staff_assignment_overlap;
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_overlap
    EXCLUDE USING gist (subject_hash WITH =, institution_id WITH =, role WITH =, classroom WITH =,
                        teaching_subject WITH =, valid_during WITH &&);
CREATE INDEX staff_assignment_ending ON staff_assignment (institution_id, valid_to) WHERE valid_to IS NOT NULL;

-- Who takes over what an assignment leaves behind; the newest statement holds. No successor: there was nothing left.
CREATE TABLE assignment_succession (
    assignment_succession_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assignment_id            uuid        NOT NULL REFERENCES staff_assignment ON DELETE RESTRICT,
    successor_assignment_id  uuid        REFERENCES staff_assignment ON DELETE RESTRICT,
    decided_on               date        NOT NULL,
    decided_at               timestamptz NOT NULL,
    decided_by               text        NOT NULL,
    CHECK (assignment_id <> successor_assignment_id)
);
CREATE INDEX assignment_succession_assignment ON assignment_succession (assignment_id, assignment_succession_id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON assignment_succession
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far the copies elsewhere were told what roles may do in a version; `last_assignment_id` is where the next chunk begins.
CREATE TABLE role_permission_announcement (
    version            text        PRIMARY KEY REFERENCES role_permission_version ON DELETE RESTRICT,
    last_assignment_id uuid,
    started_at         timestamptz NOT NULL,
    finished_at        timestamptz
);
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON role_permission_announcement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
