noinst_LIBRARIES += src/output/liboutput.a
src_output_liboutput_a_SOURCES = \
	src/output/outputs.c \
	src/output/outputs.def \
	src/output/sink.c \
	src/output/sink.h \
	src/output/sink_file.c \
	src/output/sink_stdout.c \
	src/output/writer.c \
	src/output/writer.h

noinst_HEADERS += \
	include/saker/output/output.h
