-- Around the person: visits, verified addresses, contacts, notes, documents, transfers between teams; and accidents of
-- identity: checks of identity, registrations of one person merged, former chain numbers, representatives.
-- Columns that end in _enc hold ciphertext under the person's data key; docs/data-classes.md lists every column.

CREATE TABLE home_visits (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    -- Who goes.
    officer_id      TEXT NOT NULL REFERENCES accounts (id),
    planned_on      TEXT NOT NULL,
    -- Where it stands in the timeline: the beginning of the planned day until the outcome is logged, then the visit.
    happens_at      TEXT NOT NULL,
    -- A planned visit whose day has passed is shown as `outcome_to_log`; that follows from the day one asks.
    state           TEXT NOT NULL CHECK (state IN ('planned', 'done', 'not_at_home', 'cancelled')),
    purpose_enc     TEXT,
    report_enc      TEXT,
    planned_by      TEXT NOT NULL,
    planned_at      TEXT NOT NULL,
    closed_by       TEXT,
    closed_at       TEXT,
    version         INTEGER NOT NULL,
    CHECK ((state = 'planned') = (closed_at IS NULL)),
    CHECK ((closed_by IS NULL) = (closed_at IS NULL))
);
CREATE INDEX home_visits_registration ON home_visits (registration_id, happens_at, id);
CREATE INDEX home_visits_open ON home_visits (officer_id, planned_on, id) WHERE state = 'planned';

CREATE TABLE address_verifications (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    source          TEXT NOT NULL CHECK (source IN ('self_reported', 'population_register', 'seen_by_officer',
        'other_agency')),
    result          TEXT NOT NULL CHECK (result IN ('confirmed', 'contradicted')),
    verified_on     TEXT NOT NULL,
    -- The home on file that was verified, as it was reported.
    address_enc     TEXT NOT NULL,
    note_enc        TEXT,
    visit_id        TEXT REFERENCES home_visits (id),
    recorded_by     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL
);
CREATE INDEX address_verifications_registration ON address_verifications (registration_id, recorded_at, id);

CREATE TABLE contact_log (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    happened_at     TEXT NOT NULL,
    direction       TEXT NOT NULL CHECK (direction IN ('from_us', 'to_us')),
    counterpart     TEXT NOT NULL CHECK (counterpart IN ('registrant', 'representative', 'family', 'police',
        'probation', 'prosecution', 'municipality', 'care', 'employer', 'other')),
    channel         TEXT NOT NULL CHECK (channel IN ('phone', 'email', 'letter', 'in_person', 'video', 'other')),
    outcome         TEXT NOT NULL CHECK (outcome IN ('spoke', 'no_answer', 'message_left', 'sent', 'returned',
        'refused')),
    content_enc     TEXT NOT NULL,
    recorded_by     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL
);
CREATE INDEX contact_log_registration ON contact_log (registration_id, happened_at, id);

-- Notes are never changed: a wrong one is corrected by a further one.
CREATE TABLE case_notes (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    sensitive       BOOLEAN NOT NULL,
    text_enc        TEXT NOT NULL,
    corrects_id     TEXT REFERENCES case_notes (id),
    written_by      TEXT NOT NULL,
    written_at      TEXT NOT NULL
);
CREATE INDEX case_notes_registration ON case_notes (registration_id, written_at, id);

CREATE TABLE transfers (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    from_team_id    TEXT NOT NULL REFERENCES teams (id),
    from_officer_id TEXT NOT NULL REFERENCES accounts (id),
    to_team_id      TEXT NOT NULL REFERENCES teams (id),
    to_officer_id   TEXT REFERENCES accounts (id),
    state           TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'refused', 'withdrawn')),
    reason_enc      TEXT NOT NULL,
    answer_enc      TEXT,
    offered_by      TEXT NOT NULL,
    offered_at      TEXT NOT NULL,
    closed_by       TEXT,
    closed_at       TEXT,
    version         INTEGER NOT NULL,
    CHECK (from_team_id <> to_team_id),
    CHECK ((state = 'offered') = (closed_at IS NULL)),
    CHECK ((state = 'accepted') = (to_officer_id IS NOT NULL))
);
-- A file is offered to one team at a time.
CREATE UNIQUE INDEX transfers_open ON transfers (registration_id) WHERE state = 'offered';
CREATE INDEX transfers_registration ON transfers (registration_id, offered_at, id);
CREATE INDEX transfers_to_team ON transfers (to_team_id, id) WHERE state = 'offered';
CREATE INDEX transfers_from_team ON transfers (from_team_id, id) WHERE state = 'offered';

CREATE TABLE documents (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    -- What the content is, found in the content itself.
    kind            TEXT NOT NULL CHECK (kind IN ('pdf', 'png', 'jpeg', 'tiff', 'docx', 'odt')),
    category        TEXT NOT NULL CHECK (category IN ('identity', 'judgment', 'correspondence', 'evidence', 'other')),
    size            INTEGER NOT NULL CHECK (size > 0),
    chunks          INTEGER NOT NULL CHECK (chunks > 0),
    -- Name and digest.
    about_enc       TEXT NOT NULL,
    uploaded_by     TEXT NOT NULL,
    uploaded_at     TEXT NOT NULL
);
CREATE INDEX documents_registration ON documents (registration_id, uploaded_at, id);

-- The content of documents. Pieces come before their document, so they name it without a reference; pieces whose
-- document never came are forgotten after a day.
CREATE TABLE document_chunks (
    document_id TEXT NOT NULL CHECK (length(document_id) = 36),
    seq         INTEGER NOT NULL CHECK (seq >= 0),
    -- Nonce, ciphertext and tag; bound to document, number and whether it is the last.
    sealed      BLOB NOT NULL,
    kept_at     TEXT NOT NULL,
    PRIMARY KEY (document_id, seq)
);
CREATE INDEX document_chunks_first ON document_chunks (kept_at, document_id) WHERE seq = 0;

-- A check of identity that let somebody have a new activation code.
CREATE TABLE identity_checks (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    registration_id TEXT REFERENCES registrations (id),
    method          TEXT NOT NULL CHECK (method IN ('document_in_person', 'known_in_person', 'document_by_video',
        'called_back')),
    evidence_enc    TEXT NOT NULL,
    checked_by      TEXT NOT NULL,
    checked_at      TEXT NOT NULL
);
CREATE INDEX identity_checks_account ON identity_checks (account_id, id);

-- Two registrations of one person become one, and can become two again: each time two people decide.
CREATE TABLE merges (
    id                TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    surviving_id      TEXT NOT NULL REFERENCES registrations (id),
    absorbed_id       TEXT NOT NULL REFERENCES registrations (id),
    state             TEXT NOT NULL CHECK (state IN ('proposed', 'rejected', 'merged', 'split_proposed', 'split')),
    reason_enc        TEXT NOT NULL,
    -- Facts of the absorbed registration that are not taken over, by id.
    left_out          TEXT NOT NULL,
    -- Digests by which the surviving person was not found before; taken back by a split.
    lookups_added     TEXT NOT NULL,
    absorbed_stage    TEXT NOT NULL CHECK (absorbed_stage IN ('draft', 'active')),
    proposed_by       TEXT NOT NULL,
    proposed_at       TEXT NOT NULL,
    decided_by        TEXT,
    decided_at        TEXT,
    split_reason_enc  TEXT,
    split_proposed_by TEXT,
    split_proposed_at TEXT,
    split_decided_by  TEXT,
    split_decided_at  TEXT,
    version           INTEGER NOT NULL,
    CHECK (surviving_id <> absorbed_id),
    CHECK (decided_by IS NULL OR decided_by <> proposed_by),
    CHECK (split_decided_by IS NULL OR split_decided_by <> split_proposed_by)
);
CREATE UNIQUE INDEX merges_absorbed ON merges (absorbed_id) WHERE state IN ('proposed', 'merged', 'split_proposed');
CREATE INDEX merges_surviving ON merges (surviving_id, id);

-- Which fact of the surviving registration was taken over from which of the absorbed one.
CREATE TABLE merged_facts (
    merge_id  TEXT NOT NULL REFERENCES merges (id),
    fact_id   TEXT NOT NULL REFERENCES facts (id),
    origin_id TEXT NOT NULL REFERENCES facts (id),
    PRIMARY KEY (merge_id, fact_id)
);

-- Chain numbers a person had before the present one. They stay in the blind index, so that they still find the person.
CREATE TABLE former_chain_numbers (
    id          TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    person_id   TEXT NOT NULL REFERENCES persons (id),
    skn_enc     TEXT NOT NULL,
    reason_enc  TEXT NOT NULL,
    replaced_by TEXT NOT NULL,
    replaced_at TEXT NOT NULL
);
CREATE INDEX former_chain_numbers_person ON former_chain_numbers (person_id, id);

CREATE TABLE representatives (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('lawyer', 'guardian', 'interpreter')),
    scope           TEXT NOT NULL CHECK (scope IN ('none', 'read', 'report')),
    -- The account by which the representative acts; NULL when only recorded.
    account_id      TEXT REFERENCES accounts (id),
    from_on         TEXT NOT NULL,
    until_on        TEXT NOT NULL,
    details_enc     TEXT NOT NULL,
    recorded_by     TEXT NOT NULL,
    recorded_at     TEXT NOT NULL,
    ended_by        TEXT,
    ended_at        TEXT,
    end_reason_enc  TEXT,
    version         INTEGER NOT NULL,
    CHECK (until_on >= from_on),
    CHECK ((scope = 'none') = (account_id IS NULL)),
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX representatives_registration ON representatives (registration_id, id);
CREATE UNIQUE INDEX representatives_account ON representatives (account_id) WHERE account_id IS NOT NULL;

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000009', '2026-11-24-000009');
