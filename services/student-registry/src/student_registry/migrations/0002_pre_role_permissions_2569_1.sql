-- Roles and what they may do, version 2569.1. Status assumed: the briefs state actors and duties, no regulation fixes them.
-- A later version is a later migration; assignments need no change.

INSERT INTO role (role, name_th, is_assignable, institution_kinds, needs_classroom) VALUES
    ('registry_admin',    'ผู้ดูแลทะเบียนกลาง',              true,  '{AGENCY}', false),
    ('agency_publisher',  'ผู้ประกาศหลักสูตรและเกณฑ์ของหน่วยงาน', true, '{AGENCY}', false),
    ('school_recorder',   'ครูผู้บันทึกผลของโรงเรียน',          true,  '{SCHOOL,HOME_SCHOOL}', false),
    ('area_recorder',     'เจ้าหน้าที่บันทึกผลของเขตพื้นที่',       true,  '{AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY}', false),
    ('college_recorder',  'ครูผู้บันทึกผลของวิทยาลัย',           true,  '{COLLEGE}', false),
    ('school_registrar',  'นายทะเบียนโรงเรียน',              true,  '{SCHOOL,HOME_SCHOOL}', false),
    ('area_registrar',    'นายทะเบียนของเขตพื้นที่',            true,  '{AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY}', false),
    ('college_registrar', 'นายทะเบียนวิทยาลัย',              true,  '{COLLEGE}', false),
    ('school_director',   'ผู้อำนวยการโรงเรียน',              true,  '{SCHOOL}', false),
    ('college_director',  'ผู้อำนวยการวิทยาลัย',              true,  '{COLLEGE}', false),
    ('committee_member',  'กรรมการเทียบโอน',                true,  '{}', false),
    ('committee_chair',   'ประธานกรรมการเทียบโอน',           true,  '{}', false),
    ('homeroom_teacher',  'ครูประจำชั้น',                    true,  '{SCHOOL,COLLEGE}', true),
    ('guidance_teacher',  'ครูแนะแนว',                     true,  '{SCHOOL,COLLEGE}', false),
    ('auditor',           'ผู้ตรวจสอบ',                     true,  '{}', false),
    ('report_reader',     'ผู้อ่านรายงาน',                   true,  '{}', false),
    ('learner',           'ผู้เรียน',                       false, '{}', false);

INSERT INTO role_permission_version (version, effective_from, source, data_status)
VALUES ('2569.1', '2026-01-01', 'credit-bank.md b, guidance.md b', 'assumed');

INSERT INTO role_permission (version, role, permission)
SELECT '2569.1', role, unnest(string_to_array(permissions, ' ')) FROM (VALUES
    ('registry_admin',    'registry.institutions.manage registry.staff.manage catalogue.publish qualification.publish'),
    ('agency_publisher',  'catalogue.publish qualification.publish rule.publish'),
    ('school_recorder',   'credit.record credit.read registry.learners.read registry.learners.register'),
    ('area_recorder',     'credit.record credit.read registry.learners.read registry.learners.register'),
    ('college_recorder',  'credit.record credit.read registry.learners.read registry.learners.register'),
    ('school_registrar',  'credit.verify credit.count credit.read transcript.read registry.learners.read registry.learners.register registry.identifier.change registry.grants.manage offering.manage catalogue.publish transfer.read'),
    ('area_registrar',    'credit.verify credit.count credit.read transcript.read registry.learners.read registry.learners.register registry.identifier.change registry.grants.manage offering.manage catalogue.publish transfer.read'),
    ('college_registrar', 'credit.verify credit.count credit.read transcript.read transfer.open transfer.review transfer.post transfer.read offering.manage catalogue.publish registry.learners.read registry.learners.register'),
    ('school_director',   'partnership.manage committee.manage credit.read registry.learners.read'),
    ('college_director',  'partnership.manage committee.manage rule.publish transfer.read'),
    ('committee_member',  'transfer.vote transfer.read transcript.read'),
    ('committee_chair',   'transfer.vote transfer.read transcript.read transfer.decide'),
    ('homeroom_teacher',  'screening.record guidance.read registry.learners.read'),
    ('guidance_teacher',  'activity.record screening.record guidance.read registry.learners.read'),
    ('learner',           'own.read own.grant'),
    ('auditor',           'access.read credit.read'),
    ('report_reader',     'report.read')
) AS seed (role, permissions);
