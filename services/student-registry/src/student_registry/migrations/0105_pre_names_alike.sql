-- Comparing looks at former names too, which the index of current ones could not serve: everybody was read for each
-- learner. The wider index serves both, search as well.
DROP INDEX learner_name_trigrams;
CREATE INDEX learner_name_trigrams ON learner_name USING gin (matching_given gin_trgm_ops, matching_family gin_trgm_ops);
