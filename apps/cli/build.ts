import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Makes dist/parcela.mjs: the whole command in one file, for machines without a checkout. Run: node apps/cli/build.ts
const folder = dirname(fileURLToPath(import.meta.url))
const outfile = join(folder, 'dist/parcela.mjs')

await build({
  entryPoints: [join(folder, 'main.ts')],
  outfile,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // Packages written for `require` find it here.
  banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
})
await chmod(outfile, 0o755)
