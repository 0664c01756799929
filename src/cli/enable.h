/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable.h - what saker enable changes on a host and saker disable undoes;
 * private to src/cli. */
#ifndef SAKER_SRC_CLI_ENABLE_H
#define SAKER_SRC_CLI_ENABLE_H

#include <jansson.h>

#include "cli.h"
#include "saker/base/io.h"
#include "saker/kernel/audit.h"

enum change_state {
	CHANGE_DONE,    /* or would be, in a dry run */
	CHANGE_ALREADY, /* nothing to do */
	CHANGE_LEFT,    /* not touched, for a reason */
	CHANGE_TODO,    /* for the administrator */
	CHANGE_FAILED
};

struct setup {
	const struct cli *cli;
	const char *root; /* "" = this host */
	bool is_dry_run;
	bool uses_relay; /* a source of the service; else auditd is not needed
	                  */
	bool is_json;
	bool has_status;
	struct kernel_audit_status status;
	/* What enable found and changed, kept in a file until disable has put
	 * it back: a member for each part. Owned. */
	json_t *record;
	struct buf rules; /* for the kernel, as a file has them */
	struct buf out;
	unsigned failed;
};

void setup_say(struct setup *s, enum change_state state, const char *what,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Of this host, not of a directory that is to become one. */
bool setup_is_here(const struct setup *s);
bool setup_is_locked(const struct setup *s);

/* Paths are those of the host; files are read whole. Nothing is written in a
 * dry run. All say themselves what went wrong. */
bool setup_exists(const struct setup *s, const char *path);
/* 0, or E_NOT_FOUND without a word. */
int setup_read(struct setup *s, const char *path, struct buf *out) must_check;
/* As one step; keeps owner and mode of what is there, else root's and mode. */
int setup_write(struct setup *s, const char *path, struct str text,
                mode_t mode) must_check;
int setup_remove(struct setup *s, const char *path) must_check;
/* The record, from before a change is made, so that it can be undone whatever
 * comes. */
int setup_save(struct setup *s) must_check;
/* NULL = as JSON's null. */
json_t *setup_text(const struct buf *text);
/* Writes the text back, or removes the file where there was none. */
int setup_put_back(struct setup *s, const char *path,
                   const json_t *text) must_check;
bool setup_is_text(const json_t *text, const struct buf *found);
/* The first of the paths that is there; NULL = none. */
const char *setup_find(const struct setup *s, const char *const *paths);
/* Runs a program of this host; whether it exited with 0. */
bool setup_run(const char *const *argv);

/* Has auditd start or end its plugin of that name. */
void setup_tell_auditd(struct setup *s, struct str program, bool is_wanted);

/* Before any change: what the kernel is to have, and whether it can. */
int prepare_rules(struct setup *s) must_check;
/* A part each: what is there is left alone, what fails is told. */
int enable_service(struct setup *s) must_check;
int disable_service(struct setup *s) must_check;
int enable_rules(struct setup *s) must_check;
int disable_rules(struct setup *s) must_check;
int enable_plugin(struct setup *s) must_check;
int disable_plugin(struct setup *s) must_check;

#endif
