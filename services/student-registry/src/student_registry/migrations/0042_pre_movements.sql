-- Moves of learners from one institution to another: asked for, released, accepted (credit-bank.md e.7, R-72c).

CREATE TABLE movement (
    movement_id         uuid        PRIMARY KEY,
    learner_id          uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    from_institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    to_institution_id   uuid        REFERENCES institution ON DELETE RESTRICT,
    state               text        NOT NULL CHECK (state IN
                                        ('MOVE_OUT_REQUESTED', 'RELEASED', 'ACCEPTED', 'CANCELLED', 'REFUSED')),
    old_enrolment_id    uuid        NOT NULL REFERENCES enrolment ON DELETE RESTRICT,
    new_enrolment_id    uuid        REFERENCES enrolment ON DELETE RESTRICT,
    requested_on        date        NOT NULL, -- day of the guardian's request, or of the learner's own when of age
    is_mid_term         boolean     NOT NULL,
    reason_code         text        NOT NULL,
    due_on              date,
    last_day            date,
    first_day           date        CHECK (first_day > last_day),
    rule_version        text        NOT NULL,
    source              text        NOT NULL,
    data_status         text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from      date,
    source_version      text,
    changed_at          timestamptz NOT NULL,
    changed_by          text        NOT NULL,
    CHECK (from_institution_id <> to_institution_id),
    CHECK (state NOT IN ('RELEASED', 'ACCEPTED', 'REFUSED') OR (to_institution_id IS NOT NULL AND last_day IS NOT NULL)),
    CHECK ((state = 'ACCEPTED') = (new_enrolment_id IS NOT NULL)),
    CHECK ((state = 'ACCEPTED') = (first_day IS NOT NULL)),
    CHECK ((state IN ('MOVE_OUT_REQUESTED', 'RELEASED')) = (due_on IS NOT NULL))
);
-- An enrolment is left once at a time. Not by learner: merging two who both move must not fail here.
CREATE UNIQUE INDEX movement_one_open ON movement (old_enrolment_id) WHERE state IN ('MOVE_OUT_REQUESTED', 'RELEASED');
CREATE INDEX movement_learner ON movement (learner_id);
CREATE INDEX movement_due ON movement (due_on) WHERE due_on IS NOT NULL;
CREATE INDEX movement_from ON movement (from_institution_id, state, due_on);
CREATE INDEX movement_to ON movement (to_institution_id, state, due_on);

CREATE TABLE movement_history (
    movement_history_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    movement_id         uuid        NOT NULL REFERENCES movement ON DELETE RESTRICT,
    state               text        NOT NULL,
    to_institution_id   uuid,
    reason_code         text        NOT NULL,
    due_on              date,
    changed_at          timestamptz NOT NULL,
    changed_by          text        NOT NULL
);
CREATE INDEX movement_history_movement ON movement_history (movement_id, movement_history_id);
CREATE FUNCTION keep_movement_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO movement_history (movement_id, state, to_institution_id, reason_code, due_on, changed_at, changed_by)
    SELECT movement_id, state, to_institution_id, reason_code, due_on, changed_at, changed_by FROM stated;
    RETURN NULL;
END $$;
CREATE TRIGGER movement_inserted AFTER INSERT ON movement REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_movement_history();
CREATE TRIGGER movement_updated AFTER UPDATE ON movement REFERENCING NEW TABLE AS stated
    FOR EACH STATEMENT EXECUTE FUNCTION keep_movement_history();

-- Papers that were seen: kinds, never files or numbers.
CREATE TABLE movement_paper (
    movement_id uuid        NOT NULL REFERENCES movement ON DELETE RESTRICT,
    paper       text        NOT NULL,
    seen_on     date        NOT NULL,
    seen_by_institution_id uuid NOT NULL REFERENCES institution ON DELETE RESTRICT,
    recorded_at timestamptz NOT NULL,
    recorded_by text        NOT NULL,
    PRIMARY KEY (movement_id, paper)
);

INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'MOVEMENT_PAPER', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', 'credit-bank.md e.7 [T38]', 'confirmed'
  FROM (VALUES
    ('GUARDIAN_REQUEST',          'คำร้องขอย้ายของผู้ปกครอง'),
    ('ID_COPIES',                 'สำเนาบัตรประจำตัวประชาชน'),
    ('HOUSE_REGISTRATION',        'สำเนาทะเบียนบ้าน'),
    ('TRANSCRIPT_ORIGINAL',       'ระเบียนแสดงผลการเรียน (ปพ.1) ฉบับจริง'),
    ('TIME_AND_MARK_CERTIFICATE', 'ใบรับรองเวลาเรียนและคะแนน (กรณีย้ายระหว่างภาค)'),
    ('HAND_OVER_LETTER',          'หนังสือส่งตัวนักเรียน (พฐ.19/1 หรือ บค.20)')) AS seed (code, name_th);
INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'MOVEMENT_REASON', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', 'ours', 'assumed'
  FROM (VALUES
    ('FAMILY_MOVED',      'ย้ายตามครอบครัว'),
    ('SCHOOL_CHOICE',     'ต้องการเปลี่ยนสถานศึกษา'),
    ('SCHOOL_CLOSED',     'สถานศึกษาเลิกหรือรวม'),
    ('FURTHER_STUDY',     'ศึกษาต่อ'),
    ('WITHDRAWN',         'ผู้ปกครองยกเลิกคำร้อง'),
    ('NO_PLACE',          'สถานศึกษาปลายทางไม่มีที่นั่ง'),
    ('PAPERS_INCOMPLETE', 'เอกสารไม่ครบ'),
    ('NOT_ARRIVED',       'ไม่มารายงานตัว'),
    ('ENTERED_IN_ERROR',  'บันทึกผิด'),
    ('OTHER',             'เหตุอื่น')) AS seed (code, name_th);

-- The limits are not in any source that was read: assumed until an office states them.
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('MOVEMENT_RELEASE_DAYS',           '2026-01-01', '15',                        '2569.1', 'ours; credit-bank.md e.7 names a limit without a figure', 'assumed'),
    ('MOVEMENT_ACCEPT_DAYS',            '2026-01-01', '15',                        '2569.1', 'ours; credit-bank.md e.7 names a limit without a figure', 'assumed'),
    ('MOVEMENT_RELEASE_PAPERS',         '2026-01-01', 'GUARDIAN_REQUEST',          '2569.1', 'credit-bank.md e.7 [T38]; what each step needs is ours', 'assumed'),
    ('MOVEMENT_ACCEPT_PAPERS',          '2026-01-01', 'HAND_OVER_LETTER',          '2569.1', 'credit-bank.md e.7 [T38]; what each step needs is ours', 'assumed'),
    ('MOVEMENT_ACCEPT_PAPERS_MID_TERM', '2026-01-01', 'TIME_AND_MARK_CERTIFICATE', '2569.1', 'credit-bank.md e.7 [T38]; what each step needs is ours', 'assumed');

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['movement_history', 'movement_paper'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
