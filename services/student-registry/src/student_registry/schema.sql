-- The schema of student-registry after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.

SET check_function_bodies = off; -- functions stand before tables

CREATE EXTENSION btree_gist;

CREATE OR REPLACE FUNCTION public.append_only_but_merge(name regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only_but_merge AFTER UPDATE ON %s FOR EACH ROW '
                   'WHEN (to_jsonb(OLD) - ''learner_id'' IS DISTINCT FROM to_jsonb(NEW) - ''learner_id'') '
                   'EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %s '
                   'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $function$;

CREATE OR REPLACE FUNCTION public.keep_assignment_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO staff_assignment_history (assignment_id, valid_to, source, data_status, assigned_at, assigned_by)
    SELECT assignment_id, valid_to, source, data_status, assigned_at, assigned_by FROM replaced;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_enrolment_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO enrolment_history (enrolment_id, delivery_system, grade_label, classroom, valid_from, valid_to, source,
                                   data_status, recorded_at, recorded_by)
    SELECT enrolment_id, delivery_system, grade_label, classroom, valid_from, valid_to, source,
           data_status, recorded_at, recorded_by FROM stated;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_identifier_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO learner_identifier_history (identifier_id, verification_state, valid_from, valid_to)
    SELECT identifier_id, verification_state, valid_from, valid_to FROM replaced;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are history', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$;

CREATE TABLE access_record (
    access_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    read_at timestamp with time zone NOT NULL,
    institution_id uuid,
    role text NOT NULL,
    reader text NOT NULL,
    service text,
    resource text NOT NULL,
    purpose text NOT NULL,
    ground text NOT NULL,
    ground_id text
);

CREATE TABLE consumed_event (
    event_id uuid NOT NULL,
    topic text NOT NULL,
    consumed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE consumed_position (
    topic text NOT NULL,
    key text NOT NULL,
    last_sequence bigint NOT NULL
);

CREATE TABLE enrolment (
    enrolment_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    role text NOT NULL,
    delivery_system text NOT NULL,
    grade_label text NOT NULL,
    classroom text NOT NULL,
    programme_code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    valid_during daterange GENERATED ALWAYS AS (daterange(valid_from, valid_to, '[]'::text)) STORED NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE enrolment_history (
    enrolment_history_id bigint GENERATED ALWAYS AS IDENTITY,
    enrolment_id uuid NOT NULL,
    delivery_system text NOT NULL,
    grade_label text NOT NULL,
    classroom text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    data_status text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE institution (
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    name_th text NOT NULL,
    name_en text,
    official_code text,
    local_alias text NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    registered_at timestamp with time zone NOT NULL
);

CREATE TABLE institution_parent (
    institution_id uuid NOT NULL,
    tree text DEFAULT 'administration'::text NOT NULL,
    parent_institution_id uuid NOT NULL,
    valid_during daterange NOT NULL
);

CREATE TABLE learner (
    learner_id uuid NOT NULL,
    registrar_institution_id uuid NOT NULL,
    birth_date date,
    birth_date_precision text,
    sex text,
    subject_hash text,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    registered_at timestamp with time zone NOT NULL,
    merged_into_learner_id uuid
);

CREATE TABLE learner_identifier (
    identifier_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    kind text NOT NULL,
    sealed_value bytea NOT NULL,
    key_version smallint NOT NULL,
    blind_index bytea NOT NULL,
    value_length smallint NOT NULL,
    last4 text NOT NULL,
    country text,
    institution_id uuid,
    verification_state text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    valid_during daterange GENERATED ALWAYS AS (daterange(valid_from, valid_to)) STORED NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE learner_identifier_history (
    identifier_history_id bigint GENERATED ALWAYS AS IDENTITY,
    identifier_id uuid NOT NULL,
    verification_state text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE learner_import (
    import_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    layout text NOT NULL,
    encoding text NOT NULL,
    is_dry_run boolean NOT NULL,
    file_sha256 bytea NOT NULL,
    row_count integer NOT NULL,
    accepted integer NOT NULL,
    already_known integer NOT NULL,
    rejected integer NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    imported_by text NOT NULL
);

CREATE TABLE learner_import_fault (
    import_id uuid NOT NULL,
    fault_no integer NOT NULL,
    row_no integer NOT NULL,
    column_name text,
    masked_value text,
    reason text NOT NULL
);

CREATE TABLE learner_merge (
    merge_id uuid NOT NULL,
    surviving_learner_id uuid NOT NULL,
    merged_learner_id uuid NOT NULL,
    reason_code text NOT NULL,
    document_no text NOT NULL,
    ended_identifier_id uuid,
    ended_on date,
    merged_at timestamp with time zone NOT NULL,
    merged_by text NOT NULL,
    undone_at timestamp with time zone,
    undone_by text,
    undo_reason_code text
);

CREATE TABLE learner_name (
    learner_name_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    language text DEFAULT 'th'::text NOT NULL,
    title text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    matching_given text NOT NULL,
    matching_family text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

CREATE TABLE merged_fact (
    merged_fact_id bigint GENERATED ALWAYS AS IDENTITY,
    table_name text NOT NULL,
    row_key text NOT NULL,
    home_learner_id uuid NOT NULL,
    at_learner_id uuid NOT NULL,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    moved_by_merge_id uuid NOT NULL,
    returned_by_merge_id uuid
);

CREATE TABLE outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    event_id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    payload bytea NOT NULL,
    traceparent text,
    published_at timestamp with time zone
) PARTITION BY RANGE (created_at);

CREATE TABLE outbox_default PARTITION OF outbox DEFAULT;

CREATE TABLE outbox_sequence (
    topic text NOT NULL,
    key text NOT NULL,
    last bigint NOT NULL
);

CREATE TABLE parked_event (
    parked_id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset bigint NOT NULL,
    key text NOT NULL,
    event_id uuid,
    sequence bigint,
    type text,
    headers jsonb NOT NULL,
    payload bytea NOT NULL,
    reason text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    parked_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone
);

CREATE TABLE request (
    caller text NOT NULL,
    request_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE role (
    role text NOT NULL,
    name_th text NOT NULL,
    is_assignable boolean NOT NULL,
    institution_kinds text[] NOT NULL,
    needs_classroom boolean DEFAULT false NOT NULL
);

CREATE TABLE role_permission (
    version text NOT NULL,
    role text NOT NULL,
    permission text NOT NULL
);

CREATE TABLE role_permission_version (
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE schema_migration (
    owner text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE share_grant (
    grant_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    recipient_institution_id uuid NOT NULL,
    scope text NOT NULL,
    purpose text NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    granted_by text NOT NULL,
    granted_by_role text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text
);

CREATE TABLE staff_assignment (
    assignment_id uuid NOT NULL,
    subject_hash text NOT NULL,
    institution_id uuid NOT NULL,
    role text NOT NULL,
    classroom text DEFAULT ''::text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    valid_during daterange GENERATED ALWAYS AS (daterange(valid_from, valid_to, '[]'::text)) STORED NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    assigned_at timestamp with time zone NOT NULL,
    assigned_by text NOT NULL
);

CREATE TABLE staff_assignment_history (
    assignment_history_id bigint GENERATED ALWAYS AS IDENTITY,
    assignment_id uuid NOT NULL,
    valid_to date,
    source text NOT NULL,
    data_status text NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    assigned_by text NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE access_record ADD CONSTRAINT access_record_pkey PRIMARY KEY (access_id);
ALTER TABLE access_record ADD CONSTRAINT access_record_ground_check CHECK (ground = ANY (ARRAY['OWN_INSTITUTION'::text, 'PARTNERSHIP'::text, 'CASE'::text, 'GRANT'::text, 'AUDIT'::text]));
ALTER TABLE consumed_event ADD CONSTRAINT consumed_event_pkey PRIMARY KEY (event_id);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_pkey PRIMARY KEY (topic, key);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_last_sequence_check CHECK (last_sequence >= 0);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_natural_key UNIQUE (learner_id, institution_id, role, programme_code, valid_from);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_one_primary EXCLUDE USING gist (learner_id WITH =, valid_during WITH &&) WHERE (role = 'PRIMARY'::text);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_overlap EXCLUDE USING gist (learner_id WITH =, institution_id WITH =, role WITH =, programme_code WITH =, valid_during WITH &&) WHERE (role <> 'SHORT_COURSE'::text);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_check CHECK (valid_to >= valid_from);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_delivery_system_check CHECK (delivery_system = ANY (ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text, 'HOME_SCHOOL'::text, 'DUAL_EDUCATION'::text]));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_role_check CHECK (role = ANY (ARRAY['PRIMARY'::text, 'PARTNER'::text, 'HOSTING'::text, 'SHORT_COURSE'::text]));
ALTER TABLE enrolment_history ADD CONSTRAINT enrolment_history_pkey PRIMARY KEY (enrolment_history_id);
ALTER TABLE institution ADD CONSTRAINT institution_pkey PRIMARY KEY (institution_id);
ALTER TABLE institution ADD CONSTRAINT institution_local_alias_key UNIQUE (local_alias);
ALTER TABLE institution ADD CONSTRAINT institution_official_code_key UNIQUE (official_code);
ALTER TABLE institution ADD CONSTRAINT institution_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE institution ADD CONSTRAINT institution_kind_check CHECK (kind = ANY (ARRAY['SCHOOL'::text, 'COLLEGE'::text, 'AREA_OFFICE_PRIMARY'::text, 'AREA_OFFICE_SECONDARY'::text, 'HOME_SCHOOL'::text, 'UNIVERSITY'::text, 'AGENCY'::text]));
ALTER TABLE institution ADD CONSTRAINT institution_local_alias_check CHECK (local_alias <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_name_en_check CHECK (name_en <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_official_code_check CHECK (official_code ~ '^[0-9]{10}$'::text);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_pkey PRIMARY KEY (institution_id, tree, valid_during WITHOUT OVERLAPS);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_check CHECK (institution_id <> parent_institution_id);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_valid_during_check CHECK (NOT isempty(valid_during));
ALTER TABLE learner ADD CONSTRAINT learner_pkey PRIMARY KEY (learner_id);
ALTER TABLE learner ADD CONSTRAINT learner_subject_hash_key UNIQUE (subject_hash);
ALTER TABLE learner ADD CONSTRAINT learner_birth_date_precision_check CHECK (birth_date_precision = ANY (ARRAY['DAY'::text, 'YEAR'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_check CHECK ((birth_date IS NULL) = (birth_date_precision IS NULL));
ALTER TABLE learner ADD CONSTRAINT learner_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_not_merged_into_himself CHECK (merged_into_learner_id <> learner_id);
ALTER TABLE learner ADD CONSTRAINT learner_sex_check CHECK (sex = ANY (ARRAY['FEMALE'::text, 'MALE'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_subject_hash_check CHECK (subject_hash ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_pkey PRIMARY KEY (identifier_id);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_student_no EXCLUDE USING gist (institution_id WITH =, blind_index WITH =, valid_during WITH &&) WHERE (kind = 'STUDENT_NO'::text);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_blind_index_check CHECK (octet_length(blind_index) = 32);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_check CHECK (valid_to >= valid_from);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_check1 CHECK ((kind = 'PASSPORT'::text) = (country IS NOT NULL));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_check2 CHECK ((kind = 'STUDENT_NO'::text) = (institution_id IS NOT NULL));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_country_check CHECK (country ~ '^[A-Z]{3}$'::text);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_kind_check CHECK (kind = ANY (ARRAY['CITIZEN_ID'::text, 'G_CODE'::text, 'PASSPORT'::text, 'STUDENT_NO'::text]));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_last4_check CHECK (char_length(last4) <= 4);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_value_length_check CHECK (value_length >= 1 AND value_length <= 32);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_verification_state_check CHECK (verification_state = ANY (ARRAY['UNVERIFIED'::text, 'VERIFIED'::text, 'CONFLICT'::text]));
ALTER TABLE learner_identifier_history ADD CONSTRAINT learner_identifier_history_pkey PRIMARY KEY (identifier_history_id);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_pkey PRIMARY KEY (import_id);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_accepted_check CHECK (accepted >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_already_known_check CHECK (already_known >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_check CHECK ((accepted + already_known + rejected) = row_count);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_file_sha256_check CHECK (octet_length(file_sha256) = 32);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_rejected_check CHECK (rejected >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_row_count_check CHECK (row_count >= 0);
ALTER TABLE learner_import_fault ADD CONSTRAINT learner_import_fault_pkey PRIMARY KEY (import_id, fault_no);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_pkey PRIMARY KEY (merge_id);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check CHECK (undone_at >= merged_at);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check1 CHECK (surviving_learner_id <> merged_learner_id);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check2 CHECK ((ended_identifier_id IS NULL) = (ended_on IS NULL));
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check3 CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undo_reason_code IS NULL));
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_reason_code_check CHECK (reason_code <> ''::text);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_pkey PRIMARY KEY (learner_name_id);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_check CHECK (ended_at >= recorded_at);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_given_name_check CHECK (given_name <> ''::text);
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_pkey PRIMARY KEY (merged_fact_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (created_at, outbox_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sequence_check CHECK (sequence > 0);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_pkey PRIMARY KEY (topic, key);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_last_check CHECK (last > 0);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_topic_kafka_partition_kafka_offset_event_id_key UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_tries_check CHECK (tries >= 0);
ALTER TABLE request ADD CONSTRAINT request_pkey PRIMARY KEY (caller, request_id);
ALTER TABLE request ADD CONSTRAINT request_fingerprint_check CHECK (octet_length(fingerprint) = 32);
ALTER TABLE role ADD CONSTRAINT role_pkey PRIMARY KEY (role);
ALTER TABLE role_permission ADD CONSTRAINT role_permission_pkey PRIMARY KEY (version, role, permission);
ALTER TABLE role_permission ADD CONSTRAINT role_permission_permission_check CHECK (permission ~ '^[a-z_]+(\.[a-z_]+)+$'::text);
ALTER TABLE role_permission_version ADD CONSTRAINT role_permission_version_pkey PRIMARY KEY (version);
ALTER TABLE role_permission_version ADD CONSTRAINT role_permission_version_effective_from_key UNIQUE (effective_from);
ALTER TABLE role_permission_version ADD CONSTRAINT role_permission_version_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE schema_migration ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (owner, name);
ALTER TABLE share_grant ADD CONSTRAINT share_grant_pkey PRIMARY KEY (grant_id);
ALTER TABLE share_grant ADD CONSTRAINT share_grant_check CHECK (valid_to >= valid_from);
ALTER TABLE share_grant ADD CONSTRAINT share_grant_check1 CHECK (ended_at >= granted_at);
ALTER TABLE share_grant ADD CONSTRAINT share_grant_check2 CHECK ((ended_at IS NULL) = (ended_by IS NULL));
ALTER TABLE share_grant ADD CONSTRAINT share_grant_check3 CHECK (valid_to <= (valid_from + 366));
ALTER TABLE share_grant ADD CONSTRAINT share_grant_scope_check CHECK (scope = 'TRANSCRIPT'::text);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_pkey PRIMARY KEY (assignment_id);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_overlap EXCLUDE USING gist (subject_hash WITH =, institution_id WITH =, role WITH =, classroom WITH =, valid_during WITH &&);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_check CHECK (valid_to >= valid_from);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_subject_hash_check CHECK (subject_hash ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE staff_assignment_history ADD CONSTRAINT staff_assignment_history_pkey PRIMARY KEY (assignment_history_id);
ALTER TABLE access_record ADD CONSTRAINT access_record_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE access_record ADD CONSTRAINT access_record_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE enrolment ADD CONSTRAINT enrolment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE enrolment ADD CONSTRAINT enrolment_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE enrolment_history ADD CONSTRAINT enrolment_history_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_parent_institution_id_fkey FOREIGN KEY (parent_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner ADD CONSTRAINT learner_merged_into_learner_id_fkey FOREIGN KEY (merged_into_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner ADD CONSTRAINT learner_registrar_institution_id_fkey FOREIGN KEY (registrar_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier_history ADD CONSTRAINT learner_identifier_history_identifier_id_fkey FOREIGN KEY (identifier_id) REFERENCES learner_identifier(identifier_id) ON DELETE RESTRICT;
ALTER TABLE learner_import ADD CONSTRAINT learner_import_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_fault ADD CONSTRAINT learner_import_fault_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_ended_identifier_id_fkey FOREIGN KEY (ended_identifier_id) REFERENCES learner_identifier(identifier_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_merged_learner_id_fkey FOREIGN KEY (merged_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_surviving_learner_id_fkey FOREIGN KEY (surviving_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_name ADD CONSTRAINT learner_name_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_at_learner_id_fkey FOREIGN KEY (at_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_home_learner_id_fkey FOREIGN KEY (home_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_moved_by_merge_id_fkey FOREIGN KEY (moved_by_merge_id) REFERENCES learner_merge(merge_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_returned_by_merge_id_fkey FOREIGN KEY (returned_by_merge_id) REFERENCES learner_merge(merge_id) ON DELETE RESTRICT;
ALTER TABLE role_permission ADD CONSTRAINT role_permission_role_fkey FOREIGN KEY (role) REFERENCES role(role) ON DELETE RESTRICT;
ALTER TABLE role_permission ADD CONSTRAINT role_permission_version_fkey FOREIGN KEY (version) REFERENCES role_permission_version(version) ON DELETE RESTRICT;
ALTER TABLE share_grant ADD CONSTRAINT share_grant_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE share_grant ADD CONSTRAINT share_grant_recipient_institution_id_fkey FOREIGN KEY (recipient_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_role_fkey FOREIGN KEY (role) REFERENCES role(role) ON DELETE RESTRICT;
ALTER TABLE staff_assignment_history ADD CONSTRAINT staff_assignment_history_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES staff_assignment(assignment_id) ON DELETE RESTRICT;

CREATE INDEX access_record_learner ON access_record USING btree (learner_id, read_at DESC, access_id DESC);
CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);
CREATE INDEX enrolment_institution ON enrolment USING gist (institution_id, valid_during);
CREATE INDEX enrolment_history_enrolment ON enrolment_history USING btree (enrolment_id, enrolment_history_id);
CREATE INDEX institution_name ON institution USING btree (name_th COLLATE "th-x-icu", institution_id);
CREATE INDEX institution_parent_children ON institution_parent USING btree (parent_institution_id, tree);
CREATE INDEX learner_merged_into ON learner USING btree (merged_into_learner_id) WHERE merged_into_learner_id IS NOT NULL;
CREATE INDEX learner_registrar ON learner USING btree (registrar_institution_id);
CREATE INDEX learner_identifier_blind ON learner_identifier USING btree (blind_index) WHERE kind = 'STUDENT_NO'::text;
CREATE INDEX learner_identifier_learner ON learner_identifier USING btree (learner_id);
CREATE UNIQUE INDEX learner_identifier_person ON learner_identifier USING btree (blind_index) WHERE kind <> 'STUDENT_NO'::text;
CREATE INDEX learner_identifier_history_identifier ON learner_identifier_history USING btree (identifier_id);
CREATE INDEX learner_import_institution ON learner_import USING btree (institution_id, imported_at DESC);
CREATE UNIQUE INDEX learner_merge_active ON learner_merge USING btree (merged_learner_id) WHERE undone_at IS NULL;
CREATE INDEX learner_merge_merged ON learner_merge USING btree (merged_learner_id);
CREATE INDEX learner_merge_surviving ON learner_merge USING btree (surviving_learner_id);
CREATE UNIQUE INDEX learner_name_current ON learner_name USING btree (learner_id, language) WHERE ended_at IS NULL;
CREATE INDEX merged_fact_at ON merged_fact USING btree (at_learner_id, table_name) WHERE returned_by_merge_id IS NULL;
CREATE UNIQUE INDEX merged_fact_away ON merged_fact USING btree (home_learner_id, table_name, row_key) WHERE returned_by_merge_id IS NULL;
CREATE INDEX outbox_unpublished ON outbox USING btree (outbox_id) WHERE published_at IS NULL;
CREATE INDEX parked_event_id ON parked_event USING btree (event_id) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_waiting ON parked_event USING btree (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX request_created_at ON request USING brin (created_at);
CREATE INDEX share_grant_learner ON share_grant USING btree (learner_id);
CREATE INDEX staff_assignment_institution ON staff_assignment USING btree (institution_id);
CREATE INDEX staff_assignment_history_assignment ON staff_assignment_history USING btree (assignment_id);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON access_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER enrolment_inserted AFTER INSERT ON enrolment REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();
CREATE TRIGGER enrolment_updated AFTER UPDATE ON enrolment REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON enrolment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON enrolment_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution_parent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER learner_identifier_updated AFTER UPDATE ON learner_identifier REFERENCING OLD TABLE AS replaced FOR EACH STATEMENT EXECUTE FUNCTION keep_identifier_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_identifier FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_identifier_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_import FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_import_fault FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_merge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_name FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON merged_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON role FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON role_permission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON role_permission_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON share_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON staff_assignment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_assignment_updated AFTER UPDATE ON staff_assignment REFERENCING OLD TABLE AS replaced FOR EACH STATEMENT EXECUTE FUNCTION keep_assignment_history();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON staff_assignment_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
