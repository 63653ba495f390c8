/* Which passwords are refused. */
#include <string.h>

#include "auth/password_inside.h"
#include "base/utf8.h"

enum { WEIGHT_MIN = 8, PIECE = 2, PIECE_MIN = 3, WORDS_MAX = 32 };

/* Rows and columns of a keyboard; read from either end. */
static const char *const ways[] = {
	"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm",
	"azertyuiop",   "qsdfghjklm",   "wxcvbn",      "1qaz",       "2wsx",       "3edc",
	"4rfv",         "5tgb",         "6yhn",        "7ujm",       "8ik,",       "9ol.",
};

struct words {
	ek_str v[WORDS_MAX];
	uint32_t n;
};

/* One password in its readings: as typed but in lower case, and with signs taken for letters, where
 * 1 may stand for i or l. */
enum { READINGS = 3 };
struct judged {
	char text[READINGS][EK_PASSWORD_MAX];
	uint32_t n;
};

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char letter_for(char c, char one)
{
	static const char signs[] = "0o3e4a5s7t8b@a$s!i|l+t";
	if (c == '1')
		return one;
	for (size_t i = 0; signs[i] != '\0'; i += 2)
		if (signs[i] == c)
			return signs[i + 1];
	return c;
}

static void read_all(ek_str password, struct judged *j)
{
	j->n = password.n;
	for (uint32_t i = 0; i < password.n; i++) {
		j->text[0][i] = fold(password.p[i]);
		j->text[1][i] = letter_for(j->text[0][i], 'i');
		j->text[2][i] = letter_for(j->text[0][i], 'l');
	}
}

/* -- how long a piece begins at i; 0 for none -- */

static uint32_t run_at(const char *text, uint32_t n, uint32_t i)
{
	uint32_t end = i + 1;
	int step = end < n ? text[end] - text[i] : 9;
	if (step < -1 || step > 1)
		return 0;
	while (end < n && text[end] - text[end - 1] == step)
		end++;
	return end - i;
}

static uint32_t walk_along(const char *text, uint32_t n, const char *way, int step)
{
	const char *at = strchr(way, text[0]);
	uint32_t len = 0;
	if (text[0] == '\0' || at == NULL)
		return 0;
	while (len < n && at >= way && *at != '\0' && *at == text[len]) {
		len++;
		at += step;
	}
	return len;
}

static uint32_t walk_at(const char *text, uint32_t n, uint32_t i)
{
	uint32_t longest = 0;
	for (size_t w = 0; w < EK_LEN(ways); w++) {
		for (int step = -1; step <= 1; step += 2) {
			uint32_t len = walk_along(text + i, n - i, ways[w], step);
			longest = len > longest ? len : longest;
		}
	}
	return longest;
}

/* What stood before, again. */
static uint32_t echo_at(const char *text, uint32_t n, uint32_t i)
{
	uint32_t longest = 0;
	for (uint32_t from = 0; from < i; from++) {
		uint32_t len = 0;
		while (i + len < n && text[from + len] == text[i + len])
			len++;
		longest = len > longest ? len : longest;
	}
	return longest;
}

/* -- weighing -- */

static void improve(uint32_t *weights, uint32_t at, uint32_t weight)
{
	if (weight < weights[at])
		weights[at] = weight;
}

static void weigh_words(const struct judged *j, const struct words *words, uint32_t i,
			uint32_t *weights)
{
	for (int r = 0; r < READINGS; r++) {
		const char *text = j->text[r] + i;
		uint32_t left = j->n - i;
		for (uint32_t n = EK_PASSWORD_PART_MIN; n <= EK_PASSWORD_PART_MAX && n <= left; n++)
			if (ek_password_is_part((ek_str){text, n}))
				improve(weights, i + n, weights[i] + PIECE);
		for (uint32_t w = 0; w < words->n; w++) {
			uint32_t n = words->v[w].n;
			uint32_t same = 0;
			while (same < n && same < left && fold(words->v[w].p[same]) == text[same])
				same++;
			if (same == n)
				improve(weights, i + n, weights[i] + PIECE);
		}
	}
}

/* The least weight of all ways to cut it: weights[i] is that of the first i bytes. */
static uint32_t weigh(const struct judged *j, const struct words *words)
{
	uint32_t weights[EK_PASSWORD_MAX + 1];
	const char *text = j->text[0];
	for (uint32_t i = 0; i <= j->n; i++)
		weights[i] = i;
	for (uint32_t i = 0; i < j->n; i++) {
		bool is_inside = ((unsigned char)text[i] & 0xc0) == 0x80;
		uint32_t lengths[] = {run_at(text, j->n, i), walk_at(text, j->n, i),
				      echo_at(text, j->n, i)};
		improve(weights, i + 1, weights[i] + (is_inside ? 0 : 1));
		for (size_t k = 0; k < EK_LEN(lengths); k++)
			for (uint32_t n = PIECE_MIN; n <= lengths[k]; n++)
				improve(weights, i + n, weights[i] + PIECE);
		weigh_words(j, words, i, weights);
	}
	return weights[j->n];
}

/* -- words of the context -- */

static bool is_in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       ((unsigned char)c & 0x80) != 0;
}

static void add_word(struct words *words, ek_str word)
{
	if (word.n >= PIECE_MIN && words->n < WORDS_MAX)
		words->v[words->n++] = word;
}

/* A text, what stands before its @, and each word in it; those of 3 bytes or more. */
static void add_words(struct words *words, ek_str text)
{
	const char *at = text.n == 0 ? NULL : memchr(text.p, '@', text.n);
	uint32_t from = 0;
	add_word(words, text);
	if (at != NULL)
		add_word(words, (ek_str){text.p, (uint32_t)(at - text.p)});
	for (uint32_t i = 0; i <= text.n; i++) {
		if (i < text.n && is_in_word(text.p[i]))
			continue;
		if (i > from)
			add_word(words, (ek_str){text.p + from, i - from});
		from = i + 1;
	}
}

enum ek_password_fault ek_password_judge(ek_str password, const struct ek_password_context *context)
{
	struct judged j;
	struct words none = {.n = 0};
	struct words words = {.n = 0};
	if (password.n < EK_PASSWORD_MIN)
		return EK_PASSWORD_SHORT;
	if (password.n > EK_PASSWORD_MAX)
		return EK_PASSWORD_LONG;
	if (!ek_utf8_is_text(password))
		return EK_PASSWORD_NO_TEXT;
	read_all(password, &j);
	if (ek_password_is_whole((ek_str){j.text[0], j.n}) || weigh(&j, &none) < WEIGHT_MIN)
		return EK_PASSWORD_COMMON;
	add_words(&words, EK_S("Evenkeel"));
	add_words(&words, context->name);
	add_words(&words, context->email);
	add_words(&words, context->workspace);
	return weigh(&j, &words) < WEIGHT_MIN ? EK_PASSWORD_CONTEXT : EK_PASSWORD_FINE;
}
