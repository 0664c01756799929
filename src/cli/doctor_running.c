/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_running.c - what protects the processes of the saker that runs here.
 */
#include <pwd.h>
#include <stdio.h>

#include "ask.h"
#include "doctor.h"

#define TIMEOUT_MS 5000u

/* Other processes of that user may signal it, and change its files. */
static bool is_nobody(const json_t *p)
{
	const struct passwd *nobody = getpwnam("nobody");

	return nobody != NULL &&
	       json_integer_value(json_object_get(p, "uid")) ==
	               (json_int_t)nobody->pw_uid;
}

/* NULL = it is as it should be. A monitor is meant to have privileges. */
static const char *advice_on(const json_t *p, const char *role)
{
	if (strcmp(role, "monitor") == 0)
		return NULL;
	if (json_array_size(json_object_get(p, "capabilities")) != 0)
		return "what parses has no need of them: privileges.separate";
	if (!is_nobody(p))
		return NULL;
	return strcmp(role, "courier") == 0
	               ? "it shares the user nobody: make the user that "
	                 "courier.user names (useradd --system saker-courier)"
	               : "it shares the user nobody: make the user that the "
	                 "key user names (useradd --system saker)";
}

static void tell(struct doctor *d, const json_t *p)
{
	const char *role = json_string_value(json_object_get(p, "role"));
	const char *filter = json_string_value(json_object_get(p, "seccomp"));
	const char *advice;
	char what[32];

	if (role == NULL || filter == NULL)
		return;
	advice = advice_on(p, role);
	snprintf(what, sizeof(what), "%s's privileges", role);
	doctor_findf(
		d, advice != NULL ? FINDING_ADVICE : FINDING_OK, what, advice,
		"uid %lld, %zu capabilities, no_new_privs %s, seccomp %s",
		(long long)json_integer_value(json_object_get(p, "uid")),
		json_array_size(json_object_get(p, "capabilities")),
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
