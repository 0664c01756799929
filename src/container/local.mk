noinst_LIBRARIES += src/container/libcontainer.a
src_container_libcontainer_a_SOURCES = \
	src/container/cgroup.c

noinst_HEADERS += \
	include/saker/container/cgroup.h \
	include/saker/container/cgroup_names.def \
	include/saker/container/container.h \
	include/saker/container/tracker.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_cgroup
TESTS += tests/unit/test_cgroup
tests_unit_test_cgroup_SOURCES = tests/unit/test_cgroup.c
tests_unit_test_cgroup_LDADD = src/container/libcontainer.a src/base/libbase.a \
	$(CMOCKA_LIBS)
endif
