const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `1.3 MB`: powers of 1000, as disks are sold. */
export const formatBytes = (bytes: number): string => {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
