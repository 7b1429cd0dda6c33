-- Times are microseconds since 1970 (UTC). Texts are compared by their bytes.

CREATE TABLE resources (
    key      TEXT     NOT NULL PRIMARY KEY,
    id       TEXT     NOT NULL,
    type     TEXT     NOT NULL,
    body     TEXT     NOT NULL,
    link     TEXT,
    purge_at INTEGER,
    deleted  INTEGER  NOT NULL,
    version  INTEGER  NOT NULL
) STRICT;
CREATE INDEX resources_by_type ON resources (type, deleted, key);
CREATE INDEX resources_by_link ON resources (link, type, deleted, key);

CREATE TABLE secrets (
    resource_key TEXT NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    ciphertext   BLOB NOT NULL,
    PRIMARY KEY (resource_key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_counter (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (last) VALUES (0);

CREATE TABLE changes (
    sequence INTEGER NOT NULL PRIMARY KEY,
    key      TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    removed  INTEGER NOT NULL
) STRICT;

CREATE TABLE operations (
    id               TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,
    resource_key     TEXT    NOT NULL,
    resource_id      TEXT    NOT NULL,
    status           INTEGER NOT NULL,
    input            TEXT,
    output           TEXT,
    error            TEXT,
    percent_complete REAL    NOT NULL,
    attempts         INTEGER NOT NULL,
    started_at       INTEGER NOT NULL,
    ended_at         INTEGER,
    caller           TEXT    NOT NULL,
    correlation_id   TEXT    NOT NULL,
    leased_by        TEXT,
    leased_until     INTEGER
) STRICT;
CREATE INDEX operations_running ON operations (started_at, id) WHERE status = 0;

CREATE TABLE activity (
    sequence       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    time           INTEGER NOT NULL,
    operation      TEXT    NOT NULL,
    resource_id    TEXT    NOT NULL,
    resource_key   TEXT    NOT NULL,
    caller         TEXT    NOT NULL,
    correlation_id TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    http_status    INTEGER NOT NULL,
    properties     TEXT
) STRICT;
CREATE INDEX activity_by_resource ON activity (resource_key);
CREATE INDEX activity_by_time ON activity (time);

CREATE TABLE usage (
    id                   BLOB    NOT NULL PRIMARY KEY,
    time                 INTEGER NOT NULL,
    account              TEXT    NOT NULL,
    project              TEXT    NOT NULL,
    caller               TEXT    NOT NULL,
    operation            TEXT    NOT NULL,
    deployment           TEXT    NOT NULL,
    model                TEXT    NOT NULL,
    tokens_in            INTEGER NOT NULL,
    tokens_out           INTEGER NOT NULL,
    latency_milliseconds INTEGER NOT NULL,
    status               INTEGER NOT NULL,
    tags                 TEXT    NOT NULL
) STRICT;
CREATE INDEX usage_by_time ON usage (time, id);
CREATE INDEX usage_by_account ON usage (account, time, id);
CREATE INDEX usage_by_project ON usage (project, time, id);

CREATE TABLE installation_values (
    name    TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
