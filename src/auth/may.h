/* may -- who may do what. One pure function, default deny; the rights are rows of schema/may.def.
 *
 * Every way to a thing asks it: handlers, stream filters, search, exports, reports, notices. It
 * knows nothing of names and passwords: who asks was found out before, and the thing (or that it is
 * not there) was loaded before. What one may not see and what does not exist give one answer.
 * Pure; any thread. Cost: teams of the actor times teams of the object, usually under 100 steps.
 * Source: the roles' table of the security rules and the role column of each operation.
 */
#ifndef EK_AUTH_MAY_H
#define EK_AUTH_MAY_H

#include "model/setting.h"

enum ek_may {
	EK_MAY_NEVER = 0,
#define MAY(num, name, NAME, s, t, l, m, a, i, scope, see, flags, doc) EK_MAY_##NAME = (num),
#include "schema/may.def"
#undef MAY
	EK_MAY_COUNT,
	EK_MAY_ALWAYS = 0xffff,
};

/* What a token may be used for; bits. */
enum ek_may_scope {
	EK_MAY_SCOPE_ANY = 0, /* none is needed */
	EK_MAY_SCOPE_READ = 1,
	EK_MAY_SCOPE_WORK = 2,
	EK_MAY_SCOPE_CONFIGURE = 4,
	EK_MAY_SCOPE_METRICS = 8,
	EK_MAY_SCOPE_SCIM = 16,
	EK_MAY_SCOPE_MCP = 32,
};

/* How who asks has come in. A disabled person, a revoked session, an expired token: NOBODY. */
enum ek_may_kind {
	EK_MAY_KIND_NOBODY = 0,
	EK_MAY_KIND_SESSION,     /* a teammate in a browser */
	EK_MAY_KIND_TOKEN,       /* a teammate's personal token */
	EK_MAY_KIND_INTEGRATION, /* a token of no person */
	EK_MAY_KIND_VISITOR,     /* a visitor's secret, or a contact whom a host site vouches for */
	EK_MAY_KIND_LINK,        /* a secret link: wallboard, calendar feed */
};

/* A role and where it holds. A membership, primary or secondary, is the role teammate in its team.
 * Of an integration: the teams it may reach, role 0. */
struct ek_may_grant {
	ek_team_id team; /* 0: every team, and what belongs to none */
	uint8_t role;    /* EK_ROLE_* */
};

struct ek_may_actor {
	enum ek_may_kind kind;
	bool is_confirmed;       /* session: by second factor or password, at most 10 min ago */
	ek_teammate_id teammate; /* 0 for who is no teammate */
	uint32_t scopes;         /* tokens: EK_MAY_SCOPE_* */
	const struct ek_may_grant *grants; /* borrowed */
	uint32_t grant_count;
};

/* What a thing is to people. All zero: something of the workspace as a whole. */
struct ek_may_object {
	bool is_absent;          /* there is none of that id */
	bool is_narrowed;        /* its team shows a teammate only what they hold */
	bool is_shared;          /* a conversation shown to leads of other teams */
	bool is_private;         /* for its owner alone, whatever the roles */
	bool is_looked;          /* a purpose was said for this person in this sitting */
	bool is_visitors;        /* belongs to the visitor or contact who asks */
	ek_teammate_id owner;    /* whose it is, whom it is about, or who wrote it; 0: nobody */
	ek_teammate_id other;    /* the second party of a coaching note */
	ek_teammate_id holder;   /* of a conversation: to whom it is assigned */
	const ek_team_id *teams; /* borrowed: its team; a person's or contact's teams */
	uint32_t team_count;     /* 0: it belongs to no team */
};

enum ek_may_answer {
	EK_MAY_ANSWER_HIDDEN = 0, /* 404, as if it were not there */
	EK_MAY_ANSWER_ALLOWED,
	EK_MAY_ANSWER_UNKNOWN,      /* 401: sign in */
	EK_MAY_ANSWER_FORBIDDEN,    /* 403, naming the missing right or scope */
	EK_MAY_ANSWER_SESSION_ONLY, /* 403: not with this token */
	EK_MAY_ANSWER_CONFIRM,      /* 403: confirm, then again */
	EK_MAY_ANSWER_PURPOSE,      /* 403: say the purpose, then again */
};

struct ek_may_verdict {
	enum ek_may_answer answer;
	bool is_audited;     /* ALLOWED: leaves an entry in the audit log */
	const char *missing; /* FORBIDDEN: "work" (a scope) or "team_edit" (a right); static */
	bool is_scope;       /* whether that is a scope */
};

/* The answer for one thing. Scope and session are looked at before the thing, so that they tell
 * nothing about it. */
struct ek_may_verdict ek_may(const struct ek_may_actor *actor, enum ek_may right,
			     const struct ek_may_object *object);
/* The same as a yes or no, for filters. */
bool ek_may_is(const struct ek_may_actor *actor, enum ek_may right,
	       const struct ek_may_object *object);
/* The object of what is the actor's own: for /me. */
struct ek_may_object ek_may_own(const struct ek_may_actor *actor);

/* How far a right reaches: what a list is loaded with. Everything that ek_may allows is inside
 * (but for what SHARE shows); a row still asks ek_may. */
struct ek_may_reach {
	struct ek_may_verdict verdict; /* FORBIDDEN when it reaches nothing; PURPOSE never */
	bool is_everything;            /* all of the workspace; the rest is then unset */
	bool has_own;                  /* what one owns or is the other party of */
	bool has_held;                 /* what one holds */
	bool has_teamless;             /* what belongs to no team */
	uint32_t team_count;           /* what belongs to these teams */
	ek_team_id *teams;             /* the caller's, in no order, may repeat */
};
/* teams: room for actor->grant_count ids. */
struct ek_may_reach ek_may_reach(const struct ek_may_actor *actor, enum ek_may right,
				 ek_team_id *teams);

/* The right that is needed to change a setting at a scope (EK_AT_W, EK_AT_T, EK_AT_P). The object
 * is then the team, the teammate with their teams, or the workspace. */
enum ek_may ek_may_setting(int setting, int at);

/* "team_edit"; NULL for a number that is not listed. */
const char *ek_may_name(int right);
/* "configure"; NULL for what is not one scope. ek_may_scope is the way back: 0 when not listed. */
const char *ek_may_scope_name(uint32_t scope);
uint32_t ek_may_scope(ek_str name);

#endif
