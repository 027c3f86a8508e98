-- Who works with the register: teams, accounts, sessions and what a person proved at sign-in.
-- Instants are UTC. The program writes every value; the database adds none by itself.

CREATE TABLE schema_versions (
    version         TEXT NOT NULL PRIMARY KEY,
    -- The oldest migration a running binary may know and still work beside this one (rolling upgrades).
    compatible_from TEXT NOT NULL
);

CREATE TABLE settings (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_at TIMESTAMP(6) NOT NULL
);

CREATE TABLE teams (
    id     TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name   TEXT NOT NULL UNIQUE,
    region TEXT NOT NULL
);

CREATE TABLE accounts (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind             TEXT NOT NULL CHECK (kind IN ('person', 'machine')),
    role             TEXT NOT NULL CHECK (role IN (
        'registrant', 'supervision_officer', 'review_lead', 'om_officer', 'aice', 'tbkk', 'lirc', 'dji',
        'justid', 'evaluator', 'privacy_officer', 'ap_auditor', 'admin_tech', 'justis', 'mayor')),
    state            TEXT NOT NULL CHECK (state IN ('unconfirmed', 'active', 'suspended', 'left')),
    username_lookup  TEXT NOT NULL UNIQUE,
    username_enc     TEXT NOT NULL,
    display_name_enc TEXT NOT NULL,
    organisation     TEXT NOT NULL,
    team_id          TEXT REFERENCES teams (id),
    -- The person a registrant's account belongs to; no reference, because accounts come first.
    person_id        TEXT CHECK (person_id IS NULL OR length(person_id) = 36),
    password_hash    TEXT,
    totp_secret_enc  TEXT,
    totp_last_step   BIGINT NOT NULL,
    failed_sign_ins  BIGINT NOT NULL CHECK (failed_sign_ins >= 0),
    locked_until     TIMESTAMP(6),
    -- Changes with password, role, team or state: every token issued before is refused from then on.
    security_stamp   TEXT NOT NULL,
    version          BIGINT NOT NULL,
    created_at       TIMESTAMP(6) NOT NULL,
    updated_at       TIMESTAMP(6) NOT NULL,
    CHECK ((role = 'registrant') = (person_id IS NOT NULL))
);
CREATE INDEX accounts_team ON accounts (team_id, role);
CREATE INDEX accounts_person ON accounts (person_id);

CREATE TABLE activation_codes (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash  TEXT NOT NULL UNIQUE,
    issued_by  TEXT NOT NULL,
    issued_at  TIMESTAMP(6) NOT NULL,
    expires_at TIMESTAMP(6) NOT NULL,
    used_at    TIMESTAMP(6)
);
CREATE INDEX activation_codes_account ON activation_codes (account_id);

CREATE TABLE sessions (
    id           TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    created_at   TIMESTAMP(6) NOT NULL,
    last_used_at TIMESTAMP(6) NOT NULL,
    expires_at   TIMESTAMP(6) NOT NULL,
    revoked_at   TIMESTAMP(6)
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE refresh_tokens (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    token_hash TEXT NOT NULL UNIQUE,
    issued_at  TIMESTAMP(6) NOT NULL,
    used_at    TIMESTAMP(6)
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE idempotency_keys (
    account_id     TEXT NOT NULL,
    key_hash       TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    -- The answer, encrypted with the data key of the person it speaks of; plain when it speaks of nobody.
    answer         TEXT NOT NULL,
    created_at     TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000001', '2026-11-24-000001');
