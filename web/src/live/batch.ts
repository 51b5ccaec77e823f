/** Gathers what comes, and hands it over at most every so often; the first at once. */

interface Options<T> {
  /** Of what has the same key only the last is handed over. */
  keyOf?: (item: T) => string | number;
  now?: () => number;
}

export class Batch<T> {
  private readonly items = new Map<string | number, T>();
  private last = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly keyOf: (item: T) => string | number;
  private readonly now: () => number;

  constructor(
    private readonly everyMs: number,
    private readonly take: (items: T[]) => void,
    { keyOf = () => this.items.size, now = () => performance.now() }: Options<T> = {},
  ) {
    this.keyOf = keyOf;
    this.now = now;
  }

  add(items: readonly T[]): void {
    for (const item of items) this.items.set(this.keyOf(item), item);
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.last + this.everyMs - this.now());
    this.timer = setTimeout(() => this.flush(), wait);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.items.clear();
  }

  private flush(): void {
    this.timer = undefined;
    this.last = this.now();
    const items = [...this.items.values()];
    this.items.clear();
    this.take(items);
  }
}
