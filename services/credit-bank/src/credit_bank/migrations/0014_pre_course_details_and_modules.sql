-- Validity, framework level, scope tags and modes of provision of courses; approvals; modules (ชุดวิชาชีพ).

ALTER TABLE course
    ADD COLUMN valid_from      date,
    ADD COLUMN valid_to        date,
    ADD COLUMN framework_level smallint CHECK (framework_level BETWEEN 1 AND 8),
    ADD COLUMN scopes          text[] NOT NULL DEFAULT '{}', -- NATIONAL, LEVEL:code, PROVINCE:code
    ADD COLUMN provision_modes text[] NOT NULL DEFAULT '{}'
                               CHECK (provision_modes <@ ARRAY['INSTITUTION', 'DUAL_VOCATIONAL_TRAINING', 'WORKPLACE',
                                                               'DISTANCE']),
    ADD CONSTRAINT course_valid_days CHECK (valid_to >= valid_from);

-- That a board or agency approved one version of a course (seeds.md R-27); never told by who published that version.
CREATE TABLE course_approval (
    approval_id    uuid    PRIMARY KEY,
    course_id      uuid    NOT NULL,
    course_version integer NOT NULL,
    body_th        text    NOT NULL CHECK (body_th <> ''),
    reference      text    NOT NULL CHECK (reference <> ''),
    approved_on    date    NOT NULL,
    recorded_by    text    NOT NULL,
    recorded_at    timestamptz NOT NULL,
    FOREIGN KEY (course_id, course_version) REFERENCES course_version,
    CONSTRAINT course_approval_once UNIQUE (course_id, course_version, body_th, reference)
);
CREATE TRIGGER course_approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON course_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE module (
    module_id            uuid    PRIMARY KEY,
    version              integer NOT NULL CHECK (version > 0),
    code                 text    NOT NULL CHECK (code <> ''),
    owner_institution_id uuid,
    title_th             text    NOT NULL CHECK (title_th <> ''),
    min_units            integer NOT NULL CHECK (min_units > 0),
    is_block             boolean NOT NULL,
    leads_to_course_id   uuid    REFERENCES course,
    leads_to_qualification_code    text NOT NULL,
    leads_to_qualification_version text NOT NULL,
    scopes               text[]  NOT NULL,
    provision_modes      text[]  NOT NULL,
    source               text    NOT NULL CHECK (source <> ''),
    status               text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from       date,
    source_version       text,
    content_hash         bytea   NOT NULL CHECK (octet_length(content_hash) = 32),
    published_at         timestamptz NOT NULL,
    CONSTRAINT module_key UNIQUE NULLS NOT DISTINCT (code, owner_institution_id)
);
-- Units of every version; those of the newest are the module's.
CREATE TABLE module_unit (
    module_id uuid     NOT NULL REFERENCES module,
    version   integer  NOT NULL,
    position  smallint NOT NULL CHECK (position >= 0),
    course_id uuid     NOT NULL REFERENCES course,
    PRIMARY KEY (module_id, version, position),
    CONSTRAINT module_unit_once UNIQUE (module_id, version, course_id)
);
CREATE INDEX module_unit_course ON module_unit (course_id);
CREATE TRIGGER module_unit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON module_unit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
