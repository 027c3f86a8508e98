-- Rows about people in a release, and the files of a release one by one, in pieces, so that none is ever held whole.

-- Whether rows about people and events were asked for, under pseudonyms.
ALTER TABLE releases ADD COLUMN microdata BOOLEAN NOT NULL DEFAULT FALSE;
-- Why they were asked for and are not in it.
ALTER TABLE releases ADD COLUMN microdata_refused TEXT CHECK (microdata_refused IN ('too_few'));
-- The key of the pseudonyms, of this release alone.
ALTER TABLE releases ADD COLUMN pseudonyms_enc TEXT;
-- Nothing was issued before this version.
ALTER TABLE releases DROP COLUMN file_enc;

CREATE TABLE release_files (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    release_id TEXT NOT NULL REFERENCES releases (id),
    name       TEXT NOT NULL,
    -- Whether its rows are about people.
    microdata  BOOLEAN NOT NULL,
    bytes      INTEGER NOT NULL,
    pieces     INTEGER NOT NULL,
    UNIQUE (release_id, name)
);

-- Written while a release is made, before it is known whether it will be: of no file until then.
CREATE TABLE release_pieces (
    file_id    TEXT NOT NULL CHECK (length(file_id) = 36),
    seq        INTEGER NOT NULL,
    release_id TEXT NOT NULL REFERENCES releases (id),
    sealed     BLOB NOT NULL,
    PRIMARY KEY (file_id, seq)
);
CREATE INDEX release_pieces_release ON release_pieces (release_id);

INSERT INTO schema_versions (version, compatible_from) VALUES ('2026-11-27-000025', '2026-11-27-000025');
