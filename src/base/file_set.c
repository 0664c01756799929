/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_set.c - what files said. */
#include "saker/base/file_set.h"

#include <errno.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

/* Before the name, the text and the problem of a file. */
struct head {
	uint32_t use, is_note, has_problem;
	uint32_t name_bytes, text_bytes, problem_bytes;
};

void file_set_done(struct file_set *s)
{
	arena_done(&s->arena);
	*s = FILE_SET_INIT;
}

int file_set_add(struct file_set *s, const struct file_text *f)
{
	const bool fits = f->text.len <= LIMIT_FILE_SET_BYTES - s->bytes;
	struct file_text *own = arena_new(&s->arena, struct file_text);

	if (own == NULL)
		return E_NOMEM;
	*own = *f;
	own->next = NULL;
	own->name = arena_copy(&s->arena, str_from(f->name)).s;
	own->text = arena_copy(&s->arena, fits ? f->text : STR(""));
	if (!fits)
		own->problem = "the files are larger than 64 MiB together";
	else if (f->problem != NULL)
		own->problem = arena_copy(&s->arena, str_from(f->problem)).s;
	if (s->arena.failed)
		return E_NOMEM;
	s->bytes += own->text.len;
	if (s->last != NULL)
		s->last->next = own;
	else
		s->first = own;
	s->last = own;
	return 0;
}

/* NULL = nothing. */
static const char *problem_of(int fd, size_t limit, struct buf *text,
                              struct buf *words)
{
	int error;

	if (fd < 0)
		return strerror(errno);
	error = io_read_fd(fd, limit, text);
	if (error == 0)
		return NULL;
	if (error != E_LIMIT)
		return error == E_NOMEM ? err_text(error) : strerror(errno);
	buf_printf(words, "the file is larger than %zu MiB", limit >> 20);
	return buf_cstr(words);
}

int file_set_add_open(struct file_set *s, enum file_use use, const char *name,
                      int fd, size_t limit)
{
	auto_buf struct buf text = BUF_INIT, words = BUF_INIT;
	struct file_text f = { .use = use, .name = name, .text = STR("") };

	f.problem = problem_of(fd, limit, &text, &words);
	if (text.failed || words.failed)
		return E_NOMEM;
	if (f.problem == NULL)
		f.text = buf_str(&text);
	return file_set_add(s, &f);
}

void file_set_pack(const struct file_set *s, struct buf *out)
{
	for (const struct file_text *f = s->first; f != NULL; f = f->next) {
		const struct str name = str_from(f->name);
		const struct str problem =
			f->problem != NULL ? str_from(f->problem) : STR("");
		const struct head head = {
			.use = f->use,
			.is_note = f->is_note,
			.has_problem = f->problem != NULL,
			.name_bytes = (uint32_t)name.len,
			.text_bytes = (uint32_t)f->text.len,
			.problem_bytes = (uint32_t)problem.len,
		};

		buf_add(out, &head, sizeof(head));
		buf_add_str(out, name);
		buf_add_str(out, f->text);
		buf_add_str(out, problem);
	}
}

static bool take(struct str *rest, size_t n, struct str *ret)
{
	if (n > rest->len)
		return false;
	*ret = str_take(*rest, n);
	*rest = str_skip(*rest, n);
	return true;
}

static int unpack_one(struct str *rest, struct file_set *s)
{
	struct str bytes, name, text, problem;
	auto_buf struct buf names = BUF_INIT, problems = BUF_INIT;
	struct file_text f = { 0 };
	struct head head;

	if (!take(rest, sizeof(head), &bytes))
		return E_INVALID;
	memcpy(&head, bytes.s, sizeof(head));
	if (head.use > FILE_RULES || !take(rest, head.name_bytes, &name) ||
	    !take(rest, head.text_bytes, &text) ||
	    !take(rest, head.problem_bytes, &problem))
		return E_INVALID;
	buf_add_str(&names, name);
	buf_add_str(&problems, problem);
	f.use = (enum file_use)head.use;
	f.is_note = head.is_note != 0;
	f.name = buf_cstr(&names);
	f.text = text;
	f.problem = head.has_problem != 0 ? buf_cstr(&problems) : NULL;
	if (names.failed || problems.failed)
		return E_NOMEM;
	return file_set_add(s, &f);
}

int file_set_unpack(struct str bytes, struct file_set *ret)
{
	struct file_set s = FILE_SET_INIT;
	int error = 0;

	while (error == 0 && bytes.len != 0)
		error = unpack_one(&bytes, &s);
	if (error < 0)
		file_set_done(&s);
	else
		*ret = s;
	return error;
}
