INSERT INTO meta VALUES ('probe', '2026-06-18T06:30:00.000Z');
INSERT INTO users VALUES ('00000000-0000-4000-8000-000000000001', 'Ann', 'ann', '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA', 'admin', 0, 1, NULL);
INSERT INTO sessions VALUES ('h1', '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 1, 1, 2, '192.0.2.1', 'a browser');
INSERT INTO api_tokens VALUES ('00000000-0000-4000-8000-000000000003', 'ci', 'h2', 'read', 1, NULL, NULL);
INSERT INTO endpoints (id, carrier, label, state, settings, token_hash, token_key_id, token_sealed, created_at)
  VALUES ('00000000-0000-4000-8000-000000000004', 'fast', 'Main', 'active', '{}', 'h3', 'k', x'00', 1);
INSERT INTO endpoint_secrets VALUES ('00000000-0000-4000-8000-000000000004', 'secret', 'current', 'k', x'00', NULL, 1, NULL, NULL);
INSERT INTO endpoint_stats VALUES ('00000000-0000-4000-8000-000000000004', 1, 1, 1);
INSERT INTO endpoint_failures VALUES ('00000000-0000-4000-8000-000000000004', 1, 1);
INSERT INTO registration_steps (endpoint_id, name, state, at) VALUES ('00000000-0000-4000-8000-000000000004', 'register', 'done', 1);
INSERT INTO test_nonces VALUES ('h4', '00000000-0000-4000-8000-000000000004', 'delivered', 2, NULL);
INSERT INTO counters VALUES ('hooks_unknown_url', 3);
INSERT INTO mappings VALUES ('fast', 'status:99', 1, '{}', 'L', 'an operator''s', 'ann', 1);
INSERT INTO operator_acts (id, endpoint_id, is_test, number_norm, act, payload, actor, at)
  VALUES ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000004', 0, 'N1', 'note', '{"text":"x"}', 'ann', 1);
INSERT INTO audit (at, actor, act, subject) VALUES (1, 'ann', 'add', 'endpoint');
