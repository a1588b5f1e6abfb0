-- Consents: purposes, texts and age rules are data; what was given and withdrawn is kept for ever (CB e.8, guidance j).

CREATE TABLE consent_purpose (
    purpose      text    PRIMARY KEY CHECK (purpose ~ '^[A-Z][A-Z_]{1,63}$'),
    name_th      text    NOT NULL CHECK (name_th <> ''),
    is_sensitive boolean NOT NULL
);

-- What somebody reads before agreeing. A text never changes; another one is another version.
CREATE TABLE consent_text (
    purpose        text NOT NULL REFERENCES consent_purpose ON DELETE RESTRICT,
    version        text NOT NULL CHECK (version <> ''),
    text_th        text NOT NULL CHECK (text_th <> ''),
    effective_from date NOT NULL,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (purpose, version)
);

-- Who has to agree at which age. A rule without a purpose holds for every purpose that has none of its own in the version.
CREATE TABLE consent_age_rule_version (
    version        text PRIMARY KEY,
    effective_from date NOT NULL UNIQUE,
    source         text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
CREATE TABLE consent_age_rule (
    version   text     NOT NULL REFERENCES consent_age_rule_version ON DELETE RESTRICT,
    purpose   text     REFERENCES consent_purpose ON DELETE RESTRICT,
    age_from  smallint NOT NULL CHECK (age_from >= 0),
    age_below smallint CHECK (age_below > age_from), -- NULL: no end
    need      text     NOT NULL CHECK (need IN ('LEARNER', 'GUARDIAN', 'EITHER', 'BOTH')),
    UNIQUE NULLS NOT DISTINCT (version, purpose, age_from)
);

CREATE TABLE consent (
    consent_id       uuid        PRIMARY KEY,
    learner_id       uuid        NOT NULL REFERENCES learner ON DELETE RESTRICT,
    purpose          text        NOT NULL,
    text_version     text        NOT NULL,
    need             text        NOT NULL CHECK (need IN ('LEARNER', 'GUARDIAN', 'EITHER', 'BOTH')),
    age_rule_version text        NOT NULL REFERENCES consent_age_rule_version ON DELETE RESTRICT,
    valid_from       date, -- NULL: waits for the other giver
    valid_to         date CHECK (valid_to >= valid_from),
    withdrawn_at     timestamptz,
    withdrawn_by     text CHECK (withdrawn_by IN ('LEARNER', 'GUARDIAN')),
    withdrawn_hash   text, -- keyed hash of the subject who entered it
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_hash IS NULL)),
    FOREIGN KEY (purpose, text_version) REFERENCES consent_text ON DELETE RESTRICT
);
-- Whoever gives holds the learner's row, so that what two callers give at once is one consent; after a merge there may be two.
CREATE INDEX consent_learner ON consent (learner_id, purpose);

CREATE TABLE consent_agreement (
    consent_id  uuid        NOT NULL REFERENCES consent ON DELETE RESTRICT,
    giver       text        NOT NULL CHECK (giver IN ('LEARNER', 'GUARDIAN')),
    relation    text        NOT NULL CHECK ((relation = '') = (giver = 'LEARNER')),
    channel     text        NOT NULL CHECK (channel IN ('PAPER', 'ONLINE', 'STAFF')),
    given_on    date        NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text        NOT NULL, -- keyed hash of the subject who entered it
    recorder_role text      NOT NULL,
    institution_id uuid     REFERENCES institution ON DELETE RESTRICT,
    PRIMARY KEY (consent_id, giver)
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['consent_text', 'consent_age_rule_version', 'consent_age_rule', 'consent_agreement'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['consent_purpose', 'consent'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;

INSERT INTO consent_purpose (purpose, name_th, is_sensitive) VALUES
    ('HEALTH_SCREENING',   'คัดกรองสุขภาพกายและใจ',                    true),
    ('SHARE_CONSULTANT',   'ส่งข้อมูลให้ที่ปรึกษาด้านสุขภาพจิต',              true),
    ('EXTERNAL_REFERRAL',  'ส่งต่อสถานพยาบาลหรือหน่วยงานภายนอก',          true),
    ('PHOTO',              'ถ่ายภาพและใช้ภาพในงานดูแลช่วยเหลือ',             false),
    ('RESEARCH',           'ใช้ข้อมูลในการวิจัย',                         true),
    ('RESTRICTED_FACTS',   'เก็บข้อมูลอ่อนไหวเพิ่มเติมในทะเบียน',             true),
    ('SHARE_TRANSCRIPT',   'ให้สถานศึกษาอื่นดูใบแสดงผลการเรียน',            false);

INSERT INTO consent_text (purpose, version, text_th, effective_from, source, data_status)
SELECT purpose, '2569.1', text_th, DATE '2026-01-01', 'ร่างของระบบ รอฝ่ายกฎหมายและเจ้าหน้าที่คุ้มครองข้อมูลยืนยัน; guidance.md j', 'assumed'
  FROM (VALUES
    ('HEALTH_SCREENING',  'โรงเรียนขอคัดกรองสุขภาพกายและใจของนักเรียน เพื่อช่วยเหลือได้ทัน ครูที่ดูแลเห็นผลเท่านั้น ไม่ยินยอมก็เรียนและใช้บริการของโรงเรียนได้ตามปกติ และยกเลิกได้ทุกเมื่อ'),
    ('SHARE_CONSULTANT',  'โรงเรียนขอส่งข้อมูลเท่าที่จำเป็นให้ที่ปรึกษาด้านสุขภาพจิต เพื่อขอคำแนะนำในการดูแลนักเรียน ยกเลิกได้ทุกเมื่อ'),
    ('EXTERNAL_REFERRAL', 'โรงเรียนขอส่งต่อนักเรียนพร้อมข้อมูลเท่าที่จำเป็นให้สถานพยาบาลหรือหน่วยงานที่ระบุ ยกเลิกได้ทุกเมื่อก่อนการส่ง'),
    ('PHOTO',             'โรงเรียนขอถ่ายภาพนักเรียนหรือที่พักระหว่างการเยี่ยมบ้าน เพื่อใช้ในงานดูแลช่วยเหลือเท่านั้น ไม่เผยแพร่ ยกเลิกได้ทุกเมื่อ'),
    ('RESEARCH',          'ขอใช้ข้อมูลที่ไม่ระบุตัวตนในการวิจัยทางการศึกษา ยกเลิกได้ทุกเมื่อ ข้อมูลที่รวมเป็นสถิติแล้วแยกกลับไม่ได้'),
    ('RESTRICTED_FACTS',  'สถานศึกษาขอเก็บข้อมูลศาสนา ความพิการ และบริบทชาติพันธุ์หรือภาษา เพื่อจัดการเรียนรู้และสิทธิที่ผู้เรียนควรได้ ไม่ให้ก็ได้และยกเลิกได้ทุกเมื่อ'),
    ('SHARE_TRANSCRIPT',  'ขอให้สถานศึกษาที่ระบุดูใบแสดงผลการเรียนของผู้เรียนได้จนถึงวันที่กำหนด ยกเลิกได้ทุกเมื่อ')
  ) AS seed (purpose, text_th);

INSERT INTO consent_age_rule_version (version, effective_from, source, data_status)
VALUES ('2569.1', '2026-01-01', 'credit-bank.md e.8; guidance.md j (PDPC guidance 2022, R16)', 'assumed');
-- Under 10 a guardian alone; from 10 to 20 a guardian, for sensitive purposes both, some acts the learner alone; then the learner.
INSERT INTO consent_age_rule (version, purpose, age_from, age_below, need) VALUES
    ('2569.1', NULL, 0, 10, 'GUARDIAN'), ('2569.1', NULL, 10, 20, 'GUARDIAN'), ('2569.1', NULL, 20, NULL, 'LEARNER');
INSERT INTO consent_age_rule (version, purpose, age_from, age_below, need)
SELECT '2569.1', purpose, age_from, age_below, need
  FROM unnest(ARRAY['HEALTH_SCREENING', 'SHARE_CONSULTANT', 'EXTERNAL_REFERRAL', 'RESEARCH']) AS purpose,
       (VALUES (0, 10, 'GUARDIAN'), (10, 20, 'BOTH'), (20, NULL, 'LEARNER')) AS age (age_from, age_below, need);
INSERT INTO consent_age_rule (version, purpose, age_from, age_below, need) VALUES
    ('2569.1', 'SHARE_TRANSCRIPT', 0, 10, 'GUARDIAN'), ('2569.1', 'SHARE_TRANSCRIPT', 10, 20, 'EITHER'),
    ('2569.1', 'SHARE_TRANSCRIPT', 20, NULL, 'LEARNER');
