/** Whether two IPv4 ranges in CIDR notation share an address. */
export const overlaps = (one: string, other: string): boolean => {
  const [first, second] = [toRange(one), toRange(other)]
  return first.start <= second.end && second.start <= first.end
}

const toRange = (cidr: string): { start: number; end: number } => {
  const [ip = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  const value = ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const start = Math.floor(value / size) * size
  return { start, end: start + size - 1 }
}
