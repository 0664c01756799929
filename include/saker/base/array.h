/* SPDX-License-Identifier: GPL-2.0-or-later */
/* array.h - arrays whose length the compiler knows. */
#ifndef SAKER_BASE_ARRAY_H
#define SAKER_BASE_ARRAY_H

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
