-- What is searched: derived, written in the transaction that writes the rows it is made of, gone with them. The texts are
-- folded (lower case, no diacritics, final sigma), one value a line; the words that pages show come from the rows.

-- Number, barcode and references of a parcel. Any part of three characters or more is found.
CREATE TABLE search_parcels (
    id        INTEGER PRIMARY KEY,                    -- of its own: a rowid may change when the file is copied
    parcel_id TEXT NOT NULL UNIQUE REFERENCES parcels (id) ON DELETE CASCADE,
    text      TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE search_parcels_index USING fts5 (
    text, content = 'search_parcels', content_rowid = 'id', tokenize = 'trigram', columnsize = 0);
CREATE TRIGGER search_parcels_added AFTER INSERT ON search_parcels BEGIN
    INSERT INTO search_parcels_index (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER search_parcels_gone AFTER DELETE ON search_parcels BEGIN
    INSERT INTO search_parcels_index (search_parcels_index, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER search_parcels_changed AFTER UPDATE OF text ON search_parcels BEGIN
    INSERT INTO search_parcels_index (search_parcels_index, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO search_parcels_index (rowid, text) VALUES (new.id, new.text);
END;

-- What carriers wrote on the timeline of a number: texts, places, remarks. Words are found by their beginnings.
CREATE TABLE search_texts (
    id          INTEGER PRIMARY KEY,
    shipment_id TEXT NOT NULL UNIQUE REFERENCES shipments (id) ON DELETE CASCADE,
    text        TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE search_texts_index USING fts5 (
    text, content = 'search_texts', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3',
    columnsize = 0);
CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
    INSERT INTO search_texts_index (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER search_texts_gone AFTER DELETE ON search_texts BEGIN
    INSERT INTO search_texts_index (search_texts_index, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER search_texts_changed AFTER UPDATE OF text ON search_texts BEGIN
    INSERT INTO search_texts_index (search_texts_index, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO search_texts_index (rowid, text) VALUES (new.id, new.text);
END;

-- Recipients, apart: only who may reveal them searches here. The purge of a recipient takes its row.
CREATE TABLE search_people (
    id          INTEGER PRIMARY KEY,
    shipment_id TEXT NOT NULL,
    digest      TEXT NOT NULL,
    text        TEXT NOT NULL,
    UNIQUE (shipment_id, digest),
    FOREIGN KEY (shipment_id, digest) REFERENCES recipients (shipment_id, digest) ON DELETE CASCADE
) STRICT;
CREATE VIRTUAL TABLE search_people_index USING fts5 (
    text, content = 'search_people', content_rowid = 'id', tokenize = 'trigram', columnsize = 0);
-- What is purged must not linger in a segment of the index.
INSERT INTO search_people_index (search_people_index, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER search_people_added AFTER INSERT ON search_people BEGIN
    INSERT INTO search_people_index (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER search_people_gone AFTER DELETE ON search_people BEGIN
    INSERT INTO search_people_index (search_people_index, rowid, text) VALUES ('delete', old.id, old.text);
END;

-- Numbers known already are folded again at the next start, which fills these tables.
UPDATE shipments SET derivation_version = 0;

-- The views of the list count and order by index alone.
ALTER TABLE parcels ADD COLUMN withdrawn INTEGER GENERATED ALWAYS AS (instr(flags, '"withdrawn"') > 0) VIRTUAL;
CREATE INDEX parcels_counted ON parcels (is_test, withdrawn, status, action_required);
CREATE INDEX parcels_standing_at ON parcels (endpoint_id, is_test, withdrawn, status, action_required, standing_since);
CREATE INDEX parcels_by_standing ON parcels (is_test, standing_since, id);
CREATE INDEX parcels_by_silence ON parcels (is_test, silent_since, id);
