#include "writer/fold.h"

#include <string.h>

#include "base/arena.h"
#include "engine/look.h"
#include "model/setting.h"

enum {
	MARKS_MAX = 6, /* ids in one event that are marked */
	ROWS_AT_ONCE = 1024,
	TEXT_MAX = 64 * 1024 * 1024, /* reasons and names of settings until they are written */
};

enum set { CONVERSATIONS, TEAMMATES, TEAMS, MEMBERS, GONE_TEAMS, SETS };

/* Ids as bits; low..high are the words that may have any. */
struct bits {
	uint64_t *words;
	size_t cap;
	size_t low;
	size_t high; /* one beyond */
};

/* Which fields of an event of some kind are ids to be marked. */
struct marks {
	uint8_t n;
	uint8_t set[MARKS_MAX];
	uint16_t offset[MARKS_MAX];
};

struct made {
	struct ek_assignment_made e;
	ek_str reason; /* ours */
	struct ek_actor by;
	uint64_t made_seq;
	ek_time made_at;
	uint64_t ended_seq; /* 0 = not ended */
	ek_time ended_at;
	uint8_t ended;
};

struct version {
	int64_t version;
	uint64_t seq;
	ek_time at;
	struct ek_actor by;
	uint8_t scope;
	int64_t id;
	int64_t undoes;
	ek_str settings;
};

struct broken {
	struct ek_promise_broken e;
	uint64_t seq;
	ek_time at;
};

/* An event in the story of a conversation. */
struct told {
	uint32_t conversation;
	uint64_t seq;
	uint8_t kind;
};

struct list {
	void *p;
	size_t n;
	size_t cap;
};

struct ek_fold {
	struct ek_alloc alloc;
	struct ek_arena texts;
	struct bits sets[SETS];
	struct bits ended;    /* assignments whose end is written */
	struct list made;     /* of struct made: ids one after another */
	struct list ends;     /* of struct made: ends of what was made before */
	struct list versions; /* of struct version */
	struct list broken;   /* of struct broken */
	struct list told;     /* of struct told */
	uint32_t count;
	bool all; /* a setting of the workspace changed: everybody's limit may have */
	struct marks marks[EK_EVENT_COUNT];
	struct ek_views_value *values; /* ROWS_AT_ONCE of the widest view */
	uint32_t rows;                 /* in values now */
};

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for what the views still lack");
}

static int set_of(uint8_t type)
{
	switch (type) {
	case EK_FT_CONVERSATION:
		return CONVERSATIONS;
	case EK_FT_TEAMMATE:
		return TEAMMATES;
	case EK_FT_TEAM:
		return TEAMS;
	default:
		return -1;
	}
}

static void fill_marks(struct ek_fold *f)
{
	for (int kind = 0; kind < EK_EVENT_COUNT; kind++) {
		const struct ek_record *record = ek_event_record(kind);
		struct marks *m = &f->marks[kind];
		for (uint32_t i = 0; record != NULL && i < record->field_count; i++) {
			int set = set_of(record->fields[i].type);
			if (set < 0)
				continue;
			ek_assert(m->n < MARKS_MAX);
			m->set[m->n] = (uint8_t)set;
			m->offset[m->n++] = record->fields[i].offset;
		}
	}
}

bool ek_fold_open(struct ek_alloc alloc, struct ek_fold **out, struct ek_err *err)
{
	*out = NULL;
	struct ek_fold *f = ek_alloc_get(&alloc, sizeof *f);
	if (f == NULL)
		return no_memory(err);
	*f = (struct ek_fold){.alloc = alloc};
	ek_arena_init(&f->texts, alloc, TEXT_MAX);
	f->values = ek_alloc_get(&alloc, sizeof *f->values * ROWS_AT_ONCE * EK_VIEWS_COLUMNS_MAX);
	if (f->values == NULL) {
		ek_fold_close(&f);
		return no_memory(err);
	}
	fill_marks(f);
	*out = f;
	return true;
}

void ek_fold_close(struct ek_fold **fold)
{
	struct ek_fold *f = *fold;
	if (f == NULL)
		return;
	struct ek_alloc alloc = f->alloc;
	for (int i = 0; i < SETS; i++)
		ek_alloc_free(&alloc, f->sets[i].words, f->sets[i].cap * sizeof(uint64_t));
	ek_alloc_free(&alloc, f->ended.words, f->ended.cap * sizeof(uint64_t));
	ek_alloc_free(&alloc, f->made.p, f->made.cap * sizeof(struct made));
	ek_alloc_free(&alloc, f->ends.p, f->ends.cap * sizeof(struct made));
	ek_alloc_free(&alloc, f->versions.p, f->versions.cap * sizeof(struct version));
	ek_alloc_free(&alloc, f->broken.p, f->broken.cap * sizeof(struct broken));
	ek_alloc_free(&alloc, f->told.p, f->told.cap * sizeof(struct told));
	ek_alloc_free(&alloc, f->values, sizeof *f->values * ROWS_AT_ONCE * EK_VIEWS_COLUMNS_MAX);
	ek_arena_fini(&f->texts);
	ek_alloc_free(&alloc, f, sizeof *f);
	*fold = NULL;
}

uint32_t ek_fold_count(const struct ek_fold *fold)
{
	return fold->count;
}

static void bits_clear(struct bits *b)
{
	if (b->high > b->low)
		memset(b->words + b->low, 0, (b->high - b->low) * sizeof *b->words);
	b->low = 0;
	b->high = 0;
}

void ek_fold_clear(struct ek_fold *f)
{
	for (int i = 0; i < SETS; i++)
		bits_clear(&f->sets[i]);
	f->made.n = 0;
	f->ends.n = 0;
	f->versions.n = 0;
	f->broken.n = 0;
	f->told.n = 0;
	f->count = 0;
	f->all = false;
	ek_arena_reset(&f->texts);
}

/* ---- noting */

static bool bits_add(struct ek_fold *f, struct bits *b, uint32_t id, struct ek_err *err)
{
	size_t word = id / 64;
	if (word >= b->cap) {
		size_t cap = b->cap == 0 ? 64 : b->cap;
		while (cap <= word)
			cap *= 2;
		uint64_t *p = f->alloc.resize(f->alloc.ctx, b->words, b->cap * sizeof *p,
					      cap * sizeof *p);
		if (p == NULL)
			return no_memory(err);
		memset(p + b->cap, 0, (cap - b->cap) * sizeof *p);
		b->words = p;
		b->cap = cap;
	}
	b->words[word] |= (uint64_t)1 << (id % 64);
	if (b->high == b->low)
		b->low = word;
	b->low = word < b->low ? word : b->low;
	b->high = word + 1 > b->high ? word + 1 : b->high;
	return true;
}

static bool bits_set(struct ek_fold *f, int set, uint32_t id, struct ek_err *err)
{
	return bits_add(f, &f->sets[set], id, err);
}

static bool bits_has(const struct bits *b, uint32_t id)
{
	size_t word = id / 64;
	return word >= b->low && word < b->high && (b->words[word] >> (id % 64) & 1) != 0;
}

static void *list_add(struct ek_fold *f, struct list *l, size_t size, struct ek_err *err)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : 2 * l->cap;
		void *p = f->alloc.resize(f->alloc.ctx, l->p, l->cap * size, cap * size);
		if (p == NULL) {
			no_memory(err);
			return NULL;
		}
		l->p = p;
		l->cap = cap;
	}
	return (char *)l->p + l->n++ * size;
}

static bool note_made(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	struct made *m = list_add(f, &f->made, sizeof *m, err);
	if (m == NULL)
		return false;
	bool ok = true;
	*m = (struct made){
		.e = e->assignment_made, .by = e->by, .made_seq = e->seq, .made_at = e->at};
	if (m->e.reason.p != NULL)
		m->reason = ek_arena_str(&f->texts, m->e.reason, &ok);
	return ok || no_memory(err);
}

static struct made *find_made(struct ek_fold *f, uint32_t id)
{
	struct made *v = f->made.p;
	if (f->made.n == 0 || id < v->e.assignment.v || id - v->e.assignment.v >= f->made.n)
		return NULL;
	struct made *m = &v[id - v->e.assignment.v];
	return m->e.assignment.v == id ? m : NULL;
}

static bool note_ended(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	uint32_t id = e->assignment_ended.assignment.v;
	struct made *m = find_made(f, id);
	if (m == NULL) {
		m = list_add(f, &f->ends, sizeof *m, err);
		if (m == NULL)
			return false;
		*m = (struct made){.e.assignment.v = id};
	}
	m->ended_seq = e->seq;
	m->ended_at = e->at;
	m->ended = e->assignment_ended.reason;
	return true;
}

static bool note_version(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	const struct ek_settings_changed *s = &e->settings_changed;
	struct version *v = list_add(f, &f->versions, sizeof *v, err);
	if (v == NULL)
		return false;
	*v = (struct version){s->version, e->seq, e->at, e->by, s->scope, s->id, s->undoes, {0}};
	size_t room = 1;
	for (uint32_t i = 0; i < s->changes.n; i++)
		room += strlen(ek_setting_row(s->changes.v[i].setting)->wire) + 1;
	char *text = ek_arena_get(&f->texts, room);
	if (text == NULL)
		return no_memory(err);
	size_t n = 0;
	for (uint32_t i = 0; i < s->changes.n; i++)
		n += ek_format(text + n, room - n, "%s%s", i == 0 ? "" : " ",
			       ek_setting_row(s->changes.v[i].setting)->wire);
	v->settings = (ek_str){text, (uint32_t)n};
	if (s->scope == EK_SCOPE_WORKSPACE)
		f->all = true;
	else if (s->id > 0 && s->id <= UINT32_MAX)
		return bits_set(f, s->scope == EK_SCOPE_TEAM ? TEAMS : TEAMMATES, (uint32_t)s->id,
				err);
	return true;
}

static bool note_broken(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	struct broken *b = list_add(f, &f->broken, sizeof *b, err);
	if (b != NULL)
		*b = (struct broken){e->promise_broken, e->seq, e->at};
	return b != NULL;
}

static bool note_special(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	switch (e->kind) {
	case EK_EVENT_ASSIGNMENT_MADE:
		return note_made(f, e, err);
	case EK_EVENT_ASSIGNMENT_ENDED:
		return note_ended(f, e, err);
	case EK_EVENT_SETTINGS_CHANGED:
		return note_version(f, e, err);
	case EK_EVENT_PROMISE_BROKEN:
		return note_broken(f, e, err);
	case EK_EVENT_MEMBERSHIP_CHANGED:
		return bits_set(f, MEMBERS, e->membership_changed.teammate.v, err);
	case EK_EVENT_TEAMMATE_DELETED:
		return bits_set(f, MEMBERS, e->teammate_deleted.teammate.v, err);
	case EK_EVENT_TEAM_DELETED:
		return bits_set(f, GONE_TEAMS, e->team_deleted.team.v, err);
	default:
		return true;
	}
}

static bool note_told(struct ek_fold *f, const struct ek_event *e, uint32_t conversation,
		      struct ek_err *err)
{
	/* Messages are parts; when it was given to whom stands in a row of its own. (One that was
	 * closed and opened again may end twice.) */
	if (e->kind == EK_EVENT_MESSAGE_ADDED || e->kind == EK_EVENT_ASSIGNMENT_MADE)
		return true;
	struct told *t = list_add(f, &f->told, sizeof *t, err);
	if (t != NULL)
		*t = (struct told){conversation, e->seq, e->kind};
	return t != NULL;
}

bool ek_fold_note(struct ek_fold *f, const struct ek_event *e, struct ek_err *err)
{
	ek_assert(e->kind < EK_EVENT_COUNT);
	const struct marks *m = &f->marks[e->kind];
	const char *body = ek_event_body(e);
	for (int i = 0; i < m->n; i++) {
		uint32_t id; /* every id is one 32-bit number in its own clothes */
		memcpy(&id, body + m->offset[i], sizeof id);
		if (id != 0 && !bits_set(f, m->set[i], id, err))
			return false;
		if (id != 0 && m->set[i] == CONVERSATIONS && !note_told(f, e, id, err))
			return false;
	}
	f->count++;
	return note_special(f, e, err);
}

/* ---- writing */

static ek_str wire(enum ek_enum which, int number)
{
	const char *s = number == 0 ? NULL : ek_enums_wire(which, number);
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static struct ek_views_value text(enum ek_enum which, int number)
{
	return ek_views_text(wire(which, number));
}

struct job {
	struct ek_fold *f;
	const struct ek_engine *engine;
	struct ek_log *log;
	enum ek_views view;
	struct ek_err *err;
};

static bool flush(struct job *j)
{
	uint32_t rows = j->f->rows;
	j->f->rows = 0;
	return ek_log_put(j->log, j->view, j->f->values, rows, j->err);
}

/* Where the next row goes; NULL when the full ones could not be written. */
static struct ek_views_value *next_row(struct job *j)
{
	if (j->f->rows == ROWS_AT_ONCE && !flush(j))
		return NULL;
	uint32_t columns = ek_views_table(j->view)->column_count;
	return j->f->values + (size_t)j->f->rows++ * columns;
}

static void put(struct ek_views_value *row, const struct ek_views_value *values, size_t n)
{
	memcpy(row, values, n * sizeof *row);
}

static bool write_conversation(struct job *j, uint32_t id)
{
	struct ek_conversation_view v;
	if (!ek_look_conversation(j->engine, (ek_conversation_id){id}, &v))
		return true;
	struct ek_views_value *row = next_row(j);
	if (row == NULL)
		return false;
	const struct ek_views_value values[] = {
		ek_views_int(id),
		text(EK_ENUM_STATE, v.state),
		ek_views_id(v.contact.v),
		text(EK_ENUM_CAPACITY_CLASS, v.channel),
		text(EK_ENUM_CAPACITY_CLASS, v.capacity_class),
		ek_views_id(v.team.v),
		ek_views_id(v.teammate.v),
		ek_views_id(v.assignment.v),
		ek_views_int(v.priority),
		ek_views_int(v.complexity),
		ek_views_int(v.sla_due.ms),
		ek_views_int(v.started.ms),
		ek_views_int(v.waiting_since.ms),
		ek_views_int(v.queued_at.ms),
		ek_views_int(v.snoozed_until.ms),
		ek_views_int(v.closed_at.ms),
		ek_views_int(v.overtaken),
		ek_views_int((int64_t)v.changed_seq),
	};
	put(row, values, EK_LEN(values));
	/* What it weighs on its team and its teammate may have changed without an event of theirs.
	 * */
	return (v.team.v == 0 || bits_set(j->f, TEAMS, v.team.v, j->err)) &&
	       (v.teammate.v == 0 || bits_set(j->f, TEAMMATES, v.teammate.v, j->err));
}

static bool write_teammate(struct job *j, uint32_t id)
{
	struct ek_teammate_view v;
	if (!ek_look_teammate(j->engine, (ek_teammate_id){id}, &v))
		return true;
	struct ek_views_value *row = next_row(j);
	if (row == NULL)
		return false;
	const struct ek_views_value values[] = {
		ek_views_int(id),
		ek_views_int(v.active),
		ek_views_int(v.deleted),
		text(EK_ENUM_PRESENCE, v.presence),
		ek_views_int(v.presence_since.ms),
		ek_views_int(v.load),
		ek_views_int(v.open_count),
		ek_views_int(v.limit),
		ek_views_int(v.last_given.ms),
		ek_views_int(v.paused_until.ms),
		ek_views_int((int64_t)v.changed_seq),
	};
	put(row, values, EK_LEN(values));
	return true;
}

static bool write_team(struct job *j, uint32_t id)
{
	struct ek_team_view v;
	if (!ek_look_team(j->engine, (ek_team_id){id}, &v))
		return true;
	struct ek_views_value *row = next_row(j);
	if (row == NULL)
		return false;
	const struct ek_views_value values[] = {
		ek_views_int(id),
		ek_views_int(v.deleted),
		text(EK_ENUM_METHOD, v.method),
		ek_views_int(v.rank),
		ek_views_int(v.inbox_limit),
		ek_views_int(v.waiting_count),
		ek_views_int((int64_t)v.changed_seq),
	};
	put(row, values, EK_LEN(values));
	return true;
}

static bool erase_member(struct job *j, uint32_t id)
{
	return ek_log_erase(j->log, EK_VIEWS_MEMBERSHIPS, 0, id, j->err);
}

static bool erase_team(struct job *j, uint32_t id)
{
	return ek_log_erase(j->log, EK_VIEWS_MEMBERSHIPS, 1, id, j->err);
}

static bool write_member(struct job *j, uint32_t id)
{
	struct ek_membership_view v;
	for (uint32_t i = 0; ek_look_membership(j->engine, (ek_teammate_id){id}, i, &v); i++) {
		struct ek_views_value *row = next_row(j);
		if (row == NULL)
			return false;
		row[0] = ek_views_int(id);
		row[1] = ek_views_int(v.team.v);
		row[2] = text(EK_ENUM_LEVEL, v.level);
	}
	return true;
}

/* Calls write for each id of a set, in order, then puts what is left. */
static bool write_set(struct job *j, int set, enum ek_views view,
		      bool (*write)(struct job *, uint32_t))
{
	j->view = view;
	const struct bits *b = &j->f->sets[set];
	for (size_t word = b->low; word < b->high; word++) {
		for (uint64_t left = b->words[word]; left != 0; left &= left - 1) {
			uint32_t bit = (uint32_t)__builtin_ctzll(left);
			if (!write(j, (uint32_t)word * 64 + bit))
				return false;
		}
	}
	return flush(j);
}

static bool write_made(struct job *j, const struct made *m, bool is_new)
{
	struct ek_views_value *row = next_row(j);
	if (row == NULL)
		return false;
	memset(row, 0, 18 * sizeof *row);
	row[0] = ek_views_int(m->e.assignment.v);
	if (is_new) {
		const struct ek_views_value values[] = {
			ek_views_id(m->e.conversation.v),   ek_views_id(m->e.teammate.v),
			ek_views_id(m->e.team.v),           text(EK_ENUM_HOW, m->e.how),
			text(EK_ENUM_LEVEL, m->e.level),    text(EK_ENUM_CHOSEN_BY, m->e.chosen_by),
			ek_views_id(m->e.runner_up.v),      ek_views_int(m->e.load),
			ek_views_int(m->e.limit),           ek_views_text(m->reason),
			text(EK_ENUM_ACTOR, m->by.kind),    ek_views_id(m->by.id),
			ek_views_int((int64_t)m->made_seq), ek_views_int(m->made_at.ms),
		};
		put(row + 1, values, EK_LEN(values));
	}
	if (m->ended_seq != 0) {
		row[15] = ek_views_int((int64_t)m->ended_seq);
		row[16] = ek_views_int(m->ended_at.ms);
		row[17] = text(EK_ENUM_ENDED, m->ended);
	}
	return true;
}

/* Of what was closed, opened again and then given to another only the last end: no statement may
 * put one row twice. */
static bool write_ends(struct job *j)
{
	const struct made *ends = j->f->ends.p;
	bits_clear(&j->f->ended);
	for (size_t i = j->f->ends.n; i > 0; i--) {
		const struct made *m = &ends[i - 1];
		uint32_t id = m->e.assignment.v;
		if (!bits_has(&j->f->ended, id) &&
		    (!bits_add(j->f, &j->f->ended, id, j->err) || !write_made(j, m, false)))
			return false;
	}
	return true;
}

static bool write_assignments(struct job *j)
{
	j->view = EK_VIEWS_ASSIGNMENTS;
	const struct made *made = j->f->made.p;
	for (size_t i = 0; i < j->f->made.n; i++) {
		if (!write_made(j, &made[i], true))
			return false;
	}
	return write_ends(j) && flush(j);
}

static bool write_versions(struct job *j)
{
	j->view = EK_VIEWS_SETTINGS_VERSIONS;
	const struct version *v = j->f->versions.p;
	for (size_t i = 0; i < j->f->versions.n; i++, v++) {
		struct ek_views_value *row = next_row(j);
		if (row == NULL)
			return false;
		const struct ek_views_value values[] = {
			ek_views_int(v->version),   ek_views_int((int64_t)v->seq),
			ek_views_int(v->at.ms),     text(EK_ENUM_ACTOR, v->by.kind),
			ek_views_id(v->by.id),      text(EK_ENUM_SCOPE, v->scope),
			ek_views_int(v->id),        ek_views_int(v->undoes),
			ek_views_text(v->settings),
		};
		put(row, values, EK_LEN(values));
	}
	return flush(j);
}

static bool mark_all(struct ek_fold *f, const struct ek_engine *engine, struct ek_err *err)
{
	for (uint32_t id = ek_look_teammate_count(engine); id > 0; id--) {
		if (!bits_set(f, TEAMMATES, id, err))
			return false;
	}
	for (uint32_t id = ek_look_team_count(engine); id > 0; id--) {
		if (!bits_set(f, TEAMS, id, err))
			return false;
	}
	return true;
}

static bool write_broken(struct job *j)
{
	const struct broken *v = j->f->broken.p;
	j->view = EK_VIEWS_BROKEN_PROMISES;
	for (size_t i = 0; i < j->f->broken.n; i++) {
		struct ek_views_value *row = next_row(j);
		if (row == NULL)
			return false;
		const struct ek_views_value values[] = {
			ek_views_int((int64_t)v[i].seq),       ek_views_int(v[i].at.ms),
			text(EK_ENUM_PROMISE, v[i].e.promise), ek_views_id(v[i].e.conversation.v),
			ek_views_id(v[i].e.teammate.v),        ek_views_int(v[i].e.about_seq),
		};
		put(row, values, EK_LEN(values));
	}
	return flush(j);
}

static bool write_told(struct job *j)
{
	const struct told *v = j->f->told.p;
	j->view = EK_VIEWS_CONVERSATION_EVENTS;
	for (size_t i = 0; i < j->f->told.n; i++) {
		struct ek_views_value *row = next_row(j);
		if (row == NULL)
			return false;
		const char *type = ek_event_record(v[i].kind)->wire;
		row[0] = ek_views_int(v[i].conversation);
		row[1] = ek_views_int((int64_t)v[i].seq);
		row[2] = ek_views_text((ek_str){type, (uint32_t)strlen(type)});
	}
	return flush(j);
}

bool ek_fold_write(struct ek_fold *f, const struct ek_engine *engine, struct ek_log *log,
		   struct ek_err *err)
{
	struct job j = {f, engine, log, EK_VIEWS_CONVERSATIONS, err};
	f->rows = 0;
	if (f->all && !mark_all(f, engine, err))
		return false;
	/* Conversations first: they mark teams and teammates. Memberships go before they come. */
	return write_set(&j, CONVERSATIONS, EK_VIEWS_CONVERSATIONS, write_conversation) &&
	       write_set(&j, TEAMMATES, EK_VIEWS_TEAMMATES, write_teammate) &&
	       write_set(&j, TEAMS, EK_VIEWS_TEAMS, write_team) &&
	       write_set(&j, GONE_TEAMS, EK_VIEWS_MEMBERSHIPS, erase_team) &&
	       write_set(&j, MEMBERS, EK_VIEWS_MEMBERSHIPS, erase_member) &&
	       write_set(&j, MEMBERS, EK_VIEWS_MEMBERSHIPS, write_member) &&
	       write_assignments(&j) && write_versions(&j) && write_broken(&j) && write_told(&j);
}
