-- The rules of workload.h in PostgreSQL: one event is one call, one transaction, one round trip.
-- Rows are taken FOR UPDATE SKIP LOCKED, so that several clients do not wait for each other; with
-- more than one they may then pass over what another just holds. Locks are taken in the order
-- conversation, teammate; what comes after skips, so no two wait in a ring.
SET search_path = bench;
CREATE INDEX members_of_mate ON members (mate, level, inbox);
CREATE INDEX queue ON convs (inbox, need, vip_rank, sla, waiting, started, rank, id)
	WHERE state = 0;

CREATE FUNCTION give(c int, t int) RETURNS int[] LANGUAGE plpgsql AS $$
BEGIN
	UPDATE bench.convs SET state = 1, mate = t WHERE id = c;
	UPDATE bench.mates SET open = open + 1, last_given = nextval('bench.givings') WHERE id = t;
	RETURN ARRAY[c, t];
END $$;

-- What teammate t, with these skills, would take next, and at which level: one index probe for
-- each inbox and skill. Whether there is room the caller knows.
CREATE FUNCTION best_for(t int, has int, OUT conv int, OUT at smallint) LANGUAGE plpgsql AS $$
DECLARE
	needs int[];
BEGIN
	needs := ARRAY(SELECT 1 << s FROM generate_series(0, 15) s WHERE has & (1 << s) <> 0) || 0;
	FOR lv IN 0..1 LOOP
		at := lv;
		SELECT c.id INTO conv
		FROM bench.members m, unnest(needs) n(need), LATERAL (
			SELECT id, vip_rank, sla, waiting, started, rank FROM bench.convs
			WHERE state = 0 AND inbox = m.inbox AND need = n.need
			ORDER BY vip_rank, sla, waiting, started, rank, id
			LIMIT 1 FOR UPDATE SKIP LOCKED) c
		WHERE m.mate = t AND m.level = lv
		ORDER BY c.vip_rank, c.sla, c.waiting, c.started, c.rank, c.id LIMIT 1;
		EXIT WHEN conv IS NOT NULL;
	END LOOP;
END $$;

-- Gives teammate t what they can take.
CREATE FUNCTION fill(t int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	m record;
	best record;
	given int[] := '{}';
BEGIN
	SELECT active, capacity, open, skills INTO m FROM bench.mates WHERE id = t FOR UPDATE;
	WHILE m.active AND m.open < m.capacity LOOP
		SELECT * INTO best FROM bench.best_for(t, m.skills);
		EXIT WHEN best.conv IS NULL;
		given := given || bench.give(best.conv, t);
		m.open := m.open + 1;
	END LOOP;
	RETURN given;
END $$;

-- To the best teammate with room, else into the queue. not_secondary: one whose gate is shut.
CREATE FUNCTION place(c int, not_secondary int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	conv record;
	t int;
BEGIN
	SELECT inbox, need INTO conv FROM bench.convs WHERE id = c FOR UPDATE;
	FOR lv IN 0..1 LOOP
		SELECT m.id INTO t
		FROM bench.members b JOIN bench.mates m ON m.id = b.mate
		WHERE b.inbox = conv.inbox AND b.level = lv
			AND m.active AND m.open < m.capacity AND m.skills & conv.need = conv.need
			AND (lv = 0 OR m.id IS DISTINCT FROM not_secondary)
		ORDER BY m.open, m.last_given, m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED;
		IF t IS NOT NULL THEN
			RETURN bench.give(c, t);
		END IF;
	END LOOP;
	UPDATE bench.convs SET state = 0, mate = NULL WHERE id = c AND state <> 0;
	RETURN '{}';
END $$;

-- Conversation c left teammate t, and competes with the best that t could take now; the better goes
-- first. What waits where t is primary, c included, shuts t's gate as a secondary.
CREATE FUNCTION compete(c int, t int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	m record;
	best record;
	shut bool;
	ahead bool;
BEGIN
	UPDATE bench.mates SET open = open - 1 WHERE id = t
		RETURNING active AND open < capacity AS room, skills INTO m;
	IF NOT m.room THEN
		RETURN bench.place(c, NULL);
	END IF;
	SELECT * INTO best FROM bench.best_for(t, m.skills);
	SELECT best.at = 1 AND m.skills & need = need AND EXISTS (
		SELECT FROM bench.members p WHERE p.mate = t AND p.level = 0 AND p.inbox = x.inbox)
		INTO shut FROM bench.convs x WHERE id = c;
	IF best.conv IS NULL OR shut THEN
		RETURN bench.place(c, NULL) || bench.fill(t);
	END IF;
	SELECT (b.vip_rank, b.sla, b.waiting, b.started, b.rank, b.id)
		< (x.vip_rank, x.sla, x.waiting, x.started, x.rank, x.id)
		INTO ahead FROM bench.convs b, bench.convs x WHERE b.id = best.conv AND x.id = c;
	IF ahead THEN
		RETURN bench.give(best.conv, t) || bench.place(c, NULL);
	END IF;
	RETURN bench.place(c, CASE WHEN best.at = 0 THEN t END) || bench.fill(t);
END $$;

CREATE FUNCTION reply(c int, since int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	was record;
BEGIN
	UPDATE bench.convs SET waiting = since WHERE id = c RETURNING state, mate INTO was;
	IF was.state <> 2 THEN
		RETURN '{}';
	ELSIF was.mate IS NULL THEN
		RETURN bench.place(c, NULL);
	END IF;
	UPDATE bench.mates SET open = open + 1 WHERE id = was.mate;
	UPDATE bench.convs SET state = 1 WHERE id = c;
	RETURN '{}';
END $$;

CREATE FUNCTION put_down(c int, becomes int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	was record;
BEGIN
	SELECT state, mate INTO was FROM bench.convs WHERE id = c FOR UPDATE;
	UPDATE bench.convs SET state = becomes WHERE id = c;
	IF was.state <> 1 THEN
		RETURN '{}';
	END IF;
	UPDATE bench.mates SET open = open - 1 WHERE id = was.mate;
	RETURN bench.fill(was.mate);
END $$;

CREATE FUNCTION reassign(c int, i int) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	was record;
BEGIN
	SELECT state, mate INTO was FROM bench.convs WHERE id = c FOR UPDATE;
	UPDATE bench.convs x SET inbox = i, rank = b.rank, mate = NULL, state = 4
		FROM bench.inboxes b WHERE x.id = c AND b.id = i;
	IF was.state = 1 THEN
		RETURN bench.compete(c, was.mate);
	END IF;
	RETURN bench.place(c, NULL);
END $$;

-- arrival: inbox, vip_rank, sla, waiting, started, need. Returns conversation, teammate, ...
CREATE FUNCTION apply(kind int, subject int, value int, i int, since int, arrival int[])
RETURNS int[] LANGUAGE plpgsql AS $$
BEGIN
	CASE kind
	WHEN 0 THEN
		INSERT INTO bench.convs
			SELECT subject, arrival[1], rank, arrival[2], arrival[3], arrival[4],
				arrival[5], arrival[6], 4, NULL
			FROM bench.inboxes WHERE id = arrival[1];
		RETURN bench.place(subject, NULL);
	WHEN 1 THEN RETURN bench.reply(subject, since);
	WHEN 2 THEN RETURN bench.put_down(subject, 3);
	WHEN 3 THEN RETURN bench.put_down(subject, 2);
	WHEN 4 THEN
		UPDATE bench.mates SET active = (value = 1) WHERE id = subject;
		RETURN bench.fill(subject);
	WHEN 5 THEN
		UPDATE bench.mates SET capacity = value WHERE id = subject;
		RETURN bench.fill(subject);
	ELSE RETURN bench.reassign(subject, i);
	END CASE;
END $$;

ANALYZE;
