-- Events for other systems: their order, who gets which, and what became of each.

-- When the event got its place in the order; empty until the sequencer has seen it.
ALTER TABLE outbox ADD COLUMN sequenced_at TIMESTAMP(6);
CREATE INDEX outbox_unsequenced ON outbox (id) WHERE channel = 'webhook' AND sequenced_at IS NULL;
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

-- The order of events: a place without gaps, given after the commit of the change. Two sequencers cannot give the same.
CREATE TABLE events (
    position        BIGINT NOT NULL PRIMARY KEY,
    outbox_id       TEXT NOT NULL UNIQUE REFERENCES outbox (id),
    kind            TEXT NOT NULL,
    registration_id TEXT REFERENCES registrations (id),
    -- What it speaks of: a flag, a journey, a registration.
    subject_id      TEXT NOT NULL,
    -- The one role it is meant for; empty when its kind alone says who may know of it.
    addressee       TEXT,
    -- Takes back or changes what was told of the same subject before.
    recall          BOOLEAN NOT NULL,
    occurred_at     TIMESTAMP(6) NOT NULL,
    sequenced_at    TIMESTAMP(6) NOT NULL
);
CREATE INDEX events_subject ON events (subject_id, position);

CREATE TABLE webhook_subscriptions (
    id                  TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- Whose rights bound what it gets.
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    url                 TEXT NOT NULL,
    -- The kinds of events, with a space between.
    kinds               TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled', 'deleted')),
    secret_enc          TEXT NOT NULL,
    -- The secret before this one; signs beside it until its time is over.
    previous_secret_enc TEXT,
    previous_until      TIMESTAMP(6),
    -- Since when nothing arrives; empty while all is well.
    failing_since       TIMESTAMP(6),
    next_ping_at        TIMESTAMP(6),
    created_by          TEXT NOT NULL REFERENCES accounts (id),
    created_at          TIMESTAMP(6) NOT NULL,
    updated_at          TIMESTAMP(6) NOT NULL,
    version             BIGINT NOT NULL
);
CREATE INDEX webhook_subscriptions_failing ON webhook_subscriptions (next_ping_at) WHERE failing_since IS NOT NULL;

CREATE TABLE webhook_deliveries (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    outbox_id        TEXT NOT NULL REFERENCES outbox (id),
    subscription_id  TEXT NOT NULL REFERENCES webhook_subscriptions (id),
    state            TEXT NOT NULL CHECK (state IN ('pending', 'in_flight', 'handed_over', 'delivered', 'retrying',
        'unknown', 'dead', 'superseded')),
    attempts         BIGINT NOT NULL,
    -- Attempts made before a person had it sent again: the waits begin anew behind them.
    attempts_before  BIGINT NOT NULL,
    -- How often it was brought forward because the receiver answered again.
    brought_forward  BIGINT NOT NULL,
    next_try_at      TIMESTAMP(6) NOT NULL,
    leased_by        TEXT,
    leased_until     TIMESTAMP(6),
    -- The first attempt since it was made, or sent again: trying ends three days after it.
    first_tried_at   TIMESTAMP(6),
    handed_over_at   TIMESTAMP(6),
    last_code        TEXT,
    created_at       TIMESTAMP(6) NOT NULL,
    updated_at       TIMESTAMP(6) NOT NULL,
    UNIQUE (outbox_id, subscription_id)
);
CREATE INDEX webhook_deliveries_work ON webhook_deliveries (subscription_id, next_try_at, id)
    WHERE state IN ('pending', 'retrying', 'in_flight', 'unknown');
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (id) WHERE state = 'dead';
CREATE INDEX webhook_deliveries_subscription ON webhook_deliveries (subscription_id, id);

CREATE TABLE webhook_attempts (
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
    attempt     BIGINT NOT NULL,
    started_at  TIMESTAMP(6) NOT NULL,
    ended_at    TIMESTAMP(6) NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('handed_over', 'failed', 'rejected', 'unknown')),
    code        TEXT NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-25-000019', '2026-11-24-000009');
