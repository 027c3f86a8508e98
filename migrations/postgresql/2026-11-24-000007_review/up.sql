-- The review of flags: their life step by step, terms and what became of them, disputes, referrals, and whose work it is.

ALTER TABLE flags ADD COLUMN outcome TEXT CHECK (outcome IN ('complied_after_all', 'acceptable_excuse',
    'technical_failure', 'warning', 'referral', 'duplicate', 'wrong_facts'));
-- The notification, attempt, outage, flag or fact the outcome rests on.
ALTER TABLE flags ADD COLUMN basis_id TEXT;
ALTER TABLE flags ADD COLUMN proposed_by TEXT;
ALTER TABLE flags ADD COLUMN decided_by TEXT CHECK (decided_by <> proposed_by);
-- Whether an authority told what it decided.
ALTER TABLE flags ADD COLUMN answered BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE flags ADD COLUMN open_disputes BIGINT NOT NULL DEFAULT 0 CHECK (open_disputes >= 0);
-- An official marked a fact it rests on as disputed.
ALTER TABLE flags ADD COLUMN fact_disputed BOOLEAN NOT NULL DEFAULT FALSE;
-- The last step, and the one with which the running term began.
ALTER TABLE flags ADD COLUMN last_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flags ADD COLUMN term_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flags ADD COLUMN due_on DATE;
ALTER TABLE flags ADD COLUMN snoozed_until DATE;
-- Worklists and terms look at what is not closed only.
CREATE INDEX flags_owner_work ON flags (owner_id, due_on, id) WHERE state <> 'closed';
CREATE INDEX flags_team_work ON flags (team_id, due_on, id) WHERE state <> 'closed';
CREATE INDEX flags_terms ON flags (due_on, id) WHERE state <> 'closed';
CREATE INDEX flags_referred ON flags (due_on, id) WHERE outcome = 'referral' AND state <> 'closed';

-- Append-only.
CREATE TABLE flag_steps (
    flag_id     TEXT NOT NULL REFERENCES flags (id),
    seq         BIGINT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('taken_up', 'evidence_awaited', 'evidence_received', 'proposed',
        'confirmed', 'rejected', 'handed_over', 'acknowledged', 'answered', 'closed', 'reopened', 'snoozed',
        'reassigned', 'disputed', 'dispute_decided')),
    from_state  TEXT NOT NULL,
    to_state    TEXT NOT NULL,
    outcome     TEXT,
    basis_id    TEXT,
    excuse      TEXT,
    -- Who looks after it from this step on.
    owner_id    TEXT NOT NULL REFERENCES accounts (id),
    -- NULL: the program.
    actor_id    TEXT REFERENCES accounts (id),
    taken_on    DATE NOT NULL,
    taken_at    TIMESTAMP(6) NOT NULL,
    -- Reason and evidence, in words.
    content_enc TEXT,
    -- Why work went to somebody else, as a code.
    hand_over   TEXT,
    -- The last day of the term that runs from this step on.
    due_on      DATE,
    PRIMARY KEY (flag_id, seq)
);

-- One for each term that passed.
CREATE TABLE flag_escalations (
    flag_id      TEXT NOT NULL REFERENCES flags (id),
    term_step    BIGINT NOT NULL,
    due_on       DATE NOT NULL,
    -- The lead before whom it was put; NULL when there is none.
    lead_id      TEXT REFERENCES accounts (id),
    escalated_on DATE NOT NULL,
    escalated_at TIMESTAMP(6) NOT NULL,
    PRIMARY KEY (flag_id, term_step)
);

-- A referral before one authority.
CREATE TABLE referrals (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    flag_id         TEXT NOT NULL REFERENCES flags (id),
    -- The step that decided it: a flag that is reopened can be referred again.
    step            BIGINT NOT NULL,
    authority       TEXT NOT NULL CHECK (authority IN ('om_officer', 'aice')),
    outbox_id       TEXT NOT NULL REFERENCES outbox (id),
    created_at      TIMESTAMP(6) NOT NULL,
    acknowledged_at TIMESTAMP(6),
    acknowledged_by TEXT REFERENCES accounts (id),
    UNIQUE (flag_id, step, authority)
);
CREATE INDEX referrals_waiting ON referrals (authority, flag_id) WHERE acknowledged_at IS NULL;

CREATE TABLE authority_decisions (
    id          TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    flag_id     TEXT NOT NULL REFERENCES flags (id),
    authority   TEXT NOT NULL CHECK (authority IN ('om_officer', 'aice')),
    outcome     TEXT NOT NULL CHECK (outcome IN ('no_action', 'warning', 'returned', 'penalty_order', 'prosecution',
        'convicted', 'acquitted', 'measure_executed')),
    decided_on  DATE NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at TIMESTAMP(6) NOT NULL,
    -- The authority's case number and its words.
    content_enc TEXT
);
CREATE INDEX authority_decisions_flag ON authority_decisions (flag_id, id);

CREATE TABLE disputes (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    registration_id TEXT NOT NULL REFERENCES registrations (id),
    -- The first fact of the chain that is disputed.
    fact_id         TEXT NOT NULL REFERENCES facts (id),
    state           TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected', 'appealed', 'rejected_on_appeal')),
    raised_by       TEXT NOT NULL REFERENCES accounts (id),
    raised_on       DATE NOT NULL,
    raised_at       TIMESTAMP(6) NOT NULL,
    reason_enc      TEXT NOT NULL,
    due_on          DATE,
    decided_by      TEXT REFERENCES accounts (id),
    decided_at      TIMESTAMP(6),
    decision_enc    TEXT,
    appealed_by     TEXT REFERENCES accounts (id),
    appealed_at     TIMESTAMP(6),
    appeal_enc      TEXT,
    appeal_decided_by TEXT REFERENCES accounts (id) CHECK (appeal_decided_by <> decided_by),
    appeal_decided_at TIMESTAMP(6),
    appeal_decision_enc TEXT,
    version         BIGINT NOT NULL
);
CREATE INDEX disputes_registration ON disputes (registration_id, id);
CREATE INDEX disputes_open ON disputes (due_on, id) WHERE state IN ('open', 'appealed');
CREATE INDEX disputes_fact ON disputes (fact_id);

-- The flags a dispute holds up.
CREATE TABLE dispute_flags (
    dispute_id TEXT NOT NULL REFERENCES disputes (id),
    flag_id    TEXT NOT NULL REFERENCES flags (id),
    PRIMARY KEY (dispute_id, flag_id)
);
CREATE INDEX dispute_flags_flag ON dispute_flags (flag_id);

-- When an officer is absent, and who stands in.
CREATE TABLE officer_absences (
    id           TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    from_on      DATE NOT NULL,
    until_on     DATE NOT NULL CHECK (until_on >= from_on),
    cover_id     TEXT REFERENCES accounts (id) CHECK (cover_id <> account_id),
    recorded_by  TEXT NOT NULL REFERENCES accounts (id),
    recorded_at  TIMESTAMP(6) NOT NULL,
    withdrawn_at TIMESTAMP(6)
);
CREATE INDEX officer_absences_days ON officer_absences (until_on, account_id) WHERE withdrawn_at IS NULL;

-- A whole caseload given to somebody else at once.
CREATE TABLE hand_overs (
    id            TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    from_id       TEXT NOT NULL REFERENCES accounts (id),
    to_id         TEXT NOT NULL REFERENCES accounts (id),
    reason        TEXT NOT NULL CHECK (reason IN ('leave', 'illness', 'departure', 'workload', 'conflict_of_interest',
        'moved')),
    -- How much it was.
    registrations BIGINT NOT NULL,
    flags         BIGINT NOT NULL,
    done_by       TEXT NOT NULL REFERENCES accounts (id),
    done_at       TIMESTAMP(6) NOT NULL
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000007', '2026-11-24-000007');
