/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_evidence.c - folders of evidence, from processes of our own. */
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/evidence/evidence.h"
#include "saker/host/host.h"

#define UUID "0190a7c1-0000-7000-8000-000000000001"

static const struct str secrets[] = { STR_INIT("PASS"), STR_INIT("token") };

struct world {
	char directory[64];
	struct evidence_store store;
	struct host *host;
	pid_t target;
	uint64_t start_ticks;
};

/* A copy of this program that no path leads to: it waits to be killed. */
static int anonymous_copy(void)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = memfd_create("payload", MFD_CLOEXEC);
	char bytes[4096];
	ssize_t n;

	assert_true(from >= 0 && to >= 0);
	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(to, bytes, (size_t)n), n);
	close(from);
	return to;
}

static uint64_t start_of(struct host *host, pid_t pid)
{
	struct host_process p = { 0 };
	struct arena arena = ARENA_INIT;

	assert_int_equal(
		host->ops->process(host, pid, HOST_WANT_STAT, &arena, &p), 0);
	arena_done(&arena);
	return p.start_ticks;
}

static void start_target(struct world *w)
{
	char *argv[] = { (char[]){ "payload" }, (char[]){ "--wait" }, NULL };
	char *env[] = { (char[]){ "DB_PASSWORD=hunter2" },
		        (char[]){ "api_token=abc" }, (char[]){ "HOME=/root" },
		        NULL };
	int image = anonymous_copy();
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	w->target = fork();
	assert_true(w->target >= 0);
	if (w->target == 0) {
		dup2(ready[1], STDOUT_FILENO);
		close(ready[0]);
		close(ready[1]);
		fexecve(image, argv, env);
		_exit(127);
	}
	close(image);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	w->start_ticks = start_of(w->host, w->target);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	snprintf(w->directory, sizeof(w->directory),
	         "/tmp/saker-evidence-XXXXXX");
	assert_non_null(mkdtemp(w->directory));
	w->store = (struct evidence_store){
		.directory = w->directory,
		.quota_bytes = 1024 * 1024 * 1024,
		.max_ms = 20000,
		.max_bytes = 64 * 1024 * 1024,
		.redact = secrets,
		.nredact = COUNT(secrets),
	};
	w->host = host_direct_new();
	assert_non_null(w->host);
	start_target(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char command[128];

	kill(w->target, SIGKILL);
	waitpid(w->target, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", w->directory);
	assert_int_equal(system(command), 0);
	host_free(w->host);
	free(w);
	return 0;
}

static struct evidence_request request_of(const struct world *w,
                                          const char *uuid)
{
	return (struct evidence_request){
		.host = w->host,
		.pid = w->target,
		.start_ticks = w->start_ticks,
		.uuid = uuid,
		.alert = STR("{\"rule\":\"r\"}\n"),
		.events = STR("type=SYSCALL msg=audit(1.000:1): pid=1\n"),
	};
}

/* The file's text in b. */
static const char *file_text(struct world *w, const char *uuid,
                             const char *name, struct buf *b)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", w->directory, uuid, name);
	buf_clear(b);
	assert_int_equal(io_read_at(AT_FDCWD, path, 1 << 26, b), 0);
	return buf_cstr(b);
}

static bool is_there(struct world *w, const char *uuid, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", w->directory, uuid, name);
	return access(path, F_OK) == 0;
}

static void a_process_is_told_of(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	auto_buf struct buf b = BUF_INIT;

	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_true(result.is_complete);
	assert_string_equal(file_text(w, UUID, "environ", &b),
	                    "DB_PASSWORD=<redacted, 7 bytes>\n"
	                    "api_token=<redacted, 3 bytes>\nHOME=/root\n");
	assert_non_null(strstr(file_text(w, UUID, "links", &b),
	                       "exe -> /memfd:payload (deleted)\n"));
	assert_non_null(strstr(buf_cstr(&b), "mnt -> mnt:["));
	assert_non_null(
		strstr(file_text(w, UUID, "descriptors", &b), "1 -> pipe:["));
	assert_non_null(strstr(buf_cstr(&b), "\tflags:"));
	assert_non_null(strstr(file_text(w, UUID, "processes", &b),
	                       " payload --wait\n"));
	assert_non_null(strstr(buf_cstr(&b), "\nancestor pid="));
	assert_non_null(strstr(file_text(w, UUID, "events.log", &b),
	                       "msg=audit(1.000:1)"));
	assert_true(is_there(w, UUID, "net_tcp"));
	assert_true(is_there(w, UUID, "net_unix"));
	assert_string_equal(file_text(w, UUID, "alert.json", &b),
	                    "{\"rule\":\"r\"}\n");
	assert_true(is_there(w, UUID, "maps"));
	assert_false(is_there(w, UUID, "left-out"));
}

static void a_program_without_a_path_is_copied(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	auto_buf struct buf kept = BUF_INIT;
	auto_buf struct buf own = BUF_INIT;

	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	file_text(w, UUID, "exe", &kept);
	assert_int_equal(io_read_at(AT_FDCWD, "/proc/self/exe", 1 << 26, &own),
	                 0);
	assert_true(str_eq(buf_str(&kept), buf_str(&own)));
}

static void the_manifest_lists_every_file(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	unsigned evicted = 0;
	auto_buf struct buf b = BUF_INIT;
	json_t *manifest, *file;
	size_t i, seen = 0;

	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_int_equal(evidence_seal(&w->store, &request, &result, &evicted),
	                 0);
	manifest = json_loads(file_text(w, UUID, "manifest.json", &b), 0, NULL);
	assert_non_null(manifest);
	assert_true(json_is_true(json_object_get(manifest, "complete")));
	json_array_foreach(json_object_get(manifest, "files"), i, file)
	{
		const char *name =
			json_string_value(json_object_get(file, "name"));

		file_text(w, UUID, name, &b);
		assert_int_equal(
			json_integer_value(json_object_get(file, "size")),
			b.len);
		seen += strcmp(name, "exe") == 0 || strcmp(name, "maps") == 0;
	}
	assert_int_equal(seen, 2);
	json_decref(manifest);
}

/* echo -n | sha256sum; printf '{"rule":"r"}\n' | sha256sum */
static void the_sums_are_those_of_sha256sum(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	unsigned evicted = 0;
	auto_buf struct buf b = BUF_INIT;
	char command[512];

	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_int_equal(evidence_seal(&w->store, &request, &result, &evicted),
	                 0);
	if (strstr(file_text(w, UUID, "manifest.json", &b), "sha256") == NULL)
		skip(); /* built without libgcrypt */
	snprintf(command, sizeof(command),
	         "grep -q \"$(sha256sum <%s/%s/maps | cut -d' ' -f1)\" "
	         "%s/%s/manifest.json",
	         w->directory, UUID, w->directory, UUID);
	assert_int_equal(system(command), 0);
}

static void another_process_leaves_no_folder(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;

	request.start_ticks++;
	assert_int_equal(evidence_collect(&w->store, &request, &result),
	                 E_STALE);
	assert_false(is_there(w, UUID, "."));
}

static void the_budget_of_bytes_holds(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	auto_buf struct buf b = BUF_INIT;
	struct stat st;
	char path[PATH_MAX];

	w->store.max_bytes = 64 * 1024;
	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_false(result.is_complete);
	assert_non_null(strstr(file_text(w, UUID, "left-out", &b),
	                       "beyond the budget"));
	snprintf(path, sizeof(path), "%s/%s/exe", w->directory, UUID);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size < 64 * 1024);
}

static void the_budget_of_time_holds(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;
	unsigned evicted = 0;

	w->store.max_ms = 0;
	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_false(result.is_complete);
	assert_int_equal(evidence_seal(&w->store, &request, &result, &evicted),
	                 0);
	assert_true(is_there(w, UUID, "manifest.json"));
}

static void the_oldest_folder_makes_room(void **state)
{
	static const char *const uuids[] = {
		"0190a7c1-0000-7000-8000-00000000000a",
		"0190a7c1-0000-7000-8000-00000000000b", UUID
	};
	struct world *w = *state;
	struct evidence_result result;
	unsigned evicted = 0;
	char path[PATH_MAX];

	/* others' folders are not counted, and stay */
	snprintf(path, sizeof(path), "%s/0190a7c1-letters", w->directory);
	assert_int_equal(mkdir(path, 0700), 0);

	w->store.quota_bytes = 1;
	for (size_t i = 0; i < COUNT(uuids); i++) {
		struct evidence_request request = request_of(w, uuids[i]);

		assert_int_equal(evidence_collect(&w->store, &request, &result),
		                 0);
		assert_int_equal(
			evidence_seal(&w->store, &request, &result, &evicted),
			0);
	}
	assert_false(is_there(w, uuids[0], "."));
	assert_int_equal(evicted, 1); /* at the last, and before */
	assert_false(is_there(w, uuids[1], "."));
	assert_true(is_there(w, UUID, "manifest.json"));
	assert_true(is_there(w, "0190a7c1-letters", "."));
}

static void a_folder_is_never_used_twice(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;

	assert_int_equal(evidence_collect(&w->store, &request, &result), 0);
	assert_true(evidence_collect(&w->store, &request, &result) < 0);
}

static void a_directory_that_others_may_write_is_refused(void **state)
{
	struct world *w = *state;
	struct evidence_request request = request_of(w, UUID);
	struct evidence_result result;

	assert_int_equal(chmod(w->directory, 0777), 0);
	assert_int_equal(evidence_collect(&w->store, &request, &result),
	                 E_DENIED);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(a_process_is_told_of),
		CASE(a_program_without_a_path_is_copied),
		CASE(the_manifest_lists_every_file),
		CASE(the_sums_are_those_of_sha256sum),
		CASE(another_process_leaves_no_folder),
		CASE(the_budget_of_bytes_holds),
		CASE(the_budget_of_time_holds),
		CASE(the_oldest_folder_makes_room),
		CASE(a_folder_is_never_used_twice),
		CASE(a_directory_that_others_may_write_is_refused),
	};

	if (argc == 2 && strcmp(argv[1], "--wait") == 0) {
		if (write(STDOUT_FILENO, "", 1) == 1)
			pause();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
