INSERT INTO second_factors (user_id, key_id, sealed, confirmed_at, last_step, recovery)
  VALUES ('00000000-0000-4000-8000-000000000001', 'key', x'00', 1, 59, '["hash"]');
