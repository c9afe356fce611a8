INSERT INTO identities VALUES ('https://id.example.com', 'subject-1', '00000000-0000-4000-8000-000000000001', 1);
