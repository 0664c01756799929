/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_read.c - a snapshot's lines, checked and kept. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "snapshot_fields.h"

/* include/linux/threads.h, PID_MAX_LIMIT */
#define MAX_PID 4194304

struct reader {
	struct snapshot *s;
	struct diag_list *diags;
	const char *name;
	unsigned line;
	size_t processes, containers;
	size_t max_files;
	bool has_ended;
	int error;
};

static bool complain(struct reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One reason is enough: what follows may be its consequence. */
static bool complain(struct reader *r, const char *format, ...)
{
	struct diag_place place = { .file = r->name, .line = r->line };
	auto_buf struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	diag_add(r->diags, DIAG_ERROR, NULL, &place, "%s", buf_cstr(&text));
	r->error = E_INVALID;
	return false;
}

static bool no_memory(struct reader *r)
{
	r->error = E_NOMEM;
	return false;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex(struct reader *r, const char *key, struct str hex,
                  struct str *ret)
{
	char *bytes = arena_alloc(&r->s->arena, hex.len / 2 + 1);

	if (bytes == NULL)
		return no_memory(r);
	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		int high = nibble(hex.s[i]), low = nibble(hex.s[i + 1]);

		if (high < 0 || low < 0)
			return complain(r, "%s: \"hex\" is not hexadecimal",
			                key);
		bytes[i / 2] = (char)(high << 4 | low);
	}
	if (hex.len % 2 != 0)
		return complain(r, "%s: \"hex\" is not hexadecimal", key);
	bytes[hex.len / 2] = '\0';
	*ret = (struct str){ bytes, hex.len / 2 };
	return true;
}

static struct str json_text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static bool take_text(struct reader *r, const char *key, const json_t *v,
                      struct str *ret)
{
	const json_t *hex = json_object_get(v, "hex");

	if (json_is_string(hex))
		return unhex(r, key, json_text(hex), ret);
	if (!json_is_string(v))
		return complain(r, "%s is no text", key);
	if (json_string_length(v) > LIMIT_SNAPSHOT_TEXT)
		return complain(r, "%s is longer than %u bytes", key,
		                LIMIT_SNAPSHOT_TEXT);
	*ret = arena_copy(&r->s->arena, json_text(v));
	return ret->s != NULL || no_memory(r);
}

static bool take_number(struct reader *r, const char *key, const json_t *v,
                        uint64_t max, uint64_t *ret)
{
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		n = (uint64_t)json_integer_value(v);
	else if (!json_is_string(v) || !str_to_u64(json_text(v), 10, &n))
		return complain(r, "%s is no number that is 0 or more", key);
	if (n > max)
		return complain(r, "%s is greater than %llu", key,
		                (unsigned long long)max);
	*ret = n;
	return true;
}

/* Members of kinds that are not there have their default already. */
static bool take_field(struct reader *r, const struct snapshot_field *f,
                       const json_t *v, void *record)
{
	void *member = (char *)record + f->offset;
	uint64_t n;

	switch (f->kind) {
	case SNAPSHOT_TEXT:
	case SNAPSHOT_NAME:
		return take_text(r, f->key, v, member);
	case SNAPSHOT_FLAG:
		*(bool *)member = json_is_true(v);
		return json_is_boolean(v) ||
		       complain(r, "%s is neither true nor false", f->key);
	case SNAPSHOT_NEEDED:
	case SNAPSHOT_NUMBER64:
		return take_number(r, f->key, v, UINT64_MAX, member);
	case SNAPSHOT_PID:
	case SNAPSHOT_NUMBER32:
	case SNAPSHOT_ID:
		if (!take_number(r, f->key, v,
		                 f->kind == SNAPSHOT_PID ? MAX_PID : UINT32_MAX,
		                 &n))
			return false;
		*(uint32_t *)member = (uint32_t)n;
		return true;
	}
	return false;
}

static bool take_fields(struct reader *r, const struct snapshot_field *fields,
                        size_t n, const json_t *object, void *record)
{
	for (size_t i = 0; i < n; i++) {
		const struct snapshot_field *f = &fields[i];
		const json_t *v = json_object_get(object, f->key);
		bool is_needed = f->kind == SNAPSHOT_PID ||
		                 f->kind == SNAPSHOT_NEEDED ||
		                 f->kind == SNAPSHOT_NAME;

		if (v == NULL && is_needed)
			return complain(r, "%s is missing", f->key);
		if (v == NULL && f->kind == SNAPSHOT_ID)
			memset((char *)record + f->offset, 0xff,
			       sizeof(uint32_t));
		else if (v != NULL && !take_field(r, f, v, record))
			return false;
	}
	return true;
}

static bool take_state(struct reader *r, const json_t *v,
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
	return complain(r, "state is none of host, setup and container");
}

static bool take_argv(struct reader *r, const json_t *v,
                      struct snapshot_process *p)
{
	size_t n = json_array_size(v);

	if (v != NULL && !json_is_array(v))
		return complain(r, "argv is no list");
	if (n > LIMIT_ARGV)
		return complain(r, "argv has more than %u items", LIMIT_ARGV);
	p->argv = arena_array(&r->s->arena, struct str, n + 1);
	if (p->argv == NULL)
		return no_memory(r);
	for (; p->argc < n; p->argc++)
		if (!take_text(r, "argv", json_array_get(v, p->argc),
		               &p->argv[p->argc]))
			return false;
	return true;
}

static bool take_container_of(struct reader *r, struct snapshot_process *p)
{
	if (p->container_id.len == 0)
		return true;
	p->container = map_get(&r->s->containers, p->container_id);
	if (p->container == NULL)
		return complain(r,
		                "container %.*s is not among the containers "
		                "before",
		                STR_FMT(str_take(p->container_id, 80)));
	return p->state == PROCESS_CONTAINER ||
	       complain(r, "a container, but state is not container");
}

/* Incarnations of a pid come in any order; the newest is found first. */
static bool put_process(struct reader *r, struct snapshot_process *p)
{
	struct snapshot_process *first = map_get_u64(&r->s->processes, p->pid);
	struct snapshot_process **at = &first;
	unsigned n = 0;

	while (*at != NULL && (*at)->start_ns > p->start_ns) {
		at = &(*at)->older;
		if (++n > LIMIT_SNAPSHOT_INCARNATIONS)
			return complain(r, "pid %u is there too often", p->pid);
	}
	if (*at != NULL && (*at)->start_ns == p->start_ns)
		return complain(r, "pid %u of the same start is there twice",
		                p->pid);
	p->older = *at;
	*at = p;
	return map_put_u64(&r->s->processes, p->pid, first) == 0 ||
	       no_memory(r);
}

static bool take_process(struct reader *r, const json_t *object)
{
	struct snapshot_process *p =
		arena_new(&r->s->arena, struct snapshot_process);

	if (p == NULL)
		return no_memory(r);
	if (++r->processes > LIMIT_SNAPSHOT_PROCESSES)
		return complain(r, "more than %u processes",
		                LIMIT_SNAPSHOT_PROCESSES);
	if (!take_fields(r, snapshot_process_fields, snapshot_nprocess_fields,
	                 object, p) ||
	    !take_state(r, json_object_get(object, "state"), p) ||
	    !take_argv(r, json_object_get(object, "argv"), p) ||
	    !take_container_of(r, p))
		return false;
	if (p->pid == 0 || p->ppid > MAX_PID)
		return complain(r, "%s is no process id",
		                p->pid == 0 ? "pid" : "ppid");
	return put_process(r, p);
}

static bool take_container(struct reader *r, const json_t *object)
{
	struct snapshot_container *c =
		arena_new(&r->s->arena, struct snapshot_container);

	if (c == NULL)
		return no_memory(r);
	if (++r->containers > LIMIT_SNAPSHOT_CONTAINERS)
		return complain(r, "more than %u containers",
		                LIMIT_SNAPSHOT_CONTAINERS);
	if (!take_fields(r, snapshot_container_fields,
	                 snapshot_ncontainer_fields, object, c))
		return false;
	if (c->full_id.len == 0)
		return complain(r, "full_id is empty");
	if (map_get(&r->s->containers, c->full_id) != NULL)
		return complain(r, "container %.*s is there twice",
		                STR_FMT(str_take(c->full_id, 80)));
	return map_put(&r->s->containers, c->full_id, c) == 0 || no_memory(r);
}

static bool grow_files(struct reader *r)
{
	struct snapshot *s = r->s;
	size_t max = r->max_files != 0 ? r->max_files * 2 : 64;
	struct snapshot_file *files;

	if (s->nfiles < r->max_files)
		return true;
	files = arena_array(&s->arena, struct snapshot_file, max);
	if (files == NULL)
		return no_memory(r);
	if (s->nfiles != 0)
		memcpy(files, s->files, s->nfiles * sizeof(*files));
	s->files = files;
	r->max_files = max;
	return true;
}

static bool take_file(struct reader *r, const json_t *object)
{
	struct snapshot_file f = { 0 };

	if (r->s->nfiles == LIMIT_SNAPSHOT_FILES)
		return complain(r, "more than %u files", LIMIT_SNAPSHOT_FILES);
	if (!take_text(r, "path", json_object_get(object, "path"), &f.path) ||
	    !take_number(r, "dev", json_object_get(object, "dev"), UINT64_MAX,
	                 &f.id.dev) ||
	    !take_number(r, "ino", json_object_get(object, "ino"), UINT64_MAX,
	                 &f.id.ino) ||
	    !grow_files(r))
		return false;
	if (f.path.len == 0 || f.path.s[0] != '/')
		return complain(r, "path is not absolute");
	r->s->files[r->s->nfiles++] = f;
	return true;
}

static bool check_count(struct reader *r, const json_t *object, const char *key,
                        size_t here)
{
	uint64_t n;

	if (!take_number(r, key, json_object_get(object, key), UINT64_MAX, &n))
		return false;
	return n == here || complain(r, "%llu %s were written, %zu are here",
	                             (unsigned long long)n, key, here);
}

static bool take_end(struct reader *r, const json_t *object)
{
	r->has_ended = true;
	return check_count(r, object, "containers", r->containers) &&
	       check_count(r, object, "files", r->s->nfiles) &&
	       check_count(r, object, "processes", r->processes);
}

static bool take_head(struct reader *r, const json_t *object)
{
	const json_t *version = json_object_get(object, "saker_snapshot");

	if (!json_is_integer(version))
		return complain(r, "this is no snapshot of saker's");
	if (json_integer_value(version) != SNAPSHOT_VERSION)
		return complain(r, "version %lld of a snapshot; %d is known",
		                (long long)json_integer_value(version),
		                SNAPSHOT_VERSION);
	return take_text(r, "node", json_object_get(object, "node"),
	                 &r->s->node) &&
	       take_number(r, "time_ns", json_object_get(object, "time_ns"),
	                   UINT64_MAX, &r->s->time_ns) &&
	       take_number(r, "serial", json_object_get(object, "serial"),
	                   UINT64_MAX, &r->s->serial);
}

static bool take_line(struct reader *r, const json_t *object)
{
	static const struct {
		const char *key;
		bool (*take)(struct reader *r, const json_t *object);
	} kinds[] = {
		{ "process", take_process },
		{ "container", take_container },
		{ "file", take_file },
		{ "end", take_end },
	};

	if (!json_is_object(object))
		return complain(r, "an object is expected");
	if (r->line == 1)
		return take_head(r, object);
	if (r->has_ended)
		return complain(r, "something follows the end");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *v = json_object_get(object, kinds[i].key);

		if (v != NULL)
			return kinds[i].take(r, v);
	}
	return complain(r, "none of process, container, file and end");
}

static bool read_line(struct reader *r, struct str line)
{
	json_error_t why;
	json_t *object;
	bool ok;

	if (line.len > LIMIT_SNAPSHOT_LINE)
		return complain(r, "longer than %u bytes", LIMIT_SNAPSHOT_LINE);
	object = json_loadb(line.s, line.len,
	                    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (object == NULL)
		return complain(r, "%s", why.text);
	ok = take_line(r, object);
	json_decref(object);
	return ok;
}

int snapshot_parse(const char *name, struct str text, struct diag_list *diags,
                   struct snapshot **ret)
{
	struct reader r = {
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
		complain(&r, "the end is missing: it was cut off");
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
	int error = io_read_at(AT_FDCWD, path, LIMIT_SNAPSHOT_BYTES, &text);

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
