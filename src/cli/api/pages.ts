/** Every list of the API comes in pages; here they are one stream. */

const MOST_PER_PAGE = 1_000;

type Page<T> = { items: T[]; nextCursor: string | null };

/** What a page is asked for with, as the query of a list takes it. */
export type PageRequest = { limit: string; cursor?: string };

/** @param limit at most so many items in all; undefined is all there are */
export async function* pagesOf<T>({
  fetchPage,
  limit = Number.POSITIVE_INFINITY,
}: {
  fetchPage: (request: PageRequest) => Promise<Page<T>>;
  limit?: number | undefined;
}): AsyncGenerator<T[]> {
  let cursor: string | null = null;
  for (let left = limit; left > 0; ) {
    const { items, nextCursor }: Page<T> = await fetchPage({
      limit: String(Math.min(left, MOST_PER_PAGE)),
      ...(cursor === null ? {} : { cursor }),
    });
    yield items;
    if (nextCursor === null) return;
    cursor = nextCursor;
    left -= items.length;
  }
}
