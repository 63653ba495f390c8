/* view -- how objects look to readers: rows of the views that a person can query with SQL, and of
 * lists.
 *
 * Filled from the engine's state (engine/look.h), stored by store/views. Plain copies; texts borrow
 * from the engine until its next change.
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

#endif
