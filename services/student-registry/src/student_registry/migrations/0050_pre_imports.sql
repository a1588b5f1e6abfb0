-- Imports that go on after a stop: the file checked whole, its good rows in sealed parts, each applied once; what a
-- file would change, shown before; rounds of the year as dated snapshots; layouts of other owners' files as data.

DROP TRIGGER append_only ON learner_import;
ALTER TABLE learner_import
    DROP CONSTRAINT learner_import_check,
    ADD COLUMN state              text        NOT NULL DEFAULT 'DONE' CHECK (state IN
                                      ('CHECKING', 'COMPARING', 'READY', 'APPLYING', 'DONE', 'FAILED')),
    ADD COLUMN is_held            boolean     NOT NULL DEFAULT false, -- shows its differences and waits for a word
    ADD COLUMN failure_reason     text,
    ADD COLUMN declared_encoding  text,
    ADD COLUMN separator          text        NOT NULL DEFAULT ',',
    ADD COLUMN header             text[]      NOT NULL DEFAULT '{}',
    ADD COLUMN source             text        NOT NULL DEFAULT 'learner file',
    ADD COLUMN data_status        text        NOT NULL DEFAULT 'assumed' CHECK (data_status IN
                                      ('confirmed', 'assumed', 'demonstration')),
    ADD COLUMN are_documents_seen boolean     NOT NULL DEFAULT false,
    ADD COLUMN imported_by_role   text        NOT NULL DEFAULT '',
    ADD COLUMN permission_version text        NOT NULL DEFAULT '',
    ADD COLUMN round_id           uuid,
    ADD COLUMN rows_done          integer     NOT NULL DEFAULT 0,
    ADD COLUMN next_part          integer     NOT NULL DEFAULT 1,
    ADD COLUMN tries              integer     NOT NULL DEFAULT 0,
    ADD COLUMN leased_by          uuid,
    ADD COLUMN leased_until       timestamptz,
    ADD CONSTRAINT learner_import_sum CHECK (state <> 'DONE' OR accepted + already_known + rejected = row_count),
    ADD CONSTRAINT learner_import_failure CHECK ((state = 'FAILED') = (failure_reason IS NOT NULL));
CREATE INDEX learner_import_waiting ON learner_import (imported_at) WHERE state IN ('CHECKING', 'COMPARING', 'APPLYING');

CREATE FUNCTION refuse_change_of_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an import that is % stays as it is', OLD.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER done_stays BEFORE UPDATE ON learner_import
    FOR EACH ROW WHEN (OLD.state IN ('DONE', 'FAILED')) EXECUTE FUNCTION refuse_change_of_done();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_import
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What is still to be done, sealed like identifiers and bound to its place: pieces of the file until it was checked,
-- then its good rows until they were applied. Deleted as soon as it is not needed.
CREATE TABLE learner_import_file (
    import_id   uuid     NOT NULL REFERENCES learner_import ON DELETE RESTRICT,
    piece_no    integer  NOT NULL,
    content     bytea    NOT NULL,
    key_version smallint NOT NULL,
    PRIMARY KEY (import_id, piece_no)
);
ALTER TABLE learner_import_file ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE learner_import_part (
    import_id   uuid     NOT NULL REFERENCES learner_import ON DELETE RESTRICT,
    part_no     integer  NOT NULL,
    row_count   integer  NOT NULL CHECK (row_count >= 0),
    content     bytea    NOT NULL,
    key_version smallint NOT NULL,
    PRIMARY KEY (import_id, part_no)
);
ALTER TABLE learner_import_part ALTER COLUMN content SET STORAGE EXTERNAL;

-- Cells of rejected rows, sealed, for the sender's own download; deleted when kept long enough.
CREATE TABLE learner_import_rejected (
    import_id   uuid        NOT NULL REFERENCES learner_import ON DELETE RESTRICT,
    row_no      integer     NOT NULL,
    content     bytea       NOT NULL,
    key_version smallint    NOT NULL,
    kept_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import_id, row_no)
);
CREATE INDEX learner_import_rejected_kept_at ON learner_import_rejected USING brin (kept_at);
CREATE INDEX learner_import_fault_row ON learner_import_fault (import_id, row_no, fault_no);

-- What a held file would change. Without reference to learners: it is what was shown, also after a merge.
CREATE TABLE learner_import_difference (
    import_id  uuid    NOT NULL REFERENCES learner_import ON DELETE RESTRICT,
    kind       text    NOT NULL CHECK (kind IN ('NEW', 'CHANGED', 'UNCHANGED', 'MISSING')),
    position   integer NOT NULL, -- row of the file; of a missing learner a running number
    learner_id uuid, -- NULL: new
    changes    jsonb   NOT NULL DEFAULT '[]',
    PRIMARY KEY (import_id, kind, position)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON learner_import_difference
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- rounds -------------------------------------------------------------------------------------------------------------

-- Which rounds a year has and on which day each shows the learners. Source: credit-bank.md e.7 [T37].
CREATE TABLE import_round_kind (
    kind           text     NOT NULL CHECK (kind ~ '^[A-Z0-9_]{2,40}$'),
    name_th        text     NOT NULL,
    month          smallint NOT NULL CHECK (month BETWEEN 1 AND 12),
    day            smallint NOT NULL CHECK (day BETWEEN 1 AND 31),
    year_offset    smallint NOT NULL, -- years after the year in which the academic year begins
    version        text     NOT NULL,
    effective_from date     NOT NULL,
    source         text     NOT NULL,
    data_status    text     NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (kind, effective_from)
);
INSERT INTO import_round_kind (kind, name_th, month, day, year_offset, version, effective_from, source, data_status) VALUES
    ('JUNE_10',     'รอบ 10 มิถุนายน',    6, 10, 0, '2569.1', '2026-01-01', 'credit-bank.md e.7 [T37]', 'confirmed'),
    ('NOVEMBER_10', 'รอบ 10 พฤศจิกายน', 11, 10, 0, '2569.1', '2026-01-01', 'credit-bank.md e.7 [T37]', 'confirmed'),
    ('YEAR_END',    'รอบสิ้นปีการศึกษา',  3, 31, 1, '2569.1', '2026-01-01', 'credit-bank.md e.7 [T37]; the day is ours', 'assumed');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON import_round_kind
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE import_round (
    round_id         uuid        PRIMARY KEY,
    institution_id   uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    academic_year_be smallint    NOT NULL CHECK (academic_year_be BETWEEN 2500 AND 2700),
    kind             text        NOT NULL,
    kind_version     text        NOT NULL,
    reference_date   date        NOT NULL,
    stage            text        NOT NULL DEFAULT 'OPEN' CHECK (stage IN ('OPEN', 'CONFIRMED', 'CERTIFIED', 'ACKNOWLEDGED')),
    import_id        uuid        REFERENCES learner_import ON DELETE RESTRICT, -- the file that was confirmed
    learner_count    integer,
    opened_at        timestamptz NOT NULL,
    opened_by        text        NOT NULL,
    confirmed_at     timestamptz,
    confirmed_by     text,
    certified_at     timestamptz,
    certified_by     text,
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    acknowledged_institution_id uuid REFERENCES institution ON DELETE RESTRICT,
    CONSTRAINT import_round_key UNIQUE (institution_id, academic_year_be, kind),
    CHECK ((stage <> 'OPEN') = (confirmed_at IS NOT NULL)),
    CHECK ((stage IN ('CERTIFIED', 'ACKNOWLEDGED')) = (certified_at IS NOT NULL)),
    CHECK ((stage = 'ACKNOWLEDGED') = (acknowledged_at IS NOT NULL)),
    CHECK (certified_by <> confirmed_by AND acknowledged_by NOT IN (confirmed_by, certified_by))
);
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON import_round
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE learner_import ADD CONSTRAINT learner_import_round FOREIGN KEY (round_id) REFERENCES import_round ON DELETE RESTRICT;
CREATE INDEX learner_import_round_id ON learner_import (round_id) WHERE round_id IS NOT NULL;

-- Who was enrolled on the day of the round, as the school confirmed it. A snapshot: no merge and no correction moves it.
CREATE TABLE import_round_learner (
    round_id        uuid NOT NULL REFERENCES import_round ON DELETE RESTRICT,
    enrolment_id    uuid NOT NULL,
    learner_id      uuid NOT NULL,
    role            text NOT NULL,
    delivery_system text NOT NULL,
    grade_label     text NOT NULL,
    classroom       text NOT NULL,
    programme_code  text NOT NULL,
    PRIMARY KEY (round_id, enrolment_id)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON import_round_learner
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- layouts and census -------------------------------------------------------------------------------------------------

-- How another owner's file becomes one of ours; a new version is a new row, the one that took effect last holds.
CREATE TABLE import_layout (
    layout         text        NOT NULL CHECK (layout ~ '^[a-z0-9][a-z0-9-]{1,59}$'),
    version        text        NOT NULL CHECK (version <> ''),
    base           text        NOT NULL,
    definition     jsonb       NOT NULL,
    effective_from date        NOT NULL,
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    published_at   timestamptz NOT NULL,
    published_by   text        NOT NULL,
    PRIMARY KEY (layout, version),
    CONSTRAINT import_layout_day UNIQUE (layout, effective_from)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON import_layout
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A row of a census about a person without any number is the same statement when it is sent again; a keyed hash of it.
CREATE TABLE census_person (
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    statement_hash bytea       NOT NULL CHECK (octet_length(statement_hash) = 32),
    learner_id     uuid        NOT NULL,
    stated_at      timestamptz NOT NULL,
    CONSTRAINT census_person_pkey PRIMARY KEY (institution_id, statement_hash)
);

INSERT INTO role_permission (version, role, permission) VALUES
    ('2569.2', 'registry_admin', 'registry.layouts.manage')
ON CONFLICT DO NOTHING;
