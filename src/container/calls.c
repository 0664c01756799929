/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.c - what a system call means for the tracker: most mean nothing. */
#include "calls.h"

#include "saker/base/array.h"

static const struct {
	struct str name;
	unsigned kinds;
} rows[] = {
#define CALL(name, kinds) { STR_INIT(name), kinds },
#include "calls.def"
#undef CALL
};

static unsigned kinds_of(struct str name)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(rows[i].name, name))
			return rows[i].kinds;
	return 0;
}

unsigned calls_look_up(struct known_calls *known,
                       const struct audit_syscall *sc)
{
	struct known_call *k = known_call_at(known, sc->name);

	k->name = sc->name;
	k->kinds = kinds_of(sc->call);
	return k->kinds;
}
