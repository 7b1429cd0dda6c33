-- Times are microseconds since 1970 (UTC). Texts are compared by their bytes.

CREATE TABLE resources (
    key      text COLLATE "C" NOT NULL PRIMARY KEY,
    id       text             NOT NULL,
    type     text COLLATE "C" NOT NULL,
    body     text             NOT NULL,
    link     text COLLATE "C",
    purge_at bigint,
    deleted  smallint         NOT NULL,
    version  bigint           NOT NULL
);
CREATE INDEX resources_by_type ON resources (type, deleted, key);
CREATE INDEX resources_by_link ON resources (link, type, deleted, key);

CREATE TABLE secrets (
    resource_key text COLLATE "C" NOT NULL REFERENCES resources (key) ON DELETE CASCADE,
    name         text COLLATE "C" NOT NULL,
    ciphertext   bytea            NOT NULL,
    PRIMARY KEY (resource_key, name)
);

-- One row, updated by every commit: room on its page keeps the updates there.
CREATE TABLE change_counter (
    last bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO change_counter (last) VALUES (0);

CREATE TABLE changes (
    sequence bigint           NOT NULL PRIMARY KEY,
    key      text COLLATE "C" NOT NULL,
    type     text COLLATE "C" NOT NULL,
    removed  smallint         NOT NULL
);

CREATE TABLE operations (
    id               text COLLATE "C"  NOT NULL PRIMARY KEY,
    kind             text              NOT NULL,
    resource_key     text              NOT NULL,
    resource_id      text              NOT NULL,
    status           smallint          NOT NULL,
    input            text,
    output           text,
    error            text,
    percent_complete double precision  NOT NULL,
    attempts         integer           NOT NULL,
    started_at       bigint            NOT NULL,
    ended_at         bigint,
    caller           text              NOT NULL,
    correlation_id   text              NOT NULL,
    leased_by        text,
    leased_until     bigint
);
CREATE INDEX operations_running ON operations (started_at, id) WHERE status = 0;

CREATE TABLE activity (
    sequence       bigint           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time           bigint           NOT NULL,
    operation      text             NOT NULL,
    resource_id    text             NOT NULL,
    resource_key   text COLLATE "C" NOT NULL,
    caller         text             NOT NULL,
    correlation_id text             NOT NULL,
    status         text             NOT NULL,
    http_status    integer          NOT NULL,
    properties     text
);
CREATE INDEX activity_by_resource ON activity (resource_key);
CREATE INDEX activity_by_time ON activity (time);

CREATE TABLE usage (
    id                   bytea            NOT NULL PRIMARY KEY,
    time                 bigint           NOT NULL,
    account              text COLLATE "C" NOT NULL,
    project              text COLLATE "C" NOT NULL,
    caller               text COLLATE "C" NOT NULL,
    operation            text             NOT NULL,
    deployment           text COLLATE "C" NOT NULL,
    model                text COLLATE "C" NOT NULL,
    tokens_in            bigint           NOT NULL,
    tokens_out           bigint           NOT NULL,
    latency_milliseconds integer          NOT NULL,
    status               integer          NOT NULL,
    tags                 text             NOT NULL
);
CREATE INDEX usage_by_time ON usage (time, id);
CREATE INDEX usage_by_account ON usage (account, time, id);
CREATE INDEX usage_by_project ON usage (project, time, id);

CREATE TABLE installation_values (
    name    text COLLATE "C" NOT NULL PRIMARY KEY,
    content bytea            NOT NULL
);
