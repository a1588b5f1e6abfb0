-- Bundles of several files go the way of every learner file: which of them a fault is in, and rows that are none of ours.
ALTER TABLE learner_import ADD COLUMN ignored integer NOT NULL DEFAULT 0 CHECK (ignored >= 0);
ALTER TABLE learner_import_fault ADD COLUMN file_name text;
