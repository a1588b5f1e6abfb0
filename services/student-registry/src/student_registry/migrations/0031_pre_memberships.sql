-- Which institutions take part in which programmes, how far they are, since when and who says so.

CREATE TABLE programme (
    programme_code text PRIMARY KEY CHECK (programme_code ~ '^[A-Z][A-Z0-9_]{1,59}$'),
    name_th        text NOT NULL,
    effective_from date,
    source         text NOT NULL,
    source_version text,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
CREATE TABLE programme_band (
    programme_code text     NOT NULL REFERENCES programme ON DELETE RESTRICT,
    band           text     NOT NULL CHECK (band ~ '^[A-Z][A-Z0-9_]{0,29}$'),
    name_th        text     NOT NULL,
    place          smallint NOT NULL,
    PRIMARY KEY (programme_code, band)
);
INSERT INTO programme (programme_code, name_th, source, source_version, data_status) VALUES
    ('DUAL_EDUCATION', 'โครงการทวิศึกษาแนวใหม่',     '002:978, K-06, K-15',     '2569.1', 'assumed'),
    ('SHORT_COURSES',  'หลักสูตรอาชีพระยะสั้น',        '002:978, R-20',           '2569.1', 'assumed'),
    ('QUALITY_SCHOOL', 'โรงเรียนคุณภาพ',            '004:89, R-87',            '2569.1', 'assumed'),
    ('YC_MODEL',       'สถานศึกษาต้นแบบ YC',        '004:83, K-10',            '2569.1', 'assumed'),
    ('SMALL_SCHOOL',   'โรงเรียนขนาดเล็ก',           '003:77, 004:93, R-72b',   '2569.1', 'assumed');
-- Two sources count small schools by different limits (003:77; 004:93); the bands keep them apart.
INSERT INTO programme_band (programme_code, band, name_th, place) VALUES
    ('SMALL_SCHOOL', 'S1_60',   'นักเรียน 1-60 คน',   1),
    ('SMALL_SCHOOL', 'S61_120', 'นักเรียน 61-120 คน', 2);

CREATE TABLE programme_membership (
    membership_id  uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    programme_code text        NOT NULL REFERENCES programme ON DELETE RESTRICT,
    year_be        smallint    NOT NULL CHECK (year_be BETWEEN 2500 AND 2700), -- academic year
    recorded_at    timestamptz NOT NULL,
    CONSTRAINT programme_membership_key UNIQUE (institution_id, programme_code, year_be)
);
CREATE INDEX programme_membership_year ON programme_membership (programme_code, year_be);

-- What was stated about a membership; the statement that began last holds. A corrected one is superseded and stays.
CREATE TABLE programme_membership_statement (
    statement_id   uuid        PRIMARY KEY DEFAULT uuidv7(),
    membership_id  uuid        NOT NULL REFERENCES programme_membership ON DELETE RESTRICT,
    status         text        NOT NULL CHECK (status IN ('SURVEYED', 'READY', 'JOINED', 'DECLINED')),
    band           text        NOT NULL,
    valid_from     date        NOT NULL,
    valid_to       date        CHECK (valid_to >= valid_from), -- last day of the membership
    is_correction  boolean     NOT NULL,
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    recorded_at    timestamptz NOT NULL,
    recorded_by    text        NOT NULL,
    superseded_at  timestamptz
);
CREATE UNIQUE INDEX programme_membership_statement_day ON programme_membership_statement (membership_id, valid_from)
    WHERE superseded_at IS NULL;
CREATE INDEX programme_membership_statement_all ON programme_membership_statement (membership_id, statement_id);

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme_membership
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme_membership_statement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER superseded_once BEFORE UPDATE ON programme_membership_statement
    FOR EACH ROW EXECUTE FUNCTION keep_superseded();
