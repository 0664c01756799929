/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_storage.c - lists of containers/storage, which podman and CRI-O keep
 * their containers in (containers/storage containers.go, images.go). */
#include "metadata.h"

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

void metadata_read_stored_image(struct metadata_draft *d, const json_t *json)
{
	if (d->facts.image_digest.len == 0)
		set_text(&d->facts.image_digest, json_text(json, "digest"));
}
