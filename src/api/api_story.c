/* The story of a change beyond its words, as it is stored. */
#include "api/api_story.h"

#include <string.h>

#include "api/api_put.h"
#include "store/content.h"

static const char *const answers[] = {
	[EK_API_STORY_ASKED] = "asked",
	[EK_API_STORY_YES] = "yes",
	[EK_API_STORY_NO] = "no",
	[EK_API_STORY_GONE] = "gone",
};

const char *ek_api_story_word(enum ek_api_story_answer answer)
{
	return answers[answer];
}

static enum ek_api_story_answer answer_of(ek_str text)
{
	for (uint32_t i = 0; i < EK_LEN(answers); i++)
		if (ek_str_is(text, answers[i]))
			return (enum ek_api_story_answer)i;
	return EK_API_STORY_GONE;
}

static ek_time time_of(const struct ek_views_value *v)
{
	int64_t ms = ek_turn_int(v);
	return ms == EK_NONE ? EK_NO_TIME : (ek_time){ms};
}

void ek_api_story_read(struct ek_turn *t, uint64_t verdict, struct ek_api_story *out)
{
	const struct ek_views_value key = ek_views_int((int64_t)verdict);
	const struct ek_views_value *row = NULL;
	struct ek_turn_rows rows;
	bool found = false;
	*out = (struct ek_api_story){.shared = EK_NO_TIME};
	if (!ek_turn_row(t, EK_CONTENT_STORY_SHARES, (int64_t)verdict, &row, &found) ||
	    !ek_turn_select(t,
			    "SELECT teammate, answer, answered_ms FROM story_names"
			    " WHERE verdict = $1 ORDER BY teammate",
			    &key, 1, &rows))
		return;
	if (found)
		out->shared = time_of(&row[EK_CONTENT_STORY_SHARES_SHARED_MS]);
	for (uint32_t i = 0; i < rows.n && out->n < EK_LEN(out->names); i++) {
		const struct ek_views_value *v = &rows.v[(size_t)i * rows.columns];
		out->names[out->n++] = (struct ek_api_story_name){{(uint32_t)ek_turn_int(&v[0])},
								  answer_of(ek_turn_text(&v[1])),
								  time_of(&v[2])};
	}
}

struct ek_api_story_name *ek_api_story_find(struct ek_api_story *s, ek_teammate_id who)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->names[i].who.v == who.v)
			return &s->names[i];
	return NULL;
}

static bool is_among(ek_teammate_id one, const ek_teammate_id *who, uint32_t n)
{
	uint32_t i = 0;
	while (i < n && who[i].v != one.v)
		i++;
	return i < n;
}

bool ek_api_story_name(struct ek_api_story *s, const ek_teammate_id *who, uint32_t n)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (!is_among(s->names[i].who, who, n))
			s->names[i] = (struct ek_api_story_name){s->names[i].who, EK_API_STORY_GONE,
								 EK_NO_TIME};
	for (uint32_t i = 0; i < n; i++) {
		struct ek_api_story_name *had = ek_api_story_find(s, who[i]);
		if (had == NULL && s->n == EK_LEN(s->names))
			return false;
		if (had == NULL)
			had = &s->names[s->n++];
		else if (had->answer != EK_API_STORY_GONE)
			continue;
		*had = (struct ek_api_story_name){who[i], EK_API_STORY_ASKED, EK_NO_TIME};
	}
	return true;
}

void ek_api_story_keep(struct ek_turn *t, uint64_t verdict, const struct ek_api_story *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		const struct ek_api_story_name *one = &s->names[i];
		const char *word = answers[one->answer];
		struct ek_views_value v[EK_CONTENT_STORY_NAMES_WIDTH] = {0};
		v[EK_CONTENT_STORY_NAMES_VERDICT] = ek_views_int((int64_t)verdict);
		v[EK_CONTENT_STORY_NAMES_TEAMMATE] = ek_views_int(one->who.v);
		v[EK_CONTENT_STORY_NAMES_ANSWER] =
			ek_views_text((ek_str){word, (uint32_t)strlen(word)});
		if (ek_time_is_set(one->answered))
			v[EK_CONTENT_STORY_NAMES_ANSWERED_MS] = ek_views_int(one->answered.ms);
		ek_turn_put(t, EK_CONTENT_STORY_NAMES, v);
	}
}

void ek_api_story_put(struct ek_turn *t, ek_team_id team, const struct ek_api_story *s)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	bool is_theirs = ek_may_is(&t->actor, EK_MAY_STORY_READ, &object);
	struct ek_json *j = &t->out;
	ek_api_put_time(j, "published_at", s->shared);
	ek_json_key(j, "credited");
	ek_json_list(j);
	for (uint32_t i = 0; i < s->n; i++) {
		const struct ek_api_story_name *one = &s->names[i];
		bool is_open =
			one->answer == EK_API_STORY_YES || is_theirs || one->who.v == t->self.v;
		if (one->answer == EK_API_STORY_GONE || !is_open)
			continue;
		ek_json_object(j);
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, one->who.v);
		ek_api_put_word(j, "answer", answers[one->answer]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

bool ek_api_story_pattern(struct ek_turn *t, ek_str words, ek_str *out)
{
	char *p = ek_turn_get(t, (size_t)words.n * 2 + 2);
	uint32_t n = 0;
	if (p == NULL)
		return false;
	p[n++] = '%';
	for (uint32_t i = 0; i < words.n; i++) {
		char c = words.p[i];
		if (c == '%' || c == '_' || c == '\\')
			p[n++] = '\\';
		p[n++] = c;
	}
	if (words.n > 0)
		p[n++] = '%';
	*out = (ek_str){p, n};
	return true;
}
