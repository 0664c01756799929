/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_read.c - a snapshot's lines, checked and kept. */
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "snapshot_values.h"

static bool take_metadata(struct snapshot_reader *r, const json_t *v,
                          struct container_metadata **ret)
{
	struct container_metadata *m =
		arena_new(&r->s->arena, struct container_metadata);

	if (m == NULL)
		return snapshot_nomem(r);
	if (!snapshot_take_members(r, SNAPSHOT_METADATA,
	                           json_object_get(v, "facts"), m))
		return false;
	m->mounts =
		snapshot_take_objects(r, "mounts", json_object_get(v, "mounts"),
	                              SNAPSHOT_MOUNT, &m->nmounts);
	m->labels =
		snapshot_take_objects(r, "labels", json_object_get(v, "labels"),
	                              SNAPSHOT_LABEL, &m->nlabels);
	m->pod_labels = snapshot_take_objects(r, "pod_labels",
	                                      json_object_get(v, "pod_labels"),
	                                      SNAPSHOT_LABEL, &m->npod_labels);
	*ret = m;
	return m->mounts != NULL && m->labels != NULL &&
	       m->pod_labels != NULL &&
	       snapshot_take_texts(r, "devices", json_object_get(v, "devices"),
	                           LIMIT_METADATA_ITEMS, &m->devices,
	                           &m->ndevices);
}

static bool take_posture(struct snapshot_reader *r, const json_t *v,
                         struct posture **ret)
{
	*ret = arena_new(&r->s->arena, struct posture);
	return *ret != NULL
	               ? snapshot_take_members(r, SNAPSHOT_POSTURE, v, *ret)
	               : snapshot_nomem(r);
}

static bool take_state(struct snapshot_reader *r, const json_t *v,
                       struct snapshot_process *p)
{
	if (json_is_string(v)) {
		for (unsigned s = 0; s <= PROCESS_CONTAINER; s++) {
			p->state = (enum process_state)s;
			if (strcmp(process_state_name(p->state),
			           json_string_value(v)) == 0)
				return true;
		}
	}
	return snapshot_complain(r,
	                         "state is none of host, setup and container");
}

static bool take_container_of(struct snapshot_reader *r,
                              struct snapshot_process *p)
{
	if (p->container_id.len == 0)
		return true;
	p->container = map_get(&r->s->containers, p->container_id);
	if (p->container == NULL)
		return snapshot_complain(
			r,
			"container %.*s is not among the containers "
			"before",
			STR_FMT(str_take(p->container_id, 80)));
	return p->state == PROCESS_CONTAINER ||
	       snapshot_complain(r, "a container, but state is not container");
}

/* Incarnations of a pid come in any order; the newest is found first. */
static bool put_process(struct snapshot_reader *r, struct snapshot_process *p)
{
	struct snapshot_process *first = map_get_u64(&r->s->processes, p->pid);
	struct snapshot_process **at = &first;
	unsigned n = 0;

	while (*at != NULL && (*at)->start_ns > p->start_ns) {
		at = &(*at)->older;
		if (++n > LIMIT_SNAPSHOT_INCARNATIONS)
			return snapshot_complain(r, "pid %u is there too often",
			                         p->pid);
	}
	if (*at != NULL && (*at)->start_ns == p->start_ns)
		return snapshot_complain(
			r, "pid %u of the same start is there twice", p->pid);
	p->older = *at;
	*at = p;
	return map_put_u64(&r->s->processes, p->pid, first) == 0 ||
	       snapshot_nomem(r);
}

static bool take_process(struct snapshot_reader *r, const json_t *object)
{
	struct snapshot_process *p =
		arena_new(&r->s->arena, struct snapshot_process);

	if (p == NULL)
		return snapshot_nomem(r);
	if (++r->processes > LIMIT_SNAPSHOT_PROCESSES)
		return snapshot_complain(r, "more than %u processes",
		                         LIMIT_SNAPSHOT_PROCESSES);
	if (!snapshot_take_members(r, SNAPSHOT_PROCESS, object, p) ||
	    !take_state(r, json_object_get(object, "state"), p) ||
	    !snapshot_take_texts(r, "argv", json_object_get(object, "argv"),
	                         LIMIT_ARGV, &p->argv, &p->argc) ||
	    !take_container_of(r, p))
		return false;
	if (p->pid == 0 || p->ppid > MAX_PID)
		return snapshot_complain(r, "%s is no process id",
		                         p->pid == 0 ? "pid" : "ppid");
	return put_process(r, p);
}

static bool take_container(struct snapshot_reader *r, const json_t *object)
{
	struct snapshot_container *c =
		arena_new(&r->s->arena, struct snapshot_container);
	const json_t *metadata, *baseline;

	if (c == NULL)
		return snapshot_nomem(r);
	if (++r->containers > LIMIT_SNAPSHOT_CONTAINERS)
		return snapshot_complain(r, "more than %u containers",
		                         LIMIT_SNAPSHOT_CONTAINERS);
	if (!snapshot_take_members(r, SNAPSHOT_CONTAINER, object, c))
		return false;
	metadata = json_object_get(object, "metadata");
	baseline = json_object_get(object, "baseline");
	if ((metadata != NULL && !take_metadata(r, metadata, &c->metadata)) ||
	    (baseline != NULL && !take_posture(r, baseline, &c->baseline)))
		return false;
	if (c->full_id.len == 0)
		return snapshot_complain(r, "full_id is empty");
	if (map_get(&r->s->containers, c->full_id) != NULL)
		return snapshot_complain(r, "container %.*s is there twice",
		                         STR_FMT(str_take(c->full_id, 80)));
	return map_put(&r->s->containers, c->full_id, c) == 0 ||
	       snapshot_nomem(r);
}

static bool grow_files(struct snapshot_reader *r)
{
	struct snapshot *s = r->s;
	size_t max = r->max_files != 0 ? r->max_files * 2 : 64;
	struct snapshot_file *files;

	if (s->nfiles < r->max_files)
		return true;
	files = arena_array(&s->arena, struct snapshot_file, max);
	if (files == NULL)
		return snapshot_nomem(r);
	if (s->nfiles != 0)
		memcpy(files, s->files, s->nfiles * sizeof(*files));
	s->files = files;
	r->max_files = max;
	return true;
}

static bool take_file(struct snapshot_reader *r, const json_t *object)
{
	struct snapshot_file f = { 0 };

	if (r->s->nfiles == LIMIT_SNAPSHOT_FILES)
		return snapshot_complain(r, "more than %u files",
		                         LIMIT_SNAPSHOT_FILES);
	if (!snapshot_take_text(r, "path", json_object_get(object, "path"),
	                        &f.path) ||
	    !snapshot_take_number(r, "dev", json_object_get(object, "dev"),
	                          UINT64_MAX, &f.id.dev) ||
	    !snapshot_take_number(r, "ino", json_object_get(object, "ino"),
	                          UINT64_MAX, &f.id.ino) ||
	    !grow_files(r))
		return false;
	if (f.path.len == 0 || f.path.s[0] != '/')
		return snapshot_complain(r, "path is not absolute");
	r->s->files[r->s->nfiles++] = f;
	return true;
}

static bool check_count(struct snapshot_reader *r, const json_t *object,
                        const char *key, size_t here)
{
	uint64_t n;

	if (!snapshot_take_number(r, key, json_object_get(object, key),
	                          UINT64_MAX, &n))
		return false;
	return n == here ||
	       snapshot_complain(r, "%llu %s were written, %zu are here",
	                         (unsigned long long)n, key, here);
}

static bool take_end(struct snapshot_reader *r, const json_t *object)
{
	r->has_ended = true;
	return check_count(r, object, "containers", r->containers) &&
	       check_count(r, object, "files", r->s->nfiles) &&
	       check_count(r, object, "processes", r->processes);
}

static bool take_head(struct snapshot_reader *r, const json_t *object)
{
	const json_t *version = json_object_get(object, "saker_snapshot");
	const json_t *host = json_object_get(object, "host");

	if (!json_is_integer(version))
		return snapshot_complain(r, "this is no snapshot of saker's");
	if (json_integer_value(version) != SNAPSHOT_VERSION)
		return snapshot_complain(
			r, "version %lld of a snapshot; %d is known",
			(long long)json_integer_value(version),
			SNAPSHOT_VERSION);
	return snapshot_take_text(r, "node", json_object_get(object, "node"),
	                          &r->s->node) &&
	       snapshot_take_number(r, "time_ns",
	                            json_object_get(object, "time_ns"),
	                            UINT64_MAX, &r->s->time_ns) &&
	       snapshot_take_number(r, "serial",
	                            json_object_get(object, "serial"),
	                            UINT64_MAX, &r->s->serial) &&
	       (host == NULL || take_posture(r, host, &r->s->host));
}

static bool take_line(struct snapshot_reader *r, const json_t *object)
{
	static const struct {
		const char *key;
		bool (*take)(struct snapshot_reader *r, const json_t *object);
	} kinds[] = {
		{ "process", take_process },
		{ "container", take_container },
		{ "file", take_file },
		{ "end", take_end },
	};

	if (!json_is_object(object))
		return snapshot_complain(r, "an object is expected");
	if (r->line == 1)
		return take_head(r, object);
	if (r->has_ended)
		return snapshot_complain(r, "something follows the end");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *v = json_object_get(object, kinds[i].key);

		if (v != NULL)
			return kinds[i].take(r, v);
	}
	return snapshot_complain(r, "none of process, container, file and end");
}

static bool read_line(struct snapshot_reader *r, struct str line)
{
	json_error_t why;
	json_t *object;
	bool ok;

	if (line.len > LIMIT_SNAPSHOT_LINE)
		return snapshot_complain(r, "longer than %u bytes",
		                         LIMIT_SNAPSHOT_LINE);
	object = json_loadb(line.s, line.len,
	                    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (object == NULL)
		return snapshot_complain(r, "%s", why.text);
	ok = take_line(r, object);
	json_decref(object);
	return ok;
}

int snapshot_parse(const char *name, struct str text, struct diag_list *diags,
                   struct snapshot **ret)
{
	struct snapshot_reader r = {
		.s = calloc(1, sizeof(struct snapshot)),
		.diags = diags,
		.name = name,
	};
	struct str line;

	if (r.s == NULL)
		return E_NOMEM;
	map_init(&r.s->processes);
	map_init(&r.s->containers);
	while (r.error == 0 && str_split(&text, '\n', &line)) {
		r.line++;
		if (line.len != 0 || r.line == 1)
			read_line(&r, line);
	}
	if (r.error == 0 && !r.has_ended)
		snapshot_complain(&r, "the end is missing: it was cut off");
	if (r.error < 0) {
		snapshot_free(r.s);
		return r.error;
	}
	*ret = r.s;
	return 0;
}

int snapshot_load(const char *path, struct diag_list *diags,
                  struct snapshot **ret)
{
	auto_buf struct buf text = BUF_INIT;
	struct stat st;
	int error;

	/* not to read so much in vain */
	if (stat(path, &st) == 0 && st.st_size > LIMIT_SNAPSHOT_BYTES)
		error = E_LIMIT;
	else
		error = io_read_at(AT_FDCWD, path, LIMIT_SNAPSHOT_BYTES, &text);
	if (error == E_LIMIT) {
		diag_add(diags, DIAG_ERROR, NULL,
		         &(struct diag_place){ .file = path },
		         "longer than %u bytes", LIMIT_SNAPSHOT_BYTES);
		return E_INVALID;
	}
	return error < 0 ? error
	                 : snapshot_parse(path, buf_str(&text), diags, ret);
}

void snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	map_done(&s->processes);
	map_done(&s->containers);
	arena_done(&s->arena);
	free(s);
}

struct str snapshot_node(const struct snapshot *s)
{
	return s->node;
}
