-- What was done and seen: leaves of an RFC 6962 tree in the order of commit, and signed checkpoints over it.

CREATE TABLE audit_counter (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL CHECK (size >= 0)
);
INSERT INTO audit_counter (id, size) VALUES (1, 0);

CREATE TABLE audit_leaves (
    leaf_index   BIGINT NOT NULL PRIMARY KEY CHECK (leaf_index >= 0),
    recorded_at  TIMESTAMP(6) NOT NULL,
    -- The canonical entry, holding keyed hashes instead of anything that names a person.
    entry        TEXT NOT NULL,
    leaf_hash    BYTEA NOT NULL,
    -- Keyed hash of the registration the entry is about: "who looked at my file".
    subject_hash TEXT
);
CREATE INDEX audit_leaves_subject ON audit_leaves (subject_hash, leaf_index) WHERE subject_hash IS NOT NULL;

CREATE TABLE audit_checkpoints (
    tree_size     BIGINT NOT NULL PRIMARY KEY,
    -- The size from which it continues. Unique, so that two processes never sign two continuations of one checkpoint.
    previous_size BIGINT NOT NULL UNIQUE CHECK (previous_size < tree_size),
    root_hash     BYTEA NOT NULL,
    -- The right edge of the tree, from which the next checkpoint continues.
    frontier      BYTEA NOT NULL,
    note          TEXT NOT NULL,
    created_at    TIMESTAMP(6) NOT NULL,
    published_at  TIMESTAMP(6)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000005', '2026-11-24-000005');
