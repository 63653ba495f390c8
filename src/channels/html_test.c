/* Attacks after OWASP's cheat sheet and DOMPurify's tests; what comes out is expected by reading
 * the allow-list. */
#include "channels/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

static const struct {
	const char *in;
	const char *out;
} rows[] = {
	{"", ""},
	{"plain & <b>bold</b>", "plain &amp; <b>bold</b>"},
	{"<p>a<p>b", "<p>a</p><p>b</p>"},
	{"a \"quoted\" ' text", "a &quot;quoted&quot; ' text"},
	{"<script>alert(1)</script>x", "x"},
	{"<ScRiPt src=//evil></sCrIpT>x", "x"},
	{"<img src=x onerror=alert(1)>", "<img>"},
	{"<svg><script>alert(1)</script><p>in</p></svg>x", "x"},
	{"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></math>x", NULL},
	{"<style>p{}</style><link rel=stylesheet href=//e><meta http-equiv=refresh content=0>x",
	 "x"},
	{"<base href=//evil><form action=//evil><input name=a><b>y</b></form>", "<b>y</b>"},
	{"<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x>o</object>z", "z"},
	{"<a href=javascript:alert(1)>x</a>", "<a>x</a>"},
	{"<a href=' java\nscript:alert(1)'>x</a>", "<a>x</a>"},
	{"<a href=data:text/html,x>x</a>", "<a>x</a>"},
	{"<a href='https://e.example/?a=1&amp;b=\"2'>x</a>",
	 "<a href=\"https://e.example/?a=1&amp;b=&quot;2\" rel=\"noopener noreferrer nofollow\" "
	 "target=\"_blank\">x</a>"},
	{"<a href=mailto:a@b.c target=_top rel=opener>x</a>",
	 "<a href=\"mailto:a@b.c\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>"},
	{"<a href=#top id=top name=m-x>x</a>",
	 "<a href=\"#m-top\" id=\"m-top\" name=\"m-x\">x</a>"},
	{"<a href=//evil.example/>x</a>", "<a>x</a>"},
	{"<img src=https://t.example/p.gif width=1>",
	 "<img width=\"1\" data-ek-src=\"https://t.example/p.gif\">"},
	{"<img src=cid:a%40b>", "<img data-ek-cid=\"a@b\">"},
	{"<img src='cid:a\" onload=x'>", "<img>"},
	{"<img src=data:image/svg+xml;base64,AAAA alt=\"a<b\">", "<img alt=\"a&lt;b\">"},
	{"<img data-ek-src=javascript:x>", "<img>"},
	{"<p style='color:red;position:fixed;background:url(//e)'>x</p>",
	 "<p style=\"color:red\">x</p>"},
	{"<p style='width:expression(alert(1))'>x</p>", "<p>x</p>"},
	{"<p style='color:\\72 ed'>x</p>", "<p>x</p>"},
	{"<p style='font-family:\"맑은 고딕\"; color : rgb(1, 2,3) ;margin:-9px'>x</p>",
	 "<p style=\"font-family:&quot;맑은 고딕&quot;;color:rgb(1, 2,3)\">x</p>"},
	{"<p style='font:1px/* */a'>x</p>", "<p>x</p>"},
	{"<font color=red size=+1 onclick=x>a</font>", "<font color=\"red\" size=\"+1\">a</font>"},
	{"<p><foo><div>x</div></foo></p>", NULL},
	{"<table><tr><td>a<td>b</table>", "<table><tr><td>a</td><td>b</td></tr></table>"},
	{"<!--[if mso]><b>x</b><![endif]-->y<![CDATA[<script>]]>", NULL},
	{"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", NULL},
	{"<p title='\"><script>alert(1)</script>'>x",
	 "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">x</p>"},
	{"<textarea></textarea><xmp><b></xmp><plaintext>x", NULL},
	{"</body></html><b>after</b><script>x", NULL},
	{"<a><table><a>x</a></table></a><select><b>y</select>", NULL},
	{"<p dir=rtl lang=ar>مرحبا</p>", "<p dir=\"rtl\" lang=\"ar\">مرحبا</p>"},
};

static ek_str clean(struct ek_arena *arena, ek_str in)
{
	struct ek_html out;
	assert_true(ek_html_clean(in, 1 << 20, arena, &out));
	return out.html;
}

/* NULL: only what holds for all: nothing that runs, and cleaning twice is cleaning once. */
static void only_what_is_listed_comes_out(void **state)
{
	static const char *const never[] = {"<script", "onerror=", "<svg", "<style", "javascript:",
					    "<iframe", "<form",    "url(", "<!--",   " src="};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_arena arena;
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 22);
		ek_str once = clean(&arena, (ek_str){rows[i].in, (uint32_t)strlen(rows[i].in)});
		ek_str twice = clean(&arena, once);
		if (rows[i].out != NULL && !ek_str_is(once, rows[i].out))
			fail_msg("%s became %.*s", rows[i].in, (int)once.n, once.p);
		if (!ek_str_equal(once, twice))
			fail_msg("%.*s became %.*s", (int)once.n, once.p, (int)twice.n, twice.p);
		for (size_t k = 0; once.n > 0 && k < EK_LEN(never); k++)
			if (memmem(once.p, once.n, never[k], strlen(never[k])) != NULL)
				fail_msg("%s stands in %.*s", never[k], (int)once.n, once.p);
		ek_arena_fini(&arena);
	}
}

static void what_is_too_long_is_cut_where_it_stays_whole(void **state)
{
	static const char in[] = "<div><p>one two three</p><p><b>four &amp; five</b></p></div>";
	(void)state;
	for (uint32_t max = 1; max < sizeof in + 4; max++) {
		struct ek_arena arena;
		struct ek_html out, again;
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		assert_true(ek_html_clean(EK_S(in), max, &arena, &out));
		assert_true(ek_html_clean(out.html, max, &arena, &again));
		assert_true(ek_str_equal(out.html, again.html));
		assert_int_equal(out.is_cut, max < 46);
		ek_arena_fini(&arena);
	}
}

static void deep_nesting_is_flattened(void **state)
{
	enum { DEEP = 20000 };
	static char in[DEEP * 5 + 8];
	struct ek_arena arena;
	(void)state;
	for (size_t i = 0; i < DEEP; i++)
		memcpy(in + 5 * i, "<div>", 5);
	memcpy(in + 5 * (size_t)DEEP, "x", 2);
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 24);
	ek_str once = clean(&arena, (ek_str){in, 5 * DEEP + 1});
	assert_true(once.n < 11 * (EK_HTML_DEPTH + 1) + 1);
	assert_true(ek_str_equal(once, clean(&arena, once)));
	ek_arena_fini(&arena);
}

static void html_is_read_as_text(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} texts[] = {
		{"<p>a  b\n c</p><p>d</p>", "a b c\n\nd"},
		{"a<br>b<br><br>c", "a\nb\n\nc"},
		{"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
		{"<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"},
		{"x<blockquote>q<br>r</blockquote>y", "x\n\n> q\n> r\n\ny"},
		{"<pre>a\n  b</pre>", "a\n  b"},
		{"<a href=https://e.example/a>see</a> <a href=https://e.example/>e.example</a>",
		 "see <https://e.example/a> e.example"},
		{"<style>p{}</style><script>x</script>y", "y"},
		{"<span style='font-size:0;display: none'>hidden</span>seen", "seen"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"&#48;&nbsp;&amp;&lt;", "0 &<"},
		{"<img alt=Logo src=x>", "[Logo]"},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(texts); i++) {
		struct ek_arena arena;
		ek_str out, in = {texts[i].in, (uint32_t)strlen(texts[i].in)};
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		assert_true(ek_html_text(in, 1 << 16, &arena, &out));
		if (!ek_str_is(out, texts[i].out))
			fail_msg("%s became \"%.*s\"", texts[i].in, (int)out.n, out.p);
		ek_arena_fini(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_listed_comes_out),
		cmocka_unit_test(what_is_too_long_is_cut_where_it_stays_whole),
		cmocka_unit_test(deep_nesting_is_flattened),
		cmocka_unit_test(html_is_read_as_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
