#include "api/api_arrive.h"

#include "api/api_state.h"
#include "sys/heap.h"

enum { ARENA = 4 << 20 };

/* The one that is arriving: the writer's thread's. */
struct ek_api_arriving {
	struct ek_arena arena;
	struct ek_turn t;
	struct ek_api_arrival arrival;
	struct ek_api_arrival_given given;
};

static struct ek_api_arriving *arriving_of(struct ek_api *api)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (api->arriving == NULL) {
		api->arriving = ek_alloc_get(&alloc, sizeof *api->arriving);
		if (api->arriving != NULL)
			ek_arena_init(&api->arriving->arena, alloc, ARENA);
	}
	return api->arriving;
}

static bool run(struct ek_api_arriving *a, struct ek_api_arrive *of)
{
	struct ek_turn *t = &a->t;
	struct ek_api_arrival *r = &a->arrival;
	if (!ek_api_arrival_load(t, &r->rules) || r->rules.version == 0)
		return ek_problem_is_none(&t->problem);
	if (!ek_api_arrival_fold(t, &r->rules) ||
	    !ek_api_arrival_facts(t, &of->source, &r->facts) || !ek_api_arrival_run(t, r))
		return false;
	if (r->outcome.set.team != 0)
		of->cmd->conversation_create.team.v = (uint32_t)r->outcome.set.team;
	return ek_api_arrival_give(t, &r->outcome.set, of->cmd, &a->given);
}

bool ek_api_arrive_before(struct ek_api *api, struct ek_api_arrive *of, struct ek_err *err)
{
	struct ek_api_arriving *a = arriving_of(api);
	of->attributes = (ek_str){NULL, 0};
	if (a == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for rules on arrival");
	ek_arena_reset(&a->arena);
	a->t = (struct ek_turn){
		.api = api,
		.arena = &a->arena,
		.reader = api->writer_reader,
		.engine = ek_writer_explained(api->writer),
		.now = of->at,
		.by = {EK_ACTOR_SYSTEM, 0},
	};
	a->arrival = (struct ek_api_arrival){.rules = {.version = 0}};
	a->given = (struct ek_api_arrival_given){.attributes = {NULL, 0}};
	ek_problem_init(&a->t.problem, &a->arena);
	ek_json_init(&a->t.out, ek_heap_alloc(), ARENA);
	if (!run(a, of))
		return ek_fail(err, EK_IO, "the rules on arrival cannot be read");
	of->attributes = a->given.attributes;
	return true;
}

uint64_t ek_api_arrive_sla(const struct ek_api *api)
{
	const struct ek_api_arriving *a = api->arriving;
	return a == NULL || a->arrival.rules.version == 0 ? 0 : a->t.sla_policy;
}

void ek_api_arrive_after(struct ek_api *api, struct ek_writer *w, ek_conversation_id id)
{
	struct ek_api_arriving *a = api->arriving;
	if (a == NULL || a->arrival.rules.version == 0)
		return;
	a->t.writer = w;
	a->t.engine = ek_writer_explained(w);
	ek_api_arrival_put_tags(&a->t, &a->given.tags, id);
	ek_api_arrival_put(&a->t, &a->arrival, id);
	a->arrival.rules.version = 0;
}

void ek_api_arrive_close(struct ek_api *api)
{
	struct ek_alloc alloc = ek_heap_alloc();
	if (api->arriving == NULL)
		return;
	ek_arena_fini(&api->arriving->arena);
	ek_alloc_free(&alloc, api->arriving, sizeof *api->arriving);
	api->arriving = NULL;
}
