/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_runtime.c - lines as the file name and arguments of a runtime's call. */
#include "fuzz.h"
#include "runtime.h"

#define ARGUMENTS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str rest = text, argv[ARGUMENTS];
	const struct runtime_kind *kind;
	struct runtime_call call;
	size_t argc = 0;

	while (argc < ARGUMENTS && str_split(&rest, '\n', &argv[argc]))
		argc++;
	kind = argc != 0 ? runtime_kind_of(str_basename(argv[0])) : NULL;
	if (kind == NULL)
		return 0;
	runtime_call_parse(kind, argv, argc, &call);
	FUZZ_CHECK(call.verb <= VERB_INIT);
	fuzz_within(call.id, text);
	fuzz_within(call.bundle, text);
	fuzz_within(call.root, text);
	return 0;
}
