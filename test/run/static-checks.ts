export type StaticCheck = {
  name: string
  argv: readonly [string, ...string[]]
  timeoutMs: number
  /** What to do when it fails. */
  help: string
}

/** What is checked without running any of our code. `node` is the program that runs them; paths are relative to the checkout. */
export const staticChecks = (node: string): StaticCheck[] => [
  {
    name: 'types',
    argv: [node, 'node_modules/@typescript/native/bin/tsc', '-p', '.'],
    timeoutMs: 120_000,
    help: 'The lines above name file, place and reason.',
  },
  {
    name: 'types of the page',
    argv: [node, 'node_modules/@typescript/native/bin/tsc', '-p', 'apps/web'],
    timeoutMs: 120_000,
    help: 'The lines above name file, place and reason.',
  },
  {
    name: 'style',
    argv: [node, 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    timeoutMs: 120_000,
    help: 'Most of it is repaired by: node node_modules/@biomejs/biome/bin/biome check --write .',
  },
  {
    name: 'imports',
    argv: [
      node,
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err-long',
      '.',
    ],
    timeoutMs: 180_000,
    help: 'Who may import whom is a table in ARCHITECTURE.md.',
  },
  {
    name: 'unused code',
    argv: [node, 'node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
    timeoutMs: 180_000,
    help: 'Remove what nobody uses, or say in knip.json why it stays.',
  },
]
