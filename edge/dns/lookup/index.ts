export { createNameLookup, type NameLookupOptions } from './create-name-lookup.ts'
