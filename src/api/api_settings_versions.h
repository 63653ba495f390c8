/* api_settings_versions -- changes of settings that were made: what each changed, for whom it is
 * shown, and the way back. Source: spec api, section 4.7. */
#ifndef EK_API_API_SETTINGS_VERSIONS_H
#define EK_API_API_SETTINGS_VERSIONS_H

#include "api/api_settings.h"

/* What is read of a version, over `settings_versions v`: its first row. */
#define EK_API_SETTINGS_VERSIONS_COLUMNS \
	"v.version, v.seq, v.at_ms, v.by_kind, v.by_id, v.undoes," \
	" (SELECT max(c.note) FROM changes c WHERE c.version = v.version)"
#define EK_API_SETTINGS_VERSIONS_FIRST \
	"v.seq = (SELECT min(w.seq) FROM settings_versions w WHERE w.version = v.version)"
enum {
	EK_API_SETTINGS_VERSIONS_NUMBER,
	EK_API_SETTINGS_VERSIONS_SEQ,
	EK_API_SETTINGS_VERSIONS_AT,
	EK_API_SETTINGS_VERSIONS_BY_KIND,
	EK_API_SETTINGS_VERSIONS_BY_ID,
	EK_API_SETTINGS_VERSIONS_UNDOES,
	EK_API_SETTINGS_VERSIONS_NOTE
};

/* The version of the path, as a number; false, with 404, for what is none. */
bool ek_api_settings_versions_path(struct ek_turn *t, uint32_t *version) EK_MUST_CHECK;
/* Fills the changes of a version: from the engine, or of an old one from the change log. In a look,
 * check or made. */
bool ek_api_settings_versions_changes(struct ek_turn *t, uint32_t version,
				      struct ek_version_view *out) EK_MUST_CHECK;
/* Leaves those changes that the caller may see; false when none is left. */
bool ek_api_settings_versions_seen(struct ek_turn *t, struct ek_version_view *v);
/* In made: the entry of the change log for what the engine did to one place. What it undoes is
 * marked there as undone. */
void ek_api_settings_versions_note(struct ek_turn *t, const struct ek_settings_changed *s,
				   ek_str note);

#endif
