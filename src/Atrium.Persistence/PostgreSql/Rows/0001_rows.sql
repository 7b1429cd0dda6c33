-- Keys are compared by their bytes.

CREATE TABLE rows (
    key   bytea NOT NULL PRIMARY KEY,
    value bytea NOT NULL
);
