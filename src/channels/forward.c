#include "channels/forward.h"

#include <string.h>

#include "base/rfc3339.h"
#include "wire/keep.h"

const char *const ek_forward_words[] = {"nothing", "part", "conversation", NULL};

enum word { WORD_MESSAGE, WORD_CONVERSATION, WORD_OLDER, WORD_CUSTOMER };
enum { LANGUAGES = 3, STAMP = 16 }; /* 2026-11-23 01:05 */

static const char *const words[][LANGUAGES] = {
#define WORD(name, NAME, en, ko, ar) [WORD_##NAME] = {en, ko, ar},
#include "schema/forward_words.def"
#undef WORD
};

/* ---- details */

size_t ek_forward_print(const struct ek_forward *f, char out[EK_FORWARD_DETAILS])
{
	return ek_format(out, EK_FORWARD_DETAILS,
			 "{\"files\":\"%s\",\"forwards\":\"%s\",\"part\":\"%llu\"}",
			 f->has_files ? "yes" : "no", ek_forward_words[f->what],
			 (unsigned long long)f->part);
}

bool ek_forward_read(ek_str details, struct ek_arena *arena, struct ek_forward *out)
{
	struct ek_keep_map map;
	*out = (struct ek_forward){.what = EK_FORWARD_NOTHING};
	if (details.n == 0 || !ek_keep_read(details, arena, &map))
		return false;
	const struct ek_keep_pair *what = ek_keep_find(&map, EK_S("forwards"));
	const struct ek_keep_pair *part = ek_keep_find(&map, EK_S("part"));
	const struct ek_keep_pair *files = ek_keep_find(&map, EK_S("files"));
	for (int i = 0; what != NULL && ek_forward_words[i] != NULL; i++) {
		if (ek_str_is(what->text, ek_forward_words[i]))
			out->what = (enum ek_forward_what)i;
	}
	for (uint32_t i = 0; part != NULL && i < part->text.n && i < 18; i++) {
		char c = part->text.p[i];
		if (c < '0' || c > '9')
			return false;
		out->part = out->part * 10 + (uint64_t)(c - '0');
	}
	out->has_files = files != NULL && ek_str_is(files->text, "yes");
	return what != NULL;
}

/* ---- what goes */

/* Written from its end on, as the newest come first. */
struct writing {
	const struct ek_forward_of *of;
	int language;
	char *buf;
	size_t from; /* what is written stands behind it */
	uint32_t count;
	bool is_cut;
};

static int language_of(ek_str tag)
{
	if (tag.n >= 2 && memcmp(tag.p, "ko", 2) == 0)
		return 1;
	return tag.n >= 2 && memcmp(tag.p, "ar", 2) == 0 ? 2 : 0;
}

static void put(struct writing *w, const char *p, size_t n)
{
	w->from -= n;
	if (n > 0)
		memcpy(w->buf + w->from, p, n);
}

static void put_text(struct writing *w, const char *s)
{
	put(w, s, strlen(s));
}

enum { BODY, CREATED, AUTHOR_KIND, MATE, CONTACT };

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){"", 0};
}

static ek_str author_of(const struct writing *w, const struct ek_views_value *v)
{
	bool is_mate = ek_str_is(text_of(&v[AUTHOR_KIND]), "teammate");
	ek_str name = text_of(&v[is_mate ? MATE : CONTACT]);
	const char *customer = words[WORD_CUSTOMER][w->language];
	if (name.n == 0 && ek_str_is(text_of(&v[AUTHOR_KIND]), "contact"))
		name = (ek_str){customer, (uint32_t)strlen(customer)};
	return name;
}

static bool take_message(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct writing *w = ctx;
	char stamp[EK_RFC3339_TIME_MAX];
	ek_str body = text_of(&v[BODY]);
	ek_str author = author_of(w, v);
	size_t need = (size_t)body.n + author.n + STAMP + 32;
	(void)n;
	(void)err;
	w->is_cut = w->is_cut || need > w->from || w->count == EK_FORWARD_MESSAGES;
	if (w->is_cut)
		return true;
	if (ek_rfc3339_print((ek_time){v[CREATED].i}, stamp) == 0)
		memset(stamp, '0', sizeof stamp);
	stamp[10] = ' ';
	put_text(w, "\n\n");
	put(w, body.p, body.n);
	put_text(w, " UTC\n\n");
	put(w, stamp, STAMP);
	if (author.n > 0)
		put_text(w, ", ");
	put(w, author.p, author.n);
	w->count++;
	return true;
}

static bool read_messages(struct ek_reader *reader, struct writing *w, struct ek_err *err)
{
#define MESSAGES \
	"SELECT p.body, p.created_ms, p.author_kind, t.name, k.name FROM parts p LEFT JOIN " \
	"people t ON p.author_kind = 'teammate' AND t.teammate = p.author LEFT JOIN contacts k " \
	"ON p.author_kind = 'contact' AND k.contact = p.author WHERE p.conversation = $1 AND " \
	"p.kind = 'message' AND p.redacted_ms IS NULL AND "
	static const char one[] = MESSAGES "p.part = $2";
	static const char all[] = MESSAGES "p.part < $2 ORDER BY p.part DESC LIMIT 101";
	bool is_one = w->of->forward.what == EK_FORWARD_PART;
	const struct ek_views_value args[] = {
		ek_views_int(w->of->conversation),
		ek_views_int(is_one ? (int64_t)w->of->forward.part : w->of->part)};
	const struct ek_reader_question q = {is_one ? one : all, args, EK_LEN(args)};
	return ek_reader_each(reader, &q, take_message, w, err);
}

bool ek_forward_write(struct ek_reader *reader, const struct ek_forward_of *of,
		      struct ek_arena *arena, ek_str *out, struct ek_err *err)
{
	enum { HEAD = 512 };
	struct writing w = {.of = of, .language = language_of(of->language)};
	bool is_all = of->forward.what == EK_FORWARD_CONVERSATION;
	*out = (ek_str){"", 0};
	if (of->forward.what == EK_FORWARD_NOTHING)
		return true;
	w.buf = ek_arena_get(arena, EK_FORWARD_TEXT + HEAD);
	if (w.buf == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for what is forwarded");
	/* The head comes last, and stands in front. */
	w.buf += HEAD;
	w.from = EK_FORWARD_TEXT;
	if (!read_messages(reader, &w, err))
		return false;
	if (w.count == 0)
		return ek_fail(err, EK_INVALID_VALUE,
			       "what was to be forwarded is no longer there");
	w.buf -= HEAD;
	w.from += HEAD;
	if (w.is_cut) {
		put_text(&w, "\n\n");
		put_text(&w, words[WORD_OLDER][w.language]);
	}
	put_text(&w, " ----------\n\n");
	put_text(&w, words[is_all ? WORD_CONVERSATION : WORD_MESSAGE][w.language]);
	put_text(&w, "---------- ");
	*out = (ek_str){w.buf + w.from, (uint32_t)(EK_FORWARD_TEXT + HEAD - w.from)};
	return true;
}
