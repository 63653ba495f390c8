/* Languages are told by scripts and function words, or not at all. */
#include "base/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *promise;
	const char *text;
	const char *tag; /* NULL = unknown */
} rows[] = {
	/* Universal Declaration of Human Rights, article 1 (OHCHR's texts). */
	{"English", "All human beings are born free and equal in dignity and rights.", "en"},
	{"German", "Alle Menschen sind frei und gleich an Würde und Rechten geboren.", "de"},
	{"French",
	 "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués "
	 "de raison et de conscience",
	 "fr"},
	{"Spanish",
	 "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como "
	 "están de razón y conciencia",
	 "es"},
	{"Italian",
	 "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati "
	 "di ragione e di coscienza",
	 "it"},
	{"Portuguese",
	 "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de "
	 "razão e de consciência",
	 "pt"},
	{"Dutch",
	 "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd "
	 "met verstand en geweten",
	 "nl"},
	{"Polish",
	 "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.", "pl"},
	{"Swedish", "Alla människor är födda fria och lika i värde och rättigheter.", "sv"},
	{"Turkish",
	 "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana "
	 "sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
	 "tr"},
	{"Korean", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", "ko"},
	{"Arabic", "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.", "ar"},
	{"Persian", "چگونه با پشتیبانی گفتگو کنم؟", "fa"},
	{"Urdu", "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔", "ur"},
	{"Japanese",
	 "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
	 "ja"},
	{"Chinese", "人人生而自由,在尊严和权利上一律平等。", "zh"},
	{"Russian", "Все люди рождаются свободными и равными в своем достоинстве и правах.", "ru"},
	{"Ukrainian", "Всі люди народжуються вільними і рівними у своїй гідності та правах.", "uk"},
	{"Greek", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι.", "el"},
	{"Hebrew", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.", "he"},
	{"Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน", "th"},
	/* Letters to support. */
	{"Korean with the names of products", "Galaxy Buds2 Pro 환불 문의드립니다 Order #A-20431",
	 "ko"},
	{"Arabic with an address of ours", "لم يصلني طلبي، راسلت help@example.com مرتين", "ar"},
	{"English with a German signature",
	 "Hello, I have not received the parcel. Can you help?\nMüller & Söhne GmbH", "en"},
	{"capitals", "WHERE IS MY ORDER? I HAVE WAITED FOR TWO WEEKS", "en"},
	{"German capitals", "ICH HABE EINE FRAGE ZU ÄNDERUNGEN FÜR DIE LIEFERUNG", "de"},
	/* What nobody can tell. */
	{"nothing", "", NULL},
	{"a number", "+49 30 1234567", NULL},
	{"one word that many have", "de", NULL},
	{"a name", "Jin Park", NULL},
	{"an order number", "ABX-2041-QQ", NULL},
	{"no UTF-8", "\xFF\xFE\x80\x81", NULL},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_str text = {rows[i].text, (uint32_t)strlen(rows[i].text)};
		const char *tag = ek_language_tag(ek_language_of(text));
		if ((tag == NULL) != (rows[i].tag == NULL) ||
		    (tag != NULL && strcmp(tag, rows[i].tag) != 0))
			fail_msg("%s: %s", rows[i].promise, tag == NULL ? "unknown" : tag);
	}
}

/* Of a text without end the beginning is read. */
static void test_bound(void **state)
{
	(void)state;
	static char text[4 * EK_LANGUAGE_BYTES];
	memset(text, ' ', sizeof text);
	memcpy(text, "das ist nicht die Bestellung", 28);
	for (uint32_t i = EK_LANGUAGE_BYTES; i + 4 < sizeof text; i += 4)
		memcpy(text + i, "the ", 4);
	assert_int_equal(ek_language_of((ek_str){text, sizeof text}), EK_LANGUAGE_DE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
					   cmocka_unit_test(test_bound)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
