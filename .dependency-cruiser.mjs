// The import table of ARCHITECTURE.md as rules. Each rule's `comment` says why, and where the thing belongs instead.
// Check with: bin/check (or: node node_modules/dependency-cruiser/bin/dependency-cruiser.mjs --config .dependency-cruiser.mjs .)

/** Tests, and the support files beside them, may import what they need to test with. */
const tests = '(\\.test(-process)?\\.tsx?$|(^|/)test-(database|world|gateway|client)\\.ts$|(^|/)testing/)'

/** Files of this repository; everything else is Node's or npm's. */
const ours = '^(contract|core|kit|state|reconciler|runtimes|edge|catalog|apps|test)/'
const npm = '(^|/)node_modules/'
/** A package's own files of the npm packages of these names. */
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`

/** `folder` imports only from these path patterns, among what `of` matches. */
const only = (name, folder, allowed, comment, of) => ({
  name,
  comment,
  severity: 'error',
  from: { path: folder, pathNot: tests },
  to: { ...(of ? { path: of } : {}), pathNot: [folder, ...allowed] },
})

/** Node's own modules: `node:fs` and the like. */
const builtin = { dependencyTypes: ['core'] }

export default {
  forbidden: [
    // --- The table, row by row ---------------------------------------------------------------------------------------------------
    only(
      'contract-imports-zod-only',
      '^contract/',
      [packages('zod')],
      'contract runs in a browser and in every client: it may import zod and nothing else. What needs a server belongs in core or an app.',
    ),
    {
      name: 'contract-runs-in-a-browser',
      comment:
        'contract may not use modules of Node: the page imports it. Do such work in an app, and hand the result over.',
      severity: 'error',
      from: { path: '^contract/', pathNot: tests },
      to: builtin,
    },
    only(
      'kit-knows-no-domain',
      '^kit/',
      [],
      'kit holds small tools without a domain word in them: it may import npm packages, none of our folders. A tool that needs a service or a route belongs to the folder of that noun.',
      ours,
    ),
    only(
      'core-imports-contract-only',
      '^core/',
      ['^contract/'],
      'core is pure words and plans: it may import contract only. What touches disk, network, clock or a process is a port (core/ports) with an adapter elsewhere.',
    ),
    {
      name: 'core-does-no-io',
      comment:
        'core may not use modules of Node: no disk, network, clock or process. Describe what is needed as a port in core/ports, and implement it in an adapter.',
      severity: 'error',
      from: { path: '^core/', pathNot: tests },
      to: builtin,
    },
    only(
      'state-imports-inwards',
      '^state/',
      ['^(core|contract|kit)/', npm],
      'state may import core, contract, kit and its database packages. Callers hand it what else it needs.',
      ours,
    ),
    {
      name: 'only-state-speaks-sql',
      comment:
        'Database packages are for state/ alone, so that every query is found in one place and requires its team. Add a method to the port in core/ports and implement it in state/. (The gateway names a kysely type for better-auth.)',
      severity: 'error',
      from: { pathNot: ['^state/', '^test/', tests, npm] },
      to: { path: packages('kysely', 'pg', 'graphile-worker'), dependencyTypesNot: ['type-only'] },
    },
    only(
      'runtimes-are-adapters',
      '^runtimes/',
      ['^(core|contract|kit)/'],
      'A runtime implements the port of core/ports with its vendor library: it may import core, contract and kit, never state, the reconciler, the edge or an app.',
      ours,
    ),
    {
      name: 'runtimes-do-not-know-each-other',
      comment: 'One runtime may not import another. What both need belongs in core (words) or kit (tools).',
      severity: 'error',
      from: { path: '^runtimes/([^/]+)/', pathNot: tests },
      to: { path: '^runtimes/', pathNot: '^runtimes/$1/' },
    },
    only(
      'edge-parts-are-adapters',
      '^edge/',
      ['^(core|contract|kit)/'],
      'A part of the edge implements its port of core/ports: it may import core, contract and kit, never state, the reconciler, a runtime or an app.',
      ours,
    ),
    {
      name: 'edge-parts-do-not-know-each-other',
      comment:
        'nginx, DNS and certificates may not import each other: the reconciler brings them together. What both need belongs in core or kit.',
      severity: 'error',
      from: { path: '^edge/(nginx|dns/[^/]+|certificates/[^/]+)/', pathNot: tests },
      to: { path: '^edge/', pathNot: '^edge/$1/' },
    },
    only(
      'reconciler-receives-its-ports',
      '^reconciler/',
      ['^(core|contract|kit)/'],
      'The reconciler receives every port by argument: it may import core, contract and kit only. Wire adapters in a main.ts of apps/.',
      ours,
    ),
    only(
      'catalog-imports-contract-only',
      '^catalog/',
      ['^contract/', packages('zod')],
      'A format of the catalog describes itself in the words of contract, and imports nothing else of ours.',
      `${ours}|${npm}`,
    ),
    only(
      'web-and-cli-are-clients',
      '^apps/(web|cli)/',
      ['^contract/'],
      'The page and the command line are clients of the gateway: of our code they may import contract only.',
      ours,
    ),
    {
      name: 'web-and-cli-do-not-know-each-other',
      comment: 'The page and the command line may not import each other. Words that both need belong in contract.',
      severity: 'error',
      from: { path: '^apps/(web|cli)/' },
      to: { path: '^apps/(web|cli)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'apis-do-not-know-adapters',
      comment:
        'An API may import core, contract and kit; adapters (state, runtimes, edge, catalog) only where it is put together: in its main.ts, or in apps/all-in-one.',
      severity: 'error',
      from: { path: '^apps/(gateway-api|docker-api|proxmox-api|edge-agent)/', pathNot: ['/main\\.ts$', tests] },
      to: { path: ours, pathNot: ['^apps/$1/', '^(core|contract|kit)/'] },
    },
    {
      name: 'apps-do-not-know-each-other',
      comment:
        'An app may not import another; only apps/all-in-one puts them together. What two need belongs in core or kit.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ['^apps/all-in-one/', tests] },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'nobody-imports-an-app',
      comment: 'Apps are the outermost layer: only another app that puts things together, or a test, may import one.',
      severity: 'error',
      from: { path: '^(contract|core|kit|state|reconciler|runtimes|edge|catalog)/', pathNot: tests },
      to: { path: '^apps/' },
    },
    {
      name: 'tests-are-for-tests',
      comment:
        'What is in test/, or is a test, may be imported by tests alone. Code that a program needs belongs in its own folder.',
      severity: 'error',
      from: { pathNot: ['^test/', tests] },
      to: { path: ['^test/', tests], pathNot: npm },
    },
    {
      name: 'tests-use-the-api-not-its-clients',
      comment:
        'test/ may not import the page or the command line: it speaks to the API, and to the page through a browser.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^apps/(web|cli)/' },
    },

    // --- Everywhere --------------------------------------------------------------------------------------------------------------
    {
      name: 'packages-by-their-index',
      comment:
        "Another folder's files are imported by its package name (@parcela/core), which names in its index.ts what others may use.",
      severity: 'error',
      from: {
        path: '^(contract|core|kit|state|reconciler|runtimes/[^/]+|edge/nginx|edge/dns/[^/]+|edge/certificates/[^/]+|catalog|apps/[^/]+)/',
        pathNot: tests,
      },
      to: { path: ours, pathNot: ['^$1/', '/index\\.ts$'] },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that import each other cannot be understood or tested apart. Move what both need into a third.',
      severity: 'error',
      from: {},
      // A cycle of types alone is gone once the program runs; the router knows the pages, and they name its addresses.
      to: {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'], pathNot: '^apps/web/router\\.tsx$' },
      },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file, and it imports nothing: remove it, or use it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '(^|/)\\.[^/]+$',
          '\\.d\\.ts$',
          '(^|/)(index|main|build)\\.ts$',
          '\\.config\\.(ts|mjs|cjs|js)$',
          '^bin/',
          '^apps/web/',
          '^catalog/[^/]+/sample/',
          tests,
        ],
      },
      to: {},
    },
    {
      name: 'declared-packages-only',
      comment:
        'This package is not in the package.json of the folder that uses it: it would break when another folder stops using it.',
      severity: 'error',
      // Tests use the test tools of the whole repository.
      from: { pathNot: ['^test/', tests] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere: the file or package does not exist.',
      severity: 'error',
      // Vite's own kinds of import (`?url`, style sheets) are checked by its build.
      from: { pathNot: '^apps/web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|docs|deploy|\\.parcela[^/]*)/' },
    tsPreCompilationDeps: 'specify',
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
  },
}
