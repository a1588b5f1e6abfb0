-- The schema of guidance after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.

SET check_function_bodies = off; -- functions stand before tables

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$;

CREATE TABLE access_row (
    access_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    read_at timestamp with time zone NOT NULL,
    subject_hash text NOT NULL,
    institution_id uuid,
    role text NOT NULL,
    service text,
    resource text NOT NULL,
    purpose text NOT NULL,
    ground text NOT NULL
);

CREATE TABLE activity_attendance (
    activity_id uuid NOT NULL,
    learner_id uuid NOT NULL
);

CREATE TABLE assignment_copy (
    assignment_id uuid NOT NULL,
    subject_hash text NOT NULL,
    institution_id uuid NOT NULL,
    role text NOT NULL,
    classroom text NOT NULL,
    permissions text[] NOT NULL,
    permission_version text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);

CREATE TABLE consumed_event (
    event_id uuid NOT NULL,
    topic text NOT NULL,
    consumed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE consumed_position (
    topic text NOT NULL,
    key text NOT NULL,
    last_sequence bigint NOT NULL,
    adopted_sequence bigint DEFAULT 0 NOT NULL
);

CREATE TABLE enrolment_copy (
    enrolment_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    role text NOT NULL,
    delivery_system text NOT NULL,
    grade_label text NOT NULL,
    classroom text NOT NULL,
    programme_code text NOT NULL,
    is_studying boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    told_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE guidance_activity (
    activity_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    reference text NOT NULL,
    scope text NOT NULL,
    service_kind text NOT NULL,
    title_th text NOT NULL,
    held_on date NOT NULL,
    duration_minutes integer NOT NULL,
    content_sha256 bytea NOT NULL,
    recorded_by text NOT NULL,
    assignment_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE institution_copy (
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    name_th text COLLATE "th-x-icu" NOT NULL,
    local_alias text NOT NULL,
    parent_institution_id uuid,
    data_status text NOT NULL
);

CREATE TABLE learner_merge_copy (
    merged_learner_id uuid NOT NULL,
    surviving_learner_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    is_undone boolean NOT NULL,
    told_at timestamp with time zone NOT NULL
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

CREATE TABLE recognised_learning (
    kind text NOT NULL,
    source_id uuid NOT NULL,
    qualification_code text NOT NULL,
    learner_id uuid NOT NULL,
    course_code text NOT NULL,
    course_title_th text NOT NULL,
    credit_hundredths integer,
    credit_unit text,
    institution_id uuid NOT NULL,
    recognised_at timestamp with time zone NOT NULL
);

CREATE TABLE request (
    caller text NOT NULL,
    request_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE schema_migration (
    owner text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE screening (
    screening_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    instrument_code text NOT NULL,
    instrument_version text NOT NULL,
    instrument_status text NOT NULL,
    norm_version text,
    informant text NOT NULL,
    year_be integer NOT NULL,
    term integer NOT NULL,
    observed_on date NOT NULL,
    answers_sealed bytea NOT NULL,
    answers_key_id text NOT NULL,
    answered_item_count integer NOT NULL,
    judged_group text,
    computed_group text,
    client_id uuid NOT NULL,
    content_mac bytea NOT NULL,
    recorded_by text NOT NULL,
    assignment_id uuid NOT NULL,
    submitted_at timestamp with time zone NOT NULL
);

ALTER TABLE access_row ADD CONSTRAINT access_row_pkey PRIMARY KEY (access_id);
ALTER TABLE access_row ADD CONSTRAINT access_row_ground_check CHECK (ground = ANY (ARRAY['OWN_INSTITUTION'::text, 'SELF'::text, 'AUDIT'::text]));
ALTER TABLE activity_attendance ADD CONSTRAINT activity_attendance_pkey PRIMARY KEY (activity_id, learner_id);
ALTER TABLE assignment_copy ADD CONSTRAINT assignment_copy_pkey PRIMARY KEY (assignment_id);
ALTER TABLE consumed_event ADD CONSTRAINT consumed_event_pkey PRIMARY KEY (event_id);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_pkey PRIMARY KEY (topic, key);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_adopted_sequence_check CHECK (adopted_sequence >= 0);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_last_sequence_check CHECK (last_sequence >= 0);
ALTER TABLE enrolment_copy ADD CONSTRAINT enrolment_copy_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_pkey PRIMARY KEY (activity_id);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_reference UNIQUE (institution_id, reference);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_content_sha256_check CHECK (octet_length(content_sha256) = 32);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_duration_minutes_check CHECK (duration_minutes >= 1 AND duration_minutes <= 1440);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_reference_check CHECK (reference <> ''::text);
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_scope_check CHECK (scope = ANY (ARRAY['EDUCATION'::text, 'CAREER'::text, 'PERSONAL_SOCIAL'::text]));
ALTER TABLE guidance_activity ADD CONSTRAINT guidance_activity_service_kind_check CHECK (service_kind = ANY (ARRAY['INVENTORY'::text, 'INFORMATION'::text, 'COUNSELLING'::text, 'PLACEMENT'::text, 'FOLLOW_UP'::text]));
ALTER TABLE institution_copy ADD CONSTRAINT institution_copy_pkey PRIMARY KEY (institution_id);
ALTER TABLE institution_copy ADD CONSTRAINT institution_copy_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_pkey PRIMARY KEY (merged_learner_id);
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_check CHECK (surviving_learner_id <> merged_learner_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (created_at, outbox_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sequence_check CHECK (sequence > 0);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_pkey PRIMARY KEY (topic, key);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_last_check CHECK (last > 0);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_topic_kafka_partition_kafka_offset_event_id_key UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_tries_check CHECK (tries >= 0);
ALTER TABLE recognised_learning ADD CONSTRAINT recognised_learning_pkey PRIMARY KEY (kind, source_id, qualification_code);
ALTER TABLE recognised_learning ADD CONSTRAINT recognised_learning_check CHECK ((credit_hundredths IS NULL) = (credit_unit IS NULL));
ALTER TABLE recognised_learning ADD CONSTRAINT recognised_learning_credit_unit_check CHECK (credit_unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE recognised_learning ADD CONSTRAINT recognised_learning_kind_check CHECK (kind = ANY (ARRAY['VERIFIED'::text, 'COUNTED'::text, 'POSTED'::text]));
ALTER TABLE request ADD CONSTRAINT request_pkey PRIMARY KEY (caller, request_id);
ALTER TABLE request ADD CONSTRAINT request_fingerprint_check CHECK (octet_length(fingerprint) = 32);
ALTER TABLE schema_migration ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (owner, name);
ALTER TABLE screening ADD CONSTRAINT screening_pkey PRIMARY KEY (screening_id);
ALTER TABLE screening ADD CONSTRAINT screening_form UNIQUE (institution_id, client_id);
ALTER TABLE screening ADD CONSTRAINT screening_answered_item_count_check CHECK (answered_item_count > 0);
ALTER TABLE screening ADD CONSTRAINT screening_computed_group_check CHECK (computed_group = ANY (ARRAY['NORMAL'::text, 'RISK'::text, 'PROBLEM'::text]));
ALTER TABLE screening ADD CONSTRAINT screening_computed_only_when_active CHECK (computed_group IS NULL OR instrument_status = 'ACTIVE'::text AND norm_version IS NOT NULL);
ALTER TABLE screening ADD CONSTRAINT screening_content_mac_check CHECK (octet_length(content_mac) = 32);
ALTER TABLE screening ADD CONSTRAINT screening_informant_check CHECK (informant = ANY (ARRAY['TEACHER'::text, 'GUARDIAN'::text, 'SELF'::text]));
ALTER TABLE screening ADD CONSTRAINT screening_instrument_status_check CHECK (instrument_status = ANY (ARRAY['PROVISIONAL'::text, 'ACTIVE'::text]));
ALTER TABLE screening ADD CONSTRAINT screening_judged_group_check CHECK (judged_group = ANY (ARRAY['NORMAL'::text, 'RISK'::text, 'PROBLEM'::text]));
ALTER TABLE screening ADD CONSTRAINT screening_term_check CHECK (term >= 1 AND term <= 3);
ALTER TABLE screening ADD CONSTRAINT screening_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE activity_attendance ADD CONSTRAINT activity_attendance_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES guidance_activity(activity_id);

CREATE INDEX access_row_of_learner ON access_row USING btree (learner_id, access_id DESC);
CREATE INDEX activity_attendance_of_learner ON activity_attendance USING btree (learner_id);
CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);
CREATE INDEX enrolment_copy_of_learner ON enrolment_copy USING btree (learner_id);
CREATE INDEX learner_merge_copy_surviving ON learner_merge_copy USING btree (surviving_learner_id) WHERE NOT is_undone;
CREATE INDEX outbox_unpublished ON outbox USING btree (outbox_id) WHERE published_at IS NULL;
CREATE INDEX parked_event_id ON parked_event USING btree (event_id) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_waiting ON parked_event USING btree (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX recognised_learning_of_learner ON recognised_learning USING btree (learner_id, recognised_at DESC);
CREATE INDEX request_created_at ON request USING brin (created_at);
CREATE INDEX screening_of_learner ON screening USING btree (learner_id, submitted_at DESC);

CREATE TRIGGER access_row_append_only BEFORE DELETE OR UPDATE ON access_row FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER access_row_no_truncate BEFORE TRUNCATE ON access_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screening_append_only BEFORE DELETE OR UPDATE ON screening FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER screening_no_truncate BEFORE TRUNCATE ON screening FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW merged_person AS
 WITH RECURSIVE walk AS (
         SELECT learner_merge_copy.merged_learner_id AS learner_id,
            learner_merge_copy.surviving_learner_id AS person_id,
            1 AS height,
            ARRAY[learner_merge_copy.merged_learner_id, learner_merge_copy.surviving_learner_id] AS path
           FROM learner_merge_copy
          WHERE (NOT learner_merge_copy.is_undone)
        UNION ALL
         SELECT w.learner_id,
            m.surviving_learner_id,
            (w.height + 1),
            (w.path || m.surviving_learner_id)
           FROM (walk w
             JOIN learner_merge_copy m ON (((m.merged_learner_id = w.person_id) AND (NOT m.is_undone))))
          WHERE (m.surviving_learner_id <> ALL (w.path))
        )
 SELECT DISTINCT ON (learner_id) learner_id,
    person_id
   FROM walk
  ORDER BY learner_id, height DESC;
