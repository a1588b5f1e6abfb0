-- Searching names by any part of them: trigrams of the normalised current names. Letters and their marks count alike, so
-- Thai is searched as it is written. Prefixes need one letter; parts of two letters go through the institution's roll.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX learner_name_trigrams ON learner_name USING gin (matching_given gin_trgm_ops, matching_family gin_trgm_ops)
    WHERE ended_at IS NULL;

-- An area office that looks at a learner of one of its institutions: the learner sees that in his access list.
ALTER TABLE access_record
    DROP CONSTRAINT access_record_ground_check,
    ADD CONSTRAINT access_record_ground_check
        CHECK (ground IN ('OWN_INSTITUTION', 'PARTNERSHIP', 'CASE', 'GRANT', 'AUDIT', 'OVERSIGHT'));
