noinst_LIBRARIES += src/response/libresponse.a
src_response_libresponse_a_SOURCES = \
	src/response/decide.c \
	src/response/job.h \
	src/response/respond.c \
	src/response/trail.c

noinst_HEADERS += \
	include/saker/response/reasons.def \
	include/saker/response/response.h \
	include/saker/response/trail.h

if TESTS_ENABLED
check_PROGRAMS += tests/unit/test_trail
TESTS += tests/unit/test_trail
tests_unit_test_trail_SOURCES = tests/unit/test_trail.c
tests_unit_test_trail_LDADD = src/response/libresponse.a src/alert/libalert.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/host/libhost.a src/base/libbase.a $(AUDIT_LIBS) $(AUPARSE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/test_response
TESTS += tests/unit/test_response
tests_unit_test_response_SOURCES = tests/unit/test_response.c
tests_unit_test_response_LDADD = src/response/libresponse.a src/engine/libengine.a src/alert/libalert.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/host/libhost.a src/base/libbase.a $(CMOCKA_LIBS)
endif
