-- The schema of student-registry after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.

SET check_function_bodies = off; -- functions stand before tables

CREATE EXTENSION btree_gist;

CREATE EXTENSION pg_trgm;

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

CREATE OR REPLACE FUNCTION public.closed_to(institution_id uuid)
 RETURNS TABLE(learner_id uuid)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT r.learner_id
      FROM learner_restriction r
      JOIN learner l ON l.learner_id = r.learner_id
     WHERE r.lifted_at IS NULL AND l.registrar_institution_id IS DISTINCT FROM closed_to.institution_id
$function$;

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
    INSERT INTO enrolment_history (enrolment_id, delivery_system, grade_label, classroom, programme_code,
                                   number_in_class, hosting_scope, hosted_classes, end_reason, holds_from, valid_from,
                                   valid_to, source, data_status, effective_from, source_version, recorded_at,
                                   recorded_by)
    SELECT enrolment_id, delivery_system, grade_label, classroom, programme_code, number_in_class, hosting_scope,
           hosted_classes, end_reason, holds_from, valid_from, valid_to, source, data_status, effective_from,
           source_version, recorded_at, recorded_by
      FROM stated;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_identifier_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO learner_identifier_history (identifier_id, verification_state, valid_from, valid_to)
    SELECT r.identifier_id, r.verification_state, r.valid_from, r.valid_to
      FROM replaced r
      JOIN stated s USING (identifier_id)
     WHERE (r.verification_state, r.valid_from, r.valid_to)
           IS DISTINCT FROM (s.verification_state, s.valid_from, s.valid_to);
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_learner_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO learner_history (learner_id, registrar_institution_id, birth_date, birth_date_precision, sex,
                                 recorded_at, recorded_by, recorded_by_role, institution_id, reason_code, source)
    SELECT r.learner_id, r.registrar_institution_id, r.birth_date, r.birth_date_precision, r.sex,
           coalesce(r.facts_recorded_at, r.registered_at), r.facts_recorded_by, r.facts_recorded_by_role,
           r.facts_institution_id, r.facts_reason_code, coalesce(nullif(r.facts_source, ''), r.source)
      FROM replaced r
      JOIN stated s USING (learner_id)
     WHERE (r.registrar_institution_id, r.birth_date, r.birth_date_precision, r.sex)
           IS DISTINCT FROM (s.registrar_institution_id, s.birth_date, s.birth_date_precision, s.sex);
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_leaver_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO leaver_history (leaver_id, destination_kind, destination_institution_id, is_withdrawn, changed_at, changed_by)
    SELECT leaver_id, destination_kind, destination_institution_id, is_withdrawn, changed_at, changed_by FROM stated;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_movement_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO movement_history (movement_id, state, to_institution_id, reason_code, due_on, changed_at, changed_by)
    SELECT movement_id, state, to_institution_id, reason_code, due_on, changed_at, changed_by FROM stated;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_superseded()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL THEN
        RAISE EXCEPTION 'a row of % is only ever superseded, once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.keep_workplace_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO workplace_history (workplace_id, kind, name_th, field_codes, area_institution_id, area_text, capacity,
                                   offers_th, institution_id, closed_on, source, data_status, recorded_at, recorded_by)
    SELECT workplace_id, kind, name_th, field_codes, area_institution_id, area_text, capacity, offers_th,
           institution_id, closed_on, source, data_status, recorded_at, recorded_by FROM replaced;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.learner_status_on(day date)
 RETURNS TABLE(learner_status_id uuid, statement_no bigint, learner_id uuid, status text, reason_code text, stated_by_institution_id uuid, valid_from date, confirmed_on date)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT DISTINCT ON (s.learner_id) s.learner_status_id, s.statement_no, s.learner_id, s.status, s.reason_code,
           s.stated_by_institution_id, s.valid_from, s.confirmed_on
      FROM learner_status s
     WHERE s.status IS NOT NULL AND s.valid_from <= day
       AND NOT EXISTS (SELECT FROM learner_status w WHERE w.withdraws_learner_status_id = s.learner_status_id)
     ORDER BY s.learner_id, s.valid_from DESC, s.statement_no DESC
$function$;

CREATE OR REPLACE FUNCTION public.neet_on(day date, age_min integer, age_max integer)
 RETURNS TABLE(learner_id uuid, neet text)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT l.learner_id,
           CASE
               WHEN s.status = 'DECEASED' OR b.oldest < age_min OR b.youngest > age_max THEN 'OUT_OF_SCOPE'
               WHEN NOT COALESCE(k.is_out_of_education, false)
                    AND EXISTS (SELECT FROM enrolment e WHERE e.learner_id = l.learner_id AND e.valid_during @> day)
                    THEN 'NOT_NEET'
               WHEN a.activity IN ('WORKING', 'TRAINING') THEN 'NOT_NEET'
               WHEN a.activity = 'NEITHER' AND b.youngest >= age_min AND b.oldest <= age_max THEN 'NEET'
               ELSE 'UNKNOWN'
           END
      FROM learner l
      CROSS JOIN LATERAL (
          SELECT extract(year FROM age(day, l.birth_date))::integer AS oldest,
                 extract(year FROM age(day, CASE l.birth_date_precision WHEN 'YEAR'
                     THEN make_date(extract(year FROM l.birth_date)::integer, 12, 31) ELSE l.birth_date END))::integer
                     AS youngest) b
      -- Laterally, so that whoever joins this to a few learners has only those looked at.
      LEFT JOIN LATERAL (
          SELECT i.status FROM learner_status i
           WHERE i.learner_id = l.learner_id AND i.status IS NOT NULL AND i.valid_from <= day
             AND NOT EXISTS (SELECT FROM learner_status w WHERE w.withdraws_learner_status_id = i.learner_status_id)
           ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) s ON true
      LEFT JOIN learner_status_kind k ON k.status = s.status
      LEFT JOIN LATERAL (
          SELECT i.activity FROM outside_activity i
           WHERE i.learner_id = l.learner_id AND i.valid_from <= day
           ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) a ON true
     WHERE l.merged_into_learner_id IS NULL
$function$;

CREATE OR REPLACE FUNCTION public.outside_activity_on(day date)
 RETURNS TABLE(learner_id uuid, activity text)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT DISTINCT ON (a.learner_id) a.learner_id, a.activity
      FROM outside_activity a
     WHERE a.valid_from <= day
     ORDER BY a.learner_id, a.valid_from DESC, a.statement_no DESC
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are history', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$;

CREATE OR REPLACE FUNCTION public.refuse_change_of_done()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'an import that is % stays as it is', OLD.state USING ERRCODE = 'restrict_violation';
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

CREATE TABLE affiliation (
    affiliation_code text NOT NULL,
    name_th text,
    name_en text,
    partner_kinds text[] DEFAULT '{}'::text[] NOT NULL,
    effective_from date,
    source text NOT NULL,
    source_version text,
    data_status text NOT NULL
);

CREATE TABLE assignment_succession (
    assignment_succession_id bigint GENERATED ALWAYS AS IDENTITY,
    assignment_id uuid NOT NULL,
    successor_assignment_id uuid,
    decided_on date NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    decided_by text NOT NULL
);

CREATE TABLE census_person (
    institution_id uuid NOT NULL,
    statement_hash bytea NOT NULL,
    learner_id uuid NOT NULL,
    stated_at timestamp with time zone NOT NULL
);

CREATE TABLE code_list (
    list text NOT NULL,
    code text NOT NULL,
    name_th text NOT NULL,
    shown_at integer NOT NULL,
    is_in_use boolean DEFAULT true NOT NULL,
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE consent (
    consent_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    purpose text NOT NULL,
    text_version text NOT NULL,
    need text NOT NULL,
    age_rule_version text NOT NULL,
    valid_from date,
    valid_to date,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    withdrawn_hash text
);

CREATE TABLE consent_age_rule (
    version text NOT NULL,
    purpose text,
    age_from smallint NOT NULL,
    age_below smallint,
    need text NOT NULL
);

CREATE TABLE consent_age_rule_version (
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE consent_agreement (
    consent_id uuid NOT NULL,
    giver text NOT NULL,
    relation text NOT NULL,
    channel text NOT NULL,
    given_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    recorder_role text NOT NULL,
    institution_id uuid
);

CREATE TABLE consent_purpose (
    purpose text NOT NULL,
    name_th text NOT NULL,
    is_sensitive boolean NOT NULL
);

CREATE TABLE consent_text (
    purpose text NOT NULL,
    version text NOT NULL,
    text_th text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
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

CREATE TABLE cooperation (
    cooperation_id uuid NOT NULL,
    workplace_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE cooperation_statement (
    statement_id uuid DEFAULT uuidv7() NOT NULL,
    cooperation_id uuid NOT NULL,
    sequence integer NOT NULL,
    status text NOT NULL,
    valid_from date NOT NULL,
    places integer,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE data_request (
    data_request_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    kind text NOT NULL,
    institution_id uuid NOT NULL,
    fact_kinds text[] NOT NULL,
    sealed_details bytea,
    key_version smallint,
    received_on date NOT NULL,
    due_on date NOT NULL,
    rule_version text NOT NULL,
    state text NOT NULL,
    reason_code text,
    closed_at timestamp with time zone
);

CREATE TABLE data_request_refusal (
    reason_code text NOT NULL,
    name_th text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE data_request_rule (
    version text NOT NULL,
    kind text NOT NULL,
    days smallint NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE data_request_step (
    data_request_step_id bigint GENERATED ALWAYS AS IDENTITY,
    data_request_id uuid NOT NULL,
    state text NOT NULL,
    reason_code text,
    stepped_at timestamp with time zone NOT NULL,
    stepped_by text NOT NULL,
    role text NOT NULL
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
    recorded_by text NOT NULL,
    number_in_class smallint,
    hosting_scope text,
    hosted_classes text[] DEFAULT '{}'::text[] NOT NULL,
    end_reason text DEFAULT ''::text NOT NULL,
    holds_from date
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
    recorded_by text NOT NULL,
    programme_code text,
    number_in_class smallint,
    hosting_scope text,
    hosted_classes text[] DEFAULT '{}'::text[] NOT NULL,
    end_reason text DEFAULT ''::text NOT NULL,
    holds_from date,
    effective_from date,
    source_version text
);

CREATE TABLE import_layout (
    layout text NOT NULL,
    version text NOT NULL,
    base text NOT NULL,
    definition jsonb NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by text NOT NULL
);

CREATE TABLE import_round (
    round_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    academic_year_be smallint NOT NULL,
    kind text NOT NULL,
    kind_version text NOT NULL,
    reference_date date NOT NULL,
    stage text DEFAULT 'OPEN'::text NOT NULL,
    import_id uuid,
    learner_count integer,
    opened_at timestamp with time zone NOT NULL,
    opened_by text NOT NULL,
    confirmed_at timestamp with time zone,
    confirmed_by text,
    certified_at timestamp with time zone,
    certified_by text,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    acknowledged_institution_id uuid
);

CREATE TABLE import_round_kind (
    kind text NOT NULL,
    name_th text NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    year_offset smallint NOT NULL,
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE import_round_learner (
    round_id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    role text NOT NULL,
    delivery_system text NOT NULL,
    grade_label text NOT NULL,
    classroom text NOT NULL,
    programme_code text NOT NULL
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
    registered_at timestamp with time zone NOT NULL,
    province_code text,
    opened_on date,
    closed_on date,
    merged_into_institution_id uuid,
    revision integer DEFAULT 1 NOT NULL
);

CREATE TABLE institution_alias (
    alias_id uuid DEFAULT uuidv7() NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    register text DEFAULT ''::text NOT NULL,
    value text NOT NULL,
    valid_during daterange NOT NULL,
    superseded_at timestamp with time zone
);

CREATE TABLE institution_change (
    change_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE institution_kind_parent (
    kind text NOT NULL,
    tree text NOT NULL,
    parent_kinds text[] NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE institution_parent (
    institution_id uuid NOT NULL,
    tree text DEFAULT 'administration'::text NOT NULL,
    parent_institution_id uuid NOT NULL,
    valid_during daterange NOT NULL,
    parent_id uuid DEFAULT uuidv7() NOT NULL,
    superseded_at timestamp with time zone
);

CREATE TABLE institution_tree (
    tree text NOT NULL,
    name_th text NOT NULL,
    parent_kinds text[] NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
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
    facts_recorded_at timestamp with time zone,
    facts_recorded_by text DEFAULT ''::text NOT NULL,
    facts_recorded_by_role text DEFAULT ''::text NOT NULL,
    facts_institution_id uuid,
    facts_reason_code text DEFAULT ''::text NOT NULL,
    facts_source text DEFAULT ''::text NOT NULL,
    merged_into_learner_id uuid,
    compared_at timestamp with time zone
);

CREATE TABLE learner_history (
    learner_history_id bigint GENERATED ALWAYS AS IDENTITY,
    learner_id uuid NOT NULL,
    registrar_institution_id uuid NOT NULL,
    birth_date date,
    birth_date_precision text,
    sex text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by_role text NOT NULL,
    institution_id uuid,
    reason_code text NOT NULL,
    source text NOT NULL,
    recorded_by text NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
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
    recorded_at timestamp with time zone NOT NULL,
    index_version smallint DEFAULT 1 NOT NULL
);

CREATE TABLE learner_identifier_history (
    identifier_history_id bigint GENERATED ALWAYS AS IDENTITY,
    identifier_id uuid NOT NULL,
    verification_state text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE learner_identifier_verification (
    verification_id uuid NOT NULL,
    identifier_id uuid NOT NULL,
    verification_state text NOT NULL,
    basis text NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    stated_by text NOT NULL,
    stated_by_role text NOT NULL,
    institution_id uuid
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
    imported_by text NOT NULL,
    state text DEFAULT 'DONE'::text NOT NULL,
    is_held boolean DEFAULT false NOT NULL,
    failure_reason text,
    declared_encoding text,
    separator text DEFAULT ','::text NOT NULL,
    header text[] DEFAULT '{}'::text[] NOT NULL,
    source text DEFAULT 'learner file'::text NOT NULL,
    data_status text DEFAULT 'assumed'::text NOT NULL,
    are_documents_seen boolean DEFAULT false NOT NULL,
    imported_by_role text DEFAULT ''::text NOT NULL,
    permission_version text DEFAULT ''::text NOT NULL,
    round_id uuid,
    rows_done integer DEFAULT 0 NOT NULL,
    next_part integer DEFAULT 1 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    leased_by uuid,
    leased_until timestamp with time zone,
    ignored integer DEFAULT 0 NOT NULL
);

CREATE TABLE learner_import_difference (
    import_id uuid NOT NULL,
    kind text NOT NULL,
    position integer NOT NULL,
    learner_id uuid,
    changes jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE learner_import_fault (
    import_id uuid NOT NULL,
    fault_no integer NOT NULL,
    row_no integer NOT NULL,
    column_name text,
    masked_value text,
    reason text NOT NULL,
    file_name text,
    referred_row integer
);

CREATE TABLE learner_import_file (
    import_id uuid NOT NULL,
    piece_no integer NOT NULL,
    content bytea NOT NULL,
    key_version smallint NOT NULL
);

CREATE TABLE learner_import_part (
    import_id uuid NOT NULL,
    part_no integer NOT NULL,
    row_count integer NOT NULL,
    content bytea NOT NULL,
    key_version smallint NOT NULL
);

CREATE TABLE learner_import_rejected (
    import_id uuid NOT NULL,
    row_no integer NOT NULL,
    content bytea NOT NULL,
    key_version smallint NOT NULL,
    kept_at timestamp with time zone DEFAULT now() NOT NULL
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
    ended_at timestamp with time zone,
    since date,
    until date,
    was_wrong boolean DEFAULT false NOT NULL,
    reason_code text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    recorded_by text DEFAULT ''::text NOT NULL,
    recorded_by_role text DEFAULT ''::text NOT NULL,
    recorded_institution_id uuid
);

CREATE TABLE learner_restriction (
    learner_restriction_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    data_request_id uuid NOT NULL,
    restricted_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    lifted_by text,
    lift_reason text
);

CREATE TABLE learner_status (
    learner_status_id uuid NOT NULL,
    statement_no bigint GENERATED ALWAYS AS IDENTITY,
    learner_id uuid NOT NULL,
    status text,
    reason_code text,
    stated_by_institution_id uuid NOT NULL,
    valid_from date NOT NULL,
    confirmed_on date NOT NULL,
    withdraws_learner_status_id uuid,
    rule_version text NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE learner_status_default_reason (
    status text NOT NULL,
    reason_code text NOT NULL,
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE learner_status_kind (
    status text NOT NULL,
    name_th text NOT NULL,
    shown_at integer NOT NULL,
    needs_reason boolean NOT NULL,
    may_be_first boolean NOT NULL,
    is_out_of_education boolean NOT NULL,
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE learner_status_reason (
    reason_code text NOT NULL,
    name_th text NOT NULL,
    shown_at integer NOT NULL,
    statuses text[] NOT NULL,
    version text NOT NULL,
    effective_from date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE learner_status_transition (
    status text NOT NULL,
    becomes text NOT NULL,
    version text NOT NULL
);

CREATE TABLE leaver (
    leaver_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    from_institution_id uuid NOT NULL,
    year_be smallint NOT NULL,
    grade_label text NOT NULL,
    last_day date NOT NULL,
    destination_kind text NOT NULL,
    destination_institution_id uuid,
    is_withdrawn boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE leaver_history (
    leaver_history_id bigint GENERATED ALWAYS AS IDENTITY,
    leaver_id uuid NOT NULL,
    destination_kind text NOT NULL,
    destination_institution_id uuid,
    is_withdrawn boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE match_candidate (
    candidate_id uuid NOT NULL,
    low_learner_id uuid NOT NULL,
    high_learner_id uuid NOT NULL,
    origin text NOT NULL,
    score_hundredths integer NOT NULL,
    is_strong boolean NOT NULL,
    weights_version text NOT NULL,
    contributions jsonb NOT NULL,
    state text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    found_by text NOT NULL,
    decided_at timestamp with time zone,
    decided_by text
);

CREATE TABLE match_decision (
    match_decision_id bigint GENERATED ALWAYS AS IDENTITY,
    candidate_id uuid NOT NULL,
    state text NOT NULL,
    reason_code text NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    decided_by text NOT NULL,
    role text NOT NULL,
    institution_id uuid
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

CREATE TABLE movement (
    movement_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    from_institution_id uuid NOT NULL,
    to_institution_id uuid,
    state text NOT NULL,
    old_enrolment_id uuid NOT NULL,
    new_enrolment_id uuid,
    requested_on date NOT NULL,
    is_mid_term boolean NOT NULL,
    reason_code text NOT NULL,
    due_on date,
    last_day date,
    first_day date,
    rule_version text NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE movement_history (
    movement_history_id bigint GENERATED ALWAYS AS IDENTITY,
    movement_id uuid NOT NULL,
    state text NOT NULL,
    to_institution_id uuid,
    reason_code text NOT NULL,
    due_on date,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE movement_paper (
    movement_id uuid NOT NULL,
    paper text NOT NULL,
    seen_on date NOT NULL,
    seen_by_institution_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE occupation_field (
    field_code text NOT NULL,
    name_th text NOT NULL,
    place smallint NOT NULL,
    effective_from date,
    source text NOT NULL,
    source_version text,
    data_status text NOT NULL
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

CREATE TABLE outside_activity (
    outside_activity_id uuid NOT NULL,
    statement_no bigint GENERATED ALWAYS AS IDENTITY,
    learner_id uuid NOT NULL,
    activity text NOT NULL,
    stated_by_institution_id uuid NOT NULL,
    valid_from date NOT NULL,
    confirmed_on date NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
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

CREATE TABLE processing_record (
    activity_code text NOT NULL,
    version text NOT NULL,
    name_th text NOT NULL,
    purpose_th text NOT NULL,
    legal_basis_th text NOT NULL,
    subjects_th text NOT NULL,
    data_th text NOT NULL,
    recipients_th text NOT NULL,
    retention_th text NOT NULL,
    protection_th text NOT NULL,
    is_sensitive boolean NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    source text NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE profile_confirmation (
    confirmation_id uuid NOT NULL,
    fact_id uuid NOT NULL,
    confirmed_on date NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    confirmed_by text NOT NULL,
    confirmed_by_role text NOT NULL,
    institution_id uuid
);

CREATE TABLE profile_fact (
    fact_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    kind text NOT NULL,
    about_fact_id uuid,
    sealed_value bytea NOT NULL,
    key_version smallint NOT NULL,
    code_index bytea,
    index_version smallint NOT NULL,
    valid_from date,
    valid_to date,
    confirmed_on date,
    source text NOT NULL,
    data_status text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    recorded_by_role text NOT NULL,
    institution_id uuid,
    replaces_fact_id uuid,
    ended_at timestamp with time zone,
    ended_by text,
    ended_by_role text,
    ended_institution_id uuid,
    end_reason text,
    end_source text
);

CREATE TABLE profile_photo (
    fact_id uuid NOT NULL,
    sealed_bytes bytea NOT NULL,
    key_version smallint NOT NULL
);

CREATE TABLE programme (
    programme_code text NOT NULL,
    name_th text NOT NULL,
    effective_from date,
    source text NOT NULL,
    source_version text,
    data_status text NOT NULL
);

CREATE TABLE programme_band (
    programme_code text NOT NULL,
    band text NOT NULL,
    name_th text NOT NULL,
    place smallint NOT NULL
);

CREATE TABLE programme_membership (
    membership_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    programme_code text NOT NULL,
    year_be smallint NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE programme_membership_statement (
    statement_id uuid DEFAULT uuidv7() NOT NULL,
    membership_id uuid NOT NULL,
    status text NOT NULL,
    band text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    is_correction boolean NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    superseded_at timestamp with time zone
);

CREATE TABLE registry_rule (
    rule text NOT NULL,
    effective_from date NOT NULL,
    value text NOT NULL,
    version text NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL
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
    needs_classroom boolean DEFAULT false NOT NULL,
    has_responsibilities boolean DEFAULT true NOT NULL
);

CREATE TABLE role_permission (
    version text NOT NULL,
    role text NOT NULL,
    permission text NOT NULL
);

CREATE TABLE role_permission_announcement (
    version text NOT NULL,
    last_assignment_id uuid,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
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
    assigned_by text NOT NULL,
    teaching_subject text DEFAULT ''::text NOT NULL
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

CREATE TABLE workplace (
    workplace_id uuid NOT NULL,
    keeper_institution_id uuid NOT NULL,
    reference text NOT NULL,
    kind text NOT NULL,
    name_th text NOT NULL,
    field_codes text[] NOT NULL,
    area_institution_id uuid,
    area_text text NOT NULL,
    capacity integer,
    offers_th text NOT NULL,
    institution_id uuid,
    closed_on date,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);

CREATE TABLE workplace_contact (
    workplace_id uuid NOT NULL,
    contact bytea NOT NULL,
    key_version smallint NOT NULL
);

CREATE TABLE workplace_contact_read (
    contact_read_id uuid DEFAULT uuidv7() NOT NULL,
    workplace_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    read_by text NOT NULL,
    role text NOT NULL,
    purpose text NOT NULL,
    read_at timestamp with time zone NOT NULL
);

CREATE TABLE workplace_history (
    workplace_history_id bigint GENERATED ALWAYS AS IDENTITY,
    workplace_id uuid NOT NULL,
    kind text NOT NULL,
    name_th text NOT NULL,
    field_codes text[] NOT NULL,
    area_institution_id uuid,
    area_text text NOT NULL,
    capacity integer,
    offers_th text NOT NULL,
    institution_id uuid,
    closed_on date,
    source text NOT NULL,
    data_status text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE year_end_line (
    year_end_run_id uuid NOT NULL,
    line_no integer NOT NULL,
    learner_id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    decision text NOT NULL,
    reason_code text NOT NULL,
    grade_label text NOT NULL,
    next_grade_label text NOT NULL,
    destination_kind text NOT NULL,
    destination_institution_id uuid,
    planned_history_id bigint NOT NULL,
    applied_history_id bigint,
    learner_status_id uuid,
    leaver_id uuid,
    is_applied boolean DEFAULT false NOT NULL
);

CREATE TABLE year_end_run (
    year_end_run_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    year_be smallint NOT NULL,
    last_day date NOT NULL,
    first_day date NOT NULL,
    state text NOT NULL,
    rule_version text NOT NULL,
    source text NOT NULL,
    data_status text NOT NULL,
    effective_from date,
    source_version text,
    planned_at timestamp with time zone NOT NULL,
    planned_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

ALTER TABLE access_record ADD CONSTRAINT access_record_pkey PRIMARY KEY (access_id);
ALTER TABLE access_record ADD CONSTRAINT access_record_ground_check CHECK (ground = ANY (ARRAY['OWN_INSTITUTION'::text, 'PARTNERSHIP'::text, 'CASE'::text, 'GRANT'::text, 'ISSUER'::text, 'AUDIT'::text, 'OVERSIGHT'::text]));
ALTER TABLE affiliation ADD CONSTRAINT affiliation_pkey PRIMARY KEY (affiliation_code);
ALTER TABLE affiliation ADD CONSTRAINT affiliation_affiliation_code_check CHECK (affiliation_code ~ '^[0-9]{2}$'::text);
ALTER TABLE affiliation ADD CONSTRAINT affiliation_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE assignment_succession ADD CONSTRAINT assignment_succession_pkey PRIMARY KEY (assignment_succession_id);
ALTER TABLE assignment_succession ADD CONSTRAINT assignment_succession_check CHECK (assignment_id <> successor_assignment_id);
ALTER TABLE census_person ADD CONSTRAINT census_person_pkey PRIMARY KEY (institution_id, statement_hash);
ALTER TABLE census_person ADD CONSTRAINT census_person_statement_hash_check CHECK (octet_length(statement_hash) = 32);
ALTER TABLE code_list ADD CONSTRAINT code_list_pkey PRIMARY KEY (list, code, effective_from);
ALTER TABLE code_list ADD CONSTRAINT code_list_code_check CHECK (code ~ '^[A-Z0-9_]{2,60}$'::text);
ALTER TABLE code_list ADD CONSTRAINT code_list_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE code_list ADD CONSTRAINT code_list_list_check CHECK (list ~ '^[A-Z_]+$'::text);
ALTER TABLE code_list ADD CONSTRAINT code_list_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE consent ADD CONSTRAINT consent_pkey PRIMARY KEY (consent_id);
ALTER TABLE consent ADD CONSTRAINT consent_check CHECK (valid_to >= valid_from);
ALTER TABLE consent ADD CONSTRAINT consent_check1 CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_hash IS NULL));
ALTER TABLE consent ADD CONSTRAINT consent_need_check CHECK (need = ANY (ARRAY['LEARNER'::text, 'GUARDIAN'::text, 'EITHER'::text, 'BOTH'::text]));
ALTER TABLE consent ADD CONSTRAINT consent_withdrawn_by_check CHECK (withdrawn_by = ANY (ARRAY['LEARNER'::text, 'GUARDIAN'::text]));
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_version_purpose_age_from_key UNIQUE NULLS NOT DISTINCT (version, purpose, age_from);
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_age_from_check CHECK (age_from >= 0);
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_check CHECK (age_below > age_from);
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_need_check CHECK (need = ANY (ARRAY['LEARNER'::text, 'GUARDIAN'::text, 'EITHER'::text, 'BOTH'::text]));
ALTER TABLE consent_age_rule_version ADD CONSTRAINT consent_age_rule_version_pkey PRIMARY KEY (version);
ALTER TABLE consent_age_rule_version ADD CONSTRAINT consent_age_rule_version_effective_from_key UNIQUE (effective_from);
ALTER TABLE consent_age_rule_version ADD CONSTRAINT consent_age_rule_version_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_pkey PRIMARY KEY (consent_id, giver);
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_channel_check CHECK (channel = ANY (ARRAY['PAPER'::text, 'ONLINE'::text, 'STAFF'::text]));
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_check CHECK ((relation = ''::text) = (giver = 'LEARNER'::text));
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_giver_check CHECK (giver = ANY (ARRAY['LEARNER'::text, 'GUARDIAN'::text]));
ALTER TABLE consent_purpose ADD CONSTRAINT consent_purpose_pkey PRIMARY KEY (purpose);
ALTER TABLE consent_purpose ADD CONSTRAINT consent_purpose_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE consent_purpose ADD CONSTRAINT consent_purpose_purpose_check CHECK (purpose ~ '^[A-Z][A-Z_]{1,63}$'::text);
ALTER TABLE consent_text ADD CONSTRAINT consent_text_pkey PRIMARY KEY (purpose, version);
ALTER TABLE consent_text ADD CONSTRAINT consent_text_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE consent_text ADD CONSTRAINT consent_text_text_th_check CHECK (text_th <> ''::text);
ALTER TABLE consent_text ADD CONSTRAINT consent_text_version_check CHECK (version <> ''::text);
ALTER TABLE consumed_event ADD CONSTRAINT consumed_event_pkey PRIMARY KEY (event_id);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_pkey PRIMARY KEY (topic, key);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_adopted_sequence_check CHECK (adopted_sequence >= 0);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_last_sequence_check CHECK (last_sequence >= 0);
ALTER TABLE cooperation ADD CONSTRAINT cooperation_pkey PRIMARY KEY (cooperation_id);
ALTER TABLE cooperation ADD CONSTRAINT cooperation_key UNIQUE (workplace_id, institution_id);
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_pkey PRIMARY KEY (statement_id);
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_key UNIQUE (cooperation_id, sequence);
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_places_check CHECK (places >= 0);
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_sequence_check CHECK (sequence > 0);
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_status_check CHECK (status = ANY (ARRAY['ASKED'::text, 'AGREED'::text, 'ACTIVE'::text, 'DECLINED'::text, 'ENDED'::text]));
ALTER TABLE data_request ADD CONSTRAINT data_request_pkey PRIMARY KEY (data_request_id);
ALTER TABLE data_request ADD CONSTRAINT data_request_check CHECK (due_on > received_on);
ALTER TABLE data_request ADD CONSTRAINT data_request_check1 CHECK ((state = ANY (ARRAY['ANSWERED'::text, 'REFUSED'::text])) = (closed_at IS NOT NULL));
ALTER TABLE data_request ADD CONSTRAINT data_request_check2 CHECK ((state = 'REFUSED'::text) = (reason_code IS NOT NULL));
ALTER TABLE data_request ADD CONSTRAINT data_request_check3 CHECK ((sealed_details IS NULL) = (key_version IS NULL));
ALTER TABLE data_request ADD CONSTRAINT data_request_kind_check CHECK (kind = ANY (ARRAY['SEE'::text, 'COPY'::text, 'CORRECT'::text, 'RESTRICT'::text]));
ALTER TABLE data_request ADD CONSTRAINT data_request_state_check CHECK (state = ANY (ARRAY['RECEIVED'::text, 'IN_PROGRESS'::text, 'ANSWERED'::text, 'REFUSED'::text]));
ALTER TABLE data_request_refusal ADD CONSTRAINT data_request_refusal_pkey PRIMARY KEY (reason_code);
ALTER TABLE data_request_refusal ADD CONSTRAINT data_request_refusal_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE data_request_refusal ADD CONSTRAINT data_request_refusal_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE data_request_refusal ADD CONSTRAINT data_request_refusal_reason_code_check CHECK (reason_code ~ '^[A-Z][A-Z_]{1,63}$'::text);
ALTER TABLE data_request_rule ADD CONSTRAINT data_request_rule_pkey PRIMARY KEY (version, kind);
ALTER TABLE data_request_rule ADD CONSTRAINT data_request_rule_kind_effective_from_key UNIQUE (kind, effective_from);
ALTER TABLE data_request_rule ADD CONSTRAINT data_request_rule_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE data_request_rule ADD CONSTRAINT data_request_rule_days_check CHECK (days > 0);
ALTER TABLE data_request_rule ADD CONSTRAINT data_request_rule_kind_check CHECK (kind = ANY (ARRAY['SEE'::text, 'COPY'::text, 'CORRECT'::text, 'RESTRICT'::text]));
ALTER TABLE data_request_step ADD CONSTRAINT data_request_step_pkey PRIMARY KEY (data_request_step_id);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_natural_key UNIQUE (learner_id, institution_id, role, programme_code, valid_from);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_one_primary EXCLUDE USING gist (learner_id WITH =, valid_during WITH &&) WHERE (role = 'PRIMARY'::text);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_overlap EXCLUDE USING gist (learner_id WITH =, institution_id WITH =, role WITH =, programme_code WITH =, valid_during WITH &&) WHERE (role <> 'SHORT_COURSE'::text);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_check CHECK (valid_to >= valid_from);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_delivery_system_check CHECK (delivery_system = ANY (ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text, 'HOME_SCHOOL'::text, 'DUAL_EDUCATION'::text]));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_hosting CHECK ((hosting_scope IS NULL OR role = 'HOSTING'::text) AND (cardinality(hosted_classes) > 0) = (NOT hosting_scope IS DISTINCT FROM 'SOME'::text));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_hosting_scope_check CHECK (hosting_scope = ANY (ARRAY['ALL'::text, 'SOME'::text]));
ALTER TABLE enrolment ADD CONSTRAINT enrolment_number_in_class_check CHECK (number_in_class > 0);
ALTER TABLE enrolment ADD CONSTRAINT enrolment_role_check CHECK (role = ANY (ARRAY['PRIMARY'::text, 'PARTNER'::text, 'HOSTING'::text, 'SHORT_COURSE'::text]));
ALTER TABLE enrolment_history ADD CONSTRAINT enrolment_history_pkey PRIMARY KEY (enrolment_history_id);
ALTER TABLE import_layout ADD CONSTRAINT import_layout_pkey PRIMARY KEY (layout, version);
ALTER TABLE import_layout ADD CONSTRAINT import_layout_day UNIQUE (layout, effective_from);
ALTER TABLE import_layout ADD CONSTRAINT import_layout_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE import_layout ADD CONSTRAINT import_layout_layout_check CHECK (layout ~ '^[a-z0-9][a-z0-9-]{1,59}$'::text);
ALTER TABLE import_layout ADD CONSTRAINT import_layout_version_check CHECK (version <> ''::text);
ALTER TABLE import_round ADD CONSTRAINT import_round_pkey PRIMARY KEY (round_id);
ALTER TABLE import_round ADD CONSTRAINT import_round_key UNIQUE (institution_id, academic_year_be, kind);
ALTER TABLE import_round ADD CONSTRAINT import_round_academic_year_be_check CHECK (academic_year_be >= 2500 AND academic_year_be <= 2700);
ALTER TABLE import_round ADD CONSTRAINT import_round_check CHECK ((stage <> 'OPEN'::text) = (confirmed_at IS NOT NULL));
ALTER TABLE import_round ADD CONSTRAINT import_round_check1 CHECK ((stage = ANY (ARRAY['CERTIFIED'::text, 'ACKNOWLEDGED'::text])) = (certified_at IS NOT NULL));
ALTER TABLE import_round ADD CONSTRAINT import_round_check2 CHECK ((stage = 'ACKNOWLEDGED'::text) = (acknowledged_at IS NOT NULL));
ALTER TABLE import_round ADD CONSTRAINT import_round_check3 CHECK (certified_by <> confirmed_by AND acknowledged_by <> confirmed_by AND acknowledged_by <> certified_by);
ALTER TABLE import_round ADD CONSTRAINT import_round_stage_check CHECK (stage = ANY (ARRAY['OPEN'::text, 'CONFIRMED'::text, 'CERTIFIED'::text, 'ACKNOWLEDGED'::text]));
ALTER TABLE import_round_kind ADD CONSTRAINT import_round_kind_pkey PRIMARY KEY (kind, effective_from);
ALTER TABLE import_round_kind ADD CONSTRAINT import_round_kind_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE import_round_kind ADD CONSTRAINT import_round_kind_day_check CHECK (day >= 1 AND day <= 31);
ALTER TABLE import_round_kind ADD CONSTRAINT import_round_kind_kind_check CHECK (kind ~ '^[A-Z0-9_]{2,40}$'::text);
ALTER TABLE import_round_kind ADD CONSTRAINT import_round_kind_month_check CHECK (month >= 1 AND month <= 12);
ALTER TABLE import_round_learner ADD CONSTRAINT import_round_learner_pkey PRIMARY KEY (round_id, enrolment_id);
ALTER TABLE institution ADD CONSTRAINT institution_pkey PRIMARY KEY (institution_id);
ALTER TABLE institution ADD CONSTRAINT institution_local_alias_key UNIQUE (local_alias);
ALTER TABLE institution ADD CONSTRAINT institution_official_code_key UNIQUE (official_code);
ALTER TABLE institution ADD CONSTRAINT institution_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE institution ADD CONSTRAINT institution_kind_check CHECK (kind = ANY (ARRAY['SCHOOL'::text, 'COLLEGE'::text, 'AREA_OFFICE_PRIMARY'::text, 'AREA_OFFICE_SECONDARY'::text, 'HOME_SCHOOL'::text, 'UNIVERSITY'::text, 'AGENCY'::text, 'LEARNING_CENTRE'::text, 'WORKPLACE'::text, 'HOSPITAL'::text, 'PROVINCE_OFFICE'::text, 'SCHOOL_NETWORK'::text, 'DISTRICT'::text, 'GUIDANCE_CENTRE'::text, 'PROVINCE_VOCATIONAL_OFFICE'::text, 'NONFORMAL_CENTRE'::text, 'BRANCH_SCHOOL'::text]));
ALTER TABLE institution ADD CONSTRAINT institution_local_alias_check CHECK (local_alias <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_merged_check CHECK (merged_into_institution_id IS NULL OR closed_on IS NOT NULL);
ALTER TABLE institution ADD CONSTRAINT institution_merged_elsewhere_check CHECK (merged_into_institution_id <> institution_id);
ALTER TABLE institution ADD CONSTRAINT institution_name_en_check CHECK (name_en <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE institution ADD CONSTRAINT institution_official_code_check CHECK (official_code ~ '^[0-9]{10}$'::text);
ALTER TABLE institution ADD CONSTRAINT institution_period_check CHECK (closed_on >= opened_on);
ALTER TABLE institution ADD CONSTRAINT institution_province_code_check CHECK (province_code ~ '^[0-9]{2}$'::text);
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_pkey PRIMARY KEY (alias_id);
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_taken EXCLUDE USING gist (kind WITH =, register WITH =, value WITH =, valid_during WITH &&) WHERE (superseded_at IS NULL);
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_check CHECK ((register <> ''::text) = (kind = 'OTHER'::text));
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_kind_check CHECK (kind = ANY (ARRAY['OFFICIAL_CODE'::text, 'LOCAL'::text, 'SMIS'::text, 'AREA_OFFICE_CODE'::text, 'OTHER'::text]));
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_valid_during_check CHECK (NOT isempty(valid_during));
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_value_check CHECK (value <> ''::text);
ALTER TABLE institution_change ADD CONSTRAINT institution_change_pkey PRIMARY KEY (change_id);
ALTER TABLE institution_change ADD CONSTRAINT institution_change_check CHECK ((before IS NULL) = (kind = 'REGISTERED'::text));
ALTER TABLE institution_change ADD CONSTRAINT institution_change_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE institution_change ADD CONSTRAINT institution_change_kind_check CHECK (kind = ANY (ARRAY['REGISTERED'::text, 'CHANGED'::text, 'CORRECTED'::text]));
ALTER TABLE institution_kind_parent ADD CONSTRAINT institution_kind_parent_pkey PRIMARY KEY (kind, tree);
ALTER TABLE institution_kind_parent ADD CONSTRAINT institution_kind_parent_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE institution_kind_parent ADD CONSTRAINT institution_kind_parent_parent_kinds_check CHECK (cardinality(parent_kinds) > 0);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_pkey PRIMARY KEY (parent_id);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_overlap EXCLUDE USING gist (institution_id WITH =, tree WITH =, valid_during WITH &&) WHERE (superseded_at IS NULL);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_check CHECK (institution_id <> parent_institution_id);
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_valid_during_check CHECK (NOT isempty(valid_during));
ALTER TABLE institution_tree ADD CONSTRAINT institution_tree_pkey PRIMARY KEY (tree);
ALTER TABLE institution_tree ADD CONSTRAINT institution_tree_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_pkey PRIMARY KEY (learner_id);
ALTER TABLE learner ADD CONSTRAINT learner_subject_hash_key UNIQUE (subject_hash);
ALTER TABLE learner ADD CONSTRAINT learner_birth_date_precision_check CHECK (birth_date_precision = ANY (ARRAY['DAY'::text, 'YEAR'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_check CHECK ((birth_date IS NULL) = (birth_date_precision IS NULL));
ALTER TABLE learner ADD CONSTRAINT learner_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_not_merged_into_himself CHECK (merged_into_learner_id <> learner_id);
ALTER TABLE learner ADD CONSTRAINT learner_sex_check CHECK (sex = ANY (ARRAY['FEMALE'::text, 'MALE'::text]));
ALTER TABLE learner ADD CONSTRAINT learner_subject_hash_check CHECK (subject_hash ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE learner_history ADD CONSTRAINT learner_history_pkey PRIMARY KEY (learner_history_id);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_pkey PRIMARY KEY (identifier_id);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_student_no EXCLUDE USING gist (institution_id WITH =, blind_index WITH =, valid_during WITH &&) WHERE (kind = ANY (ARRAY['STUDENT_NO'::text, 'VOCATIONAL_STUDENT_NO'::text]));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_blind_index_check CHECK (octet_length(blind_index) = 32);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_check CHECK (valid_to >= valid_from);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_check1 CHECK ((kind = 'PASSPORT'::text) = (country IS NOT NULL));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_country_check CHECK (country ~ '^[A-Z]{3}$'::text);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_institution CHECK ((kind = ANY (ARRAY['STUDENT_NO'::text, 'VOCATIONAL_STUDENT_NO'::text, 'TRANSCRIPT_SERIES'::text])) = (institution_id IS NOT NULL));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_kind_check CHECK (kind = ANY (ARRAY['CITIZEN_ID'::text, 'G_CODE'::text, 'PASSPORT'::text, 'STUDENT_NO'::text, 'VOCATIONAL_STUDENT_NO'::text, 'TRANSCRIPT_SERIES'::text]));
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_last4_check CHECK (char_length(last4) <= 4);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_value_length_check CHECK (value_length >= 1 AND value_length <= 32);
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_verification_state_check CHECK (verification_state = ANY (ARRAY['UNVERIFIED'::text, 'VERIFIED'::text, 'CONFLICT'::text]));
ALTER TABLE learner_identifier_history ADD CONSTRAINT learner_identifier_history_pkey PRIMARY KEY (identifier_history_id);
ALTER TABLE learner_identifier_verification ADD CONSTRAINT learner_identifier_verification_pkey PRIMARY KEY (verification_id);
ALTER TABLE learner_identifier_verification ADD CONSTRAINT learner_identifier_verification_basis_check CHECK (basis = ANY (ARRAY['DOCUMENT'::text, 'AREA_APPROVAL'::text, 'REVIEW'::text, 'CONTRADICTION'::text]));
ALTER TABLE learner_identifier_verification ADD CONSTRAINT learner_identifier_verification_verification_state_check CHECK (verification_state = ANY (ARRAY['UNVERIFIED'::text, 'VERIFIED'::text, 'CONFLICT'::text]));
ALTER TABLE learner_import ADD CONSTRAINT learner_import_pkey PRIMARY KEY (import_id);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_accepted_check CHECK (accepted >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_already_known_check CHECK (already_known >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_import ADD CONSTRAINT learner_import_failure CHECK ((state = 'FAILED'::text) = (failure_reason IS NOT NULL));
ALTER TABLE learner_import ADD CONSTRAINT learner_import_file_sha256_check CHECK (octet_length(file_sha256) = 32);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_ignored_check CHECK (ignored >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_rejected_check CHECK (rejected >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_row_count_check CHECK (row_count >= 0);
ALTER TABLE learner_import ADD CONSTRAINT learner_import_state_check CHECK (state = ANY (ARRAY['CHECKING'::text, 'COMPARING'::text, 'READY'::text, 'APPLYING'::text, 'DONE'::text, 'FAILED'::text]));
ALTER TABLE learner_import ADD CONSTRAINT learner_import_sum CHECK (state <> 'DONE'::text OR (accepted + already_known + rejected) = row_count);
ALTER TABLE learner_import_difference ADD CONSTRAINT learner_import_difference_pkey PRIMARY KEY (import_id, kind, "position");
ALTER TABLE learner_import_difference ADD CONSTRAINT learner_import_difference_kind_check CHECK (kind = ANY (ARRAY['NEW'::text, 'CHANGED'::text, 'UNCHANGED'::text, 'MISSING'::text]));
ALTER TABLE learner_import_fault ADD CONSTRAINT learner_import_fault_pkey PRIMARY KEY (import_id, fault_no);
ALTER TABLE learner_import_file ADD CONSTRAINT learner_import_file_pkey PRIMARY KEY (import_id, piece_no);
ALTER TABLE learner_import_part ADD CONSTRAINT learner_import_part_pkey PRIMARY KEY (import_id, part_no);
ALTER TABLE learner_import_part ADD CONSTRAINT learner_import_part_row_count_check CHECK (row_count >= 0);
ALTER TABLE learner_import_rejected ADD CONSTRAINT learner_import_rejected_pkey PRIMARY KEY (import_id, row_no);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_pkey PRIMARY KEY (merge_id);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check CHECK (undone_at >= merged_at);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check1 CHECK (surviving_learner_id <> merged_learner_id);
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check2 CHECK ((ended_identifier_id IS NULL) = (ended_on IS NULL));
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_check3 CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undo_reason_code IS NULL));
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_reason_code_check CHECK (reason_code <> ''::text);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_pkey PRIMARY KEY (learner_name_id);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_check CHECK (ended_at >= recorded_at);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_check1 CHECK (until >= since);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_end CHECK (ended_at IS NOT NULL OR until IS NULL AND NOT was_wrong);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_given_name_check CHECK (given_name <> ''::text);
ALTER TABLE learner_name ADD CONSTRAINT learner_name_language CHECK (language ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?$'::text);
ALTER TABLE learner_restriction ADD CONSTRAINT learner_restriction_pkey PRIMARY KEY (learner_restriction_id);
ALTER TABLE learner_restriction ADD CONSTRAINT learner_restriction_check CHECK (lifted_at >= restricted_at);
ALTER TABLE learner_restriction ADD CONSTRAINT learner_restriction_check1 CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL));
ALTER TABLE learner_status ADD CONSTRAINT learner_status_pkey PRIMARY KEY (learner_status_id);
ALTER TABLE learner_status ADD CONSTRAINT learner_status_withdrawn_once UNIQUE (withdraws_learner_status_id);
ALTER TABLE learner_status ADD CONSTRAINT learner_status_check CHECK ((status IS NULL) = (withdraws_learner_status_id IS NOT NULL));
ALTER TABLE learner_status ADD CONSTRAINT learner_status_check1 CHECK (reason_code IS NULL OR status IS NOT NULL);
ALTER TABLE learner_status ADD CONSTRAINT learner_status_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_status ADD CONSTRAINT learner_status_has_reason CHECK (status IS NULL OR reason_code IS NOT NULL) NOT VALID;
ALTER TABLE learner_status_default_reason ADD CONSTRAINT learner_status_default_reason_pkey PRIMARY KEY (status, effective_from);
ALTER TABLE learner_status_default_reason ADD CONSTRAINT learner_status_default_reason_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_status_kind ADD CONSTRAINT learner_status_kind_pkey PRIMARY KEY (status);
ALTER TABLE learner_status_kind ADD CONSTRAINT learner_status_kind_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_status_reason ADD CONSTRAINT learner_status_reason_pkey PRIMARY KEY (reason_code);
ALTER TABLE learner_status_reason ADD CONSTRAINT learner_status_reason_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE learner_status_reason ADD CONSTRAINT learner_status_reason_reason_code_check CHECK (reason_code ~ '^[A-Z0-9_]{2,60}$'::text);
ALTER TABLE learner_status_reason ADD CONSTRAINT learner_status_reason_statuses_check CHECK (cardinality(statuses) > 0);
ALTER TABLE learner_status_transition ADD CONSTRAINT learner_status_transition_pkey PRIMARY KEY (status, becomes);
ALTER TABLE leaver ADD CONSTRAINT leaver_pkey PRIMARY KEY (leaver_id);
ALTER TABLE leaver ADD CONSTRAINT leaver_check CHECK ((destination_kind = 'INSTITUTION'::text) = (destination_institution_id IS NOT NULL));
ALTER TABLE leaver_history ADD CONSTRAINT leaver_history_pkey PRIMARY KEY (leaver_history_id);
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_pkey PRIMARY KEY (candidate_id);
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_pair UNIQUE (low_learner_id, high_learner_id);
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_check CHECK (low_learner_id < high_learner_id);
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_check1 CHECK ((state = 'OPEN'::text) = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL));
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_origin_check CHECK (origin = ANY (ARRAY['PROBABLE'::text, 'REPORTED'::text, 'IDENTIFIERS'::text]));
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_state_check CHECK (state = ANY (ARRAY['OPEN'::text, 'LATER'::text, 'SAME'::text, 'DIFFERENT'::text]));
ALTER TABLE match_decision ADD CONSTRAINT match_decision_pkey PRIMARY KEY (match_decision_id);
ALTER TABLE match_decision ADD CONSTRAINT match_decision_reason_code_check CHECK (reason_code <> ''::text);
ALTER TABLE match_decision ADD CONSTRAINT match_decision_state_check CHECK (state = ANY (ARRAY['LATER'::text, 'SAME'::text, 'DIFFERENT'::text]));
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_pkey PRIMARY KEY (merged_fact_id);
ALTER TABLE movement ADD CONSTRAINT movement_pkey PRIMARY KEY (movement_id);
ALTER TABLE movement ADD CONSTRAINT movement_check CHECK (first_day > last_day);
ALTER TABLE movement ADD CONSTRAINT movement_check1 CHECK (from_institution_id <> to_institution_id);
ALTER TABLE movement ADD CONSTRAINT movement_check2 CHECK ((state <> ALL (ARRAY['RELEASED'::text, 'ACCEPTED'::text, 'REFUSED'::text])) OR to_institution_id IS NOT NULL AND last_day IS NOT NULL);
ALTER TABLE movement ADD CONSTRAINT movement_check3 CHECK ((state = 'ACCEPTED'::text) = (new_enrolment_id IS NOT NULL));
ALTER TABLE movement ADD CONSTRAINT movement_check4 CHECK ((state = 'ACCEPTED'::text) = (first_day IS NOT NULL));
ALTER TABLE movement ADD CONSTRAINT movement_check5 CHECK ((state = ANY (ARRAY['MOVE_OUT_REQUESTED'::text, 'RELEASED'::text])) = (due_on IS NOT NULL));
ALTER TABLE movement ADD CONSTRAINT movement_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE movement ADD CONSTRAINT movement_state_check CHECK (state = ANY (ARRAY['MOVE_OUT_REQUESTED'::text, 'RELEASED'::text, 'ACCEPTED'::text, 'CANCELLED'::text, 'REFUSED'::text]));
ALTER TABLE movement_history ADD CONSTRAINT movement_history_pkey PRIMARY KEY (movement_history_id);
ALTER TABLE movement_paper ADD CONSTRAINT movement_paper_pkey PRIMARY KEY (movement_id, paper);
ALTER TABLE occupation_field ADD CONSTRAINT occupation_field_pkey PRIMARY KEY (field_code);
ALTER TABLE occupation_field ADD CONSTRAINT occupation_field_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE occupation_field ADD CONSTRAINT occupation_field_field_code_check CHECK (field_code ~ '^[A-Z][A-Z0-9_]{1,29}$'::text);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (created_at, outbox_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sequence_check CHECK (sequence > 0);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_pkey PRIMARY KEY (topic, key);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_last_check CHECK (last > 0);
ALTER TABLE outside_activity ADD CONSTRAINT outside_activity_pkey PRIMARY KEY (outside_activity_id);
ALTER TABLE outside_activity ADD CONSTRAINT outside_activity_activity_check CHECK (activity = ANY (ARRAY['WORKING'::text, 'TRAINING'::text, 'NEITHER'::text, 'UNKNOWN'::text]));
ALTER TABLE outside_activity ADD CONSTRAINT outside_activity_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE parked_event ADD CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_topic_kafka_partition_kafka_offset_event_id_key UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_tries_check CHECK (tries >= 0);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_pkey PRIMARY KEY (activity_code, version);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_activity_code_effective_from_key UNIQUE (activity_code, effective_from);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_activity_code_check CHECK (activity_code ~ '^[A-Z][A-Z_]{1,63}$'::text);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_check CHECK (effective_to >= effective_from);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE processing_record ADD CONSTRAINT processing_record_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE processing_record ADD CONSTRAINT processing_record_version_check CHECK (version <> ''::text);
ALTER TABLE profile_confirmation ADD CONSTRAINT profile_confirmation_pkey PRIMARY KEY (confirmation_id);
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_pkey PRIMARY KEY (fact_id);
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_check CHECK (valid_to >= valid_from);
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_check1 CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_by_role IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL) AND (ended_at IS NULL) = (end_source IS NULL));
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_check2 CHECK (about_fact_id IS NULL OR (kind = ANY (ARRAY['PHONE'::text, 'EMAIL'::text, 'ADDRESS'::text])));
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_check3 CHECK (confirmed_on IS NULL OR (kind = ANY (ARRAY['PHONE'::text, 'EMAIL'::text, 'ADDRESS'::text])));
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_code_index_check CHECK (octet_length(code_index) = 32);
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_end_reason_check CHECK (end_reason = ANY (ARRAY['REPLACED'::text, 'OVER'::text, 'WRONG'::text]));
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_kind_check CHECK (kind = ANY (ARRAY['NATIONALITY'::text, 'RELIGION'::text, 'DISABILITY'::text, 'ETHNICITY'::text, 'LANGUAGE'::text, 'SUPPORT_NEED'::text, 'SPECIAL_TARGET'::text, 'VULNERABLE_GROUP'::text, 'PHONE'::text, 'EMAIL'::text, 'ADDRESS'::text, 'FATHER'::text, 'MOTHER'::text, 'GUARDIAN'::text, 'SCHOOLING'::text, 'PHOTO'::text]));
ALTER TABLE profile_photo ADD CONSTRAINT profile_photo_pkey PRIMARY KEY (fact_id);
ALTER TABLE profile_photo ADD CONSTRAINT profile_photo_sealed_bytes_check CHECK (octet_length(sealed_bytes) <= 600000);
ALTER TABLE programme ADD CONSTRAINT programme_pkey PRIMARY KEY (programme_code);
ALTER TABLE programme ADD CONSTRAINT programme_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE programme ADD CONSTRAINT programme_programme_code_check CHECK (programme_code ~ '^[A-Z][A-Z0-9_]{1,59}$'::text);
ALTER TABLE programme_band ADD CONSTRAINT programme_band_pkey PRIMARY KEY (programme_code, band);
ALTER TABLE programme_band ADD CONSTRAINT programme_band_band_check CHECK (band ~ '^[A-Z][A-Z0-9_]{0,29}$'::text);
ALTER TABLE programme_membership ADD CONSTRAINT programme_membership_pkey PRIMARY KEY (membership_id);
ALTER TABLE programme_membership ADD CONSTRAINT programme_membership_key UNIQUE (institution_id, programme_code, year_be);
ALTER TABLE programme_membership ADD CONSTRAINT programme_membership_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE programme_membership_statement ADD CONSTRAINT programme_membership_statement_pkey PRIMARY KEY (statement_id);
ALTER TABLE programme_membership_statement ADD CONSTRAINT programme_membership_statement_check CHECK (valid_to >= valid_from);
ALTER TABLE programme_membership_statement ADD CONSTRAINT programme_membership_statement_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE programme_membership_statement ADD CONSTRAINT programme_membership_statement_status_check CHECK (status = ANY (ARRAY['SURVEYED'::text, 'READY'::text, 'JOINED'::text, 'DECLINED'::text]));
ALTER TABLE registry_rule ADD CONSTRAINT registry_rule_pkey PRIMARY KEY (rule, effective_from);
ALTER TABLE registry_rule ADD CONSTRAINT registry_rule_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE registry_rule ADD CONSTRAINT registry_rule_rule_check CHECK (rule ~ '^[A-Z_]+$'::text);
ALTER TABLE request ADD CONSTRAINT request_pkey PRIMARY KEY (caller, request_id);
ALTER TABLE request ADD CONSTRAINT request_fingerprint_check CHECK (octet_length(fingerprint) = 32);
ALTER TABLE role ADD CONSTRAINT role_pkey PRIMARY KEY (role);
ALTER TABLE role_permission ADD CONSTRAINT role_permission_pkey PRIMARY KEY (version, role, permission);
ALTER TABLE role_permission ADD CONSTRAINT role_permission_permission_check CHECK (permission ~ '^[a-z_]+(\.[a-z_]+)+$'::text);
ALTER TABLE role_permission_announcement ADD CONSTRAINT role_permission_announcement_pkey PRIMARY KEY (version);
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
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_overlap EXCLUDE USING gist (subject_hash WITH =, institution_id WITH =, role WITH =, classroom WITH =, teaching_subject WITH =, valid_during WITH &&);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_check CHECK (valid_to >= valid_from);
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_subject_hash_check CHECK (subject_hash ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE staff_assignment_history ADD CONSTRAINT staff_assignment_history_pkey PRIMARY KEY (assignment_history_id);
ALTER TABLE workplace ADD CONSTRAINT workplace_pkey PRIMARY KEY (workplace_id);
ALTER TABLE workplace ADD CONSTRAINT workplace_reference_key UNIQUE (keeper_institution_id, reference);
ALTER TABLE workplace ADD CONSTRAINT workplace_capacity_check CHECK (capacity >= 0);
ALTER TABLE workplace ADD CONSTRAINT workplace_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE workplace ADD CONSTRAINT workplace_kind_check CHECK (kind = ANY (ARRAY['WORKPLACE'::text, 'LEARNING_PLACE'::text, 'LOCAL_EXPERT'::text]));
ALTER TABLE workplace ADD CONSTRAINT workplace_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE workplace ADD CONSTRAINT workplace_reference_check CHECK (reference <> ''::text);
ALTER TABLE workplace_contact ADD CONSTRAINT workplace_contact_pkey PRIMARY KEY (workplace_id);
ALTER TABLE workplace_contact_read ADD CONSTRAINT workplace_contact_read_pkey PRIMARY KEY (contact_read_id);
ALTER TABLE workplace_history ADD CONSTRAINT workplace_history_pkey PRIMARY KEY (workplace_history_id);
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_pkey PRIMARY KEY (year_end_run_id, line_no);
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_year_end_run_id_enrolment_id_key UNIQUE (year_end_run_id, enrolment_id);
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_decision_check CHECK (decision = ANY (ARRAY['PROMOTE'::text, 'GRADUATE'::text, 'HOLD_BACK'::text, 'EXCEPTION'::text]));
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_pkey PRIMARY KEY (year_end_run_id);
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_check CHECK (first_day > last_day);
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_data_status_check CHECK (data_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_state_check CHECK (state = ANY (ARRAY['PLANNED'::text, 'APPLYING'::text, 'APPLIED'::text, 'UNDONE'::text, 'REPLACED'::text]));
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE access_record ADD CONSTRAINT access_record_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE access_record ADD CONSTRAINT access_record_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE assignment_succession ADD CONSTRAINT assignment_succession_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES staff_assignment(assignment_id) ON DELETE RESTRICT;
ALTER TABLE assignment_succession ADD CONSTRAINT assignment_succession_successor_assignment_id_fkey FOREIGN KEY (successor_assignment_id) REFERENCES staff_assignment(assignment_id) ON DELETE RESTRICT;
ALTER TABLE census_person ADD CONSTRAINT census_person_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE consent ADD CONSTRAINT consent_age_rule_version_fkey1 FOREIGN KEY (age_rule_version) REFERENCES consent_age_rule_version(version) ON DELETE RESTRICT;
ALTER TABLE consent ADD CONSTRAINT consent_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE consent ADD CONSTRAINT consent_purpose_text_version_fkey FOREIGN KEY (purpose, text_version) REFERENCES consent_text(purpose, version) ON DELETE RESTRICT;
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_purpose_fkey FOREIGN KEY (purpose) REFERENCES consent_purpose(purpose) ON DELETE RESTRICT;
ALTER TABLE consent_age_rule ADD CONSTRAINT consent_age_rule_version_fkey FOREIGN KEY (version) REFERENCES consent_age_rule_version(version) ON DELETE RESTRICT;
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES consent(consent_id) ON DELETE RESTRICT;
ALTER TABLE consent_agreement ADD CONSTRAINT consent_agreement_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE consent_text ADD CONSTRAINT consent_text_purpose_fkey FOREIGN KEY (purpose) REFERENCES consent_purpose(purpose) ON DELETE RESTRICT;
ALTER TABLE cooperation ADD CONSTRAINT cooperation_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE cooperation ADD CONSTRAINT cooperation_workplace_id_fkey FOREIGN KEY (workplace_id) REFERENCES workplace(workplace_id) ON DELETE RESTRICT;
ALTER TABLE cooperation_statement ADD CONSTRAINT cooperation_statement_cooperation_id_fkey FOREIGN KEY (cooperation_id) REFERENCES cooperation(cooperation_id) ON DELETE RESTRICT;
ALTER TABLE data_request ADD CONSTRAINT data_request_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE data_request ADD CONSTRAINT data_request_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE data_request ADD CONSTRAINT data_request_reason_code_fkey FOREIGN KEY (reason_code) REFERENCES data_request_refusal(reason_code) ON DELETE RESTRICT;
ALTER TABLE data_request ADD CONSTRAINT data_request_rule_version_kind_fkey FOREIGN KEY (rule_version, kind) REFERENCES data_request_rule(version, kind) ON DELETE RESTRICT;
ALTER TABLE data_request_step ADD CONSTRAINT data_request_step_data_request_id_fkey FOREIGN KEY (data_request_id) REFERENCES data_request(data_request_id) ON DELETE RESTRICT;
ALTER TABLE enrolment ADD CONSTRAINT enrolment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE enrolment ADD CONSTRAINT enrolment_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE enrolment_history ADD CONSTRAINT enrolment_history_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE import_round ADD CONSTRAINT import_round_acknowledged_institution_id_fkey FOREIGN KEY (acknowledged_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE import_round ADD CONSTRAINT import_round_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE import_round ADD CONSTRAINT import_round_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE import_round_learner ADD CONSTRAINT import_round_learner_round_id_fkey FOREIGN KEY (round_id) REFERENCES import_round(round_id) ON DELETE RESTRICT;
ALTER TABLE institution ADD CONSTRAINT institution_merged_into_institution_id_fkey FOREIGN KEY (merged_into_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_alias ADD CONSTRAINT institution_alias_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_change ADD CONSTRAINT institution_change_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_kind_parent ADD CONSTRAINT institution_kind_parent_tree_fkey FOREIGN KEY (tree) REFERENCES institution_tree(tree) ON DELETE RESTRICT;
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_parent_institution_id_fkey FOREIGN KEY (parent_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE institution_parent ADD CONSTRAINT institution_parent_tree_fkey FOREIGN KEY (tree) REFERENCES institution_tree(tree) ON DELETE RESTRICT;
ALTER TABLE learner ADD CONSTRAINT learner_facts_institution_id_fkey FOREIGN KEY (facts_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner ADD CONSTRAINT learner_merged_into_learner_id_fkey FOREIGN KEY (merged_into_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner ADD CONSTRAINT learner_registrar_institution_id_fkey FOREIGN KEY (registrar_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_history ADD CONSTRAINT learner_history_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier ADD CONSTRAINT learner_identifier_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier_history ADD CONSTRAINT learner_identifier_history_identifier_id_fkey FOREIGN KEY (identifier_id) REFERENCES learner_identifier(identifier_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier_verification ADD CONSTRAINT learner_identifier_verification_identifier_id_fkey FOREIGN KEY (identifier_id) REFERENCES learner_identifier(identifier_id) ON DELETE RESTRICT;
ALTER TABLE learner_identifier_verification ADD CONSTRAINT learner_identifier_verification_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_import ADD CONSTRAINT learner_import_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_import ADD CONSTRAINT learner_import_round FOREIGN KEY (round_id) REFERENCES import_round(round_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_difference ADD CONSTRAINT learner_import_difference_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_fault ADD CONSTRAINT learner_import_fault_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_file ADD CONSTRAINT learner_import_file_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_part ADD CONSTRAINT learner_import_part_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_import_rejected ADD CONSTRAINT learner_import_rejected_import_id_fkey FOREIGN KEY (import_id) REFERENCES learner_import(import_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_ended_identifier_id_fkey FOREIGN KEY (ended_identifier_id) REFERENCES learner_identifier(identifier_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_merged_learner_id_fkey FOREIGN KEY (merged_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_merge ADD CONSTRAINT learner_merge_surviving_learner_id_fkey FOREIGN KEY (surviving_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_name ADD CONSTRAINT learner_name_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_name ADD CONSTRAINT learner_name_recorded_institution_id_fkey FOREIGN KEY (recorded_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_restriction ADD CONSTRAINT learner_restriction_data_request_id_fkey FOREIGN KEY (data_request_id) REFERENCES data_request(data_request_id) ON DELETE RESTRICT;
ALTER TABLE learner_restriction ADD CONSTRAINT learner_restriction_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_status ADD CONSTRAINT learner_status_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE learner_status ADD CONSTRAINT learner_status_reason_code_fkey FOREIGN KEY (reason_code) REFERENCES learner_status_reason(reason_code) ON DELETE RESTRICT;
ALTER TABLE learner_status ADD CONSTRAINT learner_status_stated_by_institution_id_fkey FOREIGN KEY (stated_by_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE learner_status ADD CONSTRAINT learner_status_status_fkey FOREIGN KEY (status) REFERENCES learner_status_kind(status) ON DELETE RESTRICT;
ALTER TABLE learner_status ADD CONSTRAINT learner_status_withdraws_learner_status_id_fkey FOREIGN KEY (withdraws_learner_status_id) REFERENCES learner_status(learner_status_id) ON DELETE RESTRICT;
ALTER TABLE learner_status_default_reason ADD CONSTRAINT learner_status_default_reason_reason_code_fkey FOREIGN KEY (reason_code) REFERENCES learner_status_reason(reason_code) ON DELETE RESTRICT;
ALTER TABLE learner_status_default_reason ADD CONSTRAINT learner_status_default_reason_status_fkey FOREIGN KEY (status) REFERENCES learner_status_kind(status) ON DELETE RESTRICT;
ALTER TABLE learner_status_transition ADD CONSTRAINT learner_status_transition_becomes_fkey FOREIGN KEY (becomes) REFERENCES learner_status_kind(status) ON DELETE RESTRICT;
ALTER TABLE learner_status_transition ADD CONSTRAINT learner_status_transition_status_fkey FOREIGN KEY (status) REFERENCES learner_status_kind(status) ON DELETE RESTRICT;
ALTER TABLE leaver ADD CONSTRAINT leaver_destination_institution_id_fkey FOREIGN KEY (destination_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE leaver ADD CONSTRAINT leaver_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE leaver ADD CONSTRAINT leaver_from_institution_id_fkey FOREIGN KEY (from_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE leaver ADD CONSTRAINT leaver_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE leaver_history ADD CONSTRAINT leaver_history_leaver_id_fkey FOREIGN KEY (leaver_id) REFERENCES leaver(leaver_id) ON DELETE RESTRICT;
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_high_learner_id_fkey FOREIGN KEY (high_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE match_candidate ADD CONSTRAINT match_candidate_low_learner_id_fkey FOREIGN KEY (low_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE match_decision ADD CONSTRAINT match_decision_candidate_id_fkey FOREIGN KEY (candidate_id) REFERENCES match_candidate(candidate_id) ON DELETE RESTRICT;
ALTER TABLE match_decision ADD CONSTRAINT match_decision_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_at_learner_id_fkey FOREIGN KEY (at_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_home_learner_id_fkey FOREIGN KEY (home_learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_moved_by_merge_id_fkey FOREIGN KEY (moved_by_merge_id) REFERENCES learner_merge(merge_id) ON DELETE RESTRICT;
ALTER TABLE merged_fact ADD CONSTRAINT merged_fact_returned_by_merge_id_fkey FOREIGN KEY (returned_by_merge_id) REFERENCES learner_merge(merge_id) ON DELETE RESTRICT;
ALTER TABLE movement ADD CONSTRAINT movement_from_institution_id_fkey FOREIGN KEY (from_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE movement ADD CONSTRAINT movement_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE movement ADD CONSTRAINT movement_new_enrolment_id_fkey FOREIGN KEY (new_enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE movement ADD CONSTRAINT movement_old_enrolment_id_fkey FOREIGN KEY (old_enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE movement ADD CONSTRAINT movement_to_institution_id_fkey FOREIGN KEY (to_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE movement_history ADD CONSTRAINT movement_history_movement_id_fkey FOREIGN KEY (movement_id) REFERENCES movement(movement_id) ON DELETE RESTRICT;
ALTER TABLE movement_paper ADD CONSTRAINT movement_paper_movement_id_fkey FOREIGN KEY (movement_id) REFERENCES movement(movement_id) ON DELETE RESTRICT;
ALTER TABLE movement_paper ADD CONSTRAINT movement_paper_seen_by_institution_id_fkey FOREIGN KEY (seen_by_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE outside_activity ADD CONSTRAINT outside_activity_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE outside_activity ADD CONSTRAINT outside_activity_stated_by_institution_id_fkey FOREIGN KEY (stated_by_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE profile_confirmation ADD CONSTRAINT profile_confirmation_fact_id_fkey FOREIGN KEY (fact_id) REFERENCES profile_fact(fact_id) ON DELETE RESTRICT;
ALTER TABLE profile_confirmation ADD CONSTRAINT profile_confirmation_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_about_fact_id_fkey FOREIGN KEY (about_fact_id) REFERENCES profile_fact(fact_id) ON DELETE RESTRICT;
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_ended_institution_id_fkey FOREIGN KEY (ended_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE profile_fact ADD CONSTRAINT profile_fact_replaces_fact_id_fkey FOREIGN KEY (replaces_fact_id) REFERENCES profile_fact(fact_id) ON DELETE RESTRICT;
ALTER TABLE profile_photo ADD CONSTRAINT profile_photo_fact_id_fkey FOREIGN KEY (fact_id) REFERENCES profile_fact(fact_id) ON DELETE RESTRICT;
ALTER TABLE programme_band ADD CONSTRAINT programme_band_programme_code_fkey FOREIGN KEY (programme_code) REFERENCES programme(programme_code) ON DELETE RESTRICT;
ALTER TABLE programme_membership ADD CONSTRAINT programme_membership_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE programme_membership ADD CONSTRAINT programme_membership_programme_code_fkey FOREIGN KEY (programme_code) REFERENCES programme(programme_code) ON DELETE RESTRICT;
ALTER TABLE programme_membership_statement ADD CONSTRAINT programme_membership_statement_membership_id_fkey FOREIGN KEY (membership_id) REFERENCES programme_membership(membership_id) ON DELETE RESTRICT;
ALTER TABLE role_permission ADD CONSTRAINT role_permission_role_fkey FOREIGN KEY (role) REFERENCES role(role) ON DELETE RESTRICT;
ALTER TABLE role_permission ADD CONSTRAINT role_permission_version_fkey FOREIGN KEY (version) REFERENCES role_permission_version(version) ON DELETE RESTRICT;
ALTER TABLE role_permission_announcement ADD CONSTRAINT role_permission_announcement_version_fkey FOREIGN KEY (version) REFERENCES role_permission_version(version) ON DELETE RESTRICT;
ALTER TABLE share_grant ADD CONSTRAINT share_grant_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE share_grant ADD CONSTRAINT share_grant_recipient_institution_id_fkey FOREIGN KEY (recipient_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE staff_assignment ADD CONSTRAINT staff_assignment_role_fkey FOREIGN KEY (role) REFERENCES role(role) ON DELETE RESTRICT;
ALTER TABLE staff_assignment_history ADD CONSTRAINT staff_assignment_history_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES staff_assignment(assignment_id) ON DELETE RESTRICT;
ALTER TABLE workplace ADD CONSTRAINT workplace_area_institution_id_fkey FOREIGN KEY (area_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE workplace ADD CONSTRAINT workplace_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE workplace ADD CONSTRAINT workplace_keeper_institution_id_fkey FOREIGN KEY (keeper_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE workplace_contact ADD CONSTRAINT workplace_contact_workplace_id_fkey FOREIGN KEY (workplace_id) REFERENCES workplace(workplace_id) ON DELETE RESTRICT;
ALTER TABLE workplace_contact_read ADD CONSTRAINT workplace_contact_read_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE workplace_contact_read ADD CONSTRAINT workplace_contact_read_workplace_id_fkey FOREIGN KEY (workplace_id) REFERENCES workplace(workplace_id) ON DELETE RESTRICT;
ALTER TABLE workplace_history ADD CONSTRAINT workplace_history_workplace_id_fkey FOREIGN KEY (workplace_id) REFERENCES workplace(workplace_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_destination_institution_id_fkey FOREIGN KEY (destination_institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_enrolment_id_fkey FOREIGN KEY (enrolment_id) REFERENCES enrolment(enrolment_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner(learner_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_learner_status_id_fkey FOREIGN KEY (learner_status_id) REFERENCES learner_status(learner_status_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_leaver_id_fkey FOREIGN KEY (leaver_id) REFERENCES leaver(leaver_id) ON DELETE RESTRICT;
ALTER TABLE year_end_line ADD CONSTRAINT year_end_line_year_end_run_id_fkey FOREIGN KEY (year_end_run_id) REFERENCES year_end_run(year_end_run_id) ON DELETE RESTRICT;
ALTER TABLE year_end_run ADD CONSTRAINT year_end_run_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institution(institution_id) ON DELETE RESTRICT;

CREATE INDEX access_record_learner ON access_record USING btree (learner_id, read_at DESC, access_id DESC);
CREATE INDEX assignment_succession_assignment ON assignment_succession USING btree (assignment_id, assignment_succession_id DESC);
CREATE INDEX consent_learner ON consent USING btree (learner_id, purpose);
CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);
CREATE INDEX cooperation_institution ON cooperation USING btree (institution_id);
CREATE INDEX data_request_due ON data_request USING btree (institution_id, due_on, data_request_id);
CREATE INDEX data_request_learner ON data_request USING btree (learner_id);
CREATE INDEX data_request_step_request ON data_request_step USING btree (data_request_id);
CREATE INDEX enrolment_institution ON enrolment USING gist (institution_id, valid_during);
CREATE INDEX enrolment_history_enrolment ON enrolment_history USING btree (enrolment_id, enrolment_history_id);
CREATE INDEX institution_name ON institution USING btree (name_th COLLATE "th-x-icu", institution_id);
CREATE INDEX institution_name_trigrams ON institution USING gin (name_th gin_trgm_ops, name_en gin_trgm_ops);
CREATE INDEX institution_province ON institution USING btree (province_code);
CREATE INDEX institution_alias_institution ON institution_alias USING btree (institution_id) WHERE superseded_at IS NULL;
CREATE INDEX institution_alias_value ON institution_alias USING btree (value text_pattern_ops) WHERE superseded_at IS NULL;
CREATE INDEX institution_change_institution ON institution_change USING btree (institution_id, change_id DESC);
CREATE INDEX institution_parent_children ON institution_parent USING btree (parent_institution_id, tree) WHERE superseded_at IS NULL;
CREATE INDEX learner_birth_date ON learner USING btree (birth_date) WHERE birth_date IS NOT NULL;
CREATE INDEX learner_merged_into ON learner USING btree (merged_into_learner_id) WHERE merged_into_learner_id IS NOT NULL;
CREATE INDEX learner_registrar ON learner USING btree (registrar_institution_id);
CREATE INDEX learner_uncompared ON learner USING btree (learner_id) WHERE compared_at IS NULL AND merged_into_learner_id IS NULL;
CREATE INDEX learner_history_learner ON learner_history USING btree (learner_id, learner_history_id DESC);
CREATE INDEX learner_identifier_blind ON learner_identifier USING btree (blind_index) WHERE kind = ANY (ARRAY['STUDENT_NO'::text, 'VOCATIONAL_STUDENT_NO'::text]);
CREATE INDEX learner_identifier_conflict ON learner_identifier USING btree (identifier_id) WHERE verification_state = 'CONFLICT'::text;
CREATE INDEX learner_identifier_learner ON learner_identifier USING btree (learner_id);
CREATE UNIQUE INDEX learner_identifier_person ON learner_identifier USING btree (blind_index) WHERE kind <> ALL (ARRAY['STUDENT_NO'::text, 'VOCATIONAL_STUDENT_NO'::text]);
CREATE INDEX learner_identifier_waiting ON learner_identifier USING btree (identifier_id) WHERE kind = 'G_CODE'::text AND verification_state = 'UNVERIFIED'::text AND valid_to IS NULL;
CREATE INDEX learner_identifier_history_identifier ON learner_identifier_history USING btree (identifier_id);
CREATE INDEX learner_identifier_verification_identifier ON learner_identifier_verification USING btree (identifier_id, stated_at DESC, verification_id DESC);
CREATE INDEX learner_import_institution ON learner_import USING btree (institution_id, imported_at DESC);
CREATE INDEX learner_import_round_id ON learner_import USING btree (round_id) WHERE round_id IS NOT NULL;
CREATE INDEX learner_import_waiting ON learner_import USING btree (imported_at) WHERE state = ANY (ARRAY['CHECKING'::text, 'COMPARING'::text, 'APPLYING'::text]);
CREATE INDEX learner_import_fault_row ON learner_import_fault USING btree (import_id, row_no, fault_no);
CREATE INDEX learner_import_rejected_kept_at ON learner_import_rejected USING brin (kept_at);
CREATE UNIQUE INDEX learner_merge_active ON learner_merge USING btree (merged_learner_id) WHERE undone_at IS NULL;
CREATE INDEX learner_merge_merged ON learner_merge USING btree (merged_learner_id);
CREATE INDEX learner_merge_surviving ON learner_merge USING btree (surviving_learner_id);
CREATE UNIQUE INDEX learner_name_current ON learner_name USING btree (learner_id, language) WHERE ended_at IS NULL;
CREATE INDEX learner_name_learner ON learner_name USING btree (learner_id, recorded_at DESC);
CREATE INDEX learner_name_trigrams ON learner_name USING gin (matching_given gin_trgm_ops, matching_family gin_trgm_ops);
CREATE INDEX learner_restriction_active ON learner_restriction USING btree (learner_id) WHERE lifted_at IS NULL;
CREATE INDEX learner_status_learner ON learner_status USING btree (learner_id, valid_from DESC, statement_no DESC);
CREATE INDEX leaver_from ON leaver USING btree (from_institution_id, year_be) WHERE NOT is_withdrawn;
CREATE INDEX leaver_learner ON leaver USING btree (learner_id);
CREATE UNIQUE INDEX leaver_once ON leaver USING btree (enrolment_id) WHERE NOT is_withdrawn;
CREATE INDEX leaver_to ON leaver USING btree (destination_institution_id, year_be) WHERE NOT is_withdrawn;
CREATE INDEX leaver_history_leaver ON leaver_history USING btree (leaver_id, leaver_history_id);
CREATE INDEX match_candidate_high ON match_candidate USING btree (high_learner_id);
CREATE INDEX match_candidate_waiting ON match_candidate USING btree (score_hundredths DESC, candidate_id) WHERE state = ANY (ARRAY['OPEN'::text, 'LATER'::text]);
CREATE INDEX match_decision_candidate ON match_decision USING btree (candidate_id, match_decision_id);
CREATE INDEX merged_fact_at ON merged_fact USING btree (at_learner_id, table_name) WHERE returned_by_merge_id IS NULL;
CREATE UNIQUE INDEX merged_fact_away ON merged_fact USING btree (home_learner_id, table_name, row_key) WHERE returned_by_merge_id IS NULL;
CREATE INDEX movement_due ON movement USING btree (due_on) WHERE due_on IS NOT NULL;
CREATE INDEX movement_from ON movement USING btree (from_institution_id, state, due_on);
CREATE INDEX movement_learner ON movement USING btree (learner_id);
CREATE UNIQUE INDEX movement_one_open ON movement USING btree (old_enrolment_id) WHERE state = ANY (ARRAY['MOVE_OUT_REQUESTED'::text, 'RELEASED'::text]);
CREATE INDEX movement_to ON movement USING btree (to_institution_id, state, due_on);
CREATE INDEX movement_history_movement ON movement_history USING btree (movement_id, movement_history_id);
CREATE INDEX outbox_unpublished ON outbox USING btree (outbox_id) WHERE published_at IS NULL;
CREATE INDEX outside_activity_learner ON outside_activity USING btree (learner_id, valid_from DESC, statement_no DESC);
CREATE INDEX parked_event_id ON parked_event USING btree (event_id) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_waiting ON parked_event USING btree (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX profile_confirmation_fact ON profile_confirmation USING btree (fact_id);
CREATE INDEX profile_fact_code ON profile_fact USING btree (code_index) WHERE code_index IS NOT NULL AND end_reason IS NULL;
CREATE INDEX profile_fact_learner ON profile_fact USING btree (learner_id, kind);
CREATE INDEX programme_membership_year ON programme_membership USING btree (programme_code, year_be);
CREATE INDEX programme_membership_statement_all ON programme_membership_statement USING btree (membership_id, statement_id);
CREATE UNIQUE INDEX programme_membership_statement_day ON programme_membership_statement USING btree (membership_id, valid_from) WHERE superseded_at IS NULL;
CREATE INDEX request_created_at ON request USING brin (created_at);
CREATE INDEX share_grant_learner ON share_grant USING btree (learner_id);
CREATE INDEX staff_assignment_ending ON staff_assignment USING btree (institution_id, valid_to) WHERE valid_to IS NOT NULL;
CREATE INDEX staff_assignment_institution ON staff_assignment USING btree (institution_id);
CREATE INDEX staff_assignment_history_assignment ON staff_assignment_history USING btree (assignment_id);
CREATE INDEX workplace_area ON workplace USING btree (area_institution_id);
CREATE INDEX workplace_fields ON workplace USING gin (field_codes);
CREATE INDEX workplace_name ON workplace USING btree (name_th COLLATE "th-x-icu", workplace_id);
CREATE INDEX workplace_text ON workplace USING gin (name_th gin_trgm_ops, offers_th gin_trgm_ops, area_text gin_trgm_ops);
CREATE INDEX workplace_contact_read_workplace ON workplace_contact_read USING btree (workplace_id, read_at DESC);
CREATE INDEX workplace_history_workplace ON workplace_history USING btree (workplace_id);
CREATE UNIQUE INDEX year_end_run_one ON year_end_run USING btree (institution_id, year_be) WHERE state = ANY (ARRAY['PLANNED'::text, 'APPLYING'::text, 'APPLIED'::text]);

CREATE TRIGGER append_only_but_merge AFTER UPDATE ON access_record FOR EACH ROW WHEN ((to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON access_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON affiliation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON assignment_succession FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON census_person FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON code_list FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON consent FOR EACH ROW WHEN (old.withdrawn_at IS NOT NULL AND (to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON consent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON consent_age_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON consent_age_rule_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON consent_agreement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON consent_purpose FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON consent_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON cooperation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON cooperation_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON data_request FOR EACH ROW WHEN (old.closed_at IS NOT NULL AND (to_jsonb(old.*) - ARRAY['learner_id'::text, 'sealed_details'::text, 'key_version'::text]) IS DISTINCT FROM (to_jsonb(new.*) - ARRAY['learner_id'::text, 'sealed_details'::text, 'key_version'::text])) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON data_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON data_request_refusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON data_request_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON data_request_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER enrolment_inserted AFTER INSERT ON enrolment REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();
CREATE TRIGGER enrolment_updated AFTER UPDATE ON enrolment REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_enrolment_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON enrolment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON enrolment_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON import_layout FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON import_round FOR EACH ROW WHEN (old.confirmed_at IS NOT NULL AND (old.confirmed_at IS DISTINCT FROM new.confirmed_at OR old.confirmed_by IS DISTINCT FROM new.confirmed_by OR old.learner_count IS DISTINCT FROM new.learner_count) OR old.certified_at IS NOT NULL AND (old.certified_at IS DISTINCT FROM new.certified_at OR old.certified_by IS DISTINCT FROM new.certified_by) OR old.acknowledged_at IS NOT NULL AND (old.acknowledged_at IS DISTINCT FROM new.acknowledged_at OR old.acknowledged_by IS DISTINCT FROM new.acknowledged_by)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON import_round FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON import_round_kind FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON import_round_learner FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution_alias FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER superseded_once BEFORE UPDATE ON institution_alias FOR EACH ROW EXECUTE FUNCTION keep_superseded();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON institution_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON institution_kind_parent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution_parent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER superseded_once BEFORE UPDATE ON institution_parent FOR EACH ROW EXECUTE FUNCTION keep_superseded();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON institution_tree FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER learner_updated AFTER UPDATE ON learner REFERENCING OLD TABLE AS replaced NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_learner_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER learner_identifier_updated AFTER UPDATE ON learner_identifier REFERENCING OLD TABLE AS replaced NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_identifier_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_identifier FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_identifier_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_identifier_verification FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER done_stays BEFORE UPDATE ON learner_import FOR EACH ROW WHEN (old.state = ANY (ARRAY['DONE'::text, 'FAILED'::text])) EXECUTE FUNCTION refuse_change_of_done();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_import FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_import_difference FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_import_fault FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_merge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_name FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON learner_restriction FOR EACH ROW WHEN (old.lifted_at IS NOT NULL AND (to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_restriction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_but_merge AFTER UPDATE ON learner_status FOR EACH ROW WHEN ((to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON learner_status FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_status_default_reason FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_status_kind FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_status_reason FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON learner_status_transition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER leaver_inserted AFTER INSERT ON leaver REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_leaver_history();
CREATE TRIGGER leaver_updated AFTER UPDATE ON leaver REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_leaver_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON leaver FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON leaver_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON match_candidate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON match_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON merged_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER movement_inserted AFTER INSERT ON movement REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_movement_history();
CREATE TRIGGER movement_updated AFTER UPDATE ON movement REFERENCING NEW TABLE AS stated FOR EACH STATEMENT EXECUTE FUNCTION keep_movement_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON movement_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON movement_paper FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON occupation_field FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_but_merge AFTER UPDATE ON outside_activity FOR EACH ROW WHEN ((to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON outside_activity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON processing_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON profile_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER facts_stay AFTER UPDATE ON profile_fact FOR EACH ROW WHEN (old.ended_at IS NOT NULL AND old.ended_at IS DISTINCT FROM new.ended_at OR (to_jsonb(old.*) - '{learner_id,sealed_value,key_version,code_index,index_version,valid_to,confirmed_on,ended_at,ended_by,ended_by_role,ended_institution_id,end_reason,end_source}'::text[]) IS DISTINCT FROM (to_jsonb(new.*) - '{learner_id,sealed_value,key_version,code_index,index_version,valid_to,confirmed_on,ended_at,ended_by,ended_by_role,ended_institution_id,end_reason,end_source}'::text[])) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON profile_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON profile_photo FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme_band FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme_membership FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON programme_membership_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER superseded_once BEFORE UPDATE ON programme_membership_statement FOR EACH ROW EXECUTE FUNCTION keep_superseded();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON registry_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON role FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON role_permission FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON role_permission_announcement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON role_permission_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON share_grant FOR EACH ROW WHEN (old.ended_at IS NOT NULL AND (to_jsonb(old.*) - 'learner_id'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'learner_id'::text)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON share_grant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON staff_assignment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER staff_assignment_updated AFTER UPDATE ON staff_assignment REFERENCING OLD TABLE AS replaced FOR EACH STATEMENT EXECUTE FUNCTION keep_assignment_history();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON staff_assignment_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON workplace FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER workplace_updated AFTER UPDATE ON workplace REFERENCING OLD TABLE AS replaced FOR EACH STATEMENT EXECUTE FUNCTION keep_workplace_history();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON workplace_contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON workplace_contact_read FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON workplace_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON year_end_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON year_end_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
