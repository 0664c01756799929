/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.c - the instruction table and the disassembler. */
#include "saker/vm/program.h"

#include "saker/base/escape.h"

/* A list is shown in part: the text is for people. */
#define SHOWN_ITEMS ((size_t)8)

static const struct opcode_info opcodes[] = {
#define INSTRUCTION(ID, NAME, ARGUMENT, DOC)            \
	[INS_##ID] = { .name = NAME,                    \
		       .argument = ARGUMENT_##ARGUMENT, \
		       .doc = DOC },
#include "saker/vm/ops.def"
#undef INSTRUCTION
};

const struct opcode_info *opcode_info(enum opcode o)
{
	return &opcodes[o];
}

static void show_address(const struct ip_address *ip, struct buf *out)
{
	for (unsigned i = 0; i < ip->len; i++)
		buf_printf(out, "%02x", ip->bytes[i]);
}

static void show_net(const struct value *v, struct buf *out)
{
	show_address(&v->net.ip, out);
	buf_printf(out, "/%u", v->net.bits);
}

static void show_value(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_STRING:
	case VALUE_BYTES:
		escape_json(out, v->str);
		break;
	case VALUE_INT:
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_DOUBLE:
		buf_printf(out, "%lld", (long long)v->i);
		break;
	case VALUE_UINT:
	case VALUE_UINT32:
	case VALUE_TIME:
	case VALUE_PORT:
	case VALUE_DURATION:
		buf_printf(out, "%llu", (unsigned long long)v->u);
		break;
	case VALUE_BOOL:
		buf_printf(out, "%s", v->b ? "true" : "false");
		break;
	case VALUE_IPADDR:
		show_address(&v->ip, out);
		break;
	case VALUE_IPNET:
		show_net(v, out);
		break;
	case VALUE_LIST:
	case VALUE_MANY:
	case VALUE_DYNAMIC:
		break;
	}
}

static void show_operand(const struct operand *o, bool list, struct buf *out)
{
	buf_add_str(out, list ? STR(" (") : STR(" "));
	for (size_t i = 0; i < o->count && i < SHOWN_ITEMS; i++) {
		if (i > 0)
			buf_add_str(out, STR(", "));
		show_value(&o->values[i], out);
	}
	if (o->count > SHOWN_ITEMS)
		buf_printf(out, ", %zu more", o->count - SHOWN_ITEMS);
	if (list)
		buf_add_byte(out, ')');
}

void program_print_input(const struct program *p, uint32_t index,
                         struct buf *out)
{
	const struct vm_input *in = &p->inputs[index];

	if (in->kind == INPUT_LITERAL)
		escape_json(out, in->literal);
	else if (in->kind == INPUT_TRANSFORMER)
		buf_printf(out, "%s", transformer_name(in->transformer));
	else if (in->kind != INPUT_LIST)
		buf_add_str(out, in->info->name);
	if (in->kind == INPUT_LIST || in->kind == INPUT_TRANSFORMER)
		buf_add_byte(out, '(');
	for (uint32_t i = 0; i < in->nparts; i++) {
		if (i > 0)
			buf_add_str(out, STR(", "));
		program_print_input(p, in->parts[i], out);
	}
	if (in->kind == INPUT_LIST || in->kind == INPUT_TRANSFORMER)
		buf_add_byte(out, ')');
	if (in->arg.present) {
		buf_add_byte(out, '[');
		escape_text(out, in->arg.name);
		buf_add_byte(out, ']');
	}
}

static void show_check(const struct program *p, uint32_t index, struct buf *out)
{
	const struct check *c = &p->checks[index];
	const struct op_info *op = op_info(c->op);

	program_print_input(p, c->input, out);
	buf_printf(out, " %.*s", STR_FMT(op->token));
	if (c->modifier != MODIFIER_NONE)
		buf_printf(out, " %s", op_modifier_name(c->modifier));
	if (c->right != CHECK_CONSTANT) {
		buf_add_byte(out, ' ');
		program_print_input(p, c->right, out);
	}
	for (uint32_t i = 0; op->shape != SHAPE_NONE && i < c->noperands; i++)
		show_operand(&c->operands[i], op->shape == SHAPE_LIST, out);
}

static void show_instruction(const struct program *p, uint32_t at,
                             struct buf *out)
{
	const struct instruction *i = &p->code[at];
	const struct opcode_info *info = opcode_info(i->opcode);

	buf_printf(out, "%6u  %-10s", at, info->name);
	switch (info->argument) {
	case ARGUMENT_NONE:
		break;
	case ARGUMENT_TRUTH:
		buf_printf(out, "  %s", i->argument != 0 ? "true" : "false");
		break;
	case ARGUMENT_CHECK:
		buf_printf(out, "  c%u  ", i->argument);
		show_check(p, i->argument, out);
		break;
	case ARGUMENT_NODE:
		buf_printf(out, "  n%u", i->argument);
		break;
	case ARGUMENT_TARGET:
		buf_printf(out, "  -> %u", i->argument);
		break;
	}
	buf_add_byte(out, '\n');
}

/* Marks the nodes that the block uses. */
static void show_block(const struct program *p, uint32_t at, struct buf *used,
                       struct buf *out)
{
	for (;; at++) {
		const struct instruction *i = &p->code[at];

		show_instruction(p, at, out);
		if (i->opcode == INS_NODE && !used->failed)
			used->data[i->argument] = 1;
		if (i->opcode == INS_RETURN)
			return;
	}
}

void program_disassemble(const struct program *p, uint32_t rule,
                         struct buf *out)
{
	struct buf used = BUF_INIT;

	if (!buf_reserve(&used, p->nnodes + 1)) {
		out->failed = true;
		return;
	}
	memset(used.data, 0, p->nnodes + 1);
	show_block(p, p->rules[rule], &used, out);
	/* A node uses nodes of lower numbers only. */
	for (size_t n = p->nnodes; n-- > 0;) {
		if (!used.data[n])
			continue;
		buf_printf(out, "n%zu:\n", n);
		show_block(p, p->nodes[n], &used, out);
	}
	buf_done(&used);
}
