/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_identify.c - who asks may lie about the target's container: the host's
 * word counts. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

#include "identify.h"
#include "protect.h"
#include "saker/base/io.h"
#include "saker/host/fake.h"

#define ID     "69cc5f81cbfcd078c67e344ff921654658e5988e8fc4805bddb662e3ad1cd6f0"
#define SHORT  "69cc5f81cbfc"
#define CGROUP "/kubepods/burstable/podu-1/" ID
#define FILE_NAME                                                  \
	"/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID \
	"/config.json"

struct fixture {
	struct host *host;
	struct buf bundle;
	struct arena arena;
	struct protected list[1];
	struct identity_question question;
	struct response_member member;
	struct response_target target;
	struct response_request request;
	struct identity found;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const char *top = getenv("top_srcdir");
	char path[1024];

	assert_non_null(f);
	f->host = host_fake_new();
	assert_non_null(f->host);
	snprintf(path, sizeof(path),
	         "%s/tests/data/metadata/containerd-bundle.json",
	         top != NULL ? top : ".");
	assert_int_equal(io_read_at(AT_FDCWD, path, 65536, &f->bundle), 0);
	f->list[0] = (struct protected){ .kind = PROTECT_NAMESPACE,
		                         .text = STR("kube-system") };
	f->question = (struct identity_question){ .host = f->host,
		                                  .arena = &f->arena,
		                                  .protect = f->list,
		                                  .nprotect = 1 };
	f->member =
		(struct response_member){ .pid = 7,
		                          .is_in_container = true,
		                          .cgroup = STR("0::" CGROUP "\n") };
	f->request = (struct response_request){
		.has_process = true,
		.pid = 7,
		.state = PROCESS_CONTAINER,
		.container = STR("aaaaaaaaaaaa"),
		.container_name = STR("harmless"),
		.cgroup = STR(CGROUP),
		.pod_namespace = STR("other"),
		.response.scope = RESPONSE_SCOPE_CONTAINER,
	};
	f->target.has_process = f->target.has_cgroup = true;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	identity_done(&f->found);
	host_free(f->host);
	buf_done(&f->bundle);
	buf_done(&f->target.members);
	arena_done(&f->arena);
	free(f);
	return 0;
}

static void put_bundle(struct fixture *f)
{
	assert_int_equal(
		host_fake_text(f->host, FILE_NAME, buf_cstr(&f->bundle)), 0);
}

static const struct response_request *ask(struct fixture *f)
{
	buf_clear(&f->target.members);
	buf_add(&f->target.members, &f->member, sizeof(f->member));
	identity_done(&f->found);
	identify(&f->question, &f->request, &f->target, &f->found);
	return &f->found.request;
}

static void assert_text(struct str found, const char *expected)
{
	if (!str_eq(found, str_from(expected)))
		fail_msg("not \"%s\": %.*s", expected, STR_FMT(found));
}

static void test_looked_up(void **state)
{
	struct fixture *f = *state;
	const struct response_request *q;

	put_bundle(f);
	q = ask(f);
	assert_false(f->found.is_unidentified);
	assert_text(q->container, SHORT);
	assert_text(q->container_name, "nginx");
	assert_text(q->pod_namespace, "shop");
	assert_true(protected_is(&(struct protected){ .kind = PROTECT_CONTAINER,
	                                              .text = STR(ID) },
	                         &(struct response_facts){ .request = q },
	                         &f->member));
}

/* Without its files it could be what the list protects. */
static void test_not_to_be_had(void **state)
{
	struct fixture *f = *state;

	ask(f);
	assert_true(f->found.is_unidentified);
	put_bundle(f);
	f->member.cgroup = STR("0::/somewhere\n");
	f->request.cgroup = STR("/somewhere");
	ask(f);
	assert_true(f->found.is_unidentified);
	/* nothing is asked of the host's own */
	f->request.response.scope = RESPONSE_SCOPE_PROCESS;
	f->member.is_in_container = false;
	ask(f);
	assert_false(f->found.is_unidentified);
}

/* Whose list asks nothing of containers has no file read. */
static void test_not_wanted(void **state)
{
	struct fixture *f = *state;

	f->list[0].kind = PROTECT_UNIT;
	assert_text(ask(f)->container, SHORT);
	assert_false(f->found.is_unidentified);
}

/* A cgroup above the container's would be many containers. */
static void test_own_cgroup(void **state)
{
	static const struct {
		const char *lines, *path;
		bool has_process, is_refused;
	} cases[] = {
		{ "0::" CGROUP "/inner\n", CGROUP, true, false },
		{ "0::" CGROUP "\n", "/kubepods/burstable/podu-1", true, true },
		{ "0::" CGROUP "\n", "/kubepods", true, true },
		{ "0::/custom/name\n", "/custom/name", true, false },
		{ "0::/custom/name\n", "/custom", true, true },
		{ "", CGROUP, false, false },
		{ "", "/kubepods", false, true },
		{ "", "/system.slice", false, true },
	};
	struct fixture *f = *state;

	f->list[0].kind = PROTECT_UNIT;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->member.cgroup = str_from(cases[i].lines);
		f->request.cgroup = str_from(cases[i].path);
		f->target.has_process = cases[i].has_process;
		ask(f);
		if (f->found.is_unidentified != cases[i].is_refused)
			fail_msg("%s in %s", cases[i].path, cases[i].lines);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_looked_up),
		TEST(test_not_to_be_had),
		TEST(test_not_wanted),
		TEST(test_own_cgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
