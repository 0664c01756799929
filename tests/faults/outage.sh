#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# outage.sh - the same as in make check, for MINUTES.
OUTAGE=$((${MINUTES:-5} * 60)) exec bash "${top_srcdir:-.}/tests/outage.sh"
