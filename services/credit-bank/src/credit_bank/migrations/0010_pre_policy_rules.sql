-- Policy rules as data (credit-bank.md d.1-d.3): what was announced or assumed for which form and level of education.
-- A new version is a new row; of the rows of a key, form and level the one that began last holds. No form borrows the
-- rule of another one (seeds.md R-14), so forms and levels are always listed.

CREATE TABLE policy_rule (
    rule_id        uuid  PRIMARY KEY DEFAULT uuidv7(),
    key            text  NOT NULL CHECK (key ~ '^[A-Z0-9_]{2,60}$'),
    reference      text  NOT NULL CHECK (reference <> ''), -- row of credit-bank.md, or of an announcement
    title_th       text  NOT NULL CHECK (title_th <> ''),
    value          jsonb NOT NULL, -- JSON null: without limit, or nothing to compute with
    forms          text[] NOT NULL CHECK (cardinality(forms) > 0 AND forms <@ ARRAY['FORMAL', 'NONFORMAL', 'INFORMAL']),
    levels         text[] NOT NULL CHECK (cardinality(levels) > 0 AND levels <@ ARRAY[
                       'PRIMARY', 'LOWER_SECONDARY', 'UPPER_SECONDARY', 'VOCATIONAL_CERTIFICATE',
                       'HIGHER_VOCATIONAL_CERTIFICATE']),
    effective_from date, -- NULL: since always
    version        text  NOT NULL CHECK (version <> ''),
    source         text  NOT NULL CHECK (source <> ''),
    status         text  NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    published_by   text  NOT NULL DEFAULT '', -- pseudonym of the person; empty: given with the program
    published_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT policy_rule_version UNIQUE (key, reference, version)
);
CREATE INDEX policy_rule_key ON policy_rule (key);

-- Status: what was read in its own source is confirmed; secondary sources, one college's page, arithmetic of ours and what
-- nobody has confirmed are assumed (architecture.md 8).
INSERT INTO policy_rule (key, reference, title_th, value, forms, levels, effective_from, version, source, status)
SELECT key, reference, title_th, value::jsonb,
       CASE forms WHEN 'ANY' THEN '{FORMAL,NONFORMAL,INFORMAL}'::text[] ELSE string_to_array(forms, ' ') END,
       CASE levels
           WHEN 'ANY' THEN '{PRIMARY,LOWER_SECONDARY,UPPER_SECONDARY,VOCATIONAL_CERTIFICATE,HIGHER_VOCATIONAL_CERTIFICATE}'::text[]
           WHEN 'BASIC' THEN '{PRIMARY,LOWER_SECONDARY,UPPER_SECONDARY}'::text[]
           WHEN 'SECONDARY' THEN '{LOWER_SECONDARY,UPPER_SECONDARY}'::text[]
           WHEN 'VOCATIONAL' THEN '{VOCATIONAL_CERTIFICATE,HIGHER_VOCATIONAL_CERTIFICATE}'::text[]
           ELSE ARRAY[levels] END,
       effective_from, '2569.1', 'credit-bank.md ' || source, status
  FROM (VALUES
    -- d.1: credit-bank policy
    ('MOE_2567', 'R1', 'ประกาศ ศธ. แนวทางธนาคารหน่วยกิต การศึกษาขั้นพื้นฐานและอาชีวศึกษา พ.ศ. 2567: สะสมและเทียบโอนผลการเรียนระหว่างสามรูปแบบ', 'null', 'ANY', 'ANY', date '2024-05-01', 'd.1 R1 [T1]', 'assumed'),
    ('AGE_MIN', 'R2', 'ผู้เรียนทุกวัย ทุกวุฒิเดิม', 'null', 'ANY', 'ANY', NULL, 'd.1 R2 [T2][T3]', 'assumed'),
    ('BANKS_PER_LEARNER_MAX', 'R3', 'ผู้เรียนสะสมกับธนาคารของสถานศึกษาได้มากกว่าหนึ่งแห่ง', 'null', 'ANY', 'ANY', NULL, 'd.1 R3 [T2][T3]', 'assumed'),
    ('LEARNING_SOURCES', 'R4', 'ที่มาของผล: การศึกษา การฝึกอบรม การรับรองมาตรฐานอาชีพ ประสบการณ์ทำงาน', '["STUDY", "TRAINING", "OCCUPATIONAL_STANDARD", "WORK_EXPERIENCE"]', 'ANY', 'ANY', NULL, 'd.1 R4 [T2][T3]', 'assumed'),
    ('BANK_TIERS', 'R5', 'ธนาคารหน่วยกิตสี่ระดับ: กำกับกลาง ติดตามระดับการศึกษา ประสานระดับจังหวัด ดำเนินการระดับสถานศึกษา', '["CENTRAL", "LEVEL", "PROVINCE", "INSTITUTION"]', 'ANY', 'ANY', NULL, 'd.1 R5 [T4]', 'assumed'),
    ('VALIDITY_DAYS', 'R6', 'สะสมได้ตลอดชีวิต ผลการเรียนไม่หมดอายุ', 'null', 'ANY', 'ANY', NULL, 'd.1 R6 [T2][T3]', 'assumed'),
    ('OBEC_2567', 'R7', 'ประกาศ สพฐ. ธนาคารหน่วยกิต การศึกษาขั้นพื้นฐาน รูปแบบในระบบ พ.ศ. 2567 (ยังไม่พบตัวบท)', 'null', 'FORMAL', 'BASIC', date '2024-01-01', 'd.1 R7; seeds 004:88; first day of the year, the day itself is not known', 'assumed'),
    ('MANUAL', 'R8', 'คู่มือการดำเนินงานยังเป็นฉบับร่าง (ต.ค. 2567)', 'null', 'FORMAL', 'BASIC', NULL, 'd.1 R8; seeds 004:88', 'confirmed'),
    ('MIN_GRADE', 'R9', 'ผลการเรียนขั้นต่ำที่เทียบโอนเข้า ปวช. หรือ ปวส. คือ 2.0', '200', 'FORMAL', 'VOCATIONAL', NULL, 'd.1 R9, d.3 O6', 'assumed'),
    ('MIN_GRADE', 'R9 school', 'ผลการเรียนขั้นต่ำที่เทียบโอนเข้าหลักสูตรของโรงเรียน คือ 1.0', '100', 'FORMAL', 'BASIC', NULL, 'd.1 R9', 'assumed'),
    ('MAX_SHARE', 'R10', 'ยังไม่มีเพดานสัดส่วนหน่วยกิตที่เทียบโอนได้', 'null', 'FORMAL', 'ANY', NULL, 'd.1 R10, d.3 O7', 'assumed'),
    ('WARN_SHARE', 'R10', 'เตือนเมื่อหน่วยกิตเทียบโอนเกินร้อยละ 75 ของหลักสูตร', '75', 'FORMAL', 'ANY', NULL, 'd.1 R10', 'assumed'),
    ('FEE_SATANG', 'R11', 'ไม่เก็บค่าธรรมเนียมการเทียบโอน', '0', 'ANY', 'ANY', NULL, 'd.1 R11', 'assumed'),
    ('SLA_DAYS', 'R12', 'แจ้งผลการเทียบโอนภายใน 30 วันนับแต่เอกสารครบ', '30', 'ANY', 'ANY', NULL, 'd.1 R12; seeds 002:1388', 'assumed'),
    ('PAUSE_COUNT_MAX', 'R12 pauses', 'หยุดนับเวลาเพื่อขอข้อมูลเพิ่มได้ไม่เกิน 3 ครั้งต่อคำขอ', '3', 'ANY', 'ANY', NULL, 'c.3 (pauses are counted); the figure is ours', 'assumed'),
    ('PAUSE_DAYS_MAX', 'R12 pauses', 'หยุดนับเวลาเพื่อขอข้อมูลเพิ่มรวมไม่เกิน 60 วันต่อคำขอ', '60', 'ANY', 'ANY', NULL, 'c.3 (clock paused); the figure is ours', 'assumed'),
    ('APPEAL_DAYS', 'R12 appeal', 'อุทธรณ์ผลการพิจารณาได้ภายใน 30 วัน', '30', 'ANY', 'ANY', NULL, 'c.3 (appealed); the figure is ours', 'assumed'),
    ('UNIVERSITY_BANK', 'R13', 'ธนาคารหน่วยกิตของมหาวิทยาลัยต้องขึ้นทะเบียนกับ สป.อว. ภายในสามปี (นอกขอบเขตระบบนี้)', 'null', 'ANY', 'HIGHER_VOCATIONAL_CERTIFICATE', NULL, 'd.1 R13 [T8]', 'confirmed'),
    ('UNIVERSITY_EXAMPLE', 'R14', 'ตัวอย่างของมหาวิทยาลัยแห่งหนึ่ง: ผลไม่ต่ำกว่า 2.00 และเนื้อหาตรงกันสามในสี่ (เพื่อเปรียบเทียบเท่านั้น)', 'null', 'FORMAL', 'HIGHER_VOCATIONAL_CERTIFICATE', NULL, 'd.1 R14 [T10]', 'assumed'),
    ('OBSTACLES', 'R15', 'อุปสรรคที่รายงาน: ไม่มีกฎหมายเฉพาะ โครงสร้างซับซ้อน ประชาชนเข้าใจน้อย', 'null', 'ANY', 'ANY', NULL, 'd.1 R15 [T4]', 'confirmed'),
    ('IDENTITY_STATES', 'identity', 'บันทึกผลเทียบโอนได้เมื่อตัวตนได้รับการยืนยัน หรือยังไม่ยืนยันแต่ไม่ขัดแย้ง', '["VERIFIED", "UNVERIFIED"]', 'ANY', 'ANY', NULL, 'c.2; unverified numbers are accepted until schools can say which documents they saw', 'assumed'),
    -- d.2: school side
    ('OBEC_HOURS_A_CREDIT', 'S1', 'ม.ปลาย 40 ชั่วโมงเท่ากับ 1.0 หน่วยกิต', '40', 'FORMAL', 'SECONDARY', NULL, 'd.2 S1 [T19]', 'confirmed'),
    ('M6_COMPLETION', 'S2', 'จบ ม.6: พื้นฐาน 41 และรวมไม่น้อยกว่า 77 หน่วยกิต (77 และ 36 ยังไม่ยืนยัน)', '{"BASIC": 4100, "ADDITIONAL": 3600, "TOTAL": 7700}', 'FORMAL', 'UPPER_SECONDARY', NULL, 'd.2 S2 [T16][T28]', 'assumed'),
    ('M3_COMPLETION', 'S3', 'จบ ม.3: พื้นฐาน 66 และเพิ่มเติมไม่น้อยกว่า 11 หน่วยกิต', '{"BASIC": 6600, "ADDITIONAL": 1100, "TOTAL": 7700}', 'FORMAL', 'LOWER_SECONDARY', NULL, 'd.2 S3 [T17]', 'confirmed'),
    ('SCHOOL_ASSESSMENTS', 'S4', 'ต้องผ่านการอ่าน คิดวิเคราะห์และเขียน คุณลักษณะอันพึงประสงค์ และกิจกรรมพัฒนาผู้เรียน', '["READING_THINKING_WRITING", "DESIRABLE_CHARACTERISTICS", "LEARNER_ACTIVITIES"]', 'FORMAL', 'BASIC', NULL, 'd.2 S4 [T18]', 'confirmed'),
    ('GRADE_BANDS', 'S5', 'ระดับผลการเรียน: 80 ขึ้นไปได้ 4 ลดหลั่นทุก 5 คะแนน ต่ำกว่า 50 ได้ 0', '{"80": 400, "75": 350, "70": 300, "65": 250, "60": 200, "55": 150, "50": 100, "0": 0}', 'FORMAL', 'SECONDARY', NULL, 'd.2 S5 [T24]', 'confirmed'),
    ('GRADE_LETTERS', 'S6', 'มส ไม่มีสิทธิ์สอบปลายภาค ร รอการตัดสิน ผ มผ สำหรับกิจกรรม', '["มส", "ร", "ผ", "มผ"]', 'FORMAL', 'BASIC', NULL, 'd.2 S6 [T24]', 'confirmed'),
    ('ATTENDANCE_PCT', 'S7', 'เวลาเรียนร้อยละ 80 มีสิทธิ์สอบ ต่ำกว่าร้อยละ 60 เรียนซ้ำ (ผลที่ตามมายังไม่ยืนยัน)', '{"SITS_FINAL": 80, "WITH_PERMISSION": 60}', 'FORMAL', 'BASIC', NULL, 'd.2 S7 [T19]', 'assumed'),
    ('RESIDENCE_TERMS', 'S8', 'เทียบโอนเข้าโรงเรียนเมื่อรับเข้าหรือต้นภาคเรียนแรก และเรียนอย่างน้อย 1 ภาคเรียน', '1', 'FORMAL', 'BASIC', NULL, 'd.2 S8 [T11]', 'assumed'),
    ('NONFORMAL_REQUEST_TERM', 'S9', 'การศึกษานอกระบบ: ยื่นเทียบโอนในภาคเรียนแรก', '1', 'NONFORMAL', 'BASIC', NULL, 'd.2 S9 [T12]', 'confirmed'),
    ('REMEDIAL_GRADE_MAX', 'S10', 'ผลหลังแก้ 0 ไม่เกิน 1', '100', 'FORMAL', 'BASIC', NULL, 'd.2 S10', 'assumed'),
    -- d.3: vocational side
    ('TERM_WEEKS', 'O1', 'ภาคเรียนละ 18 สัปดาห์', '18', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O1', 'confirmed'),
    ('OVEC_HOURS_A_CREDIT', 'O2', 'ทฤษฎี 18 ชั่วโมง ปฏิบัติในห้อง 36 ชั่วโมง โรงฝึกงานหรือสถานประกอบการ 54 ชั่วโมง เท่ากับ 1 หน่วยกิต', '{"THEORY": 18, "LAB": 36, "WORKSHOP": 54}', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O2 [T22]', 'assumed'),
    ('VOCATIONAL_COMPLETION', 'O3', 'จบเมื่อผ่านรายวิชาบังคับครบ หน่วยกิตครบ เฉลี่ยสะสมไม่ต่ำกว่า 2.00 ผ่านกิจกรรมทุกภาคเรียน', '{"AVERAGE": 200}', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O3 [T23]', 'assumed'),
    ('DUAL_VOCATIONAL_TESTS', 'O4', 'ผู้เรียนทวิภาคีต้องผ่านการทดสอบทักษะกลางหลักสูตรและปลายหลักสูตร', '["SKILL_TEST_MIDDLE", "SKILL_TEST_FINAL"]', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O4 [T23]', 'assumed'),
    ('COMMITTEE_MANDATES', 'O5', 'แต่งตั้งคณะกรรมการแยกตามการโอน การเทียบโอนผลการเรียน และการเทียบโอนความรู้และประสบการณ์', '["TRANSFER", "EQUATE", "RPL"]', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O5 [T43]', 'assumed'),
    ('MIN_CONTENT_PCT', 'O6', 'เนื้อหาตรงกันไม่น้อยกว่าร้อยละ 60', '60', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O6', 'assumed'),
    ('MIN_HOURS_PCT', 'd.5', 'ชั่วโมงเรียนของรายวิชาต้นทางไม่น้อยกว่าร้อยละ 100 ของรายวิชาปลายทาง เมื่อกฎเทียบโอนไม่ได้กำหนดเอง', '100', 'FORMAL', 'ANY', NULL, 'd.5 (hours test)', 'assumed'),
    ('VOCATIONAL_SHARE', 'O7', 'ยังไม่พบเพดานสัดส่วนการเทียบโอนของ สอศ.', 'null', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O7', 'assumed'),
    ('GRADE_CODES', 'O8', 'รหัสผลการเรียนและสถานะเป็นข้อมูล รหัสที่ไม่รู้จักไม่รับ', 'null', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O8, d.4', 'assumed'),
    ('TPN_ASTERISKS', 'O9', 'ท-ป-น ของการฝึกงานอาจเป็นเครื่องหมายดอกจัน เช่น *-*-4', 'true', 'FORMAL', 'VOCATIONAL', NULL, 'd.3 O9', 'confirmed'),
    -- f.4: averages
    ('COUNTS_IN_GPA', 'f.4', 'ผลที่โอนนับในค่าเฉลี่ย ผลที่เทียบโอนและ RPL ไม่นับ', '{"TRANSFER": true, "EQUATE": false, "RPL": false}', 'ANY', 'ANY', NULL, 'f.4', 'assumed'),
    ('ROUNDING', 'f.4', 'ค่าเฉลี่ยแสดงทศนิยมสองตำแหน่งโดยปัดเศษ', '{"TRANSCRIPT_QUERY": "HALF_UP", "PP1": "HALF_UP", "RB1": "HALF_UP"}', 'ANY', 'ANY', NULL, 'f.4', 'assumed'),
    ('RETAKE', 'f.4', 'เรียนซ้ำ: ใช้ผลครั้งหลังที่รับรองแล้ว', '"REPLACE"', 'ANY', 'ANY', NULL, 'f.4', 'assumed'))
    AS seed (key, reference, title_th, value, forms, levels, effective_from, source, status);

CREATE TRIGGER policy_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
