/* Who everybody is, and what was written: content, never in an event. */
#include "sim/team_inside.h"

#include <string.h>

#include "base/utf8.h"

ek_str ek_team_language_tag(int language)
{
	static const char *const tags[TEAM_LANGUAGES] = {"en", "ko", "ar"};
	return ek_team_str(tags[language]);
}

const struct team_words *ek_team_words(int language)
{
	return language == EK_TEAM_KOREAN   ? ek_team_words_korean()
	       : language == EK_TEAM_ARABIC ? ek_team_words_arabic()
					    : ek_team_words_english();
}

struct team_topics ek_team_topics(uint32_t inbox)
{
	return inbox == TEAM_KOREAN   ? ek_team_topics_korean()
	       : inbox == TEAM_ARABIC ? ek_team_topics_arabic()
				      : ek_team_topics_english(inbox);
}

/* ---- putting texts together */

struct text {
	char *p;
	size_t n;
	size_t cap;
};

static void put(struct text *out, const char *from, size_t n)
{
	if (out->n + 1 >= out->cap)
		return;
	size_t room = out->cap - 1 - out->n;
	size_t fits = n <= room ? n : ek_utf8_cut((ek_str){from, (uint32_t)n}, (uint32_t)room);
	memcpy(out->p + out->n, from, fits);
	out->n += fits;
	out->p[out->n] = '\0';
}

static void put_filled(struct text *out, const char *from, const struct team_saying *b)
{
	size_t plain = strcspn(from, "#~");
	while (from[plain] != '\0') {
		const char *filling = from[plain] == '#' ? b->number : b->name;
		put(out, from, plain);
		put(out, filling, strlen(filling));
		from += plain + 1;
		plain = strcspn(from, "#~");
	}
	put(out, from, plain);
}

static const char *pick(const struct team_list *list, uint64_t hash)
{
	return list->n == 0 ? "" : list->v[hash % list->n];
}

/* ---- people */

struct ek_team_inbox ek_team_inbox(const struct ek_team *t, uint32_t i)
{
	const struct team_desk *d = ek_team_desk(i);
	return (struct ek_team_inbox){
		.id = {t->inbox_ids[i]},
		.name = ek_team_str(d->name),
		.language = d->language,
		.zone = d->zone,
		.first_reply = {d->first_min * (int64_t)TEAM_MINUTE},
		.next_reply = {d->next_min * (int64_t)TEAM_MINUTE},
	};
}

void ek_team_person(const struct ek_team *t, uint32_t i, struct ek_team_person *out)
{
	static const uint8_t skills[TEAM_LANGUAGES] = {SKILL_EN, SKILL_KO, SKILL_AR};
	const struct team_job *job = ek_team_job(i);
	*out = (struct ek_team_person){
		.id = {i < t->mate_count ? t->mates[i].id : 0},
		.name = ek_team_str(job->name),
		.zone = ek_team_zone(i),
		.role = ek_team_role(i),
		.inbox = job->inbox == TEAM_NOBODY ? EK_TEAM_INBOXES : job->inbox,
	};
	ek_format(out->email, sizeof out->email, "%s@example.org", job->mail);
	for (uint8_t k = 0; k < TEAM_LANGUAGES; k++) {
		if (job->skills[skills[k]] >= '3')
			out->languages |= (uint8_t)(1 << k);
	}
	out->language = out->inbox < EK_TEAM_INBOXES ? ek_team_desk(out->inbox)->language
						     : (uint8_t)EK_TEAM_ENGLISH;
}

/* ---- contacts */

static int language_of(const struct ek_team *t, uint32_t contact)
{
	uint64_t share = contact * UINT64_C(100);
	return share < t->o.contacts * UINT64_C(68)   ? EK_TEAM_ENGLISH
	       : share < t->o.contacts * UINT64_C(85) ? EK_TEAM_KOREAN
						      : EK_TEAM_ARABIC;
}

/* The letters as written, or those behind the '|'. */
static void put_name(struct text *out, const char *name, bool latin)
{
	const char *bar = strchr(name, '|');
	if (latin && bar != NULL)
		put(out, bar + 1, strlen(bar + 1));
	else
		put(out, name, bar == NULL ? strlen(name) : (size_t)(bar - name));
}

static void put_latin(struct text *out, const char *name)
{
	size_t from = out->n;
	put_name(out, name, true);
	for (size_t i = from; i < out->n; i++) {
		if (out->p[i] >= 'A' && out->p[i] <= 'Z')
			out->p[i] = (char)(out->p[i] - 'A' + 'a');
	}
}

bool ek_team_contact(const struct ek_team *t, ek_contact_id id, struct ek_team_contact *out)
{
	uint32_t i = id.v - t->o.contact_first;
	if (id.v < t->o.contact_first || i >= t->o.contacts)
		return false;
	int language = language_of(t, i);
	const struct team_words *w = ek_team_words(language);
	uint64_t hash = ek_team_hash(t, 31, i);
	const char *given = pick(&w->given, hash);
	const char *family = pick(&w->family, hash >> 20);
	uint32_t roll = (uint32_t)(hash >> 40) % 100;
	struct text name = {out->name, 0, sizeof out->name};
	struct text email = {out->email, 0, sizeof out->email};
	char number[24];
	put_name(&name, w->family_first ? family : given, false);
	put(&name, " ", w->family_first ? 0 : 1);
	put_name(&name, w->family_first ? given : family, false);
	put_latin(&email, given);
	put(&email, ".", 1);
	put_latin(&email, family);
	put(&email, number, ek_format(number, sizeof number, "%u@example.com", i + 1));
	out->language = (uint8_t)language;
	out->zone = (uint8_t)language; /* one each */
	out->tier = roll < 8 ? EK_S("gold") : roll < 30 ? EK_S("silver") : EK_S("standard");
	return true;
}

/* ---- conversations */

bool ek_team_talk(const struct ek_team *t, ek_conversation_id id, struct ek_team_talk *out)
{
	const struct team_conv *c = ek_team_conv(t, id.v);
	if (c == NULL)
		return false;
	*out = (struct ek_team_talk){
		.contact = {t->o.contact_first + c->contact},
		.is_first = c->is_first,
		.inbox = c->began,
		.language = ek_team_desk(c->began)->language,
		.is_chat = c->is_chat,
		.part_count = c->parts,
		.assignment_count = c->assignments,
		.handover_count = c->handovers,
		.reopen_count = c->reopens,
		.last_part_at = {c->last_part_at},
		.tag = ek_team_str(ek_team_topics(c->began).v[c->topic].tag),
	};
	return true;
}

void ek_team_talks(const struct ek_team *t, ek_conversation_id *first, uint32_t *count)
{
	*first = (ek_conversation_id){t->conv_first};
	*count = t->conv_count;
}

size_t ek_team_say_title(const struct team_saying *s, char *out, size_t cap)
{
	struct text text = {out, 0, cap};
	out[0] = '\0';
	put_filled(&text, ek_team_topics(s->inbox).v[s->topic].title, s);
	return text.n;
}

size_t ek_team_say(const struct team_saying *s, char *out, size_t cap)
{
	struct text text = {out, 0, cap};
	const struct team_words *w = ek_team_words(ek_team_desk(s->inbox)->language);
	const struct team_topic *topic =
		s->topic != TEAM_NOBODY ? &ek_team_topics(s->inbox).v[s->topic] : NULL;
	const char *said = pick(&w->says[s->says], s->pick);
	out[0] = '\0';
	if (s->says == SAYS_OPENING && topic != NULL) {
		put_filled(&text, topic->opening, s);
		put(&text, " ", said[0] != '\0' ? 1 : 0);
	}
	put_filled(&text, said, s);
	if (s->says == SAYS_ANSWER && topic != NULL) {
		put(&text, " ", 1);
		put_filled(&text, topic->answer, s);
	}
	return text.n;
}

/* Who is who in it, and its number. */
struct filled {
	struct ek_team_contact contact;
	char number[24];
};

static struct team_saying fill(const struct ek_team *t, const struct team_conv *c, struct filled *f)
{
	bool is_known =
		ek_team_contact(t, (ek_contact_id){t->o.contact_first + c->contact}, &f->contact);
	ek_assert(is_known);
	ek_format(f->number, sizeof f->number, "%u", 40000u + c->number);
	return (struct team_saying){
		.inbox = c->began, .topic = c->topic, .number = f->number, .name = f->contact.name};
}

size_t ek_team_title(const struct ek_team *t, ek_conversation_id id, char *out, size_t cap)
{
	const struct team_conv *c = ek_team_conv(t, id.v);
	struct filled f;
	ek_assert(cap > 0);
	out[0] = '\0';
	if (c == NULL)
		return 0;
	struct team_saying s = fill(t, c, &f);
	return ek_team_say_title(&s, out, cap);
}

size_t ek_team_text(const struct ek_team *t, ek_conversation_id id, uint32_t n, char *out,
		    size_t cap)
{
	const struct team_conv *c = ek_team_conv(t, id.v);
	struct filled f;
	ek_assert(cap > 0);
	out[0] = '\0';
	if (c == NULL || n >= c->parts)
		return 0;
	struct team_saying s = fill(t, c, &f);
	s.says = (uint8_t)(n < TEAM_PARTS_KNOWN ? (c->says >> (4 * n)) & 15u : SAYS_ON);
	s.pick = ek_team_hash(t, 41, id.v * UINT64_C(64) + n);
	return ek_team_say(&s, out, cap);
}
