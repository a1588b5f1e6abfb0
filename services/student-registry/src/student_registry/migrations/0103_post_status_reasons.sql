-- Code before this version left the reason out where a status speaks for itself; what it wrote stays as it is.
ALTER TABLE learner_status ADD CONSTRAINT learner_status_has_reason CHECK (status IS NULL OR reason_code IS NOT NULL)
    NOT VALID;
