/** The one table of the page: the server sorts, filters and pages; only rows in sight are drawn. */

import { Button, Loader, VisuallyHidden } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { type ColumnDef, flexRender, getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { STATES, type TypeMap } from "../api/generated";
import { useRows } from "../live/live";
import type { Params } from "../live/patch";
import { Empty } from "../parts/empty";
import { Icon, type Sign } from "../parts/icons";
import { Trouble } from "../parts/trouble";
import { type AskedFor, asParams, sortedBy, useAsked } from "./asked";
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

const ROW_PX = 44;
const AHEAD = 12;
const NEARLY = 40; // rows before the end, when the next page is asked for
const NO_PARAMS: Params = {};

export function DataTable<T extends Typed>(props: Props<T>) {
  const { type, name, columns, always = NO_PARAMS, acts, empty, sign } = props;
  const { t } = useTranslation();
  const { asked, change } = useAsked();
  const params = useMemo(() => asParams(asked, always), [asked, always]);
  const list = useRows(type, params);
  const [chosen, setChosen] = useLocalStorage<Record<string, boolean>>({
    key: `pasture.columns.${type}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const visibility = useMemo(
    () => Object.fromEntries(columns.map((c) => [c.id, chosen[c.id] ?? !c.isExtra])),
    [columns, chosen],
  );
  if (list.isError) return <Trouble error={list.error} again={() => void list.refetch()} />;
  const isFiltered = Boolean(asked.search || asked.state);
  const isEmpty = list.isSuccess && list.rows.length === 0;
  if (isEmpty && !isFiltered) return empty;
  return (
    <>
      <Tools
        asked={asked}
        change={change}
        states={STATES[type]}
        count={list.rows.length}
        isMore={list.hasNextPage}
        columns={columns.map((c) => ({ ...c, isShown: visibility[c.id] ?? true }))}
        onColumn={(id, isShown) => setChosen({ ...chosen, [id]: isShown })}
      />
      {list.isPending && <Loader size="sm" aria-label={t("table.loading")} m="md" />}
      {isEmpty && (
        <Empty sign={sign} title={t("table.no_match")} hint={t("table.no_match_hint")}>
          <Button variant="default" onClick={() => change({ search: "", state: "" })}>
            {t("table.clear")}
          </Button>
        </Empty>
      )}
      {list.rows.length > 0 && (
        <Rows
          name={name}
          rows={list.rows}
          columns={columns}
          visibility={visibility}
          acts={acts}
          asked={asked}
          onSort={(field) => change(sortedBy(asked, field))}
          onEnd={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

interface RowsProps<R> {
  name: string;
  rows: R[];
  columns: readonly Column<R>[];
  visibility: Record<string, boolean>;
  acts: (row: R) => ReactNode;
  asked: AskedFor;
  onSort: (field: string) => void;
  onEnd: () => void;
}

function Rows<R extends { id: string }>(props: RowsProps<R>) {
  const { name, rows, columns, visibility, acts, asked, onSort, onEnd } = props;
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  const definitions = useMemo<ColumnDef<R>[]>(
    () =>
      columns.map((c) => ({ id: c.id, header: c.name, cell: ({ row }) => c.cell(row.original) })),
    [columns],
  );
  const table = useReactTable({
    data: rows,
    columns: definitions,
    getRowId: (row) => row.id,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    state: { columnVisibility: visibility },
  });
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const items = virtual.getVirtualItems();
  const last = items.at(-1);
  const isNearEnd = last !== undefined && last.index >= rows.length - NEARLY;
  useEffect(() => {
    if (isNearEnd) onEnd();
  });
  const before = items[0] ? items[0].start - top : 0;
  const after = last ? virtual.getTotalSize() - (last.end - top) : 0;
  const shown = table.getRowModel().rows;
  const width = table.getVisibleLeafColumns().length + 1;
  return (
    <table className="rows" aria-label={name} aria-rowcount={rows.length + 1}>
      <thead>
        <tr aria-rowindex={1}>
          {table.getFlatHeaders().map((header) => (
            <Header
              key={header.id}
              name={String(header.column.columnDef.header)}
              field={columns.find((c) => c.id === header.id)?.sort}
              asked={asked}
              onSort={onSort}
            />
          ))}
          <th>
            <VisuallyHidden>{t("table.actions")}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        <Space height={before} width={width} />
        {items.map((item) => {
          const row = shown[item.index];
          if (!row) return null;
          return (
            <tr
              key={row.id}
              ref={virtual.measureElement}
              data-index={item.index}
              data-id={row.id}
              aria-rowindex={item.index + 2}
            >
              {row.getVisibleCells().map((cell, at) => (
                <td
                  key={cell.id}
                  data-label={String(cell.column.columnDef.header)}
                  className={at === 0 ? "first" : undefined}
                >
                  {flexRender(cell.column.columnDef.cell, cell.getContext())}
                </td>
              ))}
              <td className="acts">{acts(row.original)}</td>
            </tr>
          );
        })}
        <Space height={after} width={width} />
      </tbody>
    </table>
  );
}

/** Holds the place of rows that are not drawn. */
function Space({ height, width }: { height: number; width: number }) {
  if (height <= 0) return null;
  return (
    <tr className="space">
      <td colSpan={width} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface HeaderProps {
  name: string;
  field: string | undefined;
  asked: AskedFor;
  onSort: (field: string) => void;
}

function Header({ name, field, asked, onSort }: HeaderProps) {
  if (field === undefined) return <th scope="col">{name}</th>;
  const isBy = asked.sort === field;
  const direction = asked.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={isBy ? direction : "none"}>
      <button type="button" className="sort" onClick={() => onSort(field)}>
        {name}
        {isBy && <Icon sign={asked.isDescending ? "down" : "up"} size={14} />}
      </button>
    </th>
  );
}
