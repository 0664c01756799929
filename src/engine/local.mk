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
