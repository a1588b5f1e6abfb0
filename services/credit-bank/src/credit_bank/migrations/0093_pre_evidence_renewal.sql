-- A file that is sent again is as young as its last sending; nothing else of it ever changes.

CREATE OR REPLACE FUNCTION keep_evidence_file() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
