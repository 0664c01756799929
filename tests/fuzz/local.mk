# Fuzz targets. To add one, NAME:
#   tests/fuzz/fuzz_NAME.c   defines LLVMFuzzerTestOneInput() of fuzz.h
#   tests/fuzz/corpus/NAME/  seeds: small, our own, broken ones too, and each
#                            input that ever made the target fail
# and here its name in FUZZ_TARGETS and the three lines that the others have;
# in dictionary.sh the tables that its input is written in.
#
# make check replays the seeds. With ./configure CC=clang --enable-fuzzing,
# which switches the sanitizers on, the targets are libFuzzer's, and
# make fuzz FUZZ_SECONDS=60 runs them. What is freed is kept apart for a shorter time
# than AddressSanitizer does by itself, and fewer calls are noted of each allocation:
# most of the time went into fresh pages and into that.

FUZZ_TARGETS = \
	tests/fuzz/fuzz_assemble \
	tests/fuzz/fuzz_cgroup \
	tests/fuzz/fuzz_condition \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_connector \
	tests/fuzz/fuzz_control \
	tests/fuzz/fuzz_escape \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_http_request \
	tests/fuzz/fuzz_kernel_rules \
	tests/fuzz/fuzz_log \
	tests/fuzz/fuzz_mountinfo \
	tests/fuzz/fuzz_metadata \
	tests/fuzz/fuzz_netlink \
	tests/fuzz/fuzz_output \
	tests/fuzz/fuzz_pipeline \
	tests/fuzz/fuzz_proc \
	tests/fuzz/fuzz_record \
	tests/fuzz/fuzz_response_wire \
	tests/fuzz/fuzz_rules \
	tests/fuzz/fuzz_runtime \
	tests/fuzz/fuzz_snapshot \
	tests/fuzz/fuzz_spool \
	tests/fuzz/fuzz_suite \
	tests/fuzz/fuzz_template \
	tests/fuzz/fuzz_wire

FUZZ_SECONDS = 30

if FUZZING
AM_CFLAGS += -fsanitize=fuzzer-no-link
FUZZ_MAIN =
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay_main.c
FUZZ_LINK = $(AM_LDFLAGS)
endif

if TESTS_ENABLED
check_PROGRAMS += $(FUZZ_TARGETS)
if !FUZZING
TESTS += $(FUZZ_TARGETS)
endif
endif

FUZZ_AUDIT_LIBS = src/audit/libaudit_records.a src/base/libbase.a $(AUDIT_LIBS)
FUZZ_ALL_LIBS = $(SAKER_LIBS) $(FOREIGN_LIBS)

tests_fuzz_fuzz_assemble_SOURCES = tests/fuzz/fuzz_assemble.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_assemble_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_assemble_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_cgroup_SOURCES = tests/fuzz/fuzz_cgroup.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_cgroup_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_cgroup_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_condition_SOURCES = tests/fuzz/fuzz_condition.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_condition_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_condition_LDADD = $(ENGINE_LIBS)

tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_config_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_connector_SOURCES = tests/fuzz/fuzz_connector.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_connector_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_connector_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_control_SOURCES = tests/fuzz/fuzz_control.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_control_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_control_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_escape_SOURCES = tests/fuzz/fuzz_escape.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_escape_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_escape_LDADD = src/base/libbase.a $(JANSSON_LIBS)

tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_kernel_rules_SOURCES = tests/fuzz/fuzz_kernel_rules.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_kernel_rules_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/kernel
tests_fuzz_fuzz_kernel_rules_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_kernel_rules_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_log_SOURCES = tests/fuzz/fuzz_log.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_log_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_log_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_mountinfo_SOURCES = tests/fuzz/fuzz_mountinfo.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_mountinfo_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_fuzz_fuzz_mountinfo_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_mountinfo_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_metadata_SOURCES = tests/fuzz/fuzz_metadata.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_metadata_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_fuzz_fuzz_metadata_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_metadata_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_netlink_SOURCES = tests/fuzz/fuzz_netlink.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_netlink_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/source
tests_fuzz_fuzz_netlink_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_netlink_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_pipeline_SOURCES = tests/fuzz/fuzz_pipeline.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_pipeline_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_fuzz_fuzz_pipeline_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_pipeline_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_proc_SOURCES = tests/fuzz/fuzz_proc.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_proc_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/host
tests_fuzz_fuzz_proc_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_proc_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_record_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_record_LDADD = $(FUZZ_AUDIT_LIBS)

tests_fuzz_fuzz_response_wire_SOURCES = tests/fuzz/fuzz_response_wire.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_response_wire_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_response_wire_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_rules_SOURCES = tests/fuzz/fuzz_rules.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_rules_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_rules_LDADD = $(ENGINE_LIBS)

tests_fuzz_fuzz_runtime_SOURCES = tests/fuzz/fuzz_runtime.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_runtime_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_fuzz_fuzz_runtime_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_runtime_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_snapshot_SOURCES = tests/fuzz/fuzz_snapshot.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_snapshot_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/container
tests_fuzz_fuzz_snapshot_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_snapshot_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_suite_SOURCES = tests/fuzz/fuzz_suite.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_suite_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_suite_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_template_SOURCES = tests/fuzz/fuzz_template.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_template_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_template_LDADD = $(ENGINE_LIBS)

tests_fuzz_fuzz_wire_SOURCES = tests/fuzz/fuzz_wire.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_wire_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_wire_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_http_request_SOURCES = tests/fuzz/fuzz_http_request.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_http_request_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_http_request_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_output_SOURCES = tests/fuzz/fuzz_output.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_output_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_output_LDADD = $(FUZZ_ALL_LIBS)

tests_fuzz_fuzz_spool_SOURCES = tests/fuzz/fuzz_spool.c tests/fuzz/fuzz.h $(FUZZ_MAIN)
tests_fuzz_fuzz_spool_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/src/output
tests_fuzz_fuzz_spool_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_spool_LDADD = $(FUZZ_ALL_LIBS)

EXTRA_DIST += tests/fuzz/corpus tests/fuzz/replay_main.c
dist_check_SCRIPTS += tests/fuzz/dictionary.sh

# New inputs go to build/tests/fuzz/found; crashes are left in the build tree.
fuzz: $(FUZZ_TARGETS)
	for target in $(FUZZ_TARGETS); do \
		name=$${target##*/fuzz_}; \
		$(MKDIR_P) "tests/fuzz/found/$$name" && \
		bash $(srcdir)/tests/fuzz/dictionary.sh "$$name" $(srcdir) \
			>"tests/fuzz/found/$$name.dict" && \
		ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=6:$$ASAN_OPTIONS \
		"./$$target" -max_total_time=$(FUZZ_SECONDS) \
			$$(case $$name in pipeline) echo -max_len=4096 -entropic=0 ;; \
				config | kernel_rules) echo -max_len=4096 ;; *) echo -max_len=65536 ;; esac) \
			-timeout=10 $$(test -s "tests/fuzz/found/$$name.dict" && \
				echo -dict="tests/fuzz/found/$$name.dict") \
			-artifact_prefix="tests/fuzz/found/$$name-" \
			"tests/fuzz/found/$$name" \
			"$(srcdir)/tests/fuzz/corpus/$$name" || exit 1; \
	done

.PHONY: fuzz
