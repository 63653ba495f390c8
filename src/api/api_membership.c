#include "api/api_membership.h"

#include "model/limits.h"

static bool read_level(const struct ek_patch_at *at, EK_C_LEVEL *out)
{
	int level = EK_LEVEL_PRIMARY;
	if (ek_patch_state(at) != EK_PATCH_ABSENT && !ek_patch_enum(at, EK_ENUM_LEVEL, &level))
		return false;
	if (level == EK_LEVEL_OVERFLOW)
		return ek_patch_fault(at, EK_FAULT_NOT_ONE_OF, "A level is primary or secondary.");
	*out = (EK_C_LEVEL)level;
	return true;
}

static bool check_once(const struct ek_api_memberships *all, const struct ek_patch_at *at,
		       const struct ek_api_membership *one)
{
	for (uint32_t i = 0; i < all->n; i++) {
		if (all->v[i].id != one->id)
			continue;
		if (all->v[i].level == one->level)
			return ek_patch_fault(at, EK_FAULT_REPEATED, NULL);
		return ek_patch_problem(at, EK_PROBLEM_BOTH_LEVELS, EK_FAULT_CONFLICT,
					"Nobody serves a team inbox at both levels.");
	}
	return true;
}

static bool read_row(struct ek_turn *t, const struct ek_patch_at *row, enum ek_ident_kind kind,
		     struct ek_api_memberships *out)
{
	const char *names[] = {kind == EK_IDENT_TEAM ? "team" : "teammate", "level"};
	struct ek_api_membership one = {0};
	uint64_t id = 0;
	(void)t;
	if (!ek_patch_members(row, names, EK_LEN(names)))
		return false;
	struct ek_patch_at which = ek_patch_member(row, names[0]);
	struct ek_patch_at level = ek_patch_member(row, names[1]);
	bool ok = ek_patch_id(&which, kind, &id);
	ok = read_level(&level, &one.level) && ok;
	one.id = (uint32_t)id;
	if (!ok || !check_once(out, row, &one))
		return false;
	out->v[out->n++] = one;
	return true;
}

bool ek_api_membership_read(struct ek_turn *t, const struct ek_patch_at *at,
			    enum ek_ident_kind kind, struct ek_api_memberships *out)
{
	uint32_t most = kind == EK_IDENT_TEAM ? EK_LIMIT_MEMBERSHIPS : EK_LIMIT_BULK_ROWS / 4;
	uint32_t n = 0;
	bool ok = true;
	*out = (struct ek_api_memberships){NULL, 0};
	if (!ek_patch_list(at, 0, most, &n))
		return false;
	out->v = ek_turn_get(t, (n + 1) * sizeof *out->v);
	if (out->v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ok = read_row(t, &row, kind, out) && ok;
	}
	return ok;
}
