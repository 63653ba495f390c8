/* What articles become: each row a text, its HTML, and its plain words. */
#include "knowledge/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

struct sink {
	char text[64 * 1024];
	size_t n;
};

static void take(void *ctx, ek_str bytes)
{
	struct sink *s = ctx;
	assert_true(s->n + bytes.n < sizeof s->text);
	memcpy(s->text + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
	s->text[s->n] = 0;
}

static const struct {
	const char *promise;
	const char *text;
	const char *html;
	const char *plain;
} rows[] = {
	{"nothing is nothing", "", "", ""},
	{"lines of a paragraph stay lines", "One\ntwo\n\nthree",
	 "<p dir=\"auto\">One<br>\ntwo</p>\n<p dir=\"auto\">three</p>\n", "One\ntwo\n\nthree\n"},
	{"headings begin below the title's", "# A\n### B\n#### C",
	 "<h2 dir=\"auto\">A</h2>\n<h4 dir=\"auto\">B</h4>\n<p dir=\"auto\">#### C</p>\n",
	 "A\n\nB\n\n#### C\n"},
	{"a heading needs its blank", "#1 of all", "<p dir=\"auto\">#1 of all</p>\n",
	 "#1 of all\n"},
	{"bullets of both kinds are one list", "- a\n* b",
	 "<ul>\n<li dir=\"auto\">a</li>\n<li dir=\"auto\">b</li>\n</ul>\n", "- a\n- b\n"},
	{"numbers begin where they say", "3. a\n4. b",
	 "<ol start=\"3\">\n<li dir=\"auto\">a</li>\n<li dir=\"auto\">b</li>\n</ol>\n",
	 "3. a\n4. b\n"},
	{"a line goes on with its item", "- a\n  b",
	 "<ul>\n<li dir=\"auto\">a<br>\nb</li>\n</ul>\n", "- a\nb\n"},
	{"a quote", "> a\n> b", "<blockquote><p dir=\"auto\">a<br>\nb</p></blockquote>\n",
	 "> a\n> b\n"},
	{"a rule", "a\n---\nb", "<p dir=\"auto\">a</p>\n<hr>\n<p dir=\"auto\">b</p>\n",
	 "a\n\n---\n\nb\n"},
	{"what is kept is kept", "```sh\n  a <b> **c**\n```\nd",
	 "<pre dir=\"ltr\"><code>  a &lt;b&gt; **c**\n</code></pre>\n<p dir=\"auto\">d</p>\n",
	 "  a <b> **c**\n\nd\n"},
	{"strong, stressed and both", "**a** *b* **c *d* e** *f **g** h*",
	 "<p dir=\"auto\"><strong>a</strong> <em>b</em> <strong>c <em>d</em> e</strong> "
	 "<em>f <strong>g</strong> h</em></p>\n",
	 "a b c d e f g h\n"},
	{"a star by itself is a star", "2 * 3 = 6, *open", "<p dir=\"auto\">2 * 3 = 6, *open</p>\n",
	 "2 * 3 = 6, *open\n"},
	{"a star behind a backslash is a star", "\\*a\\* \\\\", "<p dir=\"auto\">*a* \\</p>\n",
	 "*a* \\\n"},
	{"code is no markup", "`a*b*` `", "<p dir=\"auto\"><code dir=\"ltr\">a*b*</code> `</p>\n",
	 "a*b* `\n"},
	{"a link", "see [the page](https://example.org/?a=1&b=2).",
	 "<p dir=\"auto\">see <a href=\"https://example.org/?a=1&amp;b=2\" "
	 "rel=\"noopener noreferrer\">the page</a>.</p>\n",
	 "see the page (https://example.org/?a=1&b=2).\n"},
	{"a link within this server", "[a](/support/en)",
	 "<p dir=\"auto\"><a href=\"/support/en\" rel=\"noopener noreferrer\">a</a></p>\n",
	 "a (/support/en)\n"},
	{"no script in a link", "[a](javascript:alert(1))",
	 "<p dir=\"auto\">[a](javascript:alert(1))</p>\n", "[a](javascript:alert(1))\n"},
	{"no other host without a scheme", "[a](//evil.example) [b](/\\evil.example)",
	 "<p dir=\"auto\">[a](//evil.example) [b](/\\evil.example)</p>\n",
	 "[a](//evil.example) [b](/\\evil.example)\n"},
	{"no address leaves its attribute", "[a](https://x\"onmouseover=alert)",
	 "<p dir=\"auto\">[a](https://x&quot;onmouseover=alert)</p>\n",
	 "[a](https://x\"onmouseover=alert)\n"},
	{"HTML is text", "<script>alert(1)</script> <img src=x onerror='a'>",
	 "<p dir=\"auto\">&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x "
	 "onerror=&#39;a&#39;&gt;</p>\n",
	 "<script>alert(1)</script> <img src=x onerror='a'>\n"},
	{"words of a link are text", "[<b>*a*](https://x.example)",
	 "<p dir=\"auto\"><a href=\"https://x.example\" rel=\"noopener noreferrer\">"
	 "&lt;b&gt;*a*</a></p>\n",
	 "<b>*a* (https://x.example)\n"},
	{"what turns text is left out",
	 "a\xE2\x80\xAE"
	 "b",
	 "<p dir=\"auto\">ab</p>\n", "ab\n"},
	{"marks that cross are closed in order", "**a *b** c*",
	 "<p dir=\"auto\"><strong>a <em>b** c</em></strong></p>\n", "a b** c\n"},
	{"lines may end with both", "a\r\nb\r\n", "<p dir=\"auto\">a<br>\nb</p>\n", "a\nb\n"},
};

static void test_rows(void **state)
{
	static struct sink s;
	(void)state;
	const struct ek_markup_out out = {take, &s};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_str text = {rows[i].text, (uint32_t)strlen(rows[i].text)};
		s = (struct sink){.n = 0};
		ek_markup_html(text, &out);
		if (strcmp(s.text, rows[i].html) != 0)
			print_message("%s\n", rows[i].promise);
		assert_string_equal(s.text, rows[i].html);
		s = (struct sink){.n = 0};
		ek_markup_plain(text, &out);
		if (strcmp(s.text, rows[i].plain) != 0)
			print_message("%s, plain\n", rows[i].promise);
		assert_string_equal(s.text, rows[i].plain);
	}
}

/* ---- whatever comes: tags are known ones, in one another and closed */

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

static void check_balance(const char *html)
{
	static const char *const known[] = {"p",   "h2",         "h3",   "h4",     "ul", "ol", "li",
					    "pre", "blockquote", "code", "strong", "em", "a"};
	const char *open[64];
	size_t lengths[64];
	size_t depth = 0;
	for (const char *p = strchr(html, '<'); p != NULL; p = strchr(p + 1, '<')) {
		bool is_end = p[1] == '/';
		const char *name = p + 1 + is_end;
		size_t n = strcspn(name, " >");
		bool is_known = false;
		if (is_word(name, n, "br") || is_word(name, n, "hr"))
			continue;
		for (size_t i = 0; i < EK_LEN(known); i++)
			is_known = is_known || is_word(name, n, known[i]);
		assert_true(is_known);
		if (is_end) {
			assert_true(depth > 0);
			depth--;
			assert_int_equal(lengths[depth], n);
			assert_memory_equal(open[depth], name, n);
		} else {
			assert_true(depth < EK_LEN(open));
			open[depth] = name;
			lengths[depth++] = n;
		}
	}
	assert_int_equal(depth, 0);
}

static void test_whatever(void **state)
{
	static const char *const pieces[] = {
		"*", "**", "`",  "```", "[",  "](", ")", "https://a",    "\n",   "- ",  "1. ", "> ",
		"#", " ",  "\\", "---", "<a", "\"", "a", "\xE2\x80\xAE", "\xff", "\n\n"};
	static struct sink s;
	struct ek_rng rng = {11};
	(void)state;
	const struct ek_markup_out out = {take, &s};
	for (int round = 0; round < 20000; round++) {
		char text[256];
		uint32_t n = 0;
		while (n < 200 && ek_rng_below(&rng, 40) != 0) {
			const char *piece = pieces[ek_rng_below(&rng, EK_LEN(pieces))];
			memcpy(text + n, piece, strlen(piece));
			n += (uint32_t)strlen(piece);
		}
		s = (struct sink){.n = 0};
		ek_markup_html((ek_str){text, n}, &out);
		check_balance(s.text);
		s = (struct sink){.n = 0};
		ek_markup_plain((ek_str){text, n}, &out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_whatever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
