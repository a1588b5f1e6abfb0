-- Under whom institutions stand, in every tree and over time, as the registry tells it: an area office, a province and an
-- agency look at what is late below them. Until the registry tells it anew, the administration's parent of today stands.
CREATE TABLE institution_parent_copy (
    institution_id        uuid NOT NULL,
    tree                  text NOT NULL CHECK (tree <> ''),
    parent_institution_id uuid NOT NULL,
    valid_from            date NOT NULL DEFAULT '-infinity',
    valid_to              date,
    PRIMARY KEY (institution_id, tree, valid_from)
);
CREATE INDEX institution_parent_copy_children ON institution_parent_copy (parent_institution_id, tree);
INSERT INTO institution_parent_copy (institution_id, tree, parent_institution_id)
SELECT institution_id, 'administration', parent_institution_id FROM institution_copy
 WHERE parent_institution_id IS NOT NULL;
