/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.c - help of a verb, in lines that fit the terminal; what a misspelt word
 * may have meant. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

#define DOC_COLUMN 27u

static size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col < 50 ? 50 : size.ws_col > 100 ? 100 : size.ws_col;
}

/* Words in lines up to the width, the further ones indented; the cursor stands
 * at column. */
static void print_wrapped(struct str text, size_t column, size_t indent)
{
	size_t width = terminal_width();
	struct str word;
	bool is_first = true;

	while (str_split(&text, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (!is_first && column + 1 + word.len >= width) {
			printf("\n%*s", (int)indent, "");
			column = indent;
			is_first = true;
		}
		printf("%s%.*s", is_first ? "" : " ", STR_FMT(word));
		column += word.len + (is_first ? 0 : 1);
		is_first = false;
	}
	putchar('\n');
}

/* Paragraphs; examples are indented, a line each, and stay as they are. */
static void print_text(const char *text)
{
	struct str rest = str_from(text), line;

	while (str_split(&rest, '\n', &line)) {
		if (rest.len == 0 && line.len == 0)
			break;
		if (line.len == 0 || line.s[0] == ' ')
			printf("%.*s\n", STR_FMT(line));
		else
			print_wrapped(line, 0, 0);
	}
}

static void print_option(const struct cli_option *o)
{
	size_t column = 2;

	if (o->letter != 0)
		column += (size_t)printf("  -%c, ", o->letter) - 2;
	else
		column += (size_t)printf("      ") - 2;
	column += (size_t)printf("--%s%s%s ", o->name,
	                         o->argument != NULL ? " " : "",
	                         o->argument != NULL ? o->argument : "");
	if (column < DOC_COLUMN)
		printf("%*s", (int)(DOC_COLUMN - column), "");
	print_wrapped(str_from(o->doc),
	              column > DOC_COLUMN ? column : DOC_COLUMN, DOC_COLUMN);
}

void cli_print_help(const struct verb *verb)
{
	struct cli_option o;

	printf("usage: saker %s [OPTION...]%s%s\n\n%s.\n", verb->name,
	       *verb->operands != '\0' ? " " : "", verb->operands,
	       verb->summary);
	if (verb->help != NULL) {
		putchar('\n');
		print_text(verb->help);
	}
	putchar('\n');
	for (unsigned id = 0; cli_option_at(id, &o); id++)
		if (cli_takes(verb, id))
			print_option(&o);
}

const char *cli_near(struct str word, const char *(*name)(const void *, size_t),
                     const void *of)
{
	unsigned best = (unsigned)word.len / 3 + 1;
	const char *near = NULL;

	for (size_t i = 0; name(of, i) != NULL; i++) {
		unsigned d = str_edit_distance(word, str_from(name(of, i)));

		if (d <= best && (near == NULL || d < best)) {
			best = d;
			near = name(of, i);
		}
	}
	return near;
}
