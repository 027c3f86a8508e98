-- Duties with every version of their explanation, and the flags raised on them.

CREATE TABLE duties (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('initial', 'name', 'home', 'stay', 'travel', 'return',
        'unplanned_absence', 'periodic', 'no_home')),
    -- (registration, kind, root fact, ordinal) names a duty for good.
    root_id         TEXT NOT NULL,
    ordinal         BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    trigger_on      DATE NOT NULL,
    due_on          DATE,
    overdue_after   DATE,
    -- `pending` is refined by the day on which one asks: upcoming, open, suspended or overdue.
    outcome         TEXT NOT NULL CHECK (outcome IN ('pending', 'met', 'met_late', 'lapsed', 'withdrawn',
        'not_computable')),
    met_by          TEXT REFERENCES notifications (id),
    met_on          DATE,
    -- Digest of the current explanation: a new version is kept when it changes, even if no date does.
    steps_digest    TEXT NOT NULL,
    created_at      TIMESTAMP(6) NOT NULL,
    updated_at      TIMESTAMP(6) NOT NULL,
    UNIQUE (registration_id, kind, root_id, ordinal)
);
-- The sweep walks these two in order of date; only what is still pending stands in them.
CREATE INDEX duties_due ON duties (due_on, id) WHERE outcome = 'pending';
CREATE INDEX duties_overdue ON duties (overdue_after, id) WHERE outcome = 'pending';

CREATE TABLE duty_versions (
    duty_id          TEXT NOT NULL REFERENCES duties (id),
    version          BIGINT NOT NULL,
    recorded_at      TIMESTAMP(6) NOT NULL,
    as_of            DATE NOT NULL,
    trigger_on       DATE NOT NULL,
    due_on           DATE,
    overdue_after    DATE,
    outcome          TEXT NOT NULL,
    met_by           TEXT,
    met_on           DATE,
    rule             TEXT NOT NULL,
    citation         TEXT NOT NULL,
    profile_version  TEXT NOT NULL,
    calendar_version TEXT,
    profile_set      TEXT NOT NULL,
    facts_version    BIGINT NOT NULL,
    -- Explanation steps: codes with dates and numbers, rendered in the reader's language.
    steps            TEXT NOT NULL,
    PRIMARY KEY (duty_id, version)
);

CREATE TABLE flags (
    id                TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- One failure is one flag, even if it lasts months.
    duty_id           TEXT NOT NULL UNIQUE REFERENCES duties (id),
    duty_version      BIGINT NOT NULL,
    registration_id   TEXT NOT NULL REFERENCES registrations (id),
    state             TEXT NOT NULL CHECK (state IN ('raised', 'in_review', 'awaiting_evidence', 'proposed', 'decided',
        'notified', 'acknowledged', 'closed')),
    owner_id          TEXT NOT NULL REFERENCES accounts (id),
    team_id           TEXT NOT NULL REFERENCES teams (id),
    -- The day from which the duty was unmet on the favourable reading, and when the machine noticed.
    first_failure_day DATE NOT NULL,
    raised_on         DATE NOT NULL,
    raised_at         TIMESTAMP(6) NOT NULL,
    version           BIGINT NOT NULL,
    updated_at        TIMESTAMP(6) NOT NULL
);
CREATE INDEX flags_owner ON flags (owner_id, state, id);
CREATE INDEX flags_team ON flags (team_id, state, id);
CREATE INDEX flags_registration ON flags (registration_id, id);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000003', '2026-11-24-000003');
