-- Each row of the activity log is bound to the one before it. Rows from before have no hash.
ALTER TABLE activity ADD COLUMN hash bytea;
ALTER TABLE activity ALTER COLUMN sequence DROP IDENTITY;

CREATE TABLE activity_head (
    sequence    bigint NOT NULL,
    hash        bytea  NOT NULL,
    began_after bigint NOT NULL
);
INSERT INTO activity_head (sequence, hash, began_after)
SELECT coalesce(max(sequence), 0), decode(repeat('00', 32), 'hex'), coalesce(max(sequence), 0) FROM activity;
