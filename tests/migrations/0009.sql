INSERT INTO attention (endpoint_id, is_test, number_norm, piece, owner) VALUES ('00000000-0000-4000-8000-000000000004', 0, 'N1', '', 'ann');
INSERT INTO attention_log (at, endpoint_id, is_test, number, piece, act, queue)
  VALUES (1, '00000000-0000-4000-8000-000000000004', 0, 'N1', '', 'opened', 'stalled');
