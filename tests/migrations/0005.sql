INSERT INTO search_parcels (parcel_id, text) VALUES ('00000000-0000-4000-8000-000000000008', 'n1');
INSERT INTO search_texts (shipment_id, text) VALUES ('00000000-0000-4000-8000-000000000007', 'sorted');
INSERT INTO search_people (shipment_id, digest, text) VALUES ('00000000-0000-4000-8000-000000000007', 'd', 'a person');
