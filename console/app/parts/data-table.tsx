import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Table } from '../model/export.ts';
import { cellOf, filterRows, sortRows, type Column } from '../model/table.ts';
import { ExportButtons } from './export-buttons.tsx';
import { useParam } from './params.ts';
import { useRowKeys } from './row-keys.ts';
import { useVirtualRows } from './virtual-rows.ts';

export type ViewColumn<Row> = Column<Row> & {
  /** How a cell looks; its value as text unless given. */
  readonly view?: (row: Row) => ComponentChildren;
};

type Props<Row> = {
  /** Names the table for people and its exported files. */
  readonly name: string;
  readonly columns: readonly ViewColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** Said instead of a table that is truly empty. */
  readonly whenEmpty: string;
};

/** A table that can be filtered (`/`), sorted, walked through (`j`, `k`, Enter) and exported; only visible rows exist. */
export const DataTable = <Row,>({ name, columns, rows, keyOf, onOpen, whenEmpty }: Props<Row>) => {
  const [filter, setFilter] = useParam('q');
  const [sort, setSort] = useParam('sort');
  const matches = useMemo(
    () => sortRows(filterRows(rows, columns, filter), columns, sort),
    [rows, columns, filter, sort],
  );
  const table = (): Table => ({
    columns: columns.map(({ title }) => title),
    rows: matches.map((row) => columns.map((column) => cellOf(column, row))),
  });
  return (
    <section class="data-table" aria-label={name}>
      <div class="table-tools">
        <input
          type="search"
          class="filter"
          aria-label={`Filter ${name}`}
          placeholder="Filter ( / )"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <span class="faint" role="status">
          {matches.length.toLocaleString('en')} of {rows.length.toLocaleString('en')}
        </span>
        <ExportButtons name={name} table={table} />
      </div>
      {rows.length === 0 ? (
        <p class="empty">{whenEmpty}</p>
      ) : (
        <Rows name={name} columns={columns} rows={matches} keyOf={keyOf} onOpen={onOpen} sort={sort} onSort={setSort} />
      )}
    </section>
  );
};

type RowsProps<Row> = Pick<Props<Row>, 'name' | 'columns' | 'rows' | 'keyOf'> & {
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
};

const Rows = <Row,>({ name, columns, rows, keyOf, onOpen, sort, onSort }: RowsProps<Row>) => {
  const [selection, setSelection] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const { first, last, before, after, scrollTo } = useVirtualRows(box, rows.length);
  const open = (at: number): void => {
    const row = rows[at];
    if (row !== undefined) onOpen?.(row);
  };
  useRowKeys({ count: rows.length, selection, select: setSelection, open });
  useEffect(() => {
    if (selection >= 0) scrollTo(selection);
  }, [selection, scrollTo]);

  return (
    <div class="table-box" ref={box} tabIndex={0} role="region" aria-label={`${name}, rows`}>
      <table aria-rowcount={rows.length + 1}>
        <Head columns={columns} sort={sort} onSort={onSort} />
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {rows.slice(first, last).map((row, at) => (
            <tr
              key={keyOf(row)}
              aria-rowindex={first + at + 2}
              class={first + at === selection ? 'selected' : undefined}
              onClick={() => setSelection(first + at)}
              onDblClick={() => open(first + at)}
            >
              {columns.map((column) => (
                <td key={column.key} class={column.isNumber === true ? 'number' : undefined}>
                  {column.view === undefined ? formatCell(cellOf(column, row)) : column.view(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
};

const ariaSort = (sort: string, key: string): 'ascending' | 'descending' | 'none' => {
  if (sort === key) return 'ascending';
  return sort === `-${key}` ? 'descending' : 'none';
};

const Head = <Row,>({ columns, sort, onSort }: Pick<RowsProps<Row>, 'columns' | 'sort' | 'onSort'>) => (
  <thead>
    <tr>
      {columns.map(({ key, title, isNumber }) => (
        <th key={key} scope="col" class={isNumber === true ? 'number' : undefined} aria-sort={ariaSort(sort, key)}>
          <button type="button" onClick={() => onSort(sort === key ? `-${key}` : key)}>
            {title}
          </button>
        </th>
      ))}
    </tr>
  </thead>
);

const formatCell = (value: ReturnType<typeof cellOf>): string => {
  if (value === null) return '–';
  return typeof value === 'number' ? value.toLocaleString('en') : String(value);
};

const Spacer = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height <= 0 ? null : (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={columns} style={{ height: `${String(height)}px` }} />
    </tr>
  );
