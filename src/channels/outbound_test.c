/* Expected values: IANA's registries of special-purpose addresses, row by row ("Globally Reachable"
 * False, and both ends of each block); addresses of well-known public services. */
#include "channels/outbound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static ek_str str(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* Security 8, "SSRF addresses", and every row of the registries. */
static const struct {
	const char *address;
	bool is_global;
} judged[] = {
	{"0.0.0.0", false},
	{"0.255.255.255", false},
	{"1.0.0.0", true},
	{"9.255.255.255", true},
	{"10.0.0.0", false},
	{"10.255.255.255", false},
	{"11.0.0.0", true},
	{"100.63.255.255", true},
	{"100.64.0.0", false},
	{"100.127.255.255", false},
	{"100.128.0.0", true},
	{"127.0.0.1", false},
	{"127.255.255.255", false},
	{"128.0.0.0", true},
	{"169.253.255.255", true},
	{"169.254.169.254", false},
	{"169.255.0.0", true},
	{"172.15.255.255", true},
	{"172.16.0.0", false},
	{"172.31.255.255", false},
	{"172.32.0.0", true},
	{"192.0.0.8", false},
	{"192.0.0.170", false},
	{"192.0.1.0", true},
	{"192.0.2.1", false},
	{"192.88.99.1", false},
	{"192.168.0.1", false},
	{"192.169.0.0", true},
	{"198.17.255.255", true},
	{"198.18.0.0", false},
	{"198.19.255.255", false},
	{"198.20.0.0", true},
	{"198.51.100.7", false},
	{"203.0.113.9", false},
	{"223.255.255.255", true},
	{"224.0.0.1", false},
	{"239.255.255.255", false},
	{"240.0.0.1", false},
	{"255.255.255.255", false},
	{"8.8.8.8", true},
	{"::", false},
	{"::1", false},
	{"::127.0.0.1", false},
	{"::8.8.8.8", false},
	{"::ffff:127.0.0.1", false},
	{"::ffff:10.1.2.3", false},
	{"::ffff:8.8.8.8", true},
	{"::ffff:0:8.8.8.8", false},
	{"64:ff9b::127.0.0.1", false},
	{"64:ff9b::169.254.169.254", false},
	{"64:ff9b::8.8.8.8", true},
	{"64:ff9b:1::8.8.8.8", false},
	{"100::1", false},
	{"100:0:0:1::1", false},
	{"2001::1", false},
	{"2001:0:808:808::f7f7:f7f7", true},
	{"2001:0:808:808::80ff:fffe", false},
	{"2001:0:7f00:1::f7f7:f7f7", false},
	{"2001:2::1", false},
	{"2001:4:112::1", false},
	{"2001:10::1", false},
	{"2001:20::1", false},
	{"2001:1ff:ffff::1", false},
	{"2001:200::1", true},
	{"2001:db8::1", false},
	{"2001:4860:4860::8888", true},
	{"2002:7f00:1::1", false},
	{"2002:a00:1::1", false},
	{"2002:808:808::1", true},
	{"2606:4700:4700::1111", true},
	{"2620:4f:8000::1", false},
	{"3fff::1", false},
	{"3fff:1000::1", true},
	{"3ffe::1", true},
	{"4000::1", false},
	{"5f00::1", false},
	{"fc00::1", false},
	{"fdff:ffff::1", false},
	{"fe80::1", false},
	{"febf::1", false},
	{"fec0::1", false},
	{"ff02::1", false},
};

static void judged_as_the_registries_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(judged); i++) {
		struct ek_outbound_address a;
		assert_true(ek_outbound_read(str(judged[i].address), &a));
		if (ek_outbound_is_global(&a) != judged[i].is_global)
			fail_msg("%s", judged[i].address);
	}
}

/* Forms in which other programs read an address, and this one does not. */
static void only_the_usual_form_is_an_address(void **state)
{
	static const char *const rows[] = {
		"",      "2130706433", "0x7f000001",   "0177.0.0.1",
		"127.1", "127.0.1",    "127.0.0.1 ",   "fe80::1%eth0",
		"[::1]", "1.2.3.4.5",  "::ffff:1.2.3", "localhost",
	};
	struct ek_outbound_address a;
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_false(ek_outbound_read(str(rows[i]), &a));
	assert_false(ek_outbound_read((ek_str){"127.0.0.1\0x", 11}, &a));
}

static void networks_are_read(void **state)
{
	static const struct {
		const char *net;
		const char *address;
		int in; /* -1: no network */
	} rows[] = {
		{"10.0.0.0/8", "10.200.0.1", 1},
		{"10.0.0.0/8", "11.0.0.1", 0},
		{"10.0.0.0/8", "::ffff:10.0.0.1", 1},
		{"10.0.0.0/8", "64:ff9b::10.0.0.1", 0},
		{"10.0.0.0/8", "2002:a00:1::1", 0},
		{"127.0.0.1", "127.0.0.1", 1},
		{"127.0.0.1/32", "127.0.0.2", 0},
		{"192.168.4.0/22", "192.168.7.255", 1},
		{"192.168.4.0/22", "192.168.8.0", 0},
		{"0.0.0.0/0", "1.2.3.4", 1},
		{"0.0.0.0/0", "2001:200::1", 0},
		{"::/0", "1.2.3.4", 1},
		{"fd00::/8", "fd12::1", 1},
		{"fd00::/8", "fe12::1", 0},
		{"10.0.0.1/8", "", -1},
		{"10.0.0.0/33", "", -1},
		{"10.0.0.0/08", "", -1},
		{"10.0.0.0/", "", -1},
		{"10.0.0.0/8/8", "", -1},
		{"10.0.0/8", "", -1},
		{"fd00::/129", "", -1},
		{"fd00::1/8", "", -1},
		{"/8", "", -1},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_outbound_net net;
		struct ek_outbound_address a;
		assert_int_equal(ek_outbound_net_read(str(rows[i].net), &net), rows[i].in >= 0);
		if (rows[i].in < 0)
			continue;
		assert_true(ek_outbound_read(str(rows[i].address), &a));
		if (ek_outbound_is_listed(&net, 1, &a) != (rows[i].in == 1))
			fail_msg("%s in %s", rows[i].address, rows[i].net);
	}
}

/* What a web server and a server of mail may be, with and without TLS; and that what is listed may
 * be called in any case. Metadata: as the makers of clouds document it. */
static void the_guard_says_who_is_called(void **state)
{
	static const struct {
		const char *address;
		bool web, mail, mail_plain;
	} rows[] = {
		{"1.1.1.1", true, true, false},
		{"2606:4700::1111", true, true, false},
		{"127.0.0.1", false, true, true},
		{"127.255.255.254", false, true, true},
		{"::1", false, true, true},
		{"::ffff:127.0.0.1", false, true, true},
		{"10.0.0.25", false, true, false},
		{"172.16.0.1", false, true, false},
		{"172.32.0.1", true, true, false},
		{"192.168.255.255", false, true, false},
		{"::ffff:192.168.1.1", false, true, false},
		{"fd12:3456:789a::25", false, true, false},
		/* what answers about the machine, in whatever form */
		{"169.254.169.254", false, false, false},
		{"::ffff:169.254.169.254", false, false, false},
		{"64:ff9b::a9fe:a9fe", false, false, false},
		{"2002:a9fe:a9fe::1", false, false, false},
		{"fe80::1", false, false, false},
		{"fd00:ec2::254", false, false, false},
		{"fd20:ce::254", false, false, false},
		{"fd00:c1::a9fe:a9fe", false, false, false},
		/* what is hidden is not near, and neither is what belongs to others */
		{"64:ff9b::10.0.0.25", false, false, false},
		{"2002:a00:19::1", false, false, false},
		{"::127.0.0.1", false, false, false},
		{"100.100.100.200", false, false, false},
		{"fc00::1", false, false, false},
		{"0.0.0.0", false, false, false},
		{"::", false, false, false},
		{"224.0.0.1", false, false, false},
		{"255.255.255.255", false, false, false},
		{"ff02::1", false, false, false},
		{"192.0.2.25", false, false, false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_outbound_address a;
		struct ek_outbound_net all;
		assert_true(ek_outbound_read(str(rows[i].address), &a));
		bool ok =
			ek_outbound_may(EK_OUTBOUND_WEB, NULL, 0, &a) == rows[i].web &&
			!ek_outbound_may(EK_OUTBOUND_WEB_PLAIN, NULL, 0, &a) &&
			ek_outbound_may(EK_OUTBOUND_MAIL, NULL, 0, &a) == rows[i].mail &&
			ek_outbound_may(EK_OUTBOUND_MAIL_PLAIN, NULL, 0, &a) == rows[i].mail_plain;
		if (!ok)
			fail_msg("%s", rows[i].address);
		all = (struct ek_outbound_net){.first = a, .bits = 128};
		for (int use = EK_OUTBOUND_WEB; use <= EK_OUTBOUND_MAIL_PLAIN; use++)
			assert_true(ek_outbound_may((enum ek_outbound_use)use, &all, 1, &a));
	}
}

/* Names are the administrator's own words, and no networks. */
static void a_list_is_read_as_it_is_kept(void **state)
{
	static const struct {
		const char *json;
		uint32_t n;
	} rows[] = {
		{"", 0},
		{"[]", 0},
		{"[{\"name\":\"a\",\"network\":\"10.0.0.0/8\"}]", 1},
		{"[{\"name\":\"\\\"network\\\":\\\"0.0.0.0/0\",\"network\":\"10.0.0.0/8\"}]", 1},
		{"[{\"name\":\"a\",\"network\":\"::1\"},{\"name\":\"b\",\"network\":\"fd00::/8\"}]",
		 2},
		{"[{\"network\":\"all\"}]", 0},
		{"[{\"network\":\"10.0.0.0/8", 0},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_outbound_list list;
		ek_outbound_list_read(str(rows[i].json), &list);
		if (list.n != rows[i].n)
			fail_msg("%s: %u", rows[i].json, list.n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judged_as_the_registries_say),
		cmocka_unit_test(only_the_usual_form_is_an_address),
		cmocka_unit_test(networks_are_read),
		cmocka_unit_test(the_guard_says_who_is_called),
		cmocka_unit_test(a_list_is_read_as_it_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
