/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_file_set.c - what files said arrives as it was, or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "saker/base/file_set.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

static const struct file_text sample[] = {
	{ .name = "/etc/saker/saker.yaml",
	  .text = { "a: b\n\0c", 7 },
	  .use = FILE_CONFIG },
	{ .name = "/rules",
	  .text = { "", 0 },
	  .problem = "Permission denied",
	  .use = FILE_RULES },
	{ .name = "/empty",
	  .text = { "", 0 },
	  .problem = "nothing in it",
	  .use = FILE_RULES,
	  .is_note = true },
};

static void add_sample(struct file_set *set)
{
	for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++)
		assert_int_equal(file_set_add(set, &sample[i]), 0);
}

static void it_arrives_whole(void **state)
{
	struct file_set set = FILE_SET_INIT, other;
	auto_buf struct buf bytes = BUF_INIT;
	const struct file_text *f;

	(void)state;
	add_sample(&set);
	file_set_pack(&set, &bytes);
	assert_int_equal(file_set_unpack(buf_str(&bytes), &other), 0);
	f = other.first;
	for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
		assert_non_null(f);
		assert_string_equal(f->name, sample[i].name);
		assert_true(str_eq(f->text, sample[i].text));
		assert_int_equal(f->use, sample[i].use);
		assert_int_equal(f->is_note, sample[i].is_note);
		assert_int_equal(f->problem != NULL, sample[i].problem != NULL);
		if (f->problem != NULL)
			assert_string_equal(f->problem, sample[i].problem);
		f = f->next;
	}
	assert_null(f);
	file_set_done(&set);
	file_set_done(&other);
}

/* Cut anywhere it is refused, or ends with a whole file. */
static void a_part_is_none(void **state)
{
	struct file_set set = FILE_SET_INIT, other;
	auto_buf struct buf bytes = BUF_INIT;
	size_t refused = 0;

	(void)state;
	add_sample(&set);
	file_set_pack(&set, &bytes);
	for (size_t n = 0; n < bytes.len; n++) {
		int error =
			file_set_unpack(str_take(buf_str(&bytes), n), &other);

		if (error == 0)
			file_set_done(&other);
		else
			assert_int_equal(error, E_INVALID);
		refused += error != 0;
	}
	/* nothing, one file and two are whole */
	assert_int_equal(refused, bytes.len - 3);
	bytes.data[0] = 77; /* no such use */
	assert_int_equal(file_set_unpack(buf_str(&bytes), &other), E_INVALID);
	file_set_done(&set);
}

static void files_are_read_or_say_why_not(void **state)
{
	struct file_set set = FILE_SET_INIT;
	char path[] = "/tmp/saker-file-XXXXXX";
	auto_close int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, "12345", 5), 5);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(file_set_add_open(&set, FILE_RULES, path, fd, 5), 0);
	assert_null(set.last->problem);
	assert_true(str_eq(set.last->text, STR("12345")));
	assert_int_equal(ftruncate(fd, (2 << 20) + 1), 0);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(file_set_add_open(&set, FILE_RULES, path, fd, 2 << 20),
	                 0);
	assert_string_equal(set.last->problem, "the file is larger than 2 MiB");
	errno = EACCES;
	assert_int_equal(file_set_add_open(&set, FILE_RULES, path, -1, 5), 0);
	assert_string_equal(set.last->problem, "Permission denied");
	file_set_done(&set);
	unlink(path);
}

static void all_together_have_a_limit(void **state)
{
	const size_t half = LIMIT_FILE_SET_BYTES / 2 + 1;
	char *zeros =
		mmap(NULL, half, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct file_text f = { .name = "/large", .use = FILE_RULES };
	struct file_set set = FILE_SET_INIT;

	(void)state;
	assert_true(zeros != MAP_FAILED);
	f.text = (struct str){ zeros, half };
	assert_int_equal(file_set_add(&set, &f), 0);
	assert_null(set.last->problem);
	assert_int_equal(file_set_add(&set, &f), 0);
	assert_non_null(set.last->problem);
	assert_int_equal(set.last->text.len, 0);
	assert_int_equal(file_set_add(&set, &sample[0]), 0);
	assert_null(set.last->problem);
	file_set_done(&set);
	munmap(zeros, half);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_arrives_whole),
		cmocka_unit_test(a_part_is_none),
		cmocka_unit_test(files_are_read_or_say_why_not),
		cmocka_unit_test(all_together_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
