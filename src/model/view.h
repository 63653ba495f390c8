/* view -- how objects look to readers: rows of the views that a person can query with SQL, and of
 * lists.
 *
 * Filled from the engine's state (engine/look.h), stored by store/views, written by
 * wire/view_json.h and wire/setting_json.h. Plain copies; lists live in the arena given by the
 * caller, texts borrow from the engine until its next change. What only content knows (names,
 * titles, policies) comes in by the caller; "ours" below marks members that the engine does not
 * fill. Ids 0, times and numbers EK_NONE, texts with p NULL are absent.
 */
#ifndef EK_MODEL_VIEW_H
#define EK_MODEL_VIEW_H

#include "model/enums.h"
#include "model/value.h"

struct ek_conversation_view {
	ek_conversation_id id;
	EK_C_STATE state;
	ek_contact_id contact;
	EK_C_CAPACITY_CLASS channel;
	EK_C_CAPACITY_CLASS capacity_class;
	ek_team_id team;         /* 0 = none */
	ek_teammate_id teammate; /* who holds it; 0 = nobody */
	ek_assignment_id assignment;
	uint8_t priority;
	uint8_t complexity;
	ek_time sla_due; /* open deadline */
	ek_time started;
	ek_time waiting_since; /* EK_NONE = nobody waits */
	ek_time queued_at;     /* queue entry; EK_NONE = does not wait in a queue */
	ek_time snoozed_until; /* EK_NONE = until the contact writes, or not snoozed */
	ek_time closed_at;
	uint32_t overtaken;
	uint64_t changed_seq; /* the last event about it */
};

struct ek_teammate_view {
	ek_teammate_id id;
	bool active; /* not deactivated */
	bool deleted;
	EK_C_PRESENCE presence;
	ek_time presence_since;
	uint32_t load;       /* points */
	uint32_t open_count; /* conversations */
	int64_t limit;       /* effective, with ramp; EK_NONE = unlimited */
	ek_time last_given;
	ek_time paused_until; /* EK_NONE = not paused */
	uint64_t changed_seq;
};

struct ek_team_view {
	ek_team_id id;
	bool deleted;
	EK_C_METHOD method;
	uint32_t rank;
	int64_t inbox_limit;
	uint32_t waiting_count; /* in its queue now */
	uint64_t changed_seq;
};

struct ek_membership_view {
	ek_teammate_id teammate;
	ek_team_id team;
	EK_C_LEVEL level;
};

/* ---- one conversation ---- */

struct ek_need_view {
	struct ek_need need;
	bool relaxed; /* dropped for this stay in the queue */
};

/* What struct ek_conversation_view leaves out. */
struct ek_conversation_detail {
	const struct ek_need_view *needs;
	uint32_t need_count;
	struct ek_pairs attributes; /* those that order or route, by name in byte order */
	struct ek_texts tags;
	uint32_t points;           /* of its class, counted or not */
	ek_teammate_id offered_to; /* live offer */
	ek_time offered_until;
	ek_teammate_id held_for; /* live hold */
	ek_time held_until;
	EK_C_BOUND bound;       /* lifted before all unbound ones */
	ek_time stranded_since; /* nobody is there */
	uint32_t resnoozed;     /* snoozes that ended in another without an answer */
};

/* The one deadline that the engine orders by. Answered, closed or taken away, it is gone: whether
 * it was met stands in sla.met, and what stands still meanwhile only the policy knows. */
enum ek_sla_clock {
	EK_SLA_NONE = 0,
	EK_SLA_RUNNING = 1,
	EK_SLA_MISSED = 2,
};
struct ek_sla_clock_view {
	uint8_t clock; /* enum ek_sla_clock */
	ek_time due;
	bool slipped; /* less time is left than a reply takes (order `saveable`) */
};

/* One target of a policy for one conversation; all of it ours. */
struct ek_sla_view {
	uint64_t policy;
	ek_str target;     /* first_response, next_response or time_to_close */
	ek_str status;     /* running, paused, met, missed or cancelled */
	ek_str paused_by;  /* why it stands still: snoozed or office_hours */
	uint64_t calendar; /* 0 = counts all time */
	ek_time started;
	ek_time due; /* absent while paused */
	ek_time ended;
	ek_span spent;
};

struct ek_conversation_content {
	ek_str title;
	bool is_contact_erased; /* what they wrote is gone */
	ek_str channels;        /* JSON list */
	ek_str attributes;      /* JSON object; absent: those of the engine */
	const uint64_t *tags;
	uint32_t tag_count;
	const struct ek_sla_view *sla;
	uint32_t sla_count;
	uint32_t parts;
	uint32_t assignments;
	uint32_t handovers;
	uint32_t reopens;
	ek_time updated_at;
};

/* ---- settings ---- */

/* Where a value comes from. */
enum ek_from {
	EK_FROM_DEFAULT = 1,
	EK_FROM_WORKSPACE = 2,
	EK_FROM_TEAM = 3,
	EK_FROM_TEAMMATE = 4,
	EK_FROM_RAMP = 5,
};

/* One setting at one scope. */
struct ek_setting_view {
	uint8_t setting;
	EK_C_SCOPE scope;
	uint8_t from; /* enum ek_from: of effective */
	/* Unset when the scope has none; at the workspace what holds. */
	struct ek_value own;
	struct ek_value effective;
	const struct ek_calendar *calendar; /* of an effective EK_VALUE_CALENDAR; borrowed */
	uint64_t calendar_id;               /* ours: the same as an id of the API; 0 = has none */
};

struct ek_version_change {
	EK_C_SCOPE scope;
	uint32_t id;
	uint8_t setting;
	struct ek_value before;
	struct ek_value after;
};
/* One change of settings; a bulk command is one. */
struct ek_version_view {
	uint32_t version;
	const struct ek_version_change *changes;
	uint32_t change_count;
	bool can_undo; /* young enough; a field changed since refuses it all the same */
	/* ours, from its settings.changed */
	ek_time at;           /* when it was asked for */
	ek_time effective_at; /* later of a scheduled one */
	EK_C_ACTOR by;
	uint32_t by_id;
	uint32_t undoes; /* version; 0 = none */
	ek_str note;
	uint64_t seq; /* of its first event */
};
struct ek_scheduled_view {
	uint32_t schedule;
	EK_C_SCOPE scope;
	uint32_t id;
	ek_time effective_at;
	struct ek_sets set;
};

/* ---- people ---- */

enum ek_load_why {
	EK_LOAD_OPEN = 1,
	EK_LOAD_OFFERED = 2,       /* for them to accept */
	EK_LOAD_UNCOUNTED_TAG = 3, /* open, but weighs nothing */
	EK_LOAD_SNOOZED = 4,
};
struct ek_load_item {
	ek_conversation_id conversation;
	EK_C_CAPACITY_CLASS capacity_class;
	uint32_t points; /* what it counts, or would */
	bool counted;
	uint8_t why; /* enum ek_load_why */
};
struct ek_load_view {
	ek_teammate_id teammate;
	uint32_t load;
	int64_t limit;
	uint8_t limit_from; /* enum ek_from; never EK_FROM_DEFAULT, as in why_nothing/1 */
	const struct ek_load_item *items; /* in the order of ek_load_why, then the newest first */
	uint32_t item_count;
};

struct ek_presence_view {
	ek_teammate_id teammate;
	EK_C_PRESENCE presence;
	EK_C_PRESENCE_CAUSE cause;
	ek_time since;
	ek_str reason;
	bool by_self;      /* ours: a `by_hand` was their own */
	bool shows_reason; /* ours: the reader may know reason, cause and until */
	ek_time until;     /* ours */
};
/* What setting it did at once; all of it ours. */
struct ek_presence_effect {
	const ek_conversation_id *returned;
	uint32_t returned_count;
	const ek_conversation_id *kept;
	uint32_t kept_count;
	uint64_t seq;
};

struct ek_person_content {
	ek_str name;
	ek_str email;
	ek_str roles;     /* JSON list */
	ek_str languages; /* JSON list */
	bool active;
	ek_time created_at;
	ek_time updated_at;
};

/* A teammate with what belongs to them. */
struct ek_person {
	ek_teammate_id id;
	bool is_whole; /* ours: the reader may see more than name, team inboxes and presence */
	struct ek_person_content content;
	const struct ek_membership_view *memberships;
	uint32_t membership_count;
	const struct ek_setting_view *settings; /* at the teammate; `skills` among them */
	uint32_t setting_count;
	ek_time enough_until;
	const struct ek_load_view *load;         /* NULL: not asked for */
	const struct ek_presence_view *presence; /* NULL: not asked for */
};

/* ---- teams ---- */

struct ek_team_content {
	ek_str name;
	ek_str description;
	ek_str languages; /* JSON list */
	uint32_t members;
	ek_time created_at;
	ek_time updated_at;
};

/* Who serves a team inbox, as its lead sees them. */
struct ek_member_view {
	ek_teammate_id teammate;
	ek_team_id team;
	EK_C_LEVEL level;
	EK_C_PRESENCE presence;
	ek_time presence_since;
	ek_time enough_until;
	uint32_t load; /* in all team inboxes */
	int64_t limit;
	uint32_t open;    /* conversations of this team inbox that they hold */
	uint32_t snoozed; /* the same */
	ek_time last_given;
};
struct ek_live_view {
	ek_team_id team;
	uint32_t waiting;      /* in the queue */
	ek_time waiting_since; /* of the one of them that has waited longest */
	uint32_t unassigned;   /* open and nobody's: those, or all where the method has no queue */
	const struct ek_member_view *members; /* in order of joining */
	uint32_t member_count;
};

/* ---- assignments ---- */

/* A row of the view `assignments`; words as they stand there. */
struct ek_assignment_view {
	ek_assignment_id id;
	ek_conversation_id conversation;
	ek_team_id team;
	ek_teammate_id teammate;
	ek_str how;
	ek_str level;
	ek_str chosen_by;
	ek_str reason; /* why a person passed a limit */
	EK_C_ACTOR by;
	uint32_t by_id;
	ek_time made_at;
	ek_time ended_at;
	ek_str ended; /* why */
};

#endif
