/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable_plugin.c - the relay as auditd's plugin: the file that names it. */
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "enable.h"

#define NEW_FILE                                                          \
	"# auditd hands its records to saker's relay: audisp-saker(8).\n" \
	"active = yes\n"                                                  \
	"direction = out\n"                                               \
	"path = " SBINDIR                                                 \
	"/audisp-saker\n"                                                 \
	"type = always\n"                                                 \
	"format = string\n"

/* The value of a line "name = value"; false when the line is none of these. */
static bool value_of(struct str line, const char *name, struct str *ret)
{
	struct str key;

	if (!str_split(&line, '=', &key) || line.s == NULL)
		return false;
	key = str_trim(key);
	if (key.len != strlen(name) || strncasecmp(key.s, name, key.len) != 0)
		return false;
	*ret = str_trim(line);
	return true;
}

/* Before audit 3.0 a program of its own, audispd, had the plugins; auditd.conf
 * of later ones may name another folder. */
static void find_directory(struct setup *s, char ret[PATH_MAX])
{
	static const char *const audispd[] = { "/sbin/audispd",
		                               "/usr/sbin/audispd", NULL };
	auto_buf struct buf conf = BUF_INIT;
	struct str rest, line, value;

	snprintf(ret, PATH_MAX, "%s",
	         setup_find(s, audispd) != NULL ? "/etc/audisp/plugins.d"
	                                        : "/etc/audit/plugins.d");
	if (setup_read(s, "/etc/audit/auditd.conf", &conf) < 0)
		return;
	rest = buf_str(&conf);
	while (str_split(&rest, '\n', &line))
		if (value_of(line, "plugin_dir", &value) && value.len != 0 &&
		    value.s[0] == '/' && value.len < PATH_MAX / 2)
			snprintf(ret, PATH_MAX, "%.*s", STR_FMT(value));
}

static bool is_active(const struct buf *text)
{
	struct str rest = buf_str(text), line, value;
	bool active = false;

	while (str_split(&rest, '\n', &line))
		if (value_of(line, "active", &value))
			active = value.len == 3 &&
			         strncasecmp(value.s, "yes", 3) == 0;
	return active;
}

/* The same file with that value; all else stays as it is. */
static void set_active(const struct buf *text, struct str value,
                       struct buf *ret)
{
	struct str rest = buf_str(text), line, old;
	bool found = false;

	while (str_split(&rest, '\n', &line)) {
		if (value_of(line, "active", &old)) {
			buf_add_str(ret, STR("active = "));
			buf_add_str(ret, value);
			found = true;
		} else {
			buf_add_str(ret, line);
		}
		if (rest.s != NULL)
			buf_add_byte(ret, '\n');
	}
	if (found)
		return;
	buf_add_str(ret, STR("active = "));
	buf_add_str(ret, value);
	buf_add_byte(ret, '\n');
}

/* The name of what the file has auditd start. */
static struct str program(const struct buf *text)
{
	struct str rest = buf_str(text), line, value, path = STR_NONE;

	while (str_split(&rest, '\n', &line))
		if (value_of(line, "path", &value))
			path = value;
	return str_basename(path);
}

static int write_active(struct setup *s, const char *path,
                        const struct buf *before, const struct buf *after)
{
	json_t *plugin =
		json_pack("{s:s, s:o, s:o}", "path", path, "before",
	                  setup_text(before), "after", setup_text(after));
	int error = plugin != NULL && !after->failed ? 0 : E_NOMEM;

	if (error == 0 && json_object_set_new(s->record, "plugin", plugin) < 0)
		error = E_NOMEM;
	if (error == 0)
		error = setup_save(s);
	if (error == 0)
		error = setup_write(s, path, buf_str(after), 0640);
	return error;
}

int enable_plugin(struct setup *s)
{
	auto_buf struct buf before = BUF_INIT, after = BUF_INIT;
	char directory[PATH_MAX], path[PATH_MAX + 16];
	int error;

	if (!s->uses_relay) {
		setup_say(s, CHANGE_LEFT, "auditd's plugin",
		          "the configuration has no source relay:");
		return 0;
	}
	find_directory(s, directory);
	snprintf(path, sizeof(path), "%s/saker.conf", directory);
	error = setup_read(s, path, &before);
	if (error < 0 && error != E_NOT_FOUND)
		return error;
	if (error == 0 && is_active(&before)) {
		setup_say(s, CHANGE_ALREADY, path, "active = yes");
		return 0;
	}
	if (error == 0) {
		set_active(&before, STR("yes"), &after);
		error = write_active(s, path, &before, &after);
	} else {
		buf_add_str(&after, STR(NEW_FILE));
		error = write_active(s, path, NULL, &after);
	}
	if (error < 0)
		return error;
	setup_say(s, CHANGE_DONE, path,
	          before.len != 0 ? "active = yes" : "made, active = yes");
	setup_tell_auditd(s, program(&after), true);
	return 0;
}

/* What somebody else changed in the file since stays. */
static int put_back(struct setup *s, const char *path, const json_t *plugin,
                    const struct buf *now)
{
	auto_buf struct buf after = BUF_INIT;

	if (setup_is_text(json_object_get(plugin, "after"), now))
		return setup_put_back(s, path,
		                      json_object_get(plugin, "before"));
	set_active(now, STR("no"), &after);
	return after.failed ? E_NOMEM
	                    : setup_write(s, path, buf_str(&after), 0640);
}

int disable_plugin(struct setup *s)
{
	const json_t *plugin = json_object_get(s->record, "plugin");
	const char *path = json_string_value(json_object_get(plugin, "path"));
	auto_buf struct buf now = BUF_INIT;
	int error;

	if (path == NULL) {
		setup_say(s, CHANGE_LEFT, "auditd's plugin",
		          "not touched by saker enable");
		return 0;
	}
	error = setup_read(s, path, &now);
	if (error == E_NOT_FOUND || (error == 0 && !is_active(&now))) {
		setup_say(s, CHANGE_ALREADY, path, "not active");
		return 0;
	}
	if (error == 0)
		error = put_back(s, path, plugin, &now);
	if (error < 0)
		return error;
	setup_say(s, CHANGE_DONE, path,
	          json_is_null(json_object_get(plugin, "before"))
	                  ? "removed"
	                  : "active = no");
	setup_tell_auditd(s, program(&now), false);
	return 0;
}
