/** A small piece of land, drawn from a name: the same name is always the same land. */
export type Field = { x: number; y: number; width: number; height: number; colour: string; furrow: number }

const colours = ['deep', 'leaf', 'moss', 'wheat', 'clay', 'water', 'straw'] as const
const gap = 1.6

/** Cuts a square of 40 into three to five fields with furrows; pure. */
export const drawPlot = (name: string): Field[] => {
  const next = pseudoRandom(name)
  const across = 13 + next(15)
  const left = 11 + next(18)
  const right = 11 + next(18)
  const isUpright = next(2) === 0
  const columns: [from: number, to: number, cut: number][] = [
    [0, across, left],
    [across + gap, 40, right],
  ]
  let previous = -1
  return columns.flatMap(([from, to, cut]) =>
    [
      { from: 0, to: cut },
      { from: cut + gap, to: 40 },
    ].map(part => {
      let pick = next(colours.length)
      if (pick === previous) pick = (pick + 1 + next(colours.length - 1)) % colours.length
      previous = pick
      const across = { at: from, size: to - from }
      const along = { at: part.from, size: part.to - part.from }
      const [horizontal, vertical] = isUpright ? [across, along] : [along, across]
      return {
        x: horizontal.at,
        y: vertical.at,
        width: horizontal.size,
        height: vertical.size,
        colour: `var(--field-${colours[pick] ?? 'leaf'})`,
        furrow: [0, 45, 90, 135][next(4)] ?? 0,
      }
    }),
  )
}

/** xorshift seeded with FNV-1a: answers whole numbers below `limit`. */
const pseudoRandom = (seed: string): ((limit: number) => number) => {
  let state = 2166136261
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619)
  state = state === 0 ? 1 : state
  return limit => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}
