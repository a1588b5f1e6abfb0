-- Institutions change: more kinds, codes with days, several trees with dated parents, opening, closing, merging, history.

ALTER TABLE institution DROP CONSTRAINT institution_kind_check;
ALTER TABLE institution
    ADD CONSTRAINT institution_kind_check CHECK (kind IN ('SCHOOL', 'COLLEGE', 'AREA_OFFICE_PRIMARY',
        'AREA_OFFICE_SECONDARY', 'HOME_SCHOOL', 'UNIVERSITY', 'AGENCY', 'LEARNING_CENTRE', 'WORKPLACE', 'HOSPITAL',
        'PROVINCE_OFFICE', 'SCHOOL_NETWORK', 'DISTRICT', 'GUIDANCE_CENTRE', 'PROVINCE_VOCATIONAL_OFFICE',
        'NONFORMAL_CENTRE', 'BRANCH_SCHOOL')),
    ADD COLUMN province_code              text CHECK (province_code ~ '^[0-9]{2}$'),
    ADD COLUMN opened_on                  date,
    ADD COLUMN closed_on                  date, -- last day
    ADD COLUMN merged_into_institution_id uuid REFERENCES institution ON DELETE RESTRICT,
    ADD COLUMN revision                   integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT institution_period_check CHECK (closed_on >= opened_on),
    ADD CONSTRAINT institution_merged_check CHECK (merged_into_institution_id IS NULL OR closed_on IS NOT NULL),
    ADD CONSTRAINT institution_merged_elsewhere_check CHECK (merged_into_institution_id <> institution_id);
UPDATE institution SET province_code = substr(official_code, 3, 2) WHERE official_code IS NOT NULL;

-- The first two digits of an official code. Names that the brief does not give stay empty.
CREATE TABLE affiliation (
    affiliation_code text   PRIMARY KEY CHECK (affiliation_code ~ '^[0-9]{2}$'),
    name_th          text,
    name_en          text,
    partner_kinds    text[] NOT NULL DEFAULT '{}', -- who may be a partner in dual education; empty: not stated
    effective_from   date,
    source           text   NOT NULL,
    source_version   text,
    data_status      text   NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
INSERT INTO affiliation (affiliation_code, name_th, name_en, partner_kinds, source, data_status)
SELECT code, name_th, name_en, kinds::text[], 'credit-bank.md e.3 [T30]', status FROM (VALUES
    ('10', 'สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน',    'Office of the Basic Education Commission', '{SCHOOL}',         'confirmed'),
    ('11', 'สำนักงานคณะกรรมการส่งเสริมการศึกษาเอกชน', 'Office of the Private Education Commission', '{SCHOOL,COLLEGE}', 'confirmed'),
    ('12', 'การศึกษานอกระบบและการศึกษาตามอัธยาศัย', 'Non-formal and informal education',        '{}',               'confirmed'),
    ('13', 'สำนักงานคณะกรรมการการอาชีวศึกษา',       'Office of the Vocational Education Commission', '{COLLEGE}',    'confirmed'),
    ('14', 'สถาบันอุดมศึกษา',                     'Higher education',                         '{}',               'confirmed'),
    ('15', 'โรงเรียนมหิดลวิทยานุสรณ์',               'Mahidol Wittayanusorn School',             '{}',               'confirmed'),
    ('30', 'องค์กรปกครองส่วนท้องถิ่น',               'Local government',                         '{SCHOOL}',         'confirmed'),
    ('31', 'กรุงเทพมหานคร',                      'Bangkok Metropolitan Administration',      '{SCHOOL}',         'confirmed'),
    ('32', NULL, NULL, '{}', 'assumed'), ('33', NULL, NULL, '{}', 'assumed'), ('50', NULL, NULL, '{}', 'assumed'),
    ('55', NULL, NULL, '{}', 'assumed'), ('56', NULL, NULL, '{}', 'assumed'), ('57', NULL, NULL, '{}', 'assumed'),
    ('58', NULL, NULL, '{}', 'assumed'), ('60', NULL, NULL, '{}', 'assumed'), ('65', NULL, NULL, '{}', 'assumed'),
    ('70', NULL, NULL, '{}', 'assumed')
) AS seed (code, name_th, name_en, kinds, status);

-- In which trees an institution may stand, and which kinds may be a parent there; empty: any.
CREATE TABLE institution_tree (
    tree         text   PRIMARY KEY,
    name_th      text   NOT NULL,
    parent_kinds text[] NOT NULL,
    source       text   NOT NULL,
    data_status  text   NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);
INSERT INTO institution_tree (tree, name_th, parent_kinds, source, data_status) VALUES
    ('administration', 'สายการบังคับบัญชา', '{}',                                                   'credit-bank.md e.3', 'assumed'),
    ('network',        'สหวิทยาเขต',      '{SCHOOL_NETWORK,AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY}', '002:285-293', 'assumed'),
    ('district',       'อำเภอ',          '{DISTRICT,PROVINCE_OFFICE}',                           '003:69-73',          'assumed'),
    ('guidance',       'ศูนย์แนะแนว',      '{GUIDANCE_CENTRE}',                                    '000:5-15, R-32',     'assumed'),
    ('branch',         'โรงเรียนหลักและสาขา', '{SCHOOL}',                                            '003:67, R-72b',      'assumed'),
    ('province',       'จังหวัด',         '{PROVINCE_OFFICE,PROVINCE_VOCATIONAL_OFFICE}',         '002:826, 002:978',   'assumed');

-- What an institution was and became: one row for each change, never changed.
CREATE TABLE institution_change (
    change_id      uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL REFERENCES institution ON DELETE RESTRICT,
    kind           text        NOT NULL CHECK (kind IN ('REGISTERED', 'CHANGED', 'CORRECTED')),
    before         jsonb       CHECK ((before IS NULL) = (kind = 'REGISTERED')),
    after          jsonb       NOT NULL,
    source         text        NOT NULL,
    data_status    text        NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    recorded_at    timestamptz NOT NULL,
    recorded_by    text        NOT NULL
);
CREATE INDEX institution_change_institution ON institution_change (institution_id, change_id DESC);

-- Parents: a row that was written wrong, or got another end, is superseded and stays.
ALTER TABLE institution_parent DROP CONSTRAINT institution_parent_pkey;
ALTER TABLE institution_parent
    ADD COLUMN parent_id     uuid NOT NULL DEFAULT uuidv7() CONSTRAINT institution_parent_pkey PRIMARY KEY,
    ADD COLUMN superseded_at timestamptz,
    ADD CONSTRAINT institution_parent_tree_fkey FOREIGN KEY (tree) REFERENCES institution_tree ON DELETE RESTRICT,
    ADD CONSTRAINT institution_parent_overlap
        EXCLUDE USING gist (institution_id WITH =, tree WITH =, valid_during WITH &&) WHERE (superseded_at IS NULL);
DROP INDEX institution_parent_children;
CREATE INDEX institution_parent_children ON institution_parent (parent_institution_id, tree)
    WHERE superseded_at IS NULL;

-- Every code under which an institution is or was known, the official code and the local alias among them.
CREATE TABLE institution_alias (
    alias_id       uuid      PRIMARY KEY DEFAULT uuidv7(),
    institution_id uuid      NOT NULL REFERENCES institution ON DELETE RESTRICT,
    kind           text      NOT NULL CHECK (kind IN ('OFFICIAL_CODE', 'LOCAL', 'SMIS', 'AREA_OFFICE_CODE', 'OTHER')),
    register       text      NOT NULL DEFAULT '' CHECK ((register <> '') = (kind = 'OTHER')),
    value          text      NOT NULL CHECK (value <> ''),
    valid_during   daterange NOT NULL CHECK (NOT isempty(valid_during)),
    superseded_at  timestamptz,
    CONSTRAINT institution_alias_taken
        EXCLUDE USING gist (kind WITH =, register WITH =, value WITH =, valid_during WITH &&)
        WHERE (superseded_at IS NULL)
);
CREATE INDEX institution_alias_institution ON institution_alias (institution_id) WHERE superseded_at IS NULL;
CREATE INDEX institution_alias_value ON institution_alias (value text_pattern_ops) WHERE superseded_at IS NULL;
INSERT INTO institution_alias (institution_id, kind, value, valid_during)
SELECT institution_id, 'LOCAL', local_alias, '(,)'::daterange FROM institution
UNION ALL
SELECT institution_id, 'OFFICIAL_CODE', official_code, '(,)'::daterange FROM institution
 WHERE official_code IS NOT NULL;

CREATE EXTENSION IF NOT EXISTS pg_trgm; -- any part of a Thai name
CREATE INDEX institution_name_trigrams ON institution USING gin (name_th gin_trgm_ops, name_en gin_trgm_ops);
CREATE INDEX institution_province ON institution (province_code);

CREATE FUNCTION keep_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL THEN
        RAISE EXCEPTION 'a row of % is only ever superseded, once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['institution_parent', 'institution_alias'] LOOP
        EXECUTE format('CREATE TRIGGER superseded_once BEFORE UPDATE ON %I FOR EACH ROW '
                       'EXECUTE FUNCTION keep_superseded()', name);
    END LOOP;
    CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution_alias
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON institution_change
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
END $$;

-- Schools' roles are held at branches and centres too, and a guidance centre has its committee (R-32). Status assumed.
UPDATE role SET institution_kinds = institution_kinds || '{BRANCH_SCHOOL,LEARNING_CENTRE,NONFORMAL_CENTRE}'
 WHERE 'SCHOOL' = ANY(institution_kinds);
INSERT INTO role (role, name_th, is_assignable, institution_kinds, needs_classroom) VALUES
    ('guidance_committee_chair',  'ประธานคณะกรรมการศูนย์แนะแนว', true, '{GUIDANCE_CENTRE}', false),
    ('guidance_committee_member', 'กรรมการศูนย์แนะแนว',        true, '{GUIDANCE_CENTRE}', false);
INSERT INTO role_permission (version, role, permission) VALUES
    ('2569.2', 'guidance_committee_chair',  'registry.population.read'),
    ('2569.2', 'guidance_committee_member', 'registry.population.read');
