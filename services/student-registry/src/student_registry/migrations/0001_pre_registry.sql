-- Institutions, staff, learners, identifiers, enrolments, share grants, access rows, imports.
-- Every fact keeps its provenance. Nothing is deleted: references are ON DELETE RESTRICT, history is append-only.

CREATE EXTENSION IF NOT EXISTS btree_gist; -- scalar equality inside WITHOUT OVERLAPS and exclusion constraints

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are history', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- institutions -------------------------------------------------------------------------------------------------------

CREATE TABLE institution (
    institution_id uuid        PRIMARY KEY,
    kind           text        NOT NULL CHECK (kind IN ('SCHOOL', 'COLLEGE', 'AREA_OFFICE_PRIMARY',
                                   'AREA_OFFICE_SECONDARY', 'HOME_SCHOOL', 'UNIVERSITY', 'AGENCY')),
    name_th        text        NOT NULL CHECK (name_th <> ''),
    name_en        text        CHECK (name_en <> ''),
    official_code  text        CONSTRAINT institution_official_code_key UNIQUE CHECK (official_code ~ '^[0-9]{10}$'),
    local_alias    text        NOT NULL CONSTRAINT institution_local_alias_key UNIQUE CHECK (local_alias <> ''),
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    registered_at  timestamptz NOT NULL
);
CREATE INDEX institution_name ON institution (name_th COLLATE "th-x-icu", institution_id);

-- To whom an institution reports, over time. It may stand in several trees; `administration` is the line of command.
CREATE TABLE institution_parent (
    institution_id        uuid      NOT NULL REFERENCES institution ON DELETE RESTRICT,
    tree                  text      NOT NULL DEFAULT 'administration',
    parent_institution_id uuid      NOT NULL REFERENCES institution ON DELETE RESTRICT,
    valid_during          daterange NOT NULL CHECK (NOT isempty(valid_during)),
    CONSTRAINT institution_parent_pkey PRIMARY KEY (institution_id, tree, valid_during WITHOUT OVERLAPS),
    CHECK (institution_id <> parent_institution_id)
);
CREATE INDEX institution_parent_children ON institution_parent (parent_institution_id, tree);

-- roles and staff ----------------------------------------------------------------------------------------------------

-- What each role may do: data with a version, never code. The version in force is the newest that has taken effect.
CREATE TABLE role_permission_version (
    version        text PRIMARY KEY,
    effective_from date NOT NULL UNIQUE,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
CREATE TABLE role (
    role             text    PRIMARY KEY,
    name_th          text    NOT NULL,
    is_assignable    boolean NOT NULL, -- false: held by nature (a learner) or by setting (bootstrap), never by assignment
    institution_kinds text[] NOT NULL, -- kinds where it can be held; empty: any
    needs_classroom  boolean NOT NULL DEFAULT false
);
CREATE TABLE role_permission (
    version    text NOT NULL REFERENCES role_permission_version ON DELETE RESTRICT,
    role       text NOT NULL REFERENCES role ON DELETE RESTRICT,
    permission text NOT NULL CHECK (permission ~ '^[a-z_]+(\.[a-z_]+)+$'),
    PRIMARY KEY (version, role, permission)
);

CREATE TABLE staff_assignment (
    assignment_id  uuid        PRIMARY KEY,
    subject_hash   text        NOT NULL CHECK (subject_hash ~ '^[0-9a-f]{64}$'),
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    role           text        NOT NULL REFERENCES role ON DELETE RESTRICT,
    classroom      text        NOT NULL DEFAULT '',
    valid_from     date        NOT NULL,
    valid_to       date        CHECK (valid_to >= valid_from), -- last day; NULL: open
    valid_during   daterange   NOT NULL GENERATED ALWAYS AS (daterange(valid_from, valid_to, '[]')) STORED,
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    assigned_at    timestamptz NOT NULL,
    assigned_by    text        NOT NULL,
    CONSTRAINT staff_assignment_overlap
        EXCLUDE USING gist (subject_hash WITH =, institution_id WITH =, role WITH =, classroom WITH =, valid_during WITH &&)
);
CREATE INDEX staff_assignment_institution ON staff_assignment (institution_id);

-- What an assignment was before its end was set or moved.
CREATE TABLE staff_assignment_history (
    assignment_history_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assignment_id         uuid        NOT NULL REFERENCES staff_assignment ON DELETE RESTRICT,
    valid_to              date,
    source                text        NOT NULL,
    data_status           text        NOT NULL,
    assigned_at           timestamptz NOT NULL,
    assigned_by           text        NOT NULL,
    replaced_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX staff_assignment_history_assignment ON staff_assignment_history (assignment_id);
CREATE FUNCTION keep_assignment_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO staff_assignment_history (assignment_id, valid_to, source, data_status, assigned_at, assigned_by)
    SELECT assignment_id, valid_to, source, data_status, assigned_at, assigned_by FROM replaced;
    RETURN NULL;
END $$;
CREATE TRIGGER staff_assignment_updated AFTER UPDATE ON staff_assignment REFERENCING OLD TABLE AS replaced
    FOR EACH STATEMENT EXECUTE FUNCTION keep_assignment_history();

-- learners -----------------------------------------------------------------------------------------------------------

CREATE TABLE learner (
    learner_id               uuid        PRIMARY KEY,
    registrar_institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    birth_date               date, -- with precision YEAR: 1 January of that year, never shown as a day
    birth_date_precision     text        CHECK (birth_date_precision IN ('DAY', 'YEAR')),
    sex                      text        CHECK (sex IN ('FEMALE', 'MALE')),
    subject_hash             text        CONSTRAINT learner_subject_hash_key UNIQUE CHECK (subject_hash ~ '^[0-9a-f]{64}$'),
    source                   text        NOT NULL,
    data_status              text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from           date,
    source_version           text,
    registered_at            timestamptz NOT NULL,
    CHECK ((birth_date IS NULL) = (birth_date_precision IS NULL))
);
CREATE INDEX learner_registrar ON learner (registrar_institution_id);

-- Names over time; the row without `ended_at` is the current one of its language.
CREATE TABLE learner_name (
    learner_name_id uuid        PRIMARY KEY,
    learner_id      uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    language        text        NOT NULL DEFAULT 'th',
    title           text        NOT NULL,
    given_name      text        NOT NULL CHECK (given_name <> ''),
    family_name     text        NOT NULL,
    matching_given  text        NOT NULL, -- normalised, for comparison only
    matching_family text        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    ended_at        timestamptz CHECK (ended_at >= recorded_at)
);
CREATE UNIQUE INDEX learner_name_current ON learner_name (learner_id, language) WHERE ended_at IS NULL;

-- The value is sealed (AES-256-GCM, bound to its row); `blind_index` is a keyed hash for look-up; `last4` is what is shown.
CREATE TABLE learner_identifier (
    identifier_id      uuid        PRIMARY KEY,
    learner_id         uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    kind               text        NOT NULL CHECK (kind IN ('CITIZEN_ID', 'G_CODE', 'PASSPORT', 'STUDENT_NO')),
    sealed_value       bytea       NOT NULL,
    key_version        smallint    NOT NULL,
    blind_index        bytea       NOT NULL CHECK (octet_length(blind_index) = 32),
    value_length       smallint    NOT NULL CHECK (value_length BETWEEN 1 AND 32),
    last4              text        NOT NULL CHECK (char_length(last4) <= 4),
    country            text        CHECK (country ~ '^[A-Z]{3}$'),
    institution_id     uuid        REFERENCES institution ON DELETE RESTRICT,
    verification_state text        NOT NULL CHECK (verification_state IN ('UNVERIFIED', 'VERIFIED', 'CONFLICT')),
    valid_from         date        NOT NULL,
    valid_to           date        CHECK (valid_to >= valid_from), -- day on which it ended, no longer valid on it; NULL: valid
    valid_during       daterange   NOT NULL GENERATED ALWAYS AS (daterange(valid_from, valid_to)) STORED,
    recorded_at        timestamptz NOT NULL,
    CHECK ((kind = 'PASSPORT') = (country IS NOT NULL)),
    CHECK ((kind = 'STUDENT_NO') = (institution_id IS NOT NULL)),
    -- A student number belongs to one learner at a time in one institution; later it may be given again (CB e.6).
    CONSTRAINT learner_identifier_student_no
        EXCLUDE USING gist (institution_id WITH =, blind_index WITH =, valid_during WITH &&) WHERE (kind = 'STUDENT_NO')
);
-- A number of a person is that person's for ever, also after it ended: this is what keeps one person one learner.
CREATE UNIQUE INDEX learner_identifier_person ON learner_identifier (blind_index) WHERE kind <> 'STUDENT_NO';
CREATE INDEX learner_identifier_learner ON learner_identifier (learner_id);
CREATE INDEX learner_identifier_blind ON learner_identifier (blind_index) WHERE kind = 'STUDENT_NO';

-- What an identifier was before it ended, was verified or was taken up again.
CREATE TABLE learner_identifier_history (
    identifier_history_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identifier_id         uuid        NOT NULL REFERENCES learner_identifier ON DELETE RESTRICT,
    verification_state    text        NOT NULL,
    valid_from            date        NOT NULL,
    valid_to              date,
    replaced_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX learner_identifier_history_identifier ON learner_identifier_history (identifier_id);
CREATE FUNCTION keep_identifier_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO learner_identifier_history (identifier_id, verification_state, valid_from, valid_to)
    SELECT identifier_id, verification_state, valid_from, valid_to FROM replaced;
    RETURN NULL;
END $$;
CREATE TRIGGER learner_identifier_updated AFTER UPDATE ON learner_identifier REFERENCING OLD TABLE AS replaced
    FOR EACH STATEMENT EXECUTE FUNCTION keep_identifier_history();

CREATE TABLE enrolment (
    enrolment_id    uuid        PRIMARY KEY,
    learner_id      uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    institution_id  uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    role            text        NOT NULL CHECK (role IN ('PRIMARY', 'PARTNER', 'HOSTING', 'SHORT_COURSE')),
    delivery_system text        NOT NULL CHECK (delivery_system IN
                                    ('FORMAL', 'NONFORMAL', 'INFORMAL', 'HOME_SCHOOL', 'DUAL_EDUCATION')),
    grade_label     text        NOT NULL,
    classroom       text        NOT NULL,
    programme_code  text        NOT NULL,
    valid_from      date        NOT NULL,
    valid_to        date        CHECK (valid_to >= valid_from), -- last day; NULL: open
    valid_during    daterange   NOT NULL GENERATED ALWAYS AS (daterange(valid_from, valid_to, '[]')) STORED,
    source          text        NOT NULL,
    data_status     text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from  date,
    source_version  text,
    recorded_at     timestamptz NOT NULL,
    recorded_by     text        NOT NULL,
    CONSTRAINT enrolment_natural_key UNIQUE (learner_id, institution_id, role, programme_code, valid_from),
    -- One primary institution at a time; partner, hosting and short courses lie beside it (CB e.7).
    CONSTRAINT enrolment_one_primary EXCLUDE USING gist (learner_id WITH =, valid_during WITH &&) WHERE (role = 'PRIMARY'),
    CONSTRAINT enrolment_overlap EXCLUDE USING gist (learner_id WITH =, institution_id WITH =, role WITH =,
        programme_code WITH =, valid_during WITH &&) WHERE (role <> 'SHORT_COURSE')
);
CREATE INDEX enrolment_institution ON enrolment USING gist (institution_id, valid_during);

CREATE TABLE enrolment_history (
    enrolment_history_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolment_id         uuid        NOT NULL REFERENCES enrolment ON DELETE RESTRICT,
    delivery_system      text        NOT NULL,
    grade_label          text        NOT NULL,
    classroom            text        NOT NULL,
    valid_from           date        NOT NULL,
    valid_to             date,
    source               text        NOT NULL,
    data_status          text        NOT NULL,
    recorded_at          timestamptz NOT NULL,
    recorded_by          text        NOT NULL
);
CREATE INDEX enrolment_history_enrolment ON enrolment_history (enrolment_id, enrolment_history_id);

CREATE FUNCTION keep_enrolment_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enrolment_history (enrolment_id, delivery_system, grade_label, classroom, valid_from, valid_to, source,
                                   data_status, recorded_at, recorded_by)
    SELECT enrolment_id, delivery_system, grade_label, classroom, valid_from, valid_to, source,
           data_status, recorded_at, recorded_by FROM stated;
    RETURN NULL;
END $$;
CREATE TRIGGER enrolment_inserted AFTER INSERT ON enrolment REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();
CREATE TRIGGER enrolment_updated AFTER UPDATE ON enrolment REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();

-- consents and access ------------------------------------------------------------------------------------------------

CREATE TABLE share_grant (
    grant_id                 uuid        PRIMARY KEY,
    learner_id               uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    recipient_institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    scope                    text        NOT NULL CHECK (scope IN ('TRANSCRIPT')),
    purpose                  text        NOT NULL,
    valid_from               date        NOT NULL,
    valid_to                 date        NOT NULL CHECK (valid_to >= valid_from),
    granted_at               timestamptz NOT NULL,
    granted_by               text        NOT NULL,
    granted_by_role          text        NOT NULL,
    ended_at                 timestamptz CHECK (ended_at >= granted_at),
    ended_by                 text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CHECK (valid_to <= valid_from + 366)
);
CREATE INDEX share_grant_learner ON share_grant (learner_id);

CREATE TABLE access_record (
    access_id      uuid        PRIMARY KEY,
    learner_id     uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    read_at        timestamptz NOT NULL,
    institution_id uuid        REFERENCES institution ON DELETE RESTRICT,
    role           text        NOT NULL,
    reader         text        NOT NULL, -- keyed hash of the reader's subject
    service        text,                 -- service through which the person read
    resource       text        NOT NULL,
    purpose        text        NOT NULL,
    ground         text        NOT NULL CHECK (ground IN ('OWN_INSTITUTION', 'PARTNERSHIP', 'CASE', 'GRANT', 'AUDIT')),
    ground_id      text
);
CREATE INDEX access_record_learner ON access_record (learner_id, read_at DESC, access_id DESC);

-- imports ------------------------------------------------------------------------------------------------------------

CREATE TABLE learner_import (
    import_id      uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    layout         text        NOT NULL,
    encoding       text        NOT NULL,
    is_dry_run     boolean     NOT NULL,
    file_sha256    bytea       NOT NULL CHECK (octet_length(file_sha256) = 32),
    row_count      integer     NOT NULL CHECK (row_count >= 0),
    accepted       integer     NOT NULL CHECK (accepted >= 0),
    already_known  integer     NOT NULL CHECK (already_known >= 0),
    rejected       integer     NOT NULL CHECK (rejected >= 0),
    imported_at    timestamptz NOT NULL,
    imported_by    text        NOT NULL,
    CHECK (accepted + already_known + rejected = row_count)
);
CREATE INDEX learner_import_institution ON learner_import (institution_id, imported_at DESC);

-- Rejected rows: never a value that is personal; numbers show four characters at most.
CREATE TABLE learner_import_fault (
    import_id    uuid    NOT NULL REFERENCES learner_import ON DELETE RESTRICT,
    fault_no     integer NOT NULL,
    row_no       integer NOT NULL,
    column_name  text,
    masked_value text,
    reason       text    NOT NULL,
    PRIMARY KEY (import_id, fault_no)
);

-- what stays ---------------------------------------------------------------------------------------------------------

-- History and published rule data never change. Facts change only through statements that keep their history, and are
-- never deleted: what ended has an end, and what must be forgotten is restricted and pseudonymised (credit-bank.md e.8).
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['staff_assignment_history', 'learner_identifier_history', 'enrolment_history',
                                'access_record', 'learner_import', 'learner_import_fault', 'role_permission_version',
                                'role_permission'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['institution', 'institution_parent', 'role', 'staff_assignment', 'learner',
                                'learner_name', 'learner_identifier', 'enrolment', 'share_grant'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
