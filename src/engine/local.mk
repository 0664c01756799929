noinst_LIBRARIES += src/engine/libengine.a
src_engine_libengine_a_SOURCES = \
	src/engine/engine.h \
	src/engine/index.c \
	src/engine/matcher.c \
	src/engine/response.c \
	src/engine/rule.c \
	src/engine/ruleset.c \
	src/engine/template.c

noinst_HEADERS += \
	include/saker/engine/rule.h \
	include/saker/engine/ruleset.h \
	include/saker/engine/template.h

ENGINE_LIBS = src/engine/libengine.a src/lang/liblang.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/base/libbase.a $(YAML_LIBS) $(PCRE2_LIBS)

if TESTS_ENABLED
check_PROGRAMS += tests/oracle/conditions tests/unit/test_loader
TESTS += tests/oracle/conditions tests/unit/test_loader
tests_oracle_conditions_SOURCES = tests/oracle/conditions.c tests/oracle/naive.c tests/oracle/naive.h
tests_oracle_conditions_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_loader_SOURCES = tests/unit/test_loader.c tests/unit/falco_data.h
tests_unit_test_loader_LDADD = $(ENGINE_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)
endif
