-- A file of results is taken in the request and worked off part by part, beside it where it is large. A process that dies
-- leaves it to the next one when its lease is over. What the rows say is kept sealed: parts until they are done, rejected
-- rows until their sender had time to fetch them.

ALTER TABLE result_import
    DROP COLUMN faults,  -- no release has it
    ADD COLUMN state         text        NOT NULL DEFAULT 'DONE' CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
    ADD COLUMN is_dry_run    boolean     NOT NULL DEFAULT false,
    ADD COLUMN rows_done     integer     NOT NULL DEFAULT 0 CHECK (rows_done >= 0),
    ADD COLUMN header        text[]      NOT NULL DEFAULT '{}',
    ADD COLUMN separator     text        NOT NULL DEFAULT ',',
    ADD COLUMN assignment_id uuid,
    ADD COLUMN role          text        NOT NULL DEFAULT '',
    ADD COLUMN next_part     integer     NOT NULL DEFAULT 1 CHECK (next_part > 0),
    ADD COLUMN lease         uuid,
    ADD COLUMN lease_until   timestamptz,
    ADD COLUMN finished_at   timestamptz;
CREATE INDEX result_import_running ON result_import (import_id) WHERE state = 'RUNNING';

CREATE TABLE result_import_part (
    import_id uuid    NOT NULL REFERENCES result_import,
    number    integer NOT NULL CHECK (number > 0),
    sealed    bytea   NOT NULL,
    PRIMARY KEY (import_id, number)
);

CREATE TABLE result_import_fault (
    import_id    uuid    NOT NULL REFERENCES result_import,
    row_number   integer NOT NULL,
    fault_no     bigint  GENERATED ALWAYS AS IDENTITY,
    column_name  text,
    masked_value text,
    reason       text    NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (import_id, row_number, fault_no)
);

CREATE TABLE result_import_rejected (
    import_id  uuid        NOT NULL REFERENCES result_import,
    row_number integer     NOT NULL,
    sealed     bytea       NOT NULL,
    kept_since timestamptz NOT NULL,
    PRIMARY KEY (import_id, row_number)
);
CREATE INDEX result_import_rejected_age ON result_import_rejected (kept_since);
