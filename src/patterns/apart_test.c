/* Two levels and how far apart they lie: a published example, and what has no answer. */
#include "patterns/apart.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct ek_apart_side side_of(const double *x, uint32_t n)
{
	struct ek_apart_side s = {0};
	for (uint32_t i = 0; i < n; i++)
		ek_apart_add(&s, x[i]);
	return s;
}

/* Cushny and Peebles' hours of sleep (Student, "The probable error of a mean", 1908), as in R:
 * t.test(extra ~ group, data = sleep) prints t = -1.8608. */
static void is_welchs_t_of_students_sleep(void **state)
{
	static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
	static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
	struct ek_apart_side a = side_of(first, EK_LEN(first));
	struct ek_apart_side b = side_of(second, EK_LEN(second));
	(void)state;
	assert_true(fabs(ek_apart(&a, &b) - 1.8608) < 5e-5);
	assert_true(fabs(ek_apart(&b, &a) - 1.8608) < 5e-5);
}

static void says_nothing_of_too_few(void **state)
{
	static const double same[] = {4, 4, 4};
	struct ek_apart_side none = {0}, one = side_of(same, 1), some = side_of(same, 3);
	struct ek_apart_side other = {3, 5, 0};
	(void)state;
	assert_true(ek_apart(&none, &some) < 1e-12);
	assert_true(ek_apart(&one, &other) < 1e-12);
	assert_true(ek_apart(&some, &some) < 1e-12);
	assert_true(isinf(ek_apart(&some, &other)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_welchs_t_of_students_sleep),
		cmocka_unit_test(says_nothing_of_too_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
