#include "screen/build.h"

#include <stdlib.h>

#include "screen/hash.h"

#define IMAGE_SIZE_MAX ((size_t)64 << 30)
#define SCRATCH_MAX ((size_t)256 << 20)
#define TEXT_SIZE_MAX ((size_t)UINT32_MAX)

enum status index_builder_new(const struct index_limits *limits, struct index_builder **ret_builder,
			      struct error *ret_error)
{
	struct index_builder *b = calloc(1, sizeof *b);
	size_t max = limits && limits->image_max ? limits->image_max : IMAGE_SIZE_MAX;

	if (b == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	b->limits = (struct index_limits){max, limits && limits->threads ? limits->threads : 1};
	arena_init(&b->scratch, SCRATCH_MAX);
	buffer_init(&b->entities, max);
	buffer_init(&b->text, TEXT_SIZE_MAX);
	buffer_init(&b->facts, TEXT_SIZE_MAX);
	buffer_init(&b->pendings, max);
	buffer_init(&b->names, max);
	buffer_init(&b->links, max);
	buffer_init(&b->formers, max);
	*ret_builder = b;
	return ST_OK;
}

void index_builder_free(struct index_builder *b)
{
	if (b == NULL)
		return;
	arena_release(&b->scratch);
	buffer_release(&b->entities);
	buffer_release(&b->text);
	buffer_release(&b->facts);
	buffer_release(&b->pendings);
	buffer_release(&b->names);
	buffer_release(&b->links);
	buffer_release(&b->formers);
	free(b);
}

static void add_name(struct index_builder *b, struct pending *p, struct text value, enum name_kind kind)
{
	struct pending_name name = {.text = (uint32_t)b->text.len, .kind = (uint8_t)kind};

	name.len = (uint16_t)(value.len > UINT16_MAX ? UINT16_MAX : value.len);
	buffer_add(&b->text, value.data, name.len);
	buffer_add(&b->names, &name, sizeof name);
	p->name_count++;
}

/* "given middle family", where an entity has parts and no whole name. */
static enum status add_combined(struct index_builder *b, struct pending *p, const struct entity *entity)
{
	static const char *const properties[] = {"firstName", "secondName", "middleName", "fatherName", "lastName"};
	struct buffer name;

	buffer_init(&name, 4096);
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
		struct text part = entity_first(entity, properties[i]);

		if (part.len == 0)
			continue;
		if (name.len)
			buffer_add_char(&name, ' ');
		buffer_add_text(&name, part);
	}
	if (name.len && buffer_status(&name) == ST_OK)
		add_name(b, p, buffer_text(&name), NAME_PRIMARY);
	buffer_release(&name);
	return ST_OK;
}

static enum status add_names(struct index_builder *b, struct pending *p, const struct entity *entity)
{
	static const struct {
		const char *property;
		enum name_kind kind;
	} kinds[] = {
		{"name", NAME_PRIMARY},
		{"alias", NAME_ALIAS},
		{"previousName", NAME_FORMER},
		{"weakAlias", NAME_WEAK},
	};

	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		const struct property *property = entity_get(entity, kinds[k].property);

		for (size_t i = 0; property && i < property->count; i++)
			add_name(b, p, property->values[i], kinds[k].kind);
	}
	return p->name_count ? ST_OK : add_combined(b, p, entity);
}

/* Passport and Identification count for their holder, wherever in the list they stand. */
static void add_links(struct index_builder *b, const struct entity *entity)
{
	const struct property *holders = entity_get(entity, "holder");
	struct text number = entity_first(entity, "number"), key = entity_first(entity, "publicKey");
	struct pending_link link = {.country = country_code(entity_first(entity, "country"))};
	struct text value = number.len ? number : key;

	if (holders == NULL || value.len == 0)
		return;
	link.kind = number.len ? ID_DOCUMENT : ID_WALLET;
	link.value = (uint32_t)b->text.len;
	link.value_len = (uint32_t)value.len;
	buffer_add_text(&b->text, value);
	for (size_t i = 0; i < holders->count; i++) {
		link.holder = hash_text(holders->values[i]);
		buffer_add(&b->links, &link, sizeof link);
	}
}

enum status index_builder_add(struct index_builder *b, const struct entity *entity, struct error *ret_error)
{
	struct pending p = {
		.entity = b->entities.len,
		.id = b->text.len,
		.id_len = (uint32_t)entity->id.len,
		.facts = (uint32_t)b->facts.len,
		.first_name = (uint32_t)(b->names.len / sizeof(struct pending_name)),
		.sequence = (uint32_t)pending_count(b),
	};
	struct facts facts;

	if (entity->id.len == 0 || entity->id.len > ENTITY_ID_MAX)
		return error_at(ret_error, ST_MALFORMED, "id", -1, "an id has 1 to %u bytes", ENTITY_ID_MAX);
	arena_clear(&b->scratch);
	TRY(facts_of(entity, false, &b->scratch, &facts, ret_error));
	p.matchable = facts.group != GROUP_OTHER;
	if (facts.date_count == 1)
		p.date = facts.dates[0].from;
	buffer_add_text(&b->text, entity->id);
	entity_write(entity, &b->entities);
	p.entity_len = (uint32_t)(b->entities.len - p.entity);
	facts_write(&facts, &b->facts);
	p.facts_len = (uint32_t)(b->facts.len - p.facts);
	if (p.matchable)
		TRY(add_names(b, &p, entity));
	add_links(b, entity);
	for (size_t i = 0; i < entity->referent_count; i++) {
		struct pending_former f = {hash_text(entity->referents[i]), p.sequence};

		buffer_add(&b->formers, &f, sizeof f);
	}
	buffer_add(&b->pendings, &p, sizeof p);
	if (buffer_status(&b->entities) != ST_OK || buffer_status(&b->text) != ST_OK ||
	    buffer_status(&b->facts) != ST_OK || buffer_status(&b->pendings) != ST_OK ||
	    buffer_status(&b->names) != ST_OK || buffer_status(&b->links) != ST_OK)
		return error_set(ret_error, ST_LIMIT, "the list does not fit in %zu bytes", b->limits.image_max);
	return ST_OK;
}
