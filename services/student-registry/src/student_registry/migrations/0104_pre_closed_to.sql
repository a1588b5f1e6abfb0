-- Learners whose data nobody may use while a restriction is open, but the institution that keeps their record; of NULL:
-- nobody at all. A function of rows, so that the planner opens it within each statement: one of truth values would be
-- called for every row.
CREATE FUNCTION closed_to(institution_id uuid) RETURNS TABLE (learner_id uuid) LANGUAGE sql STABLE AS $$
    SELECT r.learner_id
      FROM learner_restriction r
      JOIN learner l ON l.learner_id = r.learner_id
     WHERE r.lifted_at IS NULL AND l.registrar_institution_id IS DISTINCT FROM closed_to.institution_id
$$;
