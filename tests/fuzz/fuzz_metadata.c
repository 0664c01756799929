/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_metadata.c - files of a container's runtime: each begins with a line of
 * '=' and the end of its path. */
#include "fuzz.h"
#include "metadata.h"

#define ID "69cc5f81cbfcd078c67e344ff921654658e5988e8fc4805bddb662e3ad1cd6f0"

struct files {
	struct host host;
	struct str text;
};

static bool next_file(struct str *rest, struct str *ret_path,
                      struct str *ret_text)
{
	struct str line;
	ptrdiff_t end;

	if (!str_has_prefix(*rest, STR("=")))
		return false;
	*rest = str_skip(*rest, 1);
	if (!str_split(rest, '\n', &line) || line.len == 0)
		return false;
	*ret_path = line;
	end = str_find(*rest, STR("\n="));
	*ret_text = end < 0 ? *rest : str_take(*rest, (size_t)end);
	*rest = str_skip(*rest, ret_text->len + (end < 0 ? 0 : 1));
	return true;
}

static int read_file(struct host *h, const char *path, size_t limit,
                     struct buf *out)
{
	struct str rest = ((struct files *)(void *)h)->text, end, text;

	while (next_file(&rest, &end, &text)) {
		if (!str_has_suffix(str_from(path), end))
			continue;
		buf_add_str(out, str_take(text, limit));
		return text.len > limit ? E_LIMIT : 0;
	}
	return E_NOT_FOUND;
}

static void check_text(const struct container_metadata *m, struct str v)
{
	fuzz_within(v,
	            (struct str){ (const char *)m, LIMIT_METADATA_KEPT_BYTES });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct host_ops ops = { .read_file = read_file };
	struct files files = { { &ops }, { (const char *)data, size } };
	struct metadata_question q = {
		.host = &files.host,
		.id = STR(ID),
		.given_id = STR("web"),
		.cgroup = STR("/user.slice/user-1000.slice/x.scope"),
	};
	struct container_metadata *m;
	bool is_whole;

	m = metadata_find(&q, &is_whole);
	FUZZ_CHECK(m != NULL || !is_whole);
	if (m == NULL)
		return 0;
	check_text(m, m->name);
	check_text(m, m->image_repository);
	check_text(m, m->image_tag);
	check_text(m, m->image_digest);
	check_text(m, m->healthcheck);
	FUZZ_CHECK(m->nmounts <= LIMIT_METADATA_ITEMS);
	for (size_t i = 0; i < m->nmounts; i++)
		check_text(m, m->mounts[i].source);
	for (size_t i = 0; i < m->nlabels; i++) {
		check_text(m, m->labels[i].key);
		FUZZ_CHECK(m->labels[i].value.len <= LIMIT_LABEL_BYTES);
		FUZZ_CHECK(i == 0 || str_cmp(m->labels[i - 1].key,
		                             m->labels[i].key) <= 0);
	}
	for (size_t i = 0; i < m->ndevices; i++)
		check_text(m, m->devices[i]);
	free(m);
	return 0;
}
