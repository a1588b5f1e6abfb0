-- A case that waits for an answer is due again once the days are used up for which its clock may stand.
DROP INDEX transfer_case_due;
CREATE INDEX transfer_case_due ON transfer_case (institution_id, due_on)
 WHERE state IN ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'WAITING_FOR_INFORMATION', 'APPEALED');
