noinst_LIBRARIES += src/engine/libengine.a
src_engine_libengine_a_SOURCES = \
	src/engine/condition.c \
	src/engine/engine.h \
	src/engine/event_table.c \
	src/engine/frequency.c \
	src/engine/guard.c \
	src/engine/guard.h \
	src/engine/index.c \
	src/engine/lint.c \
	src/engine/lint.h \
	src/engine/lint_exceptions.c \
	src/engine/matcher.c \
	src/engine/partition.c \
	src/engine/probes.c \
	src/engine/probes.h \
	src/engine/response.c \
	src/engine/response_names.c \
	src/engine/rule.c \
	src/engine/ruleset.c \
	src/engine/selection.c \
	src/engine/specialise.c \
	src/engine/specialise.h \
	src/engine/template.c \
	src/engine/threshold.c \
	src/engine/trace.c \
	src/engine/trace_blame.c \
	src/engine/trace_nodes.h \
	src/engine/verdicts.c \
	src/engine/verdicts.h

noinst_HEADERS += \
	include/saker/engine/actions.def \
	include/saker/engine/condition.h \
	include/saker/engine/event_table.h \
	include/saker/engine/rule.h \
	include/saker/engine/ruleset.h \
	include/saker/engine/template.h \
	include/saker/engine/threshold.h \
	include/saker/engine/trace.h

ENGINE_LIBS = src/engine/libengine.a src/lang/liblang.a src/vm/libvm.a src/event/libevent_catalog.a \
	src/audit/libaudit_records.a src/base/libbase.a $(YAML_LIBS) $(PCRE2_LIBS) $(AUDIT_LIBS)

if TESTS_ENABLED
ENGINE_TESTS = \
	tests/oracle/conditions \
	tests/unit/test_check \
	tests/unit/test_damage \
	tests/unit/test_load_results \
	tests/unit/test_loader \
	tests/unit/test_lookup \
	tests/unit/test_rule_index \
	tests/unit/test_ruleset \
	tests/unit/test_template \
	tests/unit/test_verdicts \
	tests/unit/test_vm
check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)
tests_oracle_conditions_SOURCES = tests/oracle/conditions.c tests/oracle/naive.c tests/oracle/naive.h \
	tests/oracle/naive_terms.c
tests_oracle_conditions_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_check_SOURCES = tests/unit/test_check.c
tests_unit_test_check_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_damage_SOURCES = tests/unit/test_damage.c tests/unit/falco_data.h
tests_unit_test_damage_LDADD = $(ENGINE_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)
tests_unit_test_load_results_SOURCES = tests/unit/test_load_results.c
tests_unit_test_load_results_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_loader_SOURCES = tests/unit/test_loader.c tests/unit/falco_data.h
tests_unit_test_loader_LDADD = $(ENGINE_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)
tests_unit_test_lookup_SOURCES = tests/unit/test_lookup.c
tests_unit_test_lookup_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_rule_index_SOURCES = tests/unit/test_rule_index.c \
	tests/lib/replay.c tests/lib/replay.h tests/lib/rule_mix.c tests/lib/rule_mix.h
tests_unit_test_rule_index_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/lib
tests_unit_test_rule_index_LDADD = $(GIVEN_LDADD)
tests_unit_test_ruleset_SOURCES = tests/unit/test_ruleset.c tests/unit/oom.h
tests_unit_test_ruleset_LDFLAGS = $(AM_LDFLAGS) $(OOM_LINK)
tests_unit_test_ruleset_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_template_SOURCES = tests/unit/test_template.c
tests_unit_test_template_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_verdicts_SOURCES = tests/unit/test_verdicts.c
tests_unit_test_verdicts_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
tests_unit_test_vm_SOURCES = tests/unit/test_vm.c
tests_unit_test_vm_LDADD = $(ENGINE_LIBS) $(CMOCKA_LIBS)
endif
