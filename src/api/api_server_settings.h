/* api_server_settings -- settings of the installation: rows of a name and a JSON value. */
#ifndef EK_API_API_SERVER_SETTINGS_H
#define EK_API_API_SERVER_SETTINGS_H

#include "api/turn.h"

/* In made: somebody was invited. With the first of them the workspace is a real one, and wants a
 * second factor of who leads it, unless somebody said otherwise. */
void ek_api_server_settings_invited(struct ek_turn *t);

#endif
