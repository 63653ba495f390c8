/* The words of mail programs, by language. Texts that one meets, not translations. */
#include <string.h>

#include "channels/quote_inside.h"

enum { WHO_MAX = 400, HEADER_MAX = 300, DEVICE_MAX = 120 };

static char lower(char ch)
{
	return (char)(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
}

static bool begins(ek_str s, const char *with)
{
	uint32_t n = (uint32_t)strlen(with);
	if (s.n < n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (lower(s.p[i]) != lower(with[i]))
			return false;
	return true;
}

static bool ends(ek_str s, const char *with)
{
	uint32_t n = (uint32_t)strlen(with);
	return s.n >= n && begins((ek_str){s.p + s.n - n, n}, with);
}

static bool holds(ek_str s, const char *what)
{
	for (uint32_t i = 0; i < s.n; i++)
		if (begins((ek_str){s.p + i, s.n - i}, what))
			return true;
	return false;
}

ek_str ek_quote_trim(ek_str s)
{
	while (s.n > 0 && strchr(" \t\r*", s.p[0]) != NULL && s.p[0] != '\0') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && strchr(" \t\r*", s.p[s.n - 1]) != NULL && s.p[s.n - 1] != '\0')
		s.n--;
	return s;
}

/* ---- who wrote what follows */

/* first "": the end says enough. */
static const struct {
	const char *first;
	const char *last;
} who[] = {
	{"On ", "wrote:"},
	{"On ", "said:"},
	{"On ", "writes:"},
	{"At ", "wrote:"},
	{"", "> wrote:"},
	{"", "님이 작성:"},
	{"", "작성:"},
	{"", "님이 쓴 글:"},
	{"", "님이 작성하였습니다:"},
	{"", "님이 씀:"},
	{"", "님이 보낸 메시지:"},
	{"", "썼습니다:"},
	{"", "쓰셨습니다:"},
	{"", "كتب:"},
	{"", "كتبت:"},
	{"", "كتب/ت:"},
	{"", "كتب ما يلي:"},
	{"", "كتبت ما يلي:"},
	{"في ", "كتب‏:"},
	{"", "schrieb:"},
	{"Am ", "geschrieben:"},
	{"Le ", "a écrit :"},
	{"Le ", "a écrit:"},
	{"El ", "escribió:"},
	{"Em ", "escreveu:"},
	{"Il ", "ha scritto:"},
	{"Op ", "schreef:"},
	{"Den ", "skrev:"},
	{"", "написал:"},
	{"", "写道："},
	{"", "のメール:"},
};
/* What stands in front in languages that end with a verb that also ends sentences. */
static const char *const dates[] = {"في ", "بتاريخ", "يوم "};

/* "في 3 مارس 2026، الساعة 4:19 م، كتب فلان <a@b>:": the verb stands before the name. */
static bool is_arabic_who(ek_str s)
{
	return ends(s, ":") && (holds(s, "كتب") || holds(s, "تمت كتابة")) &&
	       (begins(s, "في ") || begins(s, "بتاريخ") || begins(s, "يوم ") ||
		begins(s, "\xE2\x80\xAB"));
}

/* "Am 03.03.2026 um 10:00 schrieb A B:" */
static bool has_verb_within(ek_str s)
{
	static const char *const rows[][2] = {
		{"Am ", " schrieb "}, {"Den ", " skrev "}, {"Op ", " schreef "}};
	for (size_t i = 0; i < EK_LEN(rows); i++)
		if (begins(s, rows[i][0]) && holds(s, rows[i][1]) && ends(s, ":"))
			return true;
	return false;
}

static bool has_digit(ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
		/* U+0660 to U+0669 */
		if ((unsigned char)s.p[i] == 0xD9 && i + 1 < s.n &&
		    (unsigned char)s.p[i + 1] >= 0xA0 && (unsigned char)s.p[i + 1] <= 0xA9)
			return true;
	}
	return false;
}

/* Programs put marks of direction around what they write. */
static ek_str without_marks(ek_str s)
{
	s = ek_quote_trim(s);
	while (s.n >= 3 && (unsigned char)s.p[0] == 0xE2 && (unsigned char)s.p[1] == 0x80 &&
	       (unsigned char)s.p[2] >= 0x8E && (unsigned char)s.p[2] <= 0xAE) {
		s.p += 3;
		s.n -= 3;
	}
	return s;
}

bool ek_quote_says_who(ek_str line)
{
	ek_str s = without_marks(line);
	if (s.n == 0 || s.n > WHO_MAX || !(has_digit(s) || memchr(s.p, '@', s.n) != NULL))
		return false;
	if (is_arabic_who(s) || has_verb_within(s))
		return true;
	for (size_t i = 0; i < EK_LEN(who); i++)
		if (ends(s, who[i].last) && begins(s, who[i].first))
			return true;
	return false;
}

bool ek_quote_begins_who(ek_str line)
{
	ek_str s = without_marks(line);
	for (size_t i = 0; i < EK_LEN(who); i++)
		if (who[i].first[0] != '\0' && begins(s, who[i].first))
			return true;
	for (size_t i = 0; i < EK_LEN(dates); i++)
		if (begins(s, dates[i]))
			return true;
	return s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9';
}

/* ---- header lines */

enum { FROM = 1, SENT = 2, TO = 4, SUBJECT = 8, COPY = 16 };

static const struct {
	const char *word;
	uint32_t bit;
} headers[] = {
	{"From:", FROM},       {"Sent:", SENT},
	{"Date:", SENT},       {"To:", TO},
	{"Subject:", SUBJECT}, {"Cc:", COPY},
	{"보낸 사람:", FROM},  {"보낸사람:", FROM},
	{"보낸 사람 :", FROM}, {"보낸이:", FROM},
	{"발신:", FROM},       {"보낸 날짜:", SENT},
	{"보낸날짜:", SENT},   {"보낸 시간:", SENT},
	{"날짜:", SENT},       {"받는 사람:", TO},
	{"받는사람:", TO},     {"받는이:", TO},
	{"수신:", TO},         {"제목:", SUBJECT},
	{"참조:", COPY},       {"من:", FROM},
	{"المرسل:", FROM},     {"تاريخ الإرسال:", SENT},
	{"تم الإرسال:", SENT}, {"أُرسلت:", SENT},
	{"التاريخ:", SENT},    {"إلى:", TO},
	{"الموضوع:", SUBJECT}, {"نسخة:", COPY},
	{"Von:", FROM},        {"Gesendet:", SENT},
	{"Datum:", SENT},      {"An:", TO},
	{"Betreff:", SUBJECT}, {"De :", FROM},
	{"De:", FROM},         {"Envoyé :", SENT},
	{"Envoyé:", SENT},     {"À :", TO},
	{"Objet :", SUBJECT},  {"Objet:", SUBJECT},
	{"Enviado:", SENT},    {"Enviado el:", SENT},
	{"Para:", TO},         {"Asunto:", SUBJECT},
	{"Assunto:", SUBJECT}, {"Da:", FROM},
	{"Inviato:", SENT},    {"A:", TO},
	{"Oggetto:", SUBJECT}, {"差出人:", FROM},
	{"送信日時:", SENT},   {"宛先:", TO},
	{"件名:", SUBJECT},    {"发件人:", FROM},
	{"发送时间:", SENT},   {"收件人:", TO},
	{"主题:", SUBJECT},
};

uint32_t ek_quote_header(ek_str line)
{
	ek_str s = without_marks(line);
	if (s.n == 0 || s.n > HEADER_MAX)
		return 0;
	for (size_t i = 0; i < EK_LEN(headers); i++) {
		uint32_t n = (uint32_t)strlen(headers[i].word);
		if (begins(s, headers[i].word))
			return headers[i].bit;
		/* "*From:* " and "*From*: " */
		if (s.n > n && begins(s, "From*:"))
			return FROM;
	}
	return 0;
}

/* ---- separators */

static const char *const separators[] = {
	"Original Message",    "Original message",
	"Original Email",      "원본 메시지",
	"원본 메일",           "원본메일",
	"원본 메세지",         "الرسالة الأصلية",
	"رسالة أصلية",         "Ursprüngliche Nachricht",
	"Message d'origine",   "Message original",
	"Mensaje original",    "Mensagem original",
	"Messaggio originale", "Reply message",
	"元のメッセージ",      "原始邮件",
};

/* A separator's words stand between dashes, and nothing else is in the line. */
bool ek_quote_separates(ek_str line)
{
	ek_str s = ek_quote_trim(line);
	uint32_t dashes = 0;
	while (s.n > 0 && s.p[0] == '-') {
		s.p++;
		s.n--;
		dashes++;
	}
	while (s.n > 0 && s.p[s.n - 1] == '-') {
		s.n--;
		dashes++;
	}
	s = ek_quote_trim(s);
	for (size_t i = 0; dashes >= 4 && i < EK_LEN(separators); i++)
		if (begins(s, separators[i]) && s.n == strlen(separators[i]))
			return true;
	return false;
}

/* ---- devices */

static bool few_words(ek_str s, uint32_t max)
{
	uint32_t words = 0;
	for (uint32_t i = 0; i < s.n; i++)
		words += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
	return words > 0 && words <= max;
}

bool ek_quote_is_device(ek_str line)
{
	static const struct {
		const char *first;
		const char *last;
		uint32_t words; /* at most */
	} rows[] = {
		{"Sent from my ", "", 6},      {"Sent from Outlook", "", 6},
		{"Sent from Yahoo", "", 6},    {"Sent from Mail for ", "", 8},
		{"Sent from Samsung", "", 6},  {"Sent from Proton", "", 6},
		{"Sent via ", "", 6},          {"Sent with ", "", 7},
		{"Get Outlook for ", "", 5},   {"Sent using ", "", 7},
		{"", "에서 보냄", 6},          {"", "에서 보냈습니다.", 6},
		{"", "에서 보낸 메일", 6},     {"", "에서 발송됨", 6},
		{"أرسلت من ", "", 8},          {"أُرسلت من ", "", 8},
		{"تم الإرسال من ", "", 8},     {"مرسل من ", "", 8},
		{"الحصول على Outlook", "", 8}, {"Von meinem ", " gesendet", 5},
		{"Envoyé de mon ", "", 6},     {"Enviado desde mi ", "", 6},
		{"Enviado do meu ", "", 6},    {"Inviato da ", "", 6},
	};
	ek_str s = ek_quote_trim(line);
	for (size_t i = 0; s.n > 0 && s.n <= DEVICE_MAX && i < EK_LEN(rows); i++)
		if (begins(s, rows[i].first) && ends(s, rows[i].last) &&
		    few_words(s, rows[i].words) && memchr(s.p, ',', s.n) == NULL)
			return true;
	return false;
}
