/** The dark fields of a QR code as one path of SVG: a bar for each run of them in a row, in units of one field. */
export const renderQrPath = (rows: readonly (readonly boolean[])[]): string => rows.map(renderRow).join('')

const renderRow = (row: readonly boolean[], y: number): string => {
  let path = ''
  for (let start = row.indexOf(true); start !== -1; ) {
    const after = row.indexOf(false, start)
    const end = after === -1 ? row.length : after
    path += `M${start} ${y}h${end - start}v1h-${end - start}z`
    start = row.indexOf(true, end)
  }
  return path
}
