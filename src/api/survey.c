#include "api/survey.h"

#include <string.h>

#include "api/api_state.h"
#include "api/guard.h"
#include "wire/accept.h"

#define KEY_ROW "survey_key"

/* ---- words */

static const char *const languages[EK_SURVEY_LANGUAGES] = {"en", "ko", "ar"};

const char *ek_survey_tag(int language)
{
	return language < 0 ? NULL : languages[language];
}

const char *ek_survey_say(enum ek_survey_word word, int language)
{
	static const char *const words[][EK_SURVEY_LANGUAGES] = {
#define WORD(name, NAME, en, ko, ar) [EK_SURVEY_WORD_##NAME] = {en, ko, ar},
#include "schema/survey_words.def"
#undef WORD
	};
	return words[word][language < 0 ? 0 : language];
}

int ek_survey_language(ek_str tag)
{
	return ek_accept_language(tag, languages, EK_SURVEY_LANGUAGES);
}

static const struct {
	struct ek_survey_form form;
	enum ek_survey_word ask;
	enum ek_survey_word scale;
} forms[EK_SURVEY_FORM_END] = {
	[EK_SURVEY_FORM_NPS] = {{"nps", 0, 10, 6},
				EK_SURVEY_WORD_ASK_NPS,
				EK_SURVEY_WORD_SCALE_NPS},
	[EK_SURVEY_FORM_CSAT] = {{"csat", 1, 5, 2},
				 EK_SURVEY_WORD_ASK_CSAT,
				 EK_SURVEY_WORD_SCALE_CSAT},
	[EK_SURVEY_FORM_CES] = {{"ces", 1, 7, -1},
				EK_SURVEY_WORD_ASK_CES,
				EK_SURVEY_WORD_SCALE_CES},
};

const char *ek_survey_question(int form, int language)
{
	return ek_survey_say(forms[form].ask, language);
}

const char *ek_survey_scale(int form, int language)
{
	return ek_survey_say(forms[form].scale, language);
}

const struct ek_survey_form *ek_survey_form(int form)
{
	ek_assert(form >= 1 && form < EK_SURVEY_FORM_END);
	return &forms[form].form;
}

int ek_survey_form_of(ek_str wire)
{
	for (int i = 1; wire.p != NULL && i < EK_SURVEY_FORM_END; i++)
		if (ek_str_is(wire, forms[i].form.wire))
			return i;
	return 0;
}

/* ---- what is kept */

/* ["email","chat"]: the words are ours, and none is a part of another. */
static uint32_t channels_of(ek_str list)
{
	uint32_t bits = 0;
	for (uint32_t i = 0; i < list.n; i++) {
		const char *end =
			list.p[i] != '"' ? NULL : memchr(list.p + i + 1, '"', list.n - i - 1);
		if (end == NULL)
			continue;
		ek_str word = {list.p + i + 1, (uint32_t)(end - list.p) - i - 1};
		int class = ek_enums_number(EK_ENUM_CAPACITY_CLASS, word);
		bits |= class > 0 ? 1u << class : 0;
		i += word.n + 1;
	}
	return bits;
}

static int64_t number(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : 0;
}

struct ek_survey ek_survey_read(const struct ek_views_value *row)
{
	return (struct ek_survey){
		.id = (uint64_t)row[EK_CONTENT_SURVEYS_SURVEY].i,
		.version = row[EK_CONTENT_SURVEYS_VERSION].i,
		.form = ek_survey_form_of(ek_turn_text(&row[EK_CONTENT_SURVEYS_FORM])),
		.team = {(uint32_t)number(&row[EK_CONTENT_SURVEYS_TEAM])},
		.channels = channels_of(ek_turn_text(&row[EK_CONTENT_SURVEYS_CHANNELS])),
		.fraction = (uint32_t)number(&row[EK_CONTENT_SURVEYS_FRACTION]),
		.delay = {number(&row[EK_CONTENT_SURVEYS_DELAY_MINUTES]) * EK_SURVEY_MINUTE_MS},
		.window = {number(&row[EK_CONTENT_SURVEYS_WINDOW_DAYS]) * EK_SURVEY_DAY_MS},
		.since = {number(&row[EK_CONTENT_SURVEYS_ACTIVE_MS])},
	};
}

bool ek_survey_takes(const struct ek_survey *s, ek_str channel)
{
	int class = channel.p == NULL ? 0 : ek_enums_number(EK_ENUM_CAPACITY_CLASS, channel);
	return s->channels == 0 || (class > 0 && (s->channels >> class & 1) != 0);
}

/* ---- the key */

struct opening {
	const struct ek_seal *seal;
	struct ek_draw_key *key;
	bool found;
};

static bool open_key(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct opening *o = ctx;
	struct ek_seal_out out = {o->key->v, sizeof o->key->v, 0};
	(void)n;
	if (o->seal == NULL)
		return ek_fail(err, EK_NOT_FOUND, "there is no master key");
	if (!ek_seal_get(o->seal, EK_S(KEY_ROW), (ek_str){v[0].p, v[0].n}, &out, err))
		return false;
	o->found = out.n == EK_DRAW_KEY;
	return o->found || ek_fail(err, EK_DAMAGE, "the key of surveys is too short");
}

bool ek_survey_key(struct ek_api *api, struct ek_reader *reader, struct ek_draw_key *out,
		   bool *found, struct ek_err *err)
{
	struct opening o = {ek_guard_seal_of(api), out, false};
	const struct ek_reader_question q = {
		"SELECT secret FROM server_settings WHERE name = '" KEY_ROW
		"' AND secret IS NOT NULL",
		NULL, 0};
	bool ok = ek_reader_each(reader, &q, open_key, &o, err);
	*found = ok && o.found;
	return ok;
}

bool ek_survey_address(struct ek_api *api, struct ek_reader *reader, uint64_t ask, char *out,
		       size_t cap)
{
	char text[EK_SECRET_COOKIE + 1];
	struct ek_draw_key key;
	struct ek_err err;
	bool found = false;
	if (!ek_survey_key(api, reader, &key, &found, &err) || !found)
		return false;
	struct ek_secret secret = ek_draw_secret(&key, ask);
	ek_secret_cookie(&secret, text);
	ek_format(out, cap, "%s/s/%s", api->options.url, text);
	ek_secret_wipe(&secret, sizeof secret);
	ek_secret_wipe(text, sizeof text);
	ek_secret_wipe(&key, sizeof key);
	return true;
}

void ek_survey_make_key(struct ek_turn *t)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	uint8_t *sealed = ek_turn_get(t, EK_DRAW_KEY + EK_SEAL_MORE);
	struct ek_draw_key key;
	if (sealed == NULL)
		return;
	ek_secret_random(key.v, sizeof key.v);
	ek_seal_put(ek_guard_seal(t), EK_S(KEY_ROW), key.v, sizeof key.v, sealed);
	ek_secret_wipe(&key, sizeof key);
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = ek_views_text(EK_S(KEY_ROW));
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = ek_views_text(EK_S("null"));
	v[EK_CONTENT_SERVER_SETTINGS_SECRET] = ek_views_blob(sealed, EK_DRAW_KEY + EK_SEAL_MORE);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SERVER_SETTINGS, v);
}

/* ---- erased */

static void blank(struct ek_turn *t, enum ek_content table, uint32_t column,
		  const struct ek_turn_rows *rows)
{
	struct ek_views_value v[EK_VIEWS_COLUMNS_MAX];
	for (uint32_t i = 0; i < rows->n; i++) {
		ek_assert(rows->columns <= EK_LEN(v));
		memcpy(v, rows->v + (size_t)i * rows->columns, rows->columns * sizeof *v);
		v[column] = (struct ek_views_value){0};
		ek_turn_put(t, table, v);
	}
}

bool ek_survey_erase(struct ek_turn *t, int64_t conversation)
{
	const struct ek_views_value key = ek_views_int(conversation);
	struct ek_turn_rows asks, answers, followups;
	if (!ek_turn_select(t, "SELECT * FROM survey_asks WHERE conversation = $1", &key, 1,
			    &asks) ||
	    !ek_turn_select(t,
			    "SELECT * FROM survey_answers WHERE ask IN"
			    " (SELECT ask FROM survey_asks WHERE conversation = $1)",
			    &key, 1, &answers) ||
	    !ek_turn_select(t,
			    "SELECT * FROM followups WHERE ask IN"
			    " (SELECT ask FROM survey_asks WHERE conversation = $1)",
			    &key, 1, &followups))
		return false;
	blank(t, EK_CONTENT_SURVEY_ASKS, EK_CONTENT_SURVEY_ASKS_HASH, &asks);
	blank(t, EK_CONTENT_SURVEY_ANSWERS, EK_CONTENT_SURVEY_ANSWERS_COMMENT, &answers);
	blank(t, EK_CONTENT_FOLLOWUPS, EK_CONTENT_FOLLOWUPS_NOTE, &followups);
	return true;
}
