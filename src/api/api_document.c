/* GET /openapi.json: the description of this API, as ekgen wrote it. */
#include "api/embedded.h"
#include "api/handlers.h"

void ek_api_get_openapi(struct ek_turn *t)
{
	if (ek_query_end(&t->query)) {
		t->seq = 0; /* it says nothing of the workspace */
		ek_json_plain(&t->out, (ek_str){(const char *)ek_embed_openapi,
						(uint32_t)ek_embed_openapi_size});
	}
	ek_turn_reply(t, 200);
}
