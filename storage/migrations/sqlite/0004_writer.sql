-- One row. Whoever opens the database for writing counts it up, and each commit looks at it within its own
-- transaction: a writer that was paused, and superseded meanwhile, finds that it is no longer the writer.
CREATE TABLE writer (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO writer (one, epoch) VALUES (1, 0);
