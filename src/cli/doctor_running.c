/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_running.c - what protects the processes of the saker that runs here.
 */
#include <pwd.h>
#include <stdio.h>

#include "ask.h"
#include "doctor.h"

#define TIMEOUT_MS 5000u

/* Ids without a name may be given to somebody else one day, who then has the
 * spool. */
static bool is_unnamed(const json_t *p)
{
	return getpwuid((uid_t)json_integer_value(json_object_get(p, "uid"))) ==
	       NULL;
}

/* NULL = it is as it should be. A monitor is meant to have privileges. */
static const char *advice_on(const json_t *p, const char *role)
{
	if (strcmp(role, "monitor") == 0)
		return NULL;
	if (json_array_size(json_object_get(p, "capabilities")) != 0)
		return "what parses has no need of them: privileges.separate, "
		       "without which saker is for debugging";
	if (!is_unnamed(p))
		return NULL;
	return strcmp(role, "courier") == 0
	               ? "no user has that id: make the one that courier.user "
	                 "names (useradd --system saker-courier)"
	               : "no user has that id: make the one that the key user "
	                 "names (useradd --system saker)";
}

static void tell(struct doctor *d, const json_t *p)
{
	const char *role = json_string_value(json_object_get(p, "role"));
	const char *filter = json_string_value(json_object_get(p, "seccomp"));
	const json_t *landlock = json_object_get(p, "landlock");
	const char *reason =
		json_string_value(json_object_get(landlock, "reason"));
	const char *advice;
	char what[32], abi[32];

	if (role == NULL || filter == NULL)
		return;
	advice = advice_on(p, role);
	snprintf(what, sizeof(what), "%s's privileges", role);
	snprintf(abi, sizeof(abi), "%lld",
	         (long long)json_integer_value(
			 json_object_get(landlock, "abi")));
	doctor_findf(
		d, advice != NULL ? FINDING_ADVICE : FINDING_OK, what, advice,
		"uid %lld, %zu capabilities, no_new_privs %s, seccomp %s, "
		"landlock %s",
		(long long)json_integer_value(json_object_get(p, "uid")),
		json_array_size(json_object_get(p, "capabilities")),
		json_is_true(json_object_get(p, "no_new_privs")) ? "yes" : "no",
		filter, reason != NULL ? reason : abi);
}

static void tell_separation(struct doctor *d, const json_t *separation)
{
	const char *reason =
		json_string_value(json_object_get(separation, "reason"));

	if (json_is_true(json_object_get(separation, "active")))
		doctor_findf(d, FINDING_OK, "processes", NULL,
		             "monitor, engine and courier are separated");
	else if (reason != NULL)
		doctor_findf(d, FINDING_ADVICE, "processes",
		             "start it as root, with privileges.separate: what "
		             "parses records then has no privileges",
		             "single-process mode: %s", reason);
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
	tell_separation(d, json_object_get(status, "separation"));
	for (size_t i = 0; i < json_array_size(processes); i++)
		tell(d, json_array_get(processes, i));
	json_decref(status);
}
