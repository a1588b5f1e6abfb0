-- The end of a school year: plans, what was done line by line so that it can be taken back, and where leavers are expected.

CREATE TABLE year_end_run (
    year_end_run_id uuid        PRIMARY KEY,
    institution_id  uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    year_be         smallint    NOT NULL CHECK (year_be BETWEEN 2500 AND 2700),
    last_day        date        NOT NULL,
    first_day       date        NOT NULL CHECK (first_day > last_day),
    state           text        NOT NULL CHECK (state IN ('PLANNED', 'APPLYING', 'APPLIED', 'UNDONE', 'REPLACED')),
    rule_version    text        NOT NULL,
    source          text        NOT NULL,
    data_status     text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from  date,
    source_version  text,
    planned_at      timestamptz NOT NULL,
    planned_by      text        NOT NULL,
    changed_at      timestamptz NOT NULL,
    changed_by      text        NOT NULL
);
-- One plan or run of an institution and year is in hand at a time.
CREATE UNIQUE INDEX year_end_run_one ON year_end_run (institution_id, year_be) WHERE state IN ('PLANNED', 'APPLYING', 'APPLIED');

CREATE TABLE year_end_line (
    year_end_run_id            uuid     NOT NULL REFERENCES year_end_run ON DELETE RESTRICT,
    line_no                    integer  NOT NULL,
    learner_id                 uuid     NOT NULL REFERENCES learner ON DELETE RESTRICT,
    enrolment_id               uuid     NOT NULL REFERENCES enrolment ON DELETE RESTRICT,
    decision                   text     NOT NULL CHECK (decision IN ('PROMOTE', 'GRADUATE', 'HOLD_BACK', 'EXCEPTION')),
    reason_code                text     NOT NULL,
    grade_label                text     NOT NULL,
    next_grade_label           text     NOT NULL,
    destination_kind           text     NOT NULL,
    destination_institution_id uuid     REFERENCES institution ON DELETE RESTRICT,
    -- Newest history row of the enrolment when planned; another one at the time of applying is an exception.
    planned_history_id         bigint   NOT NULL,
    -- What undoing puts back and looks at; set when the line is applied.
    applied_history_id         bigint,
    learner_status_id          uuid     REFERENCES learner_status ON DELETE RESTRICT,
    leaver_id                  uuid,
    is_applied                 boolean  NOT NULL DEFAULT false,
    PRIMARY KEY (year_end_run_id, line_no),
    UNIQUE (year_end_run_id, enrolment_id)
);

-- Those who finished a last grade, and where they are expected. One row for each time somebody leaves.
CREATE TABLE leaver (
    leaver_id                  uuid        PRIMARY KEY,
    learner_id                 uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    enrolment_id               uuid        NOT NULL REFERENCES enrolment ON DELETE RESTRICT,
    from_institution_id        uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    year_be                    smallint    NOT NULL,
    grade_label                text        NOT NULL,
    last_day                   date        NOT NULL,
    destination_kind           text        NOT NULL,
    destination_institution_id uuid        REFERENCES institution ON DELETE RESTRICT,
    is_withdrawn               boolean     NOT NULL DEFAULT false,
    changed_at                 timestamptz NOT NULL,
    changed_by                 text        NOT NULL,
    CHECK ((destination_kind = 'INSTITUTION') = (destination_institution_id IS NOT NULL))
);
CREATE UNIQUE INDEX leaver_once ON leaver (enrolment_id) WHERE NOT is_withdrawn;
CREATE INDEX leaver_from ON leaver (from_institution_id, year_be) WHERE NOT is_withdrawn;
CREATE INDEX leaver_to ON leaver (destination_institution_id, year_be) WHERE NOT is_withdrawn;
CREATE INDEX leaver_learner ON leaver (learner_id);
ALTER TABLE year_end_line ADD FOREIGN KEY (leaver_id) REFERENCES leaver ON DELETE RESTRICT;

CREATE TABLE leaver_history (
    leaver_history_id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    leaver_id                  uuid        NOT NULL REFERENCES leaver ON DELETE RESTRICT,
    destination_kind           text        NOT NULL,
    destination_institution_id uuid,
    is_withdrawn               boolean     NOT NULL,
    changed_at                 timestamptz NOT NULL,
    changed_by                 text        NOT NULL
);
CREATE INDEX leaver_history_leaver ON leaver_history (leaver_id, leaver_history_id);
CREATE FUNCTION keep_leaver_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leaver_history (leaver_id, destination_kind, destination_institution_id, is_withdrawn, changed_at, changed_by)
    SELECT leaver_id, destination_kind, destination_institution_id, is_withdrawn, changed_at, changed_by FROM stated;
    RETURN NULL;
END $$;
CREATE TRIGGER leaver_inserted AFTER INSERT ON leaver REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_leaver_history();
CREATE TRIGGER leaver_updated AFTER UPDATE ON leaver REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_leaver_history();

INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'DESTINATION_KIND', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', '003:254, R-72c', 'assumed'
  FROM (VALUES
    ('INSTITUTION',       'ศึกษาต่อที่สถานศึกษาที่ระบุ'),
    ('OTHER_INSTITUTION', 'ศึกษาต่อที่อื่น'),
    ('WORK',              'ทำงาน'),
    ('TRAINING',          'ฝึกอาชีพ'),
    ('ABROAD',            'ไปต่างประเทศ'),
    ('ORDAINED',          'บวชเรียน'),
    ('NEITHER',           'ไม่ศึกษาต่อและไม่ทำงาน'),
    ('UNKNOWN',           'ไม่ทราบ')) AS seed (code, name_th);
INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'HOLD_BACK_REASON', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', 'ours', 'assumed'
  FROM (VALUES
    ('NOT_PASSED',  'ผลการเรียนไม่ผ่านเกณฑ์เลื่อนชั้น'),
    ('ATTENDANCE',  'เวลาเรียนไม่ครบ'),
    ('NOT_FINISHED', 'ยังไม่จบตามหลักสูตร'),
    ('GUARDIAN',    'ผู้ปกครองขอเรียนซ้ำชั้น'),
    ('OTHER',       'เหตุอื่น')) AS seed (code, name_th);
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    -- Day and month of the first DMC round: by then everybody should stand in somebody's register.
    ('LEAVERS_ARRIVE_BY', '2026-01-01', '06-10', '2569.1', 'credit-bank.md e.7: DMC round of 10 June', 'assumed'),
    -- Kinds of destination for which somebody is looked for who is enrolled nowhere.
    ('LEAVERS_EXPECTED_IN_EDUCATION', '2026-01-01', 'INSTITUTION OTHER_INSTITUTION UNKNOWN', '2569.1', 'ours; 003:254', 'assumed');

DO $$
DECLARE name text;
BEGIN
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaver_history
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    FOREACH name IN ARRAY ARRAY['year_end_run', 'year_end_line', 'leaver'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
