/**
 * The same address with one more option for the server (`-c name=value`, without spaces in the value), behind those that it names already.
 * Not through `URL`, which refuses an address without a host: that is how a unix socket is written.
 */
export const withStartupOption = (connectionString: string, option: string): string => {
  const [address = '', query = ''] = connectionString.split('?', 2)
  const parameters = new URLSearchParams(query)
  const all = [parameters.get('options'), option].filter(Boolean).join(' ')
  parameters.delete('options')
  // `%20`, for `+` would be read as a plus sign.
  const others = parameters.size > 0 ? `${parameters.toString().replaceAll('+', '%20')}&` : ''
  return `${address}?${others}options=${encodeURIComponent(all)}`
}
