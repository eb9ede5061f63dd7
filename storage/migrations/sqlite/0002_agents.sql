-- Who acts for a record's owner, where its body names one: a broker finds what is its clients'. Reckoned
-- from the body, so that records of every age have it; only these kinds have agents, and only their bodies
-- are looked into.
ALTER TABLE records ADD COLUMN agent TEXT GENERATED ALWAYS AS (
    CASE
        WHEN kind = 'declaration' AND json_valid(body) THEN body ->> '$.agent'
        WHEN kind = 'authorisation' AND json_valid(body) THEN body ->> '$.granted.agent'
    END
) VIRTUAL;
CREATE INDEX records_agent ON records (kind, agent, id) WHERE agent IS NOT NULL;
