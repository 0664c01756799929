/* SPDX-License-Identifier: GPL-2.0-or-later */
/* curl.h - libcurl, loaded when an output asks for it. */
#ifndef SAKER_OUTPUT_CURL_H
#define SAKER_OUTPUT_CURL_H

#include <curl/curl.h>
#include <stdbool.h>

#define CURL_CALLS(CALL)          \
	CALL(easy_cleanup)        \
	CALL(easy_getinfo)        \
	CALL(easy_init)           \
	CALL(easy_setopt)         \
	CALL(multi_add_handle)    \
	CALL(multi_cleanup)       \
	CALL(multi_info_read)     \
	CALL(multi_init)          \
	CALL(multi_perform)       \
	CALL(multi_remove_handle) \
	CALL(multi_wait)          \
	CALL(slist_append)        \
	CALL(slist_free_all)

/* curl_NAME() of libcurl for each NAME. */
struct curl {
#define CALL(name) __typeof__(curl_##name) *name;
	CURL_CALLS(CALL)
#undef CALL
};

/* Fills c. Whether libcurl could be loaded; once loaded it stays so. */
bool curl_load(struct curl *c);

#endif
