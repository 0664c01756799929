/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_cgroup.c - cgroup paths of every runtime, version and layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>

#include "saker/base/io.h"
#include "saker/container/cgroup.h"

#define A    "485776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108a1b5b9"
#define B    "2dcbab615aebfa9313feffc5cfdacd381543cfa04c6be3f39ac656e55ef34805"
#define TASK "0123456789abcdef0123456789abcdef"
#define UID  "2d5133c0-65f3-40b2-b375-c04866d418e1"
#define UID_ "2d5133c0_65f3_40b2_b375_c04866d418e1"
#define KUBE                                                                   \
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ \
	".slice"
#define USER "/user.slice/user-1000.slice/user@1000.service/user.slice"

struct row {
	const char *text;
	enum cgroup_role role;
	const char *runtime;
	const char *id;
};

static const struct row rows[] = {
	{ "4:memory:/docker/" A, CGROUP_CONTAINER, "docker", A },
	{ "0::/system.slice/docker-" A ".scope", CGROUP_CONTAINER, "docker",
	  A },
	{ "0::/system.slice/docker-" A ".scope (deleted)", CGROUP_CONTAINER,
	  "docker", A },
	{ "0::/../../system.slice/docker-" A ".scope", CGROUP_CONTAINER,
	  "docker", A },
	{ "0::/system.slice/docker-" A ".scope/init.scope", CGROUP_CONTAINER,
	  "docker", A },
	{ "0::" KUBE "/docker-" A ".scope", CGROUP_CONTAINER, "docker", A },
	{ "0::" KUBE "/cri-containerd-" A ".scope", CGROUP_CONTAINER,
	  "containerd", A },
	{ "0::" KUBE "/crio-" A ".scope", CGROUP_CONTAINER, "cri-o", A },
	{ "0::" KUBE "/crio-conmon-" A ".scope", CGROUP_POD, "kubernetes", "" },
	{ "0::" KUBE, CGROUP_POD, "kubernetes", "" },
	{ "0::/system.slice/crio-conmon-" A ".scope", CGROUP_HOST, "", "" },
	{ "4:memory:/kubepods/burstable/pod" UID "/crio-" A, CGROUP_CONTAINER,
	  "cri-o", A },
	{ "9:memory:/kubepods/burstable/pod" UID "/" A, CGROUP_CONTAINER,
	  "kubernetes", A },
	{ "9:memory:/kubepods/pod" UID "/" A, CGROUP_CONTAINER, "kubernetes",
	  A },
	{ "9:memory:/system.slice/containerd.service/"
	  "kubepods-besteffort-pod" UID_ ".slice:cri-containerd:" A,
	  CGROUP_CONTAINER, "containerd", A },
	{ "0::" USER "/libpod-conmon-" A ".scope", CGROUP_HOST, "", "" },
	{ "0::" USER "/libpod-" A ".scope/container", CGROUP_CONTAINER,
	  "podman", A },
	{ "0::/machine.slice/libpod-" A ".scope/container", CGROUP_CONTAINER,
	  "podman", A },
	{ "0::/machine.slice/machine-libpod_pod_" B ".slice/libpod-" A ".scope",
	  CGROUP_CONTAINER, "podman", A },
	{ "0::/machine.slice/machine-libpod_pod_" B ".slice", CGROUP_POD,
	  "podman", "" },
	{ "5:pids:/libpod_parent/libpod-" A, CGROUP_CONTAINER, "podman", A },
	{ "4:memory:/default/redis", CGROUP_CONTAINER, "containerd", "redis" },
	{ "0::/system.slice/nerdctl-" A ".scope", CGROUP_CONTAINER,
	  "containerd", A },
	{ "0::/system.slice/docker.service/buildkit/ib0quvqjpxv4u7ufvoyhhyyhk",
	  CGROUP_CONTAINER, "buildkit", "ib0quvqjpxv4u7ufvoyhhyyhk" },
	{ "0::/docker/buildkit/ib0quvqjpxv4u7ufvoyhhyyhk", CGROUP_CONTAINER,
	  "buildkit", "ib0quvqjpxv4u7ufvoyhhyyhk" },
	{ "0::/lxc.payload.web1/system.slice/nginx.service", CGROUP_CONTAINER,
	  "lxc", "web1" },
	{ "0::/lxc.monitor.web1", CGROUP_HOST, "", "" },
	{ "4:memory:/lxc/web1", CGROUP_CONTAINER, "lxc", "web1" },
	{ "0::/machine.slice/systemd-nspawn@deb12.service/payload/"
	  "system.slice/ssh.service",
	  CGROUP_CONTAINER, "nspawn", "deb12" },
	{ "0::/machine.slice/systemd-nspawn@deb12.service/supervisor",
	  CGROUP_HOST, "", "" },
	{ "0::/machine.slice/systemd-nspawn@deb12.service", CGROUP_HOST, "",
	  "" },
	{ "1:name=systemd:/machine.slice/machine-deb12.scope", CGROUP_CONTAINER,
	  "machined", "deb12" },
	{ "1:name=systemd:/machine.slice/machine-my\\x2dbox.scope/payload",
	  CGROUP_CONTAINER, "machined", "my\\x2dbox" },
	{ "0::/machine.slice/machine-deb12.scope/supervisor", CGROUP_HOST, "",
	  "" },
	{ "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator",
	  CGROUP_VM, "libvirt", "" },
	{ "4:memory:/ecs/cluster/" TASK "/" A, CGROUP_CONTAINER, "ecs", A },
	{ "4:memory:/ecs/" TASK "/" A, CGROUP_CONTAINER, "ecs", A },
	{ "4:memory:/ecs/" TASK "/" TASK "-2531612879", CGROUP_CONTAINER, "ecs",
	  TASK "-2531612879" },
	{ "4:memory:/ecs/" TASK, CGROUP_HOST, "", "" },
	{ "0::/ecstasks.slice/ecstasks-" TASK ".slice/docker-" A ".scope",
	  CGROUP_CONTAINER, "docker", A },
	{ "4:memory:/system.slice/garden.service/garden/"
	  "9d2c1a5e-6a3f-4b5a-7d0c",
	  CGROUP_CONTAINER, "garden", "9d2c1a5e-6a3f-4b5a-7d0c" },
	{ "4:memory:/docker/" B "/docker/" A, CGROUP_CONTAINER, "docker", A },
	{ "0::/system.slice/docker-" B ".scope/kubelet.slice/"
	  "kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
	  "kubelet-kubepods-burstable-pod" UID_ ".slice/cri-containerd-" A
	  ".scope",
	  CGROUP_CONTAINER, "containerd", A },
	{ "0::/custom-parent/" A, CGROUP_CONTAINER, "", A },
	{ "0::/docker/" B "/libpod-conmon-" A ".scope", CGROUP_CONTAINER,
	  "docker", B },
	/* hybrid: any line may be the one that knows */
	{ "4:memory:/docker/" A "\n0::/system.slice/containerd.service\n",
	  CGROUP_CONTAINER, "docker", A },
	{ "1:name=systemd:/docker/" B "\n0::/docker/" B "\n"
	  "4:memory:/docker/" B "/docker/" A "\n",
	  CGROUP_CONTAINER, "docker", A },
	/* look-alikes */
	{ "0::/", CGROUP_HOST, "", "" },
	{ "0::/init.scope", CGROUP_HOST, "", "" },
	{ "0::/user.slice/user-1000.slice/session-6.scope", CGROUP_HOST, "",
	  "" },
	{ "0::/system.slice/run-r" TASK ".scope", CGROUP_HOST, "", "" },
	{ "0::/system.slice/docker.service", CGROUP_HOST, "", "" },
	{ "0::/system.slice/docker-" TASK ".scope", CGROUP_HOST, "", "" },
	{ "0::/docker", CGROUP_HOST, "", "" },
	{ "0::/docker/" A "0", CGROUP_HOST, "", "" },
	{ "0::/lxc/", CGROUP_HOST, "", "" },
	{ "0::/machine.slice/machine-.scope", CGROUP_HOST, "", "" },
	{ "0::/default/cron.service", CGROUP_HOST, "", "" },
	{ "garbage", CGROUP_HOST, "", "" },
	{ "", CGROUP_HOST, "", "" },
	{ ":::::\n::\n0:", CGROUP_HOST, "", "" },
};

static void assert_str(const char *what, struct str got, const char *expected)
{
	if (!str_eq(got, str_from(expected)))
		fail_msg("%s: got \"%.*s\", expected \"%s\"", what,
		         STR_FMT(got), expected);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cgroup_facts f;

		cgroup_parse(str_from(rows[i].text), &f);
		if (f.role != rows[i].role)
			fail_msg("%s: role %d", rows[i].text, (int)f.role);
		assert_str(rows[i].text, f.id, rows[i].id);
		assert_str(rows[i].text, f.runtime, rows[i].runtime);
	}
}

static void test_pod_uid(void **state)
{
	struct cgroup_facts f;

	(void)state;
	cgroup_parse(STR("0::" KUBE "/crio-" A ".scope"), &f);
	assert_str("systemd", f.pod_uid, UID_);
	cgroup_parse(STR("9:memory:/kubepods/besteffort/pod" UID "/" A), &f);
	assert_str("cgroupfs", f.pod_uid, UID);
	cgroup_parse(STR("9:memory:/kubepods/pod" TASK "/" A), &f);
	assert_str("static pod", f.pod_uid, TASK);
	cgroup_parse(STR("0::/a/kubepods-pod" UID_ ".slice:crio:" A), &f);
	assert_str("colons", f.pod_uid, UID_);
	cgroup_parse(STR("0::/system.slice/docker-" A ".scope"), &f);
	assert_str("no pod", f.pod_uid, "");
}

/* Which line and which directory stand for the cgroup. */
static void test_paths(void **state)
{
	struct cgroup_facts f;

	(void)state;
	cgroup_parse(STR("4:memory:/docker/" A "\n3:pids:/docker/" A
	                 "/sub\n1:name=systemd:/x\n0::/\n"),
	             &f);
	assert_str("controller", f.controller, "pids");
	assert_str("path", f.path, "/docker/" A "/sub");
	assert_str("own path", f.own_path, "/docker/" A);
	cgroup_parse(STR("4:memory:/m\n1:name=systemd:/s\n3:pids:/p\n"), &f);
	assert_str("host v1", f.path, "/p");
	cgroup_parse(STR("1:name=systemd:/s\n0::/u (deleted)\n3:pids:/p\n"),
	             &f);
	assert_str("host v2", f.path, "/u");
	assert_str("host v2 controller", f.controller, "");
	cgroup_parse(STR("0::/docker/" B "/docker/" A "/x"), &f);
	assert_int_equal(f.depth, 2);
	assert_str("nested", f.own_path, "/docker/" B "/docker/" A);
}

static void test_unescape(void **state)
{
	auto_buf struct buf b = BUF_INIT;

	(void)state;
	cgroup_unescape(STR("my\\x2dbox\\x"), &b);
	assert_str("escape", buf_str(&b), "my-box\\x");
	buf_clear(&b);
	cgroup_unescape(STR("a\\xzz\\x2"), &b);
	assert_str("broken escape", buf_str(&b), "a\\xzz\\x2");
}

/* Any cut and any flipped byte: views stay inside the text. */
static void test_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].text);
		auto_free char *copy = malloc(len + 1);

		assert_non_null(copy);
		for (size_t cut = 0; cut < len; cut++) {
			auto_free char *exact = malloc(cut + 1);
			struct cgroup_facts f;

			assert_non_null(exact);
			memcpy(exact, rows[i].text, cut);
			cgroup_parse((struct str){ exact, cut }, &f);
			memcpy(copy, rows[i].text, len);
			copy[cut] = (char)(copy[cut] ^ 0x15);
			cgroup_parse((struct str){ copy, len }, &f);
			assert_true(f.id.len == 0 ||
			            (f.id.s >= copy &&
			             f.id.s + f.id.len <= copy + len));
		}
	}
}

/* The table of expected answers writes what varies in angle brackets. */
static const struct {
	const char *has;
	const char *value;
} placeholders[] = {
	{ "node 64hex", B },
	{ "outer 64hex", B },
	{ "64hex pod", B },
	{ "64hex", A },
	{ "task 32hex", TASK },
	{ "10 digits", "2531612879" },
	{ "uuid", "9d2c1a5e-6a3f-4b5a-7d0c" },
	{ "handle", "9d2c1a5e-6a3f-4b5a-7d0c" },
	{ "uid", UID },
	{ "base32", "ib0quvqjpxv4u7ufvoyhhyyhk" },
	{ "id", "ib0quvqjpxv4u7ufvoyhhyyhk" },
	{ "cluster", "prod" },
};

static void instantiate(struct str text, struct buf *out)
{
	while (text.len != 0) {
		ptrdiff_t open = str_find_byte(text, '<');
		ptrdiff_t close = str_find_byte(text, '>');
		struct str name;

		if (open < 0 || close < open) {
			buf_add_str(out, text);
			return;
		}
		buf_add_str(out, str_take(text, (size_t)open));
		name = str_span(text.s + open + 1, text.s + close);
		text = str_skip(text, (size_t)close + 1);
		for (size_t i = 0;; i++) {
			assert_true(i < sizeof(placeholders) /
			                        sizeof(placeholders[0]));
			if (str_find(name, str_from(placeholders[i].has)) < 0)
				continue;
			buf_add_str(out, str_from(placeholders[i].value));
			break;
		}
	}
}

/* What the table calls the case, and what we call its runtime. */
static const char *const runtime_of_case[][2] = {
	{ "k8s-docker", "docker" },
	{ "k8s-containerd", "containerd" },
	{ "k8s-containerd-mismatch", "containerd" },
	{ "k8s-crio", "cri-o" },
	{ "crio-cgroupfs", "cri-o" },
	{ "podman-rootless", "podman" },
	{ "podman-root", "podman" },
	{ "podman-pod", "podman" },
	{ "podman-cgroupfs", "podman" },
	{ "k8s-cgroupfs", "kubernetes" },
	{ "k8s-guaranteed", "kubernetes" },
	{ "containerd-ctr", "containerd" },
	{ "nerdctl", "containerd" },
	{ "lxc-old", "lxc" },
	{ "ecs-ec2", "ecs" },
	{ "ecs-fargate", "ecs" },
	{ "ecs-systemd", "docker" },
	{ "dind", "docker" },
	{ "kind", "containerd" },
	{ "deleted", "docker" },
};

static const char *expected_runtime(struct str name)
{
	static char same[32];

	for (size_t i = 0;
	     i < sizeof(runtime_of_case) / sizeof(runtime_of_case[0]); i++)
		if (str_eq(name, str_from(runtime_of_case[i][0])))
			return runtime_of_case[i][1];
	snprintf(same, sizeof(same), "%.*s", STR_FMT(name));
	return same;
}

static void check_line(struct str name, struct str role, struct str id,
                       struct str line)
{
	auto_buf struct buf text = BUF_INIT, wanted = BUF_INIT;
	bool is_container = str_eq(role, STR("container"));
	struct cgroup_facts f;

	/* "PATH  or  PATH" shares the head of the first */
	if (line.s[0] == '/')
		buf_add_str(&text, STR("0::"));
	instantiate(line, &text);
	cgroup_parse(buf_str(&text), &f);
	if (str_find_byte(role, '?') >= 0)
		return;
	if ((f.role == CGROUP_CONTAINER) != is_container)
		fail_msg("%.*s: %.*s", STR_FMT(name), STR_FMT(buf_str(&text)));
	if (str_eq(role, STR("vm")))
		assert_int_equal(f.role, CGROUP_VM);
	if (!is_container)
		return;
	instantiate(id, &wanted);
	assert_str(buf_cstr(&text), f.id, buf_cstr(&wanted));
	assert_str(buf_cstr(&text), f.runtime, expected_runtime(name));
}

static unsigned check_row(struct str row)
{
	struct str name, role, id, line;
	ptrdiff_t at;

	if (str_has_prefix(row, STR("#")) || !str_split(&row, '\t', &name) ||
	    !str_split(&row, '\t', &role) || !str_split(&row, '\t', &id) ||
	    !str_split(&row, '\t', &line))
		return 0;
	/* Its id column names the shape only. */
	if (str_eq(name, STR("garden")))
		id = STR("<handle>");
	at = str_find(line, STR(" or "));
	if (at >= 0) {
		check_line(name, role, id,
		           str_trim(str_skip(line, (size_t)at + 4)));
		line = str_trim(str_take(line, (size_t)at));
	}
	check_line(name, role, id, line);
	return 1;
}

static unsigned check_table(struct str text)
{
	unsigned checked = 0;
	struct str row;

	while (str_split(&text, '\n', &row))
		checked += check_row(row);
	return checked;
}

/* skip() does not return, so nothing may be owned where it is called. */
static bool read_table(struct buf *text)
{
	const char *data = getenv("SAKER_TEST_DATA");
	const char *top = getenv("top_srcdir");
	auto_buf struct buf path = BUF_INIT;

	if (data != NULL)
		buf_printf(&path, "%s/cgroup-paths.tsv", data);
	else
		buf_printf(&path, "%s/../shared/data/cgroup-paths.tsv",
		           top != NULL ? top : ".");
	return io_read_at(AT_FDCWD, buf_cstr(&path), 1u << 20, text) == 0;
}

static void test_table(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	if (!read_table(&text)) {
		buf_done(&text);
		skip();
	}
	assert_true(check_table(buf_str(&text)) >= 35);
	buf_done(&text);
}

static void test_chain(void **state)
{
	static const struct {
		const char *path;
		const char *chain;
	} cases[] = {
		{ "/docker/" A, A },
		{ "/docker/" A "/docker/" B, A "," B },
		{ "/system.slice/docker-" A
		  ".scope/kubelet.slice/kubelet-kubepods.slice/"
		  "kubelet-kubepods-pod" UID_ ".slice/cri-containerd-" B
		  ".scope/init.scope",
		  A "," B },
		{ "/lxc.payload.web1/docker/" A "/docker/" B, "web1," A "," B },
		{ "/user.slice/user-1000.slice", "" },
		{ "/machine.slice/systemd-nspawn@deb12.service/supervisor",
		  "" },
		{ "/machine.slice/systemd-nspawn@deb12.service/payload/"
		  "docker/" A,
		  "deb12," A },
		{ "", "" },
	};
	struct str ids[4];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_buf struct buf chain = BUF_INIT;
		size_t n = cgroup_chain(str_from(cases[i].path), ids, 4);

		for (size_t k = 0; k < n; k++)
			buf_printf(&chain, "%s%.*s", k != 0 ? "," : "",
			           STR_FMT(ids[k]));
		assert_string_equal(buf_cstr(&chain), cases[i].chain);
	}
	/* no more than there is room for: the outermost */
	assert_int_equal(cgroup_chain(STR("/docker/" A "/docker/" B), ids, 1),
	                 1);
	assert_true(str_eq(ids[0], STR(A)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),    cmocka_unit_test(test_rows),
		cmocka_unit_test(test_pod_uid),  cmocka_unit_test(test_paths),
		cmocka_unit_test(test_unescape), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
