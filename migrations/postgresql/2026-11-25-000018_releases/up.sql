-- Releases of statistics: asked for, approved by somebody else, made, kept.

CREATE TABLE releases (
    id            TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- The order in which releases were made: each is held against all before it. NULL until it is made.
    seq           BIGINT UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'made')),
    -- Closed quarters, such as 2026-Q3.
    first_quarter TEXT NOT NULL,
    last_quarter  TEXT NOT NULL,
    -- The last day of the last quarter: nothing that happened later counts.
    valid_on      DATE NOT NULL,
    requested_by  TEXT NOT NULL REFERENCES accounts (id),
    requested_at  TIMESTAMP(6) NOT NULL,
    decided_by    TEXT REFERENCES accounts (id) CHECK (decided_by <> requested_by),
    decided_at    TIMESTAMP(6),
    -- Nothing that became known later counts.
    known_at      TIMESTAMP(6),
    -- Over which teams and kinds of offence, as JSON.
    plan_doc      TEXT,
    made_at       TIMESTAMP(6),
    -- The program that made it.
    code          TEXT,
    manifest      TEXT,
    -- Detached Ed25519 signature over the manifest, and the name of the key.
    signature     TEXT,
    signed_by     TEXT,
    -- The true numbers, against which later releases are held.
    record_enc    TEXT,
    -- The file as it was issued.
    file_enc      TEXT,
    CHECK ((state IN ('approved', 'made')) = (known_at IS NOT NULL AND plan_doc IS NOT NULL)),
    CHECK ((state = 'made') = (seq IS NOT NULL AND manifest IS NOT NULL AND signature IS NOT NULL))
);
CREATE INDEX releases_requested ON releases (requested_at, id);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000018', '2026-11-24-000009');
