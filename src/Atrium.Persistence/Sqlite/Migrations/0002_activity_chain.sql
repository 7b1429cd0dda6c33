-- Each row of the activity log is bound to the one before it. Rows from before have no hash.
ALTER TABLE activity ADD COLUMN hash BLOB;

CREATE TABLE activity_head (
    sequence    INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    began_after INTEGER NOT NULL
) STRICT;
INSERT INTO activity_head (sequence, hash, began_after)
SELECT coalesce(max(sequence), 0), zeroblob(32), coalesce(max(sequence), 0) FROM activity;
