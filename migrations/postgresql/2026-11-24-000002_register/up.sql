-- The register: persons, registrations, facts (append-only), notifications (immutable), attempts, outages.
-- Columns that end in _enc hold ciphertext under the person's data key; docs/data-classes.md lists every column.

CREATE TABLE persons (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    data_key_id     TEXT NOT NULL,
    names_enc       TEXT NOT NULL,
    birth_date_enc  TEXT NOT NULL,
    birth_year      BIGINT NOT NULL,
    bsn_enc         TEXT,
    skn_enc         TEXT,
    contact_enc     TEXT NOT NULL,
    channel         TEXT NOT NULL CHECK (channel IN ('email', 'letter')),
    language        TEXT NOT NULL CHECK (language IN ('nl', 'en')),
    version         BIGINT NOT NULL,
    created_at      TIMESTAMP(6) NOT NULL,
    updated_at      TIMESTAMP(6) NOT NULL
);

-- Blind index: keyed digests by which a person is found. Deleted when the person is erased.
CREATE TABLE person_lookups (
    kind      TEXT NOT NULL CHECK (kind IN ('bsn', 'skn', 'surname', 'surname_phonetic', 'surname_birth_date',
        'birth_date', 'postcode_number', 'phone', 'email')),
    digest    TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (kind, digest, person_id)
);
CREATE INDEX person_lookups_person ON person_lookups (person_id);

CREATE TABLE registrations (
    id                TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    person_id         TEXT NOT NULL REFERENCES persons (id),
    regime            TEXT NOT NULL CHECK (regime IN ('ie', 'nl-pilot')),
    -- What people did to the file; `ended` follows from subject_last_day and the day on which one asks.
    stage             TEXT NOT NULL CHECK (stage IN ('draft', 'active', 'removed', 'destroyed')),
    legal_basis       TEXT CHECK (legal_basis IN ('measure_38z', 'suspended_sentence_14c', 'conditional_release',
        'experiment_act', 'synthetic', 'irish_act')),
    legal_basis_enc   TEXT,
    activated_on      DATE,
    activated_by      TEXT,
    pilot_from        DATE,
    subject_never     BOOLEAN NOT NULL,
    subject_from      DATE,
    subject_last_day  DATE,
    provisional       BOOLEAN NOT NULL,
    location_status   TEXT NOT NULL CHECK (location_status IN ('verified', 'reported', 'no_fixed_abode',
        'whereabouts_unknown')),
    team_id           TEXT NOT NULL REFERENCES teams (id),
    officer_id        TEXT NOT NULL REFERENCES accounts (id),
    offence_class     TEXT NOT NULL,
    arm               TEXT NOT NULL CHECK (arm IN ('register_only', 'wlt_only', 'both', 'none')),
    -- The facts as the law engine reads them: dates, codes and fact ids, no text and no birth date.
    facts_doc         TEXT NOT NULL,
    facts_version     BIGINT NOT NULL,
    needs_birth_date  BOOLEAN NOT NULL,
    assessed_on       DATE NOT NULL,
    -- The next day on which the list of duties changes by time alone; NULL when it does not.
    next_assess_on    DATE,
    profile_set       TEXT NOT NULL,
    version           BIGINT NOT NULL,
    created_at        TIMESTAMP(6) NOT NULL,
    updated_at        TIMESTAMP(6) NOT NULL,
    CHECK (stage <> 'active' OR (legal_basis IS NOT NULL AND activated_on IS NOT NULL))
);
CREATE INDEX registrations_person ON registrations (person_id);
CREATE INDEX registrations_officer ON registrations (officer_id, id);
CREATE INDEX registrations_team ON registrations (team_id, id);
CREATE INDEX registrations_next_assess ON registrations (next_assess_on, id) WHERE next_assess_on IS NOT NULL;
CREATE INDEX registrations_last_day ON registrations (subject_last_day, id);

CREATE TABLE notifications (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id  TEXT NOT NULL REFERENCES registrations (id),
    kind             TEXT NOT NULL CHECK (kind IN ('initial', 'name', 'home', 'stay', 'travel', 'return',
        'unplanned_absence', 'periodic', 'no_home')),
    -- Decides timeliness, as the day received_on in the regime's zone.
    received_at      TIMESTAMP(6) NOT NULL,
    received_on      DATE NOT NULL,
    recorded_at      TIMESTAMP(6) NOT NULL,
    posted_on        DATE,
    channel          TEXT NOT NULL CHECK (channel IN ('api', 'page', 'desk', 'post', 'disability_route')),
    recorded_by      TEXT NOT NULL,
    on_behalf        BOOLEAN NOT NULL,
    -- A receipt earlier than the server's clock allows waits for a second person before it counts.
    state            TEXT NOT NULL CHECK (state IN ('accepted', 'awaiting_second_person', 'rejected')),
    decided_by       TEXT,
    decided_at       TIMESTAMP(6),
    content_enc      TEXT NOT NULL,
    content_digest   TEXT NOT NULL,
    evidence_enc     TEXT,
    receipt          TEXT NOT NULL,
    CHECK (state = 'accepted' OR on_behalf)
);
CREATE INDEX notifications_registration ON notifications (registration_id, received_at, id);
CREATE INDEX notifications_waiting ON notifications (state, id) WHERE state = 'awaiting_second_person';

CREATE TABLE facts (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    seq             BIGINT NOT NULL,
    kind            TEXT NOT NULL,
    valid_on        DATE,
    -- The first fact of the chain of corrections this one belongs to (itself when it corrects nothing).
    root_id         TEXT NOT NULL,
    corrects_id     TEXT REFERENCES facts (id),
    notification_id TEXT REFERENCES notifications (id),
    source          TEXT NOT NULL CHECK (source IN ('registrant', 'officer', 'court', 'prison_service',
        'records_service', 'execution_authority', 'system')),
    asserted_by     TEXT NOT NULL,
    verified        BOOLEAN NOT NULL,
    recorded_at     TIMESTAMP(6) NOT NULL,
    -- What the law engine reads of it: dates and codes only.
    payload         TEXT NOT NULL,
    -- What people read of it.
    content_enc     TEXT,
    UNIQUE (registration_id, seq)
);
CREATE INDEX facts_corrects ON facts (corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX facts_notification ON facts (notification_id) WHERE notification_id IS NOT NULL;

CREATE TABLE attempts (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('channel_not_accepted', 'incomplete_content', 'desk_refused',
        'system_unavailable', 'document_problem', 'other')),
    duty_kind       TEXT NOT NULL,
    duty_id         TEXT,
    occurred_at     TIMESTAMP(6) NOT NULL,
    occurred_on     DATE NOT NULL,
    recorded_at     TIMESTAMP(6) NOT NULL,
    recorded_by     TEXT NOT NULL,
    channel         TEXT NOT NULL,
    -- Names of the fields that were missing or wrong, never their values.
    fields          TEXT NOT NULL,
    note_enc        TEXT,
    receipt         TEXT NOT NULL
);
CREATE INDEX attempts_registration ON attempts (registration_id, occurred_on, id);

CREATE TABLE outages (
    id          TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    started_at  TIMESTAMP(6) NOT NULL,
    ended_at    TIMESTAMP(6),
    cause       TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP(6) NOT NULL
);
CREATE INDEX outages_started ON outages (started_at);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000002', '2026-11-24-000002');
