INSERT INTO deliveries (id, endpoint_id, carrier, received_at, is_test, remote_addr, remote_net, size, body_sha256, verdict,
    scheme, covers, claimed, outcome, answer, last_seen_at)
  VALUES ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-000000000004', 'fast', 1, 0, '192.0.2.1', '192.0.2.1', 2,
    '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'authenticated', 'token', 'none', 0, 'applied', 'accepted', 1);
INSERT INTO delivery_bodies SELECT seq, 'k', x'00', x'7b7d' FROM deliveries;
