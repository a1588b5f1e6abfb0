-- Every statement has a reason (R-67): where a status speaks for itself, a plain one of the list stands for it when none
-- is said. A new version is a new row; the one that took effect last holds.
INSERT INTO learner_status_reason
SELECT code, name_th, (SELECT max(shown_at) FROM learner_status_reason) + row_number() OVER (), ARRAY[status], '2569.2',
       '2026-01-01', 'ours, for statuses that speak for themselves (seeds.md R-67)', 'assumed'
  FROM (VALUES
    ('ENROLLED',       'เข้าเรียนหรือเรียนต่อตามปกติ', 'STUDYING'),
    ('CAME_BACK',      'กลับเข้าเรียน',             'RETURNED'),
    ('CHANGED_SCHOOL', 'ย้ายไปเรียนสถานศึกษาอื่น',     'MOVED'),
    ('COMPLETED',      'เรียนครบตามหลักสูตร',        'GRADUATED'),
    ('DEATH',          'เสียชีวิต',                'DECEASED')) AS seed (code, name_th, status);

CREATE TABLE learner_status_default_reason (
    status         text NOT NULL REFERENCES learner_status_kind ON DELETE RESTRICT,
    reason_code    text NOT NULL REFERENCES learner_status_reason ON DELETE RESTRICT,
    version        text NOT NULL,
    effective_from date NOT NULL,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (status, effective_from)
);
-- Why somebody is missing, or was never enrolled, does not follow from the status: nobody knows unless it is said.
INSERT INTO learner_status_default_reason
SELECT status, reason_code, '2569.2', '2026-01-01', 'ours, for statuses that speak for themselves (seeds.md R-67)', 'assumed'
  FROM (VALUES
    ('STUDYING',       'ENROLLED'),
    ('RETURNED',       'CAME_BACK'),
    ('MOVED',          'CHANGED_SCHOOL'),
    ('GRADUATED',      'COMPLETED'),
    ('DECEASED',       'DEATH'),
    ('MISSING',        'UNKNOWN'),
    ('NEVER_ENROLLED', 'UNKNOWN')) AS seed (status, reason_code);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON learner_status_default_reason
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
