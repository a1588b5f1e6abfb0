-- What cannot be worked off is set aside with its reason, and seen by whoever began it.

ALTER TABLE case_batch
    ADD COLUMN reason text NOT NULL DEFAULT '',
    DROP CONSTRAINT case_batch_state_check,
    ADD CONSTRAINT case_batch_state_check CHECK (state IN ('WAITING', 'RUNNING', 'FINISHED', 'FAILED')),
    ADD CONSTRAINT case_batch_says_why CHECK (state <> 'FAILED' OR reason <> '');
ALTER TABLE result_import ADD COLUMN reason text NOT NULL DEFAULT '';
