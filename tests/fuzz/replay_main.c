/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay_main.c - main() of a fuzz target that is not linked with libFuzzer:
 * runs the files given, or the target's corpus, whole and cut, the small ones
 * at each byte. */
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>

#include "fuzz.h"
#include "saker/base/io.h"

#define SEED_BYTES ((size_t)1 << 20)
#define CUTS       ((size_t)512)

static bool replay(const char *path)
{
	auto_buf struct buf seed = BUF_INIT;

	if (io_read_at(AT_FDCWD, path, SEED_BYTES, &seed) < 0) {
		perror(path);
		return false;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)buf_cstr(&seed), seed.len);
	for (size_t n = 0; n < seed.len; n += 1 + seed.len / CUTS) {
		/* a copy of its own, so that reading past the cut is seen */
		auto_free char *cut = str_dup(str_take(buf_str(&seed), n));

		if (cut != NULL)
			LLVMFuzzerTestOneInput((const uint8_t *)cut, n);
	}
	return true;
}

/* The number of files replayed; 0 when one could not be read. */
static size_t replay_tree(char *root)
{
	char *const roots[] = { root, NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	size_t n = 0;
	bool ok = true;

	while (tree != NULL && (entry = fts_read(tree)) != NULL) {
		if (entry->fts_info != FTS_F)
			continue;
		ok = replay(entry->fts_path) && ok;
		n++;
	}
	if (tree != NULL)
		fts_close(tree);
	return ok ? n : 0;
}

int main(int argc, char **argv)
{
	const struct str target = str_basename(str_from(argv[0]));
	const char *top = getenv("top_srcdir");
	auto_free char *corpus = NULL;
	size_t n = 0;

	for (int i = 1; i < argc; i++)
		n += replay_tree(argv[i]);
	if (argc == 1 &&
	    asprintf(&corpus, "%s/tests/fuzz/corpus/%.*s",
	             top != NULL ? top : ".",
	             STR_FMT(str_skip(target, sizeof("fuzz_") - 1))) > 0)
		n = replay_tree(corpus);
	printf("%zu seeds\n", n);
	return n == 0;
}
