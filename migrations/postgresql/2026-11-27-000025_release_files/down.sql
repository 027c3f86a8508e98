DROP TABLE release_pieces;
DROP TABLE release_files;
ALTER TABLE releases ADD COLUMN file_enc TEXT;
ALTER TABLE releases DROP COLUMN pseudonyms_enc;
ALTER TABLE releases DROP COLUMN microdata_refused;
ALTER TABLE releases DROP COLUMN microdata;

DELETE FROM schema_versions WHERE version = '2026-11-27-000025';
