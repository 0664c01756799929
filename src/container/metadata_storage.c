/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_storage.c - lists of containers/storage, which podman and CRI-O keep
 * their containers in (containers/storage containers.go, images.go). */
#include "metadata.h"
#include "saker/base/io.h"

void metadata_read_stored(struct metadata_draft *d, const json_t *json)
{
	struct container_metadata *f = &d->facts;
	struct str text = json_text(json, "metadata");
	const json_t *metadata =
		text.len != 0 ? metadata_document(d, text, false) : NULL;
	const char *name =
		json_string_value(json_array_get(json_at(json, "names"), 0));

	set_text(&f->image_id, json_text(json, "image"));
	/* CRI-O has said it better in the annotations */
	if (str_eq(f->runtime, STR("cri-o")))
		return;
	set_text(&f->name, json_text(metadata, "name"));
	set_text(&f->name, str_from(name));
	set_text(&f->image, json_text(metadata, "image-name"));
}

/* libpod/boltdb_state.go: a container's configuration
 * (libpod/container_config.go) is one value of a bolt database, whose values
 * lie in one piece whatever pages they span (go.etcd.io/bbolt, page overflow).
 * That of SQLite, since podman 4.8, does not. */

/* A configuration begins with the specification, and may be there in an older
 * state too, of which a part is overwritten. */
static json_t *configuration_at(struct metadata_draft *d, struct str text,
                                size_t id_at)
{
	static const size_t most = 256 * 1024;
	size_t from = id_at > most ? id_at - most : 0;
	struct str before = str_span(text.s + from, text.s + id_at);
	json_t *json = NULL;
	ptrdiff_t at, next;

	at = str_find(before, STR("{\"spec\":{"));
	while (at >= 0 && (next = str_find(str_skip(before, (size_t)at + 1),
	                                   STR("{\"spec\":{"))) >= 0)
		at += next + 1;
	if (at >= 0)
		json = metadata_document(d, str_skip(text, from + (size_t)at),
		                         true);
	return str_eq(json_text(json, "id"), d->id) ? json : NULL;
}

void metadata_read_libpod(struct metadata_draft *d, struct str database)
{
	auto_buf struct buf id = BUF_INIT;
	struct str rest = database;
	json_t *json = NULL;
	ptrdiff_t at;

	buf_add_str(&id, STR("\"id\":\""));
	buf_add_str(&id, d->id);
	buf_add_str(&id, STR("\",\"name\":"));
	for (unsigned tries = 0; !id.failed && json == NULL && tries < 4 &&
	                         (at = str_find(rest, buf_str(&id))) >= 0;
	     tries++) {
		rest = str_skip(rest, (size_t)at);
		json = configuration_at(d, database,
		                        (size_t)(rest.s - database.s));
		rest = str_skip(rest, id.len);
	}
	metadata_labels(d, json_object_get(json, "labels"), &d->facts.labels,
	                &d->facts.nlabels);
	metadata_read_healthcheck(d, json_at(json, "healthcheck.Test"));
}

void metadata_read_stored_image(struct metadata_draft *d, const json_t *json)
{
	if (d->facts.image_digest.len == 0)
		set_text(&d->facts.image_digest, json_text(json, "digest"));
}
