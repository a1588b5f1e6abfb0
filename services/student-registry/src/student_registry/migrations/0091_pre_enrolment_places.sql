-- At which kinds of institutions somebody can be enrolled in which role: no source lists them.
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('ENROLMENT_PLACES_PRIMARY', '2026-01-01',
     'SCHOOL BRANCH_SCHOOL COLLEGE UNIVERSITY LEARNING_CENTRE NONFORMAL_CENTRE HOME_SCHOOL',
     '2569.1', 'ours, after credit-bank.md e.7 and seeds.md R-16, R-72b', 'assumed'),
    ('ENROLMENT_PLACES_PARTNER', '2026-01-01',
     'SCHOOL BRANCH_SCHOOL COLLEGE UNIVERSITY LEARNING_CENTRE NONFORMAL_CENTRE WORKPLACE',
     '2569.1', 'ours, after credit-bank.md e.7 and seeds.md R-16, R-72b', 'assumed'),
    ('ENROLMENT_PLACES_HOSTING', '2026-01-01',
     'SCHOOL BRANCH_SCHOOL COLLEGE UNIVERSITY LEARNING_CENTRE NONFORMAL_CENTRE WORKPLACE HOSPITAL',
     '2569.1', 'ours, after credit-bank.md e.7 and seeds.md R-16, R-72b', 'assumed'),
    ('ENROLMENT_PLACES_SHORT_COURSE', '2026-01-01',
     'SCHOOL BRANCH_SCHOOL COLLEGE UNIVERSITY LEARNING_CENTRE NONFORMAL_CENTRE WORKPLACE',
     '2569.1', 'ours, after credit-bank.md e.7 and seeds.md R-20', 'assumed'),
    ('ENROLMENT_PLACES_HOME_SCHOOL', '2026-01-01',
     'AREA_OFFICE_PRIMARY AREA_OFFICE_SECONDARY',
     '2569.1', 'ours, after seeds.md 002:891-899: an area office keeps the home-school learners of its area', 'assumed');
