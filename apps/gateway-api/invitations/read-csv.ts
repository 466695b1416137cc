export type CsvRecord = {
  /** The line on which it begins, from 1. */
  line: number
  fields: string[]
}

/**
 * The records of a CSV text (RFC 4180), without empty ones: separated by commas, or by semicolons or tabs where the first line has those and no
 * comma, as spreadsheets write it in Spanish. A byte order mark is skipped.
 */
export const readCsv = (text: string, onProblem: (line: number, problem: string) => void): CsvRecord[] => {
  const body = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const separator = chooseSeparator(body.split('\n', 1)[0] ?? '')
  const records: CsvRecord[] = []
  let record: CsvRecord = { line: 1, fields: [] }
  let field = ''
  let line = 1
  let isQuoted = false

  const endRecord = (): void => {
    record.fields.push(field)
    if (record.fields.some(one => one.trim() !== '')) records.push(record)
    field = ''
    record = { line, fields: [] }
  }

  for (let at = 0; at < body.length; at++) {
    const sign = body[at]
    if (sign === '\n') line++
    if (isQuoted && sign === '"' && body[at + 1] === '"') field += body[at++]
    else if (isQuoted && sign === '"') isQuoted = false
    else if (isQuoted) field += sign
    else if (sign === '"' && field.trim() === '') [isQuoted, field] = [true, '']
    else if (sign === separator) field = push(record, field)
    else if (sign === '\n') endRecord()
    else field += sign
  }
  if (isQuoted) onProblem(record.line, 'a quotation mark is opened and not closed')
  endRecord()
  return records
}

const push = (record: CsvRecord, field: string): string => {
  record.fields.push(field)
  return ''
}

const chooseSeparator = (firstLine: string): string =>
  firstLine.includes(',') ? ',' : firstLine.includes(';') ? ';' : firstLine.includes('\t') ? '\t' : ','
