/* release_tool FOLDER: a release as a hub's public is given it, invented, signed by a key of fixed bytes: figures.json, figures.csv,
 * figures.releases.json, figures.dcat.json, figures-1.json and the charts. Prints nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "figure/output.h"
#include "figure/snapshot.h"

static void file_write(const char *folder, const char *name, struct buffer *content)
{
	char path[4400];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	out = fopen(path, "wb");
	if (out == NULL || buffer_status(content) != ST_OK || fwrite(content->data, 1, content->len, out) != content->len || fclose(out) != 0) {
		fprintf(stderr, "release_tool: %s cannot be written\n", path);
		exit(1);
	}
	buffer_clear(content);
}

int main(int argc, char **argv)
{
	struct figure_release release = {.number = 1, .from = TEXT("2026-10-01"), .to = TEXT("2026-10-31"), .time = TEXT("2026-11-02T03:04:05.678Z"),
					 .file = TEXT("figures-1.json"), .sha256 = TEXT("")};
	json_t *snapshot = snapshot_of(1, CELLS, "[]"), *document;
	char hash[FIGURE_HASH_SIZE], name[64];
	struct note_signer signer;
	struct buffer made;

	if (argc != 2)
		return 2;
	released(snapshot, &signer, hash, &made);
	document = json_loadb((const char *)made.data, made.len, 0, NULL);
	release.hash = text_of(hash);
	release.size = made.len;
	file_write(argv[1], "figures.json", &made);
	released(snapshot, &signer, hash, &made);
	file_write(argv[1], "figures-1.json", &made);
	figure_csv(document, &made);
	file_write(argv[1], "figures.csv", &made);
	figure_releases_json(&release, 1, &made);
	file_write(argv[1], "figures.releases.json", &made);
	figure_dcat(TEXT("cordon.kh"), &release, 1, &made);
	file_write(argv[1], "figures.dcat.json", &made);
	for (size_t i = 0; figure_funnel_at(i); i++)
		for (unsigned l = 0; l < FIGURE_LANGUAGES; l++)
			if (figure_chart(document, text_of(figure_funnel_at(i)), (enum figure_language)l, &made)) {
				snprintf(name, sizeof name, "figures-%s.%s.svg", figure_funnel_at(i), figure_language_word((enum figure_language)l));
				file_write(argv[1], name, &made);
			}
	buffer_release(&made);
	json_decref(document);
	json_decref(snapshot);
	note_signer_clear(&signer);
	return 0;
}
