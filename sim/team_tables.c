/* Six team inboxes, forty people, and when in a week things happen. */
#include "sim/team_inside.h"

enum { HOURS = 24, WEEK = 7 };
enum { WEEKDAYS = 0x1F, SATURDAY = 0x20, SUNDAY = 0x40, SUN_TO_THU = 0x4F, MON_TO_SAT = 0x3F };
enum { BERLIN, SEOUL, RIYADH };

static const struct team_desk desks[EK_TEAM_INBOXES] = {
	[TEAM_BILLING] = {.name = "Billing",
			  .language = EK_TEAM_ENGLISH,
			  .zone = BERLIN,
			  .rank = 2,
			  .chat_percent = 30,
			  .per_day = 205,
			  .answer_s = 330,
			  .first_min = 60,
			  .next_min = 120,
			  .hours = {{WEEKDAYS, 8, 20}}},
	[TEAM_TECHNICAL] = {.name = "Technical",
			    .language = EK_TEAM_ENGLISH,
			    .zone = BERLIN,
			    .rank = 2,
			    .chat_percent = 25,
			    .per_day = 150,
			    .answer_s = 420,
			    .first_min = 90,
			    .next_min = 180,
			    .hours = {{WEEKDAYS, 8, 22}, {SATURDAY | SUNDAY, 10, 18}}},
	[TEAM_ORDERS] = {.name = "Orders",
			 .language = EK_TEAM_ENGLISH,
			 .zone = BERLIN,
			 .rank = 3,
			 .chat_percent = 50,
			 .per_day = 250,
			 .answer_s = 240,
			 .first_min = 45,
			 .next_min = 90,
			 .hours = {{WEEKDAYS, 8, 22}, {SATURDAY | SUNDAY, 9, 19}}},
	[TEAM_ONBOARDING] = {.name = "Onboarding",
			     .language = EK_TEAM_ENGLISH,
			     .zone = BERLIN,
			     .rank = 1,
			     .chat_percent = 10,
			     .per_day = 58,
			     .answer_s = 560,
			     .first_min = 240,
			     .next_min = 480,
			     .hours = {{WEEKDAYS, 9, 18}}},
	[TEAM_KOREAN] = {.name = "한국어 팀",
			 .language = EK_TEAM_KOREAN,
			 .zone = SEOUL,
			 .rank = 2,
			 .chat_percent = 45,
			 .per_day = 112,
			 .answer_s = 300,
			 .first_min = 60,
			 .next_min = 120,
			 .hours = {{WEEKDAYS, 8, 19}, {SATURDAY, 9, 15}}},
	[TEAM_ARABIC] = {.name = "فريق العربية",
			 .language = EK_TEAM_ARABIC,
			 .zone = RIYADH,
			 .rank = 2,
			 .chat_percent = 40,
			 .per_day = 102,
			 .answer_s = 320,
			 .first_min = 60,
			 .next_min = 120,
			 .hours = {{SUN_TO_THU, 8, 18}}},
};

const struct team_desk *ek_team_desk(uint32_t inbox)
{
	ek_assert(inbox < EK_TEAM_INBOXES);
	return &desks[inbox];
}

/* ---- people */

enum {
	NONE = TEAM_NOBODY,
	BIL = TEAM_BILLING,
	TEC = TEAM_TECHNICAL,
	ORD = TEAM_ORDERS,
	ONB = TEAM_ONBOARDING,
	KOR = TEAM_KOREAN,
	ARA = TEAM_ARABIC,
	WED_TO_SUN = 0x7C,
	FRI_TO_TUE = 0x73,
	TUE_TO_SAT = 0x3E,
};

/* skills: api, Arabic, English, Korean, refunds, VAT */
/* clang-format off */
static const struct team_job jobs[EK_TEAM_PEOPLE] = {
	{"Marta Lindqvist", "marta.lindqvist", BIL, NONE, WEEKDAYS, 16, 3, "005054"},
	{"Tobias Brandner", "tobias.brandner", BIL, ORD, WEEKDAYS, 16, 0, "005040"},
	{"Ifeoma Adebayo-Kern", "ifeoma.adebayo-kern", BIL, NONE, WEEKDAYS, 17, 0, "005033"},
	{"Jakub Wronski", "jakub.wronski", BIL, NONE, WEEKDAYS, 18, 6, "004020"},
	{"Clémence Aubriot", "clemence.aubriot", BIL, TEC, WEEKDAYS, 19, 0, "004002"},
	{"Devika Ranganath", "devika.ranganath", BIL, NONE, WEEKDAYS, 20, 0, "005050"},
	{"Samuel Okonedo-Weiss", "samuel.okonedo-weiss", BIL, ORD, WEEKDAYS, 22, 0, "005030"},
	{"Line Thorvaldsen", "line.thorvaldsen", BIL, NONE, MON_TO_SAT & ~4, 29, 4, "004010"},
	{"Henrik Aaltonen", "henrik.aaltonen", TEC, NONE, WEEKDAYS, 16, 3, "505000"},
	{"Priyanka Deshmane", "priyanka.deshmane", TEC, NONE, WEEKDAYS, 16, 0, "405000"},
	{"Matteo Ferrandi", "matteo.ferrandi", TEC, NONE, WEEKDAYS, 17, 0, "304000"},
	{"Zofia Malczyk", "zofia.malczyk", TEC, ORD, WEEKDAYS, 18, 0, "205000"},
	{"Kwame Asante-Roth", "kwame.asante-roth", TEC, NONE, WEEKDAYS, 26, 6, "404000"},
	{"Yusuf Demirbas", "yusuf.demirbas", TEC, ARA, WEEKDAYS, 20, 0, "035000"},
	{"Anneke Vorst", "anneke.vorst", TEC, NONE, FRI_TO_TUE, 32, 0, "305000"},
	{"Ruben Casteleiro", "ruben.casteleiro", TEC, ORD, WED_TO_SUN, 32, 0, "204000"},
	{"Greta Hofstadler", "greta.hofstadler", ORD, NONE, WEEKDAYS, 16, 3, "005030"},
	{"Luca Morandini", "luca.morandini", ORD, NONE, WEEKDAYS, 16, 0, "004000"},
	{"Amara Nwosu-Klein", "amara.nwosu-klein", ORD, BIL, WEEKDAYS, 17, 0, "005020"},
	{"Nils Ekedahl", "nils.ekedahl", ORD, NONE, WEEKDAYS, 18, 0, "004000"},
	{"Shreya Kulkarnee", "shreya.kulkarnee", ORD, BIL, WEEKDAYS, 26, 6, "005010"},
	{"Pavel Zemanek", "pavel.zemanek", ORD, TEC, WED_TO_SUN, 19, 0, "104000"},
	{"Inês Salgueiro", "ines.salgueiro", ORD, NONE, WED_TO_SUN, 32, 0, "005000"},
	{"Oluwaseun Bassey", "oluwaseun.bassey", ORD, NONE, FRI_TO_TUE, 28, 0, "004000"},
	{"Charlotte Beaumanoir", "charlotte.beaumanoir", ONB, NONE, WEEKDAYS, 17, 4, "205000"},
	{"Emil Sandvik", "emil.sandvik", ONB, NONE, WEEKDAYS, 18, 0, "105000"},
	{"Leila Farhoud", "leila.farhoud", ONB, ARA, WEEKDAYS, 18, 0, "044000"},
	{"Daniel Obermoser", "daniel.obermoser", ONB, NONE, WEEKDAYS, 19, 0, "204000"},
	{"윤슬", "yun.seul", KOR, NONE, WEEKDAYS, 16, 4, "003545"},
	{"한가람", "han.garam", KOR, NONE, WED_TO_SUN, 15, 0, "002520"},
	{"정다온", "jeong.daon", KOR, NONE, WEEKDAYS, 18, 0, "203500"},
	{"임서율", "lim.seoyul", KOR, NONE, TUE_TO_SAT, 18, 0, "001510"},
	{"오태온", "oh.taeon", KOR, NONE, SUN_TO_THU, 20, 0, "004502"},
	{"ريم الحازمي", "reem.alhazmi", ARA, NONE, SUN_TO_THU, 16, 4, "054043"},
	{"طلال المرزوقي", "talal.almarzouqi", ARA, NONE, SUN_TO_THU, 16, 0, "253020"},
	{"جود العتيبي", "joud.alotaibi", ARA, NONE, SUN_TO_THU, 18, 0, "052010"},
	{"أنس البقمي", "anas.albuqami", ARA, NONE, SUN_TO_THU, 20, 0, "053000"},
	{"Ursula Pettersson", "ursula.pettersson", NONE, NONE, WEEKDAYS, 17, 0, "005000"},
	{"Benoît Lacaze", "benoit.lacaze", NONE, NONE, WEEKDAYS, 18, 0, "005000"},
	{"Milena Kostova", "milena.kostova", TEC, NONE, WEEKDAYS, 18, 0, "105000"},
};
/* clang-format on */

const struct team_job *ek_team_job(uint32_t person)
{
	ek_assert(person < EK_TEAM_PEOPLE);
	return &jobs[person];
}

uint8_t ek_team_zone(uint32_t person)
{
	uint8_t inbox = ek_team_job(person)->inbox;
	return inbox == TEAM_NOBODY ? BERLIN : desks[inbox].zone;
}

/* The first of each team inbox leads it. */
uint8_t ek_team_role(uint32_t person)
{
	if (person == TEAM_MANAGER)
		return EK_ROLE_MANAGER;
	if (person == TEAM_ADMIN)
		return EK_ROLE_ADMIN;
	bool is_first = person == 0 || jobs[person - 1].inbox != jobs[person].inbox;
	return is_first && person != TEAM_NEWCOMER ? EK_ROLE_LEAD : EK_ROLE_TEAMMATE;
}

bool ek_team_is_on_holiday(uint32_t person, int32_t week)
{
	static const uint8_t who[] = {19, 3, 11, 31}; /* one each week, and so on */
	return week >= 0 && who[(uint32_t)week % EK_LEN(who)] == person;
}

const char *ek_team_skill(uint32_t skill)
{
	static const char *const names[TEAM_SKILLS] = {"api",     "lang:ar", "lang:en",
						       "lang:ko", "refunds", "vat"};
	ek_assert(skill < TEAM_SKILLS);
	return names[skill];
}

/* ---- when */

static const uint8_t hours[TEAM_LANGUAGES][HOURS] = {
	[EK_TEAM_ENGLISH] = {4,  2,  2,  2,  3,  6,  14, 34, 72, 98, 104, 92,
			     70, 76, 84, 80, 72, 58, 42, 32, 22, 16, 10,  5},
	[EK_TEAM_KOREAN] = {10, 6,  3,  2,  2,  3,  8,  22, 58, 96, 108, 88,
			    52, 84, 92, 88, 78, 60, 36, 26, 26, 22, 18,  12},
	[EK_TEAM_ARABIC] = {16, 9,  5,  3,  3,  4,  8,  24, 60, 88, 98, 92,
			    66, 58, 66, 68, 62, 48, 42, 40, 46, 42, 32, 20},
};
static const uint8_t days[TEAM_LANGUAGES][WEEK] = {
	[EK_TEAM_ENGLISH] = {118, 106, 100, 96, 90, 36, 30},
	[EK_TEAM_KOREAN] = {116, 106, 102, 98, 94, 36, 26},
	[EK_TEAM_ARABIC] = {106, 100, 96, 84, 26, 42, 116},
};

uint32_t ek_team_hour_share(int language, uint32_t hour)
{
	return hours[language][hour];
}

uint32_t ek_team_day_share(int language, uint32_t weekday)
{
	return days[language][weekday - 1];
}
