/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec.c - a command of the operator's, told of the alert. */
#include "job.h"
#include "saker/base/command.h"

int act_EXEC(struct response_job *job)
{
	struct command_result r;
	int error;

	if (job->command == NULL || job->command[0] == NULL) {
		buf_add_str(job->result,
		            STR("failed: response.exec names no command"));
		return E_INVALID;
	}
	responder_yield(job->responder);
	error = command_run(job->command, job->request->alert, job->command_ms,
	                    &r);
	responder_resume(job->responder);
	if (error < 0)
		return error;
	job->processes = 1;
	if (r.is_timed_out)
		buf_printf(job->result, "failed: command ended after %u ms",
		           job->command_ms);
	else if (r.signal != 0)
		buf_printf(job->result, "failed: command ended by signal %d",
		           r.signal);
	else if (r.exit_status != 0)
		buf_printf(job->result, "failed: command's exit status %d",
		           r.exit_status);
	return job->result->len == 0 ? 0 : E_IO;
}
