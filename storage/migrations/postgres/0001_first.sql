-- Few fat rows: the body of a record and the payload of an event are JSON in one column. Text is compared
-- by its bytes, whatever the server's locale, so that lists have the order of the other stores.

CREATE TABLE events (
    seq     BIGINT PRIMARY KEY,
    batch   BIGINT NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    party   TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    salt    BYTEA NOT NULL,
    payload TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX events_submission ON events (party, key) WHERE key <> '';
CREATE INDEX events_subject ON events (subject, seq) WHERE subject <> '';

CREATE TABLE heads (
    number BIGINT PRIMARY KEY,
    body   TEXT COLLATE "C" NOT NULL
);

-- The agent acts for the owner, where the body names one: written beside it, so that an index finds it.
CREATE TABLE records (
    kind    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state   TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    agent   TEXT COLLATE "C",
    office  TEXT COLLATE "C" NOT NULL,
    due     TEXT COLLATE "C",
    schema  BIGINT NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX records_owner ON records (kind, owner, id);
CREATE INDEX records_agent ON records (kind, agent, id) WHERE agent IS NOT NULL;
CREATE INDEX records_office ON records (kind, office, state, id);
CREATE INDEX records_due ON records (kind, due) WHERE due IS NOT NULL;

-- An account is class/key/unit; its amount is in the unit's smallest step, debit positive. Room on a page
-- lets a balance change where it lies.
CREATE TABLE balances (
    account TEXT COLLATE "C" PRIMARY KEY,
    amount  BIGINT NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE counters (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value BIGINT NOT NULL
) WITH (fillfactor = 50);

-- A delivered message stays: its id is unique for ever.
CREATE TABLE outgoing (
    number    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id        TEXT COLLATE "C" NOT NULL UNIQUE,
    receiver  TEXT COLLATE "C" NOT NULL,
    body      TEXT COLLATE "C" NOT NULL,
    delivered BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX outgoing_undelivered ON outgoing (number) WHERE NOT delivered;

-- One row for all new attachments of a batch: their contents one after another, compressed by us.
CREATE TABLE attachments (
    batch BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body  BYTEA NOT NULL
);
ALTER TABLE attachments ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE attachment_index (
    digest BYTEA PRIMARY KEY,
    batch  BIGINT NOT NULL,
    start  BIGINT NOT NULL,
    length BIGINT NOT NULL
);

-- What is not customs: sign-in, sessions, tokens.
CREATE TABLE plain (
    table_name TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (table_name, key)
);

-- One row. Whoever opens the database for writing counts it up; a commit holds it, and only the newest
-- writer may: one that was paused and wakes finds that it is no longer the writer.
CREATE TABLE writer (
    one   BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    epoch BIGINT NOT NULL
);
INSERT INTO writer (epoch) VALUES (0);
