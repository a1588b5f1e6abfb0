-- What a refused statement puts in doubt: an identifier that another institution contradicts, and two learners to whom
-- the identifiers of one person lead.

ALTER TABLE learner_identifier_verification
    DROP CONSTRAINT learner_identifier_verification_basis_check,
    ADD CONSTRAINT learner_identifier_verification_basis_check
        CHECK (basis IN ('DOCUMENT', 'AREA_APPROVAL', 'REVIEW', 'CONTRADICTION'));
ALTER TABLE match_candidate
    DROP CONSTRAINT match_candidate_origin_check,
    ADD CONSTRAINT match_candidate_origin_check CHECK (origin IN ('PROBABLE', 'REPORTED', 'IDENTIFIERS'));
