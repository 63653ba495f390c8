/* embed -- a file as C, so that the program carries it: an array of its bytes, and how many.
 *
 * usage: embed FILE OUT.c NAME [DEPFILE]
 *   const unsigned char ek_embed_NAME[] and const size_t ek_embed_NAME_size; see api/embedded.h
 * The assembler reads the file itself, so that a large one costs the compiler nothing. Run by the
 * build (meson.build) anew when the file changed; DEPFILE tells ninja which file that is. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int die(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s %s\n", what, name);
	return 1;
}

/* The bytes stand in .rodata, which a position-independent program need not relocate. A zero after
 * them is not counted: so an empty file has an address, too. */
static int write_c(FILE *out, const char *path, const char *name)
{
	fprintf(out, "#include \"api/embedded.h\"\n\n");
	fprintf(out, "__asm__(\".section .rodata\\n\"\n");
	fprintf(out, "\t\".balign 16\\n\"\n");
	fprintf(out, "\t\".globl ek_embed_%s\\n\"\n", name);
	fprintf(out, "\t\".type ek_embed_%s, STT_OBJECT\\n\"\n", name);
	fprintf(out, "\t\"ek_embed_%s:\\n\"\n", name);
	fprintf(out, "\t\".incbin \\\"%s\\\"\\n\"\n", path);
	fprintf(out, "\t\".Lend: .byte 0\\n\"\n");
	fprintf(out, "\t\".size ek_embed_%s, .Lend - ek_embed_%s\\n\"\n", name, name);
	fprintf(out, "\t\".balign 8\\n\"\n");
	fprintf(out, "\t\".globl ek_embed_%s_size\\n\"\n", name);
	fprintf(out, "\t\".type ek_embed_%s_size, STT_OBJECT\\n\"\n", name);
	fprintf(out, "\t\"ek_embed_%s_size: .%zubyte .Lend - ek_embed_%s\\n\"\n", name,
		sizeof(size_t), name);
	fprintf(out, "\t\".size ek_embed_%s_size, %zu\\n\"\n", name, sizeof(size_t));
	fprintf(out, "\t\".text\\n\");\n");
	return ferror(out) != 0;
}

/* Writes "OUT: PATH" for ninja, in whose language a blank is escaped. */
static int write_depfile(FILE *out, const char *target, const char *path)
{
	fprintf(out, "%s: ", target);
	for (const char *p = path; *p != 0; p++)
		fprintf(out, "%s%c", *p == ' ' ? "\\" : "", *p);
	fprintf(out, "\n");
	return ferror(out) != 0;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: embed FILE OUT.c NAME [DEPFILE]\n");
		return 2;
	}
	if (realpath(argv[1], path) == NULL)
		return die("cannot read", argv[1]);
	if (strpbrk(path, "\"\\\n") != NULL)
		return die("cannot name in C", argv[1]);
	FILE *out = fopen(argv[2], "wb");
	if (out == NULL)
		return die("cannot write", argv[2]);
	int bad = write_c(out, path, argv[3]);
	bad = fclose(out) != 0 || bad;
	FILE *depfile = argc == 5 ? fopen(argv[4], "wb") : NULL;
	if (depfile != NULL) {
		bad = write_depfile(depfile, argv[2], path) || bad;
		bad = fclose(depfile) != 0 || bad;
	}
	return bad || (argc == 5 && depfile == NULL) ? die("cannot write", argv[2]) : 0;
}
