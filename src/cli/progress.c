/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.c - a bar on a terminal while a long log is read. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "saker/base/clock.h"

#define WIDTH     30
#define SILENT_NS (500 * NS_PER_MS) /* short work shows no bar */
#define REDRAW_NS (100 * NS_PER_MS)

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
                 double seconds)
{
	static const char bar[] = "##############################";
	double rate = (double)done / seconds;
	int filled = (int)((double)done / (double)total * WIDTH);

	if (filled > WIDTH)
		filled = WIDTH;
	fprintf(stderr, "\r\033[K%s [%.*s%*s] %3.0f %%  %.0f MB/s  %.0f s left",
	        p->name, filled, bar, WIDTH - filled, "",
	        (double)done / (double)total * 100, rate / 1e6,
	        rate > 0 ? (double)(total - done) / rate : 0.0);
}

/* Of a pipe nobody knows how much is to come. */
static void draw_endless(const struct progress *p, uint64_t done,
                         double seconds)
{
	fprintf(stderr, "\r\033[K%s %.0f MB  %.0f MB/s", p->name,
	        (double)done / 1e6, (double)done / seconds / 1e6);
}

void progress_show(struct progress *p, uint64_t done, uint64_t total)
{
	uint64_t now;
	double seconds;

	if (!p->is_shown)
		return;
	now = clock_monotonic_ns();
	if (now < p->next_ns)
		return;
	seconds = (double)(now - p->start_ns) / (double)NS_PER_SEC;
	p->next_ns = now + REDRAW_NS;
	p->is_drawn = true;
	if (total != 0 && done <= total)
		draw(p, done, total, seconds);
	else
		draw_endless(p, done, seconds);
}

void progress_end(struct progress *p)
{
	if (p->is_drawn)
		fputs("\r\033[K", stderr);
}
