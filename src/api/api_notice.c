#include "api/api_notice.h"

#include <string.h>

#include "api/api_state.h"
#include "api/guard.h"

/* ---- any */

bool ek_api_notice_mailbox(struct ek_turn *t, ek_conversation_id conversation, int64_t *mailbox)
{
	const struct ek_notice_ask ask = {conversation, t->now};
	struct ek_err err;
	*mailbox = 0;
	if (ek_guard_seal(t) == NULL || ek_notice_find(t->reader, &ask, mailbox, &err))
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "the mailboxes cannot be read");
}

static int64_t new_id(void *ctx, struct ek_writer *w, enum ek_content table)
{
	return ek_api_new_id(ctx, w, table);
}

bool ek_api_notice_put(struct ek_turn *t, int64_t mailbox, const struct ek_notice *notice)
{
	const struct ek_notice_way way = {mailbox, ek_guard_seal(t), t->now, new_id, t->api};
	return ek_notice_put(t->writer, &way, notice, NULL);
}

/* ---- links */

/* In each, {name}, {workspace} and {link}. */
struct words {
	const char *language;
	const char *subject[2]; /* invitation, reset */
	const char *text[2];
};
static const struct words words[] = {
	{"en",
	 {"Your invitation to {workspace}", "A new password for {workspace}"},
	 {"Hello {name},\n\n{workspace} works with Evenkeel, and there is a place for you. Choose "
	  "a password here, and come in:\n\n{link}\n\nThe link works once, within 72 hours. If you "
	  "did not expect this mail, do nothing: without the link nobody comes in.\n",
	  "Hello {name},\n\nhere you can choose a new password for {workspace}:\n\n{link}\n\nThe "
	  "link works once, within 60 minutes. Your second factor is asked for as ever. If you did "
	  "not expect this mail, tell an administrator.\n"}},
	{"ko",
	 {"{workspace} 초대", "{workspace} 비밀번호 재설정"},
	 {"{name} 님, 안녕하세요.\n\n{workspace}에서 Evenkeel을 함께 사용하시도록 초대했습니다. "
	  "아래 링크에서 비밀번호를 정하고 시작해 주세요.\n\n{link}\n\n이 링크는 72시간 안에 한 "
	  "번만 사용할 수 있습니다. 예상하지 못한 메일이라면 무시하셔도 됩니다. 링크가 없으면 "
	  "아무도 들어올 수 없습니다.\n",
	  "{name} 님, 안녕하세요.\n\n아래 링크에서 {workspace}의 새 비밀번호를 정하실 수 "
	  "있습니다.\n\n{link}\n\n이 링크는 60분 안에 한 번만 사용할 수 있습니다. 2단계 인증은 "
	  "그대로 필요합니다. 예상하지 못한 메일이라면 관리자에게 알려 주세요.\n"}},
	{"ar",
	 {"دعوتك إلى {workspace}", "كلمة مرور جديدة في {workspace}"},
	 {"مرحبًا {name}،\n\nيعمل فريق {workspace} بواسطة Evenkeel، وقد دُعيت إلى الانضمام إليه. "
	  "اختر كلمة مرور وابدأ من هنا:\n\n{link}\n\nيعمل هذا الرابط مرة واحدة خلال 72 ساعة. إن لم "
	  "تكن تتوقع هذه الرسالة فتجاهلها: لا يدخل أحد من دون الرابط.\n",
	  "مرحبًا {name}،\n\nيمكنك هنا اختيار كلمة مرور جديدة في "
	  "{workspace}:\n\n{link}\n\nيعمل هذا الرابط مرة واحدة خلال 60 دقيقة. ويُطلب العامل الثاني "
	  "كما هو معتاد. إن لم تكن تتوقع هذه الرسالة فأبلغ مسؤول النظام.\n"}},
};

/* A JSON text's, or a list's first; none of ours is escaped but for quotes and backslashes. */
static ek_str unquote(ek_str json)
{
	uint32_t from = 0;
	while (from < json.n && json.p[from] != '"')
		from++;
	from++;
	uint32_t to = from;
	while (to < json.n && json.p[to] != '"' && json.p[to] != '\\')
		to++;
	return from < json.n ? (ek_str){json.p + from, to - from} : EK_S("");
}

struct named {
	ek_str workspace;
	ek_str language;
};

static bool read_named(struct ek_turn *t, struct named *out)
{
	struct ek_turn_rows rows;
	*out = (struct named){EK_S("Evenkeel"), EK_S("en")};
	if (!ek_turn_select(t,
			    "SELECT name, value FROM server_settings WHERE name = 'name' OR "
			    "name = 'languages'",
			    NULL, 0, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_str value = unquote(ek_turn_text(&v[1]));
		if (value.n == 0)
			continue;
		if (ek_str_is(ek_turn_text(&v[0]), "name"))
			out->workspace = value;
		else
			out->language = value;
	}
	return true;
}

static const struct words *words_of(ek_str language, ek_str usual)
{
	const ek_str want = language.p != NULL ? language : usual;
	for (uint32_t i = 0; i < EK_LEN(words); i++) {
		if (want.n >= 2 && memcmp(want.p, words[i].language, 2) == 0)
			return &words[i];
	}
	return &words[0];
}

/* A template with what it names in place. */
struct filling {
	const struct ek_api_notice_link *link;
	ek_str workspace;
	char *out;
	uint32_t n;
};

static void add(struct filling *f, const char *p, size_t n)
{
	if (f->out != NULL && n > 0)
		memcpy(f->out + f->n, p, n);
	f->n += (uint32_t)n;
}

static void fill_once(struct filling *f, const char *template)
{
	const struct {
		const char *mark;
		ek_str value;
	} marks[] = {{"{name}", f->link->name},
		     {"{workspace}", f->workspace},
		     {"{link}", f->link->link}};
	f->n = 0;
	for (const char *p = template; *p != 0;) {
		size_t skip = 0;
		for (uint32_t i = 0; i < EK_LEN(marks) && skip == 0; i++) {
			size_t k = strlen(marks[i].mark);
			if (strncmp(p, marks[i].mark, k) != 0)
				continue;
			add(f, marks[i].value.p, marks[i].value.n);
			skip = k;
		}
		if (skip == 0)
			add(f, p, 1);
		p += skip == 0 ? 1 : skip;
	}
}

static bool fill(struct ek_turn *t, const struct ek_api_notice_link *link, ek_str workspace,
		 const char *template, ek_str *out)
{
	struct filling f = {link, workspace, NULL, 0};
	fill_once(&f, template);
	f.out = ek_turn_get(t, (size_t)f.n + 1);
	if (f.out == NULL)
		return false;
	fill_once(&f, template);
	*out = (ek_str){f.out, f.n};
	return true;
}

static bool seal_in_vain(struct ek_turn *t, ek_str text)
{
	uint8_t *out = ek_turn_get(t, (size_t)text.n + EK_SEAL_MORE);
	if (out != NULL)
		ek_seal_put(ek_guard_seal(t), EK_S("letter of nobody"), text.p, text.n, out);
	return out != NULL;
}

bool ek_api_notice_link(struct ek_turn *t, const struct ek_api_notice_link *link)
{
	struct named named;
	int64_t mailbox = 0;
	struct ek_notice notice = {.kind = link->is_reset ? "reset" : "invitation", .to = link->to};
	if (link->to.n == 0 || !ek_api_notice_mailbox(t, (ek_conversation_id){0}, &mailbox) ||
	    mailbox == 0 || !read_named(t, &named))
		return false;
	const struct words *w = words_of(link->language, named.language);
	if (!fill(t, link, named.workspace, w->subject[link->is_reset], &notice.subject) ||
	    !fill(t, link, named.workspace, w->text[link->is_reset], &notice.text))
		return false;
	return link->is_nobodys ? seal_in_vain(t, notice.text)
				: ek_api_notice_put(t, mailbox, &notice);
}
