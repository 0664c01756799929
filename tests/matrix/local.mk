# Other releases' kernels and daemons, in qemu: "make check-matrix", or
# "make check-matrix MATRIX=bookworm" for one of them.
EXTRA_DIST += tests/matrix/matrix.sh tests/matrix/vm.sh tests/matrix/live.sh

check-matrix:
	MATRIX_DIR="$${MATRIX_DIR:-$(abs_builddir)/matrix}" bash \
		'$(srcdir)/tests/matrix/matrix.sh' $(MATRIX)
.PHONY: check-matrix
