INSERT INTO shipments (id, endpoint_id, carrier, is_test, number, number_as_of, number_norm, created_at, shown, pieces, derivation_version)
  VALUES ('00000000-0000-4000-8000-000000000007', '00000000-0000-4000-8000-000000000004', 'fast', 0, 'n1', 1, 'N1', 1, 1, 1, 1);
INSERT INTO parcels (id, shipment_id, endpoint_id, carrier, is_test, number, number_norm, piece_no, incarnation, status, explanation,
    leg, legs, episodes, flags, action_required, attempts, events_count, details, refs, proofs, silent_since, standing_since, digest,
    created_at, updated_at)
  VALUES ('00000000-0000-4000-8000-000000000008', '00000000-0000-4000-8000-000000000007', '00000000-0000-4000-8000-000000000004', 'fast', 0,
    'n1', 'N1', 1, 1, 'in_transit', 'moving', 1, '[]', '[]', '[]', 0, 0, 1, '{}', '[]', '[]', 1, 1, 'd', 1, 1);
INSERT INTO parcel_references VALUES ('00000000-0000-4000-8000-000000000008', 0, 'order', 'O1');
INSERT INTO tags VALUES ('00000000-0000-4000-8000-000000000004', 0, 'N1', 'fragile');
INSERT INTO events (id, endpoint_id, carrier, is_test, dedupe_key, shipment_id, received_at, last_received_at, seen_count, content,
    content_hash, kind, effective_at)
  VALUES ('00000000-0000-4000-8000-000000000009', '00000000-0000-4000-8000-000000000004', 'fast', 0, 'k1',
    '00000000-0000-4000-8000-000000000007', 1, 1, 1, '{"keys":["status:99"]}', 'c', 'status', 1);
INSERT INTO event_deliveries VALUES ('00000000-0000-4000-8000-000000000009', '00000000-0000-4000-8000-000000000006', 0, 1);
INSERT INTO event_revisions VALUES ('00000000-0000-4000-8000-000000000009', 'c', '{}', 1, NULL);
INSERT INTO listings VALUES ('00000000-0000-4000-8000-000000000007', 's', '00000000-0000-4000-8000-000000000006', 1, 1, '1', '1', '[]');
INSERT INTO recipients VALUES ('00000000-0000-4000-8000-000000000007', 'd', 'A. Person', NULL, NULL, NULL, 1, 9);
