-- Details of enrolments with their days, lists of codes, and figures that a ministry may change.

-- Lists of codes with Thai names. A new version of a code is a new row; the one that took effect last holds.
CREATE TABLE code_list (
    list           text    NOT NULL CHECK (list ~ '^[A-Z_]+$'),
    code           text    NOT NULL CHECK (code ~ '^[A-Z0-9_]{2,60}$'),
    name_th        text    NOT NULL CHECK (name_th <> ''),
    shown_at       integer NOT NULL,
    is_in_use      boolean NOT NULL DEFAULT true,
    version        text    NOT NULL,
    effective_from date    NOT NULL,
    source         text    NOT NULL,
    data_status    text    NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (list, code, effective_from)
);

-- Figures and days of rules; the row that took effect last holds.
CREATE TABLE registry_rule (
    rule           text NOT NULL CHECK (rule ~ '^[A-Z_]+$'),
    effective_from date NOT NULL,
    value          text NOT NULL,
    version        text NOT NULL,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (rule, effective_from)
);

INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'ENROLMENT_END_REASON', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', 'credit-bank.md e.7, seeds.md R-67', 'assumed'
  FROM (VALUES
    ('MOVED',             'ย้ายสถานศึกษา'),
    ('GRADUATED',         'จบการศึกษา'),
    ('PROGRAMME_ENDED',   'สิ้นสุดหลักสูตรหรือการเรียนร่วม'),
    ('DROPPED_OUT',       'ออกกลางคัน'),
    ('STRUCK_OFF',        'จำหน่ายออกจากทะเบียน'),
    ('DECEASED',          'เสียชีวิต'),
    ('ENTERED_IN_ERROR',  'บันทึกผิด'),
    ('OTHER',             'เหตุอื่น')) AS seed (code, name_th);

ALTER TABLE enrolment
    ADD COLUMN number_in_class smallint CHECK (number_in_class > 0),
    ADD COLUMN hosting_scope   text CHECK (hosting_scope IN ('ALL', 'SOME')),
    ADD COLUMN hosted_classes  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN end_reason      text NOT NULL DEFAULT '',
    ADD COLUMN holds_from      date, -- first day of these details; NULL: since valid_from
    ADD CONSTRAINT enrolment_hosting CHECK (
        (hosting_scope IS NULL OR role = 'HOSTING')
        AND (cardinality(hosted_classes) > 0) = (hosting_scope IS NOT DISTINCT FROM 'SOME'));

ALTER TABLE enrolment_history
    ADD COLUMN programme_code  text, -- NULL in rows older than this column: as the enrolment has it
    ADD COLUMN number_in_class smallint,
    ADD COLUMN hosting_scope   text,
    ADD COLUMN hosted_classes  text[] NOT NULL DEFAULT '{}',
    ADD COLUMN end_reason      text NOT NULL DEFAULT '',
    ADD COLUMN holds_from      date,
    ADD COLUMN effective_from  date,
    ADD COLUMN source_version  text;

CREATE OR REPLACE FUNCTION keep_enrolment_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enrolment_history (enrolment_id, delivery_system, grade_label, classroom, programme_code,
                                   number_in_class, hosting_scope, hosted_classes, end_reason, holds_from, valid_from,
                                   valid_to, source, data_status, effective_from, source_version, recorded_at,
                                   recorded_by)
    SELECT enrolment_id, delivery_system, grade_label, classroom, programme_code, number_in_class, hosting_scope,
           hosted_classes, end_reason, holds_from, valid_from, valid_to, source, data_status, effective_from,
           source_version, recorded_at, recorded_by
      FROM stated;
    RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['code_list', 'registry_rule'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
