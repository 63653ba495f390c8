/* embed -- a file as C, so that the program carries it: an array of its bytes, and how many.
 *
 * usage: embed FILE OUT.c NAME
 *   const unsigned char ek_embed_NAME[] and const size_t ek_embed_NAME_size; see api/embedded.h
 * Run by the build (meson.build), which makes the array anew when the file changed. */
#include <stdio.h>
#include <stdlib.h>

enum { PER_LINE = 24, BLOCK = 65536 };

static int die(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s %s\n", what, name);
	return 1;
}

static int write_bytes(FILE *in, FILE *out)
{
	unsigned char block[BLOCK];
	size_t at = 0;
	for (size_t n = fread(block, 1, sizeof block, in); n > 0;
	     n = fread(block, 1, sizeof block, in)) {
		for (size_t i = 0; i < n; i++, at++)
			fprintf(out, "%s%u,", at % PER_LINE == 0 ? "\n" : "", block[i]);
	}
	return ferror(in) != 0;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: embed FILE OUT.c NAME\n");
		return 2;
	}
	FILE *in = fopen(argv[1], "rb");
	if (in == NULL)
		return die("cannot read", argv[1]);
	FILE *out = fopen(argv[2], "wb");
	if (out == NULL) {
		fclose(in);
		return die("cannot write", argv[2]);
	}
	fprintf(out, "#include \"api/embedded.h\"\n\nconst unsigned char ek_embed_%s[] = {",
		argv[3]);
	int bad = write_bytes(in, out);
	fprintf(out, "\n};\nconst size_t ek_embed_%s_size = sizeof ek_embed_%s;\n", argv[3],
		argv[3]);
	bad = (fclose(in) != 0 || fclose(out) != 0) || bad;
	return bad ? die("cannot copy", argv[1]) : 0;
}
