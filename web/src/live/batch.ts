/** Gathers what comes, and hands it over at most every so often; the first at once. */

export class Batch<T> {
  private items: T[] = [];
  private last = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly take: (items: T[]) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(items: readonly T[]): void {
    this.items.push(...items);
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.last + this.everyMs - this.now());
    this.timer = setTimeout(() => this.flush(), wait);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.items = [];
  }

  private flush(): void {
    this.timer = undefined;
    this.last = this.now();
    const items = this.items;
    this.items = [];
    this.take(items);
  }
}
