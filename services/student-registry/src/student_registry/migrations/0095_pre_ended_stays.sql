-- What is over stays as it was: a withdrawn consent, a closed request, a lifted restriction, an ended share, and each stage
-- of a round once it is set. A merge may still give the row to another learner, and a new key may seal details anew.
CREATE TRIGGER ended_stays AFTER UPDATE ON consent FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NOT NULL AND to_jsonb(OLD) - 'learner_id' IS DISTINCT FROM to_jsonb(NEW) - 'learner_id')
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON data_request FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL
          AND to_jsonb(OLD) - ARRAY['learner_id', 'sealed_details', 'key_version']
              IS DISTINCT FROM to_jsonb(NEW) - ARRAY['learner_id', 'sealed_details', 'key_version'])
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON learner_restriction FOR EACH ROW
    WHEN (OLD.lifted_at IS NOT NULL AND to_jsonb(OLD) - 'learner_id' IS DISTINCT FROM to_jsonb(NEW) - 'learner_id')
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON share_grant FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND to_jsonb(OLD) - 'learner_id' IS DISTINCT FROM to_jsonb(NEW) - 'learner_id')
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays AFTER UPDATE ON import_round FOR EACH ROW
    WHEN ((OLD.confirmed_at IS NOT NULL
           AND (OLD.confirmed_at, OLD.confirmed_by, OLD.learner_count)
               IS DISTINCT FROM (NEW.confirmed_at, NEW.confirmed_by, NEW.learner_count))
          OR (OLD.certified_at IS NOT NULL
              AND (OLD.certified_at, OLD.certified_by) IS DISTINCT FROM (NEW.certified_at, NEW.certified_by))
          OR (OLD.acknowledged_at IS NOT NULL
              AND (OLD.acknowledged_at, OLD.acknowledged_by) IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_by)))
    EXECUTE FUNCTION refuse_change();
