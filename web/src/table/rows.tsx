/** The rows of a table: those in sight are drawn, on a phone each as a card. */

import { Checkbox, VisuallyHidden } from "@mantine/core";
import { type ColumnDef, getCoreRowModel, useReactTable } from "@tanstack/react-table";
import { useWindowVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type MouseEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Named, nameOf } from "../act/acts";
import { Icon } from "../parts/icons";
import type { AskedFor } from "./asked";
import { type Extent, extent, type Selection } from "./selection";
import type { Column } from "./table";

const ROW_PX = 44;
const AHEAD = 12;
const NEARLY = 40; // rows before the end, when the next page is asked for

interface Props<R> {
  name: string;
  rows: R[];
  columns: readonly Column<R>[];
  visibility: Record<string, boolean>;
  acts: (row: R) => ReactNode;
  asked: AskedFor;
  /** Null: nothing can be done with several. */
  selection: Selection | null;
  onSelect: (id: string, isRange: boolean) => void;
  onSelectAll: () => void;
  onSort: (field: string) => void;
  onEnd: () => void;
  onPoint: (isIn: boolean) => void;
}

/** The rows in sight, and the height of those before and after them. */
function useSight<R extends { id: string }>(rows: readonly R[]) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
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
  const items: VirtualItem[] = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  return {
    body,
    items,
    measure: virtual.measureElement,
    before: first ? first.start - top : 0,
    after: last ? virtual.getTotalSize() - (last.end - top) : 0,
    isNearEnd: last !== undefined && last.index >= rows.length - NEARLY,
  };
}

export function Rows<R extends Named>(props: Props<R>) {
  const { name, rows, columns, visibility, acts, selection, onSelect, onEnd, onPoint } = props;
  const sight = useSight(rows);
  const definitions = useMemo<ColumnDef<R>[]>(
    () => columns.map(({ id, name }) => ({ id, header: name })),
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
  useEffect(() => {
    if (sight.isNearEnd) onEnd();
  });
  const shown = table.getRowModel().rows;
  const leaves = table.getVisibleLeafColumns(); // the same ones until another is chosen
  const visible = useMemo(
    () => leaves.flatMap((leaf) => columns.find(({ id }) => id === leaf.id) ?? []),
    [columns, leaves],
  );
  const width = visible.length + (selection ? 2 : 1);
  return (
    <table
      className="rows"
      aria-label={name}
      aria-rowcount={rows.length + 1}
      data-selects={selection ? true : undefined}
    >
      <Heads {...props} visible={visible.map((column) => column.id)} />
      <tbody
        ref={sight.body}
        onMouseEnter={() => onPoint(true)}
        onMouseLeave={() => onPoint(false)}
      >
        <Space height={sight.before} width={width} />
        {sight.items.map((item) => {
          const row = shown[item.index];
          if (!row) return null;
          return (
            <Line
              key={row.id}
              row={row.original}
              at={item.index}
              columns={visible}
              acts={acts}
              isSelected={selection?.ids.has(row.id) ?? null}
              onSelect={onSelect}
              measure={sight.measure}
            />
          );
        })}
        <Space height={sight.after} width={width} />
      </tbody>
    </table>
  );
}

interface LineProps<R> {
  row: R;
  at: number;
  columns: readonly Column<R>[];
  acts: (row: R) => ReactNode;
  /** Null: nothing can be done with several. */
  isSelected: boolean | null;
  onSelect: (id: string, isRange: boolean) => void;
  measure: (element: HTMLElement | null) => void;
}

/** One row; scrolling draws those that come into sight, and no other anew. */
const Line = memo(function Line<R extends Named>(props: LineProps<R>) {
  const { row, at, columns, acts, isSelected, onSelect, measure } = props;
  return (
    <tr
      ref={measure}
      data-index={at}
      data-id={row.id}
      data-selected={isSelected || undefined}
      aria-rowindex={at + 2}
    >
      {isSelected !== null && (
        <Select
          row={row}
          isSelected={isSelected}
          onSelect={(isRange) => onSelect(row.id, isRange)}
        />
      )}
      {columns.map((column, place) => (
        <td key={column.id} data-label={column.name} className={place === 0 ? "first" : undefined}>
          {column.cell(row)}
        </td>
      ))}
      <td className="acts">{acts(row)}</td>
    </tr>
  );
}) as <R extends Named>(props: LineProps<R>) => ReactNode;

interface SelectProps {
  row: Named;
  isSelected: boolean;
  onSelect: (isRange: boolean) => void;
}

/** With Shift it reaches from the row that was touched last. */
function Select({ row, isSelected, onSelect }: SelectProps) {
  const { t } = useTranslation();
  const select = (event: MouseEvent) => onSelect(event.shiftKey);
  return (
    <td className="select">
      <Checkbox
        size="sm"
        aria-label={t("table.select", { name: nameOf(row) })}
        checked={isSelected}
        onClick={select}
        readOnly
      />
    </td>
  );
}

const EXTENT: Record<Extent, { checked: boolean; indeterminate: boolean }> = {
  none: { checked: false, indeterminate: false },
  some: { checked: false, indeterminate: true },
  all: { checked: true, indeterminate: false },
};

function Heads<R extends Named>(props: Props<R> & { visible: string[] }) {
  const { rows, columns, visible, asked, selection, onSelectAll, onSort } = props;
  const { t } = useTranslation();
  const order = rows.map((row) => row.id);
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selection && (
          <th className="select">
            <Checkbox
              size="sm"
              aria-label={t("table.select_shown")}
              {...EXTENT[extent(selection, order)]}
              onChange={onSelectAll}
            />
          </th>
        )}
        {columns
          .filter((column) => visible.includes(column.id))
          .map(({ id, name, sort }) => (
            <Header key={id} name={name} field={sort} asked={asked} onSort={onSort} />
          ))}
        <th>
          <VisuallyHidden>{t("table.actions")}</VisuallyHidden>
        </th>
      </tr>
    </thead>
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
