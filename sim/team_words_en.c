/* English: contacts all over Europe and beyond, and four team inboxes. */
#include "sim/team_inside.h"

#define LIST(list) \
	{ \
		(list), EK_LEN(list) \
	}

/* clang-format off */
static const char *const given[] = {
	"Adaeze", "Agnieszka", "Aisling", "Alvaro", "Anders", "Anika", "Arjun", "Astrid", "Bartosz",
	"Beatriz", "Branko", "Carmela", "Chidi", "Dagny", "Darius", "Delphine", "Dominik", "Edda",
	"Eleni", "Enzo", "Farah", "Fergus", "Fiorella", "Gareth", "Gintare", "Hamza", "Hedvig",
	"Ilse", "Ioana", "Ishaan", "Jelena", "Joaquim", "Kasper", "Katrin", "Lamin", "Lenka",
	"Lourdes", "Magnus", "Marijke", "Mehmet", "Nadia", "Nikhil", "Odile", "Orla", "Petra",
	"Radek", "Rosalind", "Rutger", "Sanna", "Sibylle", "Soren", "Tamsin", "Teodora", "Ulrich",
	"Valeria", "Wanjiru", "Yannick", "Zeynep",
};
static const char *const family[] = {
	"Abernethy", "Aguirre", "Almgren", "Baumeister", "Berzins", "Bianchetti", "Bogdanov",
	"Bruyneel", "Calvinho", "Cernak", "Chukwuma", "Dahlberg", "Deventer", "Drozd", "Eberhart",
	"Fagerlund", "Falcone", "Gallagher", "Georgiou", "Grabowska", "Haverkamp", "Hennessey",
	"Horvathova", "Iliescu", "Jankauskas", "Kaltenbach", "Kamara", "Kowalczuk", "Krishnamurthy",
	"Lachapelle", "Lindgaard", "Madeiros", "Ndlovu-Holt", "Moreau-Petit", "Mwangi", "Naidoo",
	"Nordstrom", "Obradovic", "Oyelaran", "Pacheco", "Papadakis", "Pettigrew", "Quintero",
	"Raghunathan", "Rasmusson", "Rousselot", "Sandoval", "Schlottmann", "Sedlacek", "Sithole",
	"Stavrou", "Steenkamp", "Szymanek", "Tomasson", "Trevelyan", "Uzun", "Vandenbrink",
	"Vasconcelos", "Wadsworth", "Wiśniak|Wisniak", "Yildizoglu", "Zabala", "Zielonka",
};

static const char *const details[] = {
	"Could you have a look today?", "I attach a screenshot.", "This is the second time.",
	"I need it sorted before the end of the week.", "Thank you in advance.",
	"My colleague has the same problem.", "I could not find it in the help pages.", "",
};
static const char *const more[] = {
	"Thanks. I tried that, and it still looks the same here.",
	"Yes, that is the right one. What do you need from me?",
	"Here is the number you asked for: #.", "It worked on my phone but not on the laptop.",
	"When can I expect this to be done?", "Could you explain the second step again?",
	"I have sent the document by the link. Did it arrive?",
	"That would be fine for me. Please go ahead.",
	"I have been waiting for a while now. Is anybody on this?",
	"One more question: does it cost anything?",
};
static const char *const again[] = {
	"I am sorry, it has happened again.", "Unfortunately this is not solved after all.",
	"It worked for a day, and now the same message is back.",
	"I have to come back to this: nothing has changed on my side.",
	"A new question on the same matter, about number #.",
};
static const char *const thanks[] = {
	"Thank you, that was quick!", "Perfect, it works now. Thanks.", "Great, many thanks.",
	"Thanks a lot for your help, have a good day.",
};
static const char *const greet[] = {
	"Hello ~, thank you for writing.", "Hi ~,", "Dear ~, I am sorry for the trouble.",
	"Hello ~, thanks for your patience.",
};
static const char *const on[] = {
	"Thank you, I have it now and have put it right.",
	"I have asked our specialists; it will be done today.",
	"Please sign out and in again, then it should be there.",
	"That is included, there is no charge for it.",
	"I have started it again from our side. Could you try once more?",
	"It takes up to two working days. I will keep an eye on it.",
	"Yes, the document has arrived, and everything is complete.",
	"I see where it goes wrong: the second address was missing. Done.",
};
static const char *const check[] = {
	"I wanted to ask whether everything works as it should now.",
	"I have heard from our partner: it is on its way. Is all well on your side?",
	"Have you had the time to try it? I keep this open for you.",
};
static const char *const note[] = {
	"Checked the account: all data are right, the last change was by the customer.",
	"Looked at the log, asked a colleague how we handled the last case.",
	"Needs somebody who knows this part; the customer has been told.",
	"Summary: contact asks about number #, first checks done, nothing promised yet.",
	"Same as the case of last week.",
};

const struct team_words *ek_team_words_english(void)
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

/* ---- topics; the first are the commonest */

static const struct team_topic billing[] = {
	{"invoice", "Copy of invoice #", "I need a copy of invoice # for our accounts.",
	 "I have sent the invoice to the address on file; you will also find it under Documents.",
	 SKILL_NONE},
	{"charged-twice", "Charged twice", "I was charged twice for order #.",
	 "I see both charges. The second was a reservation and will drop off within five days.",
	 SKILL_REFUNDS},
	{"refund", "Refund for order #", "I returned order # two weeks ago and have no refund yet.",
	 "The refund left us this morning and takes three to five working days.", SKILL_REFUNDS},
	{"card", "New card", "Our card has expired. Where can I enter the new one?",
	 "Under Settings, Payment you can replace it; the next charge goes to the new card.",
	 SKILL_NONE},
	{"plan", "Change of plan", "We would like to move to the smaller plan from next month.",
	 "That is possible at any time. It takes effect with the next period; I have prepared it.",
	 SKILL_NONE},
	{"vat", "VAT number on invoice #", "Invoice # shows VAT although we gave our VAT number.",
	 "It was made before the number was checked. I have corrected the invoice.", SKILL_VAT},
	{"reminder", "Reminder by mistake", "We got a reminder for invoice #, which we paid.",
	 "Your payment had another reference. I have matched it, please ignore the reminder.",
	 SKILL_NONE},
	{"cancel", "Cancellation", "Please confirm that our contract ends with this month.",
	 "I confirm that it ends with this month; nothing more will be charged.", SKILL_NONE},
};
static const struct team_topic technical[] = {
	{"sign-in", "Cannot sign in", "I cannot sign in any more, it says that my link is too old.",
	 "The link holds for an hour. I have sent you a new one just now.", SKILL_NONE},
	{"sync", "Calendar does not sync", "Since yesterday our calendar does not sync.",
	 "The connection had lost its permission. Please connect it once more under Integrations.",
	 SKILL_NONE},
	{"slow", "Pages load slowly", "Everything is very slow since this morning.",
	 "We had a slow hour this morning, which is over. Please tell me if it comes back.",
	 SKILL_NONE},
	{"export", "Export stops at 80 %", "The export always stops at 80 %, with error #.",
	 "One of the attachments was damaged. I have left it out, and the export is ready.",
	 SKILL_NONE},
	{"api", "API answers 429", "Our program gets the answer 429 although we send little.",
	 "The limit is counted per token, and two of your programs share one. I made a second.",
	 SKILL_API},
	{"release", "Buttons are gone after the update", "After the update two buttons are gone.",
	 "They moved into the menu at the top right. I have attached a short description.",
	 SKILL_NONE},
	{"webhook", "Webhook comes twice", "Our endpoint gets each webhook twice.",
	 "It answered too late, so that we sent again. Answer first and work afterwards, please.",
	 SKILL_API},
	{"mail", "Mails end up in spam", "Our customers say that our mails end up in spam.",
	 "The record for your domain is missing. Here is the line that your provider must add.",
	 SKILL_NONE},
};
static const struct team_topic orders[] = {
	{"delivery", "Where is order #?", "My order # should have been here on Monday.",
	 "It is with the carrier and should arrive tomorrow. I will watch it for you.", SKILL_NONE},
	{"address", "Wrong address on order #", "I gave the wrong street for order #.",
	 "I have corrected the address; it had not left yet.", SKILL_NONE},
	{"damaged", "Order # arrived damaged", "The parcel arrived open, and one piece is broken.",
	 "I am sorry. A new one leaves us today; please keep the broken one.", SKILL_NONE},
	{"return", "Return of order #", "I would like to return one of the two pieces.",
	 "Here is the label. The refund follows when it has arrived.", SKILL_NONE},
	{"missing", "Something is missing in order #", "One of the three pieces is missing.",
	 "It went in a second parcel, which left a day later. Here is its number: #.", SKILL_NONE},
	{"exchange", "Other size", "Can I exchange it for the next size?",
	 "Yes. I have put one aside and send it when yours is on its way back.", SKILL_NONE},
	{"stock", "When is it back in stock?", "The blue one has been sold out for weeks.",
	 "We expect it in ten days. I have put you on the list.", SKILL_NONE},
	{"cancel-order", "Cancel order #", "I ordered twice by mistake, please cancel order #.",
	 "Order # is cancelled, and nothing will be charged.", SKILL_REFUNDS},
};
static const struct team_topic onboarding[] = {
	{"import", "Import of our customers", "How do we bring our list of customers in?",
	 "As a CSV file; here is the template. I can do the first import with you.", SKILL_NONE},
	{"invite", "Inviting colleagues", "How many colleagues may we invite in the first month?",
	 "As many as you like. Here is how to invite them all at once.", SKILL_NONE},
	{"training", "Date for the introduction", "Is there a place in the course next week?",
	 "There is one on Thursday at ten. I have put you down for it.", SKILL_NONE},
	{"set-up", "Setting up mail", "We have got as far as step three, and no mail arrives.",
	 "At step three the second record is needed too. Here are both lines.", SKILL_NONE},
	{"integration", "Connecting our shop", "Which of our shop's data do you need for a start?",
	 "Orders and customers are enough. I have switched the connection on for you.", SKILL_API},
};
/* clang-format on */

struct team_topics ek_team_topics_english(uint32_t inbox)
{
	switch (inbox) {
	case TEAM_BILLING:
		return (struct team_topics)LIST(billing);
	case TEAM_TECHNICAL:
		return (struct team_topics)LIST(technical);
	case TEAM_ORDERS:
		return (struct team_topics)LIST(orders);
	default:
		return (struct team_topics)LIST(onboarding);
	}
}
