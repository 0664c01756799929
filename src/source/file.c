/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.c - the sources that read a stream of bytes from a file descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "input.h"
#include "kinds.h"
#include "saker/base/io.h"

struct file_state {
	struct input input;
	char chunk[STREAM_CHUNK];
};

static int open_input(struct source *s, const char *path)
{
	struct file_state *state = malloc(sizeof(*state));
	int error;

	if (state == NULL)
		return E_NOMEM;
	/* O_NONBLOCK opens a FIFO that nobody writes yet; poll(2) then waits
	 * for the first writer. */
	error = input_open(path, O_NONBLOCK, &state->input);
	if (error != 0) {
		free(state);
		return error;
	}
	s->state = state;
	s->fd = state->input.fd;
	s->is_lossless = state->input.is_file;
	return 0;
}

static int read_input(struct source *s)
{
	struct file_state *state = s->state;
	ssize_t n = input_read(&state->input, state->chunk, STREAM_CHUNK);

	if (n > 0)
		return stream_push(s, (struct str){ state->chunk, (size_t)n });
	return n == 0 ? E_END : (int)n;
}

static void close_input(struct source *s)
{
	struct file_state *state = s->state;

	input_close(&state->input);
	free(state);
	s->fd = -1;
}

int source_stdin_open(struct source *s, struct str argument,
                      const struct source_options *options)
{
	(void)argument;
	return open_input(s, "-");

	(void)options;
}

int source_stdin_read(struct source *s)
{
	return read_input(s);
}

void source_stdin_close(struct source *s)
{
	close_input(s);
}

int source_file_open(struct source *s, struct str argument,
                     const struct source_options *options)
{
	auto_free char *path = str_dup(argument);

	(void)options;
	return path != NULL ? open_input(s, path) : E_NOMEM;
}

int source_file_read(struct source *s)
{
	return read_input(s);
}

void source_file_close(struct source *s)
{
	close_input(s);
}
