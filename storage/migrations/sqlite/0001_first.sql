-- Few fat rows: the body of a record and the payload of an event are JSON in one column.

CREATE TABLE events (
    seq     INTEGER PRIMARY KEY,
    batch   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    party   TEXT NOT NULL,
    key     TEXT NOT NULL,
    salt    BLOB NOT NULL,
    secret  BLOB NOT NULL, -- dice and salt that no receipt shows: 8 and 16 bytes
    payload TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_submission ON events (party, key) WHERE key <> '';
CREATE INDEX events_subject ON events (subject) WHERE subject <> '';

CREATE TABLE heads (
    number INTEGER PRIMARY KEY,
    body   TEXT NOT NULL
) STRICT;

-- With a rowid: its rows are fat, and without one they would spill onto pages of their own.
CREATE TABLE records (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    version INTEGER NOT NULL,
    state   TEXT NOT NULL,
    owner   TEXT NOT NULL,
    office  TEXT NOT NULL,
    due     TEXT,
    schema  INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX records_owner ON records (kind, owner, id);
CREATE INDEX records_office ON records (kind, office, state, id);
CREATE INDEX records_due ON records (kind, due) WHERE due IS NOT NULL;

-- An account is class/key/unit; its amount is in the unit's smallest step, debit positive.
CREATE TABLE balances (
    account TEXT PRIMARY KEY NOT NULL,
    amount  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name  TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A delivered message stays: its id is unique for ever.
CREATE TABLE outgoing (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    receiver  TEXT NOT NULL,
    body      TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outgoing_undelivered ON outgoing (number) WHERE delivered = 0;

-- One row for all new attachments of a batch: their contents one after another, compressed.
-- It counts on its own, since a batch may bring attachments and no head.
CREATE TABLE attachments (
    batch INTEGER PRIMARY KEY,
    body  BLOB NOT NULL
) STRICT;
CREATE TABLE attachment_index (
    digest BLOB PRIMARY KEY NOT NULL,
    batch  INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is not customs: sign-in, sessions, tokens.
CREATE TABLE plain (
    table_name TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (table_name, key)
) STRICT, WITHOUT ROWID;
