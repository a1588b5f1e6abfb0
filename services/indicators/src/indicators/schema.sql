-- The schema of indicators after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.

SET check_function_bodies = off; -- functions stand before tables

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
    delivery_system text NOT NULL,
    is_studying boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    told_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE institution_copy (
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE learner_copy (
    learner_id uuid NOT NULL,
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

CREATE TABLE partnership_copy (
    partnership_id uuid NOT NULL,
    programme text NOT NULL,
    state text NOT NULL,
    party_institution_ids uuid[] NOT NULL,
    valid_from date,
    valid_to date
);

CREATE TABLE posted_line (
    line_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    source_entry_ids uuid[] NOT NULL,
    posted_at timestamp with time zone NOT NULL
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

CREATE TABLE verified_entry (
    entry_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    issuer_institution_id uuid NOT NULL,
    year_be integer NOT NULL,
    verified_at timestamp with time zone NOT NULL
);

ALTER TABLE assignment_copy ADD CONSTRAINT assignment_copy_pkey PRIMARY KEY (assignment_id);
ALTER TABLE consumed_event ADD CONSTRAINT consumed_event_pkey PRIMARY KEY (event_id);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_pkey PRIMARY KEY (topic, key);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_adopted_sequence_check CHECK (adopted_sequence >= 0);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_last_sequence_check CHECK (last_sequence >= 0);
ALTER TABLE enrolment_copy ADD CONSTRAINT enrolment_copy_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE institution_copy ADD CONSTRAINT institution_copy_pkey PRIMARY KEY (institution_id);
ALTER TABLE institution_copy ADD CONSTRAINT institution_copy_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_copy ADD CONSTRAINT learner_copy_pkey PRIMARY KEY (learner_id);
ALTER TABLE learner_copy ADD CONSTRAINT learner_copy_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_pkey PRIMARY KEY (merged_learner_id);
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_check CHECK (surviving_learner_id <> merged_learner_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (created_at, outbox_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sequence_check CHECK (sequence > 0);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_pkey PRIMARY KEY (topic, key);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_last_check CHECK (last > 0);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_topic_kafka_partition_kafka_offset_event_id_key UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_tries_check CHECK (tries >= 0);
ALTER TABLE partnership_copy ADD CONSTRAINT partnership_copy_pkey PRIMARY KEY (partnership_id);
ALTER TABLE posted_line ADD CONSTRAINT posted_line_pkey PRIMARY KEY (line_id);
ALTER TABLE request ADD CONSTRAINT request_pkey PRIMARY KEY (caller, request_id);
ALTER TABLE request ADD CONSTRAINT request_fingerprint_check CHECK (octet_length(fingerprint) = 32);
ALTER TABLE schema_migration ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (owner, name);
ALTER TABLE verified_entry ADD CONSTRAINT verified_entry_pkey PRIMARY KEY (entry_id);

CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);
CREATE INDEX enrolment_copy_by_system ON enrolment_copy USING btree (delivery_system, learner_id);
CREATE INDEX learner_merge_copy_surviving ON learner_merge_copy USING btree (surviving_learner_id) WHERE NOT is_undone;
CREATE INDEX outbox_unpublished ON outbox USING btree (outbox_id) WHERE published_at IS NULL;
CREATE INDEX parked_event_id ON parked_event USING btree (event_id) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_waiting ON parked_event USING btree (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX posted_line_of_learner ON posted_line USING btree (learner_id);
CREATE INDEX request_created_at ON request USING brin (created_at);
CREATE INDEX verified_entry_of_issuer ON verified_entry USING btree (year_be, issuer_institution_id);
CREATE INDEX verified_entry_of_learner ON verified_entry USING btree (year_be, learner_id);

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
