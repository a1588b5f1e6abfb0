-- Under whom institutions of one kind may stand in a tree, beside what the tree itself allows; no row: no further rule.
CREATE TABLE institution_kind_parent (
    kind         text   NOT NULL,
    tree         text   NOT NULL REFERENCES institution_tree ON DELETE RESTRICT,
    parent_kinds text[] NOT NULL CHECK (cardinality(parent_kinds) > 0),
    source       text   NOT NULL,
    data_status  text   NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration')),
    PRIMARY KEY (kind, tree)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON institution_kind_parent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A family is under its area office; each of its homes may stand under the family (002:891-899).
INSERT INTO institution_kind_parent (kind, tree, parent_kinds, source, data_status) VALUES
    ('HOME_SCHOOL', 'administration', '{AREA_OFFICE_PRIMARY,AREA_OFFICE_SECONDARY,HOME_SCHOOL}', '002:891-899', 'assumed');
