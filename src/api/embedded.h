/* embedded -- files that the program carries, made by the build (tools/embed.c). Static. */
#ifndef EK_API_EMBEDDED_H
#define EK_API_EMBEDDED_H

#include <stddef.h>

/* docs/ref/openapi.json */
extern const unsigned char ek_embed_openapi[];
extern const size_t ek_embed_openapi_size;
/* build/web.pack: the web UI (api/pack.h) */
extern const unsigned char ek_embed_web[];
extern const size_t ek_embed_web_size;

#endif
