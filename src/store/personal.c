#include "store/personal.h"

#include <string.h>

#include "sys/heap.h"
#include "sys/text.h"

/* clang-format off */
static const struct {
	enum ek_content table;
	struct ek_personal rest;
	const char *columns;
} sealed[] = {
#define X(name, NAME, OWNER, COLUMN, FORM, columns) \
	{EK_CONTENT_##NAME, \
	 {EK_PERSONAL_##OWNER, EK_PERSONAL_##FORM, EK_CONTENT_##NAME##_##COLUMN, 0, {0}}, columns},
	PERSONAL_SEALED(X)
#undef X
};

static const struct {
	enum ek_content table;
	const char *columns;
} open[] = {
#define X(name, NAME, WHY, columns) {EK_CONTENT_##NAME, columns},
	PERSONAL_OPEN(X)
#undef X
};
/* clang-format on */

static uint32_t column_of(enum ek_content table, ek_str name)
{
	const struct ek_views_table *t = ek_content_table(table);
	uint32_t i = 0;
	while (i < t->column_count && !ek_str_is(name, t->columns[i].name))
		i++;
	ek_assert(i < t->column_count);
	return i;
}

/* The next of a list with commas between; moves on. */
static bool next_word(const char **list, ek_str *out)
{
	*list += strspn(*list, ", ");
	*out = (ek_str){*list, (uint32_t)strcspn(*list, ",")};
	*list += out->n;
	return out->n > 0;
}

void ek_personal_of(enum ek_content table, struct ek_personal *out)
{
	*out = (struct ek_personal){.owner = EK_PERSONAL_NOBODY};
	for (size_t i = 0; i < EK_LEN(sealed); i++) {
		const char *list = sealed[i].columns;
		ek_str name;
		if (sealed[i].table != table)
			continue;
		*out = sealed[i].rest;
		while (next_word(&list, &name)) {
			ek_assert(out->count < EK_PERSONAL_COLUMNS_MAX);
			out->column[out->count++] = column_of(table, name);
		}
	}
}

uint32_t ek_personal_open_count(enum ek_content table, uint32_t column)
{
	uint32_t n = 0;
	for (size_t i = 0; i < EK_LEN(open); i++) {
		const char *list = open[i].columns;
		ek_str name;
		while (open[i].table == table && next_word(&list, &name))
			n += column_of(table, name) == column;
	}
	return n;
}

/* ---- whose a row is */

struct kept {
	int64_t conversation;
	uint32_t contact;
};

struct ek_personal_owners {
	struct ek_log *log;
	struct ek_text *text;
	struct kept talks[EK_PERSONAL_KEPT];
};

bool ek_personal_open(struct ek_log *log, struct ek_personal_owners **out, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_personal_owners *o = ek_alloc_get(&heap, sizeof *o);
	*out = o;
	if (o == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for owners of rows");
	memset(o, 0, sizeof *o);
	o->log = log;
	if (ek_text_open(&o->text, err))
		return true;
	ek_personal_close(out);
	return false;
}

void ek_personal_close(struct ek_personal_owners **owners)
{
	struct ek_alloc heap = ek_heap_alloc();
	if (*owners != NULL)
		ek_text_close(&(*owners)->text);
	ek_alloc_free(&heap, *owners, sizeof **owners);
	*owners = NULL;
}

/* A number in the first row of a table whose column has that value. */
struct finding {
	enum ek_content table;
	uint32_t by;
	uint32_t column;
	int64_t value; /* EK_NONE = there is none, or it is null */
	bool is_found;
};

static bool take(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	(void)n;
	(void)err;
	if (!f->is_found && v[f->column].kind == EK_VIEWS_INT)
		f->value = v[f->column].i;
	f->is_found = true;
	return true;
}

static bool find(struct ek_personal_owners *o, struct finding *f, const struct ek_views_value *key,
		 struct ek_err *err)
{
	const struct ek_log_where where = {f->table, f->by, *key};
	f->value = EK_NONE;
	return key->kind == EK_VIEWS_NULL || ek_log_content_find(o->log, &where, take, f, err);
}

static bool of_talk(struct ek_personal_owners *o, const struct ek_views_value *conversation,
		    uint32_t *contact, struct ek_err *err)
{
	struct finding f = {EK_CONTENT_CONVERSATION_PROFILES,
			    EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION,
			    EK_CONTENT_CONVERSATION_PROFILES_CONTACT, EK_NONE, false};
	*contact = 0;
	if (conversation->kind != EK_VIEWS_INT)
		return true;
	struct kept *k = &o->talks[(uint64_t)conversation->i % EK_PERSONAL_KEPT];
	if (k->conversation != conversation->i) {
		if (!find(o, &f, conversation, err))
			return false;
		*k = (struct kept){conversation->i, f.value == EK_NONE ? 0 : (uint32_t)f.value};
	}
	*contact = k->contact;
	return true;
}

/* Of a mail that is in no conversation: who has its address. Addresses are kept as they came, and
 * found folded as the keys of contacts are (ek_search_fold): in whatever case, width or form they
 * are written, in any script. */
static bool of_address(struct ek_personal_owners *o, const struct ek_views_value *address,
		       uint32_t *contact, struct ek_err *err)
{
	struct finding f = {EK_CONTENT_CONTACTS, EK_CONTENT_CONTACTS_EMAIL_KEY,
			    EK_CONTENT_CONTACTS_CONTACT, EK_NONE, false};
	ek_str folded;
	*contact = 0;
	if (address->kind != EK_VIEWS_TEXT || address->n == 0 || address->n > EK_LOG_META_MAX)
		return true;
	if (!ek_text_fold(o->text, (ek_str){address->p, address->n}, &folded, err))
		return false;
	const struct ek_views_value key = ek_views_text(folded);
	if (!find(o, &f, &key, err))
		return false;
	*contact = f.value == EK_NONE ? 0 : (uint32_t)f.value;
	return true;
}

struct mail {
	struct ek_views_value conversation;
	char address[EK_LOG_META_MAX];
	uint32_t address_n;
};

static bool take_mail(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct mail *m = ctx;
	const struct ek_views_value *address = &v[EK_CONTENT_MAILS_ADDRESS];
	(void)n;
	(void)err;
	m->conversation = v[EK_CONTENT_MAILS_CONVERSATION];
	if (address->kind == EK_VIEWS_TEXT && address->n > 0 && address->n <= sizeof m->address) {
		m->address_n = address->n;
		memcpy(m->address, address->p, address->n);
	}
	return true;
}

static bool of_mail(struct ek_personal_owners *o, const struct ek_views_value *row,
		    uint32_t *contact, struct ek_err *err)
{
	if (row[EK_CONTENT_MAILS_CONVERSATION].kind == EK_VIEWS_INT)
		return of_talk(o, &row[EK_CONTENT_MAILS_CONVERSATION], contact, err);
	return of_address(o, &row[EK_CONTENT_MAILS_ADDRESS], contact, err);
}

static bool of_letter(struct ek_personal_owners *o, const struct ek_views_value *mail,
		      uint32_t *contact, struct ek_err *err)
{
	const struct ek_log_where where = {EK_CONTENT_MAILS, EK_CONTENT_MAILS_MAIL, *mail};
	struct ek_views_value row[EK_CONTENT_MAILS_WIDTH] = {0};
	struct mail m = {.address_n = 0};
	if (!ek_log_content_find(o->log, &where, take_mail, &m, err))
		return false;
	row[EK_CONTENT_MAILS_CONVERSATION] = m.conversation;
	row[EK_CONTENT_MAILS_ADDRESS] = ek_views_text((ek_str){m.address, m.address_n});
	return of_mail(o, row, contact, err);
}

static bool of_ask(struct ek_personal_owners *o, const struct ek_views_value *ask,
		   uint32_t *contact, struct ek_err *err)
{
	struct finding f = {EK_CONTENT_SURVEY_ASKS, EK_CONTENT_SURVEY_ASKS_ASK,
			    EK_CONTENT_SURVEY_ASKS_CONVERSATION, EK_NONE, false};
	if (!find(o, &f, ask, err))
		return false;
	const struct ek_views_value conversation = ek_views_int(f.value);
	return of_talk(o, &conversation, contact, err);
}

static bool of_identity(struct ek_personal_owners *o, const struct ek_views_value *identity,
			uint32_t *contact, struct ek_err *err)
{
	struct finding f = {EK_CONTENT_IDENTITIES, EK_CONTENT_IDENTITIES_IDENTITY,
			    EK_CONTENT_IDENTITIES_CONTACT, EK_NONE, false};
	bool ok = find(o, &f, identity, err);
	*contact = !ok || f.value == EK_NONE ? 0 : (uint32_t)f.value;
	return ok;
}

static bool is_by_contact(const struct ek_views_value *part)
{
	const struct ek_views_value *kind = &part[EK_CONTENT_PARTS_AUTHOR_KIND];
	return ek_str_is((ek_str){kind->p, kind->n}, "contact");
}

bool ek_personal_find(struct ek_personal_owners *o, const struct ek_personal *of,
		      const struct ek_views_value *row, uint32_t *contact, struct ek_err *err)
{
	const struct ek_views_value *by = &row[of->by];
	*contact = 0;
	switch ((enum ek_personal_owner)of->owner) {
	case EK_PERSONAL_CONTACT:
		*contact = by->kind == EK_VIEWS_INT ? (uint32_t)by->i : 0;
		return true;
	case EK_PERSONAL_PART:
		return !is_by_contact(row) || of_talk(o, by, contact, err);
	case EK_PERSONAL_TALK:
		return of_talk(o, by, contact, err);
	case EK_PERSONAL_ASK:
		return of_ask(o, by, contact, err);
	case EK_PERSONAL_MAIL:
		return of_mail(o, row, contact, err);
	case EK_PERSONAL_LETTER:
		return of_letter(o, by, contact, err);
	case EK_PERSONAL_IDENTITY:
		return of_identity(o, by, contact, err);
	case EK_PERSONAL_NOBODY:
	case EK_PERSONAL_OMITTED:
		return true;
	}
	return true;
}
