-- Supervision under the Wet langdurig toezicht: orders as the probation service sends them, with what belongs to them, and
-- the runs that took them in; and the national addresses with their municipality. Columns that end in _enc hold ciphertext under the person's data key;
-- docs/data-classes.md lists every column.

-- One reading of a file. A run that stopped goes on where it was when the same file is read again.
CREATE TABLE supervision_import_runs (
    id           TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- SHA-256 of the file.
    file_digest  TEXT NOT NULL CHECK (length(file_digest) = 64),
    state        TEXT NOT NULL CHECK (state IN ('running', 'finished')),
    started_at   TEXT NOT NULL,
    finished_at  TEXT,
    -- Records of the file that are dealt with, in its order.
    records_done INTEGER NOT NULL CHECK (records_done >= 0),
    made         INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    unchanged    INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    CHECK ((state = 'finished') = (finished_at IS NOT NULL)),
    CHECK (records_done = made + changed + unchanged + rejected)
);
-- A file is read by one run at a time.
CREATE UNIQUE INDEX supervision_import_runs_running ON supervision_import_runs (file_digest) WHERE state = 'running';

CREATE TABLE supervision_orders (
    id             TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    person_id      TEXT NOT NULL REFERENCES persons (id),
    -- The sender and its id of the order name it for good.
    source         TEXT NOT NULL,
    source_order   TEXT NOT NULL,
    title          TEXT NOT NULL CHECK (title IN ('measure_38z', 'conditional_ending_tbs', 'conditional_release',
        'conditional_sentence', 'tbs_with_conditions', 'measure_38v', 'suspended_remand', 'conditional_pardon')),
    organisation   TEXT NOT NULL,
    -- What the rules read: dates and codes.
    facts_doc      TEXT NOT NULL,
    -- Case number, court, level of supervision.
    about_enc      TEXT NOT NULL,
    -- As of when the sender's data stand.
    as_of          TEXT NOT NULL,
    -- Keyed digest of what was sent.
    content_digest TEXT NOT NULL,
    run_id         TEXT NOT NULL REFERENCES supervision_import_runs (id),
    version        INTEGER NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL
);
CREATE UNIQUE INDEX supervision_orders_source ON supervision_orders (source, source_order);
CREATE INDEX supervision_orders_person ON supervision_orders (person_id, id);
CREATE INDEX supervision_orders_run ON supervision_orders (run_id);

CREATE TABLE supervision_conditions (
    order_id              TEXT NOT NULL REFERENCES supervision_orders (id),
    source_condition      TEXT NOT NULL,
    code                  TEXT NOT NULL CHECK (code IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n')),
    from_on               TEXT NOT NULL,
    until_on              TEXT,
    electronic_monitoring BOOLEAN NOT NULL,
    -- CBS codes of the municipalities of an area, separated by spaces.
    municipalities        TEXT NOT NULL,
    notify_register       BOOLEAN NOT NULL,
    text_enc              TEXT,
    PRIMARY KEY (order_id, source_condition)
);

CREATE TABLE supervision_suspensions (
    order_id TEXT NOT NULL REFERENCES supervision_orders (id),
    seq      INTEGER NOT NULL,
    reason   TEXT NOT NULL CHECK (reason IN ('detained', 'absent_from_detention')),
    from_on  TEXT NOT NULL,
    until_on TEXT,
    PRIMARY KEY (order_id, seq)
);

CREATE TABLE supervision_extensions (
    order_id   TEXT NOT NULL REFERENCES supervision_orders (id),
    seq        INTEGER NOT NULL,
    decided_on TEXT NOT NULL,
    unit       TEXT NOT NULL CHECK (unit IN ('days', 'months', 'years')),
    n          INTEGER NOT NULL CHECK (n > 0),
    PRIMARY KEY (order_id, seq)
);

CREATE TABLE breach_reports (
    id                      TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    order_id                TEXT NOT NULL REFERENCES supervision_orders (id),
    source_breach           TEXT NOT NULL,
    observed_on             TEXT NOT NULL,
    observed_by             TEXT NOT NULL CHECK (observed_by IN ('probation', 'police', 'monitoring_desk')),
    subject                 TEXT NOT NULL CHECK (subject IN ('condition', 'supervision_refused', 'safety')),
    condition_code          TEXT,
    severity                TEXT NOT NULL CHECK (severity IN ('light', 'serious')),
    reported_prosecution_at TEXT,
    reported_minister_at    TEXT,
    advice                  TEXT CHECK (advice IN ('none', 'warning', 'change', 'execution')),
    decision                TEXT CHECK (decision IN ('no_action', 'written_warning', 'interview', 'change',
        'provisional_execution', 'partial_execution', 'full_execution', 'substitute_detention')),
    decided_on              TEXT,
    detention_unit          TEXT CHECK (detention_unit IN ('days', 'months', 'years')),
    detention_n             INTEGER CHECK (detention_n > 0),
    executed_days           INTEGER CHECK (executed_days >= 0),
    text_enc                TEXT,
    CHECK ((subject = 'condition') = (condition_code IS NOT NULL)),
    CHECK ((decision IS NULL) = (decided_on IS NULL)),
    CHECK ((detention_unit IS NULL) = (detention_n IS NULL))
);
CREATE UNIQUE INDEX breach_reports_order ON breach_reports (order_id, source_breach);
CREATE INDEX breach_reports_observed ON breach_reports (observed_on, id);

-- What became of each record of a file.
CREATE TABLE supervision_import_rows (
    run_id   TEXT NOT NULL REFERENCES supervision_import_runs (id),
    -- Position of the record in the file, from 1.
    seq      INTEGER NOT NULL CHECK (seq > 0),
    line     INTEGER NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN ('new', 'changed', 'unchanged', 'rejected')),
    order_id TEXT REFERENCES supervision_orders (id),
    -- JSON: line, field, code and reason of each fault; no values.
    faults   TEXT,
    PRIMARY KEY (run_id, seq),
    CHECK ((outcome = 'rejected') = (faults IS NOT NULL)),
    CHECK ((outcome = 'rejected') = (order_id IS NULL))
);
CREATE INDEX supervision_import_rows_order ON supervision_import_rows (order_id);

-- The national addresses with their municipality, one edition at a time: an edition counts once it is whole.
CREATE TABLE address_editions (
    id          TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- The day as of which its municipalities stand.
    valid_on    TEXT NOT NULL,
    begun_at    TEXT NOT NULL,
    finished_at TEXT
);

CREATE TABLE address_places (
    edition_id   TEXT NOT NULL REFERENCES address_editions (id),
    postcode     TEXT NOT NULL CHECK (length(postcode) = 6),
    -- House number; 0 for a whole postcode that lies in one municipality.
    number       INTEGER NOT NULL CHECK (number >= 0),
    -- CBS code.
    municipality TEXT NOT NULL CHECK (length(municipality) = 4),
    PRIMARY KEY (edition_id, postcode, number)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000014', '2026-11-24-000009');
