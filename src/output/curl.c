/* SPDX-License-Identifier: GPL-2.0-or-later */
/* curl.c - libcurl brings thirty libraries with it: 6 MB resident and 16 M
 * instructions of the dynamic linker, which most runs need for nothing. */
#include "config.h"

#ifdef HAVE_LIBCURL
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "curl.h"
#include "saker/base/array.h"

/* Its name since 7.16 (2006), and where Debian has it with GnuTLS only. */
static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

static const struct {
	const char *name;
	size_t at;
} calls[] = {
#define CALL(name) { "curl_" #name, offsetof(struct curl, name) },
	CURL_CALLS(CALL)
#undef CALL
};

/* NODELETE: libcurl's and its libraries' own state is never torn down. */
static void *open_library(void)
{
	void *library = NULL;

	for (size_t i = 0; library == NULL && i < COUNT(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_NODELETE);
	return library;
}

bool curl_load(struct curl *c)
{
	void *library = open_library();
	bool ok = library != NULL;

	for (size_t i = 0; ok && i < COUNT(calls); i++) {
		void *call = dlsym(library, calls[i].name);

		memcpy((char *)c + calls[i].at, &call, sizeof(call));
		ok = call != NULL;
	}
	if (library != NULL)
		dlclose(library);
	return ok;
}
#endif
