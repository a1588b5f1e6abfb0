-- What was wrong with the rows of a file, as it was told: columns and reasons, numbers of persons by their last four at most.
-- The rows themselves are not kept: they name people.
ALTER TABLE result_import ADD COLUMN faults jsonb NOT NULL DEFAULT '[]';
CREATE INDEX result_import_institution ON result_import (institution_id, import_id);
