/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secrets.c - certificates and keys for who may not read them.
 *
 * A memory file (memfd_create(2)) may be opened again by its name in
 * /proc/self/fd, by nobody but this process: libraries that take names take
 * that one. */
#include "saker/output/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "spec.h"

void output_secrets_done(struct output_secrets *s)
{
	for (size_t i = 0; i < s->count; i++) {
		io_close(&s->items[i].fd);
		free(s->items[i].path);
	}
	free(s->items);
	*s = (struct output_secrets){ 0 };
}

/* Linux 3.17; glibc before 2.27 has no function for it. */
static int memory_file(void)
{
#ifdef SYS_memfd_create
	return (int)syscall(SYS_memfd_create, "secret", 1u /* close-on-exec */);
#else
	errno = ENOSYS;
	return -1;
#endif
}

/* -1 with errno set. */
static int copy(const char *path)
{
	auto_buf struct buf text = BUF_INIT;
	int fd;

	if (io_read_regular(path, LIMIT_SECRET_BYTES, &text) < 0)
		return -1;
	fd = memory_file();
	if (fd >= 0 && io_write_all(fd, buf_str(&text)) < 0)
		io_close(&fd);
	return fd;
}

/* What cannot be read is told by who needs it. */
static int add(struct output_secrets *s, const char *path)
{
	struct output_secret *items, own = { .fd = -1 };

	if (path == NULL)
		return 0;
	own.fd = copy(path);
	if (own.fd < 0)
		return errno == ENOMEM ? E_NOMEM : 0;
	items = reallocarray(s->items, s->count + 1, sizeof(*items));
	if (items != NULL) {
		s->items = items;
		own.path = str_dup(str_from(path));
	}
	if (own.path == NULL) {
		io_close(&own.fd);
		return E_NOMEM;
	}
	items[s->count++] = own;
	return 0;
}

int output_secrets_add(struct output_secrets *s, struct str output)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct output_spec spec;
	int error = output_spec_parse(&spec, output, ALERT_TEXT, NULL, &diags);

	diag_done(&diags);
	if (error < 0)
		return error;
	if ((error = add(s, spec.ca_file)) == 0 &&
	    (error = add(s, spec.cert_file)) == 0)
		error = add(s, spec.key_file);
	output_spec_done(&spec);
	return error;
}

void output_secrets_name(const struct output_secrets *s, const char *path,
                         struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; s != NULL && i < s->count; i++)
		if (strcmp(s->items[i].path, path) == 0 &&
		    access(path, R_OK) < 0) {
			buf_printf(out, "/proc/self/fd/%d", s->items[i].fd);
			return;
		}
	buf_add_str(out, str_from(path));
}
