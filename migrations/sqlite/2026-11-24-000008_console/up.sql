-- What the console remembers of a session beyond the session itself. Ids and codes only.

CREATE TABLE console_sessions (
    -- Of the token in the cookie.
    token_hash      TEXT NOT NULL PRIMARY KEY,
    session_id      TEXT NOT NULL UNIQUE REFERENCES sessions (id),
    -- The account's stamp when it signed in: another stamp ends the session.
    security_stamp  TEXT NOT NULL,
    -- Why the officer looks outside the caseload, as stated for this session.
    purpose         TEXT CHECK (purpose IN ('supervision', 'prosecution', 'investigation', 'international_warning',
        'data_subject_right', 'audit', 'cover')),
    -- Which of several registrations a registrant chose.
    registration_id TEXT CHECK (registration_id IS NULL OR length(registration_id) = 36),
    -- The list the officer is walking through, frozen when it was shown: flags, as JSON.
    worklist        TEXT
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000008', '2026-11-24-000006');
