-- Whether a source of a case changed is asked with every case that is read, and with every look at a learner.
CREATE INDEX review_flag_line ON review_flag (line_id) WHERE resolved_at IS NULL AND line_id IS NOT NULL;
