-- The schema of credit-bank after all migrations, its chassis tables included.
-- Written by `python -m tests.support.schema write`; a test compares it with the migrations. Never edit it.

SET check_function_bodies = off; -- functions stand before tables

CREATE EXTENSION btree_gist;

CREATE OR REPLACE FUNCTION public.keep_days_of_changed_rules()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    kept uuid[] := array(
        SELECT b.rule_id FROM before b
         WHERE b.state NOT IN ('PUBLISHED', 'RETIRED')
            OR EXISTS (SELECT FROM equivalence_rule_days d WHERE d.rule_id = b.rule_id));
BEGIN
    DELETE FROM equivalence_rule_days d USING before b WHERE d.rule_id = b.rule_id;
    PERFORM write_equivalence_rule_days(kept);
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.keep_days_of_new_sources()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    DELETE FROM equivalence_rule_days d USING changed c WHERE d.rule_id = c.rule_id;
    PERFORM write_equivalence_rule_days(array(SELECT DISTINCT c.rule_id FROM changed c));
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.keep_evidence_file()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    renewed evidence_file;
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM evidence v JOIN entry e USING (entry_id)
         WHERE v.sha256 = OLD.sha256 AND e.issuer_institution_id = OLD.institution_id
    ) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        renewed := OLD;
        renewed.stored_at := greatest(OLD.stored_at, NEW.stored_at);
        IF NEW = renewed THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$;

CREATE OR REPLACE FUNCTION public.keep_policy_rule_days()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO policy_rule_day (rule_id, key, form, level, effective_from)
    SELECT c.rule_id, c.key, f.form, l.level, c.effective_from
      FROM changed c, unnest(c.forms) AS f(form), unnest(c.levels) AS l(level);
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.keep_rule_content()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF (OLD.signature, OLD.version, OLD.owner_institution_id, OLD.target_course_id, OLD.mode, OLD.min_grade_hundredths,
        OLD.min_hours_pct, OLD.min_content_pct, OLD.content_pct, OLD.first_year_be, OLD.last_year_be, OLD.source,
        OLD.status, OLD.source_version, OLD.proposed_by)
       IS DISTINCT FROM
       (NEW.signature, NEW.version, NEW.owner_institution_id, NEW.target_course_id, NEW.mode, NEW.min_grade_hundredths,
        NEW.min_hours_pct, NEW.min_content_pct, NEW.content_pct, NEW.first_year_be, NEW.last_year_be, NEW.source,
        NEW.status, NEW.source_version, NEW.proposed_by)
       OR (OLD.published_at IS NOT NULL
           AND (OLD.approving_bodies, OLD.valid_from) IS DISTINCT FROM (NEW.approving_bodies, NEW.valid_from))
    THEN
        RAISE EXCEPTION 'equivalence_rule content is fixed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_decided_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'change % is settled', OLD.change_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_flag_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.resolved_at IS NOT NULL
        OR to_jsonb(NEW) - '{resolution,resolved_at,resolved_by,resolved_by_assignment,reason_code}'::text[]
           IS DISTINCT FROM
           to_jsonb(OLD) - '{resolution,resolved_at,resolved_by,resolved_by_assignment,reason_code}'::text[]
    THEN
        RAISE EXCEPTION 'flag % is settled', OLD.flag_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_redemption_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'redemption' THEN
        IF (to_jsonb(OLD) ->> 'reversed_at') IS NULL
           AND to_jsonb(NEW) - '{reversed_at,reversed_by,reversed_by_assignment,reversal_order_no,reversal_reason_code}'::text[]
               = to_jsonb(OLD) - '{reversed_at,reversed_by,reversed_by_assignment,reversal_order_no,reversal_reason_code}'::text[]
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND (to_jsonb(OLD) ->> 'reversed_journal_id') IS NULL
          AND to_jsonb(NEW) - 'reversed_journal_id' = to_jsonb(OLD) - 'reversed_journal_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_transcript_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.state <> 'ISSUED'
        OR to_jsonb(NEW) - '{state,superseded_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state,superseded_at}'::text[]
    THEN
        RAISE EXCEPTION 'transcript % is settled', OLD.transcript_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_unbalanced_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    unbalanced uuid;
BEGIN
    SELECT journal_id INTO unbalanced FROM added
     GROUP BY journal_id, unit HAVING sum(amount_hundredths) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not sum to zero', unbalanced
              USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced';
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse_verified_entry_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (OLD.state = 'SUBMITTED' AND NEW.state IN ('SUBMITTED', 'VERIFIED', 'RETURNED', 'REJECTED'))
        OR (OLD.state = 'RETURNED' AND NEW.state IN ('RETURNED', 'SUPERSEDED'))
        OR (OLD.state = 'VERIFIED' AND NEW.state IN ('SUPERSEDED', 'REVOKED')
            AND to_jsonb(NEW) - ARRAY['state', 'revoked_at', 'revoked_by']
                IS NOT DISTINCT FROM to_jsonb(OLD) - ARRAY['state', 'revoked_at', 'revoked_by']))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entry % is settled', OLD.entry_id USING ERRCODE = 'restrict_violation';
END
$function$;

CREATE OR REPLACE FUNCTION public.write_equivalence_rule_days(rule_ids uuid[])
 RETURNS void
 LANGUAGE sql
AS $function$
    INSERT INTO equivalence_rule_days (rule_id, group_no, owner_institution_id, target_course_id, group_hash, days)
    SELECT DISTINCT ON (g.rule_id, g.group_hash)
           g.rule_id, g.group_no, coalesce(r.owner_institution_id, '00000000-0000-0000-0000-000000000000'),
           r.target_course_id, g.group_hash, daterange(r.valid_from, r.valid_to, '[]')
      FROM equivalence_rule r
      JOIN (SELECT s.rule_id, s.group_no,
                   sha256(convert_to(string_agg(s.course_id::text, ' ' ORDER BY s.course_id), 'UTF8')) AS group_hash
              FROM equivalence_rule_source s
             WHERE s.rule_id = ANY (rule_ids)
             GROUP BY s.rule_id, s.group_no) AS g USING (rule_id)
     WHERE r.state IN ('PUBLISHED', 'RETIRED') AND NOT coalesce(r.valid_to < r.valid_from, false)
     ORDER BY g.rule_id, g.group_hash, g.group_no;
$function$;

CREATE TABLE access_log (
    access_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    read_at timestamp with time zone NOT NULL,
    institution_id uuid,
    role text NOT NULL,
    subject_hash text NOT NULL,
    assignment_id uuid,
    service text,
    resource text NOT NULL,
    purpose text NOT NULL,
    ground text NOT NULL,
    ground_id uuid
);

CREATE TABLE account (
    account_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    kind text NOT NULL,
    qualification_code text NOT NULL,
    qualification_version text NOT NULL,
    awarding_institution_id uuid,
    state text DEFAULT 'OPEN'::text NOT NULL
);

CREATE TABLE account_bucket (
    account_id uuid NOT NULL,
    bucket text NOT NULL,
    unit text NOT NULL,
    balance_hundredths integer NOT NULL
) WITH (fillfactor=70);

CREATE TABLE accreditation (
    accreditation_id uuid NOT NULL,
    kind text NOT NULL,
    source_institution_id uuid,
    source_name_th text NOT NULL,
    course_id uuid,
    body_th text NOT NULL,
    reference text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    state text NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by text,
    decided_role text,
    decided_at timestamp with time zone,
    reason_th text DEFAULT ''::text NOT NULL
);

CREATE TABLE approval (
    approval_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    entry_count integer NOT NULL,
    approved_at timestamp with time zone NOT NULL,
    approved_by text NOT NULL,
    approved_by_assignment uuid
);

CREATE TABLE approval_entry (
    entry_id uuid NOT NULL,
    approval_id uuid NOT NULL
);

CREATE TABLE assessment_signature (
    entry_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    is_agreed boolean NOT NULL,
    explanation_th text NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    signed_by text NOT NULL,
    signed_by_assignment uuid
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

CREATE TABLE award (
    award_id uuid NOT NULL,
    account_id uuid NOT NULL,
    course_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    reversed_journal_id uuid,
    form text DEFAULT 'FORMAL'::text NOT NULL,
    learning_type text DEFAULT 'GENERAL'::text NOT NULL,
    level text
);

CREATE TABLE case_appeal (
    case_id uuid NOT NULL,
    hearing smallint NOT NULL,
    line_ids uuid[] NOT NULL,
    reason_th text NOT NULL,
    appealed_on date NOT NULL,
    is_entered_by_staff boolean NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    earlier_committee_id uuid NOT NULL
);

CREATE TABLE case_batch (
    batch_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    request jsonb NOT NULL,
    state text NOT NULL,
    started_by text NOT NULL,
    started_by_assignment uuid NOT NULL,
    role text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    finished_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL
);

CREATE TABLE case_batch_item (
    batch_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    state text NOT NULL,
    case_id uuid,
    reason text DEFAULT ''::text NOT NULL
);

CREATE TABLE case_draft (
    draft_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    content jsonb NOT NULL,
    row_version integer NOT NULL,
    state text NOT NULL,
    is_entered_by_staff boolean NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    drafted_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE case_interest (
    case_id uuid NOT NULL,
    subject_hash text NOT NULL,
    assignment_id uuid NOT NULL,
    reason_th text NOT NULL,
    declared_at timestamp with time zone NOT NULL
);

CREATE TABLE case_line (
    line_id uuid NOT NULL,
    case_id uuid NOT NULL,
    line_no smallint NOT NULL,
    state text NOT NULL,
    target_course_id uuid NOT NULL,
    target_course_version integer NOT NULL,
    target_code_system text NOT NULL,
    target_code text NOT NULL,
    target_curriculum_version text NOT NULL,
    target_owner_institution_id uuid,
    target_title_th text NOT NULL,
    target_category text NOT NULL,
    unit text NOT NULL,
    credit_hundredths integer NOT NULL,
    mode text NOT NULL,
    rule_id uuid,
    rule_version integer,
    hours_pct integer,
    findings jsonb NOT NULL,
    reason_code text DEFAULT ''::text NOT NULL,
    reason_th text DEFAULT ''::text NOT NULL,
    journal_id uuid,
    hearing smallint DEFAULT 1 NOT NULL,
    least_grade_hundredths integer,
    policy_rules text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE case_line_source (
    line_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    entry_root_id uuid NOT NULL,
    entry_version integer NOT NULL
);

CREATE TABLE case_pause (
    case_id uuid NOT NULL,
    pause_no smallint NOT NULL,
    question_th text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by text NOT NULL,
    answer_th text,
    document_nos text[] DEFAULT '{}'::text[] NOT NULL,
    answered_at timestamp with time zone,
    answered_by text,
    days integer
);

CREATE TABLE case_step (
    step_id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    hearing smallint NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    taken_by text NOT NULL,
    taken_by_assignment uuid,
    role text NOT NULL,
    details jsonb NOT NULL
);

CREATE TABLE checkpoint_head (
    learner_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    day date NOT NULL
);

CREATE TABLE claim (
    claim_id uuid NOT NULL,
    entry_root_id uuid NOT NULL,
    account_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    state text NOT NULL,
    line_id uuid,
    target_course_id uuid,
    claimed_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE committee (
    committee_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    mandates text[] NOT NULL,
    order_no text NOT NULL,
    quorum integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    status text NOT NULL,
    source_version text,
    content_hash bytea NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    tier text DEFAULT 'INSTITUTION'::text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text
);

CREATE TABLE committee_member (
    committee_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    is_chair boolean NOT NULL
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

CREATE TABLE course (
    course_id uuid NOT NULL,
    version integer NOT NULL,
    code_system text NOT NULL,
    code text NOT NULL,
    curriculum_version text NOT NULL,
    owner_institution_id uuid,
    title_th text NOT NULL,
    title_en text,
    unit text,
    credit_hundredths integer,
    hours_total integer,
    tpn text,
    category text NOT NULL,
    subject_type text NOT NULL,
    subject_group text NOT NULL,
    outcomes text[] NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    facts_hash bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    valid_from date,
    valid_to date,
    framework_level smallint,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    provision_modes text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE course_approval (
    approval_id uuid NOT NULL,
    course_id uuid NOT NULL,
    course_version integer NOT NULL,
    body_th text NOT NULL,
    reference text NOT NULL,
    approved_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE course_version (
    course_id uuid NOT NULL,
    version integer NOT NULL,
    facts jsonb NOT NULL,
    published_by text NOT NULL,
    published_at timestamp with time zone NOT NULL
);

CREATE TABLE enrolment_copy (
    enrolment_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    role text NOT NULL,
    delivery_system text NOT NULL,
    grade_label text NOT NULL,
    programme_code text NOT NULL,
    status text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    told_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE entry (
    entry_id uuid NOT NULL,
    entry_root_id uuid NOT NULL,
    version integer NOT NULL,
    supersedes_entry_id uuid,
    learner_id uuid NOT NULL,
    issuer_institution_id uuid NOT NULL,
    course_id uuid NOT NULL,
    course_version integer NOT NULL,
    code_system text NOT NULL,
    code text NOT NULL,
    curriculum_version text NOT NULL,
    owner_institution_id uuid,
    title_th text NOT NULL,
    title_en text,
    unit text,
    course_credit_hundredths integer,
    hours_total integer,
    tpn text,
    category text NOT NULL,
    subject_type text NOT NULL,
    subject_group text NOT NULL,
    outcomes text[] NOT NULL,
    course_source text NOT NULL,
    course_status text NOT NULL,
    course_effective_from date,
    course_source_version text,
    content_sha256 bytea NOT NULL,
    year_be smallint NOT NULL,
    term smallint NOT NULL,
    attempt smallint NOT NULL,
    grade_scheme text NOT NULL,
    grade_scheme_version text NOT NULL,
    grade_code text NOT NULL,
    grade_label text NOT NULL,
    grade_point_hundredths integer,
    counts_in_gpa boolean NOT NULL,
    attempted_hundredths integer,
    earned_hundredths integer,
    source_mode text NOT NULL,
    taught_by_institution_id uuid,
    offering_id uuid,
    state text NOT NULL,
    content_hash bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    recorded_by_assignment uuid,
    verified_at timestamp with time zone,
    verified_by text,
    verified_by_assignment uuid,
    returned_at timestamp with time zone,
    returned_by text,
    return_reason_code text,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    form text DEFAULT 'FORMAL'::text NOT NULL,
    learning_type text DEFAULT 'GENERAL'::text NOT NULL,
    level text,
    issuing_body text DEFAULT ''::text NOT NULL,
    rpl_mode text,
    attempt_kind text DEFAULT 'FIRST'::text NOT NULL,
    is_attempted boolean DEFAULT true NOT NULL,
    is_earned boolean DEFAULT true NOT NULL,
    counts_for_graduation boolean DEFAULT true NOT NULL,
    assessor_institution_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    drafted_by text,
    rejected_at timestamp with time zone,
    rejected_by text,
    revoked_at timestamp with time zone,
    revoked_by text
);

CREATE TABLE entry_change (
    change_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    entry_version integer NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    reason_code text NOT NULL,
    content jsonb,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by text NOT NULL,
    proposed_by_assignment uuid,
    proposed_by_role text NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    decided_by_role text,
    new_entry_id uuid
);

CREATE TABLE equivalence_rule (
    rule_id uuid NOT NULL,
    signature bytea NOT NULL,
    version integer NOT NULL,
    owner_institution_id uuid,
    target_course_id uuid NOT NULL,
    mode text NOT NULL,
    min_grade_hundredths integer NOT NULL,
    min_hours_pct integer,
    valid_from date,
    valid_to date,
    source text NOT NULL,
    status text NOT NULL,
    source_version text,
    content_hash bytea NOT NULL,
    published_at timestamp with time zone,
    state text DEFAULT 'PUBLISHED'::text NOT NULL,
    min_content_pct integer,
    content_pct integer,
    approving_bodies jsonb DEFAULT '[]'::jsonb NOT NULL,
    first_year_be integer,
    last_year_be integer,
    proposed_by text DEFAULT ''::text NOT NULL
);

CREATE TABLE equivalence_rule_days (
    rule_id uuid NOT NULL,
    group_no smallint NOT NULL,
    owner_institution_id uuid NOT NULL,
    target_course_id uuid NOT NULL,
    group_hash bytea NOT NULL,
    days daterange NOT NULL
);

CREATE TABLE equivalence_rule_source (
    rule_id uuid NOT NULL,
    group_no smallint NOT NULL,
    course_id uuid NOT NULL
);

CREATE TABLE equivalence_rule_step (
    rule_id uuid NOT NULL,
    step_no smallint NOT NULL,
    state text NOT NULL,
    subject_hash text NOT NULL,
    role text NOT NULL,
    institution_id uuid,
    assignment_id uuid,
    reason_th text NOT NULL,
    done_at timestamp with time zone NOT NULL
);

CREATE TABLE evidence (
    entry_id uuid NOT NULL,
    evidence_no smallint NOT NULL,
    kind text NOT NULL,
    sha256 bytea,
    document_no text NOT NULL,
    issuing_body text DEFAULT ''::text NOT NULL,
    issued_on date,
    result_text text DEFAULT ''::text NOT NULL
);

CREATE TABLE evidence_file (
    file_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    stored_by text NOT NULL
);

CREATE TABLE exchange_delivery (
    message_id uuid NOT NULL,
    peer text NOT NULL,
    journal_id uuid NOT NULL,
    type text NOT NULL,
    content bytea NOT NULL,
    signature bytea NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    last_answer text NOT NULL
);

CREATE TABLE exchange_draft (
    draft_id uuid NOT NULL,
    peer text NOT NULL,
    message_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    drafted_at timestamp with time zone NOT NULL
);

CREATE TABLE exchange_inbox (
    peer text NOT NULL,
    message_id uuid NOT NULL,
    content jsonb NOT NULL,
    sha256 bytea NOT NULL,
    received_at timestamp with time zone NOT NULL
);

CREATE TABLE exchange_link (
    link_id uuid NOT NULL,
    peer text NOT NULL,
    learner_ref text NOT NULL,
    institution_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    requested_on date NOT NULL,
    request_reference text NOT NULL,
    linked_by text NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    ended_by text,
    ended_at timestamp with time zone,
    end_reason_th text DEFAULT ''::text NOT NULL
);

CREATE TABLE exchange_mark (
    peer text NOT NULL,
    posted_at timestamp with time zone NOT NULL
);

CREATE TABLE expired_entry (
    entry_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    rule_key text NOT NULL,
    rule_version text NOT NULL
);

CREATE TABLE institution_copy (
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    name_th text NOT NULL,
    local_alias text NOT NULL,
    official_code text,
    parent_institution_id uuid,
    data_status text NOT NULL
);

CREATE TABLE institution_parent_copy (
    institution_id uuid NOT NULL,
    tree text NOT NULL,
    parent_institution_id uuid NOT NULL,
    valid_from date DEFAULT '-infinity'::date NOT NULL,
    valid_to date
);

CREATE TABLE issued_transcript (
    transcript_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    purpose text NOT NULL,
    content_digest bytea NOT NULL,
    state text DEFAULT 'ISSUED'::text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone
);

CREATE TABLE issued_transcript_entry (
    transcript_id uuid NOT NULL,
    entry_root_id uuid NOT NULL,
    entry_id uuid NOT NULL
);

CREATE TABLE journal (
    journal_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    effective_on date NOT NULL,
    entry_id uuid,
    case_id uuid,
    line_id uuid,
    facts jsonb NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE journal_line (
    journal_id uuid NOT NULL,
    line_no smallint NOT NULL,
    account_id uuid NOT NULL,
    bucket text NOT NULL,
    unit text NOT NULL,
    amount_hundredths integer NOT NULL
);

CREATE TABLE lead_organisation (
    lead_id uuid NOT NULL,
    tier text NOT NULL,
    scope text NOT NULL,
    institution_id uuid NOT NULL,
    order_no text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    status text NOT NULL,
    source_version text,
    content_hash bytea NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    registered_by text NOT NULL
);

CREATE TABLE learner_chain (
    learner_id uuid NOT NULL,
    last_seq bigint NOT NULL,
    head_hash bytea NOT NULL
) WITH (fillfactor=70);

CREATE TABLE learner_copy (
    learner_id uuid NOT NULL,
    registrar_institution_id uuid NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    data_status text NOT NULL
);

CREATE TABLE learner_merge_copy (
    merged_learner_id uuid NOT NULL,
    surviving_learner_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    is_undone boolean NOT NULL,
    told_at timestamp with time zone NOT NULL
);

CREATE TABLE ledger_checkpoint (
    day date NOT NULL,
    made_at timestamp with time zone NOT NULL,
    learner_count bigint NOT NULL,
    journal_count bigint NOT NULL,
    digest bytea NOT NULL,
    prev_digest bytea NOT NULL,
    key_id text NOT NULL,
    public_key bytea NOT NULL,
    signature bytea NOT NULL
);

CREATE TABLE line_assessment (
    line_id uuid NOT NULL,
    hearing smallint NOT NULL,
    is_passed boolean NOT NULL,
    method text NOT NULL,
    document_no text NOT NULL,
    assessed_on date NOT NULL,
    reason_th text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    recorded_by_assignment uuid
);

CREATE TABLE line_reversal (
    line_id uuid NOT NULL,
    reason_code text NOT NULL,
    reason_th text NOT NULL,
    journal_id uuid NOT NULL,
    reversed_at timestamp with time zone NOT NULL,
    reversed_by text NOT NULL,
    reversed_by_assignment uuid
);

CREATE TABLE module (
    module_id uuid NOT NULL,
    version integer NOT NULL,
    code text NOT NULL,
    owner_institution_id uuid,
    title_th text NOT NULL,
    min_units integer NOT NULL,
    is_block boolean NOT NULL,
    leads_to_course_id uuid,
    leads_to_qualification_code text NOT NULL,
    leads_to_qualification_version text NOT NULL,
    scopes text[] NOT NULL,
    provision_modes text[] NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    published_at timestamp with time zone NOT NULL
);

CREATE TABLE module_unit (
    module_id uuid NOT NULL,
    version integer NOT NULL,
    position smallint NOT NULL,
    course_id uuid NOT NULL
);

CREATE TABLE offering (
    offering_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    reference text NOT NULL,
    course_id uuid NOT NULL,
    partnership_id uuid,
    year_be smallint NOT NULL,
    term smallint NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    scheduled_at timestamp with time zone NOT NULL
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

CREATE TABLE partnership (
    partnership_id uuid NOT NULL,
    natural_key text NOT NULL,
    reference text NOT NULL,
    programme text NOT NULL,
    state text NOT NULL,
    signed_on date,
    valid_from date,
    valid_to date,
    committee_id uuid,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    outside_parties jsonb DEFAULT '[]'::jsonb NOT NULL,
    signatories jsonb DEFAULT '[]'::jsonb NOT NULL,
    courses jsonb DEFAULT '[]'::jsonb NOT NULL,
    file_sha256 bytea,
    terms_version integer DEFAULT 1 NOT NULL,
    proposed_state text,
    outside_evidence jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE partnership_confirmation (
    confirmation_id uuid DEFAULT uuidv7() NOT NULL,
    partnership_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    confirmed_by text NOT NULL,
    assignment_id uuid,
    confirmed_at timestamp with time zone NOT NULL
);

CREATE TABLE partnership_party (
    partnership_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    party_no smallint NOT NULL
);

CREATE TABLE partnership_proposal (
    partnership_id uuid NOT NULL,
    version integer NOT NULL,
    proposed_for uuid NOT NULL,
    outcome text,
    ended_for uuid,
    ended_by text,
    ended_at timestamp with time zone
);

CREATE TABLE partnership_version (
    partnership_id uuid NOT NULL,
    version integer NOT NULL,
    facts jsonb NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE policy_rule (
    rule_id uuid DEFAULT uuidv7() NOT NULL,
    key text NOT NULL,
    reference text NOT NULL,
    title_th text NOT NULL,
    value jsonb NOT NULL,
    forms text[] NOT NULL,
    levels text[] NOT NULL,
    effective_from date,
    version text NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    published_by text DEFAULT ''::text NOT NULL,
    published_at timestamp with time zone DEFAULT now() NOT NULL,
    is_repeal boolean DEFAULT false NOT NULL
);

CREATE TABLE policy_rule_day (
    rule_id uuid NOT NULL,
    key text NOT NULL,
    form text NOT NULL,
    level text NOT NULL,
    effective_from date
);

CREATE TABLE qualification (
    code text NOT NULL,
    version text NOT NULL,
    name_th text NOT NULL,
    unit text NOT NULL,
    total_min_hundredths integer NOT NULL,
    counts_together_with text[] NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    level text
);

CREATE TABLE qualification_category (
    qualification_code text NOT NULL,
    qualification_version text NOT NULL,
    category text NOT NULL,
    min_hundredths integer NOT NULL
);

CREATE TABLE qualification_condition (
    qualification_code text NOT NULL,
    qualification_version text NOT NULL,
    position smallint NOT NULL,
    code text NOT NULL,
    type text NOT NULL,
    title_th text NOT NULL,
    only_for text NOT NULL,
    figures jsonb NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text
);

CREATE TABLE redemption (
    redemption_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    awarding_institution_id uuid NOT NULL,
    qualification_code text NOT NULL,
    qualification_version text NOT NULL,
    certificate_no text NOT NULL,
    order_no text NOT NULL,
    audit jsonb NOT NULL,
    audit_digest bytea NOT NULL,
    completes_with uuid,
    redeemed_at timestamp with time zone NOT NULL,
    redeemed_by text NOT NULL,
    redeemed_by_assignment uuid,
    reversed_at timestamp with time zone,
    reversed_by text,
    reversed_by_assignment uuid,
    reversal_order_no text,
    reversal_reason_code text
);

CREATE TABLE redemption_account (
    redemption_id uuid NOT NULL,
    account_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    reversed_journal_id uuid
);

CREATE TABLE request (
    caller text NOT NULL,
    request_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE result_draft (
    draft_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    content jsonb NOT NULL,
    row_version integer NOT NULL,
    state text NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    drafted_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE result_import (
    import_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    layout text NOT NULL,
    encoding text NOT NULL,
    file_sha256 bytea NOT NULL,
    row_count integer NOT NULL,
    accepted integer NOT NULL,
    already_known integer NOT NULL,
    rejected integer NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    state text DEFAULT 'DONE'::text NOT NULL,
    is_dry_run boolean DEFAULT false NOT NULL,
    rows_done integer DEFAULT 0 NOT NULL,
    header text[] DEFAULT '{}'::text[] NOT NULL,
    separator text DEFAULT ','::text NOT NULL,
    assignment_id uuid,
    role text DEFAULT ''::text NOT NULL,
    next_part integer DEFAULT 1 NOT NULL,
    lease uuid,
    lease_until timestamp with time zone,
    finished_at timestamp with time zone,
    reason text DEFAULT ''::text NOT NULL
);

CREATE TABLE result_import_fault (
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    fault_no bigint GENERATED ALWAYS AS IDENTITY,
    column_name text,
    masked_value text,
    reason text NOT NULL
);

CREATE TABLE result_import_part (
    import_id uuid NOT NULL,
    number integer NOT NULL,
    sealed bytea NOT NULL
);

CREATE TABLE result_import_rejected (
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    sealed bytea NOT NULL,
    kept_since timestamp with time zone NOT NULL
);

CREATE TABLE review_flag (
    flag_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    account_id uuid,
    line_id uuid,
    transcript_id uuid,
    entry_root_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    journal_id uuid NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    resolution text,
    resolved_at timestamp with time zone,
    resolved_by text,
    resolved_by_assignment uuid,
    reason_code text
);

CREATE TABLE schema_migration (
    owner text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE share_grant_copy (
    grant_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    recipient_institution_id uuid NOT NULL,
    scope text NOT NULL,
    valid_to date NOT NULL,
    is_ended boolean NOT NULL,
    told_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE survey (
    survey_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    title_th text NOT NULL,
    year_be smallint NOT NULL,
    term smallint NOT NULL,
    course_ids uuid[] NOT NULL,
    items text[] NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    closed_at timestamp with time zone,
    source text NOT NULL,
    status text NOT NULL,
    effective_from date,
    source_version text,
    content_hash bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by text NOT NULL
);

CREATE TABLE survey_answer (
    survey_id uuid NOT NULL,
    learner_id uuid,
    choices uuid[] NOT NULL,
    ready_items text[] NOT NULL,
    readiness text NOT NULL,
    is_entered_by_staff boolean NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    answered_by text NOT NULL
);

CREATE TABLE transfer_case (
    case_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    ground text NOT NULL,
    partnership_id uuid,
    committee_id uuid,
    qualification_code text NOT NULL,
    qualification_version text NOT NULL,
    state text NOT NULL,
    result text,
    requested_on date NOT NULL,
    requested_by text NOT NULL,
    due_on date,
    row_version integer DEFAULT 1 NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    submitted_by text NOT NULL,
    submitted_by_assignment uuid,
    review_began_at timestamp with time zone,
    review_began_by text,
    decided_at timestamp with time zone,
    decided_by text,
    decided_by_assignment uuid,
    posted_at timestamp with time zone,
    posted_by text,
    posted_by_assignment uuid,
    is_entered_by_staff boolean DEFAULT true NOT NULL,
    partnership_version integer,
    form text DEFAULT 'FORMAL'::text NOT NULL,
    level text DEFAULT ''::text NOT NULL,
    policy_rules text[] DEFAULT '{}'::text[] NOT NULL,
    pause_count_max integer,
    pause_days_max integer,
    pause_count integer DEFAULT 0 NOT NULL,
    paused_days integer DEFAULT 0 NOT NULL,
    waiting_since timestamp with time zone,
    hearing smallint DEFAULT 1 NOT NULL,
    appeal_until date
);

CREATE TABLE vote (
    line_id uuid NOT NULL,
    subject_hash text NOT NULL,
    assignment_id uuid NOT NULL,
    is_accepted boolean NOT NULL,
    reason_code text NOT NULL,
    reason_th text NOT NULL,
    cast_at timestamp with time zone NOT NULL,
    hearing smallint DEFAULT 1 NOT NULL,
    needs_assessment boolean DEFAULT false NOT NULL
);

CREATE TABLE weekly_time (
    time_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    offering_id uuid,
    class_institution_id uuid NOT NULL,
    grade_label text NOT NULL,
    classroom text NOT NULL,
    weekday smallint NOT NULL,
    starts_minute smallint NOT NULL,
    ends_minute smallint NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by text NOT NULL
);

ALTER TABLE access_log ADD CONSTRAINT access_log_pkey PRIMARY KEY (access_id);
ALTER TABLE access_log ADD CONSTRAINT access_log_ground_check CHECK (ground = ANY (ARRAY['OWN_INSTITUTION'::text, 'PARTNERSHIP'::text, 'CASE'::text, 'GRANT'::text, 'ASSESSMENT'::text, 'SELF'::text, 'AUDIT'::text]));
ALTER TABLE access_log ADD CONSTRAINT access_log_purpose_check CHECK (purpose <> ''::text);
ALTER TABLE access_log ADD CONSTRAINT access_log_resource_check CHECK (resource <> ''::text);
ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);
ALTER TABLE account ADD CONSTRAINT account_key UNIQUE NULLS NOT DISTINCT (learner_id, kind, qualification_code, qualification_version, awarding_institution_id);
ALTER TABLE account ADD CONSTRAINT account_bank_open CHECK (kind = 'QUALIFICATION'::text OR state = 'OPEN'::text);
ALTER TABLE account ADD CONSTRAINT account_kind_check CHECK (kind = ANY (ARRAY['BANK'::text, 'QUALIFICATION'::text]));
ALTER TABLE account ADD CONSTRAINT account_kind_fits CHECK ((kind = 'QUALIFICATION'::text) = (qualification_code <> ''::text) AND (kind = 'QUALIFICATION'::text) = (qualification_version <> ''::text) AND (kind = 'QUALIFICATION'::text) = (awarding_institution_id IS NOT NULL));
ALTER TABLE account ADD CONSTRAINT account_state CHECK (state = ANY (ARRAY['OPEN'::text, 'AUDIT_PASSED'::text, 'REDEEMED'::text, 'REOPENED'::text, 'CLOSED_LEFT'::text]));
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_pkey PRIMARY KEY (account_id, bucket, unit);
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_bucket_check CHECK ((bucket = ANY (ARRAY['ISSUED'::text, 'PENDING'::text, 'AVAILABLE'::text, 'VOID'::text, 'REDEEMED'::text])) OR bucket ~~ 'COUNTED:_%'::text);
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_issued CHECK (bucket <> 'ISSUED'::text OR balance_hundredths <= 0);
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_not_negative CHECK (bucket = 'ISSUED'::text OR balance_hundredths >= 0);
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_unit_check CHECK (unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE accreditation ADD CONSTRAINT accreditation_pkey PRIMARY KEY (accreditation_id);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_body_th_check CHECK (body_th <> ''::text);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_check CHECK (valid_to >= valid_from);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_decided CHECK ((state = 'PROPOSED'::text) = (decided_by IS NULL));
ALTER TABLE accreditation ADD CONSTRAINT accreditation_is_of_one CHECK (
CASE kind
    WHEN 'COURSE'::text THEN course_id IS NOT NULL AND source_institution_id IS NULL AND source_name_th = ''::text
    ELSE course_id IS NULL AND (source_institution_id IS NOT NULL) <> (source_name_th <> ''::text)
END);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_kind_check CHECK (kind = ANY (ARRAY['SOURCE'::text, 'COURSE'::text]));
ALTER TABLE accreditation ADD CONSTRAINT accreditation_reference_check CHECK (reference <> ''::text);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_second_person CHECK (decided_by <> proposed_by);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_source_check CHECK (source <> ''::text);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_state_check CHECK (state = ANY (ARRAY['PROPOSED'::text, 'ACCREDITED'::text, 'REFUSED'::text, 'WITHDRAWN'::text]));
ALTER TABLE accreditation ADD CONSTRAINT accreditation_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE approval ADD CONSTRAINT approval_pkey PRIMARY KEY (approval_id);
ALTER TABLE approval ADD CONSTRAINT approval_entry_count_check CHECK (entry_count > 0);
ALTER TABLE approval_entry ADD CONSTRAINT approval_entry_pkey PRIMARY KEY (entry_id);
ALTER TABLE assessment_signature ADD CONSTRAINT assessment_signature_pkey PRIMARY KEY (entry_id, institution_id);
ALTER TABLE assessment_signature ADD CONSTRAINT assessment_signature_one_side_each UNIQUE (entry_id, signed_by);
ALTER TABLE assignment_copy ADD CONSTRAINT assignment_copy_pkey PRIMARY KEY (assignment_id);
ALTER TABLE award ADD CONSTRAINT award_pkey PRIMARY KEY (award_id);
ALTER TABLE award ADD CONSTRAINT award_form CHECK (form = ANY (ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text]));
ALTER TABLE award ADD CONSTRAINT award_learning_type CHECK (learning_type = ANY (ARRAY['GENERAL'::text, 'VOCATIONAL'::text]));
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_pkey PRIMARY KEY (case_id, hearing);
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_hearing_check CHECK (hearing > 1);
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_line_ids_check CHECK (cardinality(line_ids) > 0);
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_reason_th_check CHECK (reason_th <> ''::text);
ALTER TABLE case_batch ADD CONSTRAINT case_batch_pkey PRIMARY KEY (batch_id);
ALTER TABLE case_batch ADD CONSTRAINT case_batch_says_why CHECK (state <> 'FAILED'::text OR reason <> ''::text);
ALTER TABLE case_batch ADD CONSTRAINT case_batch_state_check CHECK (state = ANY (ARRAY['WAITING'::text, 'RUNNING'::text, 'FINISHED'::text, 'FAILED'::text]));
ALTER TABLE case_batch_item ADD CONSTRAINT case_batch_item_pkey PRIMARY KEY (batch_id, learner_id);
ALTER TABLE case_batch_item ADD CONSTRAINT case_batch_item_says_why CHECK (state <> 'REFUSED'::text OR reason <> ''::text);
ALTER TABLE case_batch_item ADD CONSTRAINT case_batch_item_state_check CHECK (state = ANY (ARRAY['WAITING'::text, 'OPENED'::text, 'ALREADY_OPEN'::text, 'REFUSED'::text]));
ALTER TABLE case_draft ADD CONSTRAINT case_draft_pkey PRIMARY KEY (draft_id);
ALTER TABLE case_draft ADD CONSTRAINT case_draft_row_version_check CHECK (row_version > 0);
ALTER TABLE case_draft ADD CONSTRAINT case_draft_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'SUBMITTED'::text, 'WITHDRAWN'::text]));
ALTER TABLE case_interest ADD CONSTRAINT case_interest_pkey PRIMARY KEY (case_id, subject_hash);
ALTER TABLE case_interest ADD CONSTRAINT case_interest_reason_th_check CHECK (reason_th <> ''::text);
ALTER TABLE case_line ADD CONSTRAINT case_line_pkey PRIMARY KEY (line_id);
ALTER TABLE case_line ADD CONSTRAINT case_line_no UNIQUE (case_id, line_no);
ALTER TABLE case_line ADD CONSTRAINT case_line_credit_hundredths_check CHECK (credit_hundredths > 0);
ALTER TABLE case_line ADD CONSTRAINT case_line_hearing_check CHECK (hearing > 0);
ALTER TABLE case_line ADD CONSTRAINT case_line_hours_pct_check CHECK (hours_pct >= 0);
ALTER TABLE case_line ADD CONSTRAINT case_line_line_no_check CHECK (line_no >= 0);
ALTER TABLE case_line ADD CONSTRAINT case_line_mode_check CHECK (mode = ANY (ARRAY['TRANSFER'::text, 'EQUATE'::text, 'RPL'::text]));
ALTER TABLE case_line ADD CONSTRAINT case_line_posted CHECK ((state = ANY (ARRAY['POSTED'::text, 'REVERSED'::text])) = (journal_id IS NOT NULL));
ALTER TABLE case_line ADD CONSTRAINT case_line_rejected_with_reason CHECK (state <> 'REJECTED'::text OR reason_code <> ''::text);
ALTER TABLE case_line ADD CONSTRAINT case_line_rule CHECK ((rule_id IS NULL) = (rule_version IS NULL));
ALTER TABLE case_line ADD CONSTRAINT case_line_state_check CHECK (state = ANY (ARRAY['PROPOSED'::text, 'EVALUATED'::text, 'ACCEPTED'::text, 'ACCEPTED_WITH_ASSESSMENT'::text, 'REJECTED'::text, 'POSTED'::text, 'REVERSED'::text, 'WITHDRAWN'::text]));
ALTER TABLE case_line ADD CONSTRAINT case_line_unit_check CHECK (unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE case_line_source ADD CONSTRAINT case_line_source_pkey PRIMARY KEY (line_id, entry_id);
ALTER TABLE case_pause ADD CONSTRAINT case_pause_pkey PRIMARY KEY (case_id, pause_no);
ALTER TABLE case_pause ADD CONSTRAINT case_pause_answered CHECK ((answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (days IS NULL));
ALTER TABLE case_pause ADD CONSTRAINT case_pause_days_check CHECK (days >= 0);
ALTER TABLE case_pause ADD CONSTRAINT case_pause_pause_no_check CHECK (pause_no > 0);
ALTER TABLE case_pause ADD CONSTRAINT case_pause_question_th_check CHECK (question_th <> ''::text);
ALTER TABLE case_step ADD CONSTRAINT case_step_pkey PRIMARY KEY (step_id);
ALTER TABLE case_step ADD CONSTRAINT case_step_hearing_check CHECK (hearing > 0);
ALTER TABLE case_step ADD CONSTRAINT case_step_kind_check CHECK (kind <> ''::text);
ALTER TABLE checkpoint_head ADD CONSTRAINT checkpoint_head_pkey PRIMARY KEY (learner_id, seq);
ALTER TABLE checkpoint_head ADD CONSTRAINT checkpoint_head_hash_check CHECK (octet_length(hash) = 32);
ALTER TABLE checkpoint_head ADD CONSTRAINT checkpoint_head_seq_check CHECK (seq > 0);
ALTER TABLE claim ADD CONSTRAINT claim_pkey PRIMARY KEY (claim_id);
ALTER TABLE claim ADD CONSTRAINT claim_of_line CHECK ((state <> ALL (ARRAY['RESERVED'::text, 'POSTED'::text])) OR line_id IS NOT NULL);
ALTER TABLE claim ADD CONSTRAINT claim_state_check CHECK (state = ANY (ARRAY['RESERVED'::text, 'COUNTED'::text, 'POSTED'::text, 'RELEASED'::text]));
ALTER TABLE committee ADD CONSTRAINT committee_pkey PRIMARY KEY (committee_id);
ALTER TABLE committee ADD CONSTRAINT committee_order UNIQUE (institution_id, order_no);
ALTER TABLE committee ADD CONSTRAINT committee_check CHECK (valid_to >= valid_from);
ALTER TABLE committee ADD CONSTRAINT committee_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE committee ADD CONSTRAINT committee_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL OR valid_to IS NOT NULL));
ALTER TABLE committee ADD CONSTRAINT committee_mandates_check CHECK (cardinality(mandates) > 0 AND mandates <@ ARRAY['TRANSFER'::text, 'EQUATE'::text, 'RPL'::text, 'PROMOTION'::text]);
ALTER TABLE committee ADD CONSTRAINT committee_order_no_check CHECK (order_no <> ''::text);
ALTER TABLE committee ADD CONSTRAINT committee_quorum_check CHECK (quorum > 0);
ALTER TABLE committee ADD CONSTRAINT committee_source_check CHECK (source <> ''::text);
ALTER TABLE committee ADD CONSTRAINT committee_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE committee ADD CONSTRAINT committee_tier_check CHECK (tier = ANY (ARRAY['INSTITUTION'::text, 'PROVINCE'::text, 'LEVEL'::text, 'CENTRAL'::text]));
ALTER TABLE committee_member ADD CONSTRAINT committee_member_pkey PRIMARY KEY (committee_id, assignment_id);
ALTER TABLE consumed_event ADD CONSTRAINT consumed_event_pkey PRIMARY KEY (event_id);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_pkey PRIMARY KEY (topic, key);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_adopted_sequence_check CHECK (adopted_sequence >= 0);
ALTER TABLE consumed_position ADD CONSTRAINT consumed_position_last_sequence_check CHECK (last_sequence >= 0);
ALTER TABLE course ADD CONSTRAINT course_pkey PRIMARY KEY (course_id);
ALTER TABLE course ADD CONSTRAINT course_key UNIQUE NULLS NOT DISTINCT (code_system, code, curriculum_version, owner_institution_id);
ALTER TABLE course ADD CONSTRAINT course_code_check CHECK (code <> ''::text);
ALTER TABLE course ADD CONSTRAINT course_code_system_check CHECK (code_system = ANY (ARRAY['OBEC'::text, 'OVEC'::text, 'SHORT'::text, 'EXT'::text]));
ALTER TABLE course ADD CONSTRAINT course_credit_hundredths_check CHECK (credit_hundredths > 0);
ALTER TABLE course ADD CONSTRAINT course_credit_step CHECK (credit_hundredths IS NULL OR (credit_hundredths %
CASE unit
    WHEN 'CR_OBEC'::text THEN 50
    ELSE 100
END) = 0);
ALTER TABLE course ADD CONSTRAINT course_credits_have_unit CHECK ((unit IS NULL) = (credit_hundredths IS NULL));
ALTER TABLE course ADD CONSTRAINT course_facts_hash_check CHECK (octet_length(facts_hash) = 32);
ALTER TABLE course ADD CONSTRAINT course_framework_level_check CHECK (framework_level >= 1 AND framework_level <= 8);
ALTER TABLE course ADD CONSTRAINT course_hours_total_check CHECK (hours_total > 0);
ALTER TABLE course ADD CONSTRAINT course_provision_modes_check CHECK (provision_modes <@ ARRAY['INSTITUTION'::text, 'DUAL_VOCATIONAL_TRAINING'::text, 'WORKPLACE'::text, 'DISTANCE'::text]);
ALTER TABLE course ADD CONSTRAINT course_source_check CHECK (source <> ''::text);
ALTER TABLE course ADD CONSTRAINT course_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE course ADD CONSTRAINT course_title_th_check CHECK (title_th <> ''::text);
ALTER TABLE course ADD CONSTRAINT course_unit_check CHECK (unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE course ADD CONSTRAINT course_valid_days CHECK (valid_to >= valid_from);
ALTER TABLE course ADD CONSTRAINT course_version_check CHECK (version > 0);
ALTER TABLE course_approval ADD CONSTRAINT course_approval_pkey PRIMARY KEY (approval_id);
ALTER TABLE course_approval ADD CONSTRAINT course_approval_once UNIQUE (course_id, course_version, body_th, reference);
ALTER TABLE course_approval ADD CONSTRAINT course_approval_body_th_check CHECK (body_th <> ''::text);
ALTER TABLE course_approval ADD CONSTRAINT course_approval_reference_check CHECK (reference <> ''::text);
ALTER TABLE course_version ADD CONSTRAINT course_version_pkey PRIMARY KEY (course_id, version);
ALTER TABLE course_version ADD CONSTRAINT course_version_version_check CHECK (version > 0);
ALTER TABLE enrolment_copy ADD CONSTRAINT enrolment_copy_pkey PRIMARY KEY (enrolment_id);
ALTER TABLE enrolment_copy ADD CONSTRAINT enrolment_copy_role_check CHECK (role = ANY (ARRAY['PRIMARY'::text, 'PARTNER'::text, 'HOSTING'::text, 'SHORT_COURSE'::text]));
ALTER TABLE enrolment_copy ADD CONSTRAINT enrolment_copy_status_check CHECK (status = ANY (ARRAY['STUDYING'::text, 'ENDED'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_pkey PRIMARY KEY (entry_id);
ALTER TABLE entry ADD CONSTRAINT entry_version UNIQUE (entry_root_id, version);
ALTER TABLE entry ADD CONSTRAINT entry_attempt_check CHECK (attempt > 0);
ALTER TABLE entry ADD CONSTRAINT entry_attempt_kind CHECK (attempt_kind = ANY (ARRAY['FIRST'::text, 'REMEDIAL'::text, 'REPEAT'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_attempted_hundredths_check CHECK (attempted_hundredths >= 0);
ALTER TABLE entry ADD CONSTRAINT entry_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE entry ADD CONSTRAINT entry_content_sha256_check CHECK (octet_length(content_sha256) = 32);
ALTER TABLE entry ADD CONSTRAINT entry_course_status_check CHECK (course_status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_credits_have_unit CHECK ((unit IS NULL) = (course_credit_hundredths IS NULL) AND (unit IS NULL) = (attempted_hundredths IS NULL) AND (unit IS NULL) = (earned_hundredths IS NULL));
ALTER TABLE entry ADD CONSTRAINT entry_earned_hundredths_check CHECK (earned_hundredths >= 0);
ALTER TABLE entry ADD CONSTRAINT entry_earned_within_course CHECK (earned_hundredths <= course_credit_hundredths);
ALTER TABLE entry ADD CONSTRAINT entry_first_attempt CHECK ((attempt = 1) = (attempt_kind = 'FIRST'::text));
ALTER TABLE entry ADD CONSTRAINT entry_form CHECK (form = ANY (ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_grade_point_hundredths_check CHECK (grade_point_hundredths >= 0 AND grade_point_hundredths <= 400);
ALTER TABLE entry ADD CONSTRAINT entry_learning_type CHECK (learning_type = ANY (ARRAY['GENERAL'::text, 'VOCATIONAL'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_level CHECK (level = ANY (ARRAY['PRIMARY'::text, 'LOWER_SECONDARY'::text, 'UPPER_SECONDARY'::text, 'VOCATIONAL_CERTIFICATE'::text, 'HIGHER_VOCATIONAL_CERTIFICATE'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_rejected_with_reason CHECK (state <> 'REJECTED'::text OR rejected_at IS NOT NULL AND rejected_by IS NOT NULL AND return_reason_code IS NOT NULL);
ALTER TABLE entry ADD CONSTRAINT entry_returned_with_reason CHECK (state <> 'RETURNED'::text OR return_reason_code IS NOT NULL);
ALTER TABLE entry ADD CONSTRAINT entry_revoked_when CHECK ((state = 'REVOKED'::text) = (revoked_at IS NOT NULL AND revoked_by IS NOT NULL));
ALTER TABLE entry ADD CONSTRAINT entry_rpl_has_mode CHECK ((source_mode = 'RPL'::text) = (rpl_mode IS NOT NULL));
ALTER TABLE entry ADD CONSTRAINT entry_rpl_mode CHECK (rpl_mode = ANY (ARRAY['EXAM'::text, 'PORTFOLIO'::text, 'TRAINING'::text, 'CERTIFICATE'::text, 'COURSE'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_short_course_has_offering CHECK (source_mode <> 'SHORT_COURSE'::text OR offering_id IS NOT NULL);
ALTER TABLE entry ADD CONSTRAINT entry_source_check CHECK (source <> ''::text);
ALTER TABLE entry ADD CONSTRAINT entry_source_mode_check CHECK (source_mode = ANY (ARRAY['STUDY'::text, 'SHORT_COURSE'::text, 'RPL'::text, 'ASSESSMENT'::text, 'LEVEL_EQUIV'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_state_check CHECK (state = ANY (ARRAY['SUBMITTED'::text, 'RETURNED'::text, 'REJECTED'::text, 'VERIFIED'::text, 'SUPERSEDED'::text, 'REVOKED'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE entry ADD CONSTRAINT entry_term_check CHECK (term >= 1 AND term <= 3);
ALTER TABLE entry ADD CONSTRAINT entry_verified_by_none_of_its_makers CHECK (verified_by IS NULL OR verified_by IS DISTINCT FROM drafted_by);
ALTER TABLE entry ADD CONSTRAINT entry_verified_by_second CHECK (state <> 'VERIFIED'::text OR verified_at IS NOT NULL AND verified_by IS NOT NULL AND verified_by <> recorded_by);
ALTER TABLE entry ADD CONSTRAINT entry_version_check CHECK (version > 0);
ALTER TABLE entry ADD CONSTRAINT entry_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_pkey PRIMARY KEY (change_id);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_by_two CHECK (state <> 'CONFIRMED'::text OR decided_by <> proposed_by);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_content CHECK ((kind = 'CORRECTION'::text) = (content IS NOT NULL));
ALTER TABLE entry_change ADD CONSTRAINT entry_change_decided CHECK ((state = 'PROPOSED'::text) = (decided_at IS NULL AND decided_by IS NULL));
ALTER TABLE entry_change ADD CONSTRAINT entry_change_entry_version_check CHECK (entry_version > 0);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_kind_check CHECK (kind = ANY (ARRAY['CORRECTION'::text, 'REVOCATION'::text]));
ALTER TABLE entry_change ADD CONSTRAINT entry_change_new CHECK ((kind = 'CORRECTION'::text AND state = 'CONFIRMED'::text) = (new_entry_id IS NOT NULL));
ALTER TABLE entry_change ADD CONSTRAINT entry_change_reason_code_check CHECK (reason_code <> ''::text);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_state_check CHECK (state = ANY (ARRAY['PROPOSED'::text, 'CONFIRMED'::text, 'DECLINED'::text]));
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_pkey PRIMARY KEY (rule_id);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_version UNIQUE (signature, version);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_content CHECK (content_pct >= min_content_pct);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_content_pct_check CHECK (content_pct >= 0 AND content_pct <= 100);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_first_year_be_check CHECK (first_year_be >= 2500 AND first_year_be <= 2700);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_last_year_be_check CHECK (last_year_be >= 2500 AND last_year_be <= 2700);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_min_content_pct_check CHECK (min_content_pct >= 1 AND min_content_pct <= 100);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_min_grade_hundredths_check CHECK (min_grade_hundredths >= 0 AND min_grade_hundredths <= 400);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_min_hours_pct_check CHECK (min_hours_pct >= 1 AND min_hours_pct <= 1000);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_mode_check CHECK (mode = ANY (ARRAY['TRANSFER'::text, 'EQUATE'::text, 'RPL'::text]));
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_published CHECK ((published_at IS NOT NULL) = (state = ANY (ARRAY['PUBLISHED'::text, 'RETIRED'::text])));
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_retired_ends CHECK (state <> 'RETIRED'::text OR valid_to IS NOT NULL);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_signature_check CHECK (octet_length(signature) = 32);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_source_check CHECK (source <> ''::text);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'REVIEWED'::text, 'PUBLISHED'::text, 'RETIRED'::text, 'WITHDRAWN'::text]));
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_version_check CHECK (version > 0);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_years CHECK (last_year_be >= first_year_be);
ALTER TABLE equivalence_rule_days ADD CONSTRAINT equivalence_rule_days_pkey PRIMARY KEY (rule_id, group_no);
ALTER TABLE equivalence_rule_days ADD CONSTRAINT equivalence_rule_one_at_a_time UNIQUE (owner_institution_id, target_course_id, group_hash, days WITHOUT OVERLAPS);
ALTER TABLE equivalence_rule_source ADD CONSTRAINT equivalence_rule_source_pkey PRIMARY KEY (rule_id, group_no, course_id);
ALTER TABLE equivalence_rule_source ADD CONSTRAINT equivalence_rule_source_group_no_check CHECK (group_no >= 0);
ALTER TABLE equivalence_rule_step ADD CONSTRAINT equivalence_rule_step_pkey PRIMARY KEY (rule_id, step_no);
ALTER TABLE equivalence_rule_step ADD CONSTRAINT equivalence_rule_step_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'REVIEWED'::text, 'PUBLISHED'::text, 'RETIRED'::text, 'WITHDRAWN'::text]));
ALTER TABLE equivalence_rule_step ADD CONSTRAINT equivalence_rule_step_step_no_check CHECK (step_no >= 0);
ALTER TABLE evidence ADD CONSTRAINT evidence_pkey PRIMARY KEY (entry_id, evidence_no);
ALTER TABLE evidence ADD CONSTRAINT evidence_evidence_no_check CHECK (evidence_no >= 0);
ALTER TABLE evidence ADD CONSTRAINT evidence_kind_check CHECK (kind <> ''::text);
ALTER TABLE evidence ADD CONSTRAINT evidence_names_something CHECK (sha256 IS NOT NULL OR document_no <> ''::text);
ALTER TABLE evidence ADD CONSTRAINT evidence_sha256_check CHECK (octet_length(sha256) = 32);
ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_pkey PRIMARY KEY (file_id);
ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_bytes UNIQUE (institution_id, sha256);
ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_media_type_check CHECK (media_type <> ''::text);
ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_sha256_check CHECK (octet_length(sha256) = 32);
ALTER TABLE evidence_file ADD CONSTRAINT evidence_file_size_bytes_check CHECK (size_bytes > 0);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_pkey PRIMARY KEY (message_id);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_once UNIQUE (peer, journal_id);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_attempts_check CHECK (attempts >= 0);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_peer_check CHECK (peer <> ''::text);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_sent CHECK ((state = 'SENT'::text) = (sent_at IS NOT NULL));
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_signature_check CHECK (octet_length(signature) = 64);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_state_check CHECK (state = ANY (ARRAY['PENDING'::text, 'SENT'::text, 'REFUSED'::text]));
ALTER TABLE exchange_draft ADD CONSTRAINT exchange_draft_pkey PRIMARY KEY (draft_id);
ALTER TABLE exchange_inbox ADD CONSTRAINT exchange_inbox_pkey PRIMARY KEY (peer, message_id);
ALTER TABLE exchange_inbox ADD CONSTRAINT exchange_inbox_sha256_check CHECK (octet_length(sha256) = 32);
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_pkey PRIMARY KEY (link_id);
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_end_reason CHECK ((ended_at IS NULL) = (end_reason_th = ''::text));
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL));
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_learner_ref_check CHECK (learner_ref ~ '^[0-9a-f]{64}$'::text);
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_peer_check CHECK (peer <> ''::text);
ALTER TABLE exchange_link ADD CONSTRAINT exchange_link_request_reference_check CHECK (request_reference <> ''::text);
ALTER TABLE exchange_mark ADD CONSTRAINT exchange_mark_pkey PRIMARY KEY (peer);
ALTER TABLE expired_entry ADD CONSTRAINT expired_entry_pkey PRIMARY KEY (entry_id);
ALTER TABLE expired_entry ADD CONSTRAINT expired_entry_rule_key_check CHECK (rule_key <> ''::text);
ALTER TABLE expired_entry ADD CONSTRAINT expired_entry_rule_version_check CHECK (rule_version <> ''::text);
ALTER TABLE institution_copy ADD CONSTRAINT institution_copy_pkey PRIMARY KEY (institution_id);
ALTER TABLE institution_parent_copy ADD CONSTRAINT institution_parent_copy_pkey PRIMARY KEY (institution_id, tree, valid_from);
ALTER TABLE institution_parent_copy ADD CONSTRAINT institution_parent_copy_tree_check CHECK (tree <> ''::text);
ALTER TABLE issued_transcript ADD CONSTRAINT issued_transcript_pkey PRIMARY KEY (transcript_id);
ALTER TABLE issued_transcript ADD CONSTRAINT issued_transcript_content_digest_check CHECK (octet_length(content_digest) = 32);
ALTER TABLE issued_transcript ADD CONSTRAINT issued_transcript_purpose_check CHECK (purpose <> ''::text);
ALTER TABLE issued_transcript ADD CONSTRAINT issued_transcript_state_check CHECK (state = ANY (ARRAY['ISSUED'::text, 'SUPERSEDED'::text]));
ALTER TABLE issued_transcript ADD CONSTRAINT issued_transcript_superseded CHECK ((state = 'SUPERSEDED'::text) = (superseded_at IS NOT NULL));
ALTER TABLE issued_transcript_entry ADD CONSTRAINT issued_transcript_entry_pkey PRIMARY KEY (transcript_id, entry_root_id);
ALTER TABLE journal ADD CONSTRAINT journal_pkey PRIMARY KEY (journal_id);
ALTER TABLE journal ADD CONSTRAINT journal_seq UNIQUE (learner_id, seq);
ALTER TABLE journal ADD CONSTRAINT journal_hash_check CHECK (octet_length(hash) = 32);
ALTER TABLE journal ADD CONSTRAINT journal_prev_hash_check CHECK (octet_length(prev_hash) = 32);
ALTER TABLE journal ADD CONSTRAINT journal_seq_check CHECK (seq > 0);
ALTER TABLE journal ADD CONSTRAINT journal_type_check CHECK (type <> ''::text);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_pkey PRIMARY KEY (journal_id, line_no);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_amount_hundredths_check CHECK (amount_hundredths <> 0);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_line_no_check CHECK (line_no >= 0);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_step CHECK ((amount_hundredths %
CASE unit
    WHEN 'CR_OBEC'::text THEN 50
    ELSE 100
END) = 0);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_unit_check CHECK (unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_pkey PRIMARY KEY (lead_id);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_order UNIQUE (tier, scope, order_no);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_check CHECK (valid_to >= valid_from);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_order_no_check CHECK (order_no <> ''::text);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_source_check CHECK (source <> ''::text);
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE lead_organisation ADD CONSTRAINT lead_organisation_tier_check CHECK (tier = ANY (ARRAY['INSTITUTION'::text, 'PROVINCE'::text, 'LEVEL'::text, 'CENTRAL'::text]));
ALTER TABLE learner_chain ADD CONSTRAINT learner_chain_pkey PRIMARY KEY (learner_id);
ALTER TABLE learner_chain ADD CONSTRAINT learner_chain_head_hash_check CHECK (octet_length(head_hash) = 32);
ALTER TABLE learner_chain ADD CONSTRAINT learner_chain_last_seq_check CHECK (last_seq >= 0);
ALTER TABLE learner_copy ADD CONSTRAINT learner_copy_pkey PRIMARY KEY (learner_id);
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_pkey PRIMARY KEY (merged_learner_id);
ALTER TABLE learner_merge_copy ADD CONSTRAINT learner_merge_copy_check CHECK (surviving_learner_id <> merged_learner_id);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_pkey PRIMARY KEY (day);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_digest_check CHECK (octet_length(digest) = 32);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_journal_count_check CHECK (journal_count >= 0);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_key_id_check CHECK (key_id <> ''::text);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_learner_count_check CHECK (learner_count >= 0);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_prev_digest_check CHECK (octet_length(prev_digest) = 32);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_public_key_check CHECK (octet_length(public_key) = 32);
ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_signature_check CHECK (octet_length(signature) = 64);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_pkey PRIMARY KEY (line_id, hearing);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_document_no_check CHECK (document_no <> ''::text);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_failed_with_reason CHECK (is_passed OR reason_th <> ''::text);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_hearing_check CHECK (hearing > 0);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_method_check CHECK (method = ANY (ARRAY['EXAM'::text, 'PERFORMANCE'::text, 'PORTFOLIO'::text, 'INTERVIEW'::text]));
ALTER TABLE line_reversal ADD CONSTRAINT line_reversal_pkey PRIMARY KEY (line_id);
ALTER TABLE line_reversal ADD CONSTRAINT line_reversal_reason_code_check CHECK (reason_code <> ''::text);
ALTER TABLE line_reversal ADD CONSTRAINT line_reversal_reason_th_check CHECK (reason_th <> ''::text);
ALTER TABLE module ADD CONSTRAINT module_pkey PRIMARY KEY (module_id);
ALTER TABLE module ADD CONSTRAINT module_key UNIQUE NULLS NOT DISTINCT (code, owner_institution_id);
ALTER TABLE module ADD CONSTRAINT module_code_check CHECK (code <> ''::text);
ALTER TABLE module ADD CONSTRAINT module_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE module ADD CONSTRAINT module_min_units_check CHECK (min_units > 0);
ALTER TABLE module ADD CONSTRAINT module_source_check CHECK (source <> ''::text);
ALTER TABLE module ADD CONSTRAINT module_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE module ADD CONSTRAINT module_title_th_check CHECK (title_th <> ''::text);
ALTER TABLE module ADD CONSTRAINT module_version_check CHECK (version > 0);
ALTER TABLE module_unit ADD CONSTRAINT module_unit_pkey PRIMARY KEY (module_id, version, "position");
ALTER TABLE module_unit ADD CONSTRAINT module_unit_once UNIQUE (module_id, version, course_id);
ALTER TABLE module_unit ADD CONSTRAINT module_unit_position_check CHECK ("position" >= 0);
ALTER TABLE offering ADD CONSTRAINT offering_pkey PRIMARY KEY (offering_id);
ALTER TABLE offering ADD CONSTRAINT offering_reference UNIQUE (institution_id, reference);
ALTER TABLE offering ADD CONSTRAINT offering_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE offering ADD CONSTRAINT offering_reference_check CHECK (reference <> ''::text);
ALTER TABLE offering ADD CONSTRAINT offering_source_check CHECK (source <> ''::text);
ALTER TABLE offering ADD CONSTRAINT offering_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE offering ADD CONSTRAINT offering_term_check CHECK (term >= 1 AND term <= 3);
ALTER TABLE offering ADD CONSTRAINT offering_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE outbox ADD CONSTRAINT outbox_pkey PRIMARY KEY (created_at, outbox_id);
ALTER TABLE outbox ADD CONSTRAINT outbox_sequence_check CHECK (sequence > 0);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_pkey PRIMARY KEY (topic, key);
ALTER TABLE outbox_sequence ADD CONSTRAINT outbox_sequence_last_check CHECK (last > 0);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_pkey PRIMARY KEY (parked_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_topic_kafka_partition_kafka_offset_event_id_key UNIQUE NULLS NOT DISTINCT (topic, kafka_partition, kafka_offset, event_id);
ALTER TABLE parked_event ADD CONSTRAINT parked_event_tries_check CHECK (tries >= 0);
ALTER TABLE partnership ADD CONSTRAINT partnership_pkey PRIMARY KEY (partnership_id);
ALTER TABLE partnership ADD CONSTRAINT partnership_natural_key UNIQUE (natural_key);
ALTER TABLE partnership ADD CONSTRAINT partnership_check CHECK (valid_to >= valid_from);
ALTER TABLE partnership ADD CONSTRAINT partnership_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE partnership ADD CONSTRAINT partnership_file_sha256_check CHECK (octet_length(file_sha256) = 32);
ALTER TABLE partnership ADD CONSTRAINT partnership_programme_check CHECK (programme = ANY (ARRAY['DUAL_EDUCATION'::text, 'SHORT_COURSE'::text, 'DUAL_VOCATIONAL_TRAINING'::text, 'CREDIT_TRANSFER'::text]));
ALTER TABLE partnership ADD CONSTRAINT partnership_proposed_state_check CHECK (proposed_state = 'ACTIVE'::text);
ALTER TABLE partnership ADD CONSTRAINT partnership_reference_check CHECK (reference <> ''::text);
ALTER TABLE partnership ADD CONSTRAINT partnership_source_check CHECK (source <> ''::text);
ALTER TABLE partnership ADD CONSTRAINT partnership_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'SIGNED'::text, 'ACTIVE'::text, 'SUSPENDED'::text, 'ENDED'::text]));
ALTER TABLE partnership ADD CONSTRAINT partnership_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE partnership ADD CONSTRAINT partnership_terms_version_check CHECK (terms_version > 0);
ALTER TABLE partnership ADD CONSTRAINT partnership_version_check CHECK (version > 0);
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_pkey PRIMARY KEY (confirmation_id);
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_once UNIQUE (partnership_id, institution_id, version, status);
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_by_somebody CHECK (status = 'assumed'::text OR confirmed_by <> ''::text AND assignment_id IS NOT NULL);
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text]));
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_version_check CHECK (version > 0);
ALTER TABLE partnership_party ADD CONSTRAINT partnership_party_pkey PRIMARY KEY (partnership_id, institution_id);
ALTER TABLE partnership_party ADD CONSTRAINT partnership_party_party_no_check CHECK (party_no >= 0);
ALTER TABLE partnership_proposal ADD CONSTRAINT partnership_proposal_pkey PRIMARY KEY (partnership_id, version);
ALTER TABLE partnership_proposal ADD CONSTRAINT partnership_proposal_ended_by_somebody CHECK (num_nulls(outcome, ended_for, ended_by, ended_at) = ANY (ARRAY[0, 4]));
ALTER TABLE partnership_proposal ADD CONSTRAINT partnership_proposal_outcome_check CHECK (outcome = ANY (ARRAY['AGREED'::text, 'TAKEN_BACK'::text, 'REPLACED'::text]));
ALTER TABLE partnership_version ADD CONSTRAINT partnership_version_pkey PRIMARY KEY (partnership_id, version);
ALTER TABLE partnership_version ADD CONSTRAINT partnership_version_version_check CHECK (version > 0);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_pkey PRIMARY KEY (rule_id);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_version UNIQUE (key, reference, version);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_forms_check CHECK (cardinality(forms) > 0 AND forms <@ ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text]);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_key_check CHECK (key ~ '^[A-Z0-9_]{2,60}$'::text);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_levels_check CHECK (cardinality(levels) > 0 AND levels <@ ARRAY['PRIMARY'::text, 'LOWER_SECONDARY'::text, 'UPPER_SECONDARY'::text, 'VOCATIONAL_CERTIFICATE'::text, 'HIGHER_VOCATIONAL_CERTIFICATE'::text]);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_reference_check CHECK (reference <> ''::text);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_repeal CHECK (NOT is_repeal OR effective_from IS NOT NULL AND value = 'null'::jsonb);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_source_check CHECK (source <> ''::text);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_title_th_check CHECK (title_th <> ''::text);
ALTER TABLE policy_rule ADD CONSTRAINT policy_rule_version_check CHECK (version <> ''::text);
ALTER TABLE policy_rule_day ADD CONSTRAINT policy_rule_one_at_a_time UNIQUE NULLS NOT DISTINCT (key, form, level, effective_from);
ALTER TABLE qualification ADD CONSTRAINT qualification_pkey PRIMARY KEY (code, version);
ALTER TABLE qualification ADD CONSTRAINT qualification_code_check CHECK (code <> ''::text);
ALTER TABLE qualification ADD CONSTRAINT qualification_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE qualification ADD CONSTRAINT qualification_level_check CHECK (level = ANY (ARRAY['PRIMARY'::text, 'LOWER_SECONDARY'::text, 'UPPER_SECONDARY'::text, 'VOCATIONAL_CERTIFICATE'::text, 'HIGHER_VOCATIONAL_CERTIFICATE'::text]));
ALTER TABLE qualification ADD CONSTRAINT qualification_name_th_check CHECK (name_th <> ''::text);
ALTER TABLE qualification ADD CONSTRAINT qualification_source_check CHECK (source <> ''::text);
ALTER TABLE qualification ADD CONSTRAINT qualification_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE qualification ADD CONSTRAINT qualification_total_min_hundredths_check CHECK (total_min_hundredths > 0);
ALTER TABLE qualification ADD CONSTRAINT qualification_unit_check CHECK (unit = ANY (ARRAY['CR_OBEC'::text, 'CR_OVEC'::text]));
ALTER TABLE qualification ADD CONSTRAINT qualification_version_check CHECK (version <> ''::text);
ALTER TABLE qualification_category ADD CONSTRAINT qualification_category_pkey PRIMARY KEY (qualification_code, qualification_version, category);
ALTER TABLE qualification_category ADD CONSTRAINT qualification_category_category_check CHECK (category <> ''::text);
ALTER TABLE qualification_category ADD CONSTRAINT qualification_category_min_hundredths_check CHECK (min_hundredths >= 0);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_pkey PRIMARY KEY (qualification_code, qualification_version, "position");
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_code UNIQUE (qualification_code, qualification_version, code);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_code_check CHECK (code <> ''::text);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_position_check CHECK ("position" >= 0);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_source_check CHECK (source <> ''::text);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_title_th_check CHECK (title_th <> ''::text);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_type_check CHECK (type = ANY (ARRAY['TOTAL_CREDITS'::text, 'CATEGORY_CREDITS'::text, 'COURSE'::text, 'AVERAGE'::text, 'ASSESSMENT'::text, 'ACTIVITY'::text, 'RESIDENCE'::text]));
ALTER TABLE redemption ADD CONSTRAINT redemption_pkey PRIMARY KEY (redemption_id);
ALTER TABLE redemption ADD CONSTRAINT redemption_certificate UNIQUE (awarding_institution_id, certificate_no);
ALTER TABLE redemption ADD CONSTRAINT redemption_audit_digest_check CHECK (octet_length(audit_digest) = 32);
ALTER TABLE redemption ADD CONSTRAINT redemption_certificate_no_check CHECK (certificate_no <> ''::text);
ALTER TABLE redemption ADD CONSTRAINT redemption_order_no_check CHECK (order_no <> ''::text);
ALTER TABLE redemption ADD CONSTRAINT redemption_reversed CHECK ((reversed_at IS NULL) = (reversed_by IS NULL) AND (reversed_at IS NULL) = (reversal_order_no IS NULL) AND (reversed_at IS NULL) = (reversal_reason_code IS NULL));
ALTER TABLE redemption_account ADD CONSTRAINT redemption_account_pkey PRIMARY KEY (redemption_id, account_id);
ALTER TABLE request ADD CONSTRAINT request_pkey PRIMARY KEY (caller, request_id);
ALTER TABLE request ADD CONSTRAINT request_fingerprint_check CHECK (octet_length(fingerprint) = 32);
ALTER TABLE result_draft ADD CONSTRAINT result_draft_pkey PRIMARY KEY (draft_id);
ALTER TABLE result_draft ADD CONSTRAINT result_draft_row_version_check CHECK (row_version > 0);
ALTER TABLE result_draft ADD CONSTRAINT result_draft_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'SUBMITTED'::text, 'WITHDRAWN'::text]));
ALTER TABLE result_import ADD CONSTRAINT result_import_pkey PRIMARY KEY (import_id);
ALTER TABLE result_import ADD CONSTRAINT result_import_accepted_check CHECK (accepted >= 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_already_known_check CHECK (already_known >= 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_file_sha256_check CHECK (octet_length(file_sha256) = 32);
ALTER TABLE result_import ADD CONSTRAINT result_import_next_part_check CHECK (next_part > 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_rejected_check CHECK (rejected >= 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_row_count_check CHECK (row_count >= 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_rows_done_check CHECK (rows_done >= 0);
ALTER TABLE result_import ADD CONSTRAINT result_import_state_check CHECK (state = ANY (ARRAY['RUNNING'::text, 'DONE'::text, 'FAILED'::text]));
ALTER TABLE result_import_fault ADD CONSTRAINT result_import_fault_pkey PRIMARY KEY (import_id, row_number, fault_no);
ALTER TABLE result_import_fault ADD CONSTRAINT result_import_fault_reason_check CHECK (reason <> ''::text);
ALTER TABLE result_import_part ADD CONSTRAINT result_import_part_pkey PRIMARY KEY (import_id, number);
ALTER TABLE result_import_part ADD CONSTRAINT result_import_part_number_check CHECK (number > 0);
ALTER TABLE result_import_rejected ADD CONSTRAINT result_import_rejected_pkey PRIMARY KEY (import_id, row_number);
ALTER TABLE review_flag ADD CONSTRAINT review_flag_pkey PRIMARY KEY (flag_id);
ALTER TABLE review_flag ADD CONSTRAINT review_flag_kind_check CHECK (kind = ANY (ARRAY['SOURCE_CHANGED'::text, 'SOURCE_REVOKED'::text]));
ALTER TABLE review_flag ADD CONSTRAINT review_flag_resolution_check CHECK (resolution = ANY (ARRAY['KEPT'::text, 'REVERSED'::text, 'REMADE'::text, 'RELEASED'::text, 'REPLACED'::text]));
ALTER TABLE review_flag ADD CONSTRAINT review_flag_resolved CHECK ((resolution IS NULL) = (resolved_at IS NULL));
ALTER TABLE review_flag ADD CONSTRAINT review_flag_subject CHECK ((subject = ANY (ARRAY['POSTING'::text, 'RESERVATION'::text])) = (line_id IS NOT NULL) AND (subject = 'TRANSCRIPT'::text) = (transcript_id IS NOT NULL) AND (subject = 'TRANSCRIPT'::text) = (account_id IS NULL));
ALTER TABLE review_flag ADD CONSTRAINT review_flag_subject_check CHECK (subject = ANY (ARRAY['POSTING'::text, 'RESERVATION'::text, 'ACCOUNT'::text, 'TRANSCRIPT'::text]));
ALTER TABLE schema_migration ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (owner, name);
ALTER TABLE share_grant_copy ADD CONSTRAINT share_grant_copy_pkey PRIMARY KEY (grant_id);
ALTER TABLE survey ADD CONSTRAINT survey_pkey PRIMARY KEY (survey_id);
ALTER TABLE survey ADD CONSTRAINT survey_title UNIQUE (institution_id, kind, year_be, term, title_th);
ALTER TABLE survey ADD CONSTRAINT survey_check CHECK (closes_on >= opens_on);
ALTER TABLE survey ADD CONSTRAINT survey_content_hash_check CHECK (octet_length(content_hash) = 32);
ALTER TABLE survey ADD CONSTRAINT survey_kind_check CHECK (kind = ANY (ARRAY['WISHES'::text, 'READINESS'::text]));
ALTER TABLE survey ADD CONSTRAINT survey_source_check CHECK (source <> ''::text);
ALTER TABLE survey ADD CONSTRAINT survey_status_check CHECK (status = ANY (ARRAY['confirmed'::text, 'assumed'::text, 'demonstration'::text]));
ALTER TABLE survey ADD CONSTRAINT survey_term_check CHECK (term >= 1 AND term <= 3);
ALTER TABLE survey ADD CONSTRAINT survey_title_th_check CHECK (title_th <> ''::text);
ALTER TABLE survey ADD CONSTRAINT survey_year_be_check CHECK (year_be >= 2500 AND year_be <= 2700);
ALTER TABLE survey_answer ADD CONSTRAINT survey_answer_key UNIQUE NULLS NOT DISTINCT (survey_id, learner_id);
ALTER TABLE survey_answer ADD CONSTRAINT survey_answer_readiness_check CHECK (readiness = ANY (ARRAY[''::text, 'READY'::text, 'NOT_READY'::text, 'JOINED'::text, 'DECLINED'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_pkey PRIMARY KEY (case_id);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_decided CHECK ((state = ANY (ARRAY['DECIDED'::text, 'APPEALED'::text, 'POSTED'::text, 'CLOSED'::text, 'REVERSED'::text])) = (result IS NOT NULL AND decided_at IS NOT NULL));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_form_check CHECK (form = ANY (ARRAY['FORMAL'::text, 'NONFORMAL'::text, 'INFORMAL'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_ground CHECK ((ground = 'PARTNERSHIP'::text) = (partnership_id IS NOT NULL));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_ground_check CHECK (ground = ANY (ARRAY['PARTNERSHIP'::text, 'ADMISSION'::text, 'SAME_INSTITUTION_MODE_CHANGE'::text, 'RPL'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_has_committee CHECK (committee_id IS NOT NULL OR (state = ANY (ARRAY['SUBMITTED'::text, 'WITHDRAWN'::text, 'APPEALED'::text])));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_hearing_check CHECK (hearing > 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_partnership_version_check CHECK (partnership_version > 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_pause_count_check CHECK (pause_count >= 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_pause_count_max_check CHECK (pause_count_max >= 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_pause_days_max_check CHECK (pause_days_max >= 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_paused_days_check CHECK (paused_days >= 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_requested_by_check CHECK (requested_by = ANY (ARRAY['LEARNER'::text, 'GUARDIAN'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_result_check CHECK (result = ANY (ARRAY['ACCEPTED'::text, 'PARTLY_ACCEPTED'::text, 'REJECTED'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_row_version_check CHECK (row_version > 0);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_state_check CHECK (state = ANY (ARRAY['SUBMITTED'::text, 'ACCEPTED_FOR_REVIEW'::text, 'UNDER_EVALUATION'::text, 'WAITING_FOR_INFORMATION'::text, 'DECIDED'::text, 'APPEALED'::text, 'POSTED'::text, 'CLOSED'::text, 'REVERSED'::text, 'WITHDRAWN'::text]));
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_waits CHECK ((state = 'WAITING_FOR_INFORMATION'::text) = (waiting_since IS NOT NULL));
ALTER TABLE vote ADD CONSTRAINT vote_pkey PRIMARY KEY (line_id, hearing, subject_hash);
ALTER TABLE vote ADD CONSTRAINT vote_assessment_accepts CHECK (is_accepted OR NOT needs_assessment);
ALTER TABLE vote ADD CONSTRAINT vote_hearing_check CHECK (hearing > 0);
ALTER TABLE vote ADD CONSTRAINT vote_rejects_with_reason CHECK (is_accepted OR reason_code <> ''::text AND reason_th <> ''::text);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_pkey PRIMARY KEY (time_id);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_once UNIQUE NULLS NOT DISTINCT (institution_id, offering_id, class_institution_id, grade_label, classroom, weekday, starts_minute, ends_minute, first_on, last_on);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_check CHECK (ends_minute > starts_minute AND ends_minute <= 1440);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_check1 CHECK (last_on >= first_on);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_grade_label_check CHECK (grade_label <> ''::text);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_starts_minute_check CHECK (starts_minute >= 0);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_weekday_check CHECK (weekday >= 1 AND weekday <= 7);
ALTER TABLE account ADD CONSTRAINT account_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE account_bucket ADD CONSTRAINT account_bucket_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE accreditation ADD CONSTRAINT accreditation_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id);
ALTER TABLE approval_entry ADD CONSTRAINT approval_entry_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approval(approval_id);
ALTER TABLE approval_entry ADD CONSTRAINT approval_entry_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE assessment_signature ADD CONSTRAINT assessment_signature_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE award ADD CONSTRAINT award_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE award ADD CONSTRAINT award_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id);
ALTER TABLE award ADD CONSTRAINT award_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE award ADD CONSTRAINT award_reversed_journal_id_fkey FOREIGN KEY (reversed_journal_id) REFERENCES journal(journal_id);
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_case_id_fkey FOREIGN KEY (case_id) REFERENCES transfer_case(case_id);
ALTER TABLE case_appeal ADD CONSTRAINT case_appeal_earlier_committee_id_fkey FOREIGN KEY (earlier_committee_id) REFERENCES committee(committee_id);
ALTER TABLE case_batch_item ADD CONSTRAINT case_batch_item_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES case_batch(batch_id);
ALTER TABLE case_interest ADD CONSTRAINT case_interest_case_id_fkey FOREIGN KEY (case_id) REFERENCES transfer_case(case_id);
ALTER TABLE case_line ADD CONSTRAINT case_line_case_id_fkey FOREIGN KEY (case_id) REFERENCES transfer_case(case_id);
ALTER TABLE case_line ADD CONSTRAINT case_line_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE case_line ADD CONSTRAINT case_line_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES equivalence_rule(rule_id);
ALTER TABLE case_line ADD CONSTRAINT case_line_target_course_id_fkey FOREIGN KEY (target_course_id) REFERENCES course(course_id);
ALTER TABLE case_line_source ADD CONSTRAINT case_line_source_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE case_line_source ADD CONSTRAINT case_line_source_line_id_fkey FOREIGN KEY (line_id) REFERENCES case_line(line_id);
ALTER TABLE case_pause ADD CONSTRAINT case_pause_case_id_fkey FOREIGN KEY (case_id) REFERENCES transfer_case(case_id);
ALTER TABLE case_step ADD CONSTRAINT case_step_case_id_fkey FOREIGN KEY (case_id) REFERENCES transfer_case(case_id);
ALTER TABLE checkpoint_head ADD CONSTRAINT checkpoint_head_day_fkey FOREIGN KEY (day) REFERENCES ledger_checkpoint(day) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE claim ADD CONSTRAINT claim_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE claim ADD CONSTRAINT claim_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE claim ADD CONSTRAINT claim_target_course_id_fkey FOREIGN KEY (target_course_id) REFERENCES course(course_id);
ALTER TABLE committee_member ADD CONSTRAINT committee_member_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES committee(committee_id);
ALTER TABLE course_approval ADD CONSTRAINT course_approval_course_id_course_version_fkey FOREIGN KEY (course_id, course_version) REFERENCES course_version(course_id, version);
ALTER TABLE course_version ADD CONSTRAINT course_version_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE entry ADD CONSTRAINT entry_offering_id_fkey FOREIGN KEY (offering_id) REFERENCES offering(offering_id);
ALTER TABLE entry ADD CONSTRAINT entry_supersedes_entry_id_fkey FOREIGN KEY (supersedes_entry_id) REFERENCES entry(entry_id);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE entry_change ADD CONSTRAINT entry_change_new_entry_id_fkey FOREIGN KEY (new_entry_id) REFERENCES entry(entry_id);
ALTER TABLE equivalence_rule ADD CONSTRAINT equivalence_rule_target_course_id_fkey FOREIGN KEY (target_course_id) REFERENCES course(course_id);
ALTER TABLE equivalence_rule_days ADD CONSTRAINT equivalence_rule_days_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES equivalence_rule(rule_id);
ALTER TABLE equivalence_rule_source ADD CONSTRAINT equivalence_rule_source_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id);
ALTER TABLE equivalence_rule_source ADD CONSTRAINT equivalence_rule_source_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES equivalence_rule(rule_id);
ALTER TABLE equivalence_rule_step ADD CONSTRAINT equivalence_rule_step_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES equivalence_rule(rule_id);
ALTER TABLE evidence ADD CONSTRAINT evidence_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE exchange_delivery ADD CONSTRAINT exchange_delivery_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE exchange_draft ADD CONSTRAINT exchange_draft_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES result_draft(draft_id);
ALTER TABLE exchange_draft ADD CONSTRAINT exchange_draft_peer_message_id_fkey FOREIGN KEY (peer, message_id) REFERENCES exchange_inbox(peer, message_id);
ALTER TABLE expired_entry ADD CONSTRAINT expired_entry_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE expired_entry ADD CONSTRAINT expired_entry_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE issued_transcript_entry ADD CONSTRAINT issued_transcript_entry_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entry(entry_id);
ALTER TABLE issued_transcript_entry ADD CONSTRAINT issued_transcript_entry_transcript_id_fkey FOREIGN KEY (transcript_id) REFERENCES issued_transcript(transcript_id);
ALTER TABLE journal ADD CONSTRAINT journal_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE journal_line ADD CONSTRAINT journal_line_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE line_assessment ADD CONSTRAINT line_assessment_line_id_fkey FOREIGN KEY (line_id) REFERENCES case_line(line_id);
ALTER TABLE line_reversal ADD CONSTRAINT line_reversal_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE line_reversal ADD CONSTRAINT line_reversal_line_id_fkey FOREIGN KEY (line_id) REFERENCES case_line(line_id);
ALTER TABLE module ADD CONSTRAINT module_leads_to_course_id_fkey FOREIGN KEY (leads_to_course_id) REFERENCES course(course_id);
ALTER TABLE module_unit ADD CONSTRAINT module_unit_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id);
ALTER TABLE module_unit ADD CONSTRAINT module_unit_module_id_fkey FOREIGN KEY (module_id) REFERENCES module(module_id);
ALTER TABLE offering ADD CONSTRAINT offering_course_id_fkey FOREIGN KEY (course_id) REFERENCES course(course_id);
ALTER TABLE offering ADD CONSTRAINT offering_partnership_id_fkey FOREIGN KEY (partnership_id) REFERENCES partnership(partnership_id);
ALTER TABLE partnership ADD CONSTRAINT partnership_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES committee(committee_id);
ALTER TABLE partnership_confirmation ADD CONSTRAINT partnership_confirmation_partnership_id_fkey FOREIGN KEY (partnership_id) REFERENCES partnership(partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE partnership_party ADD CONSTRAINT partnership_party_partnership_id_fkey FOREIGN KEY (partnership_id) REFERENCES partnership(partnership_id);
ALTER TABLE partnership_proposal ADD CONSTRAINT partnership_proposal_partnership_id_version_fkey FOREIGN KEY (partnership_id, version) REFERENCES partnership_version(partnership_id, version) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE partnership_version ADD CONSTRAINT partnership_version_partnership_id_fkey FOREIGN KEY (partnership_id) REFERENCES partnership(partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE policy_rule_day ADD CONSTRAINT policy_rule_day_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES policy_rule(rule_id);
ALTER TABLE qualification_category ADD CONSTRAINT qualification_category_qualification_code_qualification_ve_fkey FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification(code, version);
ALTER TABLE qualification_condition ADD CONSTRAINT qualification_condition_qualification_code_qualification_v_fkey FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification(code, version);
ALTER TABLE redemption ADD CONSTRAINT redemption_completes_with_fkey FOREIGN KEY (completes_with) REFERENCES redemption(redemption_id);
ALTER TABLE redemption ADD CONSTRAINT redemption_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE redemption ADD CONSTRAINT redemption_qualification_code_qualification_version_fkey FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification(code, version);
ALTER TABLE redemption_account ADD CONSTRAINT redemption_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE redemption_account ADD CONSTRAINT redemption_account_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE redemption_account ADD CONSTRAINT redemption_account_redemption_id_fkey FOREIGN KEY (redemption_id) REFERENCES redemption(redemption_id);
ALTER TABLE redemption_account ADD CONSTRAINT redemption_account_reversed_journal_id_fkey FOREIGN KEY (reversed_journal_id) REFERENCES journal(journal_id);
ALTER TABLE result_import_fault ADD CONSTRAINT result_import_fault_import_id_fkey FOREIGN KEY (import_id) REFERENCES result_import(import_id);
ALTER TABLE result_import_part ADD CONSTRAINT result_import_part_import_id_fkey FOREIGN KEY (import_id) REFERENCES result_import(import_id);
ALTER TABLE result_import_rejected ADD CONSTRAINT result_import_rejected_import_id_fkey FOREIGN KEY (import_id) REFERENCES result_import(import_id);
ALTER TABLE review_flag ADD CONSTRAINT review_flag_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id);
ALTER TABLE review_flag ADD CONSTRAINT review_flag_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journal(journal_id);
ALTER TABLE review_flag ADD CONSTRAINT review_flag_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE survey_answer ADD CONSTRAINT survey_answer_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES survey(survey_id);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES committee(committee_id);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_learner_id_fkey FOREIGN KEY (learner_id) REFERENCES learner_chain(learner_id);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_partnership_id_fkey FOREIGN KEY (partnership_id) REFERENCES partnership(partnership_id);
ALTER TABLE transfer_case ADD CONSTRAINT transfer_case_qualification_code_qualification_version_fkey FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification(code, version);
ALTER TABLE vote ADD CONSTRAINT vote_line_id_fkey FOREIGN KEY (line_id) REFERENCES case_line(line_id);
ALTER TABLE weekly_time ADD CONSTRAINT weekly_time_offering_id_fkey FOREIGN KEY (offering_id) REFERENCES offering(offering_id);

CREATE INDEX access_log_learner ON access_log USING btree (learner_id, access_id DESC);
CREATE UNIQUE INDEX accreditation_content ON accreditation USING btree (content_hash) WHERE state = ANY (ARRAY['PROPOSED'::text, 'ACCREDITED'::text]);
CREATE INDEX accreditation_course ON accreditation USING btree (course_id);
CREATE INDEX approval_institution ON approval USING btree (institution_id, approval_id);
CREATE INDEX assignment_copy_subject ON assignment_copy USING btree (subject_hash);
CREATE INDEX award_journal ON award USING btree (journal_id);
CREATE UNIQUE INDEX award_once_per_account ON award USING btree (account_id, course_id) WHERE reversed_journal_id IS NULL;
CREATE INDEX case_batch_open ON case_batch USING btree (batch_id) WHERE state <> 'FINISHED'::text;
CREATE INDEX case_draft_institution ON case_draft USING btree (institution_id, draft_id) WHERE state = 'DRAFT'::text;
CREATE INDEX case_draft_learner ON case_draft USING btree (learner_id, draft_id) WHERE state = 'DRAFT'::text;
CREATE INDEX case_line_target ON case_line USING btree (target_course_id) WHERE state = ANY (ARRAY['ACCEPTED'::text, 'POSTED'::text, 'REJECTED'::text, 'REVERSED'::text]);
CREATE INDEX case_line_source_root ON case_line_source USING btree (entry_root_id);
CREATE UNIQUE INDEX case_pause_open ON case_pause USING btree (case_id) WHERE answered_at IS NULL;
CREATE INDEX case_step_case ON case_step USING btree (case_id, step_id);
CREATE INDEX checkpoint_head_day ON checkpoint_head USING btree (day);
CREATE INDEX claim_learner ON claim USING btree (learner_id);
CREATE INDEX claim_line ON claim USING btree (line_id) WHERE line_id IS NOT NULL;
CREATE UNIQUE INDEX claim_once_per_account ON claim USING btree (entry_root_id, account_id) WHERE state <> 'RELEASED'::text;
CREATE INDEX committee_institution ON committee USING btree (institution_id, committee_id);
CREATE INDEX committee_member_assignment ON committee_member USING btree (assignment_id);
CREATE UNIQUE INDEX committee_member_chair ON committee_member USING btree (committee_id) WHERE is_chair;
CREATE INDEX consumed_event_consumed_at ON consumed_event USING brin (consumed_at);
CREATE INDEX course_code ON course USING btree (code);
CREATE INDEX enrolment_copy_institution ON enrolment_copy USING btree (institution_id, learner_id);
CREATE INDEX enrolment_copy_learner ON enrolment_copy USING btree (learner_id);
CREATE INDEX entry_assessors ON entry USING gin (assessor_institution_ids) WHERE assessor_institution_ids <> '{}'::uuid[];
CREATE INDEX entry_issuer ON entry USING btree (issuer_institution_id, entry_id) WHERE state <> 'SUPERSEDED'::text;
CREATE UNIQUE INDEX entry_natural_key ON entry USING btree (learner_id, issuer_institution_id, code_system, code, year_be, term, attempt) WHERE state = ANY (ARRAY['SUBMITTED'::text, 'RETURNED'::text, 'VERIFIED'::text]);
CREATE INDEX entry_change_institution ON entry_change USING btree (institution_id, change_id);
CREATE UNIQUE INDEX entry_change_open ON entry_change USING btree (entry_id) WHERE state = 'PROPOSED'::text;
CREATE UNIQUE INDEX equivalence_rule_open ON equivalence_rule USING btree (signature) WHERE valid_to IS NULL AND state = 'PUBLISHED'::text;
CREATE INDEX equivalence_rule_state ON equivalence_rule USING btree (state, rule_id);
CREATE INDEX equivalence_rule_target ON equivalence_rule USING btree (target_course_id);
CREATE INDEX equivalence_rule_source_course ON equivalence_rule_source USING btree (course_id);
CREATE INDEX evidence_sha256 ON evidence USING btree (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX evidence_file_age ON evidence_file USING btree (stored_at);
CREATE INDEX exchange_delivery_due ON exchange_delivery USING btree (peer, next_try_at, message_id) WHERE state = 'PENDING'::text;
CREATE INDEX exchange_draft_message ON exchange_draft USING btree (peer, message_id);
CREATE INDEX exchange_inbox_learner ON exchange_inbox USING btree (peer, (content ->> 'learner_ref'::text));
CREATE INDEX exchange_link_learner ON exchange_link USING btree (learner_id);
CREATE UNIQUE INDEX exchange_link_open ON exchange_link USING btree (peer, learner_ref, institution_id) WHERE ended_at IS NULL;
CREATE INDEX institution_parent_copy_children ON institution_parent_copy USING btree (parent_institution_id, tree);
CREATE UNIQUE INDEX issued_transcript_standing ON issued_transcript USING btree (learner_id, institution_id) WHERE state = 'ISSUED'::text;
CREATE INDEX issued_transcript_entry_root ON issued_transcript_entry USING btree (entry_root_id);
CREATE INDEX journal_case ON journal USING btree (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX journal_case_line ON journal USING btree (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX journal_entry ON journal USING btree (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX journal_posted ON journal USING brin (posted_at);
CREATE INDEX journal_line_account ON journal_line USING btree (account_id, journal_id);
CREATE INDEX learner_merge_copy_surviving ON learner_merge_copy USING btree (surviving_learner_id) WHERE NOT is_undone;
CREATE INDEX module_unit_course ON module_unit USING btree (course_id);
CREATE INDEX outbox_unpublished ON outbox USING btree (outbox_id) WHERE published_at IS NULL;
CREATE INDEX parked_event_id ON parked_event USING btree (event_id) WHERE resolved_at IS NULL;
CREATE INDEX parked_event_waiting ON parked_event USING btree (topic, key, sequence) WHERE resolved_at IS NULL;
CREATE INDEX partnership_party_institution ON partnership_party USING btree (institution_id);
CREATE UNIQUE INDEX partnership_proposal_one ON partnership_proposal USING btree (partnership_id) WHERE outcome IS NULL;
CREATE INDEX policy_rule_key ON policy_rule USING btree (key);
CREATE INDEX redemption_institution ON redemption USING btree (awarding_institution_id, redemption_id);
CREATE INDEX redemption_learner ON redemption USING btree (learner_id);
CREATE UNIQUE INDEX redemption_account_once ON redemption_account USING btree (account_id) WHERE reversed_journal_id IS NULL;
CREATE INDEX request_created_at ON request USING brin (created_at);
CREATE INDEX result_draft_institution ON result_draft USING btree (institution_id, draft_id) WHERE state = 'DRAFT'::text;
CREATE INDEX result_import_dry_runs ON result_import USING btree (finished_at) WHERE is_dry_run;
CREATE INDEX result_import_institution ON result_import USING btree (institution_id, import_id);
CREATE INDEX result_import_running ON result_import USING btree (import_id) WHERE state = 'RUNNING'::text;
CREATE INDEX result_import_rejected_age ON result_import_rejected USING btree (kept_since);
CREATE INDEX review_flag_institution ON review_flag USING btree (institution_id, flag_id);
CREATE INDEX review_flag_learner ON review_flag USING btree (learner_id);
CREATE INDEX review_flag_line ON review_flag USING btree (line_id) WHERE resolved_at IS NULL AND line_id IS NOT NULL;
CREATE UNIQUE INDEX review_flag_open ON review_flag USING btree (subject, account_id, line_id, transcript_id, entry_root_id) NULLS NOT DISTINCT WHERE resolved_at IS NULL;
CREATE INDEX share_grant_copy_learner ON share_grant_copy USING btree (learner_id, recipient_institution_id);
CREATE INDEX transfer_case_due ON transfer_case USING btree (institution_id, due_on) WHERE state = ANY (ARRAY['SUBMITTED'::text, 'ACCEPTED_FOR_REVIEW'::text, 'UNDER_EVALUATION'::text, 'WAITING_FOR_INFORMATION'::text, 'APPEALED'::text]);
CREATE INDEX transfer_case_institution ON transfer_case USING btree (institution_id, case_id);
CREATE INDEX transfer_case_learner ON transfer_case USING btree (learner_id, institution_id);
CREATE INDEX weekly_time_class ON weekly_time USING btree (class_institution_id, grade_label, weekday);

CREATE TRIGGER access_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON access_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accreditation_never_deleted BEFORE DELETE OR TRUNCATE ON accreditation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON approval_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_signature_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON assessment_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_appeal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON case_appeal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_interest_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON case_interest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_step_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON case_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_head_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON checkpoint_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER course_approval_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON course_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER course_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON course_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_not_truncated BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_settled BEFORE DELETE OR UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_verified_entry_change();
CREATE TRIGGER entry_change_settled BEFORE DELETE OR UPDATE ON entry_change FOR EACH ROW EXECUTE FUNCTION refuse_decided_change();
CREATE TRIGGER equivalence_rule_content_fixed BEFORE UPDATE ON equivalence_rule FOR EACH ROW EXECUTE FUNCTION keep_rule_content();
CREATE TRIGGER equivalence_rule_days_of_rules AFTER UPDATE ON equivalence_rule REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION keep_days_of_changed_rules();
CREATE TRIGGER equivalence_rule_never_deleted BEFORE DELETE OR TRUNCATE ON equivalence_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER equivalence_rule_days_of_sources AFTER INSERT ON equivalence_rule_source REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_days_of_new_sources();
CREATE TRIGGER equivalence_rule_step_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON equivalence_rule_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_file_append_only BEFORE TRUNCATE ON evidence_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_file_kept BEFORE DELETE OR UPDATE ON evidence_file FOR EACH ROW EXECUTE FUNCTION keep_evidence_file();
CREATE TRIGGER exchange_draft_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON exchange_draft FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_inbox_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON exchange_inbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_link_never_deleted BEFORE DELETE OR TRUNCATE ON exchange_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expired_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON expired_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER issued_transcript_not_truncated BEFORE TRUNCATE ON issued_transcript FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER issued_transcript_settled BEFORE DELETE OR UPDATE ON issued_transcript FOR EACH ROW EXECUTE FUNCTION refuse_transcript_change();
CREATE TRIGGER issued_transcript_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON issued_transcript_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journal_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_line_balanced AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_lines();
CREATE TRIGGER ledger_checkpoint_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_assessment_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON line_assessment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_reversal_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON line_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER module_unit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON module_unit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER partnership_confirmation_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON partnership_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER partnership_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON partnership_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_rule_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON policy_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_rule_days AFTER INSERT ON policy_rule REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_policy_rule_days();
CREATE TRIGGER policy_rule_day_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON policy_rule_day FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER qualification_condition_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON qualification_condition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER redemption_not_truncated BEFORE TRUNCATE ON redemption FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER redemption_settled BEFORE DELETE OR UPDATE ON redemption FOR EACH ROW EXECUTE FUNCTION refuse_redemption_change();
CREATE TRIGGER redemption_account_not_truncated BEFORE TRUNCATE ON redemption_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER redemption_account_settled BEFORE DELETE OR UPDATE ON redemption_account FOR EACH ROW EXECUTE FUNCTION refuse_redemption_change();
CREATE TRIGGER review_flag_not_truncated BEFORE TRUNCATE ON review_flag FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER review_flag_settled BEFORE DELETE OR UPDATE ON review_flag FOR EACH ROW EXECUTE FUNCTION refuse_flag_change();
CREATE TRIGGER vote_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON vote FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW partnership_consent AS
 SELECT partnership_id,
    institution_id,
    version,
    status,
    confirmed_by,
    assignment_id,
    confirmed_at
   FROM partnership_confirmation c
  WHERE (NOT (EXISTS ( SELECT
           FROM partnership_proposal o
          WHERE ((o.partnership_id = c.partnership_id) AND (o.version = c.version) AND (o.outcome IS DISTINCT FROM 'AGREED'::text)))));
