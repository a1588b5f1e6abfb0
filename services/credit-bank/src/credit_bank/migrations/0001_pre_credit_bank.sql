-- Credit bank. Amounts are 1/100 credit in integers; academic years are Buddhist Era; no name, number or birth date of a
-- learner is anywhere in this database.

-- ---------------------------------------------------------------------------------------------------------------------
-- Guards that several tables share
-- ---------------------------------------------------------------------------------------------------------------------

-- A trigger that raises, never a rule that does nothing: a forbidden change must not look as if it had succeeded.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- people: copies of what student-registry owns, fed by its events and rebuildable from them
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE institution_copy (
    institution_id        uuid PRIMARY KEY,
    kind                  text NOT NULL,
    name_th               text NOT NULL,
    local_alias           text NOT NULL,
    official_code         text,
    parent_institution_id uuid,
    data_status           text NOT NULL
);

CREATE TABLE learner_copy (
    learner_id               uuid PRIMARY KEY,
    registrar_institution_id uuid        NOT NULL,
    registered_at            timestamptz NOT NULL,
    data_status              text        NOT NULL
);

CREATE TABLE enrolment_copy (
    enrolment_id    uuid PRIMARY KEY,
    learner_id      uuid NOT NULL,
    institution_id  uuid NOT NULL,
    role            text NOT NULL CHECK (role IN ('PRIMARY', 'PARTNER', 'HOSTING', 'SHORT_COURSE')),
    delivery_system text NOT NULL,
    grade_label     text NOT NULL,
    programme_code  text NOT NULL,
    status          text NOT NULL CHECK (status IN ('STUDYING', 'ENDED')),
    valid_from      date NOT NULL,
    valid_to        date
);
CREATE INDEX enrolment_copy_learner ON enrolment_copy (learner_id);
CREATE INDEX enrolment_copy_institution ON enrolment_copy (institution_id, learner_id);

CREATE TABLE assignment_copy (
    assignment_id      uuid   PRIMARY KEY,
    subject_hash       text   NOT NULL,
    institution_id     uuid   NOT NULL,
    role               text   NOT NULL,
    classroom          text   NOT NULL,
    permissions        text[] NOT NULL,
    permission_version text   NOT NULL,
    valid_from         date   NOT NULL,
    valid_to           date
);
CREATE INDEX assignment_copy_subject ON assignment_copy (subject_hash);

CREATE TABLE share_grant_copy (
    grant_id                 uuid    PRIMARY KEY,
    learner_id               uuid    NOT NULL,
    recipient_institution_id uuid    NOT NULL,
    scope                    text    NOT NULL,
    valid_to                 date    NOT NULL,
    is_ended                 boolean NOT NULL
);
CREATE INDEX share_grant_copy_learner ON share_grant_copy (learner_id, recipient_institution_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- catalogue
-- ---------------------------------------------------------------------------------------------------------------------

-- A code alone is not unique: additional subjects share codes across schools (CB c.1). No owner means national.
CREATE TABLE course (
    course_id            uuid    PRIMARY KEY,
    version              integer NOT NULL CHECK (version > 0),
    code_system          text    NOT NULL CHECK (code_system IN ('OBEC', 'OVEC', 'SHORT', 'EXT')),
    code                 text    NOT NULL CHECK (code <> ''),
    curriculum_version   text    NOT NULL,
    owner_institution_id uuid,
    title_th             text    NOT NULL CHECK (title_th <> ''),
    title_en             text,
    unit                 text    CHECK (unit IN ('CR_OBEC', 'CR_OVEC')),
    credit_hundredths    integer CHECK (credit_hundredths > 0),
    hours_total          integer CHECK (hours_total > 0),
    tpn                  text,
    category             text    NOT NULL,
    subject_type         text    NOT NULL,
    subject_group        text    NOT NULL,
    outcomes             text[]  NOT NULL,
    source               text    NOT NULL CHECK (source <> ''),
    status               text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from       date,
    source_version       text,
    facts_hash           bytea   NOT NULL CHECK (octet_length(facts_hash) = 32),
    published_at         timestamptz NOT NULL,
    CONSTRAINT course_key UNIQUE NULLS NOT DISTINCT (code_system, code, curriculum_version, owner_institution_id),
    CONSTRAINT course_credits_have_unit CHECK ((unit IS NULL) = (credit_hundredths IS NULL)),
    CONSTRAINT course_credit_step CHECK (
        credit_hundredths IS NULL OR credit_hundredths % CASE unit WHEN 'CR_OBEC' THEN 50 ELSE 100 END = 0)
);
CREATE INDEX course_code ON course (code);

-- What a course was in each of its versions; entries and case lines froze one of them.
CREATE TABLE course_version (
    course_id    uuid        NOT NULL REFERENCES course DEFERRABLE INITIALLY DEFERRED,
    version      integer     NOT NULL CHECK (version > 0),
    facts        jsonb       NOT NULL,
    published_by text        NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (course_id, version)
);
CREATE TRIGGER course_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON course_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- `signature` names who owns the rule, its source groups, target and mode, so that versions of one rule meet.
CREATE TABLE equivalence_rule (
    rule_id              uuid    PRIMARY KEY,
    signature            bytea   NOT NULL CHECK (octet_length(signature) = 32),
    version              integer NOT NULL CHECK (version > 0),
    owner_institution_id uuid,
    target_course_id     uuid    NOT NULL REFERENCES course,
    mode                 text    NOT NULL CHECK (mode IN ('TRANSFER', 'EQUATE')),
    min_grade_hundredths integer NOT NULL CHECK (min_grade_hundredths BETWEEN 0 AND 400),
    min_hours_pct        integer CHECK (min_hours_pct BETWEEN 1 AND 1000),
    valid_from           date,
    valid_to             date,
    source               text    NOT NULL CHECK (source <> ''),
    status               text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    source_version       text,
    content_hash         bytea   NOT NULL CHECK (octet_length(content_hash) = 32),
    published_at         timestamptz NOT NULL,
    CONSTRAINT equivalence_rule_version UNIQUE (signature, version)
);
-- Only one version is open; publishing the next one ends the one before (CB c.3).
CREATE UNIQUE INDEX equivalence_rule_open ON equivalence_rule (signature) WHERE valid_to IS NULL;
CREATE INDEX equivalence_rule_target ON equivalence_rule (target_course_id);

CREATE TABLE equivalence_rule_source (
    rule_id   uuid     NOT NULL REFERENCES equivalence_rule,
    group_no  smallint NOT NULL CHECK (group_no >= 0),
    course_id uuid     NOT NULL REFERENCES course,
    PRIMARY KEY (rule_id, group_no, course_id)
);
CREATE INDEX equivalence_rule_source_course ON equivalence_rule_source (course_id);

-- ---------------------------------------------------------------------------------------------------------------------
-- qualifications: data, not code (CB d.2, d.3)
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE qualification (
    code                 text    NOT NULL CHECK (code <> ''),
    version              text    NOT NULL CHECK (version <> ''),
    name_th              text    NOT NULL CHECK (name_th <> ''),
    unit                 text    NOT NULL CHECK (unit IN ('CR_OBEC', 'CR_OVEC')),
    total_min_hundredths integer NOT NULL CHECK (total_min_hundredths > 0),
    counts_together_with text[]  NOT NULL,
    source               text    NOT NULL CHECK (source <> ''),
    status               text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from       date,
    source_version       text,
    content_hash         bytea   NOT NULL CHECK (octet_length(content_hash) = 32),
    published_at         timestamptz NOT NULL,
    PRIMARY KEY (code, version)
);

CREATE TABLE qualification_category (
    qualification_code    text    NOT NULL,
    qualification_version text    NOT NULL,
    category              text    NOT NULL CHECK (category <> ''),
    min_hundredths        integer NOT NULL CHECK (min_hundredths >= 0),
    PRIMARY KEY (qualification_code, qualification_version, category),
    FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification
);

-- ---------------------------------------------------------------------------------------------------------------------
-- partnerships
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE committee (
    committee_id   uuid    PRIMARY KEY,
    institution_id uuid    NOT NULL,
    mandates       text[]  NOT NULL CHECK (cardinality(mandates) > 0 AND mandates <@ ARRAY['TRANSFER', 'EQUATE', 'RPL']),
    order_no       text    NOT NULL CHECK (order_no <> ''),
    quorum         integer NOT NULL CHECK (quorum > 0),
    valid_from     date    NOT NULL,
    valid_to       date    CHECK (valid_to >= valid_from),
    source         text    NOT NULL CHECK (source <> ''),
    status         text    NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    source_version text,
    content_hash   bytea   NOT NULL CHECK (octet_length(content_hash) = 32),
    registered_at  timestamptz NOT NULL,
    CONSTRAINT committee_order UNIQUE (institution_id, order_no)
);

CREATE TABLE committee_member (
    committee_id  uuid    NOT NULL REFERENCES committee,
    assignment_id uuid    NOT NULL,
    is_chair      boolean NOT NULL,
    PRIMARY KEY (committee_id, assignment_id)
);
CREATE UNIQUE INDEX committee_member_chair ON committee_member (committee_id) WHERE is_chair;
CREATE INDEX committee_member_assignment ON committee_member (assignment_id);

-- `natural_key` is the reference among these parties. Unknown dates are absent, never invented.
CREATE TABLE partnership (
    partnership_id uuid  PRIMARY KEY,
    natural_key    text  NOT NULL CONSTRAINT partnership_natural_key UNIQUE,
    reference      text  NOT NULL CHECK (reference <> ''),
    programme      text  NOT NULL CHECK (programme IN ('DUAL_EDUCATION', 'SHORT_COURSE')),
    state          text  NOT NULL CHECK (state IN ('DRAFT', 'SIGNED', 'ACTIVE', 'SUSPENDED', 'ENDED')),
    signed_on      date,
    valid_from     date,
    valid_to       date  CHECK (valid_to >= valid_from),
    committee_id   uuid  REFERENCES committee,
    source         text  NOT NULL CHECK (source <> ''),
    status         text  NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    content_hash   bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    changed_at     timestamptz NOT NULL
);

CREATE TABLE partnership_party (
    partnership_id uuid     NOT NULL REFERENCES partnership,
    institution_id uuid     NOT NULL,
    party_no       smallint NOT NULL CHECK (party_no >= 0),
    PRIMARY KEY (partnership_id, institution_id)
);
CREATE INDEX partnership_party_institution ON partnership_party (institution_id);

CREATE TABLE offering (
    offering_id    uuid     PRIMARY KEY,
    institution_id uuid     NOT NULL,
    reference      text     NOT NULL CHECK (reference <> ''),
    course_id      uuid     NOT NULL REFERENCES course,
    partnership_id uuid     REFERENCES partnership,
    year_be        smallint NOT NULL CHECK (year_be BETWEEN 2500 AND 2700),
    term           smallint NOT NULL CHECK (term BETWEEN 1 AND 3),
    source         text     NOT NULL CHECK (source <> ''),
    status         text     NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from date,
    source_version text,
    content_hash   bytea    NOT NULL CHECK (octet_length(content_hash) = 32),
    scheduled_at   timestamptz NOT NULL,
    CONSTRAINT offering_reference UNIQUE (institution_id, reference)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- recording
-- ---------------------------------------------------------------------------------------------------------------------

-- One version of one result with its frozen course facts. What was verified is never edited: a change is a new version
-- with the same root, and claims rest on the root.
CREATE TABLE entry (
    entry_id                 uuid     PRIMARY KEY,
    entry_root_id            uuid     NOT NULL,
    version                  integer  NOT NULL CHECK (version > 0),
    supersedes_entry_id      uuid     REFERENCES entry,
    learner_id               uuid     NOT NULL,
    issuer_institution_id    uuid     NOT NULL,
    course_id                uuid     NOT NULL,
    course_version           integer  NOT NULL,
    code_system              text     NOT NULL,
    code                     text     NOT NULL,
    curriculum_version       text     NOT NULL,
    owner_institution_id     uuid,
    title_th                 text     NOT NULL,
    title_en                 text,
    unit                     text,
    course_credit_hundredths integer,
    hours_total              integer,
    tpn                      text,
    category                 text     NOT NULL,
    subject_type             text     NOT NULL,
    subject_group            text     NOT NULL,
    outcomes                 text[]   NOT NULL,
    course_source            text     NOT NULL,
    course_status            text     NOT NULL CHECK (course_status IN ('confirmed', 'assumed', 'demonstration')),
    course_effective_from    date,
    course_source_version    text,
    content_sha256           bytea    NOT NULL CHECK (octet_length(content_sha256) = 32),
    year_be                  smallint NOT NULL CHECK (year_be BETWEEN 2500 AND 2700),
    term                     smallint NOT NULL CHECK (term BETWEEN 1 AND 3),
    attempt                  smallint NOT NULL CHECK (attempt > 0),
    grade_scheme             text     NOT NULL,
    grade_scheme_version     text     NOT NULL,
    grade_code               text     NOT NULL,
    grade_label              text     NOT NULL,
    grade_point_hundredths   integer  CHECK (grade_point_hundredths BETWEEN 0 AND 400),
    counts_in_gpa            boolean  NOT NULL,
    attempted_hundredths     integer  CHECK (attempted_hundredths >= 0),
    earned_hundredths        integer  CHECK (earned_hundredths >= 0),
    source_mode              text     NOT NULL CHECK (source_mode IN ('STUDY', 'SHORT_COURSE')),
    taught_by_institution_id uuid,
    offering_id              uuid     REFERENCES offering,
    state                    text     NOT NULL CHECK (state IN ('SUBMITTED', 'RETURNED', 'VERIFIED', 'SUPERSEDED')),
    content_hash             bytea    NOT NULL CHECK (octet_length(content_hash) = 32),
    recorded_at              timestamptz NOT NULL,
    recorded_by              text     NOT NULL,
    recorded_by_assignment   uuid,
    verified_at              timestamptz,
    verified_by              text,
    verified_by_assignment   uuid,
    returned_at              timestamptz,
    returned_by              text,
    return_reason_code       text,
    source                   text     NOT NULL CHECK (source <> ''),
    status                   text     NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from           date,
    source_version           text,
    CONSTRAINT entry_version UNIQUE (entry_root_id, version),
    CONSTRAINT entry_credits_have_unit CHECK (
        (unit IS NULL) = (course_credit_hundredths IS NULL) AND (unit IS NULL) = (attempted_hundredths IS NULL)
        AND (unit IS NULL) = (earned_hundredths IS NULL)),
    CONSTRAINT entry_earned_within_course CHECK (earned_hundredths <= course_credit_hundredths),
    CONSTRAINT entry_verified_by_second CHECK (
        state <> 'VERIFIED' OR (verified_at IS NOT NULL AND verified_by IS NOT NULL AND verified_by <> recorded_by)),
    CONSTRAINT entry_returned_with_reason CHECK (state <> 'RETURNED' OR return_reason_code IS NOT NULL),
    CONSTRAINT entry_short_course_has_offering CHECK (source_mode <> 'SHORT_COURSE' OR offering_id IS NOT NULL)
);
-- CB-I13, across concurrent imports.
CREATE UNIQUE INDEX entry_natural_key
    ON entry (learner_id, issuer_institution_id, code_system, code, year_be, term, attempt)
 WHERE state IN ('SUBMITTED', 'RETURNED', 'VERIFIED');
CREATE INDEX entry_issuer ON entry (issuer_institution_id, entry_id) WHERE state <> 'SUPERSEDED';

-- A verified entry may only become superseded, and only its state may change then.
CREATE FUNCTION refuse_verified_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR (OLD.state IN ('VERIFIED', 'SUPERSEDED') AND (
        NEW.state <> 'SUPERSEDED' OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'))
    THEN
        RAISE EXCEPTION 'entry % is settled', OLD.entry_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entry_settled BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION refuse_verified_entry_change();
CREATE TRIGGER entry_not_truncated BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE evidence (
    entry_id    uuid     NOT NULL REFERENCES entry,
    evidence_no smallint NOT NULL CHECK (evidence_no >= 0),
    kind        text     NOT NULL CHECK (kind <> ''),
    sha256      bytea    CHECK (octet_length(sha256) = 32),
    document_no text     NOT NULL,
    PRIMARY KEY (entry_id, evidence_no),
    CONSTRAINT evidence_names_something CHECK (sha256 IS NOT NULL OR document_no <> '')
);
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One file brought in: what it was and what became of it. The rows are entries; the file itself is not kept.
CREATE TABLE result_import (
    import_id      uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL,
    layout         text        NOT NULL,
    encoding       text        NOT NULL,
    file_sha256    bytea       NOT NULL CHECK (octet_length(file_sha256) = 32),
    row_count      integer     NOT NULL CHECK (row_count >= 0),
    accepted       integer     NOT NULL CHECK (accepted >= 0),
    already_known  integer     NOT NULL CHECK (already_known >= 0),
    rejected       integer     NOT NULL CHECK (rejected >= 0),
    imported_by    text        NOT NULL,
    imported_at    timestamptz NOT NULL
);

-- ---------------------------------------------------------------------------------------------------------------------
-- ledger
-- ---------------------------------------------------------------------------------------------------------------------

-- One row per learner: its lock orders everything that happens to this learner, its head is the end of the hash chain.
CREATE TABLE learner_chain (
    learner_id uuid   PRIMARY KEY,
    last_seq   bigint NOT NULL CHECK (last_seq >= 0),
    head_hash  bytea  NOT NULL CHECK (octet_length(head_hash) = 32)
) WITH (fillfactor = 70);

CREATE TABLE account (
    account_id              uuid PRIMARY KEY,
    learner_id              uuid NOT NULL REFERENCES learner_chain,
    kind                    text NOT NULL CHECK (kind IN ('BANK', 'QUALIFICATION')),
    qualification_code      text NOT NULL,
    qualification_version   text NOT NULL,
    awarding_institution_id uuid,
    CONSTRAINT account_key UNIQUE NULLS NOT DISTINCT
        (learner_id, kind, qualification_code, qualification_version, awarding_institution_id),
    CONSTRAINT account_kind_fits CHECK (
        (kind = 'QUALIFICATION') = (qualification_code <> '') AND (kind = 'QUALIFICATION') = (qualification_version <> '')
        AND (kind = 'QUALIFICATION') = (awarding_institution_id IS NOT NULL))
);

-- A cache of the lines; `audit` recomputes it (CB-I2).
CREATE TABLE account_bucket (
    account_id         uuid    NOT NULL REFERENCES account,
    bucket             text    NOT NULL CHECK (bucket IN ('ISSUED', 'PENDING', 'AVAILABLE', 'VOID', 'REDEEMED')
                                               OR bucket LIKE 'COUNTED:_%'),
    unit               text    NOT NULL CHECK (unit IN ('CR_OBEC', 'CR_OVEC')),
    balance_hundredths integer NOT NULL,
    PRIMARY KEY (account_id, bucket, unit),
    CONSTRAINT account_bucket_not_negative CHECK (bucket = 'ISSUED' OR balance_hundredths >= 0),
    CONSTRAINT account_bucket_issued CHECK (bucket <> 'ISSUED' OR balance_hundredths <= 0)
) WITH (fillfactor = 70);

CREATE TABLE journal (
    journal_id   uuid        PRIMARY KEY,
    learner_id   uuid        NOT NULL REFERENCES learner_chain,
    seq          bigint      NOT NULL CHECK (seq > 0),
    type         text        NOT NULL CHECK (type <> ''),
    posted_at    timestamptz NOT NULL,
    effective_on date        NOT NULL,
    entry_id     uuid,
    case_id      uuid,
    line_id      uuid,
    facts        jsonb       NOT NULL,
    prev_hash    bytea       NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash         bytea       NOT NULL CHECK (octet_length(hash) = 32),
    CONSTRAINT journal_seq UNIQUE (learner_id, seq)
);
CREATE INDEX journal_entry ON journal (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX journal_case ON journal (case_id) WHERE case_id IS NOT NULL;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE journal_line (
    journal_id        uuid     NOT NULL REFERENCES journal,
    line_no           smallint NOT NULL CHECK (line_no >= 0),
    account_id        uuid     NOT NULL REFERENCES account,
    bucket            text     NOT NULL,
    unit              text     NOT NULL CHECK (unit IN ('CR_OBEC', 'CR_OVEC')),
    amount_hundredths integer  NOT NULL CHECK (amount_hundredths <> 0),
    PRIMARY KEY (journal_id, line_no),
    CONSTRAINT journal_line_step CHECK (
        amount_hundredths % CASE unit WHEN 'CR_OBEC' THEN 50 ELSE 100 END = 0)
);
CREATE INDEX journal_line_account ON journal_line (account_id, journal_id);
CREATE TRIGGER journal_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- CB-I1. Once per statement over its new lines and not once per line at commit: what each statement adds to a journal
-- sums to zero, therefore every journal does, and a batch of a thousand journals is checked by one aggregate instead of
-- thousands of trigger calls.
CREATE FUNCTION refuse_unbalanced_lines() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER journal_line_balanced AFTER INSERT ON journal_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_lines();

-- What an entry is used for inside one account (CB-I3). A released claim stays as history.
CREATE TABLE claim (
    claim_id         uuid        PRIMARY KEY,
    entry_root_id    uuid        NOT NULL,
    account_id       uuid        NOT NULL REFERENCES account,
    learner_id       uuid        NOT NULL REFERENCES learner_chain,
    state            text        NOT NULL CHECK (state IN ('RESERVED', 'COUNTED', 'POSTED', 'RELEASED')),
    line_id          uuid,
    target_course_id uuid        REFERENCES course,
    claimed_at       timestamptz NOT NULL,
    changed_at       timestamptz NOT NULL,
    CONSTRAINT claim_of_line CHECK (state NOT IN ('RESERVED', 'POSTED') OR line_id IS NOT NULL)
);
CREATE UNIQUE INDEX claim_once_per_account ON claim (entry_root_id, account_id) WHERE state <> 'RELEASED';
CREATE INDEX claim_line ON claim (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX claim_learner ON claim (learner_id);

-- That a course was awarded inside an account, once while not reversed (CB-I5).
CREATE TABLE award (
    award_id            uuid PRIMARY KEY,
    account_id          uuid NOT NULL REFERENCES account,
    course_id           uuid NOT NULL REFERENCES course,
    journal_id          uuid NOT NULL REFERENCES journal,
    reversed_journal_id uuid REFERENCES journal
);
CREATE UNIQUE INDEX award_once_per_account ON award (account_id, course_id) WHERE reversed_journal_id IS NULL;

-- ---------------------------------------------------------------------------------------------------------------------
-- transfers
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE transfer_case (
    case_id                  uuid        PRIMARY KEY,
    learner_id               uuid        NOT NULL REFERENCES learner_chain,
    institution_id           uuid        NOT NULL,
    ground                   text        NOT NULL CHECK (ground IN ('PARTNERSHIP', 'ADMISSION')),
    partnership_id           uuid        REFERENCES partnership,
    committee_id             uuid        NOT NULL REFERENCES committee,
    qualification_code       text        NOT NULL,
    qualification_version    text        NOT NULL,
    state                    text        NOT NULL CHECK (state IN
        ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'DECIDED', 'POSTED')),
    result                   text        CHECK (result IN ('ACCEPTED', 'PARTLY_ACCEPTED', 'REJECTED')),
    requested_on             date        NOT NULL,
    requested_by             text        NOT NULL CHECK (requested_by IN ('LEARNER', 'GUARDIAN')),
    due_on                   date        NOT NULL,
    row_version              integer     NOT NULL DEFAULT 1 CHECK (row_version > 0),
    submitted_at             timestamptz NOT NULL,
    submitted_by             text        NOT NULL,
    submitted_by_assignment  uuid,
    review_began_at          timestamptz,
    review_began_by          text,
    decided_at               timestamptz,
    decided_by               text,
    decided_by_assignment    uuid,
    posted_at                timestamptz,
    posted_by                text,
    posted_by_assignment     uuid,
    FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification,
    CONSTRAINT transfer_case_ground CHECK ((ground = 'PARTNERSHIP') = (partnership_id IS NOT NULL)),
    CONSTRAINT transfer_case_decided CHECK ((state IN ('DECIDED', 'POSTED')) = (result IS NOT NULL AND decided_at IS NOT NULL))
);
CREATE INDEX transfer_case_institution ON transfer_case (institution_id, case_id);
CREATE INDEX transfer_case_learner ON transfer_case (learner_id, institution_id);

-- The target course is frozen as it was on the day of submission (CB-I6).
CREATE TABLE case_line (
    line_id                  uuid     PRIMARY KEY,
    case_id                  uuid     NOT NULL REFERENCES transfer_case,
    line_no                  smallint NOT NULL CHECK (line_no >= 0),
    state                    text     NOT NULL CHECK (state IN ('PROPOSED', 'ACCEPTED', 'REJECTED', 'POSTED')),
    target_course_id         uuid     NOT NULL REFERENCES course,
    target_course_version    integer  NOT NULL,
    target_code_system       text     NOT NULL,
    target_code              text     NOT NULL,
    target_curriculum_version text    NOT NULL,
    target_owner_institution_id uuid,
    target_title_th          text     NOT NULL,
    target_category          text     NOT NULL,
    unit                     text     NOT NULL CHECK (unit IN ('CR_OBEC', 'CR_OVEC')),
    credit_hundredths        integer  NOT NULL CHECK (credit_hundredths > 0),
    mode                     text     NOT NULL CHECK (mode IN ('TRANSFER', 'EQUATE')),
    rule_id                  uuid     REFERENCES equivalence_rule,
    rule_version             integer,
    hours_pct                integer  CHECK (hours_pct >= 0),
    findings                 jsonb    NOT NULL,
    reason_code              text     NOT NULL DEFAULT '',
    reason_th                text     NOT NULL DEFAULT '',
    journal_id               uuid     REFERENCES journal,
    CONSTRAINT case_line_no UNIQUE (case_id, line_no),
    CONSTRAINT case_line_rule CHECK ((rule_id IS NULL) = (rule_version IS NULL)),
    CONSTRAINT case_line_rejected_with_reason CHECK (state <> 'REJECTED' OR reason_code <> ''),
    CONSTRAINT case_line_posted CHECK ((state = 'POSTED') = (journal_id IS NOT NULL))
);

CREATE TABLE case_line_source (
    line_id       uuid    NOT NULL REFERENCES case_line,
    entry_id      uuid    NOT NULL REFERENCES entry,
    entry_root_id uuid    NOT NULL,
    entry_version integer NOT NULL,
    PRIMARY KEY (line_id, entry_id)
);
CREATE INDEX case_line_source_root ON case_line_source (entry_root_id);

-- One vote per member and line; who voted is kept, and a vote once cast stays.
CREATE TABLE vote (
    line_id       uuid        NOT NULL REFERENCES case_line,
    subject_hash  text        NOT NULL,
    assignment_id uuid        NOT NULL,
    is_accepted   boolean     NOT NULL,
    reason_code   text        NOT NULL,
    reason_th     text        NOT NULL,
    cast_at       timestamptz NOT NULL,
    PRIMARY KEY (line_id, subject_hash),
    CONSTRAINT vote_rejects_with_reason CHECK (is_accepted OR (reason_code <> '' AND reason_th <> ''))
);
CREATE TRIGGER vote_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON vote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------------------------------------------------------------
-- access: reads of individuals, readable by the learner
-- ---------------------------------------------------------------------------------------------------------------------

CREATE TABLE access_log (
    access_id      uuid        PRIMARY KEY,
    learner_id     uuid        NOT NULL,
    read_at        timestamptz NOT NULL,
    institution_id uuid,
    role           text        NOT NULL,
    subject_hash   text        NOT NULL,
    assignment_id  uuid,
    service        text,
    resource       text        NOT NULL CHECK (resource <> ''),
    purpose        text        NOT NULL CHECK (purpose <> ''),
    ground         text        NOT NULL CHECK (ground IN ('OWN_INSTITUTION', 'PARTNERSHIP', 'CASE', 'GRANT', 'SELF', 'AUDIT')),
    ground_id      uuid
);
CREATE INDEX access_log_learner ON access_log (learner_id, access_id DESC);
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
