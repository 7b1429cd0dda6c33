-- Keys are compared by their bytes.

CREATE TABLE rows (
    key   BLOB NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
