import type { ReactNode } from 'react'
import classes from './data-table.module.css'

export type Column<T> = {
  label: string
  cell: (row: T) => ReactNode
  /** What names the row: its heading where the table is a list of cards. */
  isName?: boolean
  /** Buttons: their column has a name for screen readers only. */
  isActions?: boolean
}

type Props<T> = {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
}

/** Rows and columns, which become cards where the window is narrow. */
export const DataTable = <T,>({ label, columns, rows, keyOf }: Props<T>) => (
  <table className={classes.table} aria-label={label}>
    <thead>
      <tr>
        {columns.map(column => (
          <th key={column.label} scope="col">
            <span data-hidden={column.isActions}>{column.label}</span>
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map(row => (
        <tr key={keyOf(row)}>
          {columns.map(column => {
            const kind = column.isName ? 'name' : column.isActions ? 'actions' : undefined
            return (
              <td key={column.label} data-label={kind === undefined ? column.label : undefined} data-kind={kind}>
                <div>{column.cell(row)}</div>
              </td>
            )
          })}
        </tr>
      ))}
    </tbody>
  </table>
)
