-- Accreditation of learning sources and of courses (seeds.md R-07). One says nothing of the other, so no row is of both.

CREATE TABLE accreditation (
    accreditation_id      uuid PRIMARY KEY,
    kind                  text NOT NULL CHECK (kind IN ('SOURCE', 'COURSE')),
    source_institution_id uuid,
    source_name_th        text NOT NULL,
    course_id             uuid REFERENCES course,
    body_th               text NOT NULL CHECK (body_th <> ''),
    reference             text NOT NULL CHECK (reference <> ''),
    valid_from            date NOT NULL,
    valid_to              date CHECK (valid_to >= valid_from),
    state                 text NOT NULL CHECK (state IN ('PROPOSED', 'ACCREDITED', 'REFUSED', 'WITHDRAWN')),
    source                text NOT NULL CHECK (source <> ''),
    status                text NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from        date,
    source_version        text,
    content_hash          bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    proposed_by           text NOT NULL,
    proposed_at           timestamptz NOT NULL,
    decided_by            text,
    decided_role          text,
    decided_at            timestamptz,
    reason_th             text NOT NULL DEFAULT '',
    CONSTRAINT accreditation_is_of_one CHECK (
        CASE kind WHEN 'COURSE' THEN course_id IS NOT NULL AND source_institution_id IS NULL AND source_name_th = ''
                  ELSE course_id IS NULL AND (source_institution_id IS NOT NULL) <> (source_name_th <> '') END),
    CONSTRAINT accreditation_second_person CHECK (decided_by <> proposed_by),
    CONSTRAINT accreditation_decided CHECK ((state = 'PROPOSED') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX accreditation_content ON accreditation (content_hash) WHERE state IN ('PROPOSED', 'ACCREDITED');
CREATE INDEX accreditation_course ON accreditation (course_id);
CREATE TRIGGER accreditation_never_deleted BEFORE DELETE OR TRUNCATE ON accreditation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
