-- Version 2569.2: what the registry itself asks of people (profiles, statuses, moves, year end, consents, area desk).
-- Status assumed, like 2569.1. Two roles of the area office are new.

INSERT INTO role (role, name_th, is_assignable, institution_kinds, needs_classroom) VALUES
    ('area_officer',  'เจ้าหน้าที่ทะเบียนของเขตพื้นที่', true, '{AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY,PROVINCE_OFFICE}', false),
    ('area_director', 'ผู้อำนวยการเขตพื้นที่',        true, '{AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY,PROVINCE_OFFICE}', false);

INSERT INTO role_permission_version (version, effective_from, source, data_status)
VALUES ('2569.2', '2026-11-01', 'credit-bank.md b, e.7; guidance.md b, j', 'assumed');

INSERT INTO role_permission (version, role, permission)
SELECT '2569.2', role, permission FROM role_permission WHERE version = '2569.1';

INSERT INTO role_permission (version, role, permission)
SELECT DISTINCT '2569.2', role, unnest(string_to_array(permissions, ' ')) FROM (VALUES
    ('registry_admin',    'registry.learners.merge registry.matching.review registry.memberships.manage registry.workplaces.manage registry.population.read registry.area_desk.read registry.processing.read'),
    ('agency_publisher',  'registry.memberships.manage registry.population.read'),
    ('school_registrar',  'registry.profile.write registry.restricted.read registry.restricted.write registry.status.record registry.movement.manage registry.year_end.run registry.matching.review registry.workplaces.manage registry.consents.manage registry.requests.answer registry.learners.export registry.population.read registry.staff.handover'),
    ('area_registrar',    'registry.profile.write registry.restricted.read registry.restricted.write registry.status.record registry.movement.manage registry.year_end.run registry.matching.review registry.learners.merge registry.workplaces.manage registry.consents.manage registry.requests.answer registry.learners.export registry.population.read registry.memberships.manage registry.area_desk.read registry.area_desk.approve registry.imports.acknowledge registry.staff.handover'),
    ('college_registrar', 'registry.profile.write registry.restricted.read registry.restricted.write registry.identifier.change registry.status.record registry.movement.manage registry.year_end.run registry.matching.review registry.workplaces.manage registry.consents.manage registry.requests.answer registry.learners.export registry.population.read registry.grants.manage registry.staff.handover'),
    ('school_recorder',   'registry.profile.write registry.status.record'),
    ('college_recorder',  'registry.profile.write registry.status.record'),
    ('area_recorder',     'registry.profile.write registry.status.record'),
    ('homeroom_teacher',  'registry.status.record'),
    ('guidance_teacher',  'registry.status.record'),
    ('school_director',   'registry.imports.certify registry.population.read registry.staff.handover registry.processing.read'),
    ('college_director',  'registry.learners.read registry.imports.certify registry.population.read registry.staff.handover registry.processing.read'),
    ('area_officer',      'registry.learners.read registry.area_desk.read registry.area_desk.approve registry.imports.acknowledge registry.population.read registry.memberships.manage registry.workplaces.manage registry.matching.review'),
    ('area_director',     'registry.area_desk.read registry.population.read registry.processing.read'),
    ('report_reader',     'registry.population.read'),
    ('auditor',           'registry.processing.read'),
    ('learner',           'own.consent own.request own.contact')
) AS seed (role, permissions)
ON CONFLICT DO NOTHING;
