/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metrics.c - what a running saker tells Prometheus. Labels have
 * values that neither an attacker nor a container can make up (rules, outputs,
 * words of ours), but for who was shed: LIMIT_SHARE_TOLD at a time. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "metrics.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/daemon/tally.h"
#include "saker/metrics/exposition.h"
#include "saker/metrics/publisher.h"

#define UNIX STR("unix:")

static const struct {
	enum counter counter;
	const char *name;
	const char *label;
	const char *value;
} renamed[] = {
#define METRIC(id, name, label, value) { COUNTER_##id, name, label, value },
#include "saker/daemon/metrics.def"
#undef METRIC
};

static bool is_renamed(enum counter id)
{
	for (size_t i = 0; i < COUNT(renamed); i++)
		if (renamed[i].counter == id)
			return true;
	return false;
}

static void counter_metric(struct buf *out, const char *name,
                           const struct metric_label *label, bool begins,
                           enum counter id, const struct counters *counters)
{
	auto_buf struct buf full = BUF_INIT;

	buf_printf(&full, "saker_%s_total", name);
	if (begins)
		metric_begin(out, buf_cstr(&full), METRIC_COUNTER,
		             counter_help(id));
	metric_sample(out, buf_cstr(&full), label, label != NULL,
	              (double)counter_get(counters, id));
}

static void add_counters(struct buf *out, const struct counters *counters)
{
	const char *last = "";

	for (size_t i = 0; i < COUNT(renamed); i++) {
		const struct metric_label label = {
			renamed[i].label, str_from(renamed[i].value)
		};

		if (renamed[i].name == NULL)
			continue;
		counter_metric(out, renamed[i].name,
		               renamed[i].label != NULL ? &label : NULL,
		               strcmp(last, renamed[i].name) != 0,
		               renamed[i].counter, counters);
		last = renamed[i].name;
	}
	for (unsigned id = 0; id < COUNTER__MAX; id++)
		if (!is_renamed(id))
			counter_metric(out, counter_name(id), NULL, true, id,
			               counters);
}

static const struct {
	const char *name;
	enum metric_type type;
	const char *help;
	size_t offset;
} output_metrics[] = {
	{ "saker_output_sent_total", METRIC_COUNTER, "alerts delivered",
	  offsetof(struct outputs_stats, written) },
	{ "saker_output_failed_total", METRIC_COUNTER, "attempts that failed",
	  offsetof(struct outputs_stats, errors) },
	{ "saker_output_dropped_total", METRIC_COUNTER,
	  "alerts dropped for lack of room, or refused",
	  offsetof(struct outputs_stats, dropped) },
	{ "saker_output_pending", METRIC_GAUGE, "alerts not delivered yet",
	  offsetof(struct outputs_stats, pending) },
	{ "saker_spool_bytes", METRIC_GAUGE, "room on disk that alerts take",
	  offsetof(struct outputs_stats, spool_bytes) },
};

static void add_outputs(struct buf *out, const struct outputs *outputs)
{
	struct outputs_stats s;
	const char *name;

	for (size_t m = 0; m < COUNT(output_metrics); m++) {
		metric_begin(out, output_metrics[m].name,
		             output_metrics[m].type, output_metrics[m].help);
		for (size_t i = 0; outputs_stats_at(outputs, i, &name, &s);
		     i++) {
			const struct metric_label label = { "output",
				                            str_from(name) };
			uint64_t value;

			memcpy(&value,
			       (const char *)&s + output_metrics[m].offset,
			       sizeof(value));
			metric_sample(out, output_metrics[m].name, &label, 1,
			              (double)value);
		}
	}
	metric_begin(out, "saker_output_up", METRIC_GAUGE,
	             "0: the last attempt failed");
	for (size_t i = 0; outputs_stats_at(outputs, i, &name, &s); i++) {
		const struct metric_label label = { "output", str_from(name) };

		metric_sample(out, "saker_output_up", &label, 1,
		              s.failing == 0);
	}
}

static void add_gauge(struct buf *out, const char *name, const char *help,
                      double value)
{
	metric_begin(out, name, METRIC_GAUGE, help);
	metric_sample(out, name, NULL, 0, value);
}

/* statm's second number is the resident set, in pages (proc(5)). */
static double resident_bytes(void)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, total, resident;
	uint64_t pages;

	if (io_read_at(AT_FDCWD, "/proc/self/statm", 256, &text) < 0)
		return 0;
	rest = buf_str(&text);
	if (!str_split(&rest, ' ', &total) ||
	    !str_split(&rest, ' ', &resident) ||
	    !str_to_u64(resident, 10, &pages))
		return 0;
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void add_rings(struct buf *out, const struct daemon *d)
{
	static const char name[] = "saker_ring_used_bytes";

	metric_begin(out, name, METRIC_GAUGE,
	             "records that wait for the engine");
	for (size_t i = 0; i < d->ninputs; i++) {
		const struct metric_label label = {
			"source", str_from(d->inputs[i].spec)
		};

		metric_sample(out, name, &label, 1,
		              (double)source_load(&d->inputs[i].source).used);
	}
}

/* A few at most; the id alone of what names a container, because that is no
 * free text. */
static void add_shed(struct buf *out, struct shares *shares)
{
	static const char name[] = "saker_shed_events";
	const struct share_shed *shed;

	if (shares == NULL)
		return;
	metric_begin(out, name, METRIC_GAUGE,
	             "events not judged, of those who had most of them");
	for (size_t i = 0; (shed = shares_shed_at(shares, i)) != NULL; i++) {
		const struct metric_label labels[] = {
			{ "kind", str_from(shed->kind) },
			{ "id", str_from(shed->id) },
		};

		metric_sample(out, name, labels, COUNT(labels),
		              (double)shed->events);
	}
}

static void add_process(struct buf *out)
{
	struct timespec cpu = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	metric_begin(out, "process_cpu_seconds_total", METRIC_COUNTER,
	             "processor time of all threads");
	metric_sample(out, "process_cpu_seconds_total", NULL, 0,
	              (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9);
	add_gauge(out, "process_resident_memory_bytes", "memory in use",
	          resident_bytes());
}

static void add_info(struct buf *out, const struct daemon *d)
{
	const struct ruleset *rules = d->engine.rules.ruleset;
	const struct metric_label build = { "version", STR(PACKAGE_VERSION) };
	auto_buf struct buf hash = BUF_INIT;
	struct metric_label set = { "hash", STR_NONE };

	metric_begin(out, "saker_build_info", METRIC_GAUGE, "this saker");
	metric_sample(out, "saker_build_info", &build, 1, 1);
	buf_printf(&hash, "%016llx", (unsigned long long)ruleset_hash(rules));
	set.value = buf_str(&hash);
	metric_begin(out, "saker_rules_info", METRIC_GAUGE,
	             "the rules in use, and a hash of all their files");
	metric_sample(out, "saker_rules_info", &set, 1,
	              (double)ruleset_count(rules));
	add_gauge(out, "saker_start_timestamp_seconds", "when it started",
	          (double)d->started_ns / 1e9);
	add_gauge(out, "saker_reload_timestamp_seconds",
	          "when the rules in use were loaded",
	          (double)d->rules_ns / 1e9);
	add_gauge(out, "saker_processes", "processes in the table",
	          (double)tracker_process_count(d->engine.tracker));
	add_gauge(out, "saker_containers", "containers in the table",
	          (double)tracker_container_count(d->engine.tracker));
}

void metrics_render(const struct daemon *d, struct buf *out)
{
	add_info(out, d);
	add_counters(out, d->engine.counters);
	add_outputs(out, d->engine.outputs);
	add_rings(out, d);
	add_shed(out, d->engine.pipeline.shares);
	if (d->engine.pipeline.tally != NULL)
		tally_render(d->engine.pipeline.tally, out);
	add_process(out);
}

void metrics_listen(struct daemon *d)
{
	const char *address = d->config->metrics_listen;
	struct str text = str_from(address);
	int fd;

	if (text.len == 0)
		return;
	errno = 0;
	fd = str_has_prefix(text, UNIX)
	             ? server_listen(address + UNIX.len, SERVER_NO_GROUP)
	             : publisher_listen(text);
	if (fd < 0)
		log_line("metrics cannot be asked for at %s: %s", address,
		         errno != 0 ? strerror(errno) : err_text(fd));
	d->metrics_fd = fd < 0 ? -1 : fd;
}

void metrics_unlink(struct daemon *d)
{
	if (d->metrics_fd >= 0 &&
	    str_has_prefix(str_from(d->config->metrics_listen), UNIX))
		unlink(d->config->metrics_listen + UNIX.len);
	io_close(&d->metrics_fd);
}

static bool write_there(void *arg, struct str text)
{
	return privileged_metrics(arg, text);
}

void metrics_open(struct daemon *d)
{
	const struct config *c = d->config;
	struct publisher_options options = {
		.file = c->metrics_file,
		.write = d->is_separate ? write_there : NULL,
		.write_arg = &d->privileged,
		.interval_s = c->metrics_interval,
		.listener = -1,
	};

	if (*c->metrics_file == '\0' && *c->metrics_listen == '\0')
		return;
	/* the file system's name goes with d's */
	if (d->metrics_fd >= 0)
		options.listener = fcntl(d->metrics_fd, F_DUPFD_CLOEXEC, 0);
	d->engine.pipeline.tally = tally_new();
	if (publisher_new(&options, &d->publisher) < 0) {
		log_line("there are no metrics: out of memory");
		tally_free(d->engine.pipeline.tally);
		d->engine.pipeline.tally = NULL;
	}
	metrics_tick(d);
}

void metrics_tick(struct daemon *d)
{
	auto_buf struct buf text = BUF_INIT;

	if (d->publisher == NULL)
		return;
	metrics_render(d, &text);
	if (!text.failed)
		publisher_publish(d->publisher, buf_str(&text));
}

void metrics_close(struct daemon *d)
{
	if (d->publisher == NULL)
		return;
	metrics_tick(d);
	publisher_free(d->publisher);
	d->publisher = NULL;
	tally_free(d->engine.pipeline.tally);
	d->engine.pipeline.tally = NULL;
}
