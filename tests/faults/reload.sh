#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# reload.sh - the same as in make check, a thousand times.
RELOADS=${RELOADS:-1000} exec bash "${top_srcdir:-.}/tests/reload.sh"
