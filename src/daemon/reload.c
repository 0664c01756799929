/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reload.c - configuration and rules anew, beside the engine at work. */
#include "reload.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

/* One side at a time has it: the thread from work until done, the engine's
 * thread until taken, then the thread, which frees what the engine gave back.
 */
struct job {
	struct file_set files; /* unless it reads them itself */
	struct config *config;
	struct engine_rules rules;
	struct diag_list diags;
	const char *kept[CONFIG_KEYS];
	size_t nkept;
	bool kernel_changed;
	int error;
};

struct reloader {
	struct reload_options options;
	pthread_t thread;
	sem_t work, taken;
	int done; /* eventfd */
	_Atomic bool stop;
	struct job job;

	/* the engine's thread's */
	bool is_busy;   /* between reloader_start() and reloader_take() */
	bool is_wanted; /* once more */
	struct config *config; /* that the engine uses; NULL = started */
	struct reload_result result;
	const char *kept[CONFIG_KEYS];
	struct buf text;
};

static bool has_monitor(const struct reloader *r)
{
	return r->options.privileged->monitor >= 0;
}

/* NULL = it reads them itself. */
static const struct file_set *files_of(const struct reloader *r,
                                       const struct job *job)
{
	return has_monitor(r) ? &job->files : NULL;
}

static int read_config(struct reloader *r, struct job *job)
{
	const struct config_reader *reader = r->options.reader;
	struct config *config = calloc(1, sizeof(*config));
	int error = config != NULL ? 0 : E_NOMEM;

	if (error == 0 && has_monitor(r))
		error = privileged_files(r->options.privileged, &job->files);
	if (error == 0)
		error = reader->read(reader->arg, files_of(r, job), config,
		                     &job->diags);
	if (error < 0) {
		free(config);
		return error;
	}
	job->nkept = config_keep(config, r->options.started, job->kept);
	job->config = config;
	return 0;
}

/* More than the engine needs is loaded before, less only after it has gone over
 * to its new rules. */
static int add_kernel_rules(struct reloader *r, struct job *job)
{
	/* those derived at the start stay: who holds the privileges reads no
	 * rules */
	if (job->config->kernel_rules_dir[0] == '\0')
		return 0;
	return privileged_rules_add(r->options.privileged, job->config,
	                            &job->diags, &job->kernel_changed);
}

static void load(struct reloader *r, struct job *job)
{
	job->error = read_config(r, job);
	if (job->error == 0)
		job->error = engine_prepare(job->config, files_of(r, job),
		                            &job->diags, &job->rules);
	if (job->error == 0)
		job->error = add_kernel_rules(r, job);
	if (job->error == 0)
		job->error = privileged_responses_reload(r->options.privileged);
}

static void clean_up(struct reloader *r, struct job *job)
{
	if (job->error == 0 && job->kernel_changed)
		privileged_rules_drop(r->options.privileged);
	engine_rules_done(&job->rules);
	file_set_done(&job->files);
	if (job->config != NULL)
		config_done(job->config);
	free(job->config);
	diag_done(&job->diags);
	*job = (struct job){ 0 };
	memory_give_back(); /* what loading took, and the former rules */
}

static void wait_on(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0)
		;
}

static void *work(void *arg)
{
	struct reloader *r = arg;

	for (;;) {
		wait_on(&r->work);
		if (r->stop)
			break;
		load(r, &r->job);
		eventfd_write(r->done, 1);
		wait_on(&r->taken);
		clean_up(r, &r->job);
	}
	return NULL;
}

static int start_thread(struct reloader *r)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&r->thread, NULL, work, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		pthread_setname_np(r->thread, "saker-reload");
	return error == 0 ? 0 : E_NOMEM;
}

static void release(struct reloader *r)
{
	if (r->config != NULL)
		config_done(r->config);
	free(r->config);
	buf_done(&r->text);
	sem_destroy(&r->work);
	sem_destroy(&r->taken);
	io_close(&r->done);
	free(r);
}

int reloader_new(const struct reload_options *options, struct reloader **ret)
{
	struct reloader *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL)
		return E_NOMEM;
	r->options = *options;
	sem_init(&r->work, 0, 0);
	sem_init(&r->taken, 0, 0);
	r->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = r->done >= 0 ? start_thread(r) : E_IO;
	if (error < 0) {
		release(r);
		return error;
	}
	*ret = r;
	return 0;
}

void reloader_free(struct reloader *r)
{
	if (r == NULL)
		return;
	r->stop = true;
	/* what was loaded and not taken is freed as if it had been */
	sem_post(&r->taken);
	sem_post(&r->work);
	pthread_join(r->thread, NULL);
	release(r);
}

void reloader_start(struct reloader *r)
{
	if (r->is_busy) {
		r->is_wanted = true;
		return;
	}
	r->is_busy = true;
	sem_post(&r->work);
}

int reloader_fd(const struct reloader *r)
{
	return r->done;
}

static void describe(struct reloader *r)
{
	const struct job *job = &r->job;

	buf_clear(&r->text);
	for (size_t i = 0;
	     i < job->diags.count && r->text.len < LIMIT_RELOAD_ERROR_BYTES;
	     i++)
		if (job->diags.items[i].severity != DIAG_NOTE)
			diag_render(&job->diags.items[i], false, &r->text);
	if (r->text.len > LIMIT_RELOAD_ERROR_BYTES)
		r->text.len = LIMIT_RELOAD_ERROR_BYTES;
	memcpy(r->kept, job->kept, sizeof(r->kept));
	r->result = (struct reload_result){
		.error = job->error,
		.time_ns = clock_realtime_ns(),
		.kernel_changed = job->error == 0 && job->kernel_changed,
		.text = buf_str(&r->text),
		.kept = r->kept,
		.nkept = job->nkept,
		.is_last = !r->is_wanted,
	};
}

static void swap(struct reloader *r, struct engine *e)
{
	struct config *former = r->config;

	engine_swap(e, r->job.config, &r->job.rules);
	r->config = r->job.config;
	r->job.config = former;
	r->result.rules = ruleset_count(e->rules.ruleset);
}

bool reloader_take(struct reloader *r, struct engine *e)
{
	eventfd_t count;

	if (eventfd_read(r->done, &count) < 0)
		return false;
	describe(r);
	if (r->result.error == 0)
		swap(r, e);
	r->is_busy = r->is_wanted = false;
	sem_post(&r->taken);
	if (!r->result.is_last)
		reloader_start(r);
	return true;
}

const struct reload_result *reloader_result(const struct reloader *r)
{
	return &r->result;
}
