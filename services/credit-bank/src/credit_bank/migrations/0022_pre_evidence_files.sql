-- Files that support results: what is known of them here; the bytes are in an object store. A file has no name, since what
-- people call it may name a person. The same bytes of one institution are one file.

CREATE TABLE evidence_file (
    file_id        uuid        PRIMARY KEY,
    institution_id uuid        NOT NULL,
    sha256         bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    size_bytes     bigint      NOT NULL CHECK (size_bytes > 0),
    media_type     text        NOT NULL CHECK (media_type <> ''),
    stored_at      timestamptz NOT NULL,
    stored_by      text        NOT NULL,
    CONSTRAINT evidence_file_bytes UNIQUE (institution_id, sha256)
);
CREATE TRIGGER evidence_file_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_file
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX evidence_sha256 ON evidence (sha256) WHERE sha256 IS NOT NULL;
