/** The one table of the page: the server sorts, filters and pages; only rows in sight are drawn. */

import { Button, Loader } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Named, verbsOf } from "../act/acts";
import { PLURALS, type STATES, type TypeMap } from "../api/generated";
import { collectionPath } from "../api/http";
import { useCounts, useHeld, useProject, useRows } from "../live/live";
import type { Params } from "../live/patch";
import { Empty } from "../parts/empty";
import type { Sign } from "../parts/icons";
import { Unread } from "../parts/unread";
import { type AskedFor, asParams, PAGE_ROWS, sortedBy, useAsked } from "./asked";
import { Bulk, readAll } from "./bulk";
import { Rows } from "./rows";
import { allToggled, NOTHING, type Selection, toggled } from "./selection";
import { Tools } from "./tools";

export interface Column<R> {
  id: string;
  name: string;
  /** The API's field that the server sorts by. */
  sort?: string;
  cell: (row: R) => ReactNode;
  /** Shown only when it is chosen. */
  isExtra?: boolean;
}

type Typed = keyof TypeMap & keyof typeof STATES;

interface Props<T extends Typed> {
  type: T;
  /** Names the table for screen readers, and what is kept of it. */
  name: string;
  columns: readonly Column<TypeMap[T]>[];
  always?: Params;
  acts: (row: TypeMap[T]) => ReactNode;
  empty: ReactNode;
  sign: Sign;
}

const NO_PARAMS: Params = {};

export function DataTable<T extends Typed>(props: Props<T>) {
  const { type, name, columns, always = NO_PARAMS, acts, empty, sign } = props;
  const { t } = useTranslation();
  const { asked, change } = useAsked();
  const [firstRows] = useState(asked.rows); // the address follows the table, not the other way
  const params = useMemo(
    () => asParams(type, { ...asked, rows: firstRows }, always),
    [type, asked, firstRows, always],
  );
  const list = useRows(type, params);
  const counts = useCounts(type, asParams(type, { ...asked, state: "" }, always));
  const [isPointedAt, setPointedAt] = useState(false);
  const isDeep = (list.data?.pages.length ?? 0) > 1;
  const held = useHeld(type, params, asked.sort !== "" && (isPointedAt || isDeep));
  const { visibility, put } = useVisibility(type, columns);
  const rows = list.rows as unknown as (TypeMap[T] & Named)[];
  const matching = list.hasNextPage ? matchingOf(counts.data ?? {}, asked) : rows.length;
  const selecting = useSelecting(type, rows, params);
  if (list.isError && rows.length === 0)
    return <Unread error={list.error} again={() => void list.refetch()} />;
  const isFiltered = Boolean(asked.search || asked.state);
  const isEmpty = list.isSuccess && rows.length === 0;
  if (isEmpty && !isFiltered) return empty;
  const readOn = () => {
    if (!list.hasNextPage || list.isFetchingNextPage) return;
    void list.fetchNextPage().then(() => change({ rows: rows.length + PAGE_ROWS }));
  };
  return (
    <>
      <Tools
        asked={asked}
        change={change}
        counts={counts.data ?? {}}
        count={list.isPending ? null : Math.max(matching, rows.length)}
        waiting={held.count}
        onShow={held.show}
        columns={columns.map((c) => ({ ...c, isShown: visibility[c.id] ?? true }))}
        onColumn={put}
      />
      {list.isPending && <Loader size="sm" aria-label={t("table.loading")} m="md" />}
      {isEmpty && (
        <Empty sign={sign} title={t("table.no_match")} hint={t("table.no_match_hint")}>
          <Button variant="default" onClick={() => change({ search: "", state: "" })}>
            {t("table.clear")}
          </Button>
        </Empty>
      )}
      {rows.length > 0 && (
        <Rows
          name={name}
          rows={rows}
          columns={columns}
          visibility={visibility}
          acts={acts}
          asked={asked}
          selection={selecting.selection}
          onSelect={selecting.select}
          onSelectAll={selecting.selectAll}
          onSort={(field) => change(sortedBy(asked, field))}
          onEnd={readOn}
          onPoint={setPointedAt}
        />
      )}
      <Bulk
        rows={selecting.selected}
        matching={matching}
        onAll={selecting.selectMatching}
        onClear={selecting.clear}
      />
    </>
  );
}

function matchingOf(counts: Readonly<Record<string, number>>, asked: AskedFor): number {
  if (asked.state) return counts[asked.state] ?? 0;
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Which columns are shown: as somebody chose once, in this browser. */
function useVisibility(type: string, columns: readonly Column<never>[]) {
  const [chosen, setChosen] = useLocalStorage<Record<string, boolean>>({
    key: `pasture.columns.${type}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const visibility = useMemo(
    () => Object.fromEntries(columns.map((c) => [c.id, chosen[c.id] ?? !c.isExtra])),
    [columns, chosen],
  );
  const put = (id: string, isShown: boolean) => setChosen({ ...chosen, [id]: isShown });
  return { visibility, put };
}

/** The selected rows: as they are now, and of those that were not read here as they were found. */
function useSelecting(type: keyof TypeMap, rows: readonly Named[], params: Params) {
  const project = useProject();
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [found, setFound] = useState<ReadonlyMap<string, Named>>(new Map());
  const clear = () => {
    setSelection(NOTHING);
    setFound(new Map());
  };
  const asked = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else is asked for are other rows
  useEffect(clear, [asked]);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const selected = useMemo(() => {
    if (selection.ids.size === 0) return [];
    const known = new Map([...found, ...rows.map((row) => [row.id, row] as const)]);
    return [...selection.ids].flatMap((id) => known.get(id) ?? []);
  }, [selection, found, rows]);
  const selectMatching = async () => {
    const query = new URLSearchParams({ ...params, limit: "1000" });
    const all = await readAll(`${collectionPath(project, PLURALS[type])}?${query}`);
    setFound(new Map(all.map((row) => [row.id, row])));
    setSelection({ ids: new Set(all.map((row) => row.id)), anchor: null });
  };
  return {
    selection: verbsOf(type).length > 0 ? selection : null,
    selected,
    select: (id: string, isRange: boolean) =>
      setSelection((before) => toggled(before, id, order, isRange)),
    selectAll: () => setSelection((before) => allToggled(before, order)),
    selectMatching,
    clear,
  };
}
