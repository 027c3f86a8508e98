-- The evaluation: who was assigned to which arm, and supervision orders as each version of them stood, so that what was
-- known at an instant can be read again after it was corrected.

-- An assignment is made once for a person and a study, before any outcome, and never changed.
CREATE TABLE evaluation_assignments (
    person_id   TEXT NOT NULL REFERENCES persons (id),
    study       TEXT NOT NULL,
    arm         TEXT NOT NULL CHECK (arm IN ('register_only', 'supervision_only', 'both', 'control')),
    -- Within what the assignment was made, such as a court district.
    stratum     TEXT NOT NULL,
    -- The unit that was assigned as a whole; NULL when people were assigned one by one.
    cluster     TEXT,
    -- Band of the risk assessment at the index date; NULL when there was none.
    risk_band   TEXT CHECK (risk_band IN ('low', 'moderate', 'high', 'very_high')),
    -- Release from custody, or the like moment in every arm: study time is counted from it.
    index_on    DATE NOT NULL,
    assigned_on DATE NOT NULL,
    assigned_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (person_id, study)
);

-- Append-only: what the rules read of an order and the dates and codes of its breach reports, at each version.
CREATE TABLE supervision_versions (
    order_id     TEXT NOT NULL REFERENCES supervision_orders (id),
    version      BIGINT NOT NULL,
    recorded_at  TIMESTAMP(6) NOT NULL,
    facts_doc    TEXT NOT NULL,
    -- JSON, without free text.
    breaches_doc TEXT NOT NULL,
    PRIMARY KEY (order_id, version)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000017', '2026-11-24-000009');
