-- Cases of every ground, from the draft to the reversal (CB c.3): a clock with pauses, hearings, assessments, declared
-- interests, and every step kept with who took it.

ALTER TABLE transfer_case
    ALTER COLUMN committee_id DROP NOT NULL,
    ALTER COLUMN due_on DROP NOT NULL, -- no announced rule: no due day
    ADD COLUMN is_entered_by_staff boolean     NOT NULL DEFAULT true,
    ADD COLUMN partnership_version integer     CHECK (partnership_version > 0),
    ADD COLUMN form                text        NOT NULL DEFAULT 'FORMAL' CHECK (form IN ('FORMAL', 'NONFORMAL', 'INFORMAL')),
    ADD COLUMN level               text        NOT NULL DEFAULT '',
    ADD COLUMN policy_rules        text[]      NOT NULL DEFAULT '{}',
    ADD COLUMN pause_count_max     integer     CHECK (pause_count_max >= 0),
    ADD COLUMN pause_days_max      integer     CHECK (pause_days_max >= 0),
    ADD COLUMN pause_count         integer     NOT NULL DEFAULT 0 CHECK (pause_count >= 0),
    ADD COLUMN paused_days         integer     NOT NULL DEFAULT 0 CHECK (paused_days >= 0),
    ADD COLUMN waiting_since       timestamptz,
    ADD COLUMN hearing             smallint    NOT NULL DEFAULT 1 CHECK (hearing > 0),
    ADD COLUMN appeal_until        date,
    DROP CONSTRAINT transfer_case_ground_check,
    ADD CONSTRAINT transfer_case_ground_check
        CHECK (ground IN ('PARTNERSHIP', 'ADMISSION', 'SAME_INSTITUTION_MODE_CHANGE', 'RPL')),
    DROP CONSTRAINT transfer_case_state_check,
    ADD CONSTRAINT transfer_case_state_check CHECK (state IN
        ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'WAITING_FOR_INFORMATION', 'DECIDED', 'APPEALED',
         'POSTED', 'CLOSED', 'REVERSED', 'WITHDRAWN')),
    DROP CONSTRAINT transfer_case_decided,
    ADD CONSTRAINT transfer_case_decided CHECK (
        (state IN ('DECIDED', 'APPEALED', 'POSTED', 'CLOSED', 'REVERSED')) = (result IS NOT NULL AND decided_at IS NOT NULL)),
    ADD CONSTRAINT transfer_case_has_committee CHECK (committee_id IS NOT NULL OR state IN ('SUBMITTED', 'WITHDRAWN', 'APPEALED')),
    ADD CONSTRAINT transfer_case_waits CHECK ((state = 'WAITING_FOR_INFORMATION') = (waiting_since IS NOT NULL));
CREATE INDEX transfer_case_due ON transfer_case (institution_id, due_on)
 WHERE state IN ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'APPEALED');

ALTER TABLE case_line
    ADD COLUMN hearing smallint NOT NULL DEFAULT 1 CHECK (hearing > 0),
    ADD COLUMN least_grade_hundredths integer,
    ADD COLUMN policy_rules text[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT case_line_state_check,
    ADD CONSTRAINT case_line_state_check CHECK (state IN
        ('PROPOSED', 'EVALUATED', 'ACCEPTED', 'ACCEPTED_WITH_ASSESSMENT', 'REJECTED', 'POSTED', 'REVERSED', 'WITHDRAWN')),
    DROP CONSTRAINT case_line_mode_check,
    ADD CONSTRAINT case_line_mode_check CHECK (mode IN ('TRANSFER', 'EQUATE', 'RPL')),
    DROP CONSTRAINT case_line_posted,
    ADD CONSTRAINT case_line_posted CHECK ((state IN ('POSTED', 'REVERSED')) = (journal_id IS NOT NULL));
ALTER TABLE equivalence_rule
    DROP CONSTRAINT equivalence_rule_mode_check,
    ADD CONSTRAINT equivalence_rule_mode_check CHECK (mode IN ('TRANSFER', 'EQUATE', 'RPL'));
CREATE INDEX case_line_target ON case_line (target_course_id) WHERE state IN ('ACCEPTED', 'POSTED', 'REJECTED', 'REVERSED');

-- An appeal is a new hearing: what was voted in an earlier one stays as it is.
ALTER TABLE vote
    ADD COLUMN hearing          smallint NOT NULL DEFAULT 1 CHECK (hearing > 0),
    ADD COLUMN needs_assessment boolean  NOT NULL DEFAULT false,
    ADD CONSTRAINT vote_assessment_accepts CHECK (is_accepted OR NOT needs_assessment),
    DROP CONSTRAINT vote_pkey,
    ADD PRIMARY KEY (line_id, hearing, subject_hash);

-- Every step of a case, by whom and when. `details` holds ids and codes, and what was said to or by the applicant.
CREATE TABLE case_step (
    step_id      uuid        PRIMARY KEY,
    case_id      uuid        NOT NULL REFERENCES transfer_case,
    kind         text        NOT NULL CHECK (kind <> ''),
    from_state   text        NOT NULL,
    to_state     text        NOT NULL,
    hearing      smallint    NOT NULL CHECK (hearing > 0),
    taken_at     timestamptz NOT NULL,
    taken_by     text        NOT NULL,
    taken_by_assignment uuid,
    role         text        NOT NULL,
    details      jsonb       NOT NULL
);
CREATE INDEX case_step_case ON case_step (case_id, step_id);
CREATE TRIGGER case_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Steps that cases of before had taken, as far as their rows tell.
INSERT INTO case_step (step_id, case_id, kind, from_state, to_state, hearing, taken_at, taken_by, taken_by_assignment, role, details)
SELECT uuidv7(s.at - clock_timestamp()), c.case_id, s.kind, s.from_state, s.to_state, 1, s.at, s.by, s.assignment, '', '{}'
  FROM transfer_case c
 CROSS JOIN LATERAL (VALUES
        ('SUBMITTED', '', 'SUBMITTED', c.submitted_at, c.submitted_by, c.submitted_by_assignment),
        ('REVIEW_BEGUN', 'SUBMITTED', 'ACCEPTED_FOR_REVIEW', c.review_began_at, c.review_began_by, NULL),
        ('DECIDED', 'UNDER_EVALUATION', 'DECIDED', c.decided_at, c.decided_by, c.decided_by_assignment),
        ('POSTED', 'DECIDED', 'POSTED', c.posted_at, c.posted_by, c.posted_by_assignment))
       AS s(kind, from_state, to_state, at, by, assignment)
 WHERE s.at IS NOT NULL;

-- One stop of the clock. An answered one has the days for which it stood.
CREATE TABLE case_pause (
    case_id      uuid        NOT NULL REFERENCES transfer_case,
    pause_no     smallint    NOT NULL CHECK (pause_no > 0),
    question_th  text        NOT NULL CHECK (question_th <> ''),
    asked_at     timestamptz NOT NULL,
    asked_by     text        NOT NULL,
    answer_th    text,
    document_nos text[]      NOT NULL DEFAULT '{}',
    answered_at  timestamptz,
    answered_by  text,
    days         integer     CHECK (days >= 0),
    PRIMARY KEY (case_id, pause_no),
    CONSTRAINT case_pause_answered CHECK (
        (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (days IS NULL))
);
CREATE UNIQUE INDEX case_pause_open ON case_pause (case_id) WHERE answered_at IS NULL;

-- Who declared an interest votes no more on the case, and his earlier votes do not count.
CREATE TABLE case_interest (
    case_id       uuid        NOT NULL REFERENCES transfer_case,
    subject_hash  text        NOT NULL,
    assignment_id uuid        NOT NULL,
    reason_th     text        NOT NULL CHECK (reason_th <> ''),
    declared_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, subject_hash)
);
CREATE TRIGGER case_interest_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_interest
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE line_assessment (
    line_id       uuid        NOT NULL REFERENCES case_line,
    hearing       smallint    NOT NULL CHECK (hearing > 0),
    is_passed     boolean     NOT NULL,
    method        text        NOT NULL CHECK (method IN ('EXAM', 'PERFORMANCE', 'PORTFOLIO', 'INTERVIEW')),
    document_no   text        NOT NULL CHECK (document_no <> ''),
    assessed_on   date        NOT NULL,
    reason_th     text        NOT NULL,
    recorded_at   timestamptz NOT NULL,
    recorded_by   text        NOT NULL,
    recorded_by_assignment uuid,
    PRIMARY KEY (line_id, hearing),
    CONSTRAINT line_assessment_failed_with_reason CHECK (is_passed OR reason_th <> '')
);
CREATE TRIGGER line_assessment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON line_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE case_appeal (
    case_id             uuid        NOT NULL REFERENCES transfer_case,
    hearing             smallint    NOT NULL CHECK (hearing > 1),
    line_ids            uuid[]      NOT NULL CHECK (cardinality(line_ids) > 0),
    reason_th           text        NOT NULL CHECK (reason_th <> ''),
    appealed_on         date        NOT NULL,
    is_entered_by_staff boolean     NOT NULL,
    entered_by          text        NOT NULL,
    entered_at          timestamptz NOT NULL,
    earlier_committee_id uuid       NOT NULL REFERENCES committee,
    PRIMARY KEY (case_id, hearing)
);
CREATE TRIGGER case_appeal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_appeal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE line_reversal (
    line_id       uuid        PRIMARY KEY REFERENCES case_line,
    reason_code   text        NOT NULL CHECK (reason_code <> ''),
    reason_th     text        NOT NULL CHECK (reason_th <> ''),
    journal_id    uuid        NOT NULL REFERENCES journal,
    reversed_at   timestamptz NOT NULL,
    reversed_by   text        NOT NULL,
    reversed_by_assignment uuid
);
CREATE TRIGGER line_reversal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON line_reversal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A request that is not submitted yet; its id becomes the case's. `content` holds ids, codes and dates.
CREATE TABLE case_draft (
    draft_id            uuid        PRIMARY KEY,
    institution_id      uuid        NOT NULL,
    learner_id          uuid        NOT NULL,
    content             jsonb       NOT NULL,
    row_version         integer     NOT NULL CHECK (row_version > 0),
    state               text        NOT NULL CHECK (state IN ('DRAFT', 'SUBMITTED', 'WITHDRAWN')),
    is_entered_by_staff boolean     NOT NULL,
    drafted_at          timestamptz NOT NULL,
    drafted_by          text        NOT NULL,
    changed_at          timestamptz NOT NULL
);
CREATE INDEX case_draft_institution ON case_draft (institution_id, draft_id) WHERE state = 'DRAFT';
CREATE INDEX case_draft_learner ON case_draft (learner_id, draft_id) WHERE state = 'DRAFT';

-- Cases for a class: begun by one call, worked off beside it, so that it survives the process that began it. Who began
-- it is kept as an actor, in whose name the cases are opened.
CREATE TABLE case_batch (
    batch_id       uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL,
    request        jsonb       NOT NULL,
    state          text        NOT NULL CHECK (state IN ('WAITING', 'RUNNING', 'FINISHED')),
    started_by     text        NOT NULL,
    started_by_assignment uuid NOT NULL,
    role           text        NOT NULL,
    started_at     timestamptz NOT NULL,
    lease_until    timestamptz,
    finished_at    timestamptz
);
CREATE INDEX case_batch_open ON case_batch (batch_id) WHERE state <> 'FINISHED';

CREATE TABLE case_batch_item (
    batch_id   uuid NOT NULL REFERENCES case_batch,
    learner_id uuid NOT NULL,
    state      text NOT NULL CHECK (state IN ('WAITING', 'OPENED', 'ALREADY_OPEN', 'REFUSED')),
    case_id    uuid,
    reason     text NOT NULL DEFAULT '',
    PRIMARY KEY (batch_id, learner_id),
    CONSTRAINT case_batch_item_says_why CHECK (state <> 'REFUSED' OR reason <> '')
);
