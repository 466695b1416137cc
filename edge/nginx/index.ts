export { createNginxEdge, type EdgeHealth, type NginxEdge } from './create-nginx-edge.ts'
export type { NginxEdgeOptions } from './nginx-edge-options.ts'
export { createTrafficLog } from './traffic/create-traffic-log.ts'
