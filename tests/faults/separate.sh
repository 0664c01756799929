#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# separate.sh - the same as in make check, with a hundred kills of the engine.
KILLS=${KILLS:-100} exec bash "${top_srcdir:-.}/tests/separate.sh"
