noinst_LIBRARIES += src/container/libcontainer.a
src_container_libcontainer_a_SOURCES = \
	src/container/announce.c \
	src/container/ask.c \
	src/container/birth.c \
	src/container/cache.c \
	src/container/call.c \
	src/container/calls.c \
	src/container/calls.def \
	src/container/calls.h \
	src/container/cgroup.c \
	src/container/describe.c \
	src/container/judge.c \
	src/container/known_files.c \
	src/container/known_files.h \
	src/container/layer.c \
	src/container/metadata.c \
	src/container/metadata.def \
	src/container/metadata.h \
	src/container/metadata_annotations.c \
	src/container/metadata_docker.c \
	src/container/metadata_json.c \
	src/container/metadata_oci.c \
	src/container/metadata_pack.c \
	src/container/metadata_runc.c \
	src/container/metadata_storage.c \
	src/container/posture.c \
	src/container/mountinfo.c \
	src/container/mountinfo.h \
	src/container/registry.c \
	src/container/resolve.c \
	src/container/restore.c \
	src/container/reuse.c \
	src/container/runtime.c \
	src/container/runtime.h \
	src/container/runtime_files.c \
	src/container/session.c \
	src/container/settle.c \
	src/container/snapshot_fields.c \
	src/container/snapshot_fields.def \
	src/container/snapshot_fields.h \
	src/container/snapshot_read.c \
	src/container/snapshot_use.c \
	src/container/snapshot_values.c \
	src/container/snapshot_values.h \
	src/container/snapshot_write.c \
	src/container/sockets.c \
	src/container/state.c \
	src/container/tracker.c \
	src/container/tracking.h

noinst_HEADERS += \
	include/saker/container/cgroup.h \
	include/saker/container/cgroup_names.def \
	include/saker/container/container.h \
	include/saker/container/drift.def \
	include/saker/container/events.def \
	include/saker/container/events.h \
	include/saker/container/posture.h \
	include/saker/container/metadata.h \
	include/saker/container/metadata_find.h \
	include/saker/container/runtime_files.h \
	include/saker/container/runtimes.def \
	include/saker/container/snapshot.h \
	include/saker/container/tracker.h

if TESTS_ENABLED
CONTAINER_TESTS = tests/unit/test_cgroup tests/unit/test_containers \
	tests/unit/test_metadata tests/unit/test_posture \
	tests/unit/test_replay \
	tests/unit/test_resolve \
	tests/unit/test_reuse \
	tests/unit/test_scale \
	tests/unit/test_snapshot \
	tests/unit/test_tracker
check_PROGRAMS += $(CONTAINER_TESTS)
TESTS += $(CONTAINER_TESTS)
LIBWHO = src/container/libcontainer.a src/process/libprocess.a src/host/libhost.a \
	$(LIBAUDIT_RECORDS) src/base/libbase.a $(AUDIT_LIBS) $(JANSSON_LIBS) \
	$(CAPNG_LIBS)
tests_unit_test_cgroup_SOURCES = tests/unit/test_cgroup.c
tests_unit_test_cgroup_LDADD = src/container/libcontainer.a src/base/libbase.a \
	$(CMOCKA_LIBS)
tests_unit_test_containers_SOURCES = tests/unit/test_containers.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_containers_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_containers_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_metadata_SOURCES = tests/unit/test_metadata.c tests/unit/oom.h \
	tests/lib/fake_host.c tests/lib/fake_host.h
tests_unit_test_metadata_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_metadata_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_metadata_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_replay_SOURCES = tests/unit/test_replay.c \
	tests/lib/replay.c tests/lib/replay.h
tests_unit_test_replay_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
tests_unit_test_replay_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_posture_SOURCES = tests/unit/test_posture.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_posture_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_posture_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_resolve_SOURCES = tests/unit/test_resolve.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_resolve_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_resolve_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_scale_SOURCES = tests/unit/test_scale.c \
	tests/lib/replay.c tests/lib/replay.h
tests_unit_test_scale_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_scale_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_snapshot_SOURCES = tests/unit/test_snapshot.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_snapshot_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_snapshot_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_reuse_SOURCES = tests/unit/test_reuse.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_reuse_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_reuse_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
tests_unit_test_tracker_SOURCES = tests/unit/test_tracker.c \
	tests/lib/fake_host.c tests/lib/fake_host.h \
	tests/lib/replay.c tests/lib/replay.h \
	tests/lib/world.c tests/lib/world.h
tests_unit_test_tracker_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib \
	-I$(srcdir)/src/container
tests_unit_test_tracker_LDADD = $(LIBWHO) $(CMOCKA_LIBS)
endif

EXTRA_DIST += \
	tests/data/live/TRUTH.md \
	tests/data/live/audit_user_hostnet.log \
	tests/data/live/crun_run_exec.log \
	tests/data/live/runc_exec.log \
	tests/data/live/two_containers.log \
	tests/data/metadata/containerd-bundle.json \
	tests/data/metadata/containerd-privileged-bundle.json \
	tests/data/metadata/crio-bundle.json \
	tests/data/metadata/crio-containers.json \
	tests/data/metadata/crio-sandbox.json \
	tests/data/metadata/crio-state.json \
	tests/data/metadata/crun-bundle.json \
	tests/data/metadata/crun-status.json \
	tests/data/metadata/docker-bundle.json \
	tests/data/metadata/docker-config.json \
	tests/data/metadata/docker-daemon.json \
	tests/data/metadata/docker-hostconfig.json \
	tests/data/metadata/docker-privileged-config.json \
	tests/data/metadata/docker-privileged-hostconfig.json \
	tests/data/metadata/docker-repositories.json \
	tests/data/metadata/images.json \
	tests/data/metadata/nerdctl-bundle.json \
	tests/data/metadata/podman-bundle.json \
	tests/data/metadata/podman-containers.json \
	tests/data/metadata/runc-state.json
