/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_write.c - the tracker's tables as lines of JSON. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "snapshot_fields.h"

#define FLUSH_BYTES ((size_t)256 * 1024)

struct writer {
	struct tracker *t;
	int fd;
	struct buf out;
	int error;
	size_t processes, containers, files;
};

/* Names and arguments are any bytes but NUL; JSON is UTF-8. Readers that know
 * nothing of us still see what is text. */
static void add_text(struct buf *out, struct str v)
{
	if (escape_is_utf8(v)) {
		escape_json(out, v);
		return;
	}
	buf_add_str(out, STR("{\"hex\":\""));
	for (size_t i = 0; i < v.len; i++)
		buf_printf(out, "%02x", (unsigned char)v.s[i]);
	buf_add_str(out, STR("\"}"));
}

/* Readers' numbers are signed: what is larger is a text. */
static void add_number(struct buf *out, uint64_t n)
{
	const char *quote = n > INT64_MAX ? "\"" : "";

	buf_printf(out, "%s%llu%s", quote, (unsigned long long)n, quote);
}

/* False for what is left out. */
static bool add_value(struct buf *out, const struct snapshot_row *row,
                      const void *member)
{
	static const char *const facts[] = {
		[FACT_NO] = "false", [FACT_YES] = "true"
	};

	switch (row->kind) {
	case SNAPSHOT_PID:
		add_number(out, *(const uint32_t *)member);
		return true;
	case SNAPSHOT_NEEDED:
		add_number(out, *(const uint64_t *)member);
		return true;
	case SNAPSHOT_NUMBER32:
	case SNAPSHOT_ID:
		add_number(out, *(const uint32_t *)member);
		return *(const uint32_t *)member !=
		       (row->kind == SNAPSHOT_ID ? AUDIT_ID_UNSET : 0);
	case SNAPSHOT_NUMBER64:
		add_number(out, *(const uint64_t *)member);
		return *(const uint64_t *)member != 0;
	case SNAPSHOT_SMALL:
		buf_printf(out, "%d", *(const signed char *)member);
		return *(const signed char *)member >= 0;
	case SNAPSHOT_FLAG:
		buf_add_str(out, STR("true"));
		return *(const bool *)member;
	case SNAPSHOT_FACT:
		if (*(const enum fact *)member == FACT_UNKNOWN)
			return false;
		buf_add_str(out, str_from(facts[*(const enum fact *)member]));
		return true;
	case SNAPSHOT_TEXT:
	case SNAPSHOT_NAME:
		add_text(out, *(const struct str *)member);
		return row->kind == SNAPSHOT_NAME ||
		       ((const struct str *)member)->len != 0;
	}
	return false;
}

/* The object's members, without its braces. */
static void add_members(struct buf *out, enum snapshot_object object,
                        const void *record)
{
	size_t n, start = out->len;
	const struct snapshot_row *rows = snapshot_rows(object, &n);

	for (size_t i = 0; i < n; i++) {
		size_t before = out->len;

		buf_printf(out, "%s\"%s\":", before != start ? "," : "",
		           rows[i].key);
		if (!add_value(out, &rows[i],
		               (const char *)record + rows[i].offset))
			out->len = before;
	}
}

static void add_objects(struct buf *out, const char *key,
                        enum snapshot_object object, const void *items,
                        size_t n)
{
	size_t size = object == SNAPSHOT_MOUNT ? sizeof(struct container_mount)
	                                       : sizeof(struct container_label);

	buf_printf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		buf_add_str(out, i != 0 ? STR(",{") : STR("{"));
		add_members(out, object, (const char *)items + i * size);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

static void add_metadata(struct buf *out, const struct container_metadata *m)
{
	/* has_caps, name and the like may all be left out */
	buf_add_str(out, STR(",\"metadata\":{\"devices\":["));
	for (size_t i = 0; i < m->ndevices; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		add_text(out, m->devices[i]);
	}
	buf_add_byte(out, ']');
	add_objects(out, "mounts", SNAPSHOT_MOUNT, m->mounts, m->nmounts);
	add_objects(out, "labels", SNAPSHOT_LABEL, m->labels, m->nlabels);
	add_objects(out, "pod_labels", SNAPSHOT_LABEL, m->pod_labels,
	            m->npod_labels);
	buf_add_str(out, STR(",\"facts\":{"));
	add_members(out, SNAPSHOT_METADATA, m);
	buf_add_str(out, STR("}}"));
}

static bool flush(struct writer *w, size_t least)
{
	if (w->out.failed && w->error == 0)
		w->error = E_NOMEM;
	if (w->error == 0 && w->out.len >= least) {
		w->error = io_write_all(w->fd, buf_str(&w->out));
		buf_clear(&w->out);
	}
	return w->error == 0;
}

static struct str read_line(struct tracker *t, const char *path)
{
	buf_clear(&t->text);
	if (t->host->ops->read_file(t->host, path, 256, &t->text) < 0)
		return STR_NONE;
	return str_trim(buf_str(&t->text));
}

static void write_head(struct writer *w, struct str node)
{
	struct tracker *t = w->t;

	buf_printf(&w->out,
	           "{\"saker_snapshot\":%d,\"node\":", SNAPSHOT_VERSION);
	add_text(&w->out, node);
	buf_add_str(&w->out, STR(",\"boot_id\":"));
	add_text(&w->out, read_line(t, "/proc/sys/kernel/random/boot_id"));
	buf_add_str(&w->out, STR(",\"time_ns\":"));
	add_number(&w->out, t->is_live ? clock_realtime_ns() : t->stream_ns);
	buf_add_str(&w->out, STR(",\"serial\":"));
	add_number(&w->out, t->serial);
	buf_add_str(&w->out, STR(",\"host\":{"));
	add_members(&w->out, SNAPSHOT_POSTURE, &t->host_posture);
	buf_add_str(&w->out, STR("}}\n"));
}

static void write_files(struct writer *w)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&w->t->files.by_path, &cursor, NULL, &value)) {
		const struct known_file *f = value;

		if (f->id.ino == 0)
			continue;
		buf_add_str(&w->out, STR("{\"file\":{\"path\":"));
		add_text(&w->out, f->path);
		buf_add_str(&w->out, STR(",\"dev\":"));
		add_number(&w->out, f->id.dev);
		buf_add_str(&w->out, STR(",\"ino\":"));
		add_number(&w->out, f->id.ino);
		buf_add_str(&w->out, STR("}}\n"));
		w->files++;
	}
}

static void write_container(struct writer *w, const struct container *c)
{
	struct snapshot_container s = {
		.full_id = c->full_id,
		.given_id = c->priv->given_id,
		.name = c->name,
		.runtime = c->runtime,
		.pod_uid = c->pod_uid,
		.cgroup = c->cgroup,
		.cgroup_id = c->cgroup_id,
		.start_ns = c->start_ns,
	};

	/* An earlier one of that name; processes refer to the last. */
	if (map_get(&w->t->containers.by_id, c->full_id) != c)
		return;
	buf_add_str(&w->out, STR("{\"container\":{"));
	add_members(&w->out, SNAPSHOT_CONTAINER, &s);
	if (c->metadata != NULL)
		add_metadata(&w->out, c->metadata);
	if (c->priv->baseline != NULL) {
		buf_add_str(&w->out, STR(",\"baseline\":{"));
		add_members(&w->out, SNAPSHOT_POSTURE, c->priv->baseline);
		buf_add_byte(&w->out, '}');
	}
	buf_add_str(&w->out, STR("}}\n"));
	w->containers++;
}

static void write_containers(struct writer *w)
{
	list_for_each (node, &w->t->containers.all) {
		write_container(
			w, container_of(node, struct container_private, link)
				   ->self);
		if (!flush(w, FLUSH_BYTES))
			return;
	}
}

static struct str known_id(const struct writer *w, const struct process *p)
{
	const struct container *c = p->container;

	return c != NULL && map_get(&w->t->containers.by_id, c->full_id) == c
	               ? c->full_id
	               : STR_NONE;
}

/* Stamps of a log are coarse: what started within one is the last of them. */
static bool is_told(const struct writer *w, const struct process *p)
{
	const struct process *newer =
		process_table_newest(w->t->processes, p->pid);
	unsigned n = 0;

	for (; newer != p; newer = newer->priv->older)
		if (newer->start_ns == p->start_ns ||
		    ++n == LIMIT_SNAPSHOT_INCARNATIONS)
			return true;
	return false;
}

static int write_process(void *arg, struct process *p)
{
	struct writer *w = arg;
	struct snapshot_process s = {
		.pid = (uint32_t)p->pid,
		.ppid = (uint32_t)p->ppid,
		.start_ns = p->start_ns,
		.start_ticks = p->start_ticks,
		.exit_ns = p->exit_ns,
		.uid = p->uid,
		.euid = p->euid,
		.gid = p->gid,
		.auid = p->auid,
		.ses = p->ses,
		.comm = p->comm,
		.exe = p->exe,
		.cwd = p->cwd,
		.exe_id = p->exe_id,
		.has_caps = p->has_caps,
		.caps_euid = p->caps_euid,
		.caps = { p->caps[0], p->caps[1], p->caps[2] },
		.entered = p->entered,
		.entry_serial = p->entry_serial,
	};

	if (is_told(w, p))
		return 0;
	state_settle(w->t, p);
	s.container_id = known_id(w, p);
	if (p->cgroup != NULL) {
		s.cgroup = p->cgroup->text;
		s.cgroup_id = p->cgroup->id;
	}
	buf_add_str(&w->out, STR("{\"process\":{"));
	add_members(&w->out, SNAPSHOT_PROCESS, &s);
	buf_printf(&w->out, ",\"state\":\"%s\",\"argv\":[",
	           process_state_name(p->state));
	for (size_t i = 0; i < p->argc; i++) {
		if (i != 0)
			buf_add_byte(&w->out, ',');
		add_text(&w->out, process_arg(p, i));
	}
	buf_add_str(&w->out, STR("]}}\n"));
	w->processes++;
	return flush(w, FLUSH_BYTES) ? 0 : w->error;
}

int snapshot_write(struct tracker *t, struct str node, int fd)
{
	struct writer w = { .t = t, .fd = fd };

	write_head(&w, node);
	write_files(&w);
	write_containers(&w);
	if (flush(&w, FLUSH_BYTES))
		process_table_each(t->processes, write_process, &w);
	buf_printf(&w.out,
	           "{\"end\":{\"containers\":%zu,\"files\":%zu,"
	           "\"processes\":%zu}}\n",
	           w.containers, w.files, w.processes);
	flush(&w, 0);
	buf_done(&w.out);
	return w.error;
}

static int write_temporary(struct tracker *t, struct str node, char *path)
{
	auto_close int fd = mkostemp(path, O_CLOEXEC);
	int error;

	if (fd < 0)
		return io_error();
	error = snapshot_write(t, node, fd);
	if (error == 0 && fsync(fd) < 0)
		error = E_IO;
	if (error < 0)
		unlink(path);
	return error;
}

int snapshot_save(struct tracker *t, struct str node, const char *path)
{
	auto_buf struct buf temporary = BUF_INIT;
	int error;

	buf_printf(&temporary, "%s.XXXXXX", path);
	buf_add_byte(&temporary, '\0');
	if (temporary.failed)
		return E_NOMEM;
	/* mkostemp(3): mode 0600 */
	error = write_temporary(t, node, temporary.data);
	if (error == 0 && rename(temporary.data, path) < 0) {
		error = io_error();
		unlink(temporary.data);
	}
	return error;
}
