-- Level of a qualification, and its typed conditions with a source of their own (CB c.6).

ALTER TABLE qualification
    ADD COLUMN level text CHECK (level IN ('PRIMARY', 'LOWER_SECONDARY', 'UPPER_SECONDARY', 'VOCATIONAL_CERTIFICATE',
                                           'HIGHER_VOCATIONAL_CERTIFICATE')); -- NULL: published without one

CREATE TABLE qualification_condition (
    qualification_code    text     NOT NULL,
    qualification_version text     NOT NULL,
    position              smallint NOT NULL CHECK (position >= 0),
    code                  text     NOT NULL CHECK (code <> ''),
    type                  text     NOT NULL CHECK (type IN ('TOTAL_CREDITS', 'CATEGORY_CREDITS', 'COURSE', 'AVERAGE',
                                                            'ASSESSMENT', 'ACTIVITY', 'RESIDENCE')),
    title_th              text     NOT NULL CHECK (title_th <> ''),
    only_for              text     NOT NULL, -- empty: everybody
    figures               jsonb    NOT NULL, -- in the shape of its type
    source                text     NOT NULL CHECK (source <> ''),
    status                text     NOT NULL CHECK (status IN ('confirmed', 'assumed', 'demonstration')),
    effective_from        date,
    source_version        text,
    PRIMARY KEY (qualification_code, qualification_version, position),
    CONSTRAINT qualification_condition_code UNIQUE (qualification_code, qualification_version, code),
    FOREIGN KEY (qualification_code, qualification_version) REFERENCES qualification
);
CREATE TRIGGER qualification_condition_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON qualification_condition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
