-- A file that no result ever named holds somebody's data for no purpose: after a time it may go. One that a result named
-- stays as it is for ever.

CREATE FUNCTION keep_evidence_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM evidence v JOIN entry e USING (entry_id)
         WHERE v.sha256 = OLD.sha256 AND e.issuer_institution_id = OLD.institution_id
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

DROP TRIGGER evidence_file_append_only ON evidence_file;
CREATE TRIGGER evidence_file_kept BEFORE UPDATE OR DELETE ON evidence_file
    FOR EACH ROW EXECUTE FUNCTION keep_evidence_file();
CREATE TRIGGER evidence_file_append_only BEFORE TRUNCATE ON evidence_file
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX evidence_file_age ON evidence_file (stored_at);
