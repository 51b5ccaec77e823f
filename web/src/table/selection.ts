/** Which rows of a table are selected: by one, by a range, all that are there. Pure. */

export interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range begins: the row that was touched last. */
  anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

/** Turns a row on or off; with a range, all between the last one and this one as this one. */
export function toggled(
  before: Selection,
  id: string,
  order: readonly string[],
  isRange: boolean,
): Selection {
  const isOn = !before.ids.has(id);
  const ids = new Set(before.ids);
  for (const one of isRange ? between(before.anchor, id, order) : [id]) {
    if (isOn) ids.add(one);
    else ids.delete(one);
  }
  return { ids, anchor: id };
}

function between(from: string | null, to: string, order: readonly string[]): readonly string[] {
  const [a, b] = [order.indexOf(from ?? to), order.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** All rows that are there, or none of them where all are selected already. */
export function allToggled(before: Selection, order: readonly string[]): Selection {
  const ids = new Set(before.ids);
  const isFull = order.every((id) => ids.has(id));
  for (const id of order) {
    if (isFull) ids.delete(id);
    else ids.add(id);
  }
  return { ids, anchor: null };
}

export type Extent = "none" | "some" | "all";

export function extent(selection: Selection, order: readonly string[]): Extent {
  const count = order.filter((id) => selection.ids.has(id)).length;
  if (count === 0) return "none";
  return count === order.length ? "all" : "some";
}
