-- Record of processing activities of this service (PDPA s.39; guidance j): data with a version, exported as CSV and JSON.

CREATE TABLE processing_record (
    activity_code  text    NOT NULL CHECK (activity_code ~ '^[A-Z][A-Z_]{1,63}$'),
    version        text    NOT NULL CHECK (version <> ''),
    name_th        text    NOT NULL CHECK (name_th <> ''),
    purpose_th     text    NOT NULL,
    legal_basis_th text    NOT NULL,
    subjects_th    text    NOT NULL,
    data_th        text    NOT NULL,
    recipients_th  text    NOT NULL,
    retention_th   text    NOT NULL,
    protection_th  text    NOT NULL,
    is_sensitive   boolean NOT NULL,
    effective_from date    NOT NULL,
    effective_to   date    CHECK (effective_to >= effective_from), -- last day; NULL: open
    source         text    NOT NULL,
    data_status    text    NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (activity_code, version),
    UNIQUE (activity_code, effective_from)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON processing_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO processing_record (activity_code, version, name_th, purpose_th, legal_basis_th, subjects_th, data_th,
                               recipients_th, retention_th, protection_th, is_sensitive, effective_from, source, data_status)
SELECT activity_code, '2569.1', name_th, purpose_th, legal_basis_th, subjects_th, data_th, recipients_th,
       'ตามตารางอายุเอกสารของหน่วยงาน (ยังไม่ยืนยัน)',
       'เข้ารหัสเลขประจำตัวและข้อมูลอ่อนไหว จำกัดสิทธิ์ตามบทบาทและสถานศึกษา บันทึกการเปิดดู ไม่ส่งข้อมูลส่วนบุคคลในเหตุการณ์ระบบ',
       is_sensitive, DATE '2026-01-01',
       'ร่างของระบบจาก credit-bank.md e.8 และ guidance.md j รอเจ้าหน้าที่คุ้มครองข้อมูลยืนยัน', 'assumed'
  FROM (VALUES
    ('LEARNER_IDENTITY', 'ทะเบียนผู้เรียน', 'ระบุตัวผู้เรียนคนเดียวตลอดเส้นทางการศึกษา', 'ภารกิจสาธารณะ มาตรา 24', 'ผู้เรียน',
     'ชื่อ วันเกิด เพศ เลขประจำตัว ประวัติการเปลี่ยนแปลง', 'สถานศึกษาที่ดูแลทะเบียน สถานศึกษาที่ผู้เรียนเรียนอยู่ ธนาคารหน่วยกิต', false),
    ('LEARNER_PROFILE', 'ข้อมูลเพิ่มเติมของผู้เรียน', 'จัดการเรียนรู้และสิทธิที่ผู้เรียนควรได้', 'ความยินยอมโดยชัดแจ้งหรือกฎหมายกำหนด มาตรา 26', 'ผู้เรียน ผู้ปกครอง',
     'สัญชาติ ศาสนา ความพิการ บริบทชาติพันธุ์และภาษา ที่อยู่ ผู้ปกครอง', 'นายทะเบียนของสถานศึกษาที่ดูแลทะเบียน', true),
    ('ENROLMENT', 'การเข้าเรียน สถานะ และการย้าย', 'ติดตามให้ผู้เรียนทุกคนได้เรียน', 'ภารกิจสาธารณะ มาตรา 24', 'ผู้เรียน',
     'สถานศึกษา ชั้น ห้อง ระบบการศึกษา สถานะ วันที่', 'สถานศึกษา เขตพื้นที่ ระบบแนะแนว ระบบตัวชี้วัด', false),
    ('STAFF_ASSIGNMENT', 'การมอบหมายหน้าที่', 'กำหนดสิทธิ์ตามบทบาท สถานศึกษา และเวลา', 'ภารกิจสาธารณะ มาตรา 24', 'บุคลากร',
     'บัญชีผู้ใช้แบบเข้ารหัสทางเดียว บทบาท สถานศึกษา วันที่', 'ทุกระบบของแพลตฟอร์ม', false),
    ('CONSENT', 'ความยินยอมและการแบ่งปันข้อมูล', 'พิสูจน์ว่าใครยินยอมเรื่องใดเมื่อใด', 'หน้าที่ตามกฎหมาย มาตรา 19 และ 20', 'ผู้เรียน ผู้ปกครอง',
     'วัตถุประสงค์ ฉบับข้อความ ผู้ให้ ความสัมพันธ์ ช่องทาง วันที่', 'สถานศึกษา ระบบแนะแนว (ไม่มีชื่อผู้ให้)', false),
    ('DATA_REQUEST', 'คำขอของเจ้าของข้อมูล', 'ตอบคำขอดู ขอสำเนา แก้ไข หรือจำกัดการใช้', 'หน้าที่ตามกฎหมาย มาตรา 30 ถึง 36', 'ผู้เรียน ผู้ปกครอง',
     'ประเภทคำขอ รายละเอียด (เข้ารหัส) สถานะ วันที่', 'สถานศึกษาที่ดูแลทะเบียน', false),
    ('ACCESS_LOG', 'บันทึกการเปิดดูข้อมูล', 'ให้ผู้เรียนเห็นว่าใครเปิดดูข้อมูลของตน', 'หน้าที่ตามกฎหมาย มาตรา 37', 'ผู้เรียน บุคลากร',
     'ผู้เปิดดูแบบเข้ารหัสทางเดียว สถานศึกษา บทบาท วัตถุประสงค์ เวลา', 'ผู้เรียนเจ้าของข้อมูล ผู้ตรวจสอบ', false)
  ) AS seed (activity_code, name_th, purpose_th, legal_basis_th, subjects_th, data_th, recipients_th, is_sensitive);
