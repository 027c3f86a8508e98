-- What has to leave the house: reminders and the outbox they travel in, with the proof of each step.

CREATE TABLE outbox (
    id              TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    kind            TEXT NOT NULL CHECK (kind IN ('reminder', 'event')),
    registration_id TEXT REFERENCES registrations (id),
    -- What the row speaks of: the reminder, or the object of an event. Never text for people.
    reference_id    TEXT NOT NULL,
    event           TEXT NOT NULL,
    channel         TEXT NOT NULL CHECK (channel IN ('email', 'letter', 'webhook')),
    state           TEXT NOT NULL CHECK (state IN ('pending', 'in_flight', 'handed_over', 'delivered', 'retrying',
        'unknown', 'dead', 'superseded')),
    attempts        BIGINT NOT NULL,
    next_try_at     TIMESTAMP(6) NOT NULL,
    leased_by       TEXT,
    leased_until    TIMESTAMP(6),
    -- After this legal day the message no longer serves anybody and is superseded instead of sent.
    purpose_ends_on DATE,
    message_id      TEXT NOT NULL,
    handed_over_at  TIMESTAMP(6),
    delivered_at    TIMESTAMP(6),
    last_code       TEXT,
    created_at      TIMESTAMP(6) NOT NULL,
    updated_at      TIMESTAMP(6) NOT NULL,
    UNIQUE (event, reference_id, channel)
);
-- By channel, because what no channel carries yet stays in it and must not stand in the way of the rest.
CREATE INDEX outbox_work ON outbox (channel, next_try_at, id)
    WHERE state IN ('pending', 'retrying', 'in_flight', 'unknown');
CREATE INDEX outbox_registration ON outbox (registration_id, id);

CREATE TABLE delivery_attempts (
    outbox_id  TEXT NOT NULL REFERENCES outbox (id),
    attempt    BIGINT NOT NULL,
    started_at TIMESTAMP(6) NOT NULL,
    ended_at   TIMESTAMP(6) NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('handed_over', 'failed', 'rejected', 'unknown')),
    code       TEXT NOT NULL,
    PRIMARY KEY (outbox_id, attempt)
);

CREATE TABLE reminders (
    id           TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    duty_id      TEXT NOT NULL REFERENCES duties (id),
    duty_version BIGINT NOT NULL,
    -- A due date that moves starts new windows: the date is part of the key.
    due_on       DATE NOT NULL,
    reminder_window TEXT NOT NULL CHECK (reminder_window IN ('before', 'on_day')),
    channel      TEXT NOT NULL CHECK (channel IN ('email', 'letter')),
    planned_on   DATE NOT NULL,
    outbox_id    TEXT NOT NULL REFERENCES outbox (id),
    created_at   TIMESTAMP(6) NOT NULL,
    UNIQUE (duty_id, due_on, reminder_window, channel)
);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-24-000004', '2026-11-24-000004');
