-- Passport proposals and warning notices: drafts for the authority that decides, and what became of each.

-- States, kinds and dates are clear; what a proposal says and what happened to it is encrypted in its events.
CREATE TABLE proposals (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    kind            TEXT NOT NULL CHECK (kind IN ('passport_proposal', 'warning_notice')),
    variant         TEXT NOT NULL CHECK (variant IN ('article_18', 'article_24a', 'green_notice', 'green_diffusion')),
    state           TEXT NOT NULL CHECK (state IN ('draft', 'requested', 'not_entered', 'active', 'ground_lapsed',
        'removed', 'proposed', 'refused', 'issued', 'withdrawn', 'expired')),
    -- When it first went to the authority, and when that decided.
    sent_on         TEXT,
    decided_on      TEXT,
    expires_on      TEXT,
    -- The next day on which something is to be said about its end; empty when there is none.
    next_on         TEXT,
    made_by         TEXT NOT NULL REFERENCES accounts (id),
    made_at         TEXT NOT NULL,
    version         INTEGER NOT NULL
);
CREATE INDEX proposals_registration ON proposals (registration_id, id);
CREATE INDEX proposals_next ON proposals (next_on, id) WHERE next_on IS NOT NULL;
CREATE INDEX proposals_kind ON proposals (kind, id);

CREATE TABLE proposal_events (
    proposal_id  TEXT NOT NULL REFERENCES proposals (id),
    seq         INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    payload_enc TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (proposal_id, seq)
);

-- That a measure is about to end, said once for each day on which that is to be said.
CREATE TABLE proposal_warnings (
    proposal_id  TEXT NOT NULL REFERENCES proposals (id),
    expires_on  TEXT NOT NULL,
    days_before INTEGER NOT NULL,
    raised_at   TEXT NOT NULL,
    PRIMARY KEY (proposal_id, expires_on, days_before)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-26-000022', '2026-11-24-000009');
