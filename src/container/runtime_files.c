/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime_files.c - which files of container runtimes are read. */
#include "saker/container/runtime_files.h"

bool metadata_is_file_name(struct str name)
{
	/* beside those of containers, the lists of storages and docker,
	 * and podman's database */
	static const char *const paths[] = {
#define METADATA_ROOT(layout, directory)
#define METADATA_FILE(layout, file, reader) file,
#define METADATA_ANNOTATION(key, member)
#include "metadata.def"
#undef METADATA_ROOT
#undef METADATA_FILE
#undef METADATA_ANNOTATION
		"/containers.json",   "/bolt_state.db", "/images.json",
		"/repositories.json", "/daemon.json",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (str_eq(name, str_basename(str_from(paths[i]))))
			return true;
	return false;
}
