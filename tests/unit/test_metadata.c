/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_metadata.c - what the files of each runtime tell of a container, and
 * what becomes of damaged, huge and nested ones. */
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_host.h"
#include "metadata.h"
#include "oom.h"
#include "saker/base/io.h"

#define ID    "69cc5f81cbfcd078c67e344ff921654658e5988e8fc4805bddb662e3ad1cd6f0"
#define SB    "5555555555555555555555555555555555555555555555555555555555555555"
#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_7 "7777777777777777777777777777777777777777777777777777777777777777"
#define HEX_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define HEX_E "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#define IMAGE "9bdd9710e4aa8b6f115da2abe4452bf9059ea9b0759db9c2078c1e9ef99f082e"

#define TASKS      "/run/containerd/io.containerd.runtime.v2.task/"
#define STORED     "/var/lib/containers/storage/overlay-"
#define STORED_RUN "/run/containers/storage/overlay-containers/"
#define DOCKER     "/var/lib/docker/"
#define ANN        "/home/ann/.local/share/containers/storage/overlay-"

#define MAX_TEXTS 16

struct fixture {
	struct host *host;
	struct counters counters;
	char *texts[MAX_TEXTS];
	size_t ntexts;
	struct metadata_question question;
};

static int begin(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->host = fake_host_new();
	f->question = (struct metadata_question){ .host = f->host,
		                                  .counters = &f->counters,
		                                  .id = STR(ID) };
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	while (f->ntexts != 0)
		free(f->texts[--f->ntexts]);
	host_free(f->host);
	test_free(f);
	return 0;
}

static void put_text(struct fixture *f, const char *path, char *text)
{
	assert_true(f->ntexts < MAX_TEXTS);
	f->texts[f->ntexts++] = text;
	fake_host_text(f->host, path, text);
}

static char *load(const char *name)
{
	auto_buf struct buf text = BUF_INIT;
	auto_free char *path = NULL;
	const char *top = getenv("top_srcdir");

	assert_true(asprintf(&path, "%s/tests/data/metadata/%s",
	                     top != NULL ? top : ".", name) > 0);
	assert_int_equal(io_read_at(AT_FDCWD, path, 65536, &text), 0);
	return str_dup(buf_str(&text));
}

static void put(struct fixture *f, const char *path, const char *name)
{
	put_text(f, path, load(name));
}

static void add(struct buf *out, const char *name, struct str v)
{
	if (v.len != 0)
		buf_printf(out, "%s=%.*s\n", name, STR_FMT(v));
}

static void add_fact(struct buf *out, const char *name, enum fact fact)
{
	if (fact == FACT_YES)
		buf_printf(out, "%s\n", name);
	else if (fact == FACT_UNKNOWN)
		buf_printf(out, "%s?\n", name);
}

static void add_labels(struct buf *out, const char *name,
                       const struct container_label *labels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s %.*s=%.*s\n", name, STR_FMT(labels[i].key),
		           STR_FMT(labels[i].value));
}

static void describe(const struct container_metadata *m, struct buf *out)
{
	add(out, "runtime", m->runtime);
	add(out, "name", m->name);
	add(out, "image", m->image);
	add(out, "repository", m->image_repository);
	add(out, "tag", m->image_tag);
	add(out, "digest", m->image_digest);
	add(out, "image id", m->image_id);
	add(out, "pod", m->pod_name);
	add(out, "namespace", m->pod_namespace);
	add(out, "uid", m->pod_uid);
	add(out, "sandbox", m->pod_sandbox_id);
	add(out, "ip", m->ip);
	add(out, "cni", m->cni_json);
	add(out, "seccomp", m->seccomp);
	add(out, "apparmor", m->apparmor);
	add(out, "selinux", m->selinux);
	add(out, "health", m->healthcheck);
	add(out, "live", m->liveness_probe);
	add(out, "ready", m->readiness_probe);
	add_fact(out, "privileged", m->privileged);
	add_fact(out, "read-only", m->is_read_only);
	add_fact(out, "user namespace", m->has_user_namespace);
	add_fact(out, "no new privileges", m->has_no_new_privs);
	add_fact(out, "host pid", m->host_pid);
	add_fact(out, "host network", m->host_network);
	add_fact(out, "host ipc", m->host_ipc);
	if (m->has_caps)
		buf_printf(out, "caps %llx\n", (unsigned long long)m->caps);
	for (size_t i = 0; i < m->nmounts; i++)
		buf_printf(out, "mount %.*s %.*s %.*s %s %.*s\n",
		           STR_FMT(m->mounts[i].source),
		           STR_FMT(m->mounts[i].dest),
		           STR_FMT(m->mounts[i].mode),
		           m->mounts[i].is_writable ? "rw" : "ro",
		           STR_FMT(m->mounts[i].propagation));
	for (size_t i = 0; i < m->ndevices; i++)
		add(out, "device", m->devices[i]);
	add_labels(out, "label", m->labels, m->nlabels);
	add_labels(out, "pod label", m->pod_labels, m->npod_labels);
}

static void expect_facts(struct fixture *f, bool is_whole, const char *expected)
{
	auto_buf struct buf found = BUF_INIT;
	auto_free struct container_metadata *m = NULL;
	bool whole;

	m = metadata_find(&f->question, &whole);
	assert_int_equal(whole, is_whole);
	if (m != NULL)
		describe(m, &found);
	assert_string_equal(buf_cstr(&found), expected);
}

static void put_docker(struct fixture *f)
{
	put(f, TASKS "moby/" ID "/config.json", "docker-bundle.json");
	put(f, DOCKER "containers/" ID "/config.v2.json", "docker-config.json");
	put(f, DOCKER "containers/" ID "/hostconfig.json",
	    "docker-hostconfig.json");
	put(f, DOCKER "image/overlay2/repositories.json",
	    "docker-repositories.json");
}

static void docker(void **state)
{
	struct fixture *f = *state;

	put_docker(f);
	expect_facts(
		f, true,
		"runtime=docker\nname=shop\n"
		"image=reg.example:5000/team/shop:1.2\n"
		"repository=reg.example:5000/team/shop\ntag=1.2\n"
		"digest=sha256:" HEX_A "\nimage id=" IMAGE
		"\n"
		"ip=172.17.0.2\nseccomp=default\napparmor=docker-default\n"
		"health=/bin/sh -c curl -f http://localhost/ || exit 1\n"
		"no new privileges\ncaps a80435fb\n"
		"mount /srv/data /data ro ro rprivate\n"
		"mount /var/lib/docker/volumes/cache/_data /var/cache z rw \n"
		"device=/dev/fuse:/dev/fuse:rwm\n"
		"label a=1\nlabel b=2\n");
}

/* Where daemon.json says; without the task's directory, as after the end. */
static void docker_elsewhere(void **state)
{
	struct fixture *f = *state;

	put(f, "/etc/docker/daemon.json", "docker-daemon.json");
	put(f, "/srv/docker/containers/" ID "/config.v2.json",
	    "docker-privileged-config.json");
	put(f, "/srv/docker/containers/" ID "/hostconfig.json",
	    "docker-privileged-hostconfig.json");
	put(f, "/srv/docker/image/overlay2/repositories.json",
	    "docker-repositories.json");
	expect_facts(
		f, true,
		"runtime=docker\nname=tool\nimage=sha256:" IMAGE
		"\n"
		"repository=other/name\ntag=9\n"
		"digest=sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		"bbbbbbbbbbbbbbbb\nimage id=" IMAGE
		"\npod=tool-0\n"
		"namespace=ops\nuid=69349abe-d645-11ea-9c4c-08002709c05c\n"
		"sandbox=" SB
		"\nseccomp=unconfined\napparmor=docker-default\n"
		"live=/bin/alive -q\n"
		"ready=/bin/ready --with a long list of arguments\n"
		"privileged\nread-only\nuser namespace?\nno new privileges?\n"
		"host pid\nhost network\nhost ipc\ncaps 1ffffffffff\n"
		"label io.kubernetes.container.name=tool\n"
		"label io.kubernetes.pod.name=tool-0\n"
		"label io.kubernetes.pod.namespace=ops\n"
		"label io.kubernetes.pod.uid="
		"69349abe-d645-11ea-9c4c-08002709c05c\n"
		"label io.kubernetes.sandbox.id=" SB "\n");
}

#define CRI                                                                    \
	"runtime=containerd\nname=nginx\nimage=docker.io/library/nginx:1.25\n" \
	"repository=docker.io/library/nginx\ntag=1.25\npod=web-0\n"            \
	"namespace=shop\nuid=2d5133c0-65f3-40b2-b375-c04866d418e1\n"           \
	"sandbox=" SB                                                          \
	"\nseccomp=filter\napparmor=cri-containerd.apparmor.d\n"               \
	"read-only\ncaps a80425fb\n"                                           \
	"mount /var/lib/kubelet/pods/2d5133c0-65f3-40b2-b375-c04866d418e1/"    \
	"etc-hosts /etc/hosts  rw rprivate\n"                                  \
	"mount /var/lib/kubelet/pods/2d5133c0-65f3-40b2-b375-c04866d418e1/"    \
	"volumes/kubernetes.io~projected/kube-api-access "                     \
	"/var/run/secrets/kubernetes.io/serviceaccount  ro rprivate\n"

static void containerd_cri(void **state)
{
	struct fixture *f = *state;

	put(f, TASKS "k8s.io/" ID "/config.json", "containerd-bundle.json");
	expect_facts(f, true, CRI);
}

/* The runtime's command line or the shim's directory told where. */
static void bundle_that_is_told(void **state)
{
	struct fixture *f = *state;

	f->question.bundle = STR("/srv/tasks/k8s.io/" ID);
	put(f, "/srv/tasks/k8s.io/" ID "/config.json",
	    "containerd-bundle.json");
	expect_facts(f, true, CRI);
	/* relative to what? */
	f->question.bundle = STR("srv/tasks/k8s.io/" ID);
	expect_facts(f, false, "");
}

static void containerd_privileged(void **state)
{
	struct fixture *f = *state;

	put(f,
	    "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/" ID
	    "/config.json",
	    "containerd-privileged-bundle.json");
	expect_facts(f, true,
	             "runtime=containerd\nname=agent\n"
	             "image=quay.io/agent@sha256:" HEX_C
	             "\n"
	             "repository=quay.io/agent\ndigest=sha256:" HEX_C
	             "\n"
	             "pod=agent-x\nnamespace=kube-system\nuid=u\n"
	             "sandbox=" SB
	             "\nseccomp=unconfined\nprivileged\n"
	             "host pid\nhost network\nhost ipc\ncaps 1ffffffffff\n"
	             "mount / /host  rw rslave\ndevice=/dev/fuse\n");
}

static void containerd_nerdctl(void **state)
{
	struct fixture *f = *state;

	put(f, TASKS "default/" ID "/config.json", "nerdctl-bundle.json");
	expect_facts(f, true,
	             "runtime=containerd\nname=db\nseccomp=filter\n"
	             "caps a80425fb\nlabel app=db\n"
	             "label nerdctl/hostname=x\nlabel nerdctl/name=db\n"
	             "label nerdctl/namespace=default\n");
}

#define CRIO                                                         \
	"runtime=cri-o\nname=front\nimage=quay.io/team/front:3\n"    \
	"repository=quay.io/team/front\ntag=3\ndigest=sha256:" HEX_7 \
	"\nimage id=" HEX_E                                          \
	"\npod=front-1\nnamespace=default\n"                         \
	"uid=aaaa2b4a-f398-41c0-928b-049e1cc4ec40\nsandbox=" SB      \
	"\nip=10.85.0.7\n"                                           \
	"cni={\"cniVersion\":\"0.4.0\",\"ips\":[{\"version\":\"4\"," \
	"\"address\":\"10.85.0.7/16\"}]}\nseccomp=runtime/default\n"
#define CRIO_LABELS                                   \
	"label io.kubernetes.container.name=front\n"  \
	"label io.kubernetes.pod.name=front-1\n"      \
	"label io.kubernetes.pod.namespace=default\n" \
	"label io.kubernetes.pod.uid=aaaa2b4a-f398-41c0-928b-049e1cc4ec40\n"

static void put_crio(struct fixture *f)
{
	put(f, STORED_RUN ID "/userdata/state.json", "crio-state.json");
	put(f, STORED_RUN SB "/userdata/config.json", "crio-sandbox.json");
	put(f, STORED "containers/containers.json", "crio-containers.json");
	put(f, STORED "images/images.json", "images.json");
}

static void crio(void **state)
{
	struct fixture *f = *state;

	put_crio(f);
	put(f, STORED_RUN ID "/userdata/config.json", "crio-bundle.json");
	expect_facts(f, true,
	             CRIO
	             "selinux=system_u:system_r:container_t:s0:c739,c982\n"
	             "live=/bin/alive -q\nready=/bin/ready\n"
	             "caps a80425fb\n"
	             "mount /var/lib/kubelet/pods/p/volumes/cfg /cfg  rw "
	             "rprivate\n" CRIO_LABELS
	             "pod label app=front\n"
	             "pod label io.kubernetes.pod.name=front-1\n");
}

/* The specification not yet written: what the state says. */
static void crio_state_alone(void **state)
{
	struct fixture *f = *state;

	put_crio(f);
	expect_facts(f, true,
	             CRIO
	             "live=/bin/alive -q\nready=/bin/ready\n"
	             "privileged?\nread-only?\nuser namespace?\n"
	             "no new privileges?\nhost pid?\nhost network?\n"
	             "host ipc?\n" CRIO_LABELS
	             "pod label app=front\n"
	             "pod label io.kubernetes.pod.name=front-1\n");
}

#define PODMAN_HEAD                                                      \
	"runtime=podman\nname=web-runc\nimage=localhost/meta/test:1.2\n" \
	"repository=localhost/meta/test\ntag=1.2\ndigest=sha256:" HEX_7  \
	"\nimage id=" HEX_E "\nseccomp=filter\n"
#define PODMAN_TAIL                             \
	"read-only\nuser namespace\ncaps 400\n" \
	"mount /srv/rf /data  ro rprivate\n"
#define PODMAN PODMAN_HEAD PODMAN_TAIL

static void podman(void **state)
{
	struct fixture *f = *state;

	put(f, STORED "containers/" ID "/userdata/config.json",
	    "podman-bundle.json");
	put(f, STORED "containers/containers.json", "podman-containers.json");
	put(f, STORED "images/images.json", "images.json");
	expect_facts(f, true, PODMAN);
}

/* An older copy of the configuration is overwritten in part. */
static void labels_of_podman(void **state)
{
	struct fixture *f = *state;

	put(f, STORED "containers/" ID "/userdata/config.json",
	    "podman-bundle.json");
	put(f, STORED "containers/containers.json", "podman-containers.json");
	put(f, STORED "images/images.json", "images.json");
	fake_host_text(
		f->host, "/var/lib/containers/storage/libpod/bolt_state.db",
		"page {\"spec\":{\"a\":1},\"id\":\"other\",\"labels\":{\"no\":"
		"\"1\"}} page {\"spec\":{\"b\":1}\"id\":\"" ID
		"\",\"name\":\"stale\" \"id\":\"" ID
		"\",\"name\":\"x\"} page "
		"{\"spec\":{\"a\":[{}]},\"id\":\"" ID
		"\",\"name\":\"web\",\"healthcheck\":{\"Test\":[\"CMD\","
		"\"/bin/ok\",\"-x\"]},\"labels\":{\"app\":\"web\"}} page "
		"{\"spec\":{},\"id\":\"third\",\"labels\":{\"no\":\"2\"}}");
	expect_facts(f, true,
	             PODMAN_HEAD "health=/bin/ok -x\n" PODMAN_TAIL
	                         "label app=web\n");
}

static void podman_of_a_user(void **state)
{
	struct fixture *f = *state;

	put_text(f, "/etc/passwd",
	         str_dup(STR("root:x:0:0::/root:/bin/sh\n"
	                     "bob:x:100:100::/home/bob:/bin/sh\n"
	                     "ann:x:1000:1000::/home/ann:/bin/sh\n")));
	put(f, ANN "containers/" ID "/userdata/config.json",
	    "podman-bundle.json");
	put(f, ANN "containers/containers.json", "podman-containers.json");
	put(f, ANN "images/images.json", "images.json");
	/* whose it is tells the cgroup */
	expect_facts(f, false, "");
	f->question.cgroup =
		STR("/user.slice/user-1000.slice/"
	            "user@1000.service/user.slice/libpod-" ID ".scope");
	expect_facts(f, true, PODMAN);
	/* conmon's command line tells it, too, of whatever place */
	f->question.cgroup = STR_NONE;
	f->question.bundle = STR(ANN "containers/" ID "/userdata");
	expect_facts(f, true, PODMAN);
}

#define BARE_RUNC                                                \
	"seccomp=unconfined\napparmor=my-profile\nread-only\n"   \
	"no new privileges\nhost network\ncaps 20000420\n"       \
	"mount /srv/data /data  ro rprivate\ndevice=/dev/fuse\n" \
	"label team=a=b\n"

static void bare_runc(void **state)
{
	struct fixture *f = *state;

	f->question.id = STR("web");
	put(f, "/run/runc/web/state.json", "runc-state.json");
	expect_facts(f, true, BARE_RUNC);
	/* the cgroup has another name than the runtime's container */
	f->question.id = STR("machine-web");
	f->question.given_id = STR("web");
	expect_facts(f, true, BARE_RUNC);
}

static void bare_runc_with_a_root(void **state)
{
	struct fixture *f = *state;

	f->question.id = STR("web");
	f->question.root = STR("/srv/runc");
	put(f, "/srv/runc/web/state.json", "runc-state.json");
	expect_facts(f, true, BARE_RUNC);
}

static void bare_crun(void **state)
{
	struct fixture *f = *state;

	f->question.id = STR("web");
	put(f, "/run/crun/web/status", "crun-status.json");
	put(f, "/srv/bundle/config.json", "crun-bundle.json");
	expect_facts(f, true,
	             "seccomp=unconfined\nprivileged\ncaps 1ffffffffff\n"
	             "label team=b\n");
}

static void half_written(void **state)
{
	struct fixture *f = *state;
	char *config = load("docker-config.json");
	size_t n = strlen(config);

	put(f, DOCKER "containers/" ID "/hostconfig.json",
	    "docker-hostconfig.json");
	put_text(f, DOCKER "containers/" ID "/config.v2.json", config);
	for (size_t i = n; i-- > 0;) {
		auto_free struct container_metadata *m = NULL;
		bool is_whole;

		config[i] = '\0';
		m = metadata_find(&f->question, &is_whole);
		if (i != n - 1)
			assert_false(is_whole);
		/* what is whole is taken */
		assert_non_null(m);
		assert_int_equal(m->privileged, FACT_NO);
	}
	assert_true(counter_get(&f->counters, COUNTER_METADATA_MALFORMED) != 0);
}

static void values_of_wrong_types(void **state)
{
	static const char *const texts[] = {
		"[]",
		"{}",
		"7",
		"null",
		"\"text\"",
		"{\"process\":[],\"root\":7,\"mounts\":{},\"linux\":[1]}",
		"{\"process\":{\"capabilities\":{\"bounding\":[7,null,{},\"X\","
		"\"CAP_\",\"CAP_NOPE\"]}},\"mounts\":[7,{\"options\":[7]},"
		"{\"type\":\"bind\"}],\"linux\":{\"namespaces\":[null],"
		"\"devices\":[null,{}],\"resources\":{\"devices\":[[]]}},"
		"\"annotations\":{\"io.container.manager\":\"cri-o\","
		"\"io.kubernetes.cri-o.Labels\":\"[\"}}",
		"{\"Config\":{\"Labels\":[],\"Healthcheck\":{\"Test\":[\"CMD\""
		"]}},\"Image\":\"sha256:\",\"MountPoints\":{\"/a\":7},"
		"\"NetworkSettings\":{\"Networks\":{\"a\":[]}}}",
		"{\"CapAdd\":[7],\"SecurityOpt\":[7,\"seccomp\",\"seccomp=\"],"
		"\"Devices\":[7]}",
		"{\"config\":{\"labels\":[7,\"=\",\"a\"],\"namespaces\":[7],"
		"\"mounts\":[7,{\"device\":\"bind\"}],\"devices\":[{}]}}",
	};
	static const char *const paths[] = {
		TASKS "moby/" ID "/config.json",
		DOCKER "containers/" ID "/config.v2.json",
		DOCKER "containers/" ID "/hostconfig.json",
		STORED_RUN ID "/userdata/state.json",
		"/run/runc/" ID "/state.json",
		"/run/crun/" ID "/status",
	};
	size_t n = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t p = 0; p < sizeof(paths) / sizeof(paths[0]); p++) {
		for (size_t i = 0; i < n; i++) {
			void *inner;
			struct fixture *f;
			bool is_whole;

			begin(&inner);
			f = inner;
			fake_host_text(f->host, paths[p], texts[i]);
			free(metadata_find(&f->question, &is_whole));
			end(&inner);
		}
	}
}

static char *repeat(const char *head, const char *part, size_t n,
                    const char *tail)
{
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text, str_from(head));
	for (size_t i = 0; i < n; i++)
		buf_add_str(&text, str_from(part));
	buf_add_str(&text, str_from(tail));
	return str_dup(buf_str(&text));
}

static struct container_metadata *find(struct fixture *f)
{
	bool is_whole;

	return metadata_find(&f->question, &is_whole);
}

static void nested_files_are_left(void **state)
{
	struct fixture *f = *state;
	auto_free char *closes = repeat("", "]", LIMIT_METADATA_DEPTH - 1, "}");

	put_text(f, TASKS "moby/" ID "/config.json",
	         repeat("{\"a\":", "[", 100000, ""));
	expect_facts(f, false, "");
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_EXCESS), 1);
	/* the deepest that is read; brackets in texts are none */
	put_text(f, TASKS "moby/" ID "/config.json",
	         repeat("{\"hostname\":\"[\\\"[\",\"process\":{},\"a\":", "[",
	                LIMIT_METADATA_DEPTH - 1, closes));
	free(find(f));
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_EXCESS), 1);
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_MALFORMED),
	                 0);
}

static void huge_files_are_left(void **state)
{
	struct fixture *f = *state;

	put_text(f, TASKS "moby/" ID "/config.json",
	         repeat("{\"process\":{},\"a\":\"", "x", LIMIT_METADATA_BYTES,
	                "\"}"));
	expect_facts(f, false, "");
}

/* What else is known stays. */
static void huge_lists_are_left(void **state)
{
	struct fixture *f = *state;

	put(f, STORED "containers/" ID "/userdata/config.json",
	    "podman-bundle.json");
	put(f, STORED "containers/containers.json", "podman-containers.json");
	put_text(f, "/var/lib/containers/storage/libpod/bolt_state.db",
	         repeat("{\"id\":\"", "x", LIMIT_METADATA_LIST_BYTES, "\"}"));
	free(find(f));
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_EXCESS), 1);
}

static void items_are_bounded(void **state)
{
	struct fixture *f = *state;
	auto_free struct container_metadata *m = NULL;

	put_text(f, TASKS "moby/" ID "/config.json",
	         repeat("{\"mounts\":[",
	                "{\"type\":\"bind\",\"source\":\"/s\"},",
	                LIMIT_METADATA_ITEMS + 7,
	                "{\"type\":\"bind\",\"source\":\"/s\"}]}"));
	m = find(f);
	assert_non_null(m);
	assert_int_equal(m->nmounts, LIMIT_METADATA_ITEMS);
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_EXCESS), 8);
}

/* Lists that make what is kept too large are dropped, the rest stays. */
static void what_is_kept_is_bounded(void **state)
{
	struct fixture *f = *state;
	auto_free struct container_metadata *m = NULL;
	auto_free char *path = repeat("", "p", 300, "");
	auto_free char *mount = NULL;

	assert_true(asprintf(&mount, "{\"type\":\"bind\",\"source\":\"/%s\"},",
	                     path) > 0);
	put_text(f, TASKS "moby/" ID "/config.json",
	         repeat("{\"root\":{\"readonly\":true},\"mounts\":[", mount,
	                255, "{}]}"));
	m = find(f);
	assert_non_null(m);
	assert_int_equal(m->nmounts, 0);
	assert_int_equal(m->is_read_only, FACT_YES);
}

#define MANY 2000

/* Of thousands of containers no more is kept than rules can ask for. */
static void thousands_are_small(void **state)
{
	struct fixture *f = *state;
	struct container_metadata **all = test_calloc(MANY, sizeof(*all));
	size_t bytes = 0;

	put_docker(f);
	for (size_t i = 0; i < MANY; i++) {
		all[i] = find(f);
		assert_non_null(all[i]);
		bytes += malloc_usable_size(all[i]);
	}
	assert_in_range(bytes, 1, MANY * 2048);
	for (size_t i = 0; i < MANY; i++)
		free(all[i]);
	test_free(all);
}

static void out_of_memory_is_an_answer(void **state)
{
	struct fixture *f = *state;
	unsigned n = 0;

	put_docker(f);
	do {
		auto_free struct container_metadata *m = NULL;

		oom_arm(++n);
		m = find(f);
	} while (oom_disarm());
	assert_true(n > 10);
}

static void ids_are_names_not_paths(void **state)
{
	static const char *const ids[] = { "..", ".", "", "a/../../b",
		                           "../../etc" };
	struct fixture *f = *state;

	put(f, "/run/runc/../state.json", "runc-state.json");
	put(f, "/run/runc/../../etc/state.json", "runc-state.json");
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		f->question.id = str_from(ids[i]);
		expect_facts(f, false, "");
		f->question.id = STR("unknown");
		f->question.given_id = str_from(ids[i]);
		expect_facts(f, false, "");
	}
}

static void a_log_reads_nothing(void **state)
{
	struct fixture *f = *state;

	host_free(f->host);
	f->host = host_none_new();
	f->question.host = f->host;
	expect_facts(f, false, "");
	assert_int_equal(counter_get(&f->counters, COUNTER_METADATA_READS), 0);
}

static void privileged_needs_all_of_it(void **state)
{
	const struct metadata_posture all = { .caps = UINT64_MAX };
	struct metadata_posture p = all;

	(void)state;
	assert_int_equal(metadata_privileged(&p), FACT_YES);
	p.caps &= ~(1ULL << 21);
	assert_int_equal(metadata_privileged(&p), FACT_NO);
	p = all;
	p.has_filter = true;
	assert_int_equal(metadata_privileged(&p), FACT_NO);
	p = all;
	p.is_masked = true;
	assert_int_equal(metadata_privileged(&p), FACT_NO);
	p = all;
	p.is_labelled = true;
	assert_int_equal(metadata_privileged(&p), FACT_NO);
	p = all;
	p.has_device_list = true;
	assert_int_equal(metadata_privileged(&p), FACT_NO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(docker),
		TEST(docker_elsewhere),
		TEST(containerd_cri),
		TEST(bundle_that_is_told),
		TEST(containerd_privileged),
		TEST(containerd_nerdctl),
		TEST(crio),
		TEST(crio_state_alone),
		TEST(podman),
		TEST(labels_of_podman),
		TEST(podman_of_a_user),
		TEST(bare_runc),
		TEST(bare_runc_with_a_root),
		TEST(bare_crun),
		TEST(half_written),
		TEST(values_of_wrong_types),
		TEST(nested_files_are_left),
		TEST(huge_files_are_left),
		TEST(huge_lists_are_left),
		TEST(items_are_bounded),
		TEST(what_is_kept_is_bounded),
		TEST(thousands_are_small),
		TEST(out_of_memory_is_an_answer),
		TEST(ids_are_names_not_paths),
		TEST(a_log_reads_nothing),
		TEST(privileged_needs_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
