/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.c - required_engine_version: may this engine read the file? */
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
