/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * replay_main - runs a fuzz target over its corpus without a fuzzer: each file as it is, and cut short at up to 64
 * places. A build of fuzz_x reads tests/fuzz/corpus/x; the files named on the command line instead, if there are any.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_MAX (4u << 20)
#define CUTS 64

/* A copy of exactly n bytes, so that a sanitizer sees a read behind the end. */
static void run(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	if (copy == NULL)
		abort();
	if (n > 0)
		memcpy(copy, data, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(FILE_MAX);
	size_t n, step;

	if (f == NULL || data == NULL) {
		if (f != NULL)
			fclose(f);
		free(data);
		return -1;
	}
	n = fread(data, 1, FILE_MAX, f);
	fclose(f);
	printf("%s\n", path);
	fflush(stdout);	/* the last name in the output is the file that ended the program */
	step = n / CUTS + 1;
	for (size_t cut = 0; cut < n; cut += step)
		run(data, cut);
	run(data, n);
	free(data);
	return 0;
}

static int replay_corpus(const char *name)
{
	char dir[256], path[600];
	const struct dirent *d;
	int n = 0;
	DIR *list;

	(void)snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%.200s", name);
	list = opendir(dir);
	while (list != NULL && (d = readdir(list)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		if (replay(path) == 0)
			n++;
	}
	if (list != NULL)
		closedir(list);
	printf(n > 0 ? "ok - fuzz_%s replays %d files\n" : "not ok - fuzz_%s has no corpus (%d files)\n", name, n);
	return n > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	int bad = 0;

	if (argc == 1)
		return replay_corpus((name == NULL ? argv[0] : name + 1) + strlen("fuzz_"));
	for (int i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	return bad != 0;
}
