/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.c - asking the running saker. */
#include "ask.h"

#include <errno.h>

#include "saker/daemon/log.h"

static const char *problem(int error)
{
	switch (error) {
	case E_NOT_FOUND:
		return "no saker is running there";
	case E_DENIED:
		return "permission denied: root may ask, and the members of "
		       "control.group for the status";
	case E_AGAIN:
		return "no answer in time";
	case E_END:
		return "the other side closed the connection: it refused, is "
		       "too busy, or ended";
	default:
		return errno != 0 ? strerror(errno) : err_text(error);
	}
}

static int ask(const char *path, enum control_request request,
               unsigned timeout_ms, struct buf *text)
{
	int error;

	if (*path == '\0') {
		log_line("the configuration has no control.socket");
		return EXIT_CANNOT;
	}
	errno = 0;
	error = control_ask(path, request, timeout_ms, text);
	if (error < 0) {
		log_line("%s: %s", path, problem(error));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}

int cli_ask(const struct cli *cli, enum control_request request,
            unsigned timeout_ms, struct buf *ret_text, json_t **ret_answer)
{
	struct config config;
	const json_t *refusal;
	int code = cli_config(cli, &config);

	if (code != EXIT_DONE)
		return code;
	code = ask(config.control_socket, request, timeout_ms, ret_text);
	config_done(&config);
	if (code != EXIT_DONE)
		return code;
	*ret_answer = json_loadb(ret_text->data, ret_text->len, 0, NULL);
	if (*ret_answer == NULL) {
		log_line("the answer cannot be understood");
		return EXIT_CANNOT;
	}
	refusal = json_object_get(*ret_answer, "error");
	/* a reload that failed has both */
	if (refusal != NULL && json_object_get(*ret_answer, "result") == NULL) {
		log_line("%s", json_string_value(refusal));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}
