-- Refunds have agents, too: who asked for one in its owner's name finds it. The column is reckoned from the
-- body as before, with one kind more; the index with it.
DROP INDEX records_agent;
ALTER TABLE records DROP COLUMN agent;
ALTER TABLE records ADD COLUMN agent TEXT GENERATED ALWAYS AS (
    CASE
        WHEN kind IN ('declaration', 'refund') AND json_valid(body) THEN body ->> '$.agent'
        WHEN kind = 'authorisation' AND json_valid(body) THEN body ->> '$.granted.agent'
    END
) VIRTUAL;
CREATE INDEX records_agent ON records (kind, agent, id) WHERE agent IS NOT NULL;
