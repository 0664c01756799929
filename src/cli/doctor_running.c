/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_running.c - what protects the processes of the saker that runs here.
 */
#include <stdio.h>

#include "ask.h"
#include "doctor.h"

#define TIMEOUT_MS 5000u

/* A process that keeps the privileges is meant to have them. */
static void tell(struct doctor *d, const json_t *p)
{
	const char *role = json_string_value(json_object_get(p, "role"));
	const char *filter = json_string_value(json_object_get(p, "seccomp"));
	size_t ncapabilities =
		json_array_size(json_object_get(p, "capabilities"));
	bool is_engine = role != NULL && strcmp(role, "engine") == 0;
	char what[32];

	if (role == NULL || filter == NULL)
		return;
	snprintf(what, sizeof(what), "%s's privileges", role);
	doctor_findf(
		d,
		is_engine && ncapabilities != 0 ? FINDING_ADVICE : FINDING_OK,
		what,
		is_engine && ncapabilities != 0
			? "what parses has no need of them: "
			  "privileges.separate"
			: NULL,
		"uid %lld, %zu capabilities, no_new_privs %s, seccomp %s",
		(long long)json_integer_value(json_object_get(p, "uid")),
		ncapabilities,
		json_is_true(json_object_get(p, "no_new_privs")) ? "yes" : "no",
		filter);
}

void doctor_check_running(struct doctor *d, const struct config *config)
{
	auto_buf struct buf text = BUF_INIT;
	const json_t *processes;
	json_t *status;

	/* none that runs, or none of ours to ask, is no fault */
	if (*config->control_socket == '\0' ||
	    control_ask(config->control_socket, CONTROL_STATUS, TIMEOUT_MS,
	                &text) < 0)
		return;
	status = json_loadb(text.data, text.len, 0, NULL);
	processes = json_object_get(status, "processes");
	for (size_t i = 0; i < json_array_size(processes); i++)
		tell(d, json_array_get(processes, i));
	json_decref(status);
}
