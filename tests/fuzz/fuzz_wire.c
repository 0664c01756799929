/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_wire.c - any bytes as what the engine asks of the monitor, and as what
 * the monitor answers. */
#include "fuzz.h"
#include "saker/base/io.h"
#include "saker/host/wire.h"
#include "saker/monitor/monitor.h"

static void parse_request(struct str datagram)
{
	auto_buf struct buf again = BUF_INIT;
	struct wire_request r, other;

	if (!wire_parse(datagram, &r))
		return;
	FUZZ_CHECK(r.operation < WIRE__MAX);
	FUZZ_CHECK(r.path[0] == '\0' || r.path[0] == '/');
	if (r.operation == WIRE_READ_FILE && monitor_may_read(r.path))
		FUZZ_CHECK(str_find(str_from(r.path), STR("/../")) < 0);
	wire_render(&(struct wire_header){ .operation = r.operation,
	                                   .pid = r.pid,
	                                   .number = r.number,
	                                   .ticks = r.ticks },
	            r.path, &again);
	FUZZ_CHECK(wire_parse(buf_str(&again), &other));
	FUZZ_CHECK(str_eq(buf_str(&again), datagram));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str datagram = { (const char *)data, size };
	struct arena arena = ARENA_INIT;
	struct host_process p;

	parse_request(datagram);
	if (wire_unpack(datagram, &arena, &p) == 0)
		FUZZ_CHECK(p.argc == 0 || p.argv != NULL);
	arena_done(&arena);
	return 0;
}
