/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redact.c - an output as it may be shown: without what opens doors. */
#include <stdlib.h>
#include <string.h>

#include "saker/base/io.h"
#include "saker/output/output.h"
#include "spec.h"

#define MARK STR("<redacted>")

/* The configured text, and a byte for each of its bytes: 1 = secret. */
struct shown {
	struct str text;
	char *mask;   /* NULL = out of memory */
	bool is_lost; /* a secret is there in another spelling */
};

/* Parts of names of headers, parameters and options. */
static bool names_secret(struct str name)
{
	static const char *const parts[] = {
		"auth", "cookie", "cred", "key",
		"pass", "secret", "sig",  "token"
	};
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text, name);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (text.failed ||
		    strcasestr(buf_cstr(&text), parts[i]) != NULL)
			return true;
	return false;
}

static void hide(struct shown *shown, struct str secret)
{
	size_t at = 0;
	ptrdiff_t found;
	bool is_there = false;

	if (secret.len == 0 || shown->mask == NULL)
		return;
	while ((found = str_find(str_skip(shown->text, at), secret)) >= 0) {
		at += (size_t)found;
		memset(shown->mask + at, 1, secret.len);
		at += secret.len;
		is_there = true;
	}
	shown->is_lost |= !is_there;
}

/* NAME=VALUE, or NAME: VALUE. */
static void hide_value(struct shown *shown, struct str pair)
{
	size_t len = 0;

	while (len < pair.len && pair.s[len] != '=' && pair.s[len] != ':')
		len++;
	if (names_secret(str_take(pair, len)))
		hide(shown, str_trim(str_skip(pair, len + 1)));
}

static void hide_in_url(struct shown *shown, struct str url)
{
	struct str user, host, parameter;
	ptrdiff_t at = str_find(url, STR("://"));

	if (at < 0)
		return;
	url = str_skip(url, (size_t)at + 3);
	host = str_take(url, strcspn(url.s, "/?#"));
	at = str_find_last_byte(host, '@');
	if (at >= 0) {
		user = str_take(host, (size_t)at);
		at = str_find_byte(user, ':');
		hide(shown, str_skip(user, (size_t)(at + 1)));
	}
	at = str_find_byte(url, '?');
	url = at < 0 ? STR_NONE : str_skip(url, (size_t)at + 1);
	while (str_split(&url, '&', &parameter))
		hide_value(shown, parameter);
}

static void hide_words(struct shown *shown, const struct output_texts *argv)
{
	for (size_t i = 1; i < argv->count; i++) {
		struct str before = str_from(argv->items[i - 1]);

		if (str_has_prefix(before, STR("-")) &&
		    str_find_byte(before, '=') < 0 && names_secret(before))
			hide(shown, str_from(argv->items[i]));
		else
			hide_value(shown, str_from(argv->items[i]));
		hide_in_url(shown, str_from(argv->items[i]));
	}
}

static void hide_all(struct shown *shown, const struct output_spec *spec)
{
	/* any header may be what lets saker in */
	for (size_t i = 0; i < spec->headers.count; i++) {
		struct str line = str_from(spec->headers.items[i]);
		ptrdiff_t colon = str_find_byte(line, ':');

		hide(shown, str_trim(str_skip(line, (size_t)(colon + 1))));
	}
	hide_in_url(shown, str_from(spec->argument));
	hide_words(shown, &spec->argv);
}

static void add_shown(const struct shown *shown, struct buf *out)
{
	bool was_secret = false;

	for (size_t i = 0; i < shown->text.len; i++) {
		bool is_secret = shown->mask[i] != 0;

		if (!is_secret)
			buf_add_byte(out, shown->text.s[i]);
		else if (!was_secret)
			buf_add_str(out, MARK);
		was_secret = is_secret;
	}
}

void output_redact(struct str text, struct buf *out)
{
	struct diag_list diags = DIAG_LIST_INIT;
	auto_free char *mask = calloc(text.len + 1, 1);
	struct shown shown = { .text = text, .mask = mask };
	struct output_spec spec;
	int error = output_spec_parse(&spec, text, ALERT_TEXT, NULL, &diags);

	diag_done(&diags);
	if (error == 0) {
		hide_all(&shown, &spec);
		output_spec_done(&spec);
	}
	/* it was read once: what else could be wrong with it now? jansson does
	 * not tell a lack of memory from an error */
	out->failed |= error < 0 || mask == NULL;
	if (error < 0 || shown.is_lost || mask == NULL)
		buf_add_str(out, MARK);
	else
		add_shown(&shown, out);
}
