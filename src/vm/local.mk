noinst_LIBRARIES += src/vm/libvm.a
src_vm_libvm_a_SOURCES = \
	src/vm/builder.c \
	src/vm/builder_look.c \
	src/vm/check.c \
	src/vm/check_atoms.c \
	src/vm/cost.c \
	src/vm/emit.c \
	src/vm/follow.c \
	src/vm/getopt.c \
	src/vm/glob.c \
	src/vm/input.c \
	src/vm/known.c \
	src/vm/known.h \
	src/vm/literals.c \
	src/vm/literals.h \
	src/vm/lookup.c \
	src/vm/match.c \
	src/vm/match.h \
	src/vm/nodes.h \
	src/vm/op.c \
	src/vm/operand.c \
	src/vm/paths.c \
	src/vm/program.c \
	src/vm/reasons.c \
	src/vm/sets.c \
	src/vm/sets.h \
	src/vm/state.h \
	src/vm/transform.c \
	src/vm/transform.h \
	src/vm/trie.c \
	src/vm/trie.h \
	src/vm/verify.c \
	src/vm/vm.c

noinst_HEADERS += \
	include/saker/vm/builder.h \
	include/saker/vm/input.h \
	include/saker/vm/lookup.h \
	include/saker/vm/op.h \
	include/saker/vm/operand.h \
	include/saker/vm/ops.def \
	include/saker/vm/program.h \
	include/saker/vm/transformers.def \
	include/saker/vm/vm.h
