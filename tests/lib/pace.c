/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.c - copies lines from standard input, RATE a second, for SECONDS:
 *
 *	pace RATE SECONDS
 *
 * Prints what it has written, and the longest time that one write took in
 * microseconds, to standard error at the end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* How many lines are due; sleeps until it is one. */
static long long wait_for_due(long long began, long long rate, long long done)
{
	for (;;) {
		long long due = (now_ns() - began) / 1000 * rate / 1000000;

		if (due > done)
			return due;
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	}
}

static long long flush(void)
{
	long long before = now_ns();

	return fflush(stdout) == 0 ? now_ns() - before : -1;
}

int main(int argc, char **argv)
{
	long long began = now_ns(), done = 0, longest = 0, rate, end;
	char *line = NULL;
	size_t size = 0;
	ssize_t n = 1;

	if (argc != 3)
		return 2;
	rate = atoll(argv[1]);
	end = began + atoll(argv[2]) * 1000000000;
	signal(SIGPIPE, SIG_IGN);
	while (n > 0 && now_ns() < end) {
		long long due = wait_for_due(began, rate, done), took;

		while (done < due && (n = getline(&line, &size, stdin)) > 0) {
			fwrite(line, 1, (size_t)n, stdout);
			done++;
		}
		took = flush();
		if (took < 0)
			break;
		if (took > longest)
			longest = took;
	}
	free(line);
	fprintf(stderr, "wrote %lld longest %lld\n", done, longest / 1000);
	return 0;
}
