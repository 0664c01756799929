/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata.c - finds a container's files by its id, and reads them.
 *
 * What saw the container start knows its bundle: that is read first. For those
 * that ran before, metadata.def has the directories. docker, podman and CRI-O
 * keep more beside the bundle, found by what that says. */
#include "metadata.h"
#include "saker/base/array.h"

#include <stdlib.h>

#include "saker/base/io.h"

enum layout {
	LAYOUT_BUNDLE,
	LAYOUT_STORAGE,
	LAYOUT_CRUN,
	LAYOUT_RUNC,
	LAYOUT_DOCKER,
	LAYOUT__MAX
};

static const struct {
	enum layout layout;
	const char *directory;
} roots[] = {
#define METADATA_ROOT(layout, directory) { LAYOUT_##layout, (directory) },
#define METADATA_FILE(layout, file, reader)
#define METADATA_ANNOTATION(key, member)
#include "metadata.def"
#undef METADATA_ROOT
#undef METADATA_FILE
};

static const struct {
	enum layout layout;
	const char *file;
	metadata_reader *read;
} files[] = {
#define METADATA_ROOT(layout, directory)
#define METADATA_FILE(layout, file, reader) \
	{ LAYOUT_##layout, (file), metadata_read_##reader },
#include "metadata.def"
#undef METADATA_ROOT
#undef METADATA_FILE
#undef METADATA_ANNOTATION
};

struct search {
	const struct metadata_question *question;
	struct metadata_draft draft;
	struct buf path, text;
	struct str user, home; /* in the draft's arena; empty = not looked up */
	struct str root;       /* of the layout found last */
	struct str storage; /* of containers/storage, when it keeps this one */
	bool is_found;
	bool is_damaged; /* a file was there and could not be read whole */
};

/* An id is one directory's name. */
static bool is_id(struct str id)
{
	return id.len != 0 && str_find_byte(id, '/') < 0 &&
	       !str_eq(id, STR(".")) && !str_eq(id, STR(".."));
}

/* The search's text; STR_NONE when the file cannot be had. */
static struct str read_text(struct search *s, size_t limit)
{
	const struct metadata_question *q = s->question;
	int error;

	buf_clear(&s->text);
	error = q->host->ops->read_file(q->host, buf_cstr(&s->path), limit,
	                                &s->text);
	if (error == E_NOT_FOUND || error == E_UNSUPPORTED)
		return STR_NONE;
	counter_add(q->counters, COUNTER_METADATA_READS, 1);
	if (error == E_LIMIT)
		counter_add(q->counters, COUNTER_METADATA_EXCESS, 1);
	if (error < 0) {
		s->is_damaged = true;
		return STR_NONE;
	}
	/* a file that was just made is there and empty */
	return s->text.len != 0 ? buf_str(&s->text) : STR("");
}

static void set_path(struct search *s, struct str directory, const char *file)
{
	buf_clear(&s->path);
	buf_add_str(&s->path, directory);
	buf_add_str(&s->path, str_from(file));
}

/* True when the file is there. */
static bool read_document(struct search *s, metadata_reader *read)
{
	struct str text =
		s->path.failed ? STR_NONE : read_text(s, LIMIT_METADATA_BYTES);
	const json_t *json;

	if (text.s == NULL)
		return false;
	json = metadata_document(&s->draft, text, false);
	if (json != NULL)
		read(&s->draft, json);
	else
		s->is_damaged = true;
	s->is_found |= json != NULL;
	return true;
}

/* True when the list has it. */
static bool read_list_item(struct search *s, struct str id,
                           metadata_reader *read)
{
	struct str text = s->path.failed
	                          ? STR_NONE
	                          : read_text(s, LIMIT_METADATA_LIST_BYTES);
	const json_t *json = metadata_list_item(&s->draft, text, id);

	if (json != NULL)
		read(&s->draft, json);
	return json != NULL;
}

/* "user-1000.slice": systemd's for a logged-in user (systemd.special(7)). */
static struct str user_of(struct str cgroup)
{
	struct str part;
	uint64_t uid;

	while (str_split(&cgroup, '/', &part)) {
		if (!str_has_prefix(part, STR("user-")) ||
		    !str_has_suffix(part, STR(".slice")))
			continue;
		part = str_take(str_skip(part, 5), part.len - 11);
		if (str_to_u64(part, 10, &uid) && uid != 0)
			return part;
	}
	return STR_NONE;
}

/* passwd(5): name:password:uid:gid:gecos:home:shell */
static void find_user(struct search *s)
{
	struct str user = user_of(s->question->cgroup);
	struct str text, line, field, uid;

	if (user.len == 0)
		return;
	s->user = arena_copy(&s->draft.arena, user);
	set_path(s, STR("/etc/passwd"), "");
	text = read_text(s, LIMIT_METADATA_BYTES);
	while (str_split(&text, '\n', &line)) {
		uid = STR_NONE;
		for (unsigned i = 0; i < 6 && str_split(&line, ':', &field);
		     i++) {
			if (i == 2)
				uid = field;
			if (i == 5 && str_eq(uid, user))
				s->home = arena_copy(&s->draft.arena, field);
		}
	}
}

/* False when the pattern names what is not known. */
static bool expand(struct search *s, struct str pattern, struct str id,
                   struct buf *out)
{
	ptrdiff_t at;

	while ((at = str_find_byte(pattern, '%')) >= 0 &&
	       (size_t)at + 1 < pattern.len) {
		char c = pattern.s[at + 1];
		struct str v = c == 'i' ? id : c == 'u' ? s->user : s->home;

		if (v.len == 0)
			return false;
		buf_add_str(out, str_take(pattern, (size_t)at));
		buf_add_str(out, v);
		pattern = str_skip(pattern, (size_t)at + 2);
	}
	buf_add_str(out, pattern);
	return true;
}

/* True when the directory has a file of the container's. */
static bool read_layout(struct search *s, enum layout layout, struct str root,
                        struct str id)
{
	bool is_there = false;

	for (size_t i = 0; i < COUNT(files); i++) {
		if (files[i].layout != layout)
			continue;
		buf_clear(&s->path);
		if (expand(s, root, id, &s->path) &&
		    expand(s, str_from(files[i].file), id, &s->path))
			is_there |= read_document(s, files[i].read);
	}
	return is_there;
}

/* ".../io.containerd.runtime.v2.task/NAMESPACE/ID"; moby is docker's. */
static void note_containerd(struct search *s, struct str bundle)
{
	if (s->draft.facts.runtime.len == 0 &&
	    str_find(bundle, STR("/io.containerd.runtime.v")) >= 0)
		s->draft.facts.runtime = str_find(bundle, STR("/moby/")) >= 0
		                                 ? STR("docker")
		                                 : STR("containerd");
}

/* The root as it was found, in the draft's arena. */
static void note_root(struct search *s, struct str pattern, struct str id)
{
	auto_buf struct buf expanded = BUF_INIT;

	if (expand(s, pattern, id, &expanded) && !expanded.failed)
		s->root = arena_copy(&s->draft.arena, buf_str(&expanded));
}

static bool search_layout(struct search *s, enum layout layout, struct str id)
{
	for (size_t i = 0; i < COUNT(roots); i++) {
		struct str root = str_from(roots[i].directory);

		if (roots[i].layout != layout ||
		    !read_layout(s, layout, root, id))
			continue;
		note_root(s, root, id);
		if (layout == LAYOUT_STORAGE)
			s->storage = s->root;
		set_path(s, s->root, "/");
		note_containerd(s, buf_str(&s->path));
		return true;
	}
	return false;
}

/* "ROOT/ID/userdata" is how containers/storage lays containers out. */
static void note_storage(struct search *s, struct str bundle, struct str id)
{
	auto_buf struct buf tail = BUF_INIT;

	buf_add_byte(&tail, '/');
	buf_add_str(&tail, id);
	buf_add_str(&tail, STR("/userdata"));
	if (!tail.failed && str_has_suffix(bundle, buf_str(&tail)))
		s->storage =
			arena_copy(&s->draft.arena,
		                   str_take(bundle, bundle.len - tail.len));
}

static bool read_bundle(struct search *s, struct str bundle)
{
	set_path(s, bundle, "/config.json");
	if (bundle.len == 0 || bundle.s[0] != '/' ||
	    !read_document(s, metadata_read_oci))
		return false;
	note_storage(s, bundle, s->question->id);
	note_containerd(s, bundle);
	return true;
}

static void find_spec(struct search *s)
{
	const struct metadata_question *q = s->question;
	const struct str ids[] = { q->id, q->given_id };

	if (read_bundle(s, q->bundle))
		return;
	for (size_t i = 0; i < COUNT(ids) && !s->draft.has_spec; i++) {
		if (!is_id(ids[i]) || (i != 0 && str_eq(ids[0], ids[1])))
			continue;
		if (q->root.len != 0 &&
		    (read_layout(s, LAYOUT_RUNC, q->root, ids[i]) ||
		     read_layout(s, LAYOUT_CRUN, q->root, ids[i])))
			break;
		for (unsigned l = 0; l < LAYOUT_DOCKER; l++)
			if (search_layout(s, l, ids[i]))
				break;
	}
	if (!s->draft.has_spec && s->draft.bundle.len != 0)
		read_bundle(s, arena_copy(&s->draft.arena, s->draft.bundle));
}

/* dockerd(8): data-root, graph before 17.05. */
static void find_docker_root(struct search *s)
{
	struct str root;
	const json_t *json;

	set_path(s, STR("/etc/docker/daemon.json"), "");
	root = read_text(s, LIMIT_METADATA_BYTES);
	json = root.s != NULL ? metadata_document(&s->draft, root, false)
	                      : NULL;
	set_text(&s->draft.docker_root, json_text(json, "graph"));
	set_text(&s->draft.docker_root, json_text(json, "data-root"));
}

static bool find_docker(struct search *s)
{
	struct metadata_draft *d = &s->draft;

	if (d->docker_root.len != 0 &&
	    read_layout(s, LAYOUT_DOCKER, d->docker_root, d->id))
		return true;
	if (search_layout(s, LAYOUT_DOCKER, d->id)) {
		d->docker_root = s->root;
		return true;
	}
	find_docker_root(s);
	return d->docker_root.len != 0 &&
	       read_layout(s, LAYOUT_DOCKER, d->docker_root, d->id);
}

/* The digest is known to the list of images alone. */
static void read_docker_images(struct search *s, struct str root)
{
	struct str text;
	const json_t *json;

	if (s->draft.driver.len == 0)
		return;
	set_path(s, root, "/image/");
	buf_add_str(&s->path, s->draft.driver);
	buf_add_str(&s->path, STR("/repositories.json"));
	text = read_text(s, LIMIT_METADATA_BYTES);
	json = text.s != NULL ? metadata_document(&s->draft, text, false)
	                      : NULL;
	metadata_read_repositories(&s->draft, json);
}

/* "overlay-containers" and "overlay-images" stand side by side. */
static bool read_lists(struct search *s, struct str root)
{
	struct metadata_draft *d = &s->draft;
	struct str tail = STR("containers");

	set_path(s, root, "/containers.json");
	if (!read_list_item(s, d->id, metadata_read_stored))
		return false;
	if (d->facts.image_digest.len == 0 && str_has_suffix(root, tail)) {
		set_path(s, str_take(root, root.len - tail.len),
		         "images/images.json");
		read_list_item(s, d->facts.image_id,
		               metadata_read_stored_image);
	}
	return true;
}

/* CRI-O's bundles are in a tmpfs, the lists on disk. */
static void find_lists(struct search *s)
{
	if (read_lists(s, s->storage))
		return;
	for (size_t i = 0; i < COUNT(roots); i++) {
		auto_buf struct buf root = BUF_INIT;

		if (roots[i].layout == LAYOUT_STORAGE &&
		    expand(s, str_from(roots[i].directory), s->draft.id,
		           &root) &&
		    !root.failed && read_lists(s, buf_str(&root)))
			return;
	}
}

/* Beside the storage, "overlay-containers", by default. */
static void read_libpod(struct search *s)
{
	struct str directory =
		str_take(s->storage,
	                 (size_t)(str_basename(s->storage).s - s->storage.s));
	struct str text;

	set_path(s, directory, "libpod/bolt_state.db");
	text = read_text(s, LIMIT_METADATA_LIST_BYTES);
	if (text.s != NULL)
		metadata_read_libpod(&s->draft, text);
}

static void read_storage(struct search *s)
{
	const struct container_metadata *f = &s->draft.facts;

	find_lists(s);
	if (str_eq(f->runtime, STR("podman")))
		read_libpod(s);
	if (!str_eq(f->runtime, STR("cri-o")) || f->pod_sandbox_id.len == 0 ||
	    str_eq(f->pod_sandbox_id, s->draft.id))
		return;
	set_path(s, s->storage, "/");
	buf_add_str(&s->path, f->pod_sandbox_id);
	buf_add_str(&s->path, STR("/userdata/config.json"));
	read_document(s, metadata_read_sandbox);
}

/* "registry:5000/name:tag@sha256:...": a tag's colon stands behind the last
 * slash. */
static void split_image(struct container_metadata *f)
{
	ptrdiff_t at = str_find_byte(f->image, '@');
	struct str name = at < 0 ? f->image : str_take(f->image, (size_t)at);
	ptrdiff_t slash = str_find_last_byte(name, '/');
	ptrdiff_t colon = str_find_last_byte(name, ':');

	if (f->image.len == 0 || str_has_prefix(f->image, STR("sha256:")))
		return;
	if (at >= 0)
		f->image_digest = str_skip(f->image, (size_t)at + 1);
	if (colon > slash)
		f->image_tag = str_skip(name, (size_t)colon + 1);
	f->image_repository =
		colon > slash ? str_take(name, (size_t)colon) : name;
}

static void gather(struct search *s)
{
	struct metadata_draft *d = &s->draft;
	bool is_pod_manager;

	find_user(s);
	find_spec(s);
	is_pod_manager = str_eq(d->facts.runtime, STR("podman")) ||
	                 str_eq(d->facts.runtime, STR("cri-o"));
	if (s->storage.len != 0)
		read_storage(s);
	split_image(&d->facts);
	if (!is_pod_manager && find_docker(s)) {
		split_image(&d->facts);
		read_docker_images(s, d->docker_root);
	}
	if (d->facts.ip.len == 0)
		d->facts.ip = d->facts.pod_ip;
}

struct container_metadata *metadata_find(const struct metadata_question *q,
                                         bool *ret_is_whole)
{
	struct search s = { .question = q,
		            .draft = { .id = q->id, .counters = q->counters } };
	struct container_metadata *m = NULL;

	if (is_id(q->id))
		gather(&s);
	if (s.is_found && !s.draft.arena.failed)
		m = metadata_pack(&s.draft.facts);
	*ret_is_whole = m != NULL && !s.is_damaged;
	while (s.draft.ndocuments != 0)
		json_decref(s.draft.documents[--s.draft.ndocuments]);
	arena_done(&s.draft.arena);
	buf_done(&s.path);
	buf_done(&s.text);
	return m;
}
