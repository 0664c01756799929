/* SPDX-License-Identifier: GPL-2.0-or-later */
/* privileged.c - what takes privileges, done here or by the monitor. */
#include "privileged.h"

#include "files.h"
#include "saker/base/io.h"
#include "saker/container/snapshot.h"
#include "saker/daemon/kernel_rules.h"
#include "saker/host/wire.h"

static int ask(int socket, enum wire_operation operation, int number,
               struct buf *out, int *ret_fd)
{
	return wire_ask(socket,
	                &(struct wire_header){ .operation = operation,
	                                       .number = number },
	                NULL, out, ret_fd);
}

int privileged_audit_status(const struct privileged *p,
                            struct kernel_audit_status *ret)
{
	auto_buf struct buf answer = BUF_INIT;
	int error;

	if (p->monitor < 0)
		return kernel_audit_status(ret);
	error = ask(p->monitor, WIRE_AUDIT_STATUS, 0, &answer, NULL);
	if (error == 0 && answer.len != sizeof(*ret))
		error = E_IO;
	if (error == 0)
		memcpy(ret, answer.data, sizeof(*ret));
	return error;
}

int privileged_audit_lost(const struct privileged *p,
                          struct kernel_audit_lost *ret)
{
	auto_buf struct buf answer = BUF_INIT;
	int error;

	if (p->monitor < 0)
		return kernel_audit_lost(ret);
	error = ask(p->monitor, WIRE_AUDIT_LOST, 0, &answer, NULL);
	if (error == 0 && answer.len != sizeof(*ret))
		error = E_IO;
	if (error == 0)
		memcpy(ret, answer.data, sizeof(*ret));
	return error;
}

static int add_here(const struct privileged *p, const struct config *config,
                    struct diag_list *diags, bool *ret_changed)
{
	struct kernel_rules *rules = NULL;
	int error = kernel_rules_wanted(config, diags, &rules);

	if (error == 0)
		error = kernel_session_add(p->session, rules, diags,
		                           ret_changed);
	kernel_rules_free(rules);
	return error;
}

/* The answer is a digit and the diagnostics as they are printed. */
static int add_there(const struct privileged *p, struct diag_list *diags,
                     bool *ret_changed)
{
	auto_buf struct buf answer = BUF_INIT;
	int error =
		ask(p->monitor_reload, WIRE_KERNEL_RULES_ADD, 0, &answer, NULL);
	struct str text = buf_str(&answer);

	if (error == E_UNSUPPORTED)
		return 0;
	*ret_changed = error == 0 && str_has_prefix(text, STR("1"));
	text = str_trim(str_skip(text, 1));
	if (text.len != 0)
		diag_add(diags, error < 0 ? DIAG_ERROR : DIAG_WARNING, NULL,
		         NULL, "%.*s", STR_FMT(text));
	return error;
}

int privileged_rules_add(const struct privileged *p,
                         const struct config *config, struct diag_list *diags,
                         bool *ret_changed)
{
	*ret_changed = false;
	if (p->monitor_reload >= 0)
		return add_there(p, diags, ret_changed);
	return p->session != NULL ? add_here(p, config, diags, ret_changed) : 0;
}

void privileged_rules_drop(const struct privileged *p)
{
	if (p->monitor_reload >= 0)
		(void)!ask(p->monitor_reload, WIRE_KERNEL_RULES_DROP, 0, NULL,
		           NULL);
	else if (p->session != NULL)
		kernel_session_drop_others(p->session);
}

int privileged_responses_reload(const struct privileged *p)
{
	if (p->monitor_reload < 0)
		return 0;
	return ask(p->monitor_reload, WIRE_RESPONSES, 0, NULL, NULL);
}

int privileged_files(const struct privileged *p, struct file_set *ret)
{
	auto_buf struct buf all = BUF_INIT;
	size_t before;

	for (int piece = 0;; piece++) {
		int error;

		before = all.len;
		error = ask(p->monitor_reload, WIRE_FILES, piece, &all, NULL);
		if (error < 0)
			return error;
		if (all.len - before < FILES_PIECE_BYTES)
			break;
	}
	return file_set_unpack(buf_str(&all), ret);
}

bool privileged_metrics(const struct privileged *p, struct str text)
{
	auto_close int fd = -1;

	return ask(p->monitor_metrics, WIRE_METRICS, 0, NULL, &fd) == 0 &&
	       fd >= 0 && io_write_all(fd, text) == 0 &&
	       ask(p->monitor_metrics, WIRE_METRICS_DONE, 0, NULL, NULL) == 0;
}

int privileged_snapshot(const struct privileged *p, struct tracker *t,
                        struct str node, const char *path, bool is_end)
{
	auto_buf struct buf name = BUF_INIT;
	auto_close int fd = -1;
	int error;

	if (p->monitor < 0) {
		buf_printf(&name, "%s%s", path, is_end ? ".end" : "");
		return snapshot_save(t, node, buf_cstr(&name));
	}
	error = ask(p->monitor, WIRE_SNAPSHOT, is_end, NULL, &fd);
	if (error == 0)
		error = fd >= 0 ? snapshot_write(t, node, fd) : E_IO;
	if (error == 0)
		error = ask(p->monitor, WIRE_SNAPSHOT_DONE, is_end, NULL, NULL);
	return error;
}

int privileged_output_pipe(void *arg, size_t output, int *ret_fd)
{
	const struct privileged *p = arg;

	return wire_ask_fd(p->monitor,
	                   &(struct wire_header){ .operation = WIRE_OUTPUT_PIPE,
	                                          .number = (int)output },
	                   NULL, ret_fd);
}

void privileged_notify(const struct privileged *p, enum service_state state,
                       const struct counters *counters)
{
	if (p->monitor >= 0)
		(void)!ask(p->monitor, WIRE_NOTIFY, (int)state, NULL, NULL);
	else
		service_notify(state, counters);
}
