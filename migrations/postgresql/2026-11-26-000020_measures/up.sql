-- Measures beside the register, one row for each thing that is recorded and followed: risk assessments, signals,
-- convictions from abroad, requests for convictions, requests for help. What happened to it is appended as steps, from
-- which the rules work out where it stands; the clear columns repeat of that what lists and jobs ask for.
-- Columns that end in _enc hold ciphertext: under the key of the person, or, for what is about nobody in the register,
-- under a key of its own. docs/data-classes.md lists every column.

CREATE TABLE measure_records (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind            TEXT NOT NULL CHECK (kind IN ('risk_assessment', 'signal', 'foreign_conviction', 'ecris_request',
        'help_request')),
    -- The file it is about. A signal has one only after a person matched it.
    registration_id TEXT REFERENCES registrations (id),
    -- In the words of its kind: the instrument, the origin, the channel, the purpose, the provider.
    label           TEXT NOT NULL,
    -- In the words of its kind.
    state           TEXT NOT NULL,
    -- The day of assessment, of receipt, of asking.
    happened_on     DATE NOT NULL,
    -- The last day of the term that runs; NULL when none does.
    due             DATE,
    -- The days on which it is locked and destroyed; NULL for what is kept with the file.
    remove_on       DATE,
    destroy_on      DATE,
    -- What was told; NULL once it is destroyed.
    content_enc     TEXT,
    -- Who reported, apart from what was reported; NULL when nobody knows, and once it is destroyed.
    reporter_enc    TEXT,
    version         BIGINT NOT NULL,
    recorded_by     TEXT NOT NULL,
    recorded_at     TIMESTAMP(6) NOT NULL,
    CHECK (registration_id IS NOT NULL OR kind IN ('signal', 'ecris_request')),
    CHECK (reporter_enc IS NULL OR kind = 'signal'),
    CHECK (destroy_on IS NULL OR kind = 'signal')
);
CREATE INDEX measure_records_registration ON measure_records (registration_id, kind, recorded_at, id);
CREATE INDEX measure_records_kind ON measure_records (kind, state, id);
CREATE INDEX measure_records_retention ON measure_records (destroy_on, id) WHERE destroy_on IS NOT NULL;

-- Append-only, but for what is destroyed when its time is over.
CREATE TABLE measure_record_steps (
    measure_id  TEXT NOT NULL REFERENCES measure_records (id),
    ordinal     BIGINT NOT NULL,
    -- In the words of its kind: received, matched, verified.
    step        TEXT NOT NULL,
    -- The whole of what happened; NULL once it is destroyed.
    event_enc   TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (measure_id, ordinal)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000020', '2026-11-24-000009');
