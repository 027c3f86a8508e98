-- When jobs run: a row for each job with its lease, and a row for each occurrence of its schedule.

CREATE TABLE jobs (
    name             TEXT NOT NULL PRIMARY KEY,
    since            TEXT NOT NULL,
    -- Together the version of the lease: a claim names the one it saw and is refused when that has moved on.
    fencing          INTEGER NOT NULL,
    renewals         INTEGER NOT NULL,
    leased_by        TEXT,
    leased_until     TEXT,
    last_started_for TEXT,
    last_success_at  TEXT,
    last_success_for TEXT,
    CHECK ((leased_by IS NULL) = (leased_until IS NULL))
);

CREATE TABLE job_ticks (
    job           TEXT NOT NULL REFERENCES jobs (name),
    scheduled_for TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('schedule', 'request')),
    state         TEXT NOT NULL CHECK (state IN ('pending', 'running', 'retrying', 'succeeded', 'failed',
        'superseded')),
    attempt       INTEGER NOT NULL CHECK (attempt >= 0),
    fencing       INTEGER NOT NULL,
    worker        TEXT,
    created_at    TEXT NOT NULL,
    started_at    TEXT,
    finished_at   TEXT,
    retry_at      TEXT,
    -- What the last attempt that ended counted.
    looked_at     INTEGER NOT NULL,
    made          INTEGER NOT NULL,
    skipped       INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    -- One line without personal data.
    error         TEXT,
    PRIMARY KEY (job, scheduled_for)
);
CREATE INDEX job_ticks_open ON job_ticks (job, scheduled_for) WHERE state IN ('pending', 'running', 'retrying');

-- How far a walk over dates has come. Losing one costs time, never a flag: the full pass does not look at it.
CREATE TABLE job_cursors (
    name    TEXT NOT NULL PRIMARY KEY,
    on_date TEXT NOT NULL,
    id      TEXT NOT NULL
);

-- The self-audit: what a fresh computation of every live file says against what is stored. Ids and dates only.
CREATE TABLE self_audit_runs (
    id            TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    as_of         TEXT NOT NULL,
    profile_set   TEXT NOT NULL,
    started_at    TEXT NOT NULL,
    finished_at   TEXT,
    files         INTEGER NOT NULL,
    duties        INTEGER NOT NULL,
    too_long      INTEGER NOT NULL,
    too_short     INTEGER NOT NULL,
    missed        INTEGER NOT NULL,
    spurious      INTEGER NOT NULL,
    other         INTEGER NOT NULL,
    not_computed  INTEGER NOT NULL
);
CREATE INDEX self_audit_runs_started ON self_audit_runs (started_at);

CREATE TABLE self_audit_findings (
    run_id          TEXT NOT NULL REFERENCES self_audit_runs (id),
    seq             INTEGER NOT NULL,
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    -- NULL when the finding is about the registration's period, or about a duty that is not stored.
    duty_id         TEXT REFERENCES duties (id),
    duty_kind       TEXT,
    class           TEXT NOT NULL CHECK (class IN ('too_long', 'too_short', 'missed', 'spurious', 'other',
        'not_computed')),
    subject         TEXT NOT NULL CHECK (subject IN ('period_start', 'period_end', 'due', 'overdue_after', 'outcome',
        'explanation', 'duty', 'file')),
    stored_on       TEXT,
    computed_on     TEXT,
    PRIMARY KEY (run_id, seq)
);
CREATE INDEX self_audit_findings_registration ON self_audit_findings (registration_id);

-- What was tried beside a duty, asked for with every flag.
CREATE INDEX attempts_duty ON attempts (duty_id) WHERE duty_id IS NOT NULL;

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000006', '2026-11-24-000006');
