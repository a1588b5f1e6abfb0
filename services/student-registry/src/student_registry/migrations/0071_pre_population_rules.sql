-- Smallest number of people that a count shows. After 0040, which makes the table.
INSERT INTO registry_rule (rule, effective_from, value, version, source, data_status) VALUES
    ('SMALLEST_CELL_SHOWN', '2026-01-01', '5', '2569.1', 'guidance.md j', 'assumed'),
    ('SMALLEST_CELL_SHOWN_RESTRICTED', '2026-01-01', '10', '2569.1', 'guidance.md j', 'assumed');
