/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime.c - which file names are runtimes'. */
#include "runtime.h"
#include "saker/base/array.h"

#include "saker/base/io.h"

static const struct runtime_kind kinds[] = {
#define RUNTIME(file, family, verb) \
	{ STR_INIT(file), FAMILY_##family, VERB_##verb },
#define RUNTIME_DIR(path)
#define RUNTIME_VERB(word, verb)
#define RUNTIME_OPTION(family, option, meaning)
#include "saker/container/runtimes.def"
#undef RUNTIME
#undef RUNTIME_DIR
};

static const struct str directories[] = {
#define RUNTIME(file, family, verb)
#define RUNTIME_DIR(path) STR_INIT(path),
#include "saker/container/runtimes.def"
#undef RUNTIME
#undef RUNTIME_DIR
#undef RUNTIME_VERB
#undef RUNTIME_OPTION
};

const struct runtime_kind *runtime_kind_of(struct str file_name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(kinds[i].name, file_name))
			return &kinds[i];
	return NULL;
}

int runtime_each_path(int (*fn)(void *arg, struct str path,
                                const struct runtime_kind *kind),
                      void *arg)
{
	auto_buf struct buf path = BUF_INIT;
	int r = 0;

	for (size_t d = 0; d < COUNT(directories); d++) {
		for (size_t i = 0; r == 0 && i < COUNT(kinds); i++) {
			buf_clear(&path);
			buf_add_str(&path, directories[d]);
			buf_add_str(&path, kinds[i].name);
			r = path.failed ? E_NOMEM
			                : fn(arg, buf_str(&path), &kinds[i]);
		}
	}
	return r;
}
