/* The index image: one byte string, the same in memory and on disk, read where it lies.
 *
 * header | section table | sections, each 8-byte aligned, little endian. Everything refers to everything else by
 * number or by offset inside a section. docs/formats/index.md draws it.
 */
#ifndef SCREEN_IMAGE_H
#define SCREEN_IMAGE_H

#include "base/slice.h"

#define IMAGE_MAGIC "CORDONIX"
#define IMAGE_VERSION 3u

enum image_section {
	SECTION_SLOTS,        /* struct slot_record, by (year, month, day, id) */
	SECTION_NAMES,        /* struct name_record, by slot */
	SECTION_PARTS,        /* struct part_record, by name */
	SECTION_TOKENS,       /* struct token_record: distinct name parts */
	SECTION_READINGS,     /* per token: reading_count times u8 penalty, u8 len, u64 bigrams, units[len] */
	SECTION_POSTINGS,     /* u32 name numbers, ascending, per token */
	SECTION_KEYS,         /* struct token_key: coarse sound -> token, by key */
	SECTION_KEY_STARTS,   /* u32, 2^n + 1 of them: where the keys of each value of their n top bits begin */
	SECTION_JOINS,        /* struct join_key: coarse sound of two parts run together -> name, by key */
	SECTION_JOIN_STARTS,  /* the same for joins */
	SECTION_DATES,        /* struct date_entry of slots with several dates, by date */
	SECTION_YEARS,        /* struct year_entry: where each year's slots begin */
	SECTION_IDENTIFIERS,  /* struct identifier_entry: open addressing by hash */
	SECTION_IDS,          /* struct id_entry: open addressing by hash of id and former ids */
	SECTION_FACTS,        /* bytes: what else is known of each slot (facts.h) */
	SECTION_TEXT,         /* UTF-8: names and native parts as listed */
	SECTION_ENTITIES,     /* UTF-8: one FollowTheMoney JSON object per slot */
	SECTION_COUNT,
};

struct image_header {
	char magic[8];
	uint32_t version;
	uint32_t section_count;
	uint64_t size;        /* of the whole image */
	uint64_t tables;      /* fingerprint of the tables the readings were made with */
	uint32_t persons;     /* slots that can be matched */
	uint32_t reserved;
	uint64_t checksum;    /* XXH3 of the section table */
};

struct image_range {
	uint64_t offset;
	uint64_t size;
	uint64_t checksum; /* XXH3 of the section */
};

/* Packed date: year << 9 | month << 5 | day; 0 where unknown. */
#define DATE_PACK(y, m, d) ((uint32_t)(y) << 9 | (uint32_t)(m) << 5 | (uint32_t)(d))
#define DATE_YEAR(p) ((p) >> 9)
#define DATE_MONTH(p) ((p) >> 5 & 15u)
#define DATE_DAY(p) ((p) & 31u)

/* Dates in 64 bits, so that most of what is of other years is passed over unseen: no single date, full dates by year,
 * bare years. Different dates may share a bit. */
static inline uint64_t date_bit(uint32_t packed)
{
	uint32_t year = DATE_YEAR(packed);

	if (year == 0)
		return 1;
	return (uint64_t)1 << (DATE_MONTH(packed) ? 1 + year % 47 : 48 + year % 16);
}

#define DATE_BITS_UNKNOWN 1u
#define DATE_BITS_FULL ((((uint64_t)1 << 47) - 1) << 1)
#define DATE_BITS_BARE ((uint64_t)0xFFFF << 48)

struct slot_record {
	uint64_t entity;      /* offset in SECTION_ENTITIES */
	uint32_t entity_len;
	uint32_t date;        /* packed; 0 with none or several */
	uint32_t first_name;  /* number of the first name; the next slot's is the end */
	uint32_t facts;       /* offset in SECTION_FACTS */
	uint32_t id_len;      /* the id stands in entity JSON right after {"id":" when unescaped; kept in TEXT */
	uint32_t id;          /* offset in SECTION_TEXT */
};

enum name_kind { NAME_PRIMARY, NAME_ALIAS, NAME_WEAK, NAME_FORMER };

struct name_record {
	uint32_t slot;
	uint32_t first_part;  /* number in SECTION_PARTS */
	uint32_t text;        /* offset in SECTION_TEXT of the name as listed */
	uint32_t date;        /* of the slot */
	uint16_t text_len;
	uint8_t part_count;
	uint8_t kind;         /* enum name_kind, | 0x80: another cut of the name before */
};

/* What turns most strangers away stands here, beside its neighbours, so that the token need not be fetched. */
struct part_record {
	uint32_t token : 28;
	uint32_t role : 4;    /* enum part_role */
	uint8_t len;          /* units of the likeliest reading; 0: no reading */
	uint8_t least, most;  /* units of the shortest and the longest reading */
	uint8_t reserved;
	uint64_t bigrams;     /* of the token */
};

struct token_record {
	uint64_t bigrams;     /* of all readings together (sound.h) */
	uint32_t native;      /* offset in SECTION_TEXT */
	uint32_t readings;    /* offset in SECTION_READINGS */
	uint32_t postings;    /* number in SECTION_POSTINGS */
	uint32_t posting_count;
	uint16_t native_len;
	uint8_t script;
	uint8_t reading_count;
	uint32_t reserved;
};

struct token_key {
	uint32_t key;
	uint32_t token;
	uint64_t dates; /* a date_bit for every name that holds the token: most are of no year that is asked for */
};

struct join_key {
	uint32_t key;
	uint32_t name;
};

struct date_entry {
	uint32_t date;
	uint32_t slot;
};

struct year_entry {
	uint32_t year; /* 0: no date or several */
	uint32_t first_slot;
};

struct identifier_entry {
	uint32_t hash; /* 0: empty */
	uint32_t slot;
};

struct id_entry {
	uint32_t hash; /* 0: empty */
	uint32_t slot;
	uint32_t is_former; /* a referent */
};

#define READING_PENALTY_MBIT 125u /* one step of a reading's penalty byte */

#endif
