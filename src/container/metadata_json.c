/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_json.c - documents of a draft, and values in them.
 *
 * Runtimes write these files as root, but a user's own runtime writes them as
 * that user, and what they hold comes from images and users. */
#include <cap-ng.h>

#include "metadata.h"
#include "saker/base/io.h"

static bool is_too_deep(struct str text)
{
	bool in_text = false;
	unsigned depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.s[i];

		if (in_text) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_text = false;
		} else if (c == '"') {
			in_text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > LIMIT_METADATA_DEPTH)
				return true;
		} else if ((c == '}' || c == ']') && depth-- <= 1) {
			/* the end of the first value */
			return false;
		}
	}
	return false;
}

json_t *metadata_document(struct metadata_draft *d, struct str text,
                          bool is_prefix)
{
	json_t *json;

	if (d->ndocuments == METADATA_DOCUMENTS || is_too_deep(text)) {
		counter_add(d->counters, COUNTER_METADATA_EXCESS, 1);
		return NULL;
	}
	json = json_loadb(text.s, text.len,
	                  is_prefix ? JSON_DISABLE_EOF_CHECK : 0, NULL);
	if (json == NULL) {
		counter_add(d->counters, COUNTER_METADATA_MALFORMED, 1);
		return NULL;
	}
	d->documents[d->ndocuments++] = json;
	return json;
}

json_t *metadata_list_item(struct metadata_draft *d, struct str list,
                           struct str id)
{
	auto_buf struct buf start = BUF_INIT;
	ptrdiff_t at;

	buf_add_str(&start, STR("{\"id\":\""));
	buf_add_str(&start, id);
	buf_add_byte(&start, '"');
	if (start.failed || id.len == 0)
		return NULL;
	at = str_find(list, buf_str(&start));
	return at >= 0 ? metadata_document(d, str_skip(list, (size_t)at), true)
	               : NULL;
}

json_t *json_at(const json_t *json, const char *path)
{
	struct str rest = str_from(path), key;

	while (json != NULL && str_split(&rest, '.', &key)) {
		char name[64];

		if (key.len >= sizeof(name))
			return NULL;
		memcpy(name, key.s, key.len);
		name[key.len] = '\0';
		json = json_object_get(json, name);
	}
	return (json_t *)(uintptr_t)json;
}

static struct str text_of(const json_t *json)
{
	return json_is_string(json) ? (struct str){ json_string_value(json),
		                                    json_string_length(json) }
	                            : STR_NONE;
}

struct str json_text(const json_t *json, const char *path)
{
	return text_of(json_at(json, path));
}

enum fact json_fact(const json_t *json, const char *path)
{
	const json_t *v = json_at(json, path);

	return json_is_boolean(v) ? fact_of(json_is_true(v)) : FACT_UNKNOWN;
}

struct str metadata_join(struct metadata_draft *d, const json_t *words,
                         size_t from)
{
	auto_buf struct buf text = BUF_INIT;

	for (size_t i = from; i < json_array_size(words); i++) {
		if (i != from)
			buf_add_byte(&text, ' ');
		buf_add_str(&text, text_of(json_array_get(words, i)));
	}
	return text.len != 0 && !text.failed
	               ? arena_copy(&d->arena, buf_str(&text))
	               : STR_NONE;
}

void *metadata_array(struct metadata_draft *d, size_t size, size_t *want)
{
	void *array;

	if (*want > LIMIT_METADATA_ITEMS) {
		counter_add(d->counters, COUNTER_METADATA_EXCESS,
		            *want - LIMIT_METADATA_ITEMS);
		*want = LIMIT_METADATA_ITEMS;
	}
	array = arena_zalloc(&d->arena, size * *want + 1);
	if (array == NULL)
		*want = 0;
	return array;
}

void metadata_labels(struct metadata_draft *d, const json_t *object,
                     struct container_label **ret, size_t *ret_count)
{
	size_t max = json_object_size(object), n = 0;
	struct container_label *labels;
	const char *key;
	json_t *value;

	if (max == 0)
		return;
	labels = metadata_array(d, sizeof(*labels), &max);
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (n == max)
			break;
		if (!json_is_string(value))
			continue;
		if (json_string_length(value) > LIMIT_LABEL_BYTES) {
			counter_add(d->counters, COUNTER_METADATA_EXCESS, 1);
			continue;
		}
		labels[n++] = (struct container_label){ str_from(key),
			                                text_of(value) };
	}
	*ret = labels;
	*ret_count = n;
}

/* "CAP_CHOWN"; libcap-ng has "chown". */
uint64_t metadata_caps(const json_t *names)
{
	uint64_t caps = 0;

	for (size_t i = 0; i < json_array_size(names); i++) {
		struct str name = text_of(json_array_get(names, i));
		int cap = str_has_prefix(name, STR("CAP_"))
		                  ? capng_name_to_capability(name.s + 4)
		                  : -1;

		if (cap >= 0 && cap < 64)
			caps |= 1ULL << cap;
	}
	return caps;
}
