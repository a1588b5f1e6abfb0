-- From when on a school's data are old on the desk of its area office.
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('AREA_DESK_IMPORT_DAYS', '2026-01-01', '200', '2569.1', 'credit-bank.md e.7 (three rounds a year); the days are ours', 'assumed'),
    ('AREA_DESK_CONTACTS_PCT', '2026-01-01', '20', '2569.1', 'seeds.md R-62, R-78; the share is ours', 'assumed');
CREATE INDEX learner_identifier_conflict ON learner_identifier (identifier_id) WHERE verification_state = 'CONFLICT';
