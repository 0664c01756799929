/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_spool.c - any bytes as a spool file. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "record.h"
#include "saker/base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	auto_close int fd = memfd_create("fuzz", MFD_CLOEXEC);
	auto_buf struct buf bytes = BUF_INIT, again = BUF_INIT;
	struct record r = { 0 };
	off_t offset = 0;
	int error;

	FUZZ_CHECK(fd >= 0 && io_write_all(fd, text) == 0);
	while ((error = record_read(fd, offset, &r, &bytes)) == 0) {
		FUZZ_CHECK(r.next > offset && (size_t)r.next <= size);
		/* what was read is what would be written */
		buf_clear(&again);
		record_encode(r.seq, buf_str(&bytes), &again);
		FUZZ_CHECK(str_has_suffix(str_take(text, (size_t)r.next),
		                          buf_str(&again)));
		offset = r.next;
	}
	FUZZ_CHECK(error == E_END);
	FUZZ_CHECK((r.damage != 0) == ((size_t)offset < size));
	return 0;
}
