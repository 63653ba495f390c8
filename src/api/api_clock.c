/* SLA clocks for who does things to conversations beside the API: the same as api_sla_watch.h does
 * for a request, with a turn of its own. On the writer's thread. */
#include "api/api_clock.h"

#include "api/api_arrive.h"
#include "api/api_contact_route.h"
#include "api/api_sla_watch.h"
#include "api/api_state.h"
#include "sys/heap.h"

enum { ARENA = 1 << 20 };

struct ek_api_clock {
	struct ek_arena arena;
	struct ek_turn t;
	struct ek_turn_write write;
	struct ek_cmd cmd;
	bool follows;
};

static void nothing(struct ek_turn *t, const struct ek_answer *answer)
{
	(void)t;
	(void)answer;
}

static struct ek_api_clock *clock_of(struct ek_api *api)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (api->clock == NULL) {
		api->clock = ek_alloc_get(&alloc, sizeof *api->clock);
		if (api->clock != NULL)
			ek_arena_init(&api->clock->arena, alloc, ARENA);
	}
	return api->clock;
}

/* What comes in has of its contact what orders the queue. */
static bool fill(struct ek_api_clock *c)
{
	struct ek_cmd_conversation_create *a = &c->cmd.conversation_create;
	return c->cmd.kind != EK_CMD_CONVERSATION_CREATE ||
	       ek_api_contact_route_fill(&c->t, a->contact, &a->attributes, &a->attributes);
}

bool ek_api_clock_before(struct ek_api *api, const struct ek_cmd **cmd, ek_time at,
			 struct ek_err *err)
{
	struct ek_api_clock *c = clock_of(api);
	if (c == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for clocks");
	ek_arena_reset(&c->arena);
	c->cmd = **cmd;
	c->t = (struct ek_turn){
		.api = api,
		.arena = &c->arena,
		.reader = api->writer_reader,
		.engine = ek_writer_explained(api->writer),
		.now = at,
		.by = {EK_ACTOR_SYSTEM, 0},
		.sla_policy = ek_api_arrive_sla(api),
	};
	ek_problem_init(&c->t.problem, &c->arena);
	if (!fill(c))
		return ek_fail(err, EK_IO, "what is known of the contact cannot be read");
	c->write = (struct ek_turn_write){.cmd = &c->cmd, .made = nothing};
	ek_api_sla_watch(&c->t, &c->write);
	c->follows = c->write.check != NULL;
	if (c->follows && !c->write.check(&c->t))
		return ek_fail(err, EK_IO, "the clocks cannot be read");
	*cmd = c->t.call.request.cmd != NULL ? c->t.call.request.cmd : &c->cmd;
	return ek_problem_is_none(&c->t.problem) ||
	       ek_fail(err, EK_IO, "the clocks cannot be read");
}

void ek_api_clock_after(struct ek_api *api, struct ek_writer *w, ek_conversation_id id)
{
	struct ek_api_clock *c = api->clock;
	const struct ek_answer answer = {.id = id.v};
	if (c == NULL || !c->follows)
		return;
	c->t.writer = w;
	c->t.engine = ek_writer_explained(w);
	c->write.made(&c->t, &answer);
	c->follows = false;
}

void ek_api_clock_close(struct ek_api *api)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (api->clock == NULL)
		return;
	ek_arena_fini(&api->clock->arena);
	ek_alloc_free(&alloc, api->clock, sizeof *api->clock);
	api->clock = NULL;
}
