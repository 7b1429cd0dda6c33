CREATE TABLE resources (
    key      TEXT PRIMARY KEY,
    id       TEXT NOT NULL,
    type     TEXT NOT NULL,
    body     TEXT NOT NULL,
    link     TEXT,
    purge_at INTEGER,
    deleted  INTEGER NOT NULL GENERATED ALWAYS AS (purge_at IS NOT NULL) STORED,
    version  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resources_by_type ON resources (type, deleted, key);
CREATE INDEX resources_by_link ON resources (link, type, deleted, key) WHERE link IS NOT NULL;

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL,
    type     TEXT NOT NULL,
    removed  INTEGER NOT NULL
);

CREATE TABLE secrets (
    resource_key TEXT NOT NULL,
    name         TEXT NOT NULL,
    ciphertext   BLOB NOT NULL,
    PRIMARY KEY (resource_key, name)
) WITHOUT ROWID;

CREATE TABLE operations (
    id             TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,
    resource_key   TEXT NOT NULL,
    resource_id    TEXT NOT NULL,
    status         INTEGER NOT NULL,
    input          TEXT,
    output         TEXT,
    error          TEXT,
    percent        REAL NOT NULL,
    attempts       INTEGER NOT NULL,
    started_at     INTEGER NOT NULL,
    ended_at       INTEGER,
    caller         TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    leased_by      TEXT,
    leased_until   INTEGER
) WITHOUT ROWID;
CREATE INDEX operations_running ON operations (started_at) WHERE status = 0;

CREATE TABLE activity (
    sequence       INTEGER PRIMARY KEY AUTOINCREMENT,
    time           INTEGER NOT NULL,
    operation      TEXT NOT NULL,
    resource_id    TEXT NOT NULL,
    resource_key   TEXT NOT NULL,
    caller         TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    status         TEXT NOT NULL,
    http_status    INTEGER NOT NULL,
    properties     TEXT
);
CREATE INDEX activity_by_resource ON activity (resource_key, sequence);
CREATE INDEX activity_by_time ON activity (time);

CREATE TABLE usage (
    id         TEXT PRIMARY KEY,
    time       INTEGER NOT NULL,
    account    TEXT NOT NULL,
    project    TEXT NOT NULL,
    caller     TEXT NOT NULL,
    operation  TEXT NOT NULL,
    deployment TEXT NOT NULL,
    model      TEXT NOT NULL,
    tokens_in  INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    status     INTEGER NOT NULL,
    tags       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX usage_by_time ON usage (time);

CREATE TABLE installation_values (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
