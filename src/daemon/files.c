/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - configuration and rule files for the engine.
 *
 * It is handed texts and names no file: which ones there are follows from the
 * command line and from what root's configuration says. */
#include "files.h"

#include "saker/daemon/engine.h"
#include "saker/lang/rule_files.h"

static int add_rule_files(const struct config *config, struct file_set *set)
{
	const struct config_list paths = engine_rule_paths(config);
	int error = 0;

	for (size_t i = 0; error == 0 && i < paths.count; i++)
		error = rule_files_gather(set, paths.items[i]);
	return error;
}

/* What is wrong with the configuration its next reader finds, too, and tells.
 */
static int add_configured(const struct config_reader *reader,
                          struct file_set *set)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct config config;
	int error = reader->read(reader->arg, set, &config, &diags);

	diag_done(&diags);
	if (error < 0)
		return error == E_NOMEM ? error : 0;
	error = add_rule_files(&config, set);
	config_done(&config);
	return error;
}

static int read_files(struct files *f)
{
	int error;

	file_set_done(&f->fresh);
	error = f->reader->gather(f->reader->arg, &f->fresh);
	if (error == 0)
		error = add_configured(f->reader, &f->fresh);
	if (error < 0)
		file_set_done(&f->fresh);
	return error;
}

void files_done(struct files *f)
{
	file_set_done(&f->fresh);
	buf_done(&f->packed);
	f->packed = BUF_INIT;
}

int files_piece(struct files *f, unsigned piece, struct buf *out)
{
	size_t from = (size_t)piece * FILES_PIECE_BYTES;
	int error = 0;

	if (piece == 0) {
		buf_clear(&f->packed);
		error = read_files(f);
		if (error == 0)
			file_set_pack(&f->fresh, &f->packed);
	}
	if (error < 0 || f->packed.failed)
		return E_NOMEM;
	if (from < f->packed.len)
		buf_add_str(out, str_take(str_skip(buf_str(&f->packed), from),
		                          FILES_PIECE_BYTES));
	return 0;
}

const struct file_set *files_fresh(const struct files *f)
{
	return f->fresh.first != NULL ? &f->fresh : NULL;
}

int files_config(const struct files *f, const struct config *started,
                 struct config *ret, struct diag_list *diags)
{
	const char *kept[CONFIG_KEYS];
	int error = f->reader->read(f->reader->arg, files_fresh(f), ret, diags);

	if (error == 0)
		(void)config_keep(ret, started, kept);
	return error;
}
