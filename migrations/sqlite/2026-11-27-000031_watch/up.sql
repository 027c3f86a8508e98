-- What somebody must look at in how the register is used. It names accounts of staff and machines, and counts; no registrant.
CREATE TABLE watch_findings (
    id          TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind        TEXT NOT NULL CHECK (kind IN ('many_persons', 'night', 'refusals', 'decoy')),
    account_id  TEXT NOT NULL,
    -- The beginning of the hour.
    hour        TEXT NOT NULL,
    -- Persons, or refusals, in that hour.
    count       INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'explained', 'followed_up')),
    reviewed_by TEXT,
    reviewed_at TEXT,
    version     INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (kind, account_id, hour),
    CHECK ((state = 'open') = (reviewed_by IS NULL)),
    CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL))
);
CREATE INDEX watch_findings_open ON watch_findings (id) WHERE state = 'open';

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-27-000031', '2026-11-24-000009');
