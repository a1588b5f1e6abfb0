-- Codes and figures of profiles. Every code is of this installation, status assumed: no official list could be read.
-- A new version of a code is a new row. After 0040, which makes the two tables.

INSERT INTO code_list (list, code, name_th, shown_at, version, effective_from, source, data_status)
SELECT 'LEARNER_CHANGE_REASON', code, name_th, row_number() OVER (), '2569.1', '2026-01-01', 'seeds.md R-62, R-78', 'assumed'
  FROM (VALUES
    ('WRONG_ENTRY',         'บันทึกไว้ผิด'),
    ('CIVIL_REGISTRATION',  'ได้รับหลักฐานทะเบียนราษฎรภายหลัง'),
    ('MORE_PRECISE',        'ทราบข้อมูลละเอียดขึ้น'),
    ('GIVEN_NAME_CHANGED',  'เปลี่ยนชื่อตัว'),
    ('FAMILY_NAME_CHANGED', 'เปลี่ยนชื่อสกุล'),
    ('MARRIAGE',            'สมรส'),
    ('MARRIAGE_ENDED',      'หย่าหรือการสมรสสิ้นสุด'),
    ('TITLE_BY_AGE',        'เปลี่ยนคำนำหน้านามตามอายุ'),
    ('COURT_ORDER',         'คำสั่งศาลหรือคำสั่งนายทะเบียน'),
    ('OTHER_LANGUAGE',      'เพิ่มหรือยกเลิกชื่อในภาษาอื่น')) AS seed (code, name_th);

-- With these reasons the fact recorded before was never right; with the others it held until the change.
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('LEARNER_CHANGE_REASON_ERROR', '2026-01-01', 'WRONG_ENTRY CIVIL_REGISTRATION MORE_PRECISE', '2569.1',
     'seeds.md R-78', 'assumed');
