-- Version 2569.3: what the credit bank asks of people (drafts and approvals, corrections, appeals, reversals, awarding,
-- surveys, exchange). Status assumed, like 2569.1 and 2569.2. Assessors of workplaces are a new role.

INSERT INTO role (role, name_th, is_assignable, institution_kinds, needs_classroom) VALUES
    ('outside_assessor', 'ผู้ประเมินจากสถานประกอบการหรือหน่วยงานภายนอก', true, '{WORKPLACE,COLLEGE,SCHOOL,LEARNING_CENTRE,HOSPITAL}', false);

INSERT INTO role_permission_version (version, effective_from, source, data_status)
VALUES ('2569.3', '2026-11-15', 'credit-bank.md b, c.2, c.3; seeds.md R-9, R-17, R-21, R-26', 'assumed');

INSERT INTO role_permission (version, role, permission)
SELECT '2569.3', role, permission FROM role_permission WHERE version = '2569.2';

INSERT INTO role_permission (version, role, permission)
SELECT DISTINCT '2569.3', role, unnest(string_to_array(permissions, ' ')) FROM (VALUES
    ('registry_admin',    'exchange.manage rule.publish catalogue.approve'),
    ('agency_publisher',  'catalogue.approve rule.propose rule.review committee.manage exchange.manage'),
    ('school_recorder',   'credit.assess'),
    ('college_recorder',  'credit.assess'),
    ('area_recorder',     'credit.assess'),
    ('school_registrar',  'credit.correct credit.revoke credit.expire rule.propose transfer.open transfer.review transfer.post transfer.reverse awarding.redeem survey.manage'),
    ('area_registrar',    'credit.correct credit.revoke credit.expire rule.propose transfer.open transfer.review transfer.post transfer.reverse awarding.redeem survey.manage'),
    ('college_registrar', 'credit.correct credit.revoke credit.expire rule.propose transfer.reverse awarding.redeem survey.manage'),
    ('school_director',   'credit.approve credit.revoke catalogue.approve rule.review rule.publish awarding.unredeem transfer.read'),
    ('college_director',  'credit.approve credit.revoke catalogue.approve rule.review awarding.unredeem credit.read'),
    ('area_director',     'credit.approve credit.revoke catalogue.approve rule.review rule.publish committee.manage partnership.manage transfer.read awarding.unredeem'),
    ('committee_member',  'rule.propose'),
    ('committee_chair',   'rule.propose rule.review transfer.reverse'),
    ('guidance_teacher',  'survey.manage'),
    ('outside_assessor',  'credit.assess'),
    ('learner',           'own.transfer own.survey')
) AS seed (role, permissions)
ON CONFLICT DO NOTHING;
