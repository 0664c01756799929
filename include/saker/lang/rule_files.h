/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_files.h - which files a path of rules stands for, and what they say. */
#ifndef SAKER_LANG_RULE_FILES_H
#define SAKER_LANG_RULE_FILES_H

#include "saker/base/file_set.h"

/* Appends a file, or a directory's *.yaml and *.yml in name order. What cannot
 * be read, and what root must not trust, is in the set with the reason. 0 or
 * E_NOMEM. */
int rule_files_gather(struct file_set *set, const char *path) must_check;

#endif
