/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.c - required_engine_version: may this engine read the file? And the
 * shape of required_plugin_versions. */
#include "store.h"

/* "x.y.z", or "n" for 0.n.0. */
static bool parse_version(struct str v, uint64_t ret[3])
{
	struct str part;
	size_t n = 0;

	while (str_split(&v, '.', &part)) {
		if (n == 3 || !str_to_u64(part, 10, &ret[n]))
			return false;
		n++;
	}
	if (n == 1) {
		ret[1] = ret[0];
		ret[0] = ret[2] = 0;
	}
	return n == 1 || n == 3;
}

int engine_version_check(struct rules *r, const struct yaml *version)
{
	struct str v = version->text.s;
	uint64_t n[3] = { 0 };

	if (version->kind != YAML_SCALAR)
		return rules_error(r, CODE_YAML_VALIDATE, version->at, 1,
		                   "Value is not a scalar value");
	if (!parse_version(v, n))
		return rules_error(
			r, CODE_YAML_VALIDATE, version->at, v.len,
			"Unable to parse engine version '%.*s' as a semver "
			"string. Expected \"x.y.z\" semver format.",
			STR_FMT(v));
	if (n[0] != ENGINE_VERSION_MAJOR || n[1] > ENGINE_VERSION_MINOR)
		return rules_error(
			r, CODE_VALIDATE, version->at, v.len,
			"Rules require engine version %llu.%llu.%llu, but "
			"engine version is %u.%u.0",
			(unsigned long long)n[0], (unsigned long long)n[1],
			(unsigned long long)n[2], ENGINE_VERSION_MAJOR,
			ENGINE_VERSION_MINOR);
	return 0;
}

static int shape_error(struct rules *r, struct position at, const char *text)
{
	return rules_error(r, CODE_YAML_VALIDATE, at, 1, "%s", text);
}

/* name and version, both given and the latter x.y.z. */
static int check_plugin(struct rules *r, const struct yaml *map)
{
	static const struct str keys[] = { STR_INIT("name"),
		                           STR_INIT("version") };
	uint64_t n[3];

	if (map->kind != YAML_MAPPING)
		return shape_error(r, map->at, "Plugin must be a mapping");
	for (size_t i = 0; i < 2; i++) {
		const struct yaml *y = yaml_get(map, keys[i]);

		if (y == NULL)
			return rules_error(r, CODE_YAML_VALIDATE, map->at, 1,
			                   "Item has no mapping for key '%.*s'",
			                   STR_FMT(keys[i]));
		if (y->kind != YAML_SCALAR || y->text.s.len == 0)
			return shape_error(r, y->at,
			                   "Value is not a scalar value");
		if (i == 1 && (str_find_byte(y->text.s, '.') < 0 ||
		               !parse_version(y->text.s, n)))
			return rules_error(r, CODE_YAML_VALIDATE, y->at,
			                   y->text.s.len,
			                   "Unable to parse plugin version "
			                   "'%.*s' as a semver string",
			                   STR_FMT(y->text.s));
	}
	return 0;
}

/* saker has no plugins, and their fields are its own: nothing is required. */
int plugin_versions_check(struct rules *r, const struct yaml *list)
{
	int result = 0;

	if (list->kind != YAML_SEQUENCE)
		return shape_error(r, list->at,
		                   "Value of required_plugin_versions must be "
		                   "a sequence");
	for (const struct yaml_item *i = list->first; i != NULL; i = i->next) {
		const struct yaml *others =
			i->value->kind == YAML_MAPPING
				? yaml_get(i->value, STR("alternatives"))
				: NULL;

		if (check_plugin(r, i->value) < 0)
			result = E_INVALID;
		if (others != NULL && others->kind != YAML_SEQUENCE)
			result = shape_error(r, others->at,
			                     "Value is not a sequence");
		for (const struct yaml_item *o = result == 0 && others != NULL
		                                         ? others->first
		                                         : NULL;
		     o != NULL; o = o->next)
			if (check_plugin(r, o->value) < 0)
				result = E_INVALID;
	}
	return result;
}
