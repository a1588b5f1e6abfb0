-- That from a day on no rule holds any more for a key, form and level: a row of its own, since rows are append-only.

ALTER TABLE policy_rule
    ADD COLUMN is_repeal boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT policy_rule_repeal CHECK (
        NOT is_repeal OR (effective_from IS NOT NULL AND value = 'null'::jsonb));
