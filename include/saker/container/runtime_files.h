/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runtime_files.h - which files of container runtimes are read. */
#ifndef SAKER_CONTAINER_RUNTIME_FILES_H
#define SAKER_CONTAINER_RUNTIME_FILES_H

#include "saker/base/str.h"

/* True for the last part of a path that one of them has. */
bool metadata_is_file_name(struct str name);

#endif
