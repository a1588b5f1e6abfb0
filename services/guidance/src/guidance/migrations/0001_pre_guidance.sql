-- Copies of the registry's facts, recognised learning from the credit bank, screenings, activities, access log.

-- Copies are written by consumers only and can be made again from the topics.
CREATE TABLE institution_copy (
    institution_id        uuid        PRIMARY KEY,
    kind                  text        NOT NULL,
    name_th               text        NOT NULL COLLATE "th-x-icu",
    local_alias           text        NOT NULL,
    parent_institution_id uuid,
    data_status           text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE assignment_copy (
    assignment_id      uuid   PRIMARY KEY,
    subject_hash       text   NOT NULL,
    institution_id     uuid   NOT NULL,
    role               text   NOT NULL,
    classroom          text   NOT NULL,
    permissions        text[] NOT NULL,
    permission_version text   NOT NULL,
    valid_from         date   NOT NULL,
    valid_to           date
);

CREATE TABLE enrolment_copy (
    enrolment_id    uuid    PRIMARY KEY,
    learner_id      uuid    NOT NULL,
    institution_id  uuid    NOT NULL,
    role            text    NOT NULL,
    delivery_system text    NOT NULL,
    grade_label     text    NOT NULL,
    classroom       text    NOT NULL,
    programme_code  text    NOT NULL,
    is_studying     boolean NOT NULL,
    valid_from      date    NOT NULL,
    valid_to        date
);
CREATE INDEX enrolment_copy_of_learner ON enrolment_copy (learner_id);

-- Learning that the credit bank recognised. One entry may count toward several qualifications.
CREATE TABLE recognised_learning (
    kind               text        NOT NULL CHECK (kind IN ('VERIFIED', 'COUNTED', 'POSTED')),
    source_id          uuid        NOT NULL,
    qualification_code text        NOT NULL,
    learner_id         uuid        NOT NULL,
    course_code        text        NOT NULL,
    course_title_th    text        NOT NULL,
    credit_hundredths  integer,
    credit_unit        text        CHECK (credit_unit IN ('CR_OBEC', 'CR_OVEC')),
    institution_id     uuid        NOT NULL,
    recognised_at      timestamptz NOT NULL,
    PRIMARY KEY (kind, source_id, qualification_code),
    CHECK ((credit_hundredths IS NULL) = (credit_unit IS NULL))
);
CREATE INDEX recognised_learning_of_learner ON recognised_learning (learner_id, recognised_at DESC);

-- Answers are raw, encrypted and never read by SQL. A computed group needs an active instrument (guidance.md d1).
CREATE TABLE screening (
    screening_id        uuid        PRIMARY KEY,
    institution_id      uuid        NOT NULL,
    learner_id          uuid        NOT NULL,
    instrument_code     text        NOT NULL,
    instrument_version  text        NOT NULL,
    instrument_status   text        NOT NULL CHECK (instrument_status IN ('PROVISIONAL', 'ACTIVE')),
    norm_version        text,
    informant           text        NOT NULL CHECK (informant IN ('TEACHER', 'GUARDIAN', 'SELF')),
    year_be             integer     NOT NULL CHECK (year_be BETWEEN 2500 AND 2700),
    term                integer     NOT NULL CHECK (term BETWEEN 1 AND 3),
    observed_on         date        NOT NULL,
    answers_sealed      bytea       NOT NULL,
    answers_key_id      text        NOT NULL,
    answered_item_count integer     NOT NULL CHECK (answered_item_count > 0),
    judged_group        text        CHECK (judged_group IN ('NORMAL', 'RISK', 'PROBLEM')),
    computed_group      text        CHECK (computed_group IN ('NORMAL', 'RISK', 'PROBLEM')),
    client_id           uuid        NOT NULL,
    content_mac         bytea       NOT NULL CHECK (octet_length(content_mac) = 32),
    recorded_by         text        NOT NULL,
    assignment_id       uuid        NOT NULL,
    submitted_at        timestamptz NOT NULL,
    CONSTRAINT screening_form UNIQUE (institution_id, client_id),
    CONSTRAINT screening_computed_only_when_active
        CHECK (computed_group IS NULL OR (instrument_status = 'ACTIVE' AND norm_version IS NOT NULL))
);
CREATE INDEX screening_of_learner ON screening (learner_id, submitted_at DESC);

CREATE TABLE guidance_activity (
    activity_id      uuid        PRIMARY KEY,
    institution_id   uuid        NOT NULL,
    reference        text        NOT NULL CHECK (reference <> ''),
    scope            text        NOT NULL CHECK (scope IN ('EDUCATION', 'CAREER', 'PERSONAL_SOCIAL')),
    service_kind     text        NOT NULL
        CHECK (service_kind IN ('INVENTORY', 'INFORMATION', 'COUNSELLING', 'PLACEMENT', 'FOLLOW_UP')),
    title_th         text        NOT NULL,
    held_on          date        NOT NULL,
    duration_minutes integer     NOT NULL CHECK (duration_minutes BETWEEN 1 AND 1440),
    content_sha256   bytea       NOT NULL CHECK (octet_length(content_sha256) = 32),
    recorded_by      text        NOT NULL,
    assignment_id    uuid        NOT NULL,
    recorded_at      timestamptz NOT NULL,
    CONSTRAINT guidance_activity_reference UNIQUE (institution_id, reference)
);

CREATE TABLE activity_attendance (
    activity_id uuid NOT NULL REFERENCES guidance_activity,
    learner_id  uuid NOT NULL,
    PRIMARY KEY (activity_id, learner_id)
);
CREATE INDEX activity_attendance_of_learner ON activity_attendance (learner_id);

-- Who looked. Rows are written with the read they tell of, and are never changed.
CREATE TABLE access_row (
    access_id      uuid        PRIMARY KEY,
    learner_id     uuid        NOT NULL,
    read_at        timestamptz NOT NULL,
    subject_hash   text        NOT NULL,
    institution_id uuid,
    role           text        NOT NULL,
    service        text,
    resource       text        NOT NULL,
    purpose        text        NOT NULL,
    ground         text        NOT NULL CHECK (ground IN ('OWN_INSTITUTION', 'SELF', 'AUDIT'))
);
CREATE INDEX access_row_of_learner ON access_row (learner_id, access_id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER access_row_append_only BEFORE UPDATE OR DELETE ON access_row
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_row_no_truncate BEFORE TRUNCATE ON access_row
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screening_append_only BEFORE UPDATE OR DELETE ON screening
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screening_no_truncate BEFORE TRUNCATE ON screening
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
