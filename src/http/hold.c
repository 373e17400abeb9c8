#include "http/hold.h"

#include <arpa/inet.h>
#include <xxhash.h>

#define SHARE_PART 4u
#define PACE_MAX 256u

void hold_room_init(struct hold_room *room, size_t max)
{
	*room = (struct hold_room){.max = max};
	pthread_mutex_init(&room->lock, NULL);
}

static uint64_t network_of(struct text address)
{
	char word[46];
	uint8_t binary[16];

	if (address.len && address.len < sizeof word) {
		memcpy(word, address.data, address.len);
		word[address.len] = '\0';
		if (inet_pton(AF_INET6, word, binary) == 1)
			return XXH3_64bits(binary, 8);
	}
	return XXH3_64bits(address.data, address.len);
}

/* The network's, or a free one; NULL: all are taken. */
static struct hold_share *share_find(struct hold_room *room, uint64_t network)
{
	struct hold_share *empty = NULL;

	for (size_t i = 0; i < HOLD_SHARES; i++) {
		struct hold_share *share = &room->shares[i];

		if (share->held && share->network == network)
			return share;
		if (share->held == 0 && empty == NULL)
			empty = share;
	}
	if (empty)
		empty->network = network;
	return empty;
}

bool hold_grow(struct hold *hold, struct hold_room *room, struct text address, size_t size)
{
	uint64_t network = hold->room || address.len == 0 ? 0 : network_of(address);
	struct hold_share *share;
	size_t more = size - hold->size, others;
	bool good;

	pthread_mutex_lock(&room->lock);
	share = hold->room ? hold->share : address.len ? share_find(room, network) : NULL;
	others = share ? share->held - hold->size : 0;
	good = more <= room->max - room->held && (address.len == 0 || share) && (others == 0 || others + size <= room->max / SHARE_PART);
	if (good) {
		room->held += more;
		if (share)
			share->held += more;
		*hold = (struct hold){room, share, size};
	}
	pthread_mutex_unlock(&room->lock);
	return good;
}

void hold_drop(struct hold *hold)
{
	if (hold->room == NULL)
		return;
	pthread_mutex_lock(&hold->room->lock);
	hold->room->held -= hold->size;
	if (hold->share)
		hold->share->held -= hold->size;
	pthread_mutex_unlock(&hold->room->lock);
	*hold = (struct hold){.size = 0};
}

unsigned hold_pace(const struct hold_room *room)
{
	size_t half = room->max / 2, held = room->held;

	return held <= half ? HOLD_PACE_LEAST : HOLD_PACE_LEAST + (unsigned)((PACE_MAX - HOLD_PACE_LEAST) * (uint64_t)(held - half) / (room->max - half));
}
