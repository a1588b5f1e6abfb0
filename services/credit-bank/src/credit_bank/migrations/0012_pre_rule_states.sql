-- Equivalence rules from proposal to retirement (CB c.3), with content share, approving bodies and years.

ALTER TABLE equivalence_rule
    ADD COLUMN state            text NOT NULL DEFAULT 'PUBLISHED'
                                CHECK (state IN ('DRAFT', 'REVIEWED', 'PUBLISHED', 'RETIRED', 'WITHDRAWN')),
    ADD COLUMN min_content_pct  integer CHECK (min_content_pct BETWEEN 1 AND 100),
    ADD COLUMN content_pct      integer CHECK (content_pct BETWEEN 0 AND 100),
    ADD COLUMN approving_bodies jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN first_year_be    integer CHECK (first_year_be BETWEEN 2500 AND 2700),
    ADD COLUMN last_year_be     integer CHECK (last_year_be BETWEEN 2500 AND 2700),
    ADD COLUMN proposed_by      text NOT NULL DEFAULT '', -- pseudonym; empty: an announced rule was entered directly
    ALTER COLUMN published_at DROP NOT NULL,
    ADD CONSTRAINT equivalence_rule_content CHECK (content_pct >= min_content_pct),
    ADD CONSTRAINT equivalence_rule_years CHECK (last_year_be >= first_year_be),
    ADD CONSTRAINT equivalence_rule_published CHECK (
        (published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))),
    ADD CONSTRAINT equivalence_rule_retired_ends CHECK (state <> 'RETIRED' OR valid_to IS NOT NULL);

-- Only one published version is open; the drafts beside it are nobody's rule yet.
DROP INDEX equivalence_rule_open;
CREATE UNIQUE INDEX equivalence_rule_open ON equivalence_rule (signature) WHERE valid_to IS NULL AND state = 'PUBLISHED';
CREATE INDEX equivalence_rule_state ON equivalence_rule (state, rule_id);

-- What a rule says never changes; only where it stands, its last day, and who approved it before it was published.
CREATE FUNCTION keep_rule_content() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER equivalence_rule_content_fixed BEFORE UPDATE ON equivalence_rule
    FOR EACH ROW EXECUTE FUNCTION keep_rule_content();
CREATE TRIGGER equivalence_rule_never_deleted BEFORE DELETE OR TRUNCATE ON equivalence_rule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who did what with a rule: nobody takes it alone from proposal to publication (CB b, CB-I19).
CREATE TABLE equivalence_rule_step (
    rule_id        uuid        NOT NULL REFERENCES equivalence_rule,
    step_no        smallint    NOT NULL CHECK (step_no >= 0),
    state          text        NOT NULL CHECK (state IN ('DRAFT', 'REVIEWED', 'PUBLISHED', 'RETIRED', 'WITHDRAWN')),
    subject_hash   text        NOT NULL,
    role           text        NOT NULL,
    institution_id uuid,
    assignment_id  uuid,
    reason_th      text        NOT NULL,
    done_at        timestamptz NOT NULL,
    PRIMARY KEY (rule_id, step_no)
);
CREATE TRIGGER equivalence_rule_step_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON equivalence_rule_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
