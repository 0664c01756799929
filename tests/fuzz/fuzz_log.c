/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_log.c - any bytes as a log file: text, binary frames, good and damaged
 * gzip data. */
#include <stdio.h>
#include <sys/mman.h>

#include "fuzz.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/source/log_file.h"

/* What a few bytes of gzip can unpack to is not read to its end. */
#define FRAMES 10000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_close int fd = memfd_create("log", MFD_CLOEXEC);
	struct counters counters = { 0 };
	struct log_reader *reader;
	struct frame frame;
	char path[64];
	unsigned n = 0;
	int r = 0;

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(io_write_all(fd, (struct str){ (const char *)data, size }) ==
	           0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FUZZ_CHECK(log_open(path, &counters, &reader) == 0);
	while (n < FRAMES && (r = log_next(reader, &frame)) == 0) {
		FUZZ_CHECK(frame.text.len <= LIMIT_LINE_BYTES);
		str_hash(frame.text, n++);
	}
	FUZZ_CHECK(r == 0 || r == E_END || r == E_INVALID || r == E_TRUNCATED);
	log_close(reader);
	return 0;
}
