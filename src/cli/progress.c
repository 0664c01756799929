/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - a bar on a terminal while a long log is read. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "saker/base/clock.h"

#define WIDTH        30
#define SILENT_NS    (500 * NS_PER_MS) /* short work shows no bar */
#define REDRAW_NS    (100 * NS_PER_MS)
#define STEPS_A_LOOK 4096u /* records between looks at the clock */

struct progress progress_begin(const char *name)
{
	uint64_t now = clock_monotonic_ns();

	return (struct progress){
		.name = name,
		.is_shown = isatty(STDERR_FILENO),
		.start_ns = now,
		.next_ns = now + SILENT_NS,
	};
}

static void draw(const struct progress *p, uint64_t done, uint64_t total,
                 uint64_t now)
{
	static const char bar[] = "##############################";
	double seconds = (double)(now - p->start_ns) / (double)NS_PER_SEC;
	double rate = (double)done / seconds;
	int filled = (int)((double)done / (double)total * WIDTH);

	if (filled > WIDTH)
		filled = WIDTH;
	fprintf(stderr, "\r\033[K%s [%.*s%*s] %3.0f %%  %.0f MB/s  %.0f s left",
	        p->name, filled, bar, WIDTH - filled, "",
	        (double)done / (double)total * 100, rate / 1e6,
	        rate > 0 ? (double)(total - done) / rate : 0.0);
}

void progress_step(struct progress *p, const struct log_reader *reader)
{
	uint64_t now, done, total;

	if (!p->is_shown || ++p->steps % STEPS_A_LOOK != 0)
		return;
	now = clock_monotonic_ns();
	if (now < p->next_ns)
		return;
	log_progress(reader, &done, &total);
	if (total == 0 || done > total)
		return;
	p->next_ns = now + REDRAW_NS;
	p->is_drawn = true;
	draw(p, done, total, now);
}

void progress_end(struct progress *p)
{
	if (p->is_drawn)
		fputs("\r\033[K", stderr);
}
