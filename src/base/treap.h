/* treap -- a balanced search tree over pool indices, as a template: include it once for each tree.
 *
 * Nodes are numbers into a pool of the includer; 0 is nil. The shape depends only on the node
 * numbers, so equal histories give equal trees. Expected depth is 2 ln n.
 * Source: Seidel, Aragon, "Randomized search trees", Algorithmica 16, 1996, with a fixed hash of
 * the node's number in place of chance.
 *
 * Define before including (all undefined again at the end):
 *   TREAP(name)              the prefix of the functions, e.g. #define TREAP(x) lane_##x
 *   TREAP_POOL               type of the first argument, a pointer to what holds the nodes
 *   TREAP_LEFT(p, i), TREAP_RIGHT(p, i)    lvalues of the links
 *   TREAP_LESS(p, a, b)      strict order
 *   TREAP_PULL(p, i)         sums of i anew from both children
 *   TREAP_STEP(p)            counts one step of work
 * Gives: insert(p, root, i) -> root, erase(p, root, i) -> root.
 */
static inline uint32_t TREAP(weight)(uint32_t i)
{
	uint32_t h = i * 0x9e3779b1u;
	h ^= h >> 15;
	h *= 0x85ebca77u;
	return h ^ h >> 13;
}

/* Those before `at` into *l, the rest into *r. */
static void TREAP(split)(TREAP_POOL p, uint32_t root, uint32_t at, uint32_t *l, uint32_t *r)
{
	if (root == 0) {
		*l = 0;
		*r = 0;
		return;
	}
	TREAP_STEP(p);
	uint32_t rest = 0;
	if (TREAP_LESS(p, root, at)) {
		TREAP(split)(p, TREAP_RIGHT(p, root), at, &rest, r);
		TREAP_RIGHT(p, root) = rest;
		TREAP_PULL(p, root);
		*l = root;
	} else {
		TREAP(split)(p, TREAP_LEFT(p, root), at, l, &rest);
		TREAP_LEFT(p, root) = rest;
		TREAP_PULL(p, root);
		*r = root;
	}
}

static uint32_t TREAP(merge)(TREAP_POOL p, uint32_t l, uint32_t r)
{
	if (l == 0 || r == 0)
		return l != 0 ? l : r;
	TREAP_STEP(p);
	if (TREAP(weight)(l) > TREAP(weight)(r)) {
		TREAP_RIGHT(p, l) = TREAP(merge)(p, TREAP_RIGHT(p, l), r);
		TREAP_PULL(p, l);
		return l;
	}
	TREAP_LEFT(p, r) = TREAP(merge)(p, l, TREAP_LEFT(p, r));
	TREAP_PULL(p, r);
	return r;
}

static uint32_t TREAP(insert)(TREAP_POOL p, uint32_t root, uint32_t i)
{
	if (root == 0 || TREAP(weight)(i) > TREAP(weight)(root)) {
		uint32_t l = 0;
		uint32_t r = 0;
		TREAP(split)(p, root, i, &l, &r);
		TREAP_LEFT(p, i) = l;
		TREAP_RIGHT(p, i) = r;
		TREAP_PULL(p, i);
		return i;
	}
	TREAP_STEP(p);
	if (TREAP_LESS(p, i, root))
		TREAP_LEFT(p, root) = TREAP(insert)(p, TREAP_LEFT(p, root), i);
	else
		TREAP_RIGHT(p, root) = TREAP(insert)(p, TREAP_RIGHT(p, root), i);
	TREAP_PULL(p, root);
	return root;
}

/* i must be in the tree and its key unchanged since. */
static uint32_t TREAP(erase)(TREAP_POOL p, uint32_t root, uint32_t i)
{
	ek_assert(root != 0);
	TREAP_STEP(p);
	if (root == i) {
		return TREAP(merge)(p, TREAP_LEFT(p, root), TREAP_RIGHT(p, root));
	}
	if (TREAP_LESS(p, i, root))
		TREAP_LEFT(p, root) = TREAP(erase)(p, TREAP_LEFT(p, root), i);
	else
		TREAP_RIGHT(p, root) = TREAP(erase)(p, TREAP_RIGHT(p, root), i);
	TREAP_PULL(p, root);
	return root;
}

#undef TREAP
#undef TREAP_POOL
#undef TREAP_LEFT
#undef TREAP_RIGHT
#undef TREAP_LESS
#undef TREAP_PULL
#undef TREAP_STEP
