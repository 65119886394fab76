-- +goose Up
-- Who people are at OpenID providers. Without a user: one who was removed.
CREATE TABLE subjects (
  issuer    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  user_id   TEXT REFERENCES users (id) ON DELETE SET NULL,
  email     TEXT NOT NULL,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;
CREATE UNIQUE INDEX subjects_of_users ON subjects (user_id, issuer) WHERE user_id IS NOT NULL;

-- Sign-ins that have begun at a provider's page, by the hash of what its answer has to bring.
CREATE TABLE sign_ins (
  state_hash TEXT NOT NULL PRIMARY KEY,
  return_to  TEXT NOT NULL,
  user_id    TEXT NOT NULL, -- who wants to be linked; '' for who wants to log in
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ins_expired ON sign_ins (expires_at);

-- E-mail addresses of users that were removed, in lower case. Signing in does not bring them back.
CREATE TABLE removed_users (
  email TEXT NOT NULL PRIMARY KEY
) STRICT;
