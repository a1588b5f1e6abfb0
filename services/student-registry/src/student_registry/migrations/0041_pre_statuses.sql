-- Where learners are in education, stated and never overwritten, and what they do outside school.

CREATE TABLE learner_status_kind (
    status              text    PRIMARY KEY,
    name_th             text    NOT NULL,
    shown_at            integer NOT NULL,
    needs_reason        boolean NOT NULL,
    may_be_first        boolean NOT NULL,
    is_out_of_education boolean NOT NULL, -- whatever enrolment is still open
    version             text    NOT NULL,
    effective_from      date    NOT NULL,
    source              text    NOT NULL,
    data_status         text    NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE learner_status_transition (
    status  text NOT NULL REFERENCES learner_status_kind ON DELETE RESTRICT,
    becomes text NOT NULL REFERENCES learner_status_kind ON DELETE RESTRICT,
    version text NOT NULL,
    PRIMARY KEY (status, becomes)
);

CREATE TABLE learner_status_reason (
    reason_code    text    PRIMARY KEY CHECK (reason_code ~ '^[A-Z0-9_]{2,60}$'),
    name_th        text    NOT NULL,
    shown_at       integer NOT NULL,
    statuses       text[]  NOT NULL CHECK (cardinality(statuses) > 0),
    version        text    NOT NULL,
    effective_from date    NOT NULL,
    source         text    NOT NULL,
    data_status    text    NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE learner_status (
    learner_status_id           uuid        PRIMARY KEY,
    statement_no                bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    learner_id                  uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    status                      text        REFERENCES learner_status_kind ON DELETE RESTRICT,
    reason_code                 text        REFERENCES learner_status_reason ON DELETE RESTRICT,
    stated_by_institution_id    uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    valid_from                  date        NOT NULL,
    confirmed_on                date        NOT NULL,
    withdraws_learner_status_id uuid        CONSTRAINT learner_status_withdrawn_once UNIQUE
                                            REFERENCES learner_status ON DELETE RESTRICT,
    rule_version                text        NOT NULL,
    source                      text        NOT NULL,
    data_status                 text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from              date,
    source_version              text,
    recorded_at                 timestamptz NOT NULL,
    recorded_by                 text        NOT NULL,
    -- A row states a status, or takes back what another row states.
    CHECK ((status IS NULL) = (withdraws_learner_status_id IS NOT NULL)),
    CHECK (reason_code IS NULL OR status IS NOT NULL)
);
CREATE INDEX learner_status_learner ON learner_status (learner_id, valid_from DESC, statement_no DESC);

CREATE TABLE outside_activity (
    outside_activity_id      uuid        PRIMARY KEY,
    statement_no             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    learner_id               uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    activity                 text        NOT NULL CHECK (activity IN ('WORKING', 'TRAINING', 'NEITHER', 'UNKNOWN')),
    stated_by_institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    valid_from               date        NOT NULL,
    confirmed_on             date        NOT NULL,
    source                   text        NOT NULL,
    data_status              text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from           date,
    source_version           text,
    recorded_at              timestamptz NOT NULL,
    recorded_by              text        NOT NULL
);
CREATE INDEX outside_activity_learner ON outside_activity (learner_id, valid_from DESC, statement_no DESC);

-- The statement that holds for each learner on a day: of those not withdrawn, the one that begins last, then the newest.
CREATE FUNCTION learner_status_on(day date)
RETURNS TABLE (learner_status_id uuid, statement_no bigint, learner_id uuid, status text, reason_code text,
               stated_by_institution_id uuid, valid_from date, confirmed_on date)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (s.learner_id) s.learner_status_id, s.statement_no, s.learner_id, s.status, s.reason_code,
           s.stated_by_institution_id, s.valid_from, s.confirmed_on
      FROM learner_status s
     WHERE s.status IS NOT NULL AND s.valid_from <= day
       AND NOT EXISTS (SELECT FROM learner_status w WHERE w.withdraws_learner_status_id = s.learner_status_id)
     ORDER BY s.learner_id, s.valid_from DESC, s.statement_no DESC
$$;

CREATE FUNCTION outside_activity_on(day date) RETURNS TABLE (learner_id uuid, activity text)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (a.learner_id) a.learner_id, a.activity
      FROM outside_activity a
     WHERE a.valid_from <= day
     ORDER BY a.learner_id, a.valid_from DESC, a.statement_no DESC
$$;

-- Whether each learner is neither in education nor in work nor in training on a day (002:846). Of a birth date with
-- only its year both ends of the year are tried; NEET is only who is of that age either way.
CREATE FUNCTION neet_on(day date, age_min integer, age_max integer) RETURNS TABLE (learner_id uuid, neet text)
LANGUAGE sql STABLE AS $$
    SELECT l.learner_id,
           CASE
               WHEN s.status = 'DECEASED' OR b.oldest < age_min OR b.youngest > age_max THEN 'OUT_OF_SCOPE'
               WHEN NOT COALESCE(k.is_out_of_education, false)
                    AND EXISTS (SELECT FROM enrolment e WHERE e.learner_id = l.learner_id AND e.valid_during @> day)
                    THEN 'NOT_NEET'
               WHEN a.activity IN ('WORKING', 'TRAINING') THEN 'NOT_NEET'
               WHEN a.activity = 'NEITHER' AND b.youngest >= age_min AND b.oldest <= age_max THEN 'NEET'
               ELSE 'UNKNOWN'
           END
      FROM learner l
      CROSS JOIN LATERAL (
          SELECT extract(year FROM age(day, l.birth_date))::integer AS oldest,
                 extract(year FROM age(day, CASE l.birth_date_precision WHEN 'YEAR'
                     THEN make_date(extract(year FROM l.birth_date)::integer, 12, 31) ELSE l.birth_date END))::integer
                     AS youngest) b
      -- Laterally, so that whoever joins this to a few learners has only those looked at.
      LEFT JOIN LATERAL (
          SELECT i.status FROM learner_status i
           WHERE i.learner_id = l.learner_id AND i.status IS NOT NULL AND i.valid_from <= day
             AND NOT EXISTS (SELECT FROM learner_status w WHERE w.withdraws_learner_status_id = i.learner_status_id)
           ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) s ON true
      LEFT JOIN learner_status_kind k ON k.status = s.status
      LEFT JOIN LATERAL (
          SELECT i.activity FROM outside_activity i
           WHERE i.learner_id = l.learner_id AND i.valid_from <= day
           ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) a ON true
     WHERE l.merged_into_learner_id IS NULL
$$;

INSERT INTO learner_status_kind
SELECT status, name_th, row_number() OVER (), needs_reason, may_be_first, is_out, '2569.1', '2026-01-01', 'seeds.md R-67, 002:764-782', 'assumed'
  FROM (VALUES
    ('STUDYING',       'กำลังเรียน',                 false, true,  false),
    ('AT_RISK',        'เสี่ยงออกกลางคัน',            true,  true,  false),
    ('MISSING',        'ไม่พบตัว',                   false, true,  true),
    ('DROPPED_OUT',    'ออกกลางคัน',                true,  true,  true),
    ('NEVER_ENROLLED', 'ไม่เคยเข้าเรียน (เด็กตกหล่น)',   false, true,  true),
    ('RETURNED',       'กลับเข้าเรียน',               false, false, false),
    ('MOVED',          'ย้ายสถานศึกษา',              false, true,  false),
    ('ON_LEAVE',       'พักการเรียน',                true,  true,  false),
    ('STRUCK_OFF',     'จำหน่ายออกจากทะเบียน',        true,  true,  true),
    ('GRADUATED',      'จบการศึกษา',                false, true,  false),
    ('DECEASED',       'เสียชีวิต',                  false, true,  true)) AS seed (status, name_th, needs_reason, may_be_first, is_out);

-- A status may always be confirmed again; nothing follows death but a correction.
INSERT INTO learner_status_transition
SELECT status, unnest(string_to_array(becomes || ' ' || status, ' ')), '2569.1' FROM (VALUES
    ('STUDYING',       'AT_RISK MISSING DROPPED_OUT MOVED ON_LEAVE STRUCK_OFF GRADUATED DECEASED'),
    ('AT_RISK',        'STUDYING MISSING DROPPED_OUT MOVED ON_LEAVE STRUCK_OFF GRADUATED DECEASED'),
    ('MISSING',        'RETURNED DROPPED_OUT MOVED STRUCK_OFF DECEASED'),
    ('DROPPED_OUT',    'RETURNED STRUCK_OFF DECEASED'),
    ('NEVER_ENROLLED', 'STUDYING MISSING DECEASED'),
    ('RETURNED',       'STUDYING AT_RISK MISSING DROPPED_OUT MOVED ON_LEAVE STRUCK_OFF GRADUATED DECEASED'),
    ('MOVED',          'STUDYING AT_RISK MISSING DROPPED_OUT ON_LEAVE STRUCK_OFF GRADUATED DECEASED'),
    ('ON_LEAVE',       'STUDYING RETURNED AT_RISK MISSING DROPPED_OUT MOVED STRUCK_OFF GRADUATED DECEASED'),
    ('STRUCK_OFF',     'RETURNED DECEASED'),
    ('GRADUATED',      'STUDYING MISSING RETURNED DECEASED'),
    ('DECEASED',       'DECEASED')) AS seed (status, becomes)
ON CONFLICT DO NOTHING;

INSERT INTO learner_status_reason
SELECT code, name_th, row_number() OVER (), string_to_array(statuses, ' '), '2569.1', '2026-01-01', 'seeds.md R-64, R-67', 'assumed'
  FROM (VALUES
    ('FAMILY_WORK',         'ช่วยงานครอบครัว',            'AT_RISK MISSING DROPPED_OUT ON_LEAVE'),
    ('POVERTY',             'ฐานะยากจน',                'AT_RISK MISSING DROPPED_OUT ON_LEAVE NEVER_ENROLLED'),
    ('LONG_ABSENCE',        'ขาดเรียนนาน',               'AT_RISK MISSING DROPPED_OUT STRUCK_OFF'),
    ('FAMILY_MOVED',        'ครอบครัวย้ายที่อยู่',           'AT_RISK MISSING DROPPED_OUT MOVED NEVER_ENROLLED'),
    ('FAMILY_PROBLEM',      'ปัญหาครอบครัว',             'AT_RISK MISSING DROPPED_OUT ON_LEAVE NEVER_ENROLLED'),
    ('EARNING',             'ทำงานหารายได้',             'AT_RISK MISSING DROPPED_OUT ON_LEAVE'),
    ('MARRIED',             'สมรสหรือมีครอบครัว',          'AT_RISK DROPPED_OUT ON_LEAVE'),
    ('LEARNING_DIFFICULTY', 'ปัญหาการเรียน',             'AT_RISK DROPPED_OUT ON_LEAVE'),
    ('ADAPTATION',          'ปัญหาการปรับตัว',            'AT_RISK DROPPED_OUT ON_LEAVE'),
    ('HEALTH',              'เหตุด้านสุขภาพ',             'AT_RISK DROPPED_OUT ON_LEAVE NEVER_ENROLLED'),
    ('FAR_FROM_SCHOOL',     'เดินทางลำบากหรืออยู่ไกล',      'AT_RISK DROPPED_OUT NEVER_ENROLLED'),
    ('NO_DOCUMENTS',        'ไม่มีหลักฐานทางทะเบียน',       'AT_RISK DROPPED_OUT NEVER_ENROLLED'),
    ('LEGAL',               'เหตุทางกฎหมาย',             'AT_RISK DROPPED_OUT ON_LEAVE STRUCK_OFF'),
    ('OVER_AGE',            'พ้นเกณฑ์การศึกษาภาคบังคับ',    'STRUCK_OFF DROPPED_OUT'),
    ('EXCHANGE',            'ไปแลกเปลี่ยนหรือต่างประเทศ',    'ON_LEAVE STRUCK_OFF MOVED'),
    ('NOT_ARRIVED',         'ไม่มารายงานตัวตามกำหนด',      'MISSING STRUCK_OFF'),
    ('NOT_FOUND_IN_SCHOOL', 'สำมะโนไม่พบว่าเรียนอยู่',      'NEVER_ENROLLED DROPPED_OUT'),
    ('UNKNOWN',             'ไม่ทราบเหตุ',               'AT_RISK MISSING DROPPED_OUT NEVER_ENROLLED STRUCK_OFF ON_LEAVE'),
    ('OTHER',               'เหตุอื่น',                  'AT_RISK MISSING DROPPED_OUT NEVER_ENROLLED STRUCK_OFF ON_LEAVE MOVED')) AS seed (code, name_th, statuses);

INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('NEET_AGE_MIN', '2023-01-01', '15', '2566.1', '002:846', 'confirmed'),
    ('NEET_AGE_MAX', '2023-01-01', '24', '2566.1', '002:846', 'confirmed');

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['learner_status_kind', 'learner_status_transition',
                                'learner_status_reason'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
SELECT append_only_but_merge('learner_status');
SELECT append_only_but_merge('outside_activity');
