-- What people ask about their own data, with a clock; and the restriction that a request may bring (guidance j, PDPA s.30-36).

CREATE TABLE data_request_rule (
    version        text     NOT NULL,
    kind           text     NOT NULL CHECK (kind IN ('SEE', 'COPY', 'CORRECT', 'RESTRICT')),
    days           smallint NOT NULL CHECK (days > 0), -- calendar days from the day after it was received
    effective_from date     NOT NULL,
    source         text     NOT NULL,
    data_status    text     NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (version, kind),
    UNIQUE (kind, effective_from)
);
CREATE TABLE data_request_refusal (
    reason_code    text PRIMARY KEY CHECK (reason_code ~ '^[A-Z][A-Z_]{1,63}$'),
    name_th        text NOT NULL CHECK (name_th <> ''),
    effective_from date NOT NULL,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE data_request (
    data_request_id uuid        PRIMARY KEY,
    learner_id      uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    kind            text        NOT NULL CHECK (kind IN ('SEE', 'COPY', 'CORRECT', 'RESTRICT')),
    institution_id  uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT, -- who answers: the keeper of the record
    fact_kinds      text[]      NOT NULL,
    sealed_details  bytea, -- what is to be corrected, in the asker's words: sealed, bound to the row
    key_version     smallint,
    received_on     date        NOT NULL,
    due_on          date        NOT NULL CHECK (due_on > received_on),
    rule_version    text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('RECEIVED', 'IN_PROGRESS', 'ANSWERED', 'REFUSED')),
    reason_code     text        REFERENCES data_request_refusal ON DELETE RESTRICT,
    closed_at       timestamptz,
    FOREIGN KEY (rule_version, kind) REFERENCES data_request_rule (version, kind) ON DELETE RESTRICT,
    CHECK ((state IN ('ANSWERED', 'REFUSED')) = (closed_at IS NOT NULL)),
    CHECK ((state = 'REFUSED') = (reason_code IS NOT NULL)),
    CHECK ((sealed_details IS NULL) = (key_version IS NULL))
);
CREATE INDEX data_request_learner ON data_request (learner_id);
CREATE INDEX data_request_due ON data_request (institution_id, due_on, data_request_id);

-- Every step of a request, for ever.
CREATE TABLE data_request_step (
    data_request_step_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    data_request_id      uuid        NOT NULL REFERENCES data_request ON DELETE RESTRICT,
    state                text        NOT NULL,
    reason_code          text,
    stepped_at           timestamptz NOT NULL,
    stepped_by           text        NOT NULL, -- keyed hash of the subject
    role                 text        NOT NULL
);
CREATE INDEX data_request_step_request ON data_request_step (data_request_id);

-- While it is there, only the institution that keeps the record reads the learner.
CREATE TABLE learner_restriction (
    learner_restriction_id uuid        PRIMARY KEY,
    learner_id             uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    data_request_id        uuid        NOT NULL REFERENCES data_request ON DELETE RESTRICT,
    restricted_at          timestamptz NOT NULL,
    lifted_at              timestamptz CHECK (lifted_at >= restricted_at),
    lifted_by              text,
    lift_reason            text,
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL))
);
CREATE INDEX learner_restriction_active ON learner_restriction (learner_id) WHERE lifted_at IS NULL;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['data_request_rule', 'data_request_refusal', 'data_request_step'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['data_request', 'learner_restriction'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;

INSERT INTO data_request_rule (version, kind, days, effective_from, source, data_status)
SELECT '2569.1', kind, 30, '2026-01-01', 'guidance.md j (s.30-36: 30 days; wording to be confirmed)', 'assumed'
  FROM unnest(ARRAY['SEE', 'COPY', 'CORRECT', 'RESTRICT']) AS kind;
INSERT INTO data_request_refusal (reason_code, name_th, effective_from, source, data_status)
SELECT reason_code, name_th, DATE '2026-01-01', 'ร่างของระบบ รอเจ้าหน้าที่คุ้มครองข้อมูลยืนยัน', 'assumed' FROM (VALUES
    ('IDENTITY_NOT_PROVEN', 'ผู้ขอพิสูจน์ตัวตนไม่ได้'),
    ('NOT_ENTITLED',        'ผู้ขอไม่ใช่เจ้าของข้อมูลหรือผู้ปกครอง'),
    ('FACT_IS_RIGHT',       'ตรวจสอบกับเอกสารแล้ว ข้อมูลถูกต้อง'),
    ('LEGAL_DUTY',          'มีหน้าที่ตามกฎหมายต้องเก็บหรือใช้ข้อมูลนี้'),
    ('HARMS_OTHERS',        'กระทบสิทธิหรือเสรีภาพของผู้อื่น'),
    ('WITHDRAWN_BY_ASKER',  'ผู้ขอถอนคำขอ')
) AS seed (reason_code, name_th);
