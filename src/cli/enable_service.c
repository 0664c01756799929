/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable_service.c - saker.service, where systemd runs. */
#include "enable.h"

#define UNIT "saker.service"

static const char *systemctl(const struct setup *s)
{
	static const char *const paths[] = { "/usr/bin/systemctl",
		                             "/bin/systemctl", NULL };
	const char *path = setup_find(s, paths);

	/* sd_booted(3) */
	return path != NULL && access("/run/systemd/system", F_OK) == 0 ? path
	                                                                : NULL;
}

static bool control(const char *path, const char *verb)
{
	const char *const argv[] = { path, "--quiet", verb, UNIT, NULL };

	return setup_run(argv);
}

/* One of two things, which the service was not before. */
static int change(struct setup *s, const char *path, const char *verb,
                  const char *is, const char *told)
{
	if (control(path, is)) {
		setup_say(s, CHANGE_ALREADY, UNIT, "%s", told);
		return 0;
	}
	if (!s->is_dry_run) {
		json_t *service = json_object_get(s->record, "service");

		if (service == NULL) {
			service = json_object();
			json_object_set_new(s->record, "service", service);
		}
		if (json_object_set_new(service, verb, json_true()) < 0)
			return E_NOMEM;
		if (setup_save(s) < 0)
			return E_IO;
		if (!control(path, verb)) {
			setup_say(s, CHANGE_FAILED, UNIT,
			          "systemctl %s fails: systemctl status " UNIT
			          ", journalctl -u " UNIT,
			          verb);
			return E_IO;
		}
	}
	setup_say(s, CHANGE_DONE, UNIT, "%s", told);
	return 0;
}

int enable_service(struct setup *s)
{
	const char *path = setup_is_here(s) ? systemctl(s) : NULL;
	int error;

	if (path == NULL || !control(path, "cat")) {
		setup_say(s, CHANGE_TODO, UNIT,
		          "%s: what is to run is saker run -c " SYSCONFDIR
		          "/saker/saker.yaml -c " SYSCONFDIR
		          "/saker/service.yaml",
		          !setup_is_here(s) ? "no systemd runs there"
		          : path == NULL    ? "no systemd runs here"
		                            : "is not installed");
		return 0;
	}
	error = change(s, path, "enable", "is-enabled", "is started at boot");
	return error == 0 ? change(s, path, "start", "is-active", "runs")
	                  : error;
}

static void undo(struct setup *s, const char *path, const json_t *service,
                 const char *what, const char *verb, const char *told)
{
	if (!json_is_true(json_object_get(service, what))) {
		if (service != NULL)
			setup_say(s, CHANGE_LEFT, UNIT,
			          "not %sed by saker enable", what);
		return;
	}
	if (!s->is_dry_run && (path == NULL || !control(path, verb)))
		setup_say(s, CHANGE_FAILED, UNIT, "systemctl %s fails", verb);
	else
		setup_say(s, CHANGE_DONE, UNIT, "%s", told);
}

int disable_service(struct setup *s)
{
	const json_t *service = json_object_get(s->record, "service");
	const char *path = setup_is_here(s) ? systemctl(s) : NULL;

	if (service == NULL) {
		setup_say(s, CHANGE_LEFT, UNIT, "not touched by saker enable");
		return 0;
	}
	undo(s, path, service, "start", "stop", "is stopped");
	undo(s, path, service, "enable", "disable",
	     "is not started at boot any more");
	return 0;
}
