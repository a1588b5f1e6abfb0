-- Workplaces, learning places and local experts, and who works with them.

-- Fields of occupation: a list of our own, no official code of any register.
CREATE TABLE occupation_field (
    field_code  text     PRIMARY KEY CHECK (field_code ~ '^[A-Z][A-Z0-9_]{1,29}$'),
    name_th     text     NOT NULL,
    place       smallint NOT NULL,
    effective_from date,
    source      text     NOT NULL,
    source_version text,
    data_status text     NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
INSERT INTO occupation_field (field_code, name_th, place, source, source_version, data_status)
SELECT code, name_th, place, 'ours, after 002:968, 002:978', '2569.1', 'assumed' FROM (VALUES
    ('AGRICULTURE',    'เกษตรกรรมและประมง',          1), ('FOOD',         'อาหารและโภชนาการ',           2),
    ('TEXTILES',       'สิ่งทอและเครื่องแต่งกาย',         3), ('MECHANICS',    'ช่างยนต์และเครื่องกล',          4),
    ('ELECTRICITY',    'ไฟฟ้าและอิเล็กทรอนิกส์',         5), ('CONSTRUCTION', 'ก่อสร้างและงานเชื่อม',         6),
    ('COMMERCE',       'พาณิชยกรรมและบริหารธุรกิจ',      7), ('TOURISM',      'การท่องเที่ยวและการโรงแรม',     8),
    ('DIGITAL',        'คอมพิวเตอร์และดิจิทัล',         9), ('HEALTH',       'สุขภาพและการบริบาล',         10),
    ('BEAUTY',         'ความงาม',                  11), ('ARTS_CRAFTS',  'ศิลปหัตถกรรม',             12),
    ('LOCAL_WISDOM',   'ภูมิปัญญาท้องถิ่น',            13), ('PUBLIC_SERVICE', 'บริการสาธารณะ',          14),
    ('OTHER',          'อื่น ๆ',                     99)
) AS seed (code, name_th, place);

CREATE TABLE workplace (
    workplace_id          uuid        PRIMARY KEY,
    keeper_institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    reference             text        NOT NULL CHECK (reference <> ''),
    kind                  text        NOT NULL CHECK (kind IN ('WORKPLACE', 'LEARNING_PLACE', 'LOCAL_EXPERT')),
    name_th               text        NOT NULL CHECK (name_th <> ''), -- of an expert what he is known for, no name
    field_codes           text[]      NOT NULL,
    area_institution_id   uuid        REFERENCES institution ON DELETE RESTRICT,
    area_text             text        NOT NULL,
    capacity              integer     CHECK (capacity >= 0), -- learners at once; NULL: not known
    offers_th             text        NOT NULL,
    institution_id        uuid        REFERENCES institution ON DELETE RESTRICT,
    closed_on             date,
    source                text        NOT NULL,
    data_status           text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from        date,
    source_version        text,
    recorded_at           timestamptz NOT NULL,
    recorded_by           text        NOT NULL,
    CONSTRAINT workplace_reference_key UNIQUE (keeper_institution_id, reference)
);
CREATE INDEX workplace_name ON workplace (name_th COLLATE "th-x-icu", workplace_id);
CREATE INDEX workplace_text ON workplace USING gin (name_th gin_trgm_ops, offers_th gin_trgm_ops, area_text gin_trgm_ops);
CREATE INDEX workplace_fields ON workplace USING gin (field_codes);
CREATE INDEX workplace_area ON workplace (area_institution_id);

-- How to reach it: sealed (AES-256-GCM), bound to its row.
CREATE TABLE workplace_contact (
    workplace_id uuid     PRIMARY KEY REFERENCES workplace ON DELETE RESTRICT,
    contact      bytea    NOT NULL,
    key_version  smallint NOT NULL
);

-- What an entry was before each change. Contacts are not kept: an old telephone number serves nobody.
CREATE TABLE workplace_history (
    workplace_history_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workplace_id         uuid        NOT NULL REFERENCES workplace ON DELETE RESTRICT,
    kind                 text        NOT NULL,
    name_th              text        NOT NULL,
    field_codes          text[]      NOT NULL,
    area_institution_id  uuid,
    area_text            text        NOT NULL,
    capacity             integer,
    offers_th            text        NOT NULL,
    institution_id       uuid,
    closed_on            date,
    source               text        NOT NULL,
    data_status          text        NOT NULL,
    recorded_at          timestamptz NOT NULL,
    recorded_by          text        NOT NULL,
    replaced_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workplace_history_workplace ON workplace_history (workplace_id);
CREATE FUNCTION keep_workplace_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workplace_history (workplace_id, kind, name_th, field_codes, area_institution_id, area_text, capacity,
                                   offers_th, institution_id, closed_on, source, data_status, recorded_at, recorded_by)
    SELECT workplace_id, kind, name_th, field_codes, area_institution_id, area_text, capacity, offers_th,
           institution_id, closed_on, source, data_status, recorded_at, recorded_by FROM replaced;
    RETURN NULL;
END $$;
CREATE TRIGGER workplace_updated AFTER UPDATE ON workplace REFERENCING OLD TABLE AS replaced
    FOR EACH STATEMENT EXECUTE FUNCTION keep_workplace_history();

-- Who looked at the person and contact of a local expert, beside the keeper.
CREATE TABLE workplace_contact_read (
    contact_read_id uuid        PRIMARY KEY DEFAULT uuidv7(),
    workplace_id    uuid        NOT NULL REFERENCES workplace ON DELETE RESTRICT,
    institution_id  uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    read_by         text        NOT NULL, -- keyed hash of the subject
    role            text        NOT NULL,
    purpose         text        NOT NULL,
    read_at         timestamptz NOT NULL
);
CREATE INDEX workplace_contact_read_workplace ON workplace_contact_read (workplace_id, read_at DESC);

CREATE TABLE cooperation (
    cooperation_id uuid        PRIMARY KEY,
    workplace_id   uuid        NOT NULL REFERENCES workplace ON DELETE RESTRICT,
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    recorded_at    timestamptz NOT NULL,
    CONSTRAINT cooperation_key UNIQUE (workplace_id, institution_id)
);
CREATE INDEX cooperation_institution ON cooperation (institution_id);

-- Every state of a cooperation; the one recorded last holds.
CREATE TABLE cooperation_statement (
    statement_id   uuid        PRIMARY KEY DEFAULT uuidv7(),
    cooperation_id uuid        NOT NULL REFERENCES cooperation ON DELETE RESTRICT,
    sequence       integer     NOT NULL CHECK (sequence > 0),
    status         text        NOT NULL CHECK (status IN ('ASKED', 'AGREED', 'ACTIVE', 'DECLINED', 'ENDED')),
    valid_from     date        NOT NULL,
    places         integer     CHECK (places >= 0), -- learners agreed on
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    recorded_at    timestamptz NOT NULL,
    recorded_by    text        NOT NULL,
    CONSTRAINT cooperation_statement_key UNIQUE (cooperation_id, sequence)
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['workplace_history', 'workplace_contact_read', 'cooperation_statement'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['workplace', 'workplace_contact', 'cooperation'] LOOP
        EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
