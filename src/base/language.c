#include "base/language.h"

#include "base/utf8.h"

static const char *const tags[EK_LANGUAGE_COUNT] = {
	NULL, "ar", "de", "el", "en", "es", "fa", "fr", "he", "it", "ja",
	"ko", "nl", "pl", "pt", "ru", "sv", "th", "tr", "uk", "ur", "zh",
};

const char *ek_language_tag(enum ek_language language)
{
	return tags[language];
}

/* ---- scripts ---- */

enum script { NONE, LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, THAI, KANA, HAN, HANGUL, SCRIPTS };

/* Ascending, from first to last. */
static const struct {
	uint32_t first, last;
	uint8_t script;
} blocks[] = {
	{'A', 'Z', LATIN},        {'a', 'z', LATIN},        {0xC0, 0x24F, LATIN},
	{0x370, 0x3FF, GREEK},    {0x400, 0x52F, CYRILLIC}, {0x590, 0x5FF, HEBREW},
	{0x600, 0x6FF, ARABIC},   {0x750, 0x77F, ARABIC},   {0xE00, 0xE7F, THAI},
	{0x1100, 0x11FF, HANGUL}, {0x1E00, 0x1EFF, LATIN},  {0x3040, 0x30FF, KANA},
	{0x3130, 0x318F, HANGUL}, {0x3400, 0x4DBF, HAN},    {0x4E00, 0x9FFF, HAN},
	{0xAC00, 0xD7A3, HANGUL}, {0xFB50, 0xFDFF, ARABIC}, {0xFE70, 0xFEFC, ARABIC},
	{0xFF66, 0xFF9F, KANA},   {0x20000, 0x2FA1F, HAN},
};

/* How many Latin letters say as much as one of the script, in halves. */
static const uint8_t weights[SCRIPTS] = {0, 2, 2, 2, 3, 3, 2, 4, 6, 5};

static enum script script_of(uint32_t c)
{
	uint32_t from = 0;
	uint32_t to = EK_LEN(blocks);
	while (from < to) {
		uint32_t mid = (from + to) / 2;
		if (blocks[mid].last < c)
			from = mid + 1;
		else
			to = mid;
	}
	return from < EK_LEN(blocks) && blocks[from].first <= c ? blocks[from].script : NONE;
}

/* Letters that only one of the languages of a script has. */
static const struct {
	uint16_t letter;
	uint8_t of;
} owns[] = {
	{0x0404, EK_LANGUAGE_UK}, {0x0406, EK_LANGUAGE_UK},
	{0x0407, EK_LANGUAGE_UK}, /* Є І Ї */
	{0x0454, EK_LANGUAGE_UK}, {0x0456, EK_LANGUAGE_UK},
	{0x0457, EK_LANGUAGE_UK},                           /* є і ї */
	{0x0490, EK_LANGUAGE_UK}, {0x0491, EK_LANGUAGE_UK}, /* Ґ ґ */
	{0x067E, EK_LANGUAGE_FA}, {0x0686, EK_LANGUAGE_FA}, /* peh, tcheh */
	{0x0698, EK_LANGUAGE_FA}, {0x06AF, EK_LANGUAGE_FA}, /* jeh, gaf */
	{0x0679, EK_LANGUAGE_UR}, {0x0688, EK_LANGUAGE_UR},
	{0x0691, EK_LANGUAGE_UR},                           /* tteh ddal rreh */
	{0x06BA, EK_LANGUAGE_UR}, {0x06D2, EK_LANGUAGE_UR}, /* yeh barree */
};

static enum ek_language own_letter(uint32_t c)
{
	for (uint32_t i = 0; c >= 0x0404 && c <= 0x06D2 && i < EK_LEN(owns); i++)
		if (owns[i].letter == c)
			return owns[i].of;
	return EK_LANGUAGE_UNKNOWN;
}

/* ---- function words ---- */

enum { WORD_MAX = 16, LATINS = 10, SURE = 2 };
enum {
	DE = 1 << 0,
	EN = 1 << 1,
	ES = 1 << 2,
	FR = 1 << 3,
	IT = 1 << 4,
	NL = 1 << 5,
	PL = 1 << 6,
	PT = 1 << 7,
	SV = 1 << 8,
	TR = 1 << 9,
};
static const uint8_t latins[LATINS] = {
	EK_LANGUAGE_DE, EK_LANGUAGE_EN, EK_LANGUAGE_ES, EK_LANGUAGE_FR, EK_LANGUAGE_IT,
	EK_LANGUAGE_NL, EK_LANGUAGE_PL, EK_LANGUAGE_PT, EK_LANGUAGE_SV, EK_LANGUAGE_TR,
};

#define W(text) \
	{ \
		(text), sizeof(text) - 1 \
	}
/* In the order of their bytes: those that say the most of their language, and greetings. */
static const struct {
	ek_str word;
	uint16_t of;
} words[] = {
	{W("a"), EN | FR | PT},
	{W("aan"), NL},
	{W("aber"), DE},
	{W("al"), ES},
	{W("ale"), PL},
	{W("alla"), SV},
	{W("alle"), NL},
	{W("als"), NL},
	{W("ama"), TR},
	{W("anche"), IT},
	{W("and"), EN},
	{W("ao"), PT},
	{W("are"), EN},
	{W("as"), PT},
	{W("att"), SV},
	{W("au"), FR},
	{W("auch"), DE},
	{W("auf"), DE},
	{W("av"), SV},
	{W("avec"), FR},
	{W("be"), EN},
	{W("been"), EN},
	{W("ben"), TR},
	{W("benim"), TR},
	{W("bij"), NL},
	{W("bir"), TR},
	{W("bitte"), DE},
	{W("bonjour"), FR},
	{W("bu"), TR},
	{W("buongiorno"), IT},
	{W("być"), PL},
	{W("bütün"), TR},
	{W("can"), EN},
	{W("che"), IT},
	{W("com"), PT},
	{W("come"), IT},
	{W("comme"), FR},
	{W("como"), ES | PT},
	{W("con"), ES | IT},
	{W("czy"), PL},
	{W("da"), PT | TR},
	{W("daha"), TR},
	{W("dans"), FR},
	{W("das"), DE},
	{W("dat"), NL},
	{W("de"), ES | FR | NL | PT | TR},
	{W("del"), ES | IT},
	{W("della"), IT},
	{W("dem"), DE},
	{W("den"), DE | SV},
	{W("der"), DE},
	{W("des"), FR},
	{W("det"), SV},
	{W("değil"), TR},
	{W("di"), IT},
	{W("die"), DE},
	{W("dla"), PL},
	{W("do"), EN | PL | PT},
	{W("du"), FR},
	{W("e"), IT | PT},
	{W("een"), NL},
	{W("ein"), DE},
	{W("eine"), DE},
	{W("el"), ES},
	{W("em"), PT},
	{W("en"), FR | NL | SV},
	{W("er"), NL},
	{W("es"), DE | ES},
	{W("est"), FR},
	{W("está"), ES | PT},
	{W("et"), FR},
	{W("ett"), SV},
	{W("for"), EN},
	{W("from"), EN},
	{W("från"), SV},
	{W("för"), SV},
	{W("für"), DE},
	{W("gibi"), TR},
	{W("gli"), IT},
	{W("gracias"), ES},
	{W("grazie"), IT},
	{W("ha"), ES | IT},
	{W("habe"), DE},
	{W("haben"), DE},
	{W("har"), SV},
	{W("has"), EN},
	{W("have"), EN},
	{W("heb"), NL},
	{W("het"), NL},
	{W("ho"), IT},
	{W("hoe"), NL},
	{W("hola"), ES},
	{W("how"), EN},
	{W("hur"), SV},
	{W("i"), EN | PL | SV},
	{W("ich"), DE},
	{W("ik"), NL},
	{W("il"), FR | IT},
	{W("ile"), TR},
	{W("in"), EN | NL},
	{W("inte"), SV},
	{W("is"), EN | NL},
	{W("ist"), DE},
	{W("it"), EN},
	{W("için"), TR},
	{W("jag"), SV},
	{W("jak"), PL},
	{W("je"), FR},
	{W("jest"), PL},
	{W("już"), PL},
	{W("kan"), NL | SV},
	{W("kann"), DE},
	{W("ki"), TR},
	{W("la"), ES | FR | IT},
	{W("las"), ES},
	{W("le"), FR | IT},
	{W("les"), FR},
	{W("lo"), ES | IT},
	{W("los"), ES},
	{W("lütfen"), TR},
	{W("ma"), FR | IT},
	{W("maar"), NL},
	{W("mais"), FR | PT},
	{W("mam"), PL},
	{W("mas"), PT},
	{W("med"), SV},
	{W("mein"), DE},
	{W("meine"), DE},
	{W("men"), SV},
	{W("merhaba"), TR},
	{W("met"), NL},
	{W("meu"), PT},
	{W("mi"), ES | TR},
	{W("mia"), IT},
	{W("mijn"), NL},
	{W("min"), SV},
	{W("minha"), PT},
	{W("mio"), IT},
	{W("mit"), DE},
	{W("mitt"), SV},
	{W("moja"), PL},
	{W("mon"), FR},
	{W("muy"), ES},
	{W("my"), EN},
	{W("más"), ES},
	{W("mój"), PL},
	{W("mı"), TR},
	{W("na"), PL | PT},
	{W("naar"), NL},
	{W("nascono"), IT},
	{W("nasıl"), TR},
	{W("ne"), FR | TR},
	{W("nella"), IT},
	{W("ni"), SV},
	{W("nicht"), DE},
	{W("nie"), PL},
	{W("niet"), NL},
	{W("no"), ES | PT},
	{W("noch"), DE},
	{W("non"), IT},
	{W("not"), EN},
	{W("nous"), FR},
	{W("não"), PT},
	{W("o"), PL | PT},
	{W("obrigado"), PT},
	{W("och"), SV},
	{W("också"), SV},
	{W("oder"), DE},
	{W("of"), EN},
	{W("olarak"), TR},
	{W("olá"), PT},
	{W("om"), SV},
	{W("on"), EN},
	{W("ook"), NL},
	{W("op"), NL},
	{W("os"), PT},
	{W("ou"), FR},
	{W("para"), ES | PT},
	{W("pas"), FR},
	{W("per"), IT},
	{W("pero"), ES},
	{W("più"), IT},
	{W("please"), EN},
	{W("po"), PL},
	{W("por"), ES | PT},
	{W("pour"), FR},
	{W("proszę"), PL},
	{W("przez"), PL},
	{W("på"), SV},
	{W("que"), ES | FR | PT},
	{W("questo"), IT},
	{W("rodzą"), PL},
	{W("se"), ES | FR | PT},
	{W("si"), IT},
	{W("sich"), DE},
	{W("sie"), DE},
	{W("sina"), SV},
	{W("sind"), DE},
	{W("siparişim"), TR},
	{W("się"), PL},
	{W("som"), SV},
	{W("son"), ES},
	{W("sono"), IT},
	{W("sont"), FR},
	{W("su"), ES},
	{W("sur"), FR},
	{W("são"), PT},
	{W("są"), PL},
	{W("te"), NL},
	{W("tego"), PL},
	{W("ten"), PL},
	{W("that"), EN},
	{W("the"), EN},
	{W("this"), EN},
	{W("till"), SV},
	{W("to"), EN | PL},
	{W("todos"), ES | PT},
	{W("tutti"), IT},
	{W("u"), NL},
	{W("um"), PT},
	{W("uma"), PT},
	{W("un"), ES | FR | IT},
	{W("una"), ES | IT},
	{W("und"), DE},
	{W("une"), FR},
	{W("van"), NL},
	{W("var"), TR},
	{W("ve"), TR},
	{W("vi"), SV},
	{W("von"), DE},
	{W("voor"), NL},
	{W("vous"), FR},
	{W("w"), PL},
	{W("was"), EN},
	{W("we"), EN | NL},
	{W("werden"), DE},
	{W("wie"), DE},
	{W("wir"), DE},
	{W("with"), EN},
	{W("worden"), NL},
	{W("wordt"), NL},
	{W("would"), EN},
	{W("wszyscy"), PL},
	{W("wurde"), DE},
	{W("y"), ES},
	{W("you"), EN},
	{W("your"), EN},
	{W("z"), PL},
	{W("zijn"), NL},
	{W("zu"), DE},
	{W("är"), SV},
	{W("çok"), TR},
	{W("è"), IT},
	{W("é"), PT},
	{W("être"), FR},
	{W("że"), PL},
};

static uint16_t languages_of(ek_str word)
{
	uint32_t from = 0;
	uint32_t to = EK_LEN(words);
	while (from < to) {
		uint32_t mid = (from + to) / 2;
		int order = ek_str_compare(word, words[mid].word);
		if (order == 0)
			return words[mid].of;
		if (order < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return 0;
}

/* Small letters of Latin-1 and Latin Extended-A; Turkish dotted I is i. */
static uint32_t small(uint32_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
		return c + 32;
	if (c == 0x130)
		return 'i';
	if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
		return c + (c & 1);
	return c;
}

/* ---- the count ---- */

struct count {
	uint32_t letters[SCRIPTS];
	uint32_t own[EK_LANGUAGE_COUNT];
	uint32_t seen[LATINS];
	char word[WORD_MAX];
	uint32_t n; /* of word; WORD_MAX = too long to be one of ours */
};

static void end_word(struct count *k)
{
	uint16_t of = 0;
	if (k->n > 0 && k->n < WORD_MAX)
		of = languages_of((ek_str){k->word, k->n});
	for (uint32_t i = 0; i < LATINS; i++)
		k->seen[i] += of >> i & 1;
	k->n = 0;
}

static void add_letter(struct count *k, uint32_t c)
{
	c = small(c);
	if (k->n + 2 >= WORD_MAX || c >= 0x800) {
		k->n = WORD_MAX;
	} else if (c < 0x80) {
		k->word[k->n++] = (char)c;
	} else {
		k->word[k->n++] = (char)(0xC0 | c >> 6);
		k->word[k->n++] = (char)(0x80 | (c & 0x3F));
	}
}

static void read(struct count *k, ek_str text)
{
	uint32_t end = text.n < EK_LANGUAGE_BYTES ? text.n : EK_LANGUAGE_BYTES;
	for (uint32_t at = 0; at < end;) {
		uint32_t c = ek_utf8_next(text, &at);
		enum script s = script_of(c);
		k->letters[s]++;
		k->own[own_letter(c)]++;
		if (s == LATIN && k->n < WORD_MAX)
			add_letter(k, c);
		else if (s != LATIN)
			end_word(k);
	}
	end_word(k);
}

static enum ek_language latin(const struct count *k)
{
	uint32_t best = 0;
	uint32_t second = 0;
	uint32_t which = 0;
	for (uint32_t i = 0; i < LATINS; i++) {
		if (k->seen[i] > best) {
			second = best;
			best = k->seen[i];
			which = i;
		} else if (k->seen[i] > second) {
			second = k->seen[i];
		}
	}
	return best >= SURE && best > second ? latins[which] : EK_LANGUAGE_UNKNOWN;
}

static enum ek_language arabic(const struct count *k)
{
	if (k->own[EK_LANGUAGE_UR] > 0)
		return EK_LANGUAGE_UR;
	return k->own[EK_LANGUAGE_FA] > 0 ? EK_LANGUAGE_FA : EK_LANGUAGE_AR;
}

enum ek_language ek_language_of(ek_str text)
{
	struct count k = {0};
	uint32_t most = LATIN;
	read(&k, text);
	for (uint32_t s = LATIN; s < SCRIPTS; s++)
		if (k.letters[s] * weights[s] > k.letters[most] * weights[most])
			most = s;
	if (k.letters[most] == 0)
		return EK_LANGUAGE_UNKNOWN;
	switch (most) {
	case LATIN:
		return latin(&k);
	case GREEK:
		return EK_LANGUAGE_EL;
	case CYRILLIC:
		return k.own[EK_LANGUAGE_UK] > 0 ? EK_LANGUAGE_UK : EK_LANGUAGE_RU;
	case HEBREW:
		return EK_LANGUAGE_HE;
	case ARABIC:
		return arabic(&k);
	case THAI:
		return EK_LANGUAGE_TH;
	case HANGUL:
		return EK_LANGUAGE_KO;
	default: /* Japanese writes Han with kana between */
		return k.letters[KANA] > 0 ? EK_LANGUAGE_JA : EK_LANGUAGE_ZH;
	}
}
