-- Of equivalence rules and of policy rules at most one answers a question on a day (CB c.3): what use cases check is held
-- here too, whoever writes.

CREATE EXTENSION IF NOT EXISTS btree_gist; -- scalar equality beside WITHOUT OVERLAPS

-- Days on which a source group of a rule in force leads to its target. Two rules of one owner that name the same group
-- for the same target on one day would leave open by which of them a case is decided.
CREATE TABLE equivalence_rule_days (
    rule_id              uuid      NOT NULL REFERENCES equivalence_rule,
    group_no             smallint  NOT NULL,
    owner_institution_id uuid      NOT NULL, -- all zeros: an agency's
    target_course_id     uuid      NOT NULL,
    group_hash           bytea     NOT NULL, -- SHA-256 of the sorted ids of its courses
    days                 daterange NOT NULL,
    PRIMARY KEY (rule_id, group_no),
    CONSTRAINT equivalence_rule_one_at_a_time
        UNIQUE (owner_institution_id, target_course_id, group_hash, days WITHOUT OVERLAPS)
);

CREATE FUNCTION write_equivalence_rule_days(rule_ids uuid[]) RETURNS void LANGUAGE sql AS $$
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
$$;

-- By statement, so that one rule may end and the next begin in one update, in whatever order its rows come.
CREATE FUNCTION keep_days_of_new_sources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM equivalence_rule_days d USING changed c WHERE d.rule_id = c.rule_id;
    PERFORM write_equivalence_rule_days(array(SELECT DISTINCT c.rule_id FROM changed c));
    RETURN NULL;
END
$$;
-- A rule in force that keeps no days is one of before this table and met another: it can still end, and keeps none.
CREATE FUNCTION keep_days_of_changed_rules() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER equivalence_rule_days_of_sources AFTER INSERT ON equivalence_rule_source
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_days_of_new_sources();
CREATE TRIGGER equivalence_rule_days_of_rules AFTER UPDATE ON equivalence_rule
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION keep_days_of_changed_rules();

-- Rules of before, oldest first. One that met another already keeps no days: what it decided stands, and whatever is
-- written next is held against the older one.
INSERT INTO equivalence_rule_days (rule_id, group_no, owner_institution_id, target_course_id, group_hash, days)
SELECT rule_id, group_no, owner_institution_id, target_course_id, group_hash, days
  FROM (SELECT DISTINCT ON (r.rule_id, g.group_hash)
               r.rule_id, g.group_no,
               coalesce(r.owner_institution_id, '00000000-0000-0000-0000-000000000000') AS owner_institution_id,
               r.target_course_id, g.group_hash, daterange(r.valid_from, r.valid_to, '[]') AS days, r.published_at
          FROM equivalence_rule r
          JOIN (SELECT s.rule_id, s.group_no,
                       sha256(convert_to(string_agg(s.course_id::text, ' ' ORDER BY s.course_id), 'UTF8')) AS group_hash
                  FROM equivalence_rule_source s GROUP BY s.rule_id, s.group_no) AS g USING (rule_id)
         WHERE r.state IN ('PUBLISHED', 'RETIRED') AND NOT coalesce(r.valid_to < r.valid_from, false)
         ORDER BY r.rule_id, g.group_hash, g.group_no) AS before
 ORDER BY published_at, rule_id, group_no
ON CONFLICT DO NOTHING;

-- Policy rules: the later first day holds, so of one key, form and level no two begin on one day.
CREATE TABLE policy_rule_day (
    rule_id        uuid NOT NULL REFERENCES policy_rule,
    key            text NOT NULL,
    form           text NOT NULL,
    level          text NOT NULL,
    effective_from date, -- NULL: since always
    CONSTRAINT policy_rule_one_at_a_time UNIQUE NULLS NOT DISTINCT (key, form, level, effective_from)
);
CREATE TRIGGER policy_rule_day_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_rule_day
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO policy_rule_day (rule_id, key, form, level, effective_from)
SELECT r.rule_id, r.key, f.form, l.level, r.effective_from
  FROM policy_rule r, unnest(r.forms) AS f(form), unnest(r.levels) AS l(level);

CREATE FUNCTION keep_policy_rule_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO policy_rule_day (rule_id, key, form, level, effective_from)
    SELECT c.rule_id, c.key, f.form, l.level, c.effective_from
      FROM changed c, unnest(c.forms) AS f(form), unnest(c.levels) AS l(level);
    RETURN NULL;
END
$$;
CREATE TRIGGER policy_rule_days AFTER INSERT ON policy_rule
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_policy_rule_days();
