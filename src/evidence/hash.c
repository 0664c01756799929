/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash.c - SHA-256 of a file, by libgcrypt where saker was built with it. */
#include "collector.h"
#include "config.h"

#ifdef HAVE_GCRYPT
#include <errno.h>
#include <gcrypt.h>
#include <unistd.h>

#define DIGEST_BYTES 32

static int hash_all(gcry_md_hd_t md, int fd)
{
	char bytes[64 * 1024];

	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n == 0)
			return 0;
		if (n > 0)
			gcry_md_write(md, bytes, (size_t)n);
		else if (errno != EINTR)
			return E_IO;
	}
}

int evidence_hash(int fd, char ret[EVIDENCE_HASH_LENGTH + 1])
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *digest;
	gcry_md_hd_t md;
	int error;

	/* it must be asked for its version first (gcry_check_version(3)) */
	if (gcry_check_version(NULL) == NULL ||
	    gcry_md_open(&md, GCRY_MD_SHA256, 0) != 0)
		return E_UNSUPPORTED;
	error = hash_all(md, fd);
	digest = gcry_md_read(md, GCRY_MD_SHA256);
	for (size_t i = 0; error == 0 && i < DIGEST_BYTES; i++) {
		ret[2 * i] = digits[digest[i] >> 4];
		ret[2 * i + 1] = digits[digest[i] & 15];
	}
	ret[EVIDENCE_HASH_LENGTH] = '\0';
	gcry_md_close(md);
	return error;
}
#else
int evidence_hash(int fd, char ret[EVIDENCE_HASH_LENGTH + 1])
{
	(void)fd;
	ret[0] = '\0';
	return E_UNSUPPORTED;
}
#endif
