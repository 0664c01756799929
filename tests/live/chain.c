/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.c - what does not want to be killed, in a container:
 *
 *	chain run	forks and ends, over and over, executing itself in
 *between chain chains N	N of them chain bomb	forks without end, as
 *far as it is let chain family N	a process with N children that wait */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nap(long us)
{
	nanosleep(&(struct timespec){ 0, us * 1000 }, NULL);
}

static _Noreturn void run(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		if (pid < 0) {
			nap(1000);
			continue;
		}
		nap(200);
		execl("/bin/chain", "chain", "run", (char *)NULL);
	}
}

static _Noreturn void chains(int n)
{
	while (n-- > 0)
		if (fork() == 0)
			run();
	for (;;) /* reaps whom the container's first process inherits */
		if (wait(NULL) < 0)
			nap(1000);
}

static _Noreturn void bomb(void)
{
	for (;;)
		if (fork() < 0)
			nap(1000);
}

static _Noreturn void family(int n)
{
	while (n-- > 0)
		if (fork() == 0)
			break;
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[2]) : 1;

	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "run") == 0)
		run();
	if (strcmp(argv[1], "chains") == 0)
		chains(n);
	if (strcmp(argv[1], "family") == 0)
		family(n);
	if (strcmp(argv[1], "bomb") == 0)
		bomb();
	return 2;
}
