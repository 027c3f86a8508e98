-- Signing in by another organisation's word: which account an outside identity belongs to, sign-ins on their way, the
-- keys of machines, and when a person last proved to be there.

-- An outside identity and its account. Found by issuer and subject, and by nothing else.
CREATE TABLE account_identities (
    id             TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id     TEXT NOT NULL REFERENCES accounts (id),
    issuer         TEXT NOT NULL,
    subject_lookup TEXT NOT NULL,
    bound_at       TIMESTAMP(6) NOT NULL,
    UNIQUE (issuer, subject_lookup),
    UNIQUE (account_id, issuer)
);

-- A browser that was sent to an issuer and has not come back, or came back as somebody without an account.
CREATE TABLE sign_in_attempts (
    state_hash     TEXT NOT NULL PRIMARY KEY,
    -- Of the cookie of the browser that began: no other may end it.
    browser_hash   TEXT NOT NULL,
    issuer         TEXT NOT NULL,
    -- The session that proves itself anew; empty for a new one.
    session_id     TEXT REFERENCES sessions (id),
    started_at     TIMESTAMP(6) NOT NULL,
    expires_at     TIMESTAMP(6) NOT NULL,
    answered_at    TIMESTAMP(6),
    -- Whom the issuer vouched for, with which roles, when no account belongs to it yet.
    subject_lookup TEXT,
    roles          TEXT,
    proved_at      TIMESTAMP(6),
    bound_at       TIMESTAMP(6)
);
CREATE INDEX sign_in_attempts_expires ON sign_in_attempts (expires_at);

-- Public keys by which machines sign in.
CREATE TABLE client_keys (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kid        TEXT NOT NULL,
    jwk        TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    created_at TIMESTAMP(6) NOT NULL,
    expires_at TIMESTAMP(6) NOT NULL,
    revoked_at TIMESTAMP(6),
    UNIQUE (account_id, kid)
);

-- Assertions that were used, until they expire: each counts once, on whichever server.
CREATE TABLE client_assertions (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    jti_hash   TEXT NOT NULL,
    expires_at TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (account_id, jti_hash)
);
CREATE INDEX client_assertions_expires ON client_assertions (expires_at);

-- Which issuer opened the session (empty: the register itself), and when its holder last proved to be there.
ALTER TABLE sessions ADD COLUMN issuer TEXT;
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMP(6);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000030', '2026-11-24-000009');
