/* SPDX-License-Identifier: GPL-2.0-or-later */
/* journal.c - lines that are appended, one write each.
 *
 *	boot ID
 *	freeze NUMBER TIER INODE CONTAINER DIRECTORY
 *	stop NUMBER PID START_TICKS
 *	keep NUMBER
 *	end NUMBER
 *
 * Fields are separated by tabs. A write survives the death of its writer, so
 * that nothing needs to be synced: after a crash of the machine nothing is
 * frozen. A line without its end was not finished, and so neither begun. */
#include "saker/response/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

#define THAW_TRIES 100

struct journal {
	int fd;
	char *path;
	uint64_t last;
	size_t open;
	off_t next_look; /* the size at which it is read again */
};

static int read_boot(struct buf *out)
{
	int error = io_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", 64,
	                       out);

	while (error == 0 && out->len != 0 && out->data[out->len - 1] == '\n')
		out->len--;
	return error;
}

static bool take_number(struct str *rest, uint64_t *ret)
{
	struct str field;

	return str_split(rest, '\t', &field) && str_to_u64(field, 10, ret);
}

static bool take_tier(struct str *rest, enum container_tier *ret)
{
	struct str name;

	if (!str_split(rest, '\t', &name))
		return false;
	for (unsigned i = 0; i < CONTAINER_TIER__MAX; i++)
		if (str_eq(name, str_from(container_tier_info(i)->name))) {
			*ret = (enum container_tier)i;
			return true;
		}
	return false;
}

static bool parse_freeze(struct str rest, struct journal_entry *e)
{
	return take_number(&rest, &e->id) && take_tier(&rest, &e->how) &&
	       take_number(&rest, &e->ino) &&
	       str_split(&rest, '\t', &e->container) &&
	       str_split(&rest, '\t', &e->path) && e->path.len != 0;
}

static bool parse_stop(struct str rest, struct journal_entry *e)
{
	uint64_t pid;

	e->is_stop = true;
	if (!take_number(&rest, &e->id) || !take_number(&rest, &pid) ||
	    pid > INT32_MAX || !take_number(&rest, &e->start_ticks))
		return false;
	e->pid = (pid_t)pid;
	return true;
}

static struct journal_entry *find(const struct journal_entries *list,
                                  uint64_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].id == id)
			return &list->items[i];
	return NULL;
}

/* Fewer lines than bytes; room for all was made. */
static void apply(struct str line, struct journal_entries *list)
{
	struct journal_entry e = { 0 }, *known;
	struct str verb, rest = line;

	str_split(&rest, '\t', &verb);
	if ((str_eq(verb, STR("freeze")) && parse_freeze(rest, &e)) ||
	    (str_eq(verb, STR("stop")) && parse_stop(rest, &e))) {
		list->items[list->count++] = e;
		return;
	}
	if (!take_number(&rest, &e.id))
		return;
	known = find(list, e.id);
	if (known != NULL && str_eq(verb, STR("keep")))
		known->is_kept = true;
	else if (known != NULL && str_eq(verb, STR("end")))
		*known = list->items[--list->count];
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.s[i] == '\n';
	return n;
}

static int parse(struct str text, struct arena *arena,
                 struct journal_entries *ret)
{
	auto_buf struct buf boot = BUF_INIT;
	struct journal_entries list = { 0 };
	struct str line, verb;
	bool is_current = false;
	int error = read_boot(&boot);

	list.items =
		arena_array(arena, struct journal_entry, count_lines(text) + 1);
	text = arena_copy(arena, text);
	if (error < 0 || list.items == NULL || text.s == NULL)
		return error < 0 ? error : E_NOMEM;
	while (str_find_byte(text, '\n') >= 0 &&
	       str_split(&text, '\n', &line)) {
		struct str rest = line;

		str_split(&rest, '\t', &verb);
		if (str_eq(verb, STR("boot")))
			is_current = str_eq(rest, buf_str(&boot));
		else if (is_current)
			apply(line, &list);
	}
	*ret = list;
	return 0;
}

int journal_read(const char *path, struct arena *arena,
                 struct journal_entries *ret)
{
	auto_buf struct buf text = BUF_INIT;
	int error = io_read_regular(path, LIMIT_JOURNAL_BYTES, &text);

	if (error < 0 && error != E_NOT_FOUND)
		return error;
	return parse(buf_str(&text), arena, ret);
}

static int append(int fd, const struct buf *line)
{
	if (line->failed)
		return E_NOMEM;
	return io_write_all(fd, buf_str(line));
}

static int undo_stop(const struct control *c, const struct journal_entry *e)
{
	struct process_handle h;
	int error = control_open_process(c, e->pid, &h);

	if (error < 0)
		return error;
	error = h.start_ticks == e->start_ticks
	                ? process_handle_signal(&h, SIGCONT)
	                : E_STALE;
	process_handle_close(&h);
	return error;
}

/* A write of THAWED may meet a freezer that still freezes. */
static int undo_freeze(const struct journal_entry *e)
{
	auto_buf struct buf path = BUF_INIT;
	auto_close int dir = -1;
	int error;

	buf_add_str(&path, e->path);
	if (path.failed)
		return E_NOMEM;
	error = cgroup_open_frozen(buf_cstr(&path), e->ino, &dir);
	for (int i = 0; error == 0 && i < THAW_TRIES; i++) {
		error = cgroup_thaw(dir, e->how);
		if (error < 0 || !cgroup_is_frozen(dir, e->how))
			return error;
		usleep(1000);
	}
	return error < 0 ? error : E_AGAIN;
}

int journal_undo(const struct control *c, const struct journal_entry *e)
{
	return e->is_stop ? undo_stop(c, e) : undo_freeze(e);
}

static int open_file(const char *path, bool create)
{
	return open(path,
	            O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
	                    (create ? O_CREAT : 0),
	            0600);
}

int journal_close_entry(const char *path, const struct journal_entry *e)
{
	auto_buf struct buf line = BUF_INIT;
	auto_close int fd = open_file(path, false);

	if (fd < 0)
		return io_error();
	buf_printf(&line, "end\t%" PRIu64 "\n", e->id);
	return append(fd, &line);
}

static void add_entry(const struct journal_entry *e, struct buf *out)
{
	if (e->is_stop) {
		buf_printf(out, "stop\t%" PRIu64 "\t%d\t%" PRIu64 "\n", e->id,
		           (int)e->pid, e->start_ticks);
		return;
	}
	buf_printf(out, "freeze\t%" PRIu64 "\t%s\t%" PRIu64 "\t", e->id,
	           container_tier_info(e->how)->name, e->ino);
	buf_add_str(out, e->container);
	buf_add_byte(out, '\t');
	buf_add_str(out, e->path);
	buf_add_byte(out, '\n');
}

/* Only a cgroup whose name came from elsewhere could have such a byte; what it
 * would be cut to is another directory. */
static bool has_separator(struct str v)
{
	return str_find_byte(v, '\t') >= 0 || str_find_byte(v, '\n') >= 0;
}

static int start_anew(struct journal *j)
{
	auto_buf struct buf line = BUF_INIT, boot = BUF_INIT;
	int error = read_boot(&boot);

	if (error == 0 && ftruncate(j->fd, 0) < 0)
		error = io_error();
	buf_add_str(&line, STR("boot\t"));
	buf_add_str(&line, buf_str(&boot));
	buf_add_byte(&line, '\n');
	j->open = 0;
	j->next_look = 0;
	return error == 0 ? append(j->fd, &line) : error;
}

/* A half line is ended first, so that the next is whole. */
static int recover(struct journal *j, const struct journal_entries *list,
                   const struct control *c,
                   const struct journal_recovery *recovery)
{
	auto_buf struct buf ends = BUF_INIT;

	buf_add_byte(&ends, '\n');
	for (size_t i = 0; i < list->count; i++) {
		const struct journal_entry *e = &list->items[i];
		int undone = E_AGAIN;

		if (!recovery->keep || !e->is_kept) {
			undone = journal_undo(c, e);
			if (recovery->fn != NULL)
				recovery->fn(recovery->arg, e, undone);
		}
		if (e->id > j->last)
			j->last = e->id;
		if (undone == 0 || undone == E_NOT_FOUND || undone == E_STALE)
			buf_printf(&ends, "end\t%" PRIu64 "\n", e->id);
		else
			j->open++;
	}
	return j->open == 0 ? start_anew(j) : append(j->fd, &ends);
}

/* Others end entries too (saker unfreeze): what is open is read again before
 * the file is given up as full. */
static int make_room(struct journal *j, const char *path)
{
	struct arena arena = ARENA_INIT;
	struct journal_entries list;
	struct stat st;
	int error;

	if (fstat(j->fd, &st) < 0)
		return io_error();
	if (st.st_size < LIMIT_JOURNAL_BYTES / 2 ||
	    (st.st_size < j->next_look &&
	     st.st_size <= LIMIT_JOURNAL_BYTES * 3 / 4))
		return 0;
	j->next_look = st.st_size + LIMIT_JOURNAL_BYTES / 16;
	error = journal_read(path, &arena, &list);
	if (error == 0 && list.count == 0)
		error = start_anew(j);
	else if (error == 0 && st.st_size > LIMIT_JOURNAL_BYTES * 3 / 4)
		error = E_LIMIT;
	arena_done(&arena);
	return error;
}

int journal_open(const char *path, const struct control *c,
                 const struct journal_recovery *recovery, struct journal **ret)
{
	struct journal *j = calloc(1, sizeof(*j));
	struct arena arena = ARENA_INIT;
	struct journal_entries list;
	int error;

	if (j == NULL)
		return E_NOMEM;
	j->fd = -1;
	j->path = str_dup(str_from(path));
	error = j->path != NULL ? io_make_parent(path) : E_NOMEM;
	if (error == 0) {
		j->fd = open_file(path, true);
		error = j->fd >= 0 ? 0 : io_error();
	}
	if (error == 0 && flock(j->fd, LOCK_EX | LOCK_NB) < 0)
		error = errno == EWOULDBLOCK ? E_FULL : io_error();
	if (error == 0)
		error = journal_read(path, &arena, &list);
	if (error == 0)
		error = recover(j, &list, c, recovery);
	arena_done(&arena);
	if (error < 0) {
		journal_free(j);
		return error;
	}
	*ret = j;
	return 0;
}

void journal_undo_all(struct journal *j, const struct control *c,
                      const struct journal_recovery *recovery)
{
	struct arena arena = ARENA_INIT;
	struct journal_entries list;
	uint64_t last = j->last;

	j->open = 0;
	/* what cannot be undone now is tried again at the next start */
	if (journal_read(j->path, &arena, &list) == 0 &&
	    recover(j, &list, c, recovery) == 0)
		j->last = last;
	arena_done(&arena);
}

void journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	io_close(&j->fd);
	free(j->path);
	free(j);
}

int journal_begin(struct journal *j, const struct journal_entry *what,
                  uint64_t *ret_id)
{
	auto_buf struct buf line = BUF_INIT;
	struct journal_entry e = *what;
	int error;

	if (has_separator(e.path))
		return E_INVALID;
	if (has_separator(e.container))
		e.container = STR_NONE;
	e.id = j->last + 1;
	add_entry(&e, &line);
	error = make_room(j, j->path);
	if (error == 0)
		error = append(j->fd, &line);
	if (error < 0)
		return error;
	j->last = e.id;
	j->open++;
	*ret_id = e.id;
	return 0;
}

int journal_keep(struct journal *j, uint64_t id)
{
	auto_buf struct buf line = BUF_INIT;

	buf_printf(&line, "keep\t%" PRIu64 "\n", id);
	return append(j->fd, &line);
}

/* What cannot be noted is undone once more after a crash, which harms nobody:
 * the inode and the start time must fit. */
void journal_end(struct journal *j, uint64_t id)
{
	auto_buf struct buf line = BUF_INIT;

	buf_printf(&line, "end\t%" PRIu64 "\n", id);
	if (append(j->fd, &line) == 0 && j->open > 0)
		j->open--;
}
