/* Arabic: names with their Latin letters for addresses, and one team inbox for all topics. */
#include "sim/team_inside.h"

#define LIST(list) \
	{ \
		(list), EK_LEN(list) \
	}

/* clang-format off */
static const char *const given[] = {
	"أروى|arwa", "أسيل|aseel", "أنس|anas", "إياد|iyad", "باسل|basil", "بشرى|bushra",
	"تالا|tala", "جمانة|jumana", "حازم|hazim", "حنين|haneen", "خلود|khulood", "دانة|dana",
	"رائد|raed", "رغد|raghad", "رهف|rahaf", "ريان|rayan", "زياد|ziyad", "سارة|sarah",
	"سلطانة|sultana", "سهيل|suhail", "شذى|shatha", "صهيب|suhaib", "طارق|tariq", "عبير|abeer",
	"غيداء|ghaida", "فراس|firas", "لمى|lama", "مازن|mazin", "مرام|maram", "نواف|nawaf",
	"هديل|hadeel", "وليد|waleed", "يزن|yazan",
};
static const char *const family[] = {
	"البلوي|albalawi", "الثبيتي|althubaiti", "الجهني|aljuhani", "الحربي|alharbi",
	"الخالدي|alkhalidi", "الدوسري|aldosari", "الرشيدي|alrashidi", "الزهراني|alzahrani",
	"السبيعي|alsubaie", "الشمري|alshammari", "الشهري|alshehri", "الصاعدي|alsaedi",
	"العسيري|alasiri", "العمري|alamri", "العنزي|alanazi", "الغامدي|alghamdi",
	"القحطاني|alqahtani", "القرني|alqarni", "المالكي|almalki", "المطيري|almutairi",
	"النجار|alnajjar", "الهذلي|alhudhali", "اليامي|alyami", "باوزير|bawazir",
	"بخاري|bukhari", "حداد|haddad", "صائغ|sayegh", "عطار|attar",
};

static const char *const details[] = {
	"أرجو الاطلاع عليه اليوم.", "أرفقت صورة للشاشة.", "هذه هي المرة الثانية.",
	"أحتاج إلى الحل قبل نهاية الأسبوع.", "شكرًا مقدمًا.", "لم أجد ذلك في صفحات المساعدة.", "",
};
static const char *const more[] = {
	"جربت ذلك وما زال الأمر كما هو.", "نعم، هذا صحيح. ماذا تحتاجون مني أيضًا؟",
	"الرقم الذي طلبتموه هو #.", "يعمل على الهاتف ولا يعمل على الحاسوب.",
	"متى يمكن أن ينتهي ذلك؟", "هل يمكن شرح الخطوة الثانية مرة أخرى؟",
	"أرسلت المستند عبر الرابط. هل وصل؟", "هذا مناسب لي، تفضلوا بالمتابعة.",
	"أنتظر منذ مدة. هل من أحد هنا؟", "سؤال آخر: هل هناك رسوم؟",
};
static const char *const again[] = {
	"عذرًا، لقد تكررت المشكلة.", "للأسف لم تُحل المشكلة بعد.",
	"عمل ليوم واحد ثم عادت الرسالة نفسها.", "أعود إليكم بخصوص الرقم #.",
};
static const char *const thanks[] = {
	"شكرًا على سرعة الرد!", "ممتاز، يعمل الآن. شكرًا لكم.", "شكرًا جزيلًا على المساعدة.",
};
static const char *const greet[] = {
	"مرحبًا ~، شكرًا على تواصلك معنا.", "مرحبًا ~،", "مرحبًا ~، نعتذر عن الإزعاج.",
	"أهلًا ~، شكرًا على صبرك.",
};
static const char *const on[] = {
	"شكرًا، وصلتني المعلومات وتم التصحيح.", "حوّلت الأمر إلى المختصين وسينتهي اليوم.",
	"يرجى تسجيل الخروج ثم الدخول من جديد وسيظهر.", "هذا مشمول ولا رسوم عليه.",
	"أعدت التشغيل من جهتنا. هل يمكن المحاولة مرة أخرى؟",
	"يستغرق ذلك يومي عمل، وسأتابعه بنفسي.", "وصل المستند وكل شيء مكتمل.",
};
static const char *const check[] = {
	"أود أن أسأل إن كان كل شيء يعمل الآن كما يجب.",
	"هل أتيح لك الوقت للتجربة؟ سأبقي المحادثة مفتوحة.",
	"وصلنا رد من شريكنا، والأمر في طريقه إلى الحل.",
};
static const char *const note[] = {
	"راجعت الحساب: البيانات صحيحة وآخر تغيير كان من العميل.",
	"راجعت السجل وسألت زميلًا عن الحالة السابقة.",
	"نحتاج إلى من يعرف هذا الجزء، وقد أبلغت العميل.",
	"ملخص: السؤال عن الرقم #، تم الفحص الأول ولا وعد بعد.",
};

const struct team_words *ek_team_words_arabic(void)
{
	static const struct team_words words = {
		.given = LIST(given),
		.family = LIST(family),
		.says = {
			[SAYS_OPENING] = LIST(details), [SAYS_MORE] = LIST(more),
			[SAYS_AGAIN] = LIST(again),     [SAYS_THANKS] = LIST(thanks),
			[SAYS_ANSWER] = LIST(greet),    [SAYS_ON] = LIST(on),
			[SAYS_CHECK] = LIST(check),     [SAYS_NOTE] = LIST(note),
		},
	};
	return &words;
}

static const struct team_topic topics[] = {
	{"delivery", "أين الطلب رقم #؟", "كان من المفترض أن يصل الطلب رقم # يوم الأحد.",
	 "الطلب لدى شركة الشحن ويصل غدًا إن شاء الله، وسأتابعه.", SKILL_NONE},
	{"invoice", "نسخة من الفاتورة رقم #", "أحتاج إلى نسخة من الفاتورة رقم # للمحاسبة.",
	 "أرسلت الفاتورة إلى البريد المسجل، وتجدها أيضًا في قسم المستندات.", SKILL_NONE},
	{"refund", "استرداد مبلغ الطلب رقم #", "أعدت الطلب رقم # ولم يصل المبلغ بعد.",
	 "تم تحويل المبلغ هذا الصباح ويستغرق من ثلاثة إلى خمسة أيام عمل.", SKILL_REFUNDS},
	{"sign-in", "لا أستطيع تسجيل الدخول", "تظهر رسالة بأن الرابط منتهي الصلاحية.",
	 "الرابط صالح لمدة ساعة. أرسلت رابطًا جديدًا الآن.", SKILL_NONE},
	{"address", "تغيير عنوان الطلب رقم #", "كتبت عنوانًا خاطئًا للطلب رقم #.",
	 "صححت العنوان، فالطلب لم يُشحن بعد.", SKILL_NONE},
	{"charged-twice", "خصم مكرر", "خُصم مبلغ الطلب رقم # مرتين.",
	 "الخصم الثاني حجز مؤقت ويُلغى خلال خمسة أيام.", SKILL_REFUNDS},
	{"vat", "الرقم الضريبي في الفاتورة رقم #", "الرقم الضريبي غير ظاهر في الفاتورة رقم #.",
	 "أضفت الرقم الضريبي وأصدرت الفاتورة من جديد.", SKILL_VAT},
	{"sync", "التقويم لا يتزامن", "منذ أمس لا يتزامن التقويم.",
	 "انقطع الإذن. يرجى الربط مرة أخرى من صفحة عمليات الربط.", SKILL_NONE},
};
/* clang-format on */

struct team_topics ek_team_topics_arabic(void)
{
	return (struct team_topics)LIST(topics);
}
