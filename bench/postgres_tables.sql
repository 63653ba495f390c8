-- The state in PostgreSQL, before it is filled; postgres_rules.sql adds indexes and rules after.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
SET search_path = bench;

CREATE TABLE inboxes (
	id int PRIMARY KEY,
	rank smallint NOT NULL
);
-- Rows that change at every decision leave room for their next version on the same page.
CREATE TABLE mates (
	id int PRIMARY KEY,
	active bool NOT NULL,
	capacity int NOT NULL,
	open int NOT NULL,
	last_given bigint NOT NULL,
	skills int NOT NULL -- bit s-1 set: has skill s
) WITH (fillfactor = 50);
CREATE TABLE members (
	mate int NOT NULL,
	inbox int NOT NULL,
	level smallint NOT NULL, -- 0 primary, 1 secondary
	PRIMARY KEY (inbox, level, mate)
);
CREATE TABLE convs (
	id int PRIMARY KEY,
	inbox int NOT NULL,
	rank smallint NOT NULL, -- of the inbox
	vip_rank smallint NOT NULL,
	sla int NOT NULL,
	waiting int NOT NULL,
	started int NOT NULL,
	need int NOT NULL, -- the skill's bit, or 0
	state smallint NOT NULL, -- 0 waiting, 1 assigned, 2 snoozed, 3 closed, 4 in hand
	mate int
) WITH (fillfactor = 80);
CREATE SEQUENCE givings CACHE 1;
