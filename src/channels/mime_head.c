/* The header: who, to whom, about what, and what kind of mail it is. */
#include <string.h>
#include <strings.h>

#include "channels/mime_inside.h"

enum { NAME_MAX_BYTES = 200, ADDRESS_MAX = 320, ID_MAX = 998, IDS_SEEN = 1000 };

static const char *raw_header(struct ek_mime *m, const char *name)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m->message));
	GMimeHeader *header = g_mime_header_list_get_header(list, name);
	return header == NULL ? NULL : g_mime_header_get_raw_value(header);
}

/* ---- addresses */

/* Whether GMime's idea of an address can be written to: local@domain, and nothing in it that means
 * something to a mail server. */
static bool is_address(const char *s)
{
	const char *at = strrchr(s, '@');
	size_t n = strlen(s);
	if (at == NULL || at == s || at[1] == '\0' || n > ADDRESS_MAX)
		return false;
	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7F || strchr("<>()[],;:\\\"", *p) != NULL)
			return false;
	return memchr(s, '@', (size_t)(at - s)) == NULL && at[1] != '.';
}

static struct ek_mail_address make_address(struct ek_mime *m, const char *name, const char *address)
{
	struct ek_mail_address out = {ek_mime_line(m, name, NAME_MAX_BYTES), {NULL, 0}};
	char text[ADDRESS_MAX + 1];
	if (address == NULL || !is_address(address))
		return out;
	size_t n = strlen(address);
	memcpy(text, address, n + 1);
	for (char *p = strrchr(text, '@'); *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	out.address = ek_mime_line(m, text, ADDRESS_MAX);
	return out;
}

struct gathered {
	struct ek_mail_address *items;
	uint32_t count;
	uint32_t max;
	uint32_t left_out;
};

/* depth: a group may stand in a group. */
static void gather(struct ek_mime *m, InternetAddressList *list, struct gathered *to, int depth)
{
	int n = list == NULL ? 0 : internet_address_list_length(list);
	for (int i = 0; i < n; i++) {
		InternetAddress *ia = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(ia)) {
			if (depth < 4)
				gather(m,
				       internet_address_group_get_members(
					       INTERNET_ADDRESS_GROUP(ia)),
				       to, depth + 1);
			continue;
		}
		if (to->count == to->max) {
			to->left_out++;
			continue;
		}
		struct ek_mail_address a = make_address(
			m, internet_address_get_name(ia),
			internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia)));
		if (a.address.n > 0)
			to->items[to->count++] = a;
	}
}

static void read_list(struct ek_mime *m, InternetAddressList *list, uint32_t max,
		      struct ek_mail_addresses *out)
{
	struct gathered to = {ek_arena_get(m->arena, max * sizeof *to.items), 0, max, 0};
	if (to.items == NULL) {
		m->no_memory = true;
		return;
	}
	gather(m, list, &to, 0);
	*out = (struct ek_mail_addresses){to.items, to.count};
	m->out->recipients_left_out += to.left_out;
}

/* The first address of a list; where none can be read, the first name. */
static struct ek_mail_address read_first(struct ek_mime *m, InternetAddressList *list)
{
	struct ek_mail_address first = {{NULL, 0}, {NULL, 0}};
	int n = list == NULL ? 0 : internet_address_list_length(list);
	for (int i = 0; i < n && i < EK_MAIL_RECIPIENTS_MAX; i++) {
		InternetAddress *ia = internet_address_list_get_address(list, i);
		if (!INTERNET_ADDRESS_IS_MAILBOX(ia))
			continue;
		struct ek_mail_address a = make_address(
			m, internet_address_get_name(ia),
			internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia)));
		if (a.address.n > 0)
			return a;
		if (first.name.n == 0)
			first = a;
	}
	return first;
}

static void read_delivered(struct ek_mime *m)
{
	static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To"};
	enum { MAX = 20 };
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m->message));
	struct ek_mail_address *items = ek_arena_get(m->arena, MAX * sizeof *items);
	uint32_t count = 0;
	int n = g_mime_header_list_get_count(list);
	if (items == NULL) {
		m->no_memory = true;
		return;
	}
	for (int i = 0; i < n && count < MAX; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(list, i);
		bool is_named = false;
		for (size_t k = 0; k < EK_LEN(names); k++)
			is_named |= strcasecmp(g_mime_header_get_name(h), names[k]) == 0;
		if (!is_named)
			continue;
		InternetAddressList *addresses =
			internet_address_list_parse(m->options, g_mime_header_get_raw_value(h));
		items[count] = read_first(m, addresses);
		count += items[count].address.n > 0;
		if (addresses != NULL)
			g_object_unref(addresses);
	}
	m->out->delivered_to = (struct ek_mail_addresses){items, count};
}

static void read_people(struct ek_mime *m)
{
	struct ek_mail *out = m->out;
	GMimeMessage *msg = m->message;
	out->from = read_first(m, g_mime_message_get_from(msg));
	out->sender = read_first(m, g_mime_message_get_sender(msg));
	if (out->from.address.n == 0 && out->sender.address.n > 0)
		out->from = out->sender;
	read_list(m, g_mime_message_get_reply_to(msg), EK_MAIL_RECIPIENTS_MAX, &out->reply_to);
	out->recipients_left_out = 0;
	read_list(m, g_mime_message_get_to(msg), EK_MAIL_RECIPIENTS_MAX, &out->to);
	read_list(m, g_mime_message_get_cc(msg), EK_MAIL_RECIPIENTS_MAX - out->to.count, &out->cc);
	read_delivered(m);
}

/* ---- ids */

/* The next id between angle brackets, blanks in it taken out; where there are none, the first
 * word. Returns where to go on; NULL when there is no more. */
static const char *next_id(struct ek_mime *m, const char *s, ek_str *id)
{
	char text[ID_MAX];
	uint32_t n = 0;
	const char *open = strchr(s, '<');
	*id = (ek_str){NULL, 0};
	if (open == NULL)
		return NULL;
	const char *p = open + 1;
	for (; *p != '\0' && *p != '>' && *p != '<'; p++)
		if ((unsigned char)*p > ' ' && *p != 0x7F && n < ID_MAX)
			text[n++] = *p;
	if (n > 0 && n < ID_MAX)
		*id = ek_mime_plain(m, (ek_str){text, n});
	return *p == '>' ? p + 1 : p;
}

/* An id that stands without angle brackets. */
static ek_str bare_id(struct ek_mime *m, const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
		s++;
	size_t n = strcspn(s, " \t\r\n");
	if (n == 0 || n >= ID_MAX || memchr(s, '@', n) == NULL)
		return (ek_str){NULL, 0};
	return ek_mime_plain(m, (ek_str){s, (uint32_t)n});
}

static ek_str read_id(struct ek_mime *m, const char *name)
{
	const char *s = raw_header(m, name);
	ek_str id = {NULL, 0};
	if (s == NULL)
		return id;
	if (strchr(s, '<') == NULL)
		return bare_id(m, s);
	while (s != NULL && id.n == 0)
		s = next_id(m, s, &id);
	return id;
}

static void read_references(struct ek_mime *m)
{
	const char *s = raw_header(m, "References");
	ek_str *ids = ek_arena_get(m->arena, EK_MAIL_REFERENCES_MAX * sizeof *ids);
	uint32_t n = 0;
	if (ids == NULL) {
		m->no_memory = true;
		return;
	}
	for (int seen = 0; s != NULL && seen < IDS_SEEN; seen++) {
		ek_str id;
		s = next_id(m, s, &id);
		if (id.n == 0)
			continue;
		if (n == EK_MAIL_REFERENCES_MAX)
			memmove(ids, ids + 1, --n * sizeof *ids);
		ids[n++] = id;
	}
	m->out->references = ids;
	m->out->reference_count = n;
}

/* ---- what kind of mail it is */

/* Whether a header's first word is one of a list of words, each with a blank behind it. */
static bool has_word(struct ek_mime *m, const char *name, const char *words)
{
	const char *s = raw_header(m, name);
	if (s == NULL)
		return false;
	s += strspn(s, " \t\r\n");
	size_t n = strcspn(s, " \t\r\n;,");
	for (const char *w = words; n > 0 && *w != '\0'; w += strcspn(w, " ") + 1)
		if (strcspn(w, " ") == n && strncasecmp(w, s, n) == 0)
			return true;
	return false;
}

static bool says(struct ek_mime *m, const char *name)
{
	return raw_header(m, name) != NULL;
}

static bool is_automatic(struct ek_mime *m)
{
	static const char *const signs[] = {
		"X-Autoreply",         "X-Autorespond",
		"X-Autoreply-From",    "X-Mail-Autoreply",
		"X-Autoresponder",     "X-Vacation",
		"X-Auto-Reply-From",   "X-FC-MachineGenerated",
		"X-Failed-Recipients", "X-MS-Exchange-Inbox-Rules-Loop",
	};
	for (size_t i = 0; i < EK_LEN(signs); i++)
		if (says(m, signs[i]))
			return true;
	if (says(m, "Auto-Submitted") && !has_word(m, "Auto-Submitted", "no "))
		return true;
	/* Outlook and Exchange say of ordinary mail which answers they do not want: only All is
	 * said by programs. */
	return has_word(m, "Precedence", "bulk junk auto_reply auto-reply ") ||
	       has_word(m, "X-Auto-Response-Suppress", "All ") ||
	       has_word(m, "X-Precedence", "bulk junk auto_reply ");
}

static bool is_list(struct ek_mime *m)
{
	return says(m, "List-Id") || says(m, "List-Post") || says(m, "List-Unsubscribe") ||
	       says(m, "X-Mailman-Version") || has_word(m, "Precedence", "list ");
}

static bool is_daemon(ek_str address)
{
	static const char *const names[] = {"mailer-daemon@", "postmaster@", "mail-daemon@"};
	for (size_t i = 0; i < EK_LEN(names); i++) {
		size_t n = strlen(names[i]);
		if (address.n >= n && strncasecmp(address.p, names[i], n) == 0)
			return true;
	}
	return false;
}

static void read_envelope(struct ek_mime *m)
{
	const char *s = raw_header(m, "Return-Path");
	if (s == NULL)
		return;
	s += strspn(s, " \t\r\n");
	m->out->is_null_sender = s[0] == '<' && s[1 + strspn(s + 1, " \t")] == '>';
	InternetAddressList *list = internet_address_list_parse(m->options, s);
	m->out->return_path = read_first(m, list).address;
	if (list != NULL)
		g_object_unref(list);
}

static void read_kind(struct ek_mime *m)
{
	struct ek_mail *out = m->out;
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m->message));
	int n = g_mime_header_list_get_count(list);
	for (int i = 0; i < n; i++) {
		const char *name =
			g_mime_header_get_name(g_mime_header_list_get_header_at(list, i));
		out->received_count += strcasecmp(name, "Received") == 0;
	}
	read_envelope(m);
	out->is_list = is_list(m);
	GMimeObject *body = g_mime_message_get_mime_part(m->message);
	GMimeContentType *type = body == NULL ? NULL : g_mime_object_get_content_type(body);
	const char *report =
		type == NULL ? NULL : g_mime_content_type_get_parameter(type, "report-type");
	out->is_bounce =
		(type != NULL && g_mime_content_type_is_type(type, "multipart", "report") &&
		 report != NULL && strcasecmp(report, "delivery-status") == 0) ||
		says(m, "X-Failed-Recipients") ||
		(is_daemon(out->from.address) && (out->is_null_sender || !says(m, "Return-Path")));
	out->is_automatic = is_automatic(m) || out->is_bounce || out->is_null_sender;
}

static ek_time read_date(struct ek_mime *m)
{
	GDateTime *date = g_mime_message_get_date(m->message);
	if (date == NULL)
		return EK_NO_TIME;
	int64_t s = g_date_time_to_unix(date);
	/* Years 1 to 9999, which is what can be said of a time on the wire. */
	if (s < INT64_C(-62135596800) || s > INT64_C(253402300799))
		return EK_NO_TIME;
	return (ek_time){s * 1000};
}

void ek_mime_head(struct ek_mime *m)
{
	struct ek_mail *out = m->out;
	out->subject = ek_mime_line(m, g_mime_message_get_subject(m->message), EK_MAIL_SUBJECT_MAX);
	out->date = read_date(m);
	out->message_id = read_id(m, "Message-Id");
	out->in_reply_to = read_id(m, "In-Reply-To");
	read_references(m);
	read_people(m);
	read_kind(m);
}
