# SPDX-License-Identifier: GPL-2.0-or-later
# A leak check traces its own process, which a separated saker's sandbox refuses.
[ "$(id -u)" -ne 0 ] || export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
