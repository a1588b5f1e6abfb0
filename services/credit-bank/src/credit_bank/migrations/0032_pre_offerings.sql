-- What goes before an offering: learners' wishes and a school's readiness (R-21); and when it is taught (R-22, R-25).

CREATE TABLE survey (
    survey_id      uuid     PRIMARY KEY,
    institution_id uuid     NOT NULL,
    kind           text     NOT NULL CHECK (kind IN ('WISHES', 'READINESS')),
    title_th       text     NOT NULL CHECK (title_th <> ''),
    year_be        smallint NOT NULL CHECK (year_be BETWEEN 2500 AND 2700),
    term           smallint NOT NULL CHECK (term BETWEEN 1 AND 3),
    course_ids     uuid[]   NOT NULL,
    items          text[]   NOT NULL,
    opens_on       date     NOT NULL,
    closes_on      date     NOT NULL CHECK (closes_on >= opens_on),
    closed_at      timestamptz,
    source         text     NOT NULL CHECK (source <> ''),
    status         text     NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    content_hash   bytea    NOT NULL CHECK (octet_length(content_hash) = 32),
    opened_at      timestamptz NOT NULL,
    opened_by      text     NOT NULL,
    CONSTRAINT survey_title UNIQUE (institution_id, kind, year_be, term, title_th)
);

-- The newest answer stands; no learner stands for the school itself.
CREATE TABLE survey_answer (
    survey_id   uuid        NOT NULL REFERENCES survey,
    learner_id  uuid,
    choices     uuid[]      NOT NULL,
    ready_items text[]      NOT NULL,
    readiness   text        NOT NULL CHECK (readiness IN ('', 'READY', 'NOT_READY', 'JOINED', 'DECLINED')),
    is_entered_by_staff boolean NOT NULL,
    answered_at timestamptz NOT NULL,
    answered_by text        NOT NULL,
    CONSTRAINT survey_answer_key UNIQUE NULLS NOT DISTINCT (survey_id, learner_id)
);

CREATE TABLE weekly_time (
    time_id              uuid     PRIMARY KEY,
    institution_id       uuid     NOT NULL,
    offering_id          uuid     REFERENCES offering,
    class_institution_id uuid     NOT NULL,
    grade_label          text     NOT NULL CHECK (grade_label <> ''),
    classroom            text     NOT NULL,
    weekday              smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts_minute        smallint NOT NULL CHECK (starts_minute >= 0),
    ends_minute          smallint NOT NULL CHECK (ends_minute > starts_minute AND ends_minute <= 1440),
    first_on             date     NOT NULL,
    last_on              date     NOT NULL CHECK (last_on >= first_on),
    set_at               timestamptz NOT NULL,
    set_by               text     NOT NULL,
    CONSTRAINT weekly_time_once UNIQUE NULLS NOT DISTINCT
        (institution_id, offering_id, class_institution_id, grade_label, classroom, weekday, starts_minute, ends_minute,
         first_on, last_on)
);
CREATE INDEX weekly_time_class ON weekly_time (class_institution_id, grade_label, weekday);
