-- Who of our users a sign-in provider knows, and by which name.

CREATE TABLE identities (
    issuer     TEXT NOT NULL,                     -- the provider's address, exactly as it writes it itself
    subject    TEXT NOT NULL,                     -- the provider's name for the person: never given to another, unlike an e-mail
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_of_user ON identities (user_id);
