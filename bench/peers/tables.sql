-- What the peer of service.ts keeps. Indices are those that its lists would need; open_count is
-- kept in the row so that the fewest are found without counting; its page has room to change it.
CREATE TABLE tokens (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE TABLE teams (
  id integer PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE teammates (
  id integer PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  is_active boolean NOT NULL DEFAULT true,
  max_open integer,
  open_count integer NOT NULL DEFAULT 0,
  last_given_at timestamptz
) WITH (fillfactor = 20);
CREATE TABLE memberships (
  team_id integer NOT NULL REFERENCES teams,
  teammate_id integer NOT NULL REFERENCES teammates,
  PRIMARY KEY (team_id, teammate_id)
);
CREATE TABLE contacts (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id text NOT NULL UNIQUE,
  name text NOT NULL,
  email text NOT NULL UNIQUE
);
CREATE TABLE conversations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id integer REFERENCES teams,
  teammate_id integer REFERENCES teammates,
  contact_id integer REFERENCES contacts,
  channel text NOT NULL,
  title text,
  state text NOT NULL DEFAULT 'open',
  waiting_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX conversations_waiting ON conversations (team_id, waiting_since)
  WHERE state = 'open' AND teammate_id IS NULL;
CREATE INDEX conversations_held ON conversations (teammate_id) WHERE state = 'open';
CREATE INDEX conversations_contact ON conversations (contact_id, id);
CREATE TABLE assignments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id bigint NOT NULL REFERENCES conversations,
  team_id integer REFERENCES teams,
  teammate_id integer NOT NULL REFERENCES teammates,
  how text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE UNIQUE INDEX assignments_open ON assignments (conversation_id) WHERE ended_at IS NULL;
CREATE INDEX assignments_teammate ON assignments (teammate_id, made_at);
CREATE TABLE messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id bigint NOT NULL REFERENCES conversations,
  author_kind text NOT NULL,
  contact_id integer REFERENCES contacts,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_conversation ON messages (conversation_id, id);
-- The outbox: what live events and webhooks are fed from.
CREATE TABLE events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type text NOT NULL,
  conversation_id bigint NOT NULL,
  data jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- The same work as the statements of service.ts, in one trip to the database.
CREATE FUNCTION create_conversation(
  the_contact text, the_team integer, the_channel text, the_title text, the_text text,
  OUT conversation bigint, OUT teammate integer, OUT contact integer, OUT assignment bigint,
  OUT message bigint, OUT seq bigint, OUT created timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.id INTO contact FROM contacts c WHERE c.public_id = the_contact;
  IF contact IS NULL THEN
    RETURN;
  END IF;
  UPDATE teammates t SET open_count = t.open_count + 1, last_given_at = now()
  WHERE t.id = (
    SELECT u.id FROM teammates u JOIN memberships m ON m.teammate_id = u.id
    WHERE m.team_id = the_team AND u.is_active
      AND (u.max_open IS NULL OR u.open_count < u.max_open)
    ORDER BY u.open_count, u.last_given_at NULLS FIRST, u.id
    LIMIT 1 FOR UPDATE OF u SKIP LOCKED)
  RETURNING t.id INTO teammate;
  INSERT INTO conversations (team_id, teammate_id, contact_id, channel, title, waiting_since)
  VALUES (the_team, teammate, contact, the_channel, the_title, now())
  RETURNING id, created_at INTO conversation, created;
  IF teammate IS NOT NULL THEN
    INSERT INTO assignments (conversation_id, team_id, teammate_id, how)
    VALUES (conversation, the_team, teammate, 'balanced') RETURNING id INTO assignment;
  END IF;
  INSERT INTO messages (conversation_id, author_kind, contact_id, body)
  VALUES (conversation, 'contact', contact, the_text) RETURNING id INTO message;
  INSERT INTO events (type, conversation_id, data)
  VALUES ('conversation.arrived', conversation,
          jsonb_build_object('team', the_team, 'contact', contact, 'message', message,
                             'teammate', teammate, 'assignment', assignment))
  RETURNING events.seq INTO seq;
END $$;
