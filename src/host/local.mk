noinst_LIBRARIES += src/host/libhost.a
src_host_libhost_a_SOURCES = \
	src/host/cgroup_control.c \
	src/host/cgroupfs.c \
	src/host/control.c \
	src/host/control.h \
	src/host/direct.c \
	src/host/direct.h \
	src/host/fake.c \
	src/host/facts.c \
	src/host/handle.c \
	src/host/identity.c \
	src/host/none.c \
	src/host/remote.c \
	src/host/stat.c \
	src/host/tiers.c \
	src/host/watch.c \
	src/host/wire.c

noinst_HEADERS += include/saker/host/control.h include/saker/host/fake.h include/saker/host/host.h \
	include/saker/host/requests.def include/saker/host/tiers.def include/saker/host/watch.h \
	include/saker/host/wire.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_host tests/unit/test_cgroup_control
TESTS += tests/unit/test_host tests/unit/test_cgroup_control
tests_unit_test_cgroup_control_SOURCES = tests/unit/test_cgroup_control.c
tests_unit_test_cgroup_control_LDADD = src/host/libhost.a src/base/libbase.a $(CMOCKA_LIBS)
tests_unit_test_host_SOURCES = tests/unit/test_host.c
tests_unit_test_host_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/host
tests_unit_test_host_LDADD = src/host/libhost.a src/base/libbase.a $(CMOCKA_LIBS)
endif
