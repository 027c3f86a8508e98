-- The end of a file: removed (locked), and after the years in which it stays locked destroyed. One person proposes, another
-- decides, both times. No text and no key is needed to read this, so it says what was done when the person is erased.
CREATE TABLE removals (
    id                      TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id         TEXT NOT NULL REFERENCES registrations (id),
    -- While `destroying`, rows are erased and keys are being destroyed; that is repeated until it is done.
    state                   TEXT NOT NULL CHECK (state IN ('proposed', 'rejected', 'removed', 'destruction_proposed',
        'destroying', 'destroyed')),
    ground                  TEXT NOT NULL CHECK (ground IN ('period_ended', 'quashed', 'died', 'ordered_by_court')),
    -- By when the second person decides.
    decide_by               DATE NOT NULL,
    proposed_by             TEXT NOT NULL,
    proposed_at             TIMESTAMP(6) NOT NULL,
    decided_by              TEXT,
    decided_at              TIMESTAMP(6),
    -- Until then it stays locked.
    destroy_from            DATE,
    destruction_proposed_by TEXT,
    destruction_proposed_at TIMESTAMP(6),
    destruction_decided_by  TEXT,
    destruction_decided_at  TIMESTAMP(6),
    destroyed_at            TIMESTAMP(6),
    version                 BIGINT NOT NULL,
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK ((state IN ('proposed', 'rejected')) = (destroy_from IS NULL)),
    CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL))
);
-- A file is removed once.
CREATE UNIQUE INDEX removals_registration ON removals (registration_id) WHERE state <> 'rejected';
CREATE INDEX removals_history ON removals (registration_id, id);
CREATE INDEX removals_unfinished ON removals (id) WHERE state = 'destroying';

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000028', '2026-11-24-000009');
