-- What a person asks of the register as their right: access, rectification, completion, erasure, restriction, objection.
CREATE TABLE rights_requests (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('access', 'rectification', 'completion', 'erasure', 'restriction',
        'objection')),
    state           TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'partly_granted', 'refused', 'carried_out', 'lifted',
        'withdrawn')),
    received_on     TEXT NOT NULL,
    -- The last day of the term to decide, with its extension.
    due             TEXT NOT NULL,
    -- What was asked, and what was decided and done, with reasons.
    content_enc     TEXT NOT NULL,
    version         INTEGER NOT NULL,
    recorded_by     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL
);
CREATE INDEX rights_requests_registration ON rights_requests (registration_id, id);
-- The work list: what must be decided or carried out, the first due first.
CREATE INDEX rights_requests_waiting ON rights_requests (due, id) WHERE state IN ('asked', 'granted', 'partly_granted');

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000029', '2026-11-24-000009');
